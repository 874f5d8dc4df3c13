// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * By what a program is executed: a path, so that its $0 and AT_EXECFN are what they are
 * outside, or the descriptor of the file that was compared.
 */
#pragma once

#include <glib.h>

#include "sandbox/base/protocol.h"
#include "sandbox/walk.h"

/*
 * execution_choose:
 * @walker: of walker_begin_for()
 * @real_path: of a program
 * @name: argv[0], by which it is called
 * @ret_links: (transfer full) (nullable) (optional): of char *, if it is executed by its
 * name: each link on the way, by the real path of its directory and its own name; NULL if
 * there is none. To be freed by g_ptr_array_unref().
 *
 * A path is chosen only if nobody but root and the caller can change where it leads,
 * links included: whoever can exchanges the file between its comparison and its start,
 * and puts it back before it is compared again.
 */
Execution execution_choose(
	Walker *walker, const char *real_path, const char *name, GPtrArray **ret_links);
