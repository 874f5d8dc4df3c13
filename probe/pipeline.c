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
#include "probe/cache.h"
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

/* What the cache knows, in order of precedence. Where the first match is wanted, entries
 * behind it are not even looked at. */
static void recall(VpResult *result, const GPtrArray *programs, Cache *cache)
{
	bool first = result->request->mode == VP_MODE_FIRST;
	guint end = G_MAXUINT;

	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		if (program->first >= end)
			return;
		cache_recall(cache, program);
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
			VpStamp stale = candidate->probe.stale;

			candidate_settle(candidate, VP_VERDICT_NOT_CACHED, "%s%s",
				stale ? "its entry is not used: " : "it has no entry",
				stale ? vp_stamp_about(stale) : "");
		}
	}
}

/* All that needs a run or an entry. */
static bool ask_programs(VpResult *result, Sandbox *early, Cache *cache, GError **error)
{
	const VpRequest *request = result->request;
	g_autoptr(GPtrArray) programs = programs_find(result);
	g_autoptr(GPtrArray) needed = NULL;
	g_autoptr(Sandbox) late = NULL;

	if (cache_may_answer(cache))
		recall(result, programs, cache);
	needed = programs_needed(result, programs);
	if (request->cache == VP_CACHE_ONLY) {
		settle_not_cached(needed);
		return true;
	}
	if (needed->len && cache) {
		cache_claim(cache, needed);
		g_ptr_array_unref(needed);
		needed = programs_needed(result, programs);
	}
	if (!needed->len)
		return true;
	if (!early)
		late = open_sandbox(request, error);
	return (early || late) &&
	       run_programs(result, needed, early ? early : late, cache, error);
}

static bool exposes_devices(const VpRequest *request)
{
	g_autofree char *devices = sandbox_devices(request->expose, NULL);

	return devices && *devices;
}

/* Up to its program. */
static bool look_at(VpCandidate *candidate, const VpRequest *request,
	const FileCaller *caller, GError **error)
{
	if (candidate->manifest && candidate_is_pending(candidate) &&
		!manifest_read(candidate, caller, error))
		return false;
	if (candidate->manifest && candidate_is_pending(candidate))
		compare_type(candidate, request);
	return !candidate_is_pending(candidate) ||
	       program_check(candidate, caller, error);
}

/* What the search path holds, up to the programs. */
static bool look_at_all(VpResult *result, GError **error)
{
	const VpRequest *request = result->request;
	const FileCaller caller =
		file_caller(request->uid, request->gid, sandbox_root_trees);

	if (!find_candidates(result, error))
		return false;
	for (guint i = 0; i < result->candidates->len; i++)
		if (!look_at(result->candidates->pdata[i], request, &caller, error))
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
