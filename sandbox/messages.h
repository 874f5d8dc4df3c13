// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller says to a warden, put together and sent without waiting. For all of
 * them, a warden that is gone, or takes no message, is EPIPE or ECONNRESET.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/worker.h"

/* Sends OPEN. If that fails, it shows later. */
void message_open(int socket, const WorkerSetup *setup);

/*
 * message_go:
 * @plan: of plan_text()
 * @as_nobody: paths that nobody may look up are sent as open descriptors
 *
 * Returns: 0 or an errno value.
 */
int message_go(int socket, const GString *plan, bool as_nobody);

/*
 * message_run:
 * @number: of the run
 * @out, @err: descriptors for the program's stdout and stderr
 * @opened: the program is sent as an open descriptor as well
 *
 * Returns: 0 or an errno value; E2BIG: the program's path or arguments are too long.
 */
int message_run(int socket, uint32_t number, const SandboxRequest *request,
	const RunTerms *terms, int out, int err, bool opened);

/* A message of @type, which carries only the run's number. Returns: whether there was
 * room for it. */
bool message_about(int socket, MessageType type, uint32_t number);
