// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a sandbox costs a caller that has much memory, or a main loop.
 */
#pragma once

#include <json-c/json.h>

#include "tests/bench/ways.h"

/*
 * measure_callers:
 * @subject: a program that is cheap to start
 *
 * Prints, and adds to @document, for callers of 1 MiB, 64 MiB and 1 GiB: for how long
 * sandbox_open() blocks them, and when the first run has ended.
 */
void measure_callers(Subject *subject, json_object *document);

/*
 * measure_dispatches:
 * @build: the directory of the build
 * @subject: likewise
 *
 * Prints, and adds to @document, how long the longest vp_call_dispatch() of a call takes
 * while one program hangs and others are run.
 */
void measure_dispatches(const char *build, const Subject *subject, json_object *document);
