// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The requests of one sandbox_run(): which is next, which wait for a second run, whose
 * result counts.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/plan.h"
#include "sandbox/sandbox.h"

typedef struct Queue Queue;

/*
 * queue_new:
 * @plans: (array length=n): of the requests, kept; counts how many requests wait for each
 * @timeout_us: of one program, and of all confirmations together
 *
 * Returns: (transfer full): in which all wait in their order, to be freed by
 * queue_free().
 */
Queue *queue_new(Plan *const *plans, size_t n, uint64_t timeout_us);
void queue_free(Queue *queue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Queue, queue_free)

/* Whether every request that is wanted has a result that counts, or gets none. */
bool queue_is_done(const Queue *queue);
/* Whether none waits for its first run. */
bool queue_has_begun_all(const Queue *queue);
/* Whether one request only is wanted, or still is. */
bool queue_is_single(const Queue *queue);

/*
 * queue_give_up: Once no time is left for confirmations, those that wait for one get
 * none: a timeout that no shortage of processors explains counts as it is, others have no
 * result.
 *
 * Returns: whether there is one to be reported; @ret_result is valid until queue_free().
 */
bool queue_give_up(Queue *queue, size_t *ret_index, SandboxResult *ret_result);

/*
 * queue_peek:
 * @quiet: nothing runs: second runs may begin
 *
 * Returns: whether there is a request to start now, and in @ret_index which.
 */
bool queue_peek(Queue *queue, bool quiet, size_t *ret_index);
/* Takes out the one that queue_peek() has found. */
void queue_take(Queue *queue);

/* It runs side by side with another one. */
void queue_note_overlap(Queue *queue, size_t index);
/* It may have fewer processes than it would by itself, whether others run or not. */
void queue_note_limited(Queue *queue, size_t index);
/* Whether it has, or waits for, its second run. */
bool queue_is_second(const Queue *queue, size_t index);
/* Whether that run is to confirm what was reported already. */
bool queue_is_confirming(const Queue *queue, size_t index);
/* Returns: microseconds that it may run now. */
uint64_t queue_timeout(const Queue *queue, size_t index);

/* It was given away ahead of time and did not begin: it is the next to be started. */
void queue_return(Queue *queue, size_t index);
/* It was not even tried, and waits once more. */
void queue_put_back(Queue *queue, size_t index);
/* Returns: whether it gets a second run, which everyone gets once. */
bool queue_retry(Queue *queue, size_t index);

/*
 * queue_judge: Notes how it ended, and whether that is doubtful, in @result too. A second
 * run that was ended early, because the time for all confirmations was up, says nothing:
 * as with queue_give_up(), @result becomes that of the first one, or the request ends.
 *
 * Returns: whether @result is to be reported.
 */
bool queue_judge(Queue *queue, size_t index, SandboxResult *result);
/* Takes back a reported result that is doubtful. Returns: whether it will be confirmed.
 */
bool queue_confirm(Queue *queue, size_t index, const SandboxResult *result);
/* It has its result, or gets none. */
void queue_end(Queue *queue, size_t index);

/* Only the first @n are wanted from now on. */
void queue_want(Queue *queue, size_t n);
