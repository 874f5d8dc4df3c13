// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's side of running: a queue, several workers, steps that wait for no program.
 * They may wait up to a second for wardens that end, where what these hold is lacking
 * (pool_add(), pool_make_way()), or to learn how one has ended (worker_receive()).
 *
 * A worker whose program cannot be ended (stuck in the kernel), or which dies itself, is
 * replaced. Another program may have been the reason where one could not be started for
 * want of processes or memory, or failed beside others: each gets a second run for that,
 * when nothing else runs.
 */
#include "sandbox/run.h"

#include <errno.h>
#include <poll.h>

#include "common/blame.h"
#include "common/lack.h"
#include "sandbox/queue.h"

/*
 * How often the programs' output is looked at while they run. A pipe holds as much as a
 * program may write, so that a healthy one never waits for this, and waking the caller
 * for each write would cost more than the write.
 */
#define LOOK_US (20 * 1000)

struct Batch {
	const RunSetup *setup;
	Pool *pool;
	const SandboxRequest *requests;
	Plan *const *plans;
	size_t wanted; /* the first so many requests */
	Queue *queue;
	GArray *polls; /* of struct pollfd: what run_wait() has found, until it is dealt
			  with */
	uint64_t next_look_us;
	bool begun;    /* it has made a step */
	bool stopped;  /* by @error */
	bool lacking;  /* something could not be started for want of what others had */
	bool refused;  /* no plan's room will be as wanted */
	bool alone;    /* that has been dealt with: there is one room at a time */
	GError *error; /* what ends all */
};

static uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

/* ---- results ---- */

/* Ends all, unless something has already. */
static void stop(Batch *batch, GError *error)
{
	batch->stopped = true;
	if (batch->error)
		g_error_free(error);
	else
		batch->error = error;
}

/* Forgets those that the callback does not want any more. */
static void drop_unwanted(Batch *batch)
{
	batch->wanted = batch->setup->wanted;
	queue_want(batch->queue, batch->wanted);
	for (guint i = 0; i < pool_size(batch->pool); i++)
		worker_cancel(pool_worker(batch->pool, i), batch->wanted);
}

static void deliver(Batch *batch, size_t index, const SandboxResult *result)
{
	if (batch->setup->callback(index, result, batch->setup->user_data) ||
		!queue_confirm(batch->queue, index, result))
		queue_end(batch->queue, index);
	if (batch->setup->wanted < batch->wanted)
		drop_unwanted(batch);
}

static void report_result(Batch *batch, size_t index, SandboxResult *result)
{
	if (!batch->stopped && queue_judge(batch->queue, index, result))
		deliver(batch, index, result);
}

static void report_failure(Batch *batch, size_t index, SandboxOutcome outcome, int errnum)
{
	SandboxResult result = {.outcome = outcome,
		.errnum = errnum,
		.start_us = now_us(),
		.out = "",
		.err = ""};

	report_result(batch, index, &result);
}

/* Whether what @worker was given may come back. */
static bool may_return(const Worker *worker)
{
	size_t unused;

	return worker_has_next(worker, &unused) ||
	       (worker_is_busy(worker) && !worker_is_ready(worker));
}

/* Whether a worker with a room of @plan that is free now will not be needed any more. */
static bool is_last(const Batch *batch, const Plan *plan)
{
	bool last = batch->setup->once && !plan->n_waiting;

	for (guint i = 0; last && i < pool_size(batch->pool); i++) {
		const Worker *worker = pool_worker(batch->pool, i);

		last = worker_plan(worker) != plan || !may_return(worker);
	}
	return last;
}

/* A program could not be started twice: what is lacking is ours. */
static void stop_for_want(Batch *batch, size_t index, int errnum)
{
	GError *error = NULL;

	lack_set_error(
		&error, errnum, "cannot start %s", batch->requests[index].real_path);
	stop(batch, error);
}

/* The run of request @index has ended like that. */
static void end_run(Batch *batch, size_t index, SandboxResult *result)
{
	if (result->outcome != SANDBOX_UNAVAILABLE)
		report_result(batch, index, result);
	else if (queue_retry(batch->queue, index))
		batch->lacking = true;
	else if (queue_is_confirming(batch->queue, index))
		queue_end(batch->queue, index);
	else
		stop_for_want(batch, index, result->errnum);
}

/* Others run what this one will not. */
static void take_back(Batch *batch, Worker *worker)
{
	size_t index;

	if (worker_take_back(worker, &index))
		queue_return(batch->queue, index);
}

