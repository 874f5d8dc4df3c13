// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's side of running: a queue, several workers, steps that wait for nothing:
 * not for a program, and not for a warden to end.
 *
 * A worker whose program cannot be ended (stuck in the kernel), or which dies itself, is
 * replaced. Where a program could not be started for lack of processes or memory, or
 * failed beside others, another program may have been the reason: so each such program
 * gets a second run, when nothing else runs.
 */
#include "sandbox/batch.h"

/*
 * How often the programs' output is looked at while they run. A pipe holds as much as a
 * program may write, so that a healthy one never waits for this, and waking the caller
 * for each write would cost more than the write.
 */
#define LOOK_US (20 * 1000)

/* Other workers run the programs that this one will not. */
static void take_back(Batch *batch, Worker *worker)
{
	size_t index;

	if (worker_take_back(worker, &index))
		queue_return(batch->queue, index);
}

/* It was never started, so this was not its fault. */
static void put_back(Batch *batch, const Worker *worker)
{
	if (worker_is_busy(worker))
		queue_put_back(batch->queue, worker_index(worker));
}

/* This warden builds no room, for a reason that is not a layer's. Others may still do. */
static void fail_worker(Batch *batch, Worker *worker, bool is_short, GError *error)
{
	put_back(batch, worker);
	pool_drop_for_good(batch->pool, worker);
	if (pool_size(batch->pool)) {
		g_error_free(error);
	} else if (is_short && !batch->alone) {
		/* The other workers may have held what this one needs. */
		batch->lacking = true;
		g_error_free(error);
	} else {
		batch_stop(batch, error);
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

		/* Killed twice, and once while it ran by itself: this program caused it,
		 * by taking all memory for instance. */
		batch_end_run(batch, worker_index(worker), &result);
	}
	pool_lose(batch->pool, worker);
	if (!finished && pool_is_hopeless(batch->pool))
		batch_stop(batch,
			g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED,
				"the sandbox was killed several times while it was "
				"built; is there too little memory?"));
}

/*
 * A request that a worker gets before its room is ready waits in its socket. A room may
 * be refused because of what its plan shows, which says nothing about others.
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

/* ---- what workers say ---- */

/* No program waits while a worker with such a room is idle. */
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

	/* The worker's own output is by now that of its next run. */
	result->out = out ? out : "";
	result->err = err ? err : "";
	if (was_last)
		drop(batch, worker);
	else
		batch_feed(batch, worker);
	batch_end_run(batch, index, result);
	if (was_last || !worker_is_idle(worker))
		return;
	if (batch_is_last(batch, worker_plan(worker)))
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
			/* Its further messages do not keep others waiting. */
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

uint64_t run_wake_time(const Batch *batch)
{
	uint64_t wake = MIN(batch->next_look_us, pool_wake_time(batch->pool));

	/* The first step has something to do. */
	if (!batch->begun)
		return 0;
	for (guint i = 0; i < pool_size(batch->pool); i++)
		wake = MIN(wake, worker_give_up_time(pool_worker(batch->pool, i)));
	return wake;
}

/* Deals with workers that have something to say, and with those that have been silent for
 * too long. */
static void attend(Batch *batch)
{
	Worker *said[POOL_POLL_MAX];
	guint n = pool_poll(batch->pool, said);
	uint64_t now = now_us();
	bool look = now >= batch->next_look_us;

	if (look)
		batch->next_look_us = now + LOOK_US;
	for (guint i = 0; i < n; i++)
		handle_messages(batch, said[i]);
	/* Downwards, since the last one takes the place of a lost worker. */
	for (guint i = pool_size(batch->pool); i-- > 0;) {
		Worker *worker = pool_worker(batch->pool, i);
		bool silent = now >= worker_give_up_time(worker);

		/* Perhaps it has said something just now. */
		if (silent)
			handle_messages(batch, worker);
		if (!pool_has(batch->pool, worker))
			continue;
		if (silent && now >= worker_give_up_time(worker)) {
			lose_worker(batch, worker, true);
		} else if (look) {
			worker_look(worker);
			/* No program waits for a slow one. A run that has begun meanwhile
			 * does not come back. */
			if (now > worker_since(worker) + LOOK_US)
				worker_recall(worker);
		}
	}
	if (look && batch->setup->tick)
		batch->setup->tick(batch->setup->tick_data);
}

static bool is_over(const Batch *batch)
{
	return batch->stopped || queue_is_done(batch->queue);
}

Batch *run_begin(const RunSetup *setup, Pool *pool, const SandboxRequest *requests,
	Plan *const *plans, const Execution *executions, size_t n)
{
	Batch *batch = g_new(Batch, 1);

	*batch = (Batch){
		.setup = setup,
		.pool = pool,
		.requests = requests,
		.plans = plans,
		.executions = executions,
		.wanted = n,
		.queue = queue_new(plans, n, setup->timeout_us),
		.next_look_us = now_us() + LOOK_US,
	};
	pool_begin(pool);
	return batch;
}

bool run_step(Batch *batch)
{
	if (batch->begun)
		attend(batch);
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
	batch_dispatch(batch);
	return !is_over(batch);
}

bool run_end(Batch *batch, GError **error)
{
	bool ok = !batch->error;

	/* Ends what still runs, without waiting. */
	for (guint i = 0; i < pool_size(batch->pool); i++)
		worker_cancel(pool_worker(batch->pool, i), 0);
	if (!ok)
		g_propagate_error(error, batch->error);
	queue_free(batch->queue);
	g_free(batch);
	return ok;
}
