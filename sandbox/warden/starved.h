// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a run that has not ended in time was kept from running.
 */
#pragma once

#include <stdint.h>

#include "sandbox/base/protocol.h"

/*
 * find_hindrance:
 * @timeout_us: that it had, in microseconds
 * @share: the processes and threads that it may have beside others
 *
 * Looks at this process' descendants, up to a bound, so that their end need not wait.
 *
 * Returns: PROCESSORS if one of their threads was ready to run for more than a quarter of
 * the time, but had none, and not because they themselves have taken them;
 * THREADS where none was, if they are nearly as many threads as they may be: they may
 * wait for one that could not be started. NONE where /proc does not say.
 */
Hindrance find_hindrance(uint64_t timeout_us, unsigned share);
