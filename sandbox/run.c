// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's side of running: one queue, several workers, one loop that waits for all.
 *
 * A worker whose program cannot be ended (stuck in the kernel), or which dies itself, is
 * replaced. What could not be started for want of processes or memory, or whose warden
 * died, gets a second try when nothing else runs: another program may have been the
 * reason.
 */
#include "sandbox/sandbox.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "sandbox/pool.h"

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

/* One sandbox_run(). */
typedef struct {
	Sandbox *sandbox;
	const SandboxRequest *requests;
	size_t n;
	size_t next;    /* the first that was not started */
	size_t n_ended; /* with a result */
	bool stopped;   /* by the callback */
	GArray *again;  /* of size_t: those that wait for their second try */
	bool *tried;    /* (array length=n): who had a second try */
	uint64_t next_look_us;
	SandboxCallback callback;
	void *user_data;
} Batch;

static uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
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
	SandboxResult result = {
		.outcome = outcome, .errnum = errnum, .out = "", .err = ""};

	report_result(batch, index, &result);
}

/* Returns: whether @index gets a second try, which everyone gets once. */
static bool try_again(Batch *batch, size_t index)
{
	if (batch->tried[index])
		return false;
	batch->tried[index] = true;
	g_array_append_val(batch->again, index);
	return true;
}

static size_t count_waiting(const Batch *batch)
{
	return batch->n - batch->next + batch->again->len;
}

/* What @worker's program has written, with nothing else known yet. */
static SandboxResult collect_output(Worker *worker)
{
	size_t kept;

	worker_read_output(worker, true);
	kept = MIN(worker->err_length, SANDBOX_STDERR_MAX);
	return (SandboxResult){
		.outcome = worker->overflowed ? SANDBOX_OUTPUT : SANDBOX_EXITED,
		.start_us = worker->given_us,
		.duration_us = now_us() - worker->since_us,
		.out = worker->out,
		.out_length = MIN(worker->out_length, SANDBOX_STDOUT_MAX),
		.err = worker->err + worker->err_length - kept,
		.err_length = kept,
	};
}

/* Which of several truths is told: what the caller did decides before what came of it. */
static void judge(const Message *ended, SandboxResult *result)
{
	int status = ended->ended.status;
	bool is_out_of_cpu_time = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;

	if (result->outcome == SANDBOX_OUTPUT)
		return;
	if (ended->ended.timed_out || is_out_of_cpu_time) {
		result->outcome = SANDBOX_TIMED_OUT;
	} else if (ended->ended.start_errno) {
		result->outcome = SANDBOX_UNAVAILABLE;
		result->errnum = ended->ended.start_errno;
	} else if (ended->ended.exec_errno) {
		result->outcome = SANDBOX_EXEC_FAILED;
		result->errnum = ended->ended.exec_errno;
	} else if (WIFSIGNALED(status)) {
		result->outcome = SANDBOX_SIGNALED;
		result->signal = WTERMSIG(status);
	} else {
		result->outcome = SANDBOX_EXITED;
		result->exit_status = WEXITSTATUS(status);
	}
}

/* Whether something else than the program may have been the reason. */
static bool may_be_innocent(const Batch *batch, const SandboxResult *result)
{
	const SandboxReport *report = &batch->sandbox->report;
	bool killed = result->outcome == SANDBOX_SIGNALED && result->signal == SIGKILL;
	bool failed = result->outcome == SANDBOX_SIGNALED ||
		      (result->outcome == SANDBOX_EXITED && result->exit_status != 0);
	/* Without a user namespace all programs share one limit on processes. */
	bool shared =
		report->held[SANDBOX_LAYER_LIMITS] && !report->held[SANDBOX_LAYER_USER];

	return result->outcome == SANDBOX_UNAVAILABLE || killed ||
	       (failed && shared && pool_count_busy(batch->sandbox));
}

static void end_run(Batch *batch, Worker *worker, const Message *ended)
{
	/* All that could write is dead: what is in the pipes is all. */
	SandboxResult result = collect_output(worker);

	result.duration_us = ended->ended.duration_us;
	judge(ended, &result);
	worker->state = WORKER_IDLE;
	/* Its end takes a while; it begins while the result is looked at. */
	if (worker->last || (batch->sandbox->once && count_waiting(batch) == 0))
		pool_drop(batch->sandbox, worker);
	if (!may_be_innocent(batch, &result) || !try_again(batch, worker->index))
		report_result(batch, worker->index, &result);
	worker_close_output(worker);
}

