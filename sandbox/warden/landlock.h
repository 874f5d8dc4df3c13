// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock: files, sockets and signals once more, by means that no mount or namespace
 * shares. Called by the warden in its own process.
 */
#pragma once

#include <stdbool.h>

#include "sandbox/warden/plan.h"

/* Returns: the ABI version of the running kernel, or 0 with errno set (ENOSYS: not built
 * in, EOPNOTSUPP: switched off at boot). */
int landlock_abi(void);

/* From this ABI on signals can be kept in (Linux 6.12). */
#define LANDLOCK_ABI_SIGNALS 6

/*
 * landlock_prepare:
 * @abi: of landlock_abi()
 * @plan: what can be read and executed beside the system's directories. NULL: all below
 * "/", in a root that holds nothing else
 * @shows_etc: /etc is one of the system's directories
 * @ret_ruleset: a descriptor, which the caller owns
 *
 * Looks up and allocates what is needed, which the limits do not allow any more.
 *
 * Returns: 0 or an errno value.
 */
int landlock_prepare(int abi, Plan *plan, bool shows_etc, int *ret_ruleset);

/*
 * From now on nothing but that, and writing to the harmless devices, works; every right
 * and scope that the kernel handles is denied otherwise. Returns: 0 or an errno value.
 */
int landlock_enter(int ruleset);

/* From now on the calling process can signal itself and its descendants only. Needs
 * LANDLOCK_ABI_SIGNALS. Returns: 0 or an errno value. */
int landlock_keep_signals_in(void);

/* Whether files are refused as they should be. Returns: 0 or an errno value. */
int landlock_canary_files(void);

/*
 * Whether signals are: a process of the same id, started before and waiting outside, must
 * not be reached. It ends with this process, or by the second call.
 *
 * Returns: 0 or an errno value.
 */
int landlock_canary_signals_prepare(void);
int landlock_canary_signals(void);
