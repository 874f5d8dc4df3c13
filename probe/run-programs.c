// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs, several at a time.
 *
 * Results come in any order; what is chosen depends only on the order of precedence. When
 * only the first match is wanted, nothing after it is, and everything is over when all
 * before it have their verdict.
 */
#include "probe/run-programs.h"

#include <errno.h>
#include <string.h>

struct ProgramRuns {
	VpResult *result;
	GPtrArray *all;      /* of Program * */
	GPtrArray *programs; /* of Program *: those that run now */
	GPtrArray *replaced; /* of Program *: those to check again; or NULL */
	Sandbox *sandbox;
	SandboxRequest *requests; /* of those that run now; or NULL */
	const char *(*argvs)[3];
	bool *ended, *failed; /* one for each of these; failed: and is run once more */
	ProgramRan *on_ran;
	void *user_data;
	size_t done, total; /* for progress to be shown */
	GError *error;
};

/* Returns: how many programs come before anything that matches, or match first. */
static guint count_needed(const ProgramRuns *runs)
{
	guint first = programs_first_match(runs->result), n = 0;

	while (n < runs->programs->len &&
		((const Program *)runs->programs->pdata[n])->first <= first)
		n++;
	return n;
}

/* Between check and run: another file lies there now, which may be as good. */
static bool is_replaced(const SandboxResult *result)
{
	return result->outcome == SANDBOX_EXEC_FAILED && result->errnum == ESTALE;
}

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	ProgramRuns *runs = user_data;
	const VpRequest *request = runs->result->request;
	Program *program = runs->programs->pdata[index];
	const Answer answer = {.result = result, .source = VP_PROBE_RUN};
	bool counts;

	if (is_replaced(result) && runs->replaced) {
		g_ptr_array_add(runs->replaced, program);
		runs->ended[index] = true;
		return true;
	}
	counts = runs->on_ran(program, &answer, runs->user_data);
	/* Once more: what lies there now is not known. */
	if (is_replaced(result))
		programs_doubt(program);
	runs->failed[index] = !counts && !is_replaced(result);
	if (runs->failed[index])
		return false;
	runs->done++;
	runs->ended[index] = true;
	if (request->mode == VP_MODE_FIRST)
		sandbox_want(runs->sandbox, count_needed(runs));
	return true;
}

/* Those that failed beside others, and could not be run again. */
static void explain_unconfirmed(const GPtrArray *programs)
{
	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		for (guint j = 0; j < program->candidates->len; j++) {
			VpCandidate *candidate = program->candidates->pdata[j];
			g_autofree char *reason = g_strdup(candidate->reason);

			if (candidate->probe.source == VP_PROBE_RUN &&
				!candidate->probe.confirmed)
				candidate_settle(candidate, candidate->verdict,
					"not confirmed, because something else may be "
					"the reason, and it could not be run once more "
					"by itself: %s",
					reason);
		}
	}
}

GPtrArray *program_runs_waiting(const ProgramRuns *runs)
{
	GPtrArray *waiting = g_ptr_array_new();
	/* Nobody waits for programs after a match. */
	guint n = runs->result->request->mode == VP_MODE_FIRST ? count_needed(runs)
							       : runs->programs->len;

	for (int failed = false; failed <= true; failed++)
		for (guint i = 0; runs->requests && i < n; i++)
			if (!runs->ended[i] && runs->failed[i] == failed)
				g_ptr_array_add(waiting,
					program_candidate(runs->programs->pdata[i])
						->binary);
	g_ptr_array_add(waiting, NULL);
	return waiting;
}

static void on_tick(void *user_data)
{
	const ProgramRuns *runs = user_data;
	const VpRequest *request = runs->result->request;
	g_autoptr(GPtrArray) waiting = program_runs_waiting(runs);

	request->progress(runs->done, runs->total, (const char *const *)waiting->pdata,
		request->progress_data);
}

static void begin(ProgramRuns *runs)
{
	guint n = runs->programs->len;

	runs->requests = g_new(SandboxRequest, n);
	runs->argvs = g_malloc_n(n, sizeof *runs->argvs);
	runs->ended = g_new0(bool, n);
	runs->failed = g_new0(bool, n);
	for (guint i = 0; i < n; i++) {
		const VpCandidate *candidate =
			program_candidate(runs->programs->pdata[i]);

		/* P1. Many programs do not ignore further arguments. */
		memcpy(runs->argvs[i],
			((const char *[]){
				candidate->binary, "--print-capabilities", NULL}),
			sizeof runs->argvs[i]);
		runs->requests[i] = (SandboxRequest){
			.real_path = candidate->real_path,
			.program = candidate->program,
			.argv = runs->argvs[i],
			.way = g_str_equal(candidate->binary, candidate->real_path)
				       ? NULL
				       : &candidate->way,
		};
	}
	sandbox_begin(runs->sandbox, runs->requests, n, on_result, runs);
}

