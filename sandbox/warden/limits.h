// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Resource limits: what a healthy backend never meets and a hostile one cannot pass.
 * Called by the warden in its own process. Each function returns 0 or
 * an errno value.
 */
#pragma once

#include <stdbool.h>

/* All limits but processor time, which would add up in the warden, and processes. */
int limits_apply(void);

/*
 * Of processes and threads: @processes. Capabilities are exempt and must be gone.
 * @counted_alone: what is outside is not counted; otherwise the limit stands as much
 * above what the id has already
 */
int limits_apply_processes(bool counted_alone, unsigned processes);

/* Whether the limits are what they should be. */
int limits_canary(void);

/* Of the calling process; it gets SIGXCPU, a second later SIGKILL. */
int limits_apply_cpu(unsigned seconds);

/* Lets the kernel, short of memory, choose this process and its children first. */
int limits_prefer_oom_kill(void);
