// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs the programs of pending candidates, several at a time, and turns each result into
 * verdicts. A program that several manifests name runs once.
 *
 * Results come in any order; what is chosen depends on the order of precedence alone.
 * When only the first match is wanted, everything is over as soon as that is certain: all
 * in front of it have a verdict.
 */
#include "probe/candidate.h"

#include <string.h>

typedef struct {
	VpResult *result;
	GPtrArray *groups; /* of GPtrArray * of VpCandidate *: who shares the request of
			      that index */
	guint front;       /* all candidates before this one have their verdict */
	size_t done;
} Runs;

/* Whether the first match is certain. */
static bool is_decided(Runs *runs)
{
	const GPtrArray *candidates = runs->result->candidates;

	for (; runs->front < candidates->len; runs->front++) {
		const VpCandidate *candidate = candidates->pdata[runs->front];

		if (candidate->verdict == VP_VERDICT_MATCH)
			return true;
		/* Something that could not be run in front: nothing may be chosen, and it
		 * does not matter when the others end. */
		if (candidate_is_pending(candidate) ||
			candidate->verdict == VP_VERDICT_SANDBOX_UNAVAILABLE)
			return false;
	}
	return false;
}

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	Runs *runs = user_data;
	const VpRequest *request = runs->result->request;
	const GPtrArray *group = runs->groups->pdata[index];

	for (guint i = 0; i < group->len; i++) {
		VpCandidate *candidate = group->pdata[i];

		program_judge(candidate, result, request);
		if (candidate_is_pending(candidate))
			match_features(candidate, request);
	}
	runs->done++;
	return request->mode != VP_MODE_FIRST || !is_decided(runs);
}

static void on_tick(void *user_data)
{
	const Runs *runs = user_data;
	const VpRequest *request = runs->result->request;

	request->progress(runs->done, runs->groups->len, request->progress_data);
}

/* Same file under the same argv[0]: a program may behave after the name it is called by.
 */
static char *run_key(const VpCandidate *candidate)
{
	return g_strconcat(candidate->real_path, "\n", candidate->binary, NULL);
}

bool run_programs(VpResult *result, Sandbox *sandbox, GError **error)
{
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	g_autoptr(GHashTable) by_key =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree SandboxRequest *requests = NULL;
	g_autofree const char *(*argvs)[3] = NULL;
	Runs runs = {.result = result, .groups = groups};
	bool ok;

	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];
		char *key;
		GPtrArray *group;

		if (!candidate_is_pending(candidate))
			continue;
		key = run_key(candidate);
		group = g_hash_table_lookup(by_key, key);
		if (!group) {
			group = g_ptr_array_new();
			g_ptr_array_add(groups, group);
		}
		g_ptr_array_add(group, candidate);
		g_hash_table_insert(by_key, key, group);
	}
	if (!groups->len)
		return true;
	requests = g_new(SandboxRequest, groups->len);
	argvs = g_malloc_n(groups->len, sizeof *argvs);
	for (guint i = 0; i < groups->len; i++) {
		const VpCandidate *candidate = ((GPtrArray *)groups->pdata[i])->pdata[0];

		/* P1. Many programs do not ignore further arguments. */
		memcpy(argvs[i],
			((const char *[]){
				candidate->binary, "--print-capabilities", NULL}),
			sizeof argvs[i]);
		requests[i] = (SandboxRequest){
			candidate->real_path, candidate->program, argvs[i]};
	}
	if (result->request->progress)
		sandbox_set_tick(sandbox, on_tick, &runs);
	ok = sandbox_run(sandbox, requests, groups->len, on_result, &runs, error);
	sandbox_set_tick(sandbox, NULL, NULL);
	result->ran = ok;
	result->sandbox = *sandbox_report(sandbox);
	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->probe.source == VP_PROBE_RUN)
			candidate->probe.level = result->sandbox.level;
	}
	return ok;
}
