// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The links through which a program is called: inside, its name must lead to it as it
 * does outside.
 */
#pragma once

#include <glib.h>

/*
 * links_find:
 * @path: absolute
 *
 * Returns: (transfer full): of char *: each link on the way of @path, by the real path of
 * its directory and its own name, in the order in which they are followed; as far as the
 * way can be followed. To be freed by g_ptr_array_unref().
 */
GPtrArray *links_find(const char *path);
