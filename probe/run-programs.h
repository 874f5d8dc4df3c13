// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs, and hands over what came of it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/programs.h"

/*
 * What came of running @program, which the callee judges. Of a program that was replaced
 * again and again it is not the last word.
 *
 * Returns: whether it counts; see SandboxCallback.
 */
typedef bool ProgramRan(Program *program, const Answer *answer, void *user_data);

/*
 * run_programs:
 * @programs: of Program *: those to run
 * @on_ran: called once for each that has ended, in any order
 *
 * Runs them as far as the request's mode needs it.
 *
 * Returns: FALSE with @error of G_FILE_ERROR when the caller's side failed.
 */
bool run_programs(VpResult *result, const GPtrArray *programs, Sandbox *sandbox,
	ProgramRan *on_ran, void *user_data, GError **error);
