// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which answers of the cache are enough. The cache says whether an entry is still true;
 * here is decided whether that is worth something: a failure may have been repaired
 * since, or may never have been the program's own.
 */
#include "probe/recall.h"

/* One that is younger is as good as new, also for a caller that asks all the time. */
#define FAILURE_AGES_US (10 * G_USEC_PER_SEC)

/* Whether @program failed so long ago that what was wrong may have been repaired. To see
 * a timeout once more takes a timeout. */
static bool has_aged_failure(const Program *program)
{
	const VpCandidate *candidate = program_candidate(program);

	return candidate->probe.source == VP_PROBE_CACHE &&
	       candidate->probe.age_us > FAILURE_AGES_US &&
	       candidate->verdict != VP_VERDICT_TIMEOUT && programs_have_failed(program);
}

/* Returns: why the entry by which @program was judged is not enough, or NONE. */
static VpStale find_doubt(const Asking *asking, const Program *program, bool counts)
{
	/* There is nothing better. */
	if (asking->request->cache == VP_CACHE_ONLY)
		return VP_STALE_NONE;
	if (!counts)
		return VP_STALE_DOUBTFUL;
	return asking->again && has_aged_failure(program) ? VP_STALE_AGE : VP_STALE_NONE;
}

bool recall_program(const Asking *asking, Program *program)
{
	const VpRequest *request = asking->request;
	g_auto(CacheAnswer) kept = {0};
	bool found = cache_recall(asking->cache, &program->slot, &kept);
	VpStale doubt;
	bool counts;

	/* A refresh does not ask what was there before. */
	programs_set_stale(
		program, request->cache == VP_CACHE_REFRESH ? VP_STALE_NONE : kept.stale);
	if (!found)
		return false;
	counts = programs_judge(
		program, request, &(Answer){&kept.result, VP_PROBE_CACHE, kept.age_us});
	doubt = find_doubt(asking, program, counts);
	if (doubt == VP_STALE_NONE)
		return true;
	programs_reopen(program, request, doubt);
	return false;
}

guint recall_programs(
	const Asking *asking, const GPtrArray *programs, guint begin, guint end)
{
	bool first = asking->request->mode == VP_MODE_FIRST;

	for (end = MIN(end, programs->len); begin < end; begin++) {
		Program *program = programs->pdata[begin];

		recall_program(asking, program);
		if (cache_reading(asking->cache))
			return begin;
		if (first && program_candidate(program)->verdict == VP_VERDICT_MATCH)
			return programs->len;
	}
	return end;
}

void recall_settle_rest(const VpResult *result, const GPtrArray *all)
{
	g_autoptr(GPtrArray) programs = programs_needed(result, all);

	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		for (guint j = 0; j < program->candidates->len; j++) {
			VpCandidate *candidate = program->candidates->pdata[j];
			VpStale stale = candidate->probe.stale;

			candidate_settle(candidate, VP_VERDICT_NOT_CACHED, "%s%s",
				stale ? "its entry in the cache is not used: "
				      : "it is not in the cache",
				stale ? vp_stale_about(stale) : "");
		}
	}
}

bool recall_forget_failures(const VpResult *result, const GPtrArray *programs)
{
	bool any = false;

	if (programs_first_match(result) != G_MAXUINT)
		return false;
	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		if (!has_aged_failure(program))
			continue;
		programs_reopen(program, result->request, VP_STALE_AGE);
		any = true;
	}
	return any;
}

void recall_note_kept(const Cache *cache, const GPtrArray *programs)
{
	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		for (guint j = 0; j < program->candidates->len; j++) {
			VpProbe *probe =
				&((VpCandidate *)program->candidates->pdata[j])->probe;

			probe->kept = probe->source == VP_PROBE_CACHE ||
				      cache_has_stored(cache, &program->slot);
		}
	}
}
