// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One call of the sandbox while it goes on, for run.c (what workers say, and the steps),
 * run-start.c (what is started next) and run-results.c (its result) only.
 */
#pragma once

#include "sandbox/queue.h"
#include "sandbox/run.h"

struct Batch {
	const RunSetup *setup;
	Pool *pool;
	const SandboxRequest *requests;
	Plan *const *plans;
	const Execution *executions;
	size_t wanted; /* the first so many requests */
	Queue *queue;
	uint64_t next_look_us;
	bool begun;    /* it has made a step */
	bool stopped;  /* by @error */
	bool lacking;  /* something could not be started: others had what it needs */
	bool refused;  /* no plan's room will be as wanted */
	bool alone;    /* that has been dealt with: there is one room at a time */
	GError *error; /* what ends all */
};

static inline uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

/* ---- results ---- */

/* Ends all by @error (consumed), unless something has already. */
void batch_stop(Batch *batch, GError *error);

/* A program could not be started twice: the shortage is ours. */
void batch_stop_for_want(Batch *batch, size_t index, int errnum);

/* Reports what is known of request @index. */
void batch_deliver(Batch *batch, size_t index, const SandboxResult *result);

/* The same, of one that was not run. */
void batch_report_failure(Batch *batch, size_t index, SandboxOutcome outcome, int errnum);

/* The run of request @index has ended like that. */
void batch_end_run(Batch *batch, size_t index, SandboxResult *result);

/* ---- starts ---- */

/* Starts what can be started now. */
void batch_dispatch(Batch *batch);

/*
 * Gives @worker, whose room has not changed, the next program; and one more, so that it
 * never waits for the caller. It does so only while there are enough programs for all
 * workers: none should wait for another one while a worker is idle.
 */
void batch_feed(Batch *batch, Worker *worker);

/* Whether a worker with a room of @plan that is free now will not be needed any more. */
bool batch_is_last(const Batch *batch, const Plan *plan);
