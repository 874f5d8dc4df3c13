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
#include "probe/pipeline.h"

#include "common/lack.h"
#include "probe/candidate.h"
#include "probe/error.h"
#include "probe/programs.h"
#include "probe/recall.h"
#include "probe/run-programs.h"

static Sandbox *open_sandbox(const VpRequest *request, GError **error)
{
	SandboxPolicy policy = policy_of(request);

	policy.once = true;
	return sandbox_open(&policy, error);
}

/* Where a request is on its way. */
typedef enum {
	LOOKING,  /* at files, up to the programs */
	ASKING,   /* the cache */
	SETTLING, /* until a change to what is about to run would show */
	CLAIMING, /* entries of what is about to run */
	RUNNING,
	ENDED,
} Stage;

struct Pipeline {
	const VpRequest *request;
	VpResult *result;
	Cache *cache;     /* or NULL */
	Sandbox *sandbox; /* NULL: not opened yet */
	Stage stage;
	GError *error;
	GPtrArray *programs; /* of Program *: all that could run */
	bool again;          /* see Asking */

	/* While some are about to run. */
	GPtrArray *needed, *to_claim; /* of Program *, not owned */
	guint n_claimed;
	gint64 claim_until_us, wake_us; /* monotonic */
	gint64 patience_us;             /* between two looks at another caller's lock */
	ProgramRuns *runs;              /* or NULL */
};

/* Between two looks at a lock: at first, and at most. */
#define LOCK_POLL_US     500
#define LOCK_POLL_MAX_US (10 * 1000)

static void clear_array(GPtrArray **array)
{
	if (*array)
		g_ptr_array_unref(*array);
	*array = NULL;
}

/* ---- answers ---- */

static Asking asking(const Pipeline *pipeline)
{
	return (Asking){pipeline->request, pipeline->cache, pipeline->again};
}

static bool on_ran(Program *program, const Answer *answer, void *user_data)
{
	const Pipeline *pipeline = user_data;
	bool counts = programs_judge(program, pipeline->request, answer);

	if (counts && pipeline->cache)
		cache_store(pipeline->cache, &program->slot, answer->result,
			programs_have_failed(program));
	return counts;
}

/* All callers claim in the same order, so that no two wait for each other. */
static int compare_names(const void *a, const void *b)
{
	const Program *const *program_a = a, *const *program_b = b;

	return g_strcmp0((*program_a)->slot.name, (*program_b)->slot.name);
}

static bool exposes_devices(const VpRequest *request)
{
	g_autofree char *devices = sandbox_devices(request->expose, NULL);

	return devices && *devices;
}

/* ---- steps; each has its stage, and leads to the next ---- */

/* Returns: FALSE, and the end. */
static bool fail(Pipeline *pipeline)
{
	pipeline->stage = ENDED;
	return false;
}

static bool finish(Pipeline *pipeline)
{
	VpResult *result = pipeline->result;

	select_candidates(result);
	result->exposes_devices = exposes_devices(pipeline->request);
	if (pipeline->cache) {
		recall_note_kept(pipeline->cache, pipeline->programs);
		cache_report(pipeline->cache, result);
	}
	pipeline->stage = ENDED;
	return false;
}

/* A round of those programs that are needed and have no answer yet. */
static bool begin_round(Pipeline *pipeline)
{
	gint64 settle = 0;

	clear_array(&pipeline->needed);
	pipeline->needed = programs_needed(pipeline->result, pipeline->programs);
	for (guint i = 0; pipeline->cache && i < pipeline->needed->len; i++) {
		Program *program = pipeline->needed->pdata[i];

		settle = MAX(settle, cache_prepare(pipeline->cache, &program->slot));
	}
	/* By all others what cannot be relied on is not stored. */
	if (settle && pipeline->request->cache == VP_CACHE_REFRESH)
		pipeline->wake_us = g_get_monotonic_time() + settle + 1000;
	pipeline->stage = SETTLING;
	return true;
}

static bool look(Pipeline *pipeline)
{
	const VpRequest *request = pipeline->request;

	if (!lack_check_host(&pipeline->error))
		return fail(pipeline);
	pipeline->cache = cache_open(request);
	/* Where programs will be run anyhow, the sandbox builds its first room while the
	 * manifests are read. */
	if (!cache_may_answer(pipeline->cache) && request->cache != VP_CACHE_ONLY)
		pipeline->sandbox = open_sandbox(request, NULL);
	if (!look_at_all(pipeline->result, &pipeline->error))
		return fail(pipeline);
	pipeline->programs = programs_find(pipeline->result);
	pipeline->stage = ASKING;
	return true;
}

static bool ask_cache(Pipeline *pipeline)
{
	const Asking asks = asking(pipeline);

	if (cache_may_answer(pipeline->cache))
		recall_programs(&asks, pipeline->programs);
	if (pipeline->request->cache != VP_CACHE_ONLY)
		return begin_round(pipeline);
	recall_settle_rest(pipeline->result, pipeline->programs);
	return finish(pipeline);
}

