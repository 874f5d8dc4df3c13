// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Candidates come in, their programs go out; what is known of a program comes in,
 * verdicts of its candidates go out.
 */
#include "probe/programs.h"

static void program_free(void *data)
{
	Program *program = data;

	g_ptr_array_unref(program->candidates);
	cache_slot_clear(&program->slot);
	g_free(program);
}

GPtrArray *programs_find(const VpResult *result)
{
	GPtrArray *programs = g_ptr_array_new_with_free_func(program_free);
	g_autoptr(GHashTable) by_key =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];
		Program *program;
		char *key;

		if (!candidate_is_pending(candidate))
			continue;
		key = g_strconcat(candidate->real_path, "\n", candidate->binary, NULL);
		program = g_hash_table_lookup(by_key, key);
		if (program) {
			g_free(key);
		} else {
			program = g_new0(Program, 1);
			program->candidates = g_ptr_array_new();
			program->first = i;
			program->slot.candidate = candidate;
			g_ptr_array_add(programs, program);
			g_hash_table_insert(by_key, key, program);
		}
		g_ptr_array_add(program->candidates, candidate);
	}
	return programs;
}

int programs_compare(const void *a, const void *b)
{
	const Program *one = *(const Program *const *)a;
	const Program *other = *(const Program *const *)b;

	return one->first < other->first ? -1 : one->first > other->first;
}

guint programs_first_match(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->verdict == VP_VERDICT_MATCH && candidate->probe.confirmed)
			return i;
	}
	return G_MAXUINT;
}

GPtrArray *programs_needed(const VpResult *result, const GPtrArray *programs)
{
	GPtrArray *needed = g_ptr_array_new();
	guint end = result->request->mode == VP_MODE_FIRST ? programs_first_match(result)
							   : G_MAXUINT;

	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		if (candidate_is_pending(program_candidate(program)) &&
			program->first < end)
			g_ptr_array_add(needed, program);
	}
	return needed;
}

static void reopen(VpCandidate *candidate, const VpRequest *request, VpStale stale)
{
	candidate_forget_run(candidate);
	/* Of a program that was given directly it is what that has printed. */
	if (!candidate->manifest && !request->type)
		g_clear_pointer(&candidate->type, g_free);
	candidate->probe.stale = stale;
	candidate->verdict = VP_VERDICT_PENDING;
}

static void judge_anew(
	VpCandidate *candidate, const VpRequest *request, const Answer *answer)
{
	reopen(candidate, request, candidate->probe.stale);
	program_judge(candidate, request, answer->result, answer->source);
	candidate->probe.age_us = answer->age_us;
	if (candidate_is_pending(candidate))
		match_features(candidate, request);
	hint_at_inherited(candidate, answer->result->inherited);
	match_hidden_devices(candidate, request);
}

static bool has_failed(const VpCandidate *candidate)
{
	return vp_verdict_stage(candidate->verdict) == VP_STAGE_RUN;
}

/* Its verdict might be another one if nothing had been taken from it: it failed, or it
 * does not have a feature that is needed, or unwanted. */
static bool hangs_on_lack(const VpCandidate *candidate, const VpRequest *request)
{
	bool is_chosen_for_lack = candidate->verdict == VP_VERDICT_MATCH &&
				  request->exclude && *request->exclude;

	return has_failed(candidate) || is_chosen_for_lack ||
	       candidate->verdict == VP_VERDICT_MISSING_FEATURES;
}

void programs_set_stale(const Program *program, VpStale stale)
{
	for (guint i = 0; i < program->candidates->len; i++)
		((VpCandidate *)program->candidates->pdata[i])->probe.stale = stale;
}

void programs_doubt(const Program *program)
{
	for (guint i = 0; i < program->candidates->len; i++) {
		VpCandidate *candidate = program->candidates->pdata[i];

		candidate->probe.confirmed = false;
	}
}

void programs_reopen(Program *program, const VpRequest *request, VpStale stale)
{
	/* When the cache is asked once more, to claim the entry, it does not know this.
	 */
	program->slot.stale = stale;
	for (guint i = 0; i < program->candidates->len; i++)
		reopen(program->candidates->pdata[i], request, stale);
}

bool programs_have_failed(const Program *program)
{
	bool failed = true;

	for (guint i = 0; i < program->candidates->len; i++)
		failed = failed && has_failed(program->candidates->pdata[i]);
	return failed;
}

bool programs_judge(
	const Program *program, const VpRequest *request, const Answer *answer)
{
	bool confirmed = true;

	for (guint i = 0; i < program->candidates->len; i++) {
		VpCandidate *candidate = program->candidates->pdata[i];

		judge_anew(candidate, request, answer);
		candidate->probe.confirmed =
			!answer->result->doubtful || !hangs_on_lack(candidate, request);
		confirmed = confirmed && candidate->probe.confirmed;
	}
	return confirmed;
}
