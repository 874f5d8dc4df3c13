// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The workers of a sandbox.
 *
 * As many programs run at a time as there are processors. Where all of them have run for
 * a while, their number doubles, up to the policy's jobs: programs that hang wait side by
 * side, and later ones go on. As many rooms as that are kept, for programs that see the
 * same.
 */
#include "sandbox/pool.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>

#include "common/autofd.h"
#include "common/lack.h"

/* All workers busy with the same programs for so long: more workers. */
#define PATIENCE_US (100 * 1000)
/* After so many rooms in a row that die while they are built, or are refused, something
 * is systematically wrong. */
#define TRIES_MAX 3
/* For workers that were asked to end. */
#define DYING_US (1000 * 1000)

struct Pool {
	WorkerSetup setup;
	unsigned jobs, most_jobs; /* limit for now; less than jobs after a shortage */
	unsigned width;           /* programs that run at a time; at most jobs */
	unsigned processors;      /* 0: not counted yet */
	GPtrArray *workers;       /* of Worker * */
	GPtrArray *dying; /* of Worker *: asked to end, to be reaped when they are dead */
	gint64 patience_us; /* monotonic: until then what comes next waits for the dying;
			       0: it does not */
	bool leaving, forced; /* all were asked to end; and then killed */
	SandboxReport report;
	bool proven;     /* some room was as good as wanted */
	unsigned deaths; /* rooms in a row that died before they were finished */
	bool refused;    /* the last one was less than is wanted, or lacked something */
};

Pool *pool_new(const WorkerSetup *setup, unsigned jobs, GError **error)
{
	Pool *pool = g_new0(Pool, 1);

	pool->setup = *setup;
	pool->setup.watch = epoll_create1(EPOLL_CLOEXEC);
	if (pool->setup.watch < 0)
		lack_set_error(error, errno, "cannot watch the sandbox");
	pool->jobs = pool->most_jobs = MAX(jobs, 1);
	pool->workers = g_ptr_array_new_with_free_func((GDestroyNotify)worker_free);
	pool->dying = g_ptr_array_new_with_free_func((GDestroyNotify)worker_free);
	if (pool->setup.watch >= 0)
		return pool;
	pool_free(pool);
	return NULL;
}

/* ---- ends ---- */

/* Frees those of the dropped workers that are dead. */
static void bury(Pool *pool)
{
	for (guint i = pool->dying->len; i-- > 0;)
		if (worker_has_ended(pool->dying->pdata[i]))
			g_ptr_array_remove_index_fast(pool->dying, i);
}

static void be_patient(Pool *pool)
{
	pool->patience_us = g_get_monotonic_time() + DYING_US;
}

/* Whether workers that are ending may hold what the next one lacks. */
static bool has_to_wait(Pool *pool)
{
	bury(pool);
	if (!pool->patience_us && !pool->workers->len &&
		(pool->deaths || pool->refused || pool->jobs < pool->most_jobs))
		be_patient(pool);
	if (pool->dying->len && g_get_monotonic_time() < pool->patience_us)
		return true;
	pool->patience_us = 0;
	return false;
}

static void drop_all(Pool *pool)
{
	while (pool->workers->len)
		pool_drop(pool, pool->workers->pdata[0]);
	be_patient(pool);
}

void pool_leave(Pool *pool)
{
	if (!pool->leaving)
		drop_all(pool);
	pool->leaving = true;
}

bool pool_is_leaving(Pool *pool)
{
	bury(pool);
	if (!pool->dying->len)
		return false;
	if (g_get_monotonic_time() < pool->patience_us)
		return true;
	/* One that is stuck in the kernel is abandoned. */
	if (pool->forced)
		return false;
	for (guint i = 0; i < pool->dying->len; i++)
		worker_force(pool->dying->pdata[i]);
	pool->forced = true;
	be_patient(pool);
	return true;
}

void pool_free(Pool *pool)
{
	if (!pool)
		return;
	pool_leave(pool);
	while (pool_is_leaving(pool))
		pool_wait(pool, (uint64_t)pool->patience_us);
	g_ptr_array_unref(pool->workers);
	g_ptr_array_unref(pool->dying);
	close_fd(&pool->setup.program);
	close_fd(&pool->setup.watch);
	g_free(pool->setup.path);
	g_free(pool);
}

/* ---- what is watched ---- */

int pool_fd(const Pool *pool)
{
	return pool->setup.watch;
}

