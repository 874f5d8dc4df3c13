// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The whole story on one screen:
 *
 *   search path -> manifest -> program -> cache or sandboxed run -> capabilities ->
 *   match -> selection
 *
 * Nothing runs backwards. Every file that was ever seen travels to the end, with a
 * verdict and a reason, so that select, list, explain and the JSON are views of one
 * result.
 */
#include "common/lack.h"
#include "probe/candidate.h"
#include "probe/programs.h"
#include "probe/run-programs.h"

static void free_search_dir(void *data)
{
	VpSearchDir *dir = data;

	g_free(dir->dir);
	g_free(dir->error);
	g_free(dir);
}

static VpResult *result_new(const VpRequest *request)
{
	VpResult *result = g_new0(VpResult, 1);

	result->request = request;
	result->search = g_ptr_array_new_with_free_func(free_search_dir);
	result->candidates =
		g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	return result;
}

void vp_result_free(VpResult *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->search);
	g_ptr_array_unref(result->candidates);
	if (result->stored)
		g_hash_table_unref(result->stored);
	g_free(result->cache_error);
	g_free(result);
}

static Sandbox *open_sandbox(const VpRequest *request, GError **error)
{
	SandboxPolicy policy = {
		.level = request->sandbox,
		.without = request->without,
		.timeout_us = request->timeout_us,
		.jobs = request->jobs,
		.once = true,
		.expose = request->expose,
		.home = request->home,
		.warden = request->warden,
	};

	return sandbox_open(&policy, error);
}

static bool find_candidates(VpResult *result, GError **error)
{
	const VpRequest *request = result->request;
	VpCandidate *candidate;

	if (!request->binary)
		return search_directories(result, error);
	candidate = candidate_new();
	candidate->binary = g_strdup(request->binary);
	candidate->type = g_strdup(request->type);
	g_ptr_array_add(result->candidates, candidate);
	return true;
}

static void compare_type(VpCandidate *candidate, const VpRequest *request)
{
	if (request->type && !g_str_equal(request->type, candidate->type))
		candidate_settle(candidate, VP_VERDICT_OTHER_TYPE, "is of type %s",
			candidate->type);
}

/* ---- asking: every answer, from wherever, is judged here ---- */

typedef struct {
	VpResult *result;
	Cache *cache; /* or NULL */
} Asking;

/* Returns: whether there is an entry that is believed, by which @program is judged. */
static bool recall(const Asking *asking, Program *program)
{
	g_auto(CacheAnswer) kept = {0};

	if (!cache_recall(asking->cache, &program->slot, &kept)) {
		/* Nobody wanted to know what was there before. */
		if (asking->result->request->cache != VP_CACHE_REFRESH)
			programs_set_stale(program, kept.stale);
		return false;
	}
	programs_set_stale(program, VP_STALE_NONE);
	programs_judge(program, asking->result->request,
		&(Answer){&kept.result, VP_PROBE_CACHE, kept.held});
	return true;
}

static bool on_ran(Program *program, const Answer *answer, void *user_data)
{
	const Asking *asking = user_data;
	bool counts = programs_judge(program, asking->result->request, answer);

	if (counts && asking->cache)
		cache_store(asking->cache, &program->slot, answer->result,
			program_candidate(program)->verdict);
	return counts;
}

/* What the cache knows, in order of precedence. Where the first match is wanted, entries
 * behind it are not even looked at. */
static void recall_all(const Asking *asking, const GPtrArray *programs)
{
	bool first = asking->result->request->mode == VP_MODE_FIRST;
	guint end = G_MAXUINT;

	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		if (program->first >= end)
			return;
		recall(asking, program);
		if (first && program_candidate(program)->verdict == VP_VERDICT_MATCH)
			end = MIN(end, program->first);
	}
}

static void settle_not_cached(const GPtrArray *programs)
{
	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		for (guint j = 0; j < program->candidates->len; j++) {
			VpCandidate *candidate = program->candidates->pdata[j];
			VpStale stale = candidate->probe.stale;

			candidate_settle(candidate, VP_VERDICT_NOT_CACHED, "%s%s",
				stale ? "its entry is not used: " : "it has no entry",
				stale ? vp_stale_about(stale) : "");
		}
	}
}