static bool settle(Pipeline *pipeline)
{
	if (g_get_monotonic_time() < pipeline->wake_us)
		return true;
	clear_array(&pipeline->to_claim);
	pipeline->to_claim = g_ptr_array_new();
	for (guint i = 0; pipeline->cache && i < pipeline->needed->len; i++)
		g_ptr_array_add(pipeline->to_claim, pipeline->needed->pdata[i]);
	g_ptr_array_sort(pipeline->to_claim, compare_names);
	pipeline->n_claimed = 0;
	/* For as long as one program may take. */
	pipeline->claim_until_us =
		g_get_monotonic_time() + (gint64)pipeline->request->timeout_us;
	pipeline->patience_us = LOCK_POLL_US;
	pipeline->stage = CLAIMING;
	return true;
}

/* Of those that have no answer after all. */
static bool begin_runs(Pipeline *pipeline)
{
	g_autoptr(GPtrArray) unanswered =
		programs_needed(pipeline->result, pipeline->needed);

	pipeline->stage = RUNNING;
	if (!unanswered->len)
		return true;
	if (!pipeline->sandbox)
		pipeline->sandbox = open_sandbox(pipeline->request, &pipeline->error);
	if (!pipeline->sandbox)
		return fail(pipeline);
	pipeline->runs = program_runs_begin(pipeline->result,
		g_steal_pointer(&unanswered), pipeline->sandbox, on_ran, pipeline);
	return true;
}

/* One entry after another. What another caller has written meanwhile is an answer. */
static bool claim(Pipeline *pipeline)
{
	const Asking asks = asking(pipeline);
	gint64 now = g_get_monotonic_time();

	if (now < pipeline->wake_us)
		return true;
	while (pipeline->n_claimed < pipeline->to_claim->len) {
		Program *program = pipeline->to_claim->pdata[pipeline->n_claimed];

		if (!cache_claim(pipeline->cache, &program->slot)) {
			if (now < pipeline->claim_until_us) {
				pipeline->wake_us = now + pipeline->patience_us;
				pipeline->patience_us =
					MIN(2 * pipeline->patience_us, LOCK_POLL_MAX_US);
				return true;
			}
			cache_miss_claim(pipeline->cache, &program->slot);
		}
		if (program->slot.locked && recall_program(&asks, program))
			cache_release(pipeline->cache, &program->slot);
		pipeline->patience_us = LOCK_POLL_US;
		pipeline->n_claimed++;
	}
	return begin_runs(pipeline);
}

static bool run(Pipeline *pipeline)
{
	if (pipeline->runs) {
		if (program_runs_step(pipeline->runs))
			return true;
		if (!program_runs_end(g_steal_pointer(&pipeline->runs), &pipeline->error))
			return fail(pipeline);
	}
	/* Of what was ended, or not confirmed, nothing is stored. */
	for (guint i = 0; i < pipeline->to_claim->len; i++) {
		Program *program = pipeline->to_claim->pdata[i];

		cache_release(pipeline->cache, &program->slot);
	}
	if (pipeline->again ||
		!recall_forget_failures(pipeline->result, pipeline->programs))
		return finish(pipeline);
	pipeline->again = true;
	return begin_round(pipeline);
}

bool pipeline_step(Pipeline *pipeline)
{
	static bool (*const steps[])(Pipeline *) = {
		[LOOKING] = look,
		[ASKING] = ask_cache,
		[SETTLING] = settle,
		[CLAIMING] = claim,
		[RUNNING] = run,
	};

	return pipeline->stage != ENDED && steps[pipeline->stage](pipeline);
}

void pipeline_wait(Pipeline *pipeline)
{
	gint64 left = pipeline->wake_us - g_get_monotonic_time();

	if (pipeline->runs)
		program_runs_wait(pipeline->runs);
	else if (left > 0)
		g_usleep((gulong)left);
}

Pipeline *pipeline_new(const VpRequest *request)
{
	Pipeline *pipeline = g_new0(Pipeline, 1);

	pipeline->result = result_new(request);
	/* The caller's own may change meanwhile. */
	pipeline->request = pipeline->result->request;
	return pipeline;
}

VpResult *pipeline_end(Pipeline *pipeline, GError **error)
{
	bool done = pipeline->stage == ENDED && !pipeline->error;
	VpResult *result = pipeline->result;

	if (pipeline->runs)
		program_runs_end(pipeline->runs, NULL);
	sandbox_close(pipeline->sandbox);
	cache_close(pipeline->cache);
	clear_array(&pipeline->needed);
	clear_array(&pipeline->to_claim);
	clear_array(&pipeline->programs);
	if (pipeline->error)
		error_publish(error, VP_ERROR_HOST, pipeline->error);
	g_free(pipeline);
	if (done)
		return result;
	vp_result_free(result);
	return NULL;
}

VpResult *vp_probe(const VpRequest *request, GError **error)
{
	Pipeline *pipeline;

	if (!request_check(request, error))
		return NULL;
	pipeline = pipeline_new(request);
	while (pipeline_step(pipeline))
		pipeline_wait(pipeline);
	return pipeline_end(pipeline, error);
}