/* It was never started: not its doing. */
static void put_back(Batch *batch, const Worker *worker)
{
	if (worker_is_busy(worker))
		queue_put_back(batch->queue, worker_index(worker));
}

/* This warden builds no room, for a reason that is no layer's. Others may do. */
static void fail_worker(Batch *batch, Worker *worker, bool is_short, GError *error)
{
	put_back(batch, worker);
	pool_drop_for_good(batch->pool, worker);
	if (pool_size(batch->pool)) {
		g_error_free(error);
	} else if (is_short && !batch->alone) {
		/* What one needs the others may have had. */
		batch->lacking = true;
		g_error_free(error);
	} else {
		stop(batch, error);
	}
}

/* @worker does not answer any more: gone, or @stuck. */
static void lose_worker(Batch *batch, Worker *worker, bool stuck)
{
	bool finished = worker_is_ready(worker);

	/* It may still write. */
	worker_kill(worker);
	take_back(batch, worker);
	if (!finished && stuck) {
		fail_worker(batch, worker, false,
			g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED,
				"the sandbox was not built within 20 s"));
		return;
	}
	if (!finished) {
		put_back(batch, worker);
	} else if (worker_is_busy(worker)) {
		SandboxResult result = worker_lost_result(worker, stuck);

		/* Killed twice, and once alone: it was this program that did it, by
		 * taking all memory for instance. */
		end_run(batch, worker_index(worker), &result);
	}
	pool_lose(batch->pool, worker);
	if (!finished && pool_is_hopeless(batch->pool))
		stop(batch, g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED,
				    "the sandbox was killed several times while it was "
				    "built; is there too little memory?"));
}

/*
 * What is given to a worker before its room is known waits for that in its socket. A room
 * may be refused for the sake of what its plan shows, which says nothing about others.
 */
static void on_ready(Batch *batch, Worker *worker)
{
	Plan *plan = worker_plan(worker);

	if (pool_accept(batch->pool, worker)) {
		plan->n_refusals = 0;
		return;
	}
	put_back(batch, worker);
	/* A limit may allow some rooms and refuse the next. */
	pool_drop_for_good(batch->pool, worker);
	plan->n_refusals++;
	plan->refused = pool_is_refused(batch->pool, plan->n_refusals);
	batch->refused = plan->refused && pool_is_refused_to_all(batch->pool, worker);
	if (plan->refused && !batch->alone)
		pool_widen(batch->pool);
}

/* ---- work ---- */

static RunTerms terms_of(const Batch *batch, size_t index)
{
	bool alone =
		queue_is_single(batch->queue) || queue_is_second(batch->queue, index);

	return (RunTerms){
		.timeout_us = queue_timeout(batch->queue, index),
		.processes = alone ? SANDBOX_PROCESSES_ALONE
				   : pool_share_of_processes(batch->pool, false),
		.processes_shared = alone ? SANDBOX_PROCESSES_ALONE
					  : pool_share_of_processes(batch->pool, true),
		/* What runs beside others may be run once more. */
		.last = !pool_count_running(batch->pool) &&
			is_last(batch, batch->plans[index]),
	};
}

/* All that runs now, or will without being asked, does so side by side. */
static void note_overlap(Batch *batch, size_t index)
{
	size_t next;

	if (pool_count_running(batch->pool) < 2)
		return;
	queue_note_overlap(batch->queue, index);
	for (guint i = 0; i < pool_size(batch->pool); i++) {
		const Worker *worker = pool_worker(batch->pool, i);

		if (worker_is_busy(worker))
			queue_note_overlap(batch->queue, worker_index(worker));
		if (worker_has_next(worker, &next))
			queue_note_overlap(batch->queue, next);
	}
}

/* It was given to a worker. */
static void note_given(Batch *batch, size_t index, const RunTerms *terms)
{
	note_overlap(batch, index);
	if (terms->processes < SANDBOX_PROCESSES_ALONE)
		queue_note_limited(batch->queue, index);
}

static void start(Batch *batch, Worker *worker, size_t index)
{
	RunTerms terms = terms_of(batch, index);
	int r = worker_start(worker, index, &batch->requests[index], &terms);

	if (!r) {
		note_given(batch, index, &terms);
	} else if (r == E2BIG) {
		report_failure(batch, index, SANDBOX_EXEC_FAILED, r);
	} else if (r == EPIPE && !worker_is_ready(worker)) {
		queue_put_back(batch->queue, index); /* it was not even tried */
	} else if (queue_retry(batch->queue, index)) {
		batch->lacking |= blame_is_shortage(r);
	} else if (r == EPIPE) {
		stop(batch, g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED,
				    "the sandbox died before it could start %s",
				    batch->requests[index].real_path));
	} else {
		stop_for_want(batch, index, r);
	}
}

