// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The whole story:
 *
 *   search path -> manifest -> program -> cache or sandboxed run -> capabilities ->
 *   match -> (nothing matches: old failures run once more) -> selection
 *
 * Up to the program that is look.c, which goes through the files. What is known of a
 * program is an Answer, whether an entry of the cache (recall.c) or a run (on_ran()
 * below) has it; either way programs_judge() takes it through capabilities and match.
 *
 * Nothing else runs backwards. Every file that was ever seen travels to the end, with a
 * verdict and a reason, so that select, list, explain and the JSON are views of one
 * result. No step waits, and none does more than some files' or programs' work.
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
	ARRIVING,  /* at the home */
	OPENING,   /* the cache, and the sandbox */
	LOOKING,   /* at files, up to the programs */
	ASKING,    /* the cache */
	PREPARING, /* the cache for what is about to run */
	SETTLING,  /* until a change to that would show */
	CLAIMING,  /* entries of it */
	RUNNING,
	LEAVING, /* until nothing is left of what ran */
	ENDED,
} Stage;

struct Pipeline {
	const VpRequest *request;
	VpResult *result;
	Cache *cache;     /* or NULL */
	Sandbox *sandbox; /* NULL: not opened yet */
	Stage stage;
	guint next;          /* of what the stage does one after another */
	gint64 wake_us;      /* monotonic: see pipeline_wake_time() */
	bool done;           /* there is a result */
	GError *error;       /* there is none */
	Look *look;          /* while it goes on; or NULL */
	GPtrArray *programs; /* of Program *: all that could run */
	bool again;          /* see Asking */

	/* While some are about to run. */
	GPtrArray *needed, *to_claim;    /* of Program *, not owned */
	gint64 settle_us;                /* how long what they are cannot be relied on */
	gint64 claim_until_us, retry_us; /* monotonic */
	gint64 patience_us;              /* between two looks at another caller's lock */
	ProgramRuns *runs;               /* or NULL */
};

/* Each takes some system calls, and writing or reading a file. */
#define PROGRAMS_PER_STEP 16

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

/* ---- steps; each has its stage, and leads to the next ---- */

/* Returns: TRUE. */
static bool enter(Pipeline *pipeline, Stage stage)
{
	pipeline->stage = stage;
	pipeline->next = 0;
	return true;
}

static void release_claims(Pipeline *pipeline)
{
	for (guint i = 0; pipeline->to_claim && i < pipeline->to_claim->len; i++) {
		Program *program = pipeline->to_claim->pdata[i];

		cache_release(pipeline->cache, &program->slot);
	}
}

/* What still runs is killed, and others get what it has claimed. */
static bool leave(Pipeline *pipeline)
{
	if (pipeline->runs)
		program_runs_end(g_steal_pointer(&pipeline->runs), NULL);
	release_claims(pipeline);
	if (pipeline->sandbox)
		sandbox_leave(pipeline->sandbox);
	return enter(pipeline, LEAVING);
}

static bool finish(Pipeline *pipeline)
{
	VpResult *result = pipeline->result;

	select_candidates(result);
	result_note_devices(result);
	if (pipeline->cache) {
		recall_note_kept(pipeline->cache, pipeline->programs);
		cache_report(pipeline->cache, result);
	}
	pipeline->done = true;
	return leave(pipeline);
}

/* A round of those programs that are needed and have no answer yet. */
static bool begin_round(Pipeline *pipeline)
{
	clear_array(&pipeline->needed);
	pipeline->needed = programs_needed(pipeline->result, pipeline->programs);
	pipeline->settle_us = 0;
	return enter(pipeline, PREPARING);
}

static bool find_home(Pipeline *pipeline)
{
	if (!pipeline->look)
		pipeline->look = look_new(pipeline->result);
	if (look_home(pipeline->look))
		return enter(pipeline, OPENING);
	pipeline->wake_us = look_wake_time(pipeline->look);
	return true;
}

static bool open_all(Pipeline *pipeline)
{
	const VpRequest *request = pipeline->request;

	if (!lack_check_host(&pipeline->error))
		return leave(pipeline);
	if (!cache_open(request, look_get_reach(pipeline->look), &pipeline->cache)) {
		pipeline->wake_us = look_wake_time(pipeline->look);
		return true;
	}
	/* Where programs will be run anyhow, the sandbox builds its first room while the
	 * manifests are read. */
	if (!cache_may_answer(pipeline->cache) && request->cache != VP_CACHE_ONLY)
		pipeline->sandbox = open_sandbox(request, NULL);
	return enter(pipeline, LOOKING);
}

