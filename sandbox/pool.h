// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox' workers: how many there are, which may be used, and how they end.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/sandbox.h"
#include "sandbox/worker.h"

typedef struct Pool Pool;

/*
 * pool_new:
 * @setup: taken over, its path and program included; its watch is made here
 * @jobs: workers at most, at least 1
 *
 * Returns: (transfer full): without any worker, to be freed by pool_free(); NULL with
 * @error of G_FILE_ERROR where a descriptor is lacking.
 */
Pool *pool_new(const WorkerSetup *setup, unsigned jobs, GError **error);

/* Ends all workers, without waiting. Only pool_free() may follow. */
void pool_leave(Pool *pool);

/* Returns: whether there are some that are worth waiting for: until pool_wake_time(), or
 * until something shows in pool_fd(). Kills those that do not end. */
bool pool_is_leaving(Pool *pool);

/* Ends all workers that are left, and waits for them. */
void pool_free(Pool *pool);

/* To poll for POLLIN: some worker has something to say, or has ended. */
int pool_fd(const Pool *pool);

/* Returns: monotonic microseconds: when there is something to do even if the descriptor
 * shows nothing. */
uint64_t pool_wake_time(const Pool *pool);

/* Waits for either. */
void pool_wait(const Pool *pool, uint64_t until_us);

/* The most that one step deals with, so that it does not take long. */
#define POOL_POLL_MAX 4

/* Returns: how many workers are in @ret_workers, all of which have something to say;
 * others may have, too. Frees dropped workers that are dead. */
guint pool_poll(Pool *pool, Worker *ret_workers[POOL_POLL_MAX]);

/* Adds a worker, which does what it can without a plan. Returns: whether it could; @error
 * as of worker_open(). */
bool pool_add(Pool *pool, GError **error);

/*
 * pool_take:
 * Finds a worker for the next program, of @plan: one whose room is of it, or a new one.
 * Rooms that are idle are kept for a while; where there are too many, one goes for which
 * nothing waits, if there is one.
 *
 * Returns: (transfer none) (nullable): an idle worker that has its plan. NULL where
 * enough programs run already, or a room's end has to be waited for (which shows in
 * pool_fd() as everything does); with @error of G_FILE_ERROR where that would not help.
 */
Worker *pool_take(Pool *pool, Plan *plan, GError **error);

guint pool_size(const Pool *pool);
Worker *pool_worker(const Pool *pool, guint i);
bool pool_has(const Pool *pool, const Worker *worker);

/* Returns: how many programs run. */
guint pool_count_running(const Pool *pool);

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

/* The same where another room is not available: from then on there are no more than those
 * that are left, but at least one. */
void pool_drop_for_good(Pool *pool, Worker *worker);

/* As many rooms as the policy allows may be tried again, since the one that was not
 * available was of a single plan. */
void pool_widen(Pool *pool);

/* Ends all workers, none of which is busy, since they may hold what a new one lacks; the
 * next one waits for their end. From now on there is one at a time. */
void pool_make_way(Pool *pool);

/* For a new set of programs: the shortage may be over. */
void pool_begin(Pool *pool);

/* After pool_begin(). Returns: how many processes and threads a program may have that
 * runs beside others;
 * @shared: where theirs are counted too. */
unsigned pool_share_of_processes(const Pool *pool, bool shared);

/* Whether, after pool_accept() has refused @n_refusals rooms of one plan in a row, it
 * makes no sense to try another one: no worker is left that may hold what it lacks, and
 * either no room was ever as wanted, or these were several. */
bool pool_is_refused(const Pool *pool, unsigned n_refusals);

/* Whether it then makes no sense for other plans either: no room was ever as wanted, and
 * that of @worker lacked something that no plan has any influence on. */
bool pool_is_refused_to_all(const Pool *pool, const Worker *worker);

/* Whether, after pool_lose() of one that was not finished, it makes no sense to go on:
 * none is left, and several in a row died so. */
bool pool_is_hopeless(const Pool *pool);
