// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The whole story on one screen:
 *
 *   search path -> manifest -> program -> sandboxed run -> capabilities -> match ->
 * selection
 *
 * Nothing runs backwards. Every file that was ever seen travels to the end, with a
 * verdict and a reason, so that select, list, explain and the JSON are views of one
 * result.
 */
#include "probe/candidate.h"

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
	};

	return sandbox_open(&policy, error);
}

static void find_candidates(VpResult *result)
{
	const VpRequest *request = result->request;
	VpCandidate *candidate;

	if (!request->binary) {
		search_directories(result);
		return;
	}
	candidate = candidate_new();
	candidate->binary = g_strdup(request->binary);
	candidate->type = g_strdup(request->type);
	g_ptr_array_add(result->candidates, candidate);
}

static void compare_type(VpCandidate *candidate, const VpRequest *request)
{
	if (request->type && !g_str_equal(request->type, candidate->type))
		candidate_settle(candidate, VP_VERDICT_OTHER_TYPE, "is of type %s",
			candidate->type);
}

static bool has_pending(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++)
		if (candidate_is_pending(result->candidates->pdata[i]))
			return true;
	return false;
}

VpResult *vp_probe(const VpRequest *request, GError **error)
{
	const FileCaller caller = {request->uid, request->gid};
	g_autoptr(VpResult) result = result_new(request);
	g_autoptr(GError) sandbox_error = NULL;
	/* Builds its first room while the manifests are read. */
	g_autoptr(Sandbox) sandbox = open_sandbox(request, &sandbox_error);

	find_candidates(result);
	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->manifest && candidate_is_pending(candidate))
			manifest_read(candidate, &caller);
		if (candidate->manifest && candidate_is_pending(candidate))
			compare_type(candidate, request);
		if (candidate_is_pending(candidate))
			program_check(candidate, &caller);
	}
	if (has_pending(result)) {
		if (!sandbox) {
			g_propagate_error(error, g_steal_pointer(&sandbox_error));
			return NULL;
		}
		if (!run_programs(result, sandbox, error))
			return NULL;
	}
	select_candidates(result);
	return g_steal_pointer(&result);
}
