// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system call filter, as the warden uses it.
 */
#pragma once

#include <stdbool.h>

/*
 * filter_load:
 * @own_root: each file of the host is on a read-only mount, and the programs' id is not
 * root's; otherwise the filter keeps modes, owners and times of files as they are
 *
 * Restricts the calling thread and all that it starts; needs no_new_privs.
 *
 * Returns: 0 or an errno value (EOPNOTSUPP: there is no filter for this architecture).
 */
int filter_load(bool own_root);

/* Whether the filter does what it should. Returns: 0 or an errno value. */
int filter_canary(void);
