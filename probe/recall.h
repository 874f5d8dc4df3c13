// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the cache knows of programs: which of its answers are enough, and for how long.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/programs.h"

/* The call that asks. */
typedef struct {
	const VpRequest *request;
	Cache *cache;
	bool again; /* failures that have aged are not believed */
} Asking;

/* Returns: whether there is an entry that is believed, by which @program is judged; or
 * cache_reading(). */
bool recall_program(const Asking *asking, Program *program);

/* The same for those from @begin to before @end, in order of precedence. Where the first
 * match is wanted, entries after it are not even looked at. Returns: where to go on; or
 * how many there are. */
guint recall_programs(
	const Asking *asking, const GPtrArray *programs, guint begin, guint end);

/* Where nothing is run: those of @all that are needed and have no answer are not cached.
 */
void recall_settle_rest(const VpResult *result, const GPtrArray *all);

/* A failure must not outlive its repair: where nothing works, those that have aged are
 * forgotten. Returns: whether there are any. */
bool recall_forget_failures(const VpResult *result, const GPtrArray *programs);

/* A caller that refreshes wants to know which results were not kept. */
void recall_note_kept(const Cache *cache, const GPtrArray *programs);
