// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system call filter, as the warden uses it.
 */
#pragma once

/*
 * filter_load:
 * Restricts the calling thread and all that it starts; needs no_new_privs.
 *
 * Returns: 0 or an errno value (EOPNOTSUPP: there is no filter for this architecture).
 */
int filter_load(void);

/* Whether the filter does what it should. Returns: 0 or an errno value. */
int filter_canary(void);
