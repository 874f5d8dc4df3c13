// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs, several at a time.
 *
 * Results come in any order; what is chosen depends on the order of precedence alone.
 * When only the first match is wanted, what lies behind one is not, and everything is
 * over when all in front of it have their verdict.
 */
#include "probe/run-programs.h"

#include <errno.h>
#include <string.h>

typedef struct {
	VpResult *result;
	const GPtrArray *programs; /* of Program *: those that run now */
	GPtrArray *replaced;       /* of Program *: those to check again; or NULL */
	Sandbox *sandbox;
	ProgramRan *on_ran;
	void *user_data;
	size_t done, total; /* for who shows progress */
} Runs;

/* Returns: how many programs come before anything that matches, or match first. */
static guint count_needed(const Runs *runs)
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
	Runs *runs = user_data;
	const VpRequest *request = runs->result->request;
	Program *program = runs->programs->pdata[index];
	const Answer answer = {
		.result = result, .source = VP_PROBE_RUN, .held = result->held};
	bool counts;

	if (is_replaced(result) && runs->replaced) {
		g_ptr_array_add(runs->replaced, program);
		return true;
	}
	counts = runs->on_ran(program, &answer, runs->user_data);
	/* Once more: what lies there now is not known. */
	if (is_replaced(result))
		programs_doubt(program);
	else if (!counts)
		return false;
	runs->done++;
	if (request->mode == VP_MODE_FIRST)
		sandbox_want(runs->sandbox, count_needed(runs));
	return true;
}

/* Those that failed beside others, and had to stay with that. */
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

static void on_tick(void *user_data)
{
	const Runs *runs = user_data;
	const VpRequest *request = runs->result->request;

	request->progress(runs->done, runs->total, request->progress_data);
}

static bool run_all(Runs *runs, GError **error)
{
	guint n = runs->programs->len;
	g_autofree SandboxRequest *requests = g_new(SandboxRequest, n);
	g_autofree const char *(*argvs)[3] = g_malloc_n(n, sizeof *argvs);

	for (guint i = 0; i < n; i++) {
		const VpCandidate *candidate =
			program_candidate(runs->programs->pdata[i]);

		/* P1. Many programs do not ignore further arguments. */
		memcpy(argvs[i],
			((const char *[]){
				candidate->binary, "--print-capabilities", NULL}),
			sizeof argvs[i]);
		requests[i] = (SandboxRequest){
			candidate->real_path, candidate->program, argvs[i]};
	}
	return sandbox_run(runs->sandbox, requests, n, on_result, runs, error);
}

/* Those that were replaced, in their order, by what lies there now. */
static bool run_replaced(Runs *runs, GError **error)
{
	const VpRequest *request = runs->result->request;
	const FileCaller caller =
		file_caller(request->uid, request->gid, sandbox_root_trees);
	g_autoptr(ProgramChecker) checker = program_checker_new(&caller);
	g_autoptr(GPtrArray) replaced = g_steal_pointer(&runs->replaced);
	g_autoptr(GPtrArray) needed = NULL;

	g_ptr_array_sort(replaced, programs_compare);
	for (guint i = 0; i < replaced->len; i++) {
		const Program *program = replaced->pdata[i];

		for (guint j = 0; j < program->candidates->len; j++) {
			VpCandidate *candidate = program->candidates->pdata[j];

			g_clear_pointer(&candidate->real_path, g_free);
			candidate_forget_run(candidate);
			candidate->verdict = VP_VERDICT_PENDING;
			if (!program_check(candidate, checker, error))
				return false;
		}
	}
	needed = programs_needed(runs->result, replaced);
	runs->programs = needed;
	runs->total = runs->done + needed->len;
	return !needed->len || run_all(runs, error);
}

bool run_programs(VpResult *result, const GPtrArray *programs, Sandbox *sandbox,
	ProgramRan *on_ran, void *user_data, GError **error)
{
	Runs runs = {
		.result = result,
		.programs = programs,
		.replaced = g_ptr_array_new(),
		.sandbox = sandbox,
		.on_ran = on_ran,
		.user_data = user_data,
		.total = programs->len,
	};
	bool ok;

	if (result->request->progress)
		sandbox_set_tick(sandbox, on_tick, &runs);
	ok = run_all(&runs, error) && run_replaced(&runs, error);
	if (runs.replaced)
		g_ptr_array_unref(runs.replaced);
	sandbox_set_tick(sandbox, NULL, NULL);
	explain_unconfirmed(programs);
	result->ran = ok;
	result->sandbox = *sandbox_report(sandbox);
	return ok;
}
