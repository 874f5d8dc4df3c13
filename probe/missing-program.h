// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where a program may be that is not where its manifest says.
 */
#pragma once

#include <glib.h>

#include "sandbox/sandbox.h"

/*
 * missing_program_hint:
 * @binary: an absolute path that leads to nothing
 * @reach: (nullable): what it has not reached is not looked at; it may have to be waited
 * for, and then the hint is to be made again
 *
 * Returns: (transfer full): what may be meant instead, as the end of a sentence; "" if
 * nothing is found.
 */
char *missing_program_hint(const char *binary, SandboxReach *reach);
