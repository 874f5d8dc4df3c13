// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The workers of a sandbox.
 *
 * As many as there are processors do the work. Where all of them have been busy with one
 * program for a while, their number doubles, up to the policy's jobs: programs that hang
 * wait side by side, and those behind them go on.
 */
#include "sandbox/pool.h"

/* All workers busy with the same programs for so long: more workers. */
#define PATIENCE_US (100 * 1000)
/* Rooms that die one after another while they are built: something is systematically
 * wrong. */
#define DEATHS_MAX 3

bool pool_add(Sandbox *sandbox, GError **error)
{
	Worker *worker =
		worker_open(sandbox->wanted, sandbox->without, sandbox->plan, error);

	if (worker)
		g_ptr_array_add(sandbox->workers, worker);
	return worker != NULL;
}

static bool are_all_stuck(const Sandbox *sandbox)
{
	uint64_t now = (uint64_t)g_get_monotonic_time();

	for (guint i = 0; i < sandbox->workers->len; i++) {
		const Worker *worker = sandbox->workers->pdata[i];

		if (worker->state != WORKER_BUSY || now - worker->since_us < PATIENCE_US)
			return false;
	}
	return true;
}

guint pool_count_busy(const Sandbox *sandbox)
{
	guint n = 0;

	for (guint i = 0; i < sandbox->workers->len; i++)
		n += ((const Worker *)sandbox->workers->pdata[i])->state == WORKER_BUSY;
	return n;
}

bool pool_ensure(Sandbox *sandbox, size_t n_waiting, GError **error)
{
	guint n = sandbox->workers->len;
	size_t target = MIN(sandbox->processors, sandbox->jobs);

	if (n_waiting && are_all_stuck(sandbox))
		target = MAX(target, MIN(2 * n, sandbox->jobs));
	target = MIN(target, pool_count_busy(sandbox) + n_waiting);
	/* What keeps rooms from being finished may pass; one must do meanwhile. */
	if (sandbox->deaths >= DEATHS_MAX)
		target = MIN(target, MAX(n, 1));
	while (sandbox->workers->len < target)
		if (!pool_add(sandbox, sandbox->workers->len ? NULL : error))
			break;
	for (guint i = 0; i < sandbox->workers->len; i++) {
		Worker *worker = sandbox->workers->pdata[i];

		if (worker->state == WORKER_SEPARATING)
			worker_go(worker); /* if it is gone, the next poll says so */
	}
	return sandbox->workers->len > 0;
}

bool pool_accept(Sandbox *sandbox, const Worker *worker)
{
	SandboxReport *report = &sandbox->report;
	uint32_t held = worker->report->held;
	bool accepted = sandbox_is_enough(sandbox->wanted, held, sandbox->without);

	/* What was good once is not made worse by a room that is not used. */
	if (!accepted && sandbox->proven)
		return false;
	if (accepted) {
		sandbox->proven = true;
		sandbox->deaths = 0;
	}
	report->level = sandbox_level_of(held);
	report->accepted = accepted;
	report->landlock_abi = worker->report->landlock_abi;
	for (int layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		report->held[layer] = held & SANDBOX_LAYER_BIT(layer);
		report->missing_errno[layer] = worker->report->missing_errno[layer];
	}
	return accepted;
}

void pool_drop(Sandbox *sandbox, Worker *worker)
{
	guint index;

	worker_kill(worker);
	worker_close_output(worker);
	if (g_ptr_array_find(sandbox->workers, worker, &index))
		g_ptr_array_add(sandbox->dying,
			g_ptr_array_steal_index_fast(sandbox->workers, index));
}

bool pool_is_hopeless(const Sandbox *sandbox)
{
	return sandbox->deaths >= DEATHS_MAX && !sandbox->workers->len;
}

void pool_reap(Sandbox *sandbox)
{
	for (guint i = sandbox->dying->len; i-- > 0;)
		if (worker_reap(sandbox->dying->pdata[i], 0))
			g_ptr_array_remove_index_fast(sandbox->dying, i);
}
