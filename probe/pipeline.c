// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The whole story on one screen:
 *
 *   search path -> manifest -> program -> cache or sandboxed run -> capabilities ->
 *   match -> (nothing matches: old failures run once more) -> selection
 *
 * Nothing else runs backwards. Every file that was ever seen travels to the end, with a
 * verdict and a reason, so that select, list, explain and the JSON are views of one
 * result.
 */
#include "common/lack.h"
#include "common/text.h"
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
	Cache *cache;      /* or NULL */
	Sandbox **sandbox; /* opened when it is needed */
	bool again;        /* failures that have aged are not believed */
} Asking;

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
	if (asking->result->request->cache == VP_CACHE_ONLY)
		return VP_STALE_NONE;
	if (!counts)
		return VP_STALE_DOUBTFUL;
	return asking->again && has_aged_failure(program) ? VP_STALE_AGE : VP_STALE_NONE;
}

/* Returns: whether there is an entry that is believed, by which @program is judged. */
static bool recall(const Asking *asking, Program *program)
{
	const VpRequest *request = asking->result->request;
	g_auto(CacheAnswer) kept = {0};
	bool found = cache_recall(asking->cache, &program->slot, &kept);
	VpStale doubt;
	bool counts;

	/* By refresh nobody wants to know what was there before. */
	programs_set_stale(
		program, request->cache == VP_CACHE_REFRESH ? VP_STALE_NONE : kept.stale);
	if (!found)
		return false;
	counts = programs_judge(program, request,
		&(Answer){&kept.result, VP_PROBE_CACHE, kept.held, kept.age_us});
	doubt = find_doubt(asking, program, counts);
	if (doubt == VP_STALE_NONE)
		return true;
	programs_reopen(program, request, doubt);
	return false;
}

static bool on_ran(Program *program, const Answer *answer, void *user_data)
{
	const Asking *asking = user_data;
	bool counts = programs_judge(program, asking->result->request, answer);

	if (counts && asking->cache)
		cache_store(asking->cache, &program->slot, answer->result,
			programs_have_failed(program));
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

static bool run(const Asking *asking, const GPtrArray *programs, GError **error)
{
	VpResult *result = asking->result;

	if (!*asking->sandbox)
		*asking->sandbox = open_sandbox(result->request, error);
	return *asking->sandbox && run_programs(result, programs, *asking->sandbox,
					   on_ran, (void *)asking, error);
}

/* Runs those of @programs that are needed and have no answer yet. */
static bool run_needed(const Asking *asking, const GPtrArray *programs, GError **error)
{
	g_autoptr(GPtrArray) needed = programs_needed(asking->result, programs);
	g_autoptr(GPtrArray) unanswered = NULL;
	bool ok;

	if (needed->len && asking->cache)
		claim_all(asking, needed);
	unanswered = programs_needed(asking->result, needed);
	ok = !unanswered->len || run(asking, unanswered, error);
	/* Of what was ended, or not confirmed, nothing is stored. */
	for (guint i = 0; asking->cache && i < needed->len; i++)
		cache_release(asking->cache, &((Program *)needed->pdata[i])->slot);
	return ok;
}

/* A failure must not outlive its repair: where nothing works, those that have aged are
 * forgotten. Returns: whether there are any. */
static bool forget_failures(const Asking *asking, const GPtrArray *programs)
{
	bool any = false;

	if (programs_first_match(asking->result) != G_MAXUINT)
		return false;
	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		if (!has_aged_failure(program))
			continue;
		programs_reopen(program, asking->result->request, VP_STALE_AGE);
		any = true;
	}
	return any;
}

/* All that needs a run or an entry. */
static bool ask_programs(
	VpResult *result, Sandbox **sandbox, Cache *cache, GError **error)
{
	Asking asking = {.result = result, .cache = cache, .sandbox = sandbox};
	g_autoptr(GPtrArray) programs = programs_find(result);

	if (cache_may_answer(cache))
		recall_all(&asking, programs);
	if (result->request->cache == VP_CACHE_ONLY) {
		g_autoptr(GPtrArray) needed = programs_needed(result, programs);

		settle_not_cached(needed);
		return true;
	}
	if (!run_needed(&asking, programs, error))
		return false;
	asking.again = forget_failures(&asking, programs);
	return !asking.again || run_needed(&asking, programs, error);
}

/* Whoever reads of a failure should know that it is an old one. */
static void date_failures(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];
		const VpProbe *probe = &candidate->probe;
		g_autofree char *reason = NULL, *age = NULL;

		if (probe->source != VP_PROBE_CACHE ||
			vp_verdict_stage(candidate->verdict) != VP_STAGE_RUN)
			continue;
		reason = g_steal_pointer(&candidate->reason);
		age = text_duration(probe->age_us / G_USEC_PER_SEC);
		candidate_settle(candidate, candidate->verdict,
			"%s (from the cache, %s old; --cache refresh asks again)", reason,
			age);
	}
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
	if (!look_at_all(result, error) || !ask_programs(result, &sandbox, cache, error))
		return NULL;
	select_candidates(result);
	date_failures(result);
	result->exposes_devices = exposes_devices(request);
	if (cache)
		cache_report(cache, result);
	return g_steal_pointer(&result);
}
