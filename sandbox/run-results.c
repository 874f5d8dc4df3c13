// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The result of a run: whether it counts, is tried once more, or ends all.
 */
#include "common/lack.h"
#include "sandbox/batch.h"

void batch_stop(Batch *batch, GError *error)
{
	batch->stopped = true;
	if (batch->error)
		g_error_free(error);
	else
		batch->error = error;
}

/* Forgets those that the callback does not want any more. */
static void drop_unwanted(Batch *batch)
{
	batch->wanted = batch->setup->wanted;
	queue_want(batch->queue, batch->wanted);
	for (guint i = 0; i < pool_size(batch->pool); i++)
		worker_cancel(pool_worker(batch->pool, i), batch->wanted);
}

void batch_deliver(Batch *batch, size_t index, const SandboxResult *result)
{
	if (batch->setup->callback(index, result, batch->setup->user_data) ||
		!queue_confirm(batch->queue, index, result))
		queue_end(batch->queue, index);
	if (batch->setup->wanted < batch->wanted)
		drop_unwanted(batch);
}

static void report_result(Batch *batch, size_t index, SandboxResult *result)
{
	if (!batch->stopped && queue_judge(batch->queue, index, result))
		batch_deliver(batch, index, result);
}

void batch_report_failure(Batch *batch, size_t index, SandboxOutcome outcome, int errnum)
{
	SandboxResult result = {.outcome = outcome,
		.errnum = errnum,
		.start_us = now_us(),
		.out = "",
		.err = ""};

	report_result(batch, index, &result);
}

void batch_stop_for_want(Batch *batch, size_t index, int errnum)
{
	GError *error = NULL;

	lack_set_error(
		&error, errnum, "cannot start %s", batch->requests[index].real_path);
	batch_stop(batch, error);
}

void batch_end_run(Batch *batch, size_t index, SandboxResult *result)
{
	if (result->outcome != SANDBOX_UNAVAILABLE)
		report_result(batch, index, result);
	else if (queue_retry(batch->queue, index))
		batch->lacking = true;
	else if (queue_is_confirming(batch->queue, index))
		queue_end(batch->queue, index);
	else
		batch_stop_for_want(batch, index, result->errnum);
}
