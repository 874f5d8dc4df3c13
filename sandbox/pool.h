// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox' workers: how many there are, which may be used, and how they go.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/sandbox.h"
#include "sandbox/worker.h"

typedef struct Pool Pool;

/*
 * pool_new:
 * @setup: taken over, its path and descriptor included
 * @jobs: workers at most, at least 1
 *
 * Returns: (transfer full): without any worker, to be freed by pool_free().
 */
Pool *pool_new(const WorkerSetup *setup, unsigned jobs);

/* Ends all workers and waits for them. */
void pool_free(Pool *pool);

/* Adds a worker, which does what it can without a plan. Returns: whether it could; @error
 * as of worker_open(). */
bool pool_add(Pool *pool, GError **error);

/* From now on rooms are built from @plan (taken over); those from another one end. */
void pool_set_plan(Pool *pool, GString *plan);

/*
 * pool_ensure:
 * @n_waiting: programs that wait for a worker
 *
 * Has as many workers as there are processors, or programs; and more where all of them
 * have been busy with the same programs for a while. The first is a must, further ones
 * only make it faster.
 *
 * Returns: whether there is one.
 */
bool pool_ensure(Pool *pool, size_t n_waiting, GError **error);

guint pool_size(const Pool *pool);
Worker *pool_worker(const Pool *pool, guint i);
bool pool_has(const Pool *pool, const Worker *worker);

/* Returns: how many workers have a program to run. */
guint pool_count_busy(const Pool *pool);

/*
 * pool_accept:
 * Notes what the room of @worker, which is ready, consists of.
 *
 * Returns: whether programs may run in it.
 */
bool pool_accept(Pool *pool, const Worker *worker);

/* Returns: (transfer none): of the last room that counted. */
const SandboxReport *pool_report(const Pool *pool);

/* Takes @worker out and ends it, without waiting. */
void pool_drop(Pool *pool, Worker *worker);

/* The same for one that died: see pool_is_hopeless(). */
void pool_lose(Pool *pool, Worker *worker);

/* The same where a further room is not available: then there are no more than those that
 * are left, and one. */
void pool_drop_for_good(Pool *pool, Worker *worker);

/* Ends all workers, none of which is busy, and waits for that: what they hold is what
 * somebody lacks. From now on there is one at a time. */
void pool_make_way(Pool *pool);

/* For a new lot of @n programs: what was lacking may be there again; one that runs by
 * itself may have more processes. */
void pool_begin(Pool *pool, size_t n);

/* Whether, after pool_accept() has refused one, it makes no sense to go on: none is left,
 * and either none was ever as wanted, or several in a row were not. */
bool pool_is_refused(const Pool *pool);

/* Whether, after pool_lose() of one that was not finished, it makes no sense to go on:
 * none is left, and several in a row died so. */
bool pool_is_hopeless(const Pool *pool);

/* Buries those of the dropped who are dead, without waiting. */
void pool_reap(Pool *pool);
