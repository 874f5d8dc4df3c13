// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the search path holds, up to the programs: all that needs neither a run nor the
 * cache. There may be many files, so that it is done by steps.
 */
#include "probe/candidate.h"

/* Each takes some system calls. */
#define FILES_PER_STEP 16

struct Look {
	VpResult *result;
	FileCaller caller;
	ProgramChecker *checker;
	bool found; /* the candidates */
	guint n;    /* those that were looked at */
};

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

Look *look_new(VpResult *result)
{
	const VpRequest *request = result->request;
	Look *look = g_new(Look, 1);

	*look = (Look){
		.result = result,
		.caller = file_caller(request->uid, request->gid, sandbox_root_trees),
	};
	look->checker = program_checker_new(&look->caller);
	return look;
}

void look_free(Look *look)
{
	if (!look)
		return;
	program_checker_free(look->checker);
	g_free(look);
}

bool look_step(Look *look, bool *ret_done, GError **error)
{
	const GPtrArray *candidates = look->result->candidates;
	guint end;

	*ret_done = false;
	if (!look->found) {
		look->found = true;
		return find_candidates(look->result, error);
	}
	for (end = MIN(look->n + FILES_PER_STEP, candidates->len); look->n < end;
		look->n++)
		if (!look_at(candidates->pdata[look->n], look->result->request,
			    &look->caller, look->checker, error))
			return false;
	if (end < candidates->len)
		return true;
	explain_masks(look->result);
	*ret_done = true;
	return true;
}