static bool look(Pipeline *pipeline)
{
	bool done;

	if (!look_step(pipeline->look, &done, &pipeline->error))
		return leave(pipeline);
	if (!done) {
		pipeline->wake_us = look_wake_time(pipeline->look);
		return true;
	}
	look_free(g_steal_pointer(&pipeline->look));
	pipeline->programs = programs_find(pipeline->result);
	return enter(pipeline, ASKING);
}

static bool ask_cache(Pipeline *pipeline)
{
	const Asking asks = asking(pipeline);

	if (cache_may_answer(pipeline->cache)) {
		pipeline->next = recall_programs(&asks, pipeline->programs,
			pipeline->next, pipeline->next + PROGRAMS_PER_STEP);
		if (pipeline->next < pipeline->programs->len)
			return true;
	}
	if (pipeline->request->cache != VP_CACHE_ONLY)
		return begin_round(pipeline);
	recall_settle_rest(pipeline->result, pipeline->programs);
	return finish(pipeline);
}

static bool prepare(Pipeline *pipeline)
{
	guint n = pipeline->cache ? pipeline->needed->len : 0;
	guint end = MIN(pipeline->next + PROGRAMS_PER_STEP, n);

	for (; pipeline->next < end; pipeline->next++) {
		Program *program = pipeline->needed->pdata[pipeline->next];
		gint64 settle = cache_prepare(pipeline->cache, &program->slot);

		if (cache_reading(pipeline->cache))
			return true;
		pipeline->settle_us = MAX(pipeline->settle_us, settle);
	}
	if (end < n)
		return true;
	/* All other modes do not wait, and store nothing that cannot be relied on. */
	if (pipeline->settle_us && pipeline->request->cache == VP_CACHE_REFRESH)
		pipeline->settle_us += g_get_monotonic_time() + 1000;
	else
		pipeline->settle_us = 0;
	return enter(pipeline, SETTLING);
}

static bool settle(Pipeline *pipeline)
{
	if (g_get_monotonic_time() < pipeline->settle_us) {
		pipeline->wake_us = pipeline->settle_us;
		return true;
	}
	clear_array(&pipeline->to_claim);
	pipeline->to_claim = g_ptr_array_new();
	for (guint i = 0; pipeline->cache && i < pipeline->needed->len; i++)
		g_ptr_array_add(pipeline->to_claim, pipeline->needed->pdata[i]);
	g_ptr_array_sort(pipeline->to_claim, compare_names);
	/* For as long as one program may take. */
	pipeline->claim_until_us =
		g_get_monotonic_time() + (gint64)pipeline->request->timeout_us;
	pipeline->patience_us = LOCK_POLL_US;
	pipeline->retry_us = 0;
	return enter(pipeline, CLAIMING);
}

/* Of those that have no answer after all. */
static bool begin_runs(Pipeline *pipeline)
{
	g_autoptr(GPtrArray) unanswered =
		programs_needed(pipeline->result, pipeline->needed);

	if (!unanswered->len)
		return enter(pipeline, RUNNING);
	if (!pipeline->sandbox)
		pipeline->sandbox = open_sandbox(pipeline->request, &pipeline->error);
	if (!pipeline->sandbox)
		return leave(pipeline);
	pipeline->runs = program_runs_begin(pipeline->result,
		g_steal_pointer(&unanswered), pipeline->sandbox, on_ran, pipeline);
	return enter(pipeline, RUNNING);
}

/* One entry after another. What another caller has written meanwhile is an answer. */
static bool claim(Pipeline *pipeline)
{
	const Asking asks = asking(pipeline);
	gint64 now = g_get_monotonic_time();
	guint end = MIN(pipeline->next + PROGRAMS_PER_STEP, pipeline->to_claim->len);

	for (; now >= pipeline->retry_us && pipeline->next < end; pipeline->next++) {
		Program *program = pipeline->to_claim->pdata[pipeline->next];

		if (!program->slot.locked &&
			!cache_claim(pipeline->cache, &program->slot)) {
			if (now < pipeline->claim_until_us) {
				pipeline->retry_us = now + pipeline->patience_us;
				pipeline->patience_us =
					MIN(2 * pipeline->patience_us, LOCK_POLL_MAX_US);
				break;
			}
			cache_miss_claim(pipeline->cache, &program->slot);
		}
		if (program->slot.locked && recall_program(&asks, program))
			cache_release(pipeline->cache, &program->slot);
		if (cache_reading(pipeline->cache))
			break;
		pipeline->patience_us = LOCK_POLL_US;
		pipeline->retry_us = 0;
	}
	if (pipeline->next == pipeline->to_claim->len)
		return begin_runs(pipeline);
	pipeline->wake_us = pipeline->retry_us;
	return true;
}

