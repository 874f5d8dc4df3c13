// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The programs of a request: candidates that name the same file by the same name share
 * one, since it may behave after its name. Each is run, or looked up, once.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/candidate.h"
#include "probe/cache/cache.h"

typedef struct {
	/* Of VpCandidate *, in order of precedence, at least one; not owned. */
	GPtrArray *candidates;
	guint first; /* index of the first of them in the result */
	CacheSlot slot;
} Program;

/* What is known of a program: it ran now, or earlier and was kept. */
typedef struct {
	const SandboxResult *result;
	VpProbeSource source;
	gint64 age_us; /* since it ran; 0: just now */
} Answer;

/* Returns: the first candidate, for what all of them share. */
static inline const VpCandidate *program_candidate(const Program *program)
{
	return program->candidates->pdata[0];
}

/* Returns: (transfer full): of Program *, for all pending candidates, in the order of
 * their first ones; to be freed by g_ptr_array_unref(). */
GPtrArray *programs_find(const VpResult *result);

/* Why there is an entry for @program and it is not believed, or NONE. */
void programs_set_stale(const Program *program, VpStale stale);

/* What is known of @program is not its last word: nothing after it is to be chosen. */
void programs_doubt(const Program *program);

/* Takes back what programs_judge() has said: it has to be asked, since its entry is
 * @stale. */
void programs_reopen(Program *program, const VpRequest *request, VpStale stale);

/* Returns: whether @program failed by itself. It did not where one of its manifests
 * announces what it is, and another one does not. */
bool programs_have_failed(const Program *program);

/* For g_ptr_array_sort(): by their first candidates. */
int programs_compare(const void *a, const void *b);

/* Returns: (transfer container): those of @programs that are not judged and have to be,
 * for what the request's mode wants to know. */
GPtrArray *programs_needed(const VpResult *result, const GPtrArray *programs);

/* Returns: the index of the first candidate that matches without a doubt, or G_MAXUINT:
 * beyond it nothing matters if the first match is wanted. */
guint programs_first_match(const VpResult *result);

/*
 * programs_judge:
 * Turns @answer into verdicts of all candidates of @program, in place of those of an
 * earlier one.
 *
 * Returns: whether that counts. It does not where a verdict hangs on a failure, or on a
 * feature that is not there, and something else than the program may be the reason: then
 * the verdicts are not confirmed.
 */
bool programs_judge(
	const Program *program, const VpRequest *request, const Answer *answer);
