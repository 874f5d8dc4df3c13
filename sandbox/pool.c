// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The workers of a sandbox.
 *
 * As many programs run at a time as there are processors. Where all of them have run for
 * a while, their number doubles, up to the policy's jobs: programs that hang wait side by
 * side, and those behind them go on. As many rooms as that are kept, for programs that
 * see the same.
 */
#include "sandbox/pool.h"

#include "common/autofd.h"

/* All workers busy with the same programs for so long: more workers. */
#define PATIENCE_US (100 * 1000)
/* Rooms one after another that die while they are built, or are refused: something is
 * systematically wrong. */
#define TRIES_MAX 3
/* For those that were told to end. */
#define DYING_US (1000 * 1000)

struct Pool {
	WorkerSetup setup;
	unsigned jobs, most_jobs; /* now; as long as nothing is lacking */
	unsigned width;           /* programs that run at a time; at most jobs */
	GPtrArray *workers;       /* of Worker * */
	GPtrArray *dying; /* of Worker *: told to end, to be reaped when they are dead */
	SandboxReport report;
	bool proven;     /* some room was as wanted */
	unsigned deaths; /* rooms in a row that died before they were finished */
	bool refused;    /* the last one was less than is wanted, or lacked something */
};

Pool *pool_new(const WorkerSetup *setup, unsigned jobs)
{
	Pool *pool = g_new0(Pool, 1);

	pool->setup = *setup;
	pool->jobs = pool->most_jobs = MAX(jobs, 1);
	pool->workers = g_ptr_array_new_with_free_func((GDestroyNotify)worker_free);
	pool->dying = g_ptr_array_new_with_free_func((GDestroyNotify)worker_free);
	return pool;
}

/* Until all that were told to end have, or for so long in all. Returns: whether they
 * have. */
static bool wait_for_dying(Pool *pool)
{
	gint64 end = g_get_monotonic_time() + DYING_US;
	bool all = true;

	for (guint i = 0; i < pool->dying->len; i++) {
		gint64 left = MAX(end - g_get_monotonic_time(), 0) / 1000;

		all = worker_reap(pool->dying->pdata[i], (int)left) && all;
	}
	return all;
}

/* All at once, then one after another is reaped. Returns: as wait_for_dying(). */
static bool drop_all(Pool *pool)
{
	while (pool->workers->len)
		pool_drop(pool, pool->workers->pdata[0]);
	return wait_for_dying(pool);
}

void pool_free(Pool *pool)
{
	if (!drop_all(pool)) {
		for (guint i = 0; i < pool->dying->len; i++)
			worker_force(pool->dying->pdata[i]);
		/* One that is stuck in the kernel is left to its fate. */
		wait_for_dying(pool);
	}
	g_ptr_array_unref(pool->workers);
	g_ptr_array_unref(pool->dying);
	close_fd(&pool->setup.program);
	g_free(pool->setup.path);
	g_free(pool);
}

bool pool_add(Pool *pool, GError **error)
{
	Worker *worker;

	/* Those that are on their way out may hold what the next one lacks. */
	if (!pool->workers->len &&
		(pool->deaths || pool->refused || pool->jobs < pool->most_jobs))
		wait_for_dying(pool);
	worker = worker_open(&pool->setup, error);
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

/* Returns: (nullable): an idle worker whose room is of @plan, or will be; one whose room
 * is built if there is one. */
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

/* Ends an idle worker; in the first place one whose plan nothing waits for. Returns:
 * whether there was one. */
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

/* As many rooms as there may be. What keeps them from being finished may pass; one must
 * do meanwhile. */
static guint most_rooms(const Pool *pool)
{
	return pool->deaths >= TRIES_MAX ? 1 : pool->jobs;
}

/* Returns: (nullable): a new worker; none without @error where one that is there has to
 * end first. */
static Worker *add_another(Pool *pool, GError **error)
{
	while (pool->workers->len >= most_rooms(pool))
		if (!drop_idle(pool))
			return NULL;
	/* What idle rooms hold may be what it lacks. */
	while (!pool_add(pool, pool->workers->len ? NULL : error))
		if (!drop_idle(pool))
			return NULL;
		else
			wait_for_dying(pool);
	return pool->workers->pdata[pool->workers->len - 1];
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

	/* What was good once is not made worse by a room that is not used. */
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

	worker_kill(worker);
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
	pool->width = MIN(g_get_num_processors(), pool->jobs);
	pool->deaths = 0;
	pool->refused = false;
}

unsigned pool_share_of_processes(const Pool *pool, bool shared)
{
	unsigned share = MAX(SANDBOX_PROCESSES_ALL / pool->most_jobs, SANDBOX_PROCESSES);

	if (pool->most_jobs == 1)
		return SANDBOX_PROCESSES_ALONE;
	return shared ? MIN(share, SANDBOX_PROCESSES_ALONE)
		      : MIN(SANDBOX_PROCESSES + 4 * g_get_num_processors(), share);
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

void pool_reap(Pool *pool)
{
	for (guint i = pool->dying->len; i-- > 0;)
		if (worker_reap(pool->dying->pdata[i], 0))
			g_ptr_array_remove_index_fast(pool->dying, i);
}
