// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's side: one queue, several workers, one loop that waits for all of them.
 *
 * As many workers as there are processors do the work. Where all of them have been busy
 * with one program for a while, their number doubles, up to the policy's jobs: programs
 * that hang wait side by side, and those behind them go on.
 *
 * A worker whose program cannot be ended (stuck in the kernel), or which dies itself, is
 * replaced; what it did last is reported as timed out or unavailable.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>

#include "sandbox/plan.h"
#include "sandbox/seccomp.h"
#include "sandbox/worker.h"

/* All workers busy with the same programs for so long: more workers. */
#define PATIENCE_US (100 * 1000)
/*
 * How often the programs' output is looked at while they run. A pipe holds as much as a
 * program may write, so that a healthy one never waits for this, and waking the caller
 * for each write would cost more than the write.
 */
#define LOOK_US (20 * 1000)
/* Beyond a program's deadline, before its warden is given up. */
#define BACKSTOP_US (1000 * 1000)
/* For a room to be built; a machine under heavy load included. */
#define BUILD_TIMEOUT_US (20 * 1000 * 1000)
/* Workers that die one after another before any work is done: something is systematically
 * wrong. */
#define DEATHS_MAX 3

#define ALL_LAYERS ((1u << SANDBOX_N_LAYERS) - 1)

struct Sandbox {
	SandboxLevel wanted;
	uint64_t timeout_us;
	unsigned jobs;
	unsigned processors;
	char *home;
	Plan *plan;
	GHashTable *paths;  /* set of char *: what the plan shows inside */
	GPtrArray *workers; /* of Worker * */
	SandboxReport report;
	bool proven; /* some room was as wanted */
	uint32_t last_number;
	unsigned deaths; /* in a row */
	void (*tick)(void *);
	void *tick_data;
};

/* One sandbox_run(). */
typedef struct {
	Sandbox *sandbox;
	const SandboxRequest *requests;
	size_t n;
	size_t next;    /* the first that was not started */
	size_t n_ended; /* with a result */
	bool stopped;   /* by the callback */
	SandboxCallback callback;
	void *user_data;
} Batch;

static uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

/* ---- opening and closing ---- */

Sandbox *sandbox_open(const SandboxPolicy *policy, GError **error)
{
	g_autoptr(Sandbox) sandbox = g_new0(Sandbox, 1);
	Worker *first;

	sandbox->wanted = policy->level;
	sandbox->timeout_us = policy->timeout_us;
	sandbox->jobs = MAX(policy->jobs, 1);
	sandbox->processors = MAX(g_get_num_processors(), 1);
	sandbox->home = g_strdup(policy->home);
	sandbox->workers = g_ptr_array_new_with_free_func((GDestroyNotify)worker_close);
	sandbox->paths = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (const char *const *path = policy->expose; path && *path; path++)
		g_hash_table_add(sandbox->paths, g_strdup(*path));
	sandbox->plan = plan_new(error);
	if (!sandbox->plan)
		return NULL;
	first = worker_open(sandbox->wanted == SANDBOX_LEVEL_NONE ? 0 : ALL_LAYERS,
		sandbox->plan, error);
	if (!first)
		return NULL;
	g_ptr_array_add(sandbox->workers, first);
	/* While the first warden separates itself. */
	if (sandbox->wanted != SANDBOX_LEVEL_NONE)
		sandbox->plan->filter_errno = filter_compile(0, sandbox->plan->filter,
			PLAN_FILTER_MAX, &sandbox->plan->filter_length);
	return g_steal_pointer(&sandbox);
}

void sandbox_close(Sandbox *sandbox)
{
	if (!sandbox)
		return;
	/* All at once, then one after another is reaped. */
	for (guint i = 0; i < sandbox->workers->len; i++)
		worker_kill(sandbox->workers->pdata[i]);
	g_ptr_array_unref(sandbox->workers);
	g_hash_table_unref(sandbox->paths);
	plan_free(sandbox->plan);
	g_free(sandbox->home);
	g_free(sandbox);
}

const SandboxReport *sandbox_report(const Sandbox *sandbox)
{
	return &sandbox->report;
}

void sandbox_set_tick(Sandbox *sandbox, void (*tick)(void *), void *user_data)
{
	sandbox->tick = tick;
	sandbox->tick_data = user_data;
}

