// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * By what a program is executed: a path, so that its $0 and AT_EXECFN are what they are
 * outside, or the descriptor of the file that was compared.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/sandbox.h"
#include "sandbox/walk.h"

/*
 * execution_find:
 * @walker: of walker_begin_for()
 * @real_path: of a program
 * @name: argv[0], by which it is called
 * @ret_way: to be cleared by sandbox_way_clear(), if TRUE is returned
 * @error: G_FILE_ERROR: descriptors or memory are lacking
 *
 * A path is chosen only if nobody but root and the caller can change where it leads,
 * links included: whoever can may exchange the file between its comparison and its start,
 * and put it back before it is compared again.
 *
 * Returns: whether that is known.
 */
bool execution_find(Walker *walker, const char *real_path, const char *name,
	SandboxWay *ret_way, GError **error);
