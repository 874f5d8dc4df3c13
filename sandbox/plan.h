// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What every worker's room is made from beside the system's directories.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/*
 * plan_exposed_path:
 * @real_path: of a program
 * @home: the caller's home directory, or NULL
 *
 * A program may read the directory it lies in, for its siblings and private libraries;
 * but of a directory that belongs to everybody (/tmp, a home, /etc ...) itself only.
 *
 * Returns: (transfer full) (nullable): what to show inside, or NULL where the system's
 * directories have it already.
 */
char *plan_exposed_path(const char *real_path, const char *home);

/*
 * plan_text:
 * @paths: set of entries (char * to anything): real paths, some of them marked
 *
 * As the warden takes it: each entry with its NUL, in order, parents before children, and
 * what is marked (devices, links) behind what is not, since it may lie in that.
 * Those beyond PLAN_PATHS_MAX are left out: their programs will not be found inside.
 *
 * Returns: (transfer full): without the empty path that ends the list, which is the
 * string's own NUL.
 */
GString *plan_text(GHashTable *paths);