SandboxFile sandbox_file(const struct stat *st)
{
	return (SandboxFile){
		.dev = st->st_dev,
		.ino = st->st_ino,
		.size = (uint64_t)st->st_size,
		.ctime_sec = st->st_ctim.tv_sec,
		.ctime_nsec = (uint32_t)st->st_ctim.tv_nsec,
		.mode = st->st_mode,
	};
}

bool sandbox_file_equal(const SandboxFile *a, const SandboxFile *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	       a->ctime_sec == b->ctime_sec && a->ctime_nsec == b->ctime_nsec &&
	       a->mode == b->mode;
}

/* ---- what a room is made of ---- */

static SandboxLevel achieved_level(const WardenReport *report)
{
	static const uint32_t optional = SANDBOX_LAYER_BIT(SANDBOX_LAYER_UTS) |
					 SANDBOX_LAYER_BIT(SANDBOX_LAYER_CGROUP) |
					 SANDBOX_LAYER_BIT(SANDBOX_LAYER_LANDLOCK);

	return (report->held | optional) == ALL_LAYERS ? SANDBOX_LEVEL_FULL
						       : SANDBOX_LEVEL_NONE;
}

/* Notes what @worker's room is, unless a better one is known. Returns: whether programs
 * may run in it. */
static bool accept_room(Sandbox *sandbox, const Worker *worker)
{
	SandboxReport *report = &sandbox->report;
	SandboxLevel level = achieved_level(worker->report);

	if (level < sandbox->wanted && sandbox->proven)
		return false;
	sandbox->proven = level >= sandbox->wanted;
	report->level = level;
	report->landlock_abi = worker->report->landlock_abi;
	for (int layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		report->held[layer] = worker->report->held & SANDBOX_LAYER_BIT(layer);
		report->missing_errno[layer] = worker->report->missing_errno[layer];
	}
	return sandbox->proven;
}

/* Completes the plan for these programs. Rooms built from another plan are given up. */
static void plan_for(Sandbox *sandbox, const SandboxRequest *requests, size_t n)
{
	for (size_t i = 0; i < n && sandbox->wanted != SANDBOX_LEVEL_NONE; i++) {
		char *path = plan_exposed_path(requests[i].real_path, sandbox->home);

		if (path)
			g_hash_table_add(sandbox->paths, path);
	}
	if (plan_set_paths(sandbox->plan, sandbox->paths))
		for (guint i = sandbox->workers->len; i-- > 0;)
			if (((Worker *)sandbox->workers->pdata[i])->state !=
				WORKER_SEPARATING)
				g_ptr_array_remove_index_fast(sandbox->workers, i);
}

/* ---- results ---- */

static void report_result(Batch *batch, size_t index, const SandboxResult *result)
{
	batch->n_ended++;
	if (!batch->stopped && !batch->callback(index, result, batch->user_data))
		batch->stopped = true;
}

static void report_failure(Batch *batch, size_t index, SandboxOutcome outcome, int errnum)
{
	SandboxResult result = {.outcome = outcome, .errnum = errnum};

	report_result(batch, index, &result);
}

/* Which of several truths is told: what the caller did decides before what came of it. */
static void judge(const Worker *worker, const Message *ended, SandboxResult *result)
{
	int status = ended->ended.status;
	bool is_out_of_cpu_time = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;

	if (worker->overflowed) {
		result->outcome = SANDBOX_OUTPUT;
	} else if (ended->ended.timed_out || is_out_of_cpu_time) {
		result->outcome = SANDBOX_TIMED_OUT;
	} else if (ended->ended.errnum) {
		result->outcome = SANDBOX_EXEC_FAILED;
		result->errnum = ended->ended.errnum;
	} else if (WIFSIGNALED(status)) {
		result->outcome = SANDBOX_SIGNALED;
		result->signal = WTERMSIG(status);
	} else {
		result->outcome = SANDBOX_EXITED;
		result->exit_status = WEXITSTATUS(status);
	}
}

