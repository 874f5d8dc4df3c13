// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why a program could not be started, for people.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"
#include "sandbox/sandbox.h"

/*
 * start_failure_explain:
 * @candidate: whose program it was
 * @view: of the program
 * @errnum: what the kernel said
 *
 * Looks at the file, at a script's interpreter, and at the directories that lead there,
 * as they are now; an errno value by itself does not say which of them was refused, nor
 * by what.
 *
 * Returns: (transfer full): with the remedy, where there is one, which @candidate gets.
 */
char *start_failure_explain(
	VpCandidate *candidate, const VpRequest *request, SandboxView *view, int errnum);
