// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The workers of a sandbox.
 *
 * As many as there are processors do the work. Where all of them have been busy with one
 * program for a while, their number doubles, up to the policy's jobs: programs that hang
 * wait side by side, and those behind them go on.
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
	unsigned jobs, most_jobs;  /* now; as long as nothing is lacking */
	GString *plan;             /* or NULL: not known yet */
	unsigned processes;        /* of one program; 0: not known yet */
	unsigned processes_shared; /* the same, where those of others count along */
	GPtrArray *workers;        /* of Worker * */
	GPtrArray *dying; /* of Worker *: told to end, to be reaped when they are dead */
	SandboxReport report;
	bool proven; /* some room was as wanted */
	/* Rooms in a row that died before they were finished, and that were refused. */
	unsigned deaths, refusals;
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
	if (pool->plan)
		g_string_free(pool->plan, TRUE);
	close_fd(&pool->setup.program);
	g_free(pool->setup.path);
	g_free(pool);
}

bool pool_add(Pool *pool, GError **error)
{
	Worker *worker;

	/* Those that are on their way out may hold what the next one lacks. */
	if (!pool->workers->len && (pool->deaths || pool->refusals))
		wait_for_dying(pool);
	worker = worker_open(&pool->setup, error);
	if (worker)
		g_ptr_array_add(pool->workers, worker);
	return worker != NULL;
}

/* Ends those that build, or have built, what is not wanted any more. */
static void drop_told(Pool *pool)
{
	for (guint i = pool->workers->len; i-- > 0;) {
		Worker *worker = pool->workers->pdata[i];

		if (worker_was_told(worker))
			pool_drop(pool, worker);
	}
}

void pool_set_plan(Pool *pool, GString *plan)
{
	if (pool->plan && g_string_equal(pool->plan, plan)) {
		g_string_free(plan, TRUE);
		return;
	}
	if (pool->plan)
		g_string_free(pool->plan, TRUE);
	pool->plan = plan;
	drop_told(pool);
}

static bool are_all_stuck(const Pool *pool)
{
	uint64_t now = (uint64_t)g_get_monotonic_time();

	for (guint i = 0; i < pool->workers->len; i++) {
		const Worker *worker = pool->workers->pdata[i];

		if (!worker_is_busy(worker) || now - worker_since(worker) < PATIENCE_US)
			return false;
	}
	return true;
}

guint pool_count_busy(const Pool *pool)
{
	guint n = 0;

	for (guint i = 0; i < pool->workers->len; i++)
		n += worker_is_busy(pool->workers->pdata[i]);
	return n;
}

bool pool_ensure(Pool *pool, size_t n_waiting, GError **error)
{
	guint n = pool->workers->len;
	size_t target = MIN(g_get_num_processors(), pool->jobs);

	if (n_waiting && are_all_stuck(pool))
		target = MAX(target, MIN(2 * n, pool->jobs));
	target = MIN(target, pool_count_busy(pool) + n_waiting);
	/* What keeps rooms from being finished may pass; one must do meanwhile. */
	if (pool->deaths >= TRIES_MAX)
		target = MIN(target, MAX(n, 1));
	while (pool->workers->len < target)
		if (!pool_add(pool, pool->workers->len ? NULL : error))
			break;
	for (guint i = 0; i < pool->workers->len; i++)
		worker_go(pool->workers->pdata[i], pool->plan, pool->processes,
			pool->processes_shared);
	return pool->workers->len > 0;
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
		pool->deaths = pool->refusals = 0;
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
	pool->refusals++;
	pool->jobs = MAX(pool->workers->len, 1);
}

void pool_make_way(Pool *pool)
{
	drop_all(pool);
	pool->jobs = 1;
}

void pool_begin(Pool *pool, size_t n)
{
	unsigned share = MAX(SANDBOX_PROCESSES_ALL / pool->most_jobs, SANDBOX_PROCESSES);
	unsigned processes = MIN(SANDBOX_PROCESSES + 4 * g_get_num_processors(), share);

	if (n == 1 || pool->most_jobs == 1)
		processes = share = SANDBOX_PROCESSES_ALONE;
	if (processes != pool->processes || share != pool->processes_shared)
		drop_told(pool);
	pool->processes = processes;
	pool->processes_shared = share;
	pool->jobs = pool->most_jobs;
	pool->deaths = pool->refusals = 0;
}

bool pool_is_refused(const Pool *pool)
{
	return !pool->workers->len && (!pool->proven || pool->refusals >= TRIES_MAX);
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