/* Nothing can run: every request that is left gets to know it. */
static void refuse_all(Batch *batch, int errnum)
{
	for (; batch->again->len && !batch->stopped;
		g_array_remove_index_fast(batch->again, 0))
		report_failure(batch, g_array_index(batch->again, size_t, 0),
			SANDBOX_UNAVAILABLE, errnum);
	while (batch->next < batch->n && !batch->stopped)
		report_failure(batch, batch->next++, SANDBOX_UNAVAILABLE, errnum);
}

/* @worker does not answer any more: gone (@errnum is ECONNRESET), or stuck (ETIMEDOUT).
 */
static void lose_worker(Batch *batch, Worker *worker, int errnum)
{
	Sandbox *sandbox = batch->sandbox;

	/* It may still write. */
	worker_kill(worker);
	if (worker->state == WORKER_BUSY && !worker->ready) {
		/* Not this program's doing: it was never started. */
		g_array_append_val(batch->again, worker->index);
	} else if (worker->state == WORKER_BUSY) {
		SandboxResult result = collect_output(worker);

		if (result.outcome != SANDBOX_OUTPUT && errnum == ETIMEDOUT) {
			result.outcome = SANDBOX_TIMED_OUT;
		} else if (result.outcome != SANDBOX_OUTPUT) {
			/* Twice, and once alone: it was this program that did it, by
			 * taking all memory for instance. */
			result.outcome = SANDBOX_SIGNALED;
			result.signal = SIGKILL;
		}
		if (result.outcome != SANDBOX_SIGNALED ||
			!try_again(batch, worker->index))
			report_result(batch, worker->index, &result);
	}
	if (!worker->ready)
		sandbox->deaths++;
	pool_drop(sandbox, worker);
	if (pool_is_hopeless(sandbox))
		refuse_all(batch, errnum);
}

/* ---- work ---- */

/* Returns: whether there is a request to start now, and which. */
static bool take_next(Batch *batch, size_t *ret_index)
{
	if (batch->stopped)
		return false;
	if (batch->next < batch->n) {
		*ret_index = batch->next++;
		return true;
	}
	if (!batch->again->len || pool_count_busy(batch->sandbox))
		return false;
	*ret_index = g_array_index(batch->again, size_t, 0);
	g_array_remove_index(batch->again, 0);
	return true;
}

static void start(Batch *batch, Worker *worker, size_t index)
{
	Sandbox *sandbox = batch->sandbox;
	int r;

	worker->index = index;
	if (++sandbox->last_number == 0)
		sandbox->last_number++;
	r = worker_start(worker, sandbox->last_number, &batch->requests[index],
		sandbox->timeout_us, sandbox->once && count_waiting(batch) == 0);
	if (r == EPIPE)
		worker->state = WORKER_DRAINING; /* gone, which its socket will tell */
	if (r == E2BIG)
		report_failure(batch, index, SANDBOX_EXEC_FAILED, r);
	else if (r && !try_again(batch, index))
		report_failure(batch, index, SANDBOX_UNAVAILABLE, r);
}

/* Those whose room is built come first. */
static void dispatch(Batch *batch)
{
	const GPtrArray *workers = batch->sandbox->workers;
	size_t index;

	for (int ready = 1; ready >= 0; ready--) {
		for (guint i = 0; i < workers->len; i++) {
			Worker *worker = workers->pdata[i];

			if (worker->state == WORKER_IDLE && worker->ready == ready &&
				take_next(batch, &index))
				start(batch, worker, index);
		}
	}
}

static void look_at_output(Worker *worker)
{
	bool overflowed = worker->overflowed;

	worker_read_output(worker, false);
	if (worker->overflowed && !overflowed)
		worker_cancel(worker);
}

/* What is given to a worker before its room is known waits for that in its socket. */
static void on_ready(Batch *batch, Worker *worker)
{
	Sandbox *sandbox = batch->sandbox;

	worker->ready = true;
	worker->since_us = now_us();
	if (pool_accept(sandbox, worker))
		return;
	if (worker->state == WORKER_BUSY)
		g_array_append_val(batch->again, worker->index);
	pool_drop(sandbox, worker);
	/* A limit may allow some rooms and refuse the next: then no more of them. It is
	 * over when the last one is refused. */
	sandbox->jobs = MAX(sandbox->workers->len, 1);
	if (!sandbox->workers->len)
		refuse_all(batch, 0);
}

