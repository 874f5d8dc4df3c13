// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a worker is made of; only for worker.c and worker-runs.c.
 */
#pragma once

#include "sandbox/launch.h"
#include "sandbox/output.h"
#include "sandbox/worker.h"

typedef enum {
	STATE_SEPARATING, /* needs worker_go() */
	STATE_IDLE,
	STATE_BUSY,
	STATE_DRAINING, /* its run was cancelled: the answer is to come */
} State;

/* A program that the warden was given, and for which it has not answered. */
typedef struct {
	uint32_t number; /* 0: there is none */
	size_t index;
	bool last;
	bool recalled;  /* it was asked for */
	bool cancelled; /* nobody wants its result */
	uint64_t timeout_us;
	uint64_t given_us; /* monotonic */
	Output output;
} Run;

struct Worker {
	const WorkerSetup *setup;
	Launch *launch;
	Plan *plan; /* NULL before worker_go() */
	int socket;
	State state;
	bool listens;        /* its socket is watched */
	bool ended;          /* the warden: that is not watched any more */
	int go_errno;        /* why the plan could not be sent; or 0 */
	uint64_t hung_up_us; /* monotonic: it said nothing, and will not; or 0 */
	bool ready;
	WardenReport report;
	uint64_t since_us; /* monotonic: when its state began */
	uint32_t number;   /* of the latest run */
	bool was_last;
	size_t ended_index;
	Run runs[2];
	Run *run,
		*next; /* these two: the one that runs, and the one that waits for that */
};

static inline uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

static inline void worker_enter(Worker *worker, State state)
{
	worker->state = state;
	worker->since_us = now_us();
}

/* There is no such run. */
static inline void run_forget(Run *run)
{
	output_close(&run->output);
	run->number = 0;
}

/* Takes the warden's answer for the run, about how it has ended. Returns: WORKER_ENDED
 * with @ret_result, or WORKER_DRAINED. */
WorkerEvent worker_take_end(
	Worker *worker, const Message *message, SandboxResult *ret_result);

/* Takes the warden's answer for the one that waits: it is not run. Returns:
 * WORKER_RETURNED, or WORKER_NOTHING if nobody wants it. */
WorkerEvent worker_take_return(Worker *worker);
