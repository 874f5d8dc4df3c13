// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Serves the caller's requests, one program after another. Async-signal-safe.
 */
#pragma once

#include <stdbool.h>

/*
 * supervisor_serve:
 * @own_pids: this process is pid 1, and all others that it can see are of the run
 *
 * Starts each requested program, waits for it, ends all that it left, and reports; until
 * the caller hangs up.
 */
_Noreturn void supervisor_serve(bool own_pids);