/* Everybody claims in the same order, so that no two wait for each other. */
static int compare_names(const void *a, const void *b)
{
	const Program *const *program_a = a, *const *program_b = b;

	return g_strcmp0((*program_a)->slot.name, (*program_b)->slot.name);
}

/* Claims the entries of @programs, all of which are about to run; for as long as one
 * program may take. What another caller has written meanwhile is an answer. */
static void claim_all(const Asking *asking, const GPtrArray *programs)
{
	const VpRequest *request = asking->result->request;
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	gint64 settle = 0, deadline;

	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		settle = MAX(settle, cache_prepare(asking->cache, &program->slot));
		g_ptr_array_add(sorted, program);
	}
	if (settle && request->cache == VP_CACHE_REFRESH)
		g_usleep((gulong)settle + 1000);
	g_ptr_array_sort(sorted, compare_names);
	deadline = g_get_monotonic_time() + (gint64)request->timeout_us;
	for (guint i = 0; i < sorted->len; i++) {
		Program *program = sorted->pdata[i];

		if (cache_claim(asking->cache, &program->slot, deadline) &&
			recall(asking, program))
			cache_release(asking->cache, &program->slot);
	}
}

/* All that needs a run or an entry. */
static bool ask_programs(VpResult *result, Sandbox *early, Cache *cache, GError **error)
{
	const VpRequest *request = result->request;
	Asking asking = {result, cache};
	g_autoptr(GPtrArray) programs = programs_find(result);
	g_autoptr(GPtrArray) needed = NULL;
	g_autoptr(Sandbox) late = NULL;

	if (cache_may_answer(cache))
		recall_all(&asking, programs);
	needed = programs_needed(result, programs);
	if (request->cache == VP_CACHE_ONLY) {
		settle_not_cached(needed);
		return true;
	}
	if (needed->len && cache) {
		claim_all(&asking, needed);
		g_ptr_array_unref(needed);
		needed = programs_needed(result, programs);
	}
	if (!needed->len)
		return true;
	if (!early)
		late = open_sandbox(request, error);
	return (early || late) &&
	       run_programs(result, needed, early ? early : late, on_ran, &asking, error);
}

static bool exposes_devices(const VpRequest *request)
{
	g_autofree char *devices = sandbox_devices(request->expose, NULL);

	return devices && *devices;
}

/* Up to its program. */
static bool look_at(VpCandidate *candidate, const VpRequest *request,
	const FileCaller *caller, ProgramChecker *checker, GError **error)
{
	if (candidate->manifest && candidate_is_pending(candidate) &&
		!manifest_read(candidate, caller, error))
		return false;
	if (candidate->manifest && candidate_is_pending(candidate))
		compare_type(candidate, request);
	return !candidate_is_pending(candidate) ||
	       program_check(candidate, checker, error);
}

/* What the search path holds, up to the programs. */
static bool look_at_all(VpResult *result, GError **error)
{
	const VpRequest *request = result->request;
	const FileCaller caller =
		file_caller(request->uid, request->gid, sandbox_root_trees);
	g_autoptr(ProgramChecker) checker = program_checker_new(&caller);

	if (!find_candidates(result, error))
		return false;
	for (guint i = 0; i < result->candidates->len; i++)
		if (!look_at(result->candidates->pdata[i], request, &caller, checker,
			    error))
			return false;
	return true;
}

VpResult *vp_probe(const VpRequest *request, GError **error)
{
	g_autoptr(VpResult) result = result_new(request);
	g_autoptr(Cache) cache = NULL;
	/* Where programs will be run anyhow it builds its first room while the manifests
	 * are read. */
	g_autoptr(Sandbox) sandbox = NULL;

	if (!lack_check_host(error))
		return NULL;
	cache = cache_open(request);
	if (!cache_may_answer(cache) && request->cache != VP_CACHE_ONLY)
		sandbox = open_sandbox(request, NULL);
	if (!look_at_all(result, error) || !ask_programs(result, sandbox, cache, error))
		return NULL;
	select_candidates(result);
	result->exposes_devices = exposes_devices(request);
	if (cache)
		cache_report(cache, result);
	return g_steal_pointer(&result);
}