uint64_t pool_wake_time(const Pool *pool)
{
	bool has_an_end = pool->dying->len && pool->patience_us;

	/* Where nobody waits for ending workers, nobody notices either that their time is
	 * up. */
	if (!pool->leaving && pool->patience_us <= g_get_monotonic_time())
		has_an_end = false;
	return has_an_end ? (uint64_t)pool->patience_us : UINT64_MAX;
}

void pool_wait(const Pool *pool, uint64_t until_us)
{
	struct pollfd watch = {.fd = pool->setup.watch, .events = POLLIN};
	uint64_t now = (uint64_t)g_get_monotonic_time();
	uint64_t left = until_us > now ? until_us - now : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(left / 1000000),
		.tv_nsec = (long)(left % 1000000) * 1000,
	};

	/* A signal of the host's ends it early, which does no harm. */
	ppoll(&watch, 1, &timeout, NULL);
}

guint pool_poll(Pool *pool, Worker *ret_workers[POOL_POLL_MAX])
{
	struct epoll_event events[POOL_POLL_MAX];
	int count = epoll_wait(pool->setup.watch, events, POOL_POLL_MAX, 0);
	bool dead = false;
	guint n = 0;

	for (int i = 0; i < count; i++)
		if (pool_has(pool, events[i].data.ptr))
			ret_workers[n++] = events[i].data.ptr;
		else
			dead = true;
	if (dead)
		bury(pool);
	return n;
}

/* ---- more of them ---- */

bool pool_add(Pool *pool, GError **error)
{
	Worker *worker = worker_open(&pool->setup, error);

	if (worker)
		g_ptr_array_add(pool->workers, worker);
	return worker != NULL;
}

guint pool_count_running(const Pool *pool)
{
	guint n = 0;

	for (guint i = 0; i < pool->workers->len; i++)
		n += worker_is_running(pool->workers->pdata[i]);
	return n;
}

/* Whether every program that runs has done so for a while. */
static bool are_all_stuck(const Pool *pool)
{
	uint64_t now = (uint64_t)g_get_monotonic_time();

	for (guint i = 0; i < pool->workers->len; i++) {
		const Worker *worker = pool->workers->pdata[i];

		if (worker_is_running(worker) && now - worker_since(worker) < PATIENCE_US)
			return false;
	}
	return true;
}

/* Whether as many programs run as should. */
static bool is_full(Pool *pool)
{
	guint busy = pool_count_running(pool);

	if (busy >= pool->width && are_all_stuck(pool))
		pool->width = 2 * busy;
	pool->width = MIN(pool->width, pool->jobs);
	return busy >= pool->width;
}

/* Returns: (nullable): an idle worker whose room is of @plan, or will be; if possible,
 * one whose room is built. */
static Worker *find_idle(const Pool *pool, const Plan *plan)
{
	Worker *found = NULL;

	for (guint i = 0; i < pool->workers->len; i++) {
		Worker *worker = pool->workers->pdata[i];

		if (worker_is_idle(worker) && worker_plan(worker) == plan &&
			(!found || worker_is_ready(worker)))
			found = worker;
	}
	return found;
}

/* Returns: (nullable): one that waits for its plan. */
static Worker *find_untold(const Pool *pool)
{
	for (guint i = 0; i < pool->workers->len; i++)
		if (!worker_plan(pool->workers->pdata[i]))
			return pool->workers->pdata[i];
	return NULL;
}

/* Ends an idle worker, preferably one whose plan nothing waits for. Returns: whether
 * there was one. */
static bool drop_idle(Pool *pool)
{
	Worker *found = NULL;

	for (guint i = 0; i < pool->workers->len; i++) {
		Worker *worker = pool->workers->pdata[i];

		if (worker_is_idle(worker) && (!found || !worker_plan(worker)->n_waiting))
			found = worker;
	}
	if (found)
		pool_drop(pool, found);
	return found;
}

/* There are as many rooms as there may be. The cause that keeps new ones from being
 * finished may pass; one must do meanwhile. */
static guint most_rooms(const Pool *pool)
{
	return pool->deaths >= TRIES_MAX ? 1 : pool->jobs;
}

/* Returns: (nullable): a new worker; NULL without @error where an existing one has to end
 * first. */