/* Whether second runs may begin: nothing else runs, and nothing is lacking. */
static bool is_quiet(const Batch *batch)
{
	return !batch->lacking && !pool_count_running(batch->pool);
}

static void dispatch(Batch *batch)
{
	SandboxResult result;
	size_t index;

	while (!batch->stopped && queue_give_up(batch->queue, &index, &result))
		deliver(batch, index, &result);
	while (!batch->stopped && queue_peek(batch->queue, is_quiet(batch), &index)) {
		GError *error = NULL;
		Worker *worker;

		if (batch->refused || batch->plans[index]->refused) {
			queue_take(batch->queue);
			report_failure(batch, index, SANDBOX_UNAVAILABLE, 0);
			continue;
		}
		worker = pool_take(batch->pool, batch->plans[index], &error);
		if (error)
			stop(batch, error);
		if (!worker)
			return;
		queue_take(batch->queue);
		start(batch, worker, index);
	}
}

/* Whether what is next is for @worker's room. Second runs wait for what is known of the
 * first ones. */
static bool find_next(const Batch *batch, const Worker *worker, size_t *ret_index)
{
	return !batch->stopped && !batch->lacking && !queue_has_begun_all(batch->queue) &&
	       queue_peek(batch->queue, false, ret_index) &&
	       batch->plans[*ret_index] == worker_plan(worker);
}

/*
 * Gives @worker, whose room is as it was, the next program; and one more, so that it
 * never waits for the caller. As long as there is enough for everyone: no program should
 * wait behind another one while a worker is idle.
 */
static void feed(Batch *batch, Worker *worker)
{
	size_t index;

	if (worker_is_idle(worker) && find_next(batch, worker, &index)) {
		queue_take(batch->queue);
		start(batch, worker, index);
	}
	if (worker_can_queue(worker) && find_next(batch, worker, &index) &&
		worker_plan(worker)->n_waiting > pool_size(batch->pool)) {
		RunTerms terms = terms_of(batch, index);

		/* Where that fails it will be known why when it is started. */
		if (!worker_queue(worker, index, &batch->requests[index], &terms))
			return;
		queue_take(batch->queue);
		note_given(batch, index, &terms);
	}
}

/* Nobody waits while a worker with such a room has nothing to do. */
static void recall_for(Batch *batch, const Plan *plan)
{
	for (guint i = 0; i < pool_size(batch->pool); i++)
		if (worker_plan(pool_worker(batch->pool, i)) == plan)
			worker_recall(pool_worker(batch->pool, i));
}

/* Its warden runs nothing more. */
static void drop(Batch *batch, Worker *worker)
{
	take_back(batch, worker);
	pool_drop(batch->pool, worker);
}

/* The next programs run while the caller looks at the result. */
static void take_end(Batch *batch, Worker *worker, SandboxResult *result)
{
	size_t index = worker_ended_index(worker);
	bool was_last = worker_was_last(worker);
	g_autofree char *out = g_memdup2(result->out, result->out_length);
	g_autofree char *err = g_memdup2(result->err, result->err_length);

	/* The worker's own are those of its next run. */
	result->out = out ? out : "";
	result->err = err ? err : "";
	if (was_last)
		drop(batch, worker);
	else
		feed(batch, worker);
	end_run(batch, index, result);
	if (was_last || !worker_is_idle(worker))
		return;
	if (is_last(batch, worker_plan(worker)))
		pool_drop(batch->pool, worker);
	else
		recall_for(batch, worker_plan(worker));
}

static void handle_messages(Batch *batch, Worker *worker)
{
	while (pool_has(batch->pool, worker)) {
		GError *error = NULL;
		SandboxResult result;

		switch (worker_receive(worker, &result, &error)) {
		case WORKER_NOTHING:
			return;
		case WORKER_READY:
			on_ready(batch, worker);
			break;
		case WORKER_ENDED:
			/* Others are not kept waiting by what it has to say next. */
			take_end(batch, worker, &result);
			return;
		case WORKER_DRAINED:
			if (worker_was_last(worker))
				drop(batch, worker);
			break;
		case WORKER_RETURNED:
			queue_return(batch->queue, worker_ended_index(worker));
			break;
		case WORKER_GONE:
			lose_worker(batch, worker, false);
			break;
		case WORKER_SHORT:
			fail_worker(batch, worker, true, error);
			break;
		case WORKER_FAILED:
			fail_worker(batch, worker, false, error);
			break;
		}
	}
}

