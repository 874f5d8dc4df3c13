// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the search path holds, up to the programs: all that needs neither a run nor the
 * cache.
 */
#include "probe/candidate.h"

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

bool look_at_all(VpResult *result, GError **error)
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
	explain_masks(result);
	return true;
}