static bool run(Pipeline *pipeline)
{
	if (pipeline->runs) {
		/* What is known is stored meanwhile: others may wait for it. */
		bool runs = program_runs_step(pipeline->runs);
		bool all_kept = !pipeline->cache || cache_keep_some(pipeline->cache);

		if (runs && all_kept)
			pipeline->wake_us =
				(gint64)program_runs_wake_time(pipeline->runs);
		if (runs || !all_kept)
			return true;
		if (!program_runs_end(g_steal_pointer(&pipeline->runs), &pipeline->error))
			return leave(pipeline);
	}
	/* Of what was ended, or not confirmed, nothing is stored. */
	release_claims(pipeline);
	if (pipeline->again ||
		!recall_forget_failures(pipeline->result, pipeline->programs))
		return finish(pipeline);
	pipeline->again = true;
	return begin_round(pipeline);
}

static bool wait_for_end(Pipeline *pipeline)
{
	if (pipeline->sandbox && sandbox_step(pipeline->sandbox)) {
		pipeline->wake_us = (gint64)sandbox_wake_time(pipeline->sandbox);
		return true;
	}
	pipeline->stage = ENDED;
	return false;
}

bool pipeline_step(Pipeline *pipeline)
{
	static bool (*const steps[])(Pipeline *) = {
		[ARRIVING] = find_home,
		[OPENING] = open_all,
		[LOOKING] = look,
		[ASKING] = ask_cache,
		[PREPARING] = prepare,
		[SETTLING] = settle,
		[CLAIMING] = claim,
		[RUNNING] = run,
		[LEAVING] = wait_for_end,
	};

	pipeline->wake_us = 0;
	if (pipeline->cache && !pipeline_is_settled(pipeline) &&
		!cache_read_on(pipeline->cache))
		return true;
	return pipeline->stage != ENDED && steps[pipeline->stage](pipeline);
}

gint64 pipeline_wake_time(const Pipeline *pipeline)
{
	return pipeline->wake_us;
}

int pipeline_fd(const Pipeline *pipeline)
{
	bool listens = pipeline->stage == RUNNING || pipeline->stage == LEAVING;

	if (pipeline->stage <= LOOKING && pipeline->look)
		return look_fd(pipeline->look);
	return listens && pipeline->sandbox ? sandbox_fd(pipeline->sandbox) : -1;
}

bool pipeline_is_settled(const Pipeline *pipeline)
{
	return pipeline->stage >= LEAVING;
}

char *pipeline_describe(const Pipeline *pipeline)
{
	g_autoptr(GPtrArray) waiting = NULL;
	const char *reading;

	if (pipeline->stage == CLAIMING && pipeline->retry_us) {
		const Program *program = pipeline->to_claim->pdata[pipeline->next];

		return g_strdup_printf("another process has the entry of %s in %s locked",
			program_candidate(program)->binary, pipeline->request->cache_dir);
	}
	if (pipeline->stage <= LOOKING && pipeline->look &&
		look_waits_for(pipeline->look))
		return g_strdup_printf("the file system of %s has not answered",
			look_waits_for(pipeline->look));
	reading = pipeline->cache ? cache_reading(pipeline->cache) : NULL;
	if (reading)
		return g_strdup_printf("the content of %s was still being compared with "
				       "the cache",
			reading);
	if (!pipeline->runs)
		return g_strdup("no program had been run yet");
	waiting = program_runs_waiting(pipeline->runs);
	if (waiting->len <= 2)
		return g_strdup_printf("%s has not answered",
			waiting->len == 2 ? (char *)waiting->pdata[0] : "a program");
	return g_strdup_printf("%s and %u more have not answered",
		(char *)waiting->pdata[0], waiting->len - 2);
}

void pipeline_stop(Pipeline *pipeline, GError *error)
{
	pipeline->error = error;
	leave(pipeline);
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
	bool done = pipeline->done;
	VpResult *result = pipeline->result;

	leave(pipeline);
	sandbox_close(pipeline->sandbox);
	look_free(pipeline->look);
	cache_close(pipeline->cache);
	clear_array(&pipeline->needed);
	clear_array(&pipeline->to_claim);
	clear_array(&pipeline->programs);
	if (pipeline->error)
		error_publish(error, VP_ERROR_HOST, pipeline->error);
	g_free(pipeline);
	/* What it points to need not live any longer. */
	vp_request_set_progress(result->request, NULL, NULL);
	if (done)
		return result;
	vp_result_free(result);
	return NULL;
}