static Worker *add_another(Pool *pool, GError **error)
{
	while (pool->workers->len >= most_rooms(pool))
		if (!drop_idle(pool))
			return NULL;
	if (has_to_wait(pool))
		return NULL;
	if (pool_add(pool, pool->workers->len ? NULL : error))
		return pool->workers->pdata[pool->workers->len - 1];
	/* Idle rooms may hold what it lacks. */
	if (drop_idle(pool))
		be_patient(pool);
	return NULL;
}

Worker *pool_take(Pool *pool, Plan *plan, GError **error)
{
	Worker *worker;

	if (is_full(pool))
		return NULL;
	worker = find_idle(pool, plan);
	if (worker)
		return worker;
	worker = find_untold(pool);
	if (!worker)
		worker = add_another(pool, error);
	if (worker)
		worker_go(worker, plan);
	return worker;
}

guint pool_size(const Pool *pool)
{
	return pool->workers->len;
}

Worker *pool_worker(const Pool *pool, guint i)
{
	return pool->workers->pdata[i];
}

bool pool_has(const Pool *pool, const Worker *worker)
{
	return g_ptr_array_find(pool->workers, worker, NULL);
}

bool pool_accept(Pool *pool, const Worker *worker)
{
	SandboxReport *report = &pool->report;
	const WardenReport *found = worker_report(worker);
	bool accepted =
		sandbox_is_enough(pool->setup.level, found->held, pool->setup.without);

	/* A room that is not used does not change the report of a good one. */
	if (!accepted && pool->proven)
		return false;
	if (accepted) {
		pool->proven = true;
		pool->deaths = 0;
		pool->refused = false;
	}
	report->level = sandbox_level_of(found->held);
	report->accepted = accepted;
	report->landlock_abi = found->landlock_abi;
	report->hides_etc = found->hides_etc;
	for (int layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		report->held[layer] = found->held & SANDBOX_LAYER_BIT(layer);
		report->missing_errno[layer] = found->missing_errno[layer];
	}
	return accepted;
}

const SandboxReport *pool_report(const Pool *pool)
{
	return &pool->report;
}

void pool_drop(Pool *pool, Worker *worker)
{
	guint index;

	worker_drop(worker);
	if (g_ptr_array_find(pool->workers, worker, &index))
		g_ptr_array_add(
			pool->dying, g_ptr_array_steal_index_fast(pool->workers, index));
}

void pool_lose(Pool *pool, Worker *worker)
{
	if (!worker_is_ready(worker))
		pool->deaths++;
	pool_drop(pool, worker);
}

void pool_drop_for_good(Pool *pool, Worker *worker)
{
	pool_drop(pool, worker);
	pool->refused = true;
	pool->jobs = MAX(pool->workers->len, 1);
}

void pool_widen(Pool *pool)
{
	pool->jobs = pool->most_jobs;
}

void pool_make_way(Pool *pool)
{
	drop_all(pool);
	pool->jobs = 1;
}

void pool_begin(Pool *pool)
{
	pool->jobs = pool->most_jobs;
	/* Once, since that takes as long as a dozen of other system calls; and not before
	 * the first room has been begun. */
	if (!pool->processors)
		pool->processors = g_get_num_processors();
	pool->width = MIN(pool->processors, pool->jobs);
	pool->deaths = 0;
	pool->refused = false;
}

unsigned pool_share_of_processes(const Pool *pool, bool shared)
{
	unsigned share = MAX(SANDBOX_PROCESSES_ALL / pool->most_jobs, SANDBOX_PROCESSES);

	if (pool->most_jobs == 1)
		return SANDBOX_PROCESSES_ALONE;
	return shared ? MIN(share, SANDBOX_PROCESSES_ALONE)
		      : MIN(SANDBOX_PROCESSES + 4 * pool->processors, share);
}

bool pool_is_refused(const Pool *pool, unsigned n_refusals)
{
	return !pool->workers->len && (!pool->proven || n_refusals >= TRIES_MAX);
}

bool pool_is_refused_to_all(const Pool *pool, const Worker *worker)
{
	const uint32_t of_plan = SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT) |
				 SANDBOX_LAYER_BIT(SANDBOX_LAYER_LANDLOCK);

	return !pool->proven &&
	       !sandbox_is_enough(pool->setup.level,
		       worker_report(worker)->held | of_plan, pool->setup.without);
}

bool pool_is_hopeless(const Pool *pool)
{
	return !pool->workers->len && pool->deaths >= TRIES_MAX;
}