static void end_run(Batch *batch, Worker *worker, const Message *ended)
{
	size_t kept = MIN(worker->err_length, SANDBOX_STDERR_MAX);
	SandboxResult result = {
		.duration_us = ended->ended.duration_us,
		.out = worker->out,
		.out_length = MIN(worker->out_length, SANDBOX_STDOUT_MAX),
		.err = worker->err + worker->err_length - kept,
		.err_length = kept,
	};

	judge(worker, ended, &result);
	worker->state = WORKER_IDLE;
	batch->sandbox->deaths = 0;
	report_result(batch, worker->index, &result);
}

/* ---- workers ---- */

static bool add_worker(Sandbox *sandbox, GError **error)
{
	Worker *worker =
		worker_open(sandbox->wanted == SANDBOX_LEVEL_NONE ? 0 : ALL_LAYERS,
			sandbox->plan, error);

	if (worker)
		g_ptr_array_add(sandbox->workers, worker);
	return worker != NULL;
}

/* The first worker is a must, further ones only make it faster. */
static bool ensure_workers(Batch *batch, GError **error)
{
	Sandbox *sandbox = batch->sandbox;
	guint n = sandbox->workers->len;
	guint target = MIN(MIN(batch->n, sandbox->processors), sandbox->jobs);
	uint64_t now = now_us();
	bool all_stuck = batch->next < batch->n;

	for (guint i = 0; i < n && all_stuck; i++) {
		const Worker *worker = sandbox->workers->pdata[i];

		all_stuck = worker->state == WORKER_BUSY &&
			    now - worker->since_us >= PATIENCE_US;
	}
	if (all_stuck)
		target = MAX(target, MIN(2 * n, sandbox->jobs));
	target = MIN(target, n + (batch->n - batch->next));
	while (sandbox->workers->len < target) {
		if (!add_worker(sandbox, sandbox->workers->len ? NULL : error))
			break;
	}
	for (guint i = 0; i < sandbox->workers->len; i++) {
		Worker *worker = sandbox->workers->pdata[i];

		if (worker->state == WORKER_SEPARATING)
			worker_go(worker); /* if it is gone, the next poll says so */
	}
	return sandbox->workers->len > 0;
}

/* Nothing can run: every request that is left gets to know it. */
static void refuse_all(Batch *batch, int errnum)
{
	while (batch->next < batch->n && !batch->stopped)
		report_failure(batch, batch->next++, SANDBOX_UNAVAILABLE, errnum);
}

/* @worker is gone or must go; so is what it was doing. */
static void lose_worker(Batch *batch, Worker *worker, SandboxOutcome outcome, int errnum)
{
	Sandbox *sandbox = batch->sandbox;
	bool busy = worker->state == WORKER_BUSY;
	size_t index = worker->index;
	SandboxResult result = {.outcome = outcome, .errnum = errnum};

	if (busy) {
		worker_read_output(worker);
		result.duration_us = now_us() - worker->since_us;
	}
	g_ptr_array_remove_fast(sandbox->workers, worker);
	if (busy)
		report_result(batch, index, &result);
	if (++sandbox->deaths >= DEATHS_MAX)
		refuse_all(batch, errnum);
}

static void dispatch(Batch *batch)
{
	Sandbox *sandbox = batch->sandbox;

	for (guint i = 0;
		i < sandbox->workers->len && batch->next < batch->n && !batch->stopped;
		i++) {
		Worker *worker = sandbox->workers->pdata[i];
		int r;

		if (worker->state != WORKER_IDLE)
			continue;
		worker->index = batch->next;
		if (++sandbox->last_number == 0)
			sandbox->last_number++;
		r = worker_start(worker, sandbox->last_number,
			&batch->requests[batch->next], sandbox->timeout_us);
		if (r == EPIPE)
			continue; /* gone, which its socket will tell */
		batch->next++;
		if (r)
			report_failure(batch, worker->index,
				r == E2BIG ? SANDBOX_EXEC_FAILED : SANDBOX_UNAVAILABLE,
				r);
	}
}

static void look_at_output(Worker *worker)
{
	bool overflowed = worker->overflowed;

	worker_read_output(worker);
	if (worker->overflowed && !overflowed)
		worker_cancel(worker);
}

