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
 * plan_for_nobody:
 * @exposed: (transfer full) (nullable): of plan_exposed_path()
 * @real_path: of the program
 *
 * Where root's programs run as nobody: a directory that nobody may not search is of no
 * use to them, but the program itself can be shown without it.
 *
 * Returns: (transfer full) (nullable): what to show instead.
 */
char *plan_for_nobody(char *exposed, const char *real_path);

/*
 * plan_text:
 * @paths: set of real paths (char * to anything)
 *
 * As the warden takes it: each path with its NUL, in order, parents before children.
 * Those beyond PLAN_PATHS_MAX are left out: their programs will not be found inside.
 *
 * Returns: (transfer full): without the empty path that ends the list, which is the
 * string's own NUL.
 */
GString *plan_text(GHashTable *paths);