/* ---- steps ---- */

/* When there is something to do, even if no worker says anything. */
static uint64_t wake_time(const Batch *batch)
{
	uint64_t wake = batch->next_look_us;

	for (guint i = 0; i < pool_size(batch->pool); i++)
		wake = MIN(wake, worker_give_up_time(pool_worker(batch->pool, i)));
	return wake;
}

/* Notes in polls which workers have something to say, after waiting until @wake. */
static void poll_workers(Batch *batch, uint64_t wake)
{
	guint n = pool_size(batch->pool);
	uint64_t now = now_us(), left = wake > now ? wake - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(left / 1000000),
		.tv_nsec = (long)(left % 1000000) * 1000,
	};

	g_array_set_size(batch->polls, n);
	for (guint i = 0; i < n; i++)
		g_array_index(batch->polls, struct pollfd, i) = (struct pollfd){
			.fd = worker_fd(pool_worker(batch->pool, i)), .events = POLLIN};
	/* Interrupted by the host's signals: nothing was polled, but time goes on. */
	if (ppoll((struct pollfd *)(void *)batch->polls->data, n, &timeout, NULL) < 0)
		for (guint i = 0; i < n; i++)
			g_array_index(batch->polls, struct pollfd, i).revents = 0;
}

/* Deals with what poll_workers() has found, and with those that have been silent for too
 * long. */
static void attend(Batch *batch)
{
	uint64_t now = now_us();
	bool look = now >= batch->next_look_us;

	if (look)
		batch->next_look_us = now + LOOK_US;
	/* Downwards: a lost worker's place is taken by the last one. */
	for (guint i = batch->polls->len; i-- > 0;) {
		Worker *worker = pool_worker(batch->pool, i);

		if (g_array_index(batch->polls, struct pollfd, i).revents)
			handle_messages(batch, worker);
		if (!pool_has(batch->pool, worker))
			continue;
		if (now >= worker_give_up_time(worker)) {
			lose_worker(batch, worker, true);
		} else if (look) {
			worker_look(worker);
			/* Nobody waits behind a slow one. What has begun since is not. */
			if (now > worker_since(worker) + LOOK_US)
				worker_recall(worker);
		}
	}
	g_array_set_size(batch->polls, 0);
	if (look)
		pool_reap(batch->pool);
	if (look && batch->setup->tick)
		batch->setup->tick(batch->setup->tick_data);
}

static bool is_over(const Batch *batch)
{
	return batch->stopped || queue_is_done(batch->queue);
}

Batch *run_begin(const RunSetup *setup, Pool *pool, const SandboxRequest *requests,
	Plan *const *plans, size_t n)
{
	Batch *batch = g_new(Batch, 1);

	*batch = (Batch){
		.setup = setup,
		.pool = pool,
		.requests = requests,
		.plans = plans,
		.wanted = n,
		.queue = queue_new(plans, n, setup->timeout_us),
		.polls = g_array_new(FALSE, FALSE, sizeof(struct pollfd)),
		.next_look_us = now_us() + LOOK_US,
	};
	pool_begin(pool);
	return batch;
}

bool run_step(Batch *batch)
{
	if (batch->begun) {
		if (!batch->polls->len)
			poll_workers(batch, 0);
		attend(batch);
	}
	batch->begun = true;
	if (is_over(batch))
		return false;
	/* Even an idle room takes two processes and some memory. */
	if (batch->lacking && !pool_count_running(batch->pool) &&
		(queue_has_begun_all(batch->queue) || !pool_size(batch->pool))) {
		pool_make_way(batch->pool);
		batch->lacking = false;
		batch->alone = true;
	}
	dispatch(batch);
	return !is_over(batch);
}

void run_wait(Batch *batch)
{
	/* The first step has something to do. */
	if (batch->begun)
		poll_workers(batch, wake_time(batch));
}

bool run_end(Batch *batch, GError **error)
{
	bool ok = !batch->error;

	/* What still runs is ended, without waiting for it. */
	for (guint i = 0; i < pool_size(batch->pool); i++)
		worker_cancel(pool_worker(batch->pool, i), 0);
	if (!ok)
		g_propagate_error(error, batch->error);
	queue_free(batch->queue);
	g_array_unref(batch->polls);
	g_free(batch);
	return ok;
}
