// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller says to a warden, put together and sent without waiting. What is said
 * of them holds for all: a warden that is gone, or takes no message, is EPIPE or
 * ECONNRESET.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/worker.h"

/* OPEN. One that cannot be sent shows later. */
void message_open(int socket, const WorkerSetup *setup);

/*
 * message_go:
 * @plan: of plan_text()
 * @as_nobody: what nobody may look up is sent opened
 *
 * Returns: 0 or an errno value.
 */
int message_go(int socket, const GString *plan, bool as_nobody);

/*
 * message_run:
 * @number: of the run
 * @out, @err: descriptors for the program's stdout and stderr
 * @as_nobody: the program is sent opened as well
 *
 * Returns: 0 or an errno value; E2BIG: the program's path or arguments are too long.
 */
int message_run(int socket, uint32_t number, const SandboxRequest *request,
	const RunTerms *terms, int out, int err, bool as_nobody);

/* Of @type, which says nothing but the run's number. Returns: whether there was room for
 * it. */
bool message_about(int socket, MessageType type, uint32_t number);