static void handle_messages(Batch *batch, Worker *worker)
{
	GPtrArray *workers = batch->sandbox->workers;
	Message message;
	int r;

	while ((r = worker_receive(worker, &message)) > 0) {
		if (message.type == MESSAGE_READY && !worker->ready)
			on_ready(batch, worker);
		else if (message.type != MESSAGE_ENDED ||
			 message.number != worker->number)
			continue; /* stale */
		else if (worker->state == WORKER_DRAINING && worker->last)
			pool_drop(batch->sandbox, worker);
		else if (worker->state == WORKER_DRAINING)
			worker->state = WORKER_IDLE;
		else if (worker->state == WORKER_BUSY)
			end_run(batch, worker, &message);
		if (!g_ptr_array_find(workers, worker, NULL))
			return; /* it was dropped */
	}
	if (r < 0)
		lose_worker(batch, worker, ECONNRESET);
}

/* ---- the loop ---- */

/* When @worker has been silent for too long. */
static uint64_t give_up_time(const Sandbox *sandbox, const Worker *worker)
{
	if (!worker->ready)
		return worker->since_us + BUILD_TIMEOUT_US;
	if (worker->state == WORKER_BUSY || worker->state == WORKER_DRAINING)
		return worker->since_us + sandbox->timeout_us + BACKSTOP_US;
	return UINT64_MAX;
}

/* Waits until a worker says something, or until it is time to look at the others. */
static void wait_for_workers(Batch *batch)
{
	Sandbox *sandbox = batch->sandbox;
	guint n = sandbox->workers->len;
	g_autofree struct pollfd *polls = g_new(struct pollfd, n);
	uint64_t now = now_us(), wake = batch->next_look_us;
	struct timespec timeout;
	bool look;

	for (guint i = 0; i < n; i++) {
		const Worker *worker = sandbox->workers->pdata[i];

		polls[i] = (struct pollfd){.fd = worker->socket, .events = POLLIN};
		wake = MIN(wake, give_up_time(sandbox, worker));
	}
	wake = wake > now ? wake - now : 0;
	timeout = (struct timespec){
		.tv_sec = (time_t)(wake / 1000000),
		.tv_nsec = (long)(wake % 1000000) * 1000,
	};
	/* Interrupted by the host's signals: nothing was polled, but time goes on. */
	if (ppoll(polls, n, &timeout, NULL) < 0)
		for (guint i = 0; i < n; i++)
			polls[i].revents = 0;
	now = now_us();
	look = now >= batch->next_look_us;
	if (look)
		batch->next_look_us = now + LOOK_US;
	/* Downwards: a lost worker's place is taken by the last one. */
	for (guint i = n; i-- > 0;) {
		Worker *worker = sandbox->workers->pdata[i];

		if (polls[i].revents)
			handle_messages(batch, worker);
		else if (now >= give_up_time(sandbox, worker))
			lose_worker(batch, worker, ETIMEDOUT);
		else if (look && worker->state == WORKER_BUSY)
			look_at_output(worker);
	}
	if (look)
		pool_reap(sandbox);
	if (look && sandbox->tick)
		sandbox->tick(sandbox->tick_data);
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

/* Completes the plan for these programs. Rooms built from another plan are given up. */
static void plan_for(Sandbox *sandbox, const SandboxRequest *requests, size_t n)
{
	for (size_t i = 0; i < n && sandbox->wanted != SANDBOX_LEVEL_NONE; i++) {
		char *path = plan_exposed_path(requests[i].real_path, sandbox->home);

		if (path)
			g_hash_table_add(sandbox->paths, path);
	}
	if (!plan_set_paths(sandbox->plan, sandbox->paths))
		return;
	for (guint i = sandbox->workers->len; i-- > 0;) {
		Worker *worker = sandbox->workers->pdata[i];

		if (worker->state != WORKER_SEPARATING)
			pool_drop(sandbox, worker);
	}
}

bool sandbox_run(Sandbox *sandbox, const SandboxRequest *requests, size_t n,
	SandboxCallback callback, void *user_data, GError **error)
{
	g_autoptr(GArray) again = g_array_new(FALSE, FALSE, sizeof(size_t));
	g_autofree bool *tried = g_new0(bool, n);
	Batch batch = {
		.sandbox = sandbox,
		.requests = requests,
		.n = n,
		.again = again,
		.tried = tried,
		.next_look_us = now_us() + LOOK_US,
		.callback = callback,
		.user_data = user_data,
	};
	bool ok = true;

	plan_for(sandbox, requests, n);
	while (ok && !batch.stopped && batch.n_ended < n) {
		ok = pool_ensure(sandbox, count_waiting(&batch), error);
		if (!ok)
			break;
		dispatch(&batch);
		if (!batch.stopped && batch.n_ended < n)
			wait_for_workers(&batch);
	}
	cancel_running(sandbox);
	return ok;
}
