// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Resource limits: what a healthy backend never meets and a hostile one cannot pass.
 * Called by the warden in its own process. Each function returns 0 or
 * an errno value.
 */
#pragma once

#include <stdbool.h>

/* Takes back what the caller has passed on, as far as possible: limits that are lower
 * than the sandbox's own, niceness, personality and the like. What remains is found by
 * inherited_find(). */
void limits_reset(void);

/* Where programs are to have no limits: takes back from them what limits_reset() has
 * raised beyond what programs usually see, as far as that makes them behave in another
 * way. They may raise it again. */
void limits_apply_usual(void);

/* Sets all limits except those on processor time, which would add up in the warden, and
 * on processes. */
int limits_apply(void);

/*
 * Limits processes and threads to SANDBOX_PROCESSES_ALONE. Capabilities are exempt and
 * must be gone.
 * @counted_alone: processes outside are not counted; otherwise the limit is that much
 * more than the id has already
 */
int limits_apply_processes(bool counted_alone);

/*
 * limits_canary:
 * @binds_processes: the limit on processes has to hold; the kernel exempts root of the
 * host
 *
 * Whether the limits are what they should be.
 */
int limits_canary(bool binds_processes);

/* Of the calling process, which is about to be a program: @seconds of processor time,
 * then it gets SIGXCPU, a second later SIGKILL; and, where limits_apply_processes() was
 * called, @processes in place of SANDBOX_PROCESSES_ALONE; @processes_shared where
 * processes outside are counted too. */
int limits_apply_to_run(unsigned seconds, unsigned processes, unsigned processes_shared);

/* Returns: how many processes and threads such a run may have beside others; UINT_MAX
 * where there is no limit. */
unsigned limits_share(unsigned processes, unsigned processes_shared);

/*
 * Lets the kernel, short of memory, choose this process and its children first, and put
 * no memory of theirs into core dumps. Courtesies to the host and no protection: where
 * /proc cannot be written, they are left out.
 */
void limits_spare_host(void);
