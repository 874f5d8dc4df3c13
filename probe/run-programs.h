// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs, and hands over the results.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/programs.h"

/*
 * The result of running @program, which the callee judges. It is not the last word on a
 * program that was replaced again and again.
 *
 * Returns: whether it counts; see SandboxCallback.
 */
typedef bool ProgramRan(Program *program, const Answer *answer, void *user_data);

typedef struct ProgramRuns ProgramRuns;

/*
 * program_runs_begin:
 * @programs: (transfer container): of Program *: those to run, which must live until the
 * end
 * @on_ran: called once for each that has ended, in any order
 *
 * Runs them as far as the request's mode needs it.
 *
 * Returns: (transfer full): to be ended by program_runs_end().
 */
ProgramRuns *program_runs_begin(VpResult *result, GPtrArray *programs, Sandbox *sandbox,
	ProgramRan *on_ran, void *user_data);

/* Does what can be done now. Returns: whether there is more to do, later. */
bool program_runs_step(ProgramRuns *runs);

/* Returns: as sandbox_wake_time(). */
uint64_t program_runs_wake_time(const ProgramRuns *runs);

/* Returns: (transfer container): the paths of those that have not ended, in order of
 * precedence, those that are only run once more at the end, and NULL. */
GPtrArray *program_runs_waiting(const ProgramRuns *runs);

/* Ends what still runs. Returns: FALSE with @error of G_FILE_ERROR when the caller's side
 * failed. */
bool program_runs_end(ProgramRuns *runs, GError **error);
