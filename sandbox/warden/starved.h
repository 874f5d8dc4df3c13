// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a run that has not ended in time was kept from running.
 */
#pragma once

#include <stdint.h>

#include "sandbox/base/protocol.h"

/*
 * find_hindrance:
 * @timeout_us: the time that it had, in microseconds
 * @share: the processes and threads that it may have beside others
 *
 * Looks at this process' descendants, up to a bound, so that their end need not wait.
 *
 * Returns: PROCESSORS if one of their threads was ready to run for more than a quarter of
 * the time, but had no processor, unless they themselves have taken them all; otherwise
 * THREADS if they have nearly as many threads as they may have: they may wait for one
 * that could not be started. NONE where /proc does not say.
 */
Hindrance find_hindrance(uint64_t timeout_us, unsigned share);
