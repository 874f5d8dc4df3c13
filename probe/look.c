// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the search path holds, up to the programs: all that needs neither a run nor the
 * cache. There may be many files, so that it is done in steps.
 */
#include "probe/candidate.h"

/* Each takes some system calls. */
#define FILES_PER_STEP 16

struct Look {
	VpResult *result;
	FileCaller caller;
	SandboxReach *reach;
	ProgramChecker *checker;
	Search *search; /* NULL: all candidates are there */
	guint n;        /* those that were looked at */
};

/* A program that was given. */
static void add_binary(VpResult *result)
{
	const VpRequest *request = result->request;
	VpCandidate *candidate = candidate_new();

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

/* Up to its program, unless it has to wait: then it goes on where it was. */
static bool look_at(Look *look, VpCandidate *candidate, GError **error)
{
	if (!candidate_is_pending(candidate))
		return true;
	if (!candidate->binary) {
		if (!candidate_reaches(candidate, look->reach, VP_VERDICT_UNREADABLE, "",
			    candidate->manifest))
			return true;
		if (!manifest_read(candidate, &look->caller, error))
			return false;
		if (candidate_is_pending(candidate))
			compare_type(candidate, look->result->request);
	}
	return !candidate_is_pending(candidate) ||
	       program_check(candidate, look->checker, error);
}

Look *look_new(VpResult *result)
{
	const VpRequest *request = result->request;
	Look *look = g_new(Look, 1);

	*look = (Look){
		.result = result,
		.caller = file_caller(request->uid, request->gid, sandbox_root_trees),
	};
	look->reach = sandbox_reach_new(request->timeout_us);
	look->checker = program_checker_new(&look->caller, look->reach);
	if (request->binary)
		add_binary(result);
	else
		look->search = search_new(result, look->reach);
	return look;
}

bool look_home(Look *look)
{
	return request_reach_home(look->result->request, look->reach) !=
	       SANDBOX_REACH_WAITS;
}

void look_free(Look *look)
{
	if (!look)
		return;
	program_checker_free(look->checker);
	search_free(look->search);
	sandbox_reach_free(look->reach);
	g_free(look);
}

SandboxReach *look_get_reach(const Look *look)
{
	return look->reach;
}

int look_fd(const Look *look)
{
	return sandbox_reach_fd(look->reach);
}

gint64 look_wake_time(const Look *look)
{
	return (gint64)sandbox_reach_wake_time(look->reach);
}

const char *look_waits_for(const Look *look)
{
	return sandbox_reach_waits_for(look->reach);
}

bool look_step(Look *look, bool *ret_done, GError **error)
{
	const GPtrArray *candidates = look->result->candidates;
	bool found = true;
	guint end;

	*ret_done = false;
	if (look->search && !search_step(look->search, &found, error))
		return false;
	if (!found)
		return true;
	search_free(g_steal_pointer(&look->search));
	for (end = MIN(look->n + FILES_PER_STEP, candidates->len); look->n < end;
		look->n++) {
		if (!look_at(look, candidates->pdata[look->n], error))
			return false;
		if (look_waits_for(look))
			return true;
	}
	if (end < candidates->len)
		return true;
	explain_masks(look->result);
	*ret_done = true;
	return true;
}