static void end(ProgramRuns *runs)
{
	if (!runs->requests)
		return;
	sandbox_end(runs->sandbox, runs->error ? NULL : &runs->error);
	g_free(runs->requests);
	runs->requests = NULL;
	g_free(runs->argvs);
	runs->argvs = NULL;
	g_free(runs->ended);
	runs->ended = NULL;
	g_free(runs->failed);
	runs->failed = NULL;
}

/* Only its first candidate is checked: what lies there may change between two checks, and
 * all of them are one program. */
static bool check_again(Program *program, const VpRequest *request,
	ProgramChecker *checker, GError **error)
{
	const VpCandidate *first = program_candidate(program);

	programs_reopen(program, request, VP_STALE_NONE);
	for (guint i = 0; i < program->candidates->len; i++) {
		VpCandidate *candidate = program->candidates->pdata[i];

		g_clear_pointer(&candidate->real_path, g_free);
		sandbox_way_clear(&candidate->way);
		if (i == 0 && !program_check(candidate, checker, error))
			return false;
		if (i == 0)
			continue;
		candidate->real_path = g_strdup(first->real_path);
		candidate->program = first->program;
		if (!candidate_is_pending(first))
			candidate_settle(candidate, first->verdict, "%s", first->reason);
	}
	return true;
}

/* Those that were replaced are checked again, in their order. Returns: whether there are
 * any to run, by what lies there now. */
static bool take_replaced(ProgramRuns *runs)
{
	const VpRequest *request = runs->result->request;
	FileCaller caller = file_caller(request->uid, request->gid, sandbox_root_trees);
	g_autoptr(ProgramChecker) checker = program_checker_new(&caller, NULL);
	g_autoptr(GPtrArray) replaced = g_steal_pointer(&runs->replaced);

	g_ptr_array_sort(replaced, programs_compare);
	for (guint i = 0; i < replaced->len; i++)
		if (!check_again(replaced->pdata[i], request, checker, &runs->error))
			return false;
	g_ptr_array_unref(runs->programs);
	runs->programs = programs_needed(runs->result, replaced);
	runs->total = runs->done + runs->programs->len;
	return runs->programs->len > 0;
}

ProgramRuns *program_runs_begin(VpResult *result, GPtrArray *programs, Sandbox *sandbox,
	ProgramRan *on_ran, void *user_data)
{
	ProgramRuns *runs = g_new(ProgramRuns, 1);

	*runs = (ProgramRuns){
		.result = result,
		.all = programs,
		.programs = g_ptr_array_ref(programs),
		.replaced = g_ptr_array_new(),
		.sandbox = sandbox,
		.on_ran = on_ran,
		.user_data = user_data,
		.total = programs->len,
	};
	if (result->request->progress)
		sandbox_set_tick(sandbox, on_tick, runs);
	begin(runs);
	return runs;
}

bool program_runs_step(ProgramRuns *runs)
{
	if (runs->requests && sandbox_step(runs->sandbox))
		return true;
	end(runs);
	if (runs->error || !runs->replaced || !take_replaced(runs))
		return false;
	begin(runs);
	return true;
}

uint64_t program_runs_wake_time(const ProgramRuns *runs)
{
	return runs->requests ? sandbox_wake_time(runs->sandbox) : 0;
}

bool program_runs_end(ProgramRuns *runs, GError **error)
{
	bool ok;

	end(runs);
	ok = !runs->error;
	sandbox_set_tick(runs->sandbox, NULL, NULL);
	explain_unconfirmed(runs->all);
	runs->result->ran = ok;
	result_set_report(runs->result, sandbox_report(runs->sandbox));
	if (runs->replaced)
		g_ptr_array_unref(runs->replaced);
	g_ptr_array_unref(runs->programs);
	g_ptr_array_unref(runs->all);
	if (!ok)
		g_propagate_error(error, runs->error);
	g_free(runs);
	return ok;
}
