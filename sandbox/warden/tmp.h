// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The one directory of the room in which programs can make files: their /tmp, which is
 * /dev/shm too. The functions that can fail return 0 or an errno value.
 */
#pragma once

#include <stdbool.h>

/*
 * tmp_make:
 * @root: the new root, attached and still writable
 * @n_shown: paths of the host that the plan shows, at most
 *
 * Puts the directory into its places. Files of the host that the plan shows there stay
 * visible and read-only; a place that the plan shows whole is left as it is.
 */
int tmp_make(int root, unsigned n_shown);

/* Whether it is what it should be, seen from inside. Every change from now on counts for
 * tmp_is_used(). */
int tmp_canary(void);

/* Returns: (transfer none) (nullable): where it is; NULL before tmp_canary() has
 * succeeded. */
const char *tmp_path(void);

/* Returns: a descriptor, which the caller owns, of that directory; where it has no place,
 * of one like it that nobody finds, the first time. -1 with errno. */
int tmp_open(void);

/* Returns: whether programs may take /tmp for their own. */
bool tmp_is_home(void);

/* Returns: whether anything in it is, or has ever been, different from the beginning. To
 * be called when no program is left. */
bool tmp_is_used(void);
