// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which request is started next, by which worker and on which terms.
 */
#include <errno.h>

#include "common/blame.h"
#include "sandbox/batch.h"

/* Whether what @worker was given may come back. */
static bool may_return(const Worker *worker)
{
	size_t unused;

	return worker_has_next(worker, &unused) ||
	       (worker_is_busy(worker) && !worker_is_ready(worker));
}

bool batch_is_last(const Batch *batch, const Plan *plan)
{
	bool last = batch->setup->once && !plan->n_waiting;

	for (guint i = 0; last && i < pool_size(batch->pool); i++) {
		const Worker *worker = pool_worker(batch->pool, i);

		last = worker_plan(worker) != plan || !may_return(worker);
	}
	return last;
}

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
		.execution = batch->executions[index],
		/* A program that runs beside others may be run once more. */
		.last = !pool_count_running(batch->pool) &&
			batch_is_last(batch, batch->plans[index]),
	};
}

/* All programs that run now, or that wardens will start by themselves, run side by side.
 */
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
		batch_report_failure(batch, index, SANDBOX_EXEC_FAILED, r);
	} else if (r == EPIPE && !worker_is_ready(worker)) {
		queue_put_back(batch->queue, index); /* it was not even tried */
	} else if (queue_retry(batch->queue, index)) {
		batch->lacking |= blame_is_shortage(r);
	} else if (r == EPIPE) {
		batch_stop(batch, g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED,
					  "the sandbox died before it could start %s",
					  batch->requests[index].real_path));
	} else {
		batch_stop_for_want(batch, index, r);
	}
}

/* Whether second runs may begin: nothing else runs, and nothing is lacking. */
static bool is_quiet(const Batch *batch)
{
	return !batch->lacking && !pool_count_running(batch->pool);
}

void batch_dispatch(Batch *batch)
{
	SandboxResult result;
	size_t index;

	while (!batch->stopped && queue_give_up(batch->queue, &index, &result))
		batch_deliver(batch, index, &result);
	while (!batch->stopped && queue_peek(batch->queue, is_quiet(batch), &index)) {
		GError *error = NULL;
		Worker *worker;

		if (batch->refused || batch->plans[index]->refused) {
			queue_take(batch->queue);
			batch_report_failure(batch, index, SANDBOX_UNAVAILABLE, 0);
			continue;
		}
		worker = pool_take(batch->pool, batch->plans[index], &error);
		if (error)
			batch_stop(batch, error);
		if (!worker)
			return;
		queue_take(batch->queue);
		start(batch, worker, index);
	}
}

/* Whether the next request is for @worker's room. Second runs wait for the results of the
 * first ones. */
static bool find_next(const Batch *batch, const Worker *worker, size_t *ret_index)
{
	return !batch->stopped && !batch->lacking && !queue_has_begun_all(batch->queue) &&
	       queue_peek(batch->queue, false, ret_index) &&
	       batch->plans[*ret_index] == worker_plan(worker);
}

void batch_feed(Batch *batch, Worker *worker)
{
	size_t index;

	if (worker_is_idle(worker) && find_next(batch, worker, &index)) {
		queue_take(batch->queue);
		start(batch, worker, index);
	}
	if (worker_can_queue(worker) && find_next(batch, worker, &index) &&
		worker_plan(worker)->n_waiting > pool_size(batch->pool)) {
		RunTerms terms = terms_of(batch, index);

		/* If that fails, the reason shows when it is started. */
		if (!worker_queue(worker, index, &batch->requests[index], &terms))
			return;
		queue_take(batch->queue);
		note_given(batch, index, &terms);
	}
}
