// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One call of sandbox_run(): many requests, the workers of a pool.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/base/protocol.h"
#include "sandbox/plan.h"
#include "sandbox/pool.h"
#include "sandbox/sandbox.h"

typedef struct {
	uint64_t timeout_us; /* of one program */
	bool once;           /* workers may end as soon as they have nothing to do */
	size_t wanted;       /* requests; the callback may lower it */
	SandboxCallback callback;
	void *user_data;
	void (*tick)(void *user_data); /* or NULL */
	void *tick_data;
} RunSetup;

typedef struct Batch Batch;

/*
 * run_begin:
 * @plans: (array length=n): the plan of each request's room
 * @executions: (array length=n): of execution_find()
 *
 * All arguments must live until the end.
 *
 * Returns: (transfer full): to be ended by run_end(), before another one begins.
 */
Batch *run_begin(const RunSetup *setup, Pool *pool, const SandboxRequest *requests,
	Plan *const *plans, const Execution *executions, size_t n);

/* Does what can be done now. Returns: whether there is more to do, later. */
bool run_step(Batch *batch);

/* Returns: monotonic microseconds: when there is something to do, even if nothing shows
 * in the pool's descriptor. */
uint64_t run_wake_time(const Batch *batch);

/* Ends what still runs, without waiting for it. Returns: as sandbox_run(). */
bool run_end(Batch *batch, GError **error);
