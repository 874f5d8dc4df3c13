// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs, several at a time, and turns each result into verdicts.
 *
 * Results come in any order; what is chosen depends on the order of precedence alone.
 * When only the first match is wanted, everything is over as soon as that is certain: all
 * in front of it have a verdict.
 */
#include "probe/run-programs.h"

#include <string.h>

typedef struct {
	VpResult *result;
	const GPtrArray *programs;
	Sandbox *sandbox;
	Cache *cache;
	guint front; /* all candidates before this one have their verdict */
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

static uint32_t held_layers(const SandboxReport *report)
{
	uint32_t held = 0;

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (report->held[layer])
			held |= SANDBOX_LAYER_BIT(layer);
	return held;
}

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	Runs *runs = user_data;
	const VpRequest *request = runs->result->request;
	const SandboxReport *report = sandbox_report(runs->sandbox);
	Program *program = runs->programs->pdata[index];

	programs_judge(program, request, result, VP_PROBE_RUN, held_layers(report));
	if (runs->cache)
		cache_store(runs->cache, program, result, report);
	runs->done++;
	return request->mode != VP_MODE_FIRST || !is_decided(runs);
}

static void on_tick(void *user_data)
{
	const Runs *runs = user_data;
	const VpRequest *request = runs->result->request;

	request->progress(runs->done, runs->programs->len, request->progress_data);
}

bool run_programs(VpResult *result, const GPtrArray *programs, Sandbox *sandbox,
	Cache *cache, GError **error)
{
	g_autofree SandboxRequest *requests = g_new(SandboxRequest, programs->len);
	g_autofree const char *(*argvs)[3] = g_malloc_n(programs->len, sizeof *argvs);
	Runs runs = {
		.result = result,
		.programs = programs,
		.sandbox = sandbox,
		.cache = cache,
	};
	bool ok;

	for (guint i = 0; i < programs->len; i++) {
		const VpCandidate *candidate = program_candidate(programs->pdata[i]);

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
	ok = sandbox_run(sandbox, requests, programs->len, on_result, &runs, error);
	sandbox_set_tick(sandbox, NULL, NULL);
	result->ran = ok;
	result->sandbox = *sandbox_report(sandbox);
	return ok;
}