static void handle_messages(Batch *batch, Worker *worker)
{
	Message message;
	int r;

	while ((r = worker_receive(worker, &message)) > 0) {
		if (message.type == MESSAGE_READY && worker->state == WORKER_BUILDING) {
			worker->state = WORKER_IDLE;
			if (accept_room(batch->sandbox, worker))
				continue;
			/* A limit may allow some rooms and refuse the next: then no more
			 * of them. */
			if (batch->sandbox->proven)
				batch->sandbox->jobs =
					MAX(batch->sandbox->workers->len, 2) - 1;
			else
				refuse_all(batch, 0);
			lose_worker(batch, worker, SANDBOX_UNAVAILABLE, 0);
			return;
		}
		if (message.type != MESSAGE_ENDED || message.number != worker->number)
			continue; /* stale */
		if (worker->state == WORKER_DRAINING) {
			worker->state = WORKER_IDLE;
		} else if (worker->state == WORKER_BUSY) {
			/* All that could write is dead: what is in the pipes is all. */
			worker_read_output(worker);
			end_run(batch, worker, &message);
			worker_close_output(worker);
		}
	}
	if (r < 0)
		lose_worker(batch, worker, SANDBOX_UNAVAILABLE, ECONNRESET);
}

/* When the loop must look at @worker even if nothing happens. */
static uint64_t wake_time(const Sandbox *sandbox, const Worker *worker)
{
	switch (worker->state) {
	case WORKER_BUILDING:
		return worker->since_us + BUILD_TIMEOUT_US;
	case WORKER_BUSY:
	case WORKER_DRAINING:
		return worker->since_us + sandbox->timeout_us + BACKSTOP_US;
	default:
		return UINT64_MAX;
	}
}

/* Waits until something happens or is due. */
static void wait_for_workers(Batch *batch)
{
	Sandbox *sandbox = batch->sandbox;
	guint n = sandbox->workers->len;
	g_autofree struct pollfd *polls = g_new(struct pollfd, n);
	uint64_t now = now_us(), wake = UINT64_MAX;
	struct timespec timeout;

	for (guint i = 0; i < n; i++) {
		const Worker *worker = sandbox->workers->pdata[i];

		polls[i] = (struct pollfd){.fd = worker->socket, .events = POLLIN};
		wake = MIN(wake, wake_time(sandbox, worker));
		if (worker->state == WORKER_BUSY)
			wake = MIN(wake, now + LOOK_US);
	}
	wake = wake > now ? wake - now : 0;
	timeout = (struct timespec){
		.tv_sec = (time_t)(wake / 1000000),
		.tv_nsec = (long)(wake % 1000000) * 1000,
	};
	if (ppoll(polls, n, &timeout, NULL) < 0)
		return;
	if (sandbox->tick)
		sandbox->tick(sandbox->tick_data);
	/* Downwards: a lost worker's place is taken by the last one. */
	now = now_us();
	for (guint i = n; i-- > 0;) {
		Worker *worker = sandbox->workers->pdata[i];

		if (polls[i].revents)
			handle_messages(batch, worker);
		else if (now >= wake_time(sandbox, worker))
			lose_worker(batch, worker,
				worker->state == WORKER_BUSY ? SANDBOX_TIMED_OUT
							     : SANDBOX_UNAVAILABLE,
				ETIMEDOUT);
		else if (worker->state == WORKER_BUSY)
			look_at_output(worker);
	}
}

/* Ends what is still running, without waiting for it. */
static void cancel_running(Sandbox *sandbox)
{
	for (guint i = 0; i < sandbox->workers->len; i++) {
		Worker *worker = sandbox->workers->pdata[i];

		if (worker->state != WORKER_BUSY)
			continue;
		worker_cancel(worker);
		worker_close_output(worker);
		worker->state = WORKER_DRAINING;
	}
}

bool sandbox_run(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data, GError **error)
{
	Batch batch = {
		.sandbox = sandbox,
		.requests = requests,
		.n = n,
		.callback = callback,
		.user_data = user_data,
	};
	bool ok = true;

	plan_for(sandbox, requests, n);
	while (ok && !batch.stopped && batch.n_ended < n) {
		ok = ensure_workers(&batch, error);
		if (!ok)
			break;
		dispatch(&batch);
		if (!batch.stopped && batch.n_ended < n)
			wait_for_workers(&batch);
	}
	cancel_running(sandbox);
	return ok;
}
