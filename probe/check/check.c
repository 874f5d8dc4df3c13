// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A check from its beginning to its end: files, manifests, programs' files, directories,
 * runs, order. What the pipeline stops at, since one reason is enough for a verdict, is
 * one finding here, and the next stage follows as far as there is something for it.
 */
#include "probe/check/stages.h"

#include "common/lack.h"
#include "probe/error.h"

static void subject_free(void *data)
{
	Subject *subject = data;

	g_strfreev(subject->announced.features);
	g_free(subject);
}

/* ---- what is checked ---- */

static void add_file(VpResult *result, const char *path)
{
	VpCandidate *candidate = candidate_new();

	candidate->name = g_path_get_basename(path);
	candidate->manifest = g_strdup(path);
	candidate_judge_name(candidate);
	g_ptr_array_add(result->candidates, candidate);
}

static void add_binary(VpResult *result, const char *binary)
{
	VpCandidate *candidate = candidate_new();

	candidate->binary = g_strdup(binary);
	g_ptr_array_add(result->candidates, candidate);
}

/* Returns: (transfer full): of Subject *, for all candidates. */
static GPtrArray *find_subjects(VpCheck *check, guint n_searched)
{
	const GPtrArray *candidates = check->result->candidates;
	GPtrArray *subjects = g_ptr_array_new_with_free_func(subject_free);

	for (guint i = 0; i < candidates->len; i++) {
		Subject *subject = g_new0(Subject, 1);

		*subject = (Subject){check, candidates->pdata[i], i, i < n_searched, {0}};
		g_ptr_array_add(subjects, subject);
	}
	return subjects;
}

/* ---- one after another ---- */

/* Whether the file may be looked at, which it waits for. */
static bool is_reached(Subject *subject)
{
	VpCandidate *candidate = subject->candidate;
	SandboxReach *reach = subject->check->reach;

	if (sandbox_reach_now(reach, candidate->manifest))
		return true;
	candidate_settle(
		candidate, VP_VERDICT_UNREADABLE, "%s", sandbox_reach_hung(reach));
	finding_add(subject, VP_DEFECT_UNREADABLE, NOWHERE, "cannot be read: it %s",
		candidate->reason);
	return false;
}

static bool look_at_manifest(Subject *subject, FileCaller *caller, GError **error)
{
	VpCandidate *candidate = subject->candidate;
	g_autofree char *text = NULL;
	size_t length;

	if (!is_reached(subject))
		return true;
	if (!check_file(subject, caller, &text, &length, error))
		return false;
	if (text)
		check_manifest(subject, text, length);
	/* What is broken has a finding that says why. */
	if (candidate_is_pending(candidate) && !candidate->binary)
		candidate_settle(
			candidate, VP_VERDICT_BAD_MANIFEST, "it names no program");
	return true;
}

static bool look_at(
	Subject *subject, FileCaller *caller, ProgramChecker *programs, GError **error)
{
	if (subject->candidate->manifest && !look_at_manifest(subject, caller, error))
		return false;
	if (!candidate_is_pending(subject->candidate))
		return true;
	do {
		sandbox_reach_wait(subject->check->reach);
		if (!program_check(subject->candidate, programs, error))
			return false;
	} while (sandbox_reach_waits_for(subject->check->reach));
	check_verdict(subject);
	return true;
}

static bool check_all(VpCheck *check, const GPtrArray *subjects, GError **error)
{
	const VpRequest *request = check->result->request;
	FileCaller caller = file_caller(request->uid, request->gid, sandbox_root_trees);
	g_autoptr(ProgramChecker) programs = program_checker_new(&caller, check->reach);

	for (guint i = 0; i < subjects->len; i++)
		if (!look_at(subjects->pdata[i], &caller, programs, error))
			return false;
	check_masks(check, subjects);
	if (!check_directories(check, &caller, error) ||
		!check_programs(check, subjects, error))
		return false;
	check_order(subjects);
	return true;
}

/* Fills in the result. Returns: FALSE where that ends the check. */
static bool find_all(
	VpCheck *check, const char *const *files, guint *ret_n_searched, GError **error)
{
	VpResult *result = check->result;
	const VpRequest *request = result->request;
	g_autoptr(Search) search = NULL;
	bool done = false;

	*ret_n_searched = 0;
	if (!lack_check_host(error))
		return false;
	if (request->binary) {
		add_binary(result, request->binary);
		return true;
	}
	search = search_new(result, check->reach);
	while (!done) {
		sandbox_reach_wait(check->reach);
		if (!search_step(search, &done, error))
			return false;
	}
	*ret_n_searched = result->candidates->len;
	for (; files && *files; files++)
		add_file(result, *files);
	return true;
}

static bool check_whole(VpCheck *check, const char *const *files, GError **error)
{
	g_autoptr(GPtrArray) subjects = NULL;
	g_autoptr(SandboxReach) reach =
		sandbox_reach_new(check->result->request->timeout_us);
	guint n_searched;

	check->reach = reach;
	while (request_reach_home(check->result->request, reach) == SANDBOX_REACH_WAITS)
		sandbox_reach_wait(reach);
	if (!find_all(check, files, &n_searched, error))
		return false;
	subjects = find_subjects(check, n_searched);
	check->n_files = check->result->request->binary ? 0 : subjects->len;
	if (!check_all(check, subjects, error))
		return false;
	result_note_devices(check->result);
	findings_finish(check);
	return true;
}

VpCheck *vp_check(const VpRequest *request, const char *const *files, GError **error)
{
	g_autoptr(VpCheck) check = g_new0(VpCheck, 1);
	GError *cause = NULL;

	check->result = result_new(request);
	check->result->request->mode = VP_MODE_LIST;
	check->findings = findings_new();
	if (!request_check(check->result->request, error))
		return NULL;
	for (const char *const *file = files; file && *file; file++)
		if (!request_check_path(*file, error))
			return NULL;
	if (!check_whole(check, files, &cause)) {
		error_publish(error, VP_ERROR_HOST, cause);
		return NULL;
	}
	/* What it points to need not live any longer. */
	vp_request_set_progress(check->result->request, NULL, NULL);
	return g_steal_pointer(&check);
}
