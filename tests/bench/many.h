// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the cache costs and saves where there are many programs.
 */
#pragma once

#include <json-c/json.h>

#include "tests/bench/ways.h"

/*
 * measure_many:
 * @subject: a program that is cheap to start
 * @small: one that is cheap to copy
 *
 * Prints, and adds to @document: what a candidate costs in a `list` that the cache
 * answers, with 1,000 and with 10,000 programs; the peak of memory; an `export` of 1,000
 * that replaces a file; a `refresh` of an empty cache against as many bare runs by as
 * many threads; and a `list` that compares the content of a large program.
 */
void measure_many(
	const char *build, Subject *subject, const Subject *small, json_object *document);
