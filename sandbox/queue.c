// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Requests are started in their order. One that may have failed because of another waits
 * once more, until nothing else runs; its result comes from that second run.
 */
#include "sandbox/queue.h"

#include <signal.h>

/* Why a request waits for a second run, in the order of these runs: those that use all of
 * their time come last, and the last of them are those that can do without a second run.
 */
typedef enum {
	RANK_FAILED,
	RANK_STARVED, /* its time was up */
	RANK_WAITED,  /* likewise, perhaps because it waited for a thread */
} Rank;

/* One request. */
typedef struct {
	bool ended;      /* with a result that counts, or without any */
	bool overlapped; /* its run, with another one of the call */
	bool limited;    /* to fewer processes than by itself */
	bool second;     /* it waits for its second run, or has had that */
	bool confirms;   /* which confirms a result that was reported */
	Rank rank;       /* of its first run, as what follows */
	uint64_t processor_us;
	SandboxResult *first; /* (nullable): counts if it is not confirmed */
} Item;

struct Queue {
	Plan *const *plans; /* (array length=n) */
	Item *items;        /* (array length=n_items) */
	size_t n_items;
	size_t n;         /* that are wanted */
	size_t next;      /* the first that was not started */
	size_t n_open;    /* not ended */
	GArray *returned; /* of size_t: those that came back without having begun */
	GArray *again;    /* of size_t: those that wait once more */
	uint64_t timeout_us;
	uint64_t left_us; /* for all confirmations */
};

/* Returns: (transfer full): to be freed by free_result(). */
static SandboxResult *copy_result(const SandboxResult *result)
{
	SandboxResult *copy = g_memdup2(result, sizeof *result);

	copy->out = g_strndup(result->out, result->out_length);
	copy->err = g_strndup(result->err, result->err_length);
	return copy;
}

static void free_result(SandboxResult *result)
{
	if (!result)
		return;
	g_free((char *)result->out);
	g_free((char *)result->err);
	g_free(result);
}

Queue *queue_new(Plan *const *plans, size_t n, uint64_t timeout_us)
{
	Queue *queue = g_new0(Queue, 1);

	*queue = (Queue){
		.plans = plans,
		.items = g_new0(Item, n),
		.n_items = n,
		.n = n,
		.n_open = n,
		.returned = g_array_new(FALSE, FALSE, sizeof(size_t)),
		.again = g_array_new(FALSE, FALSE, sizeof(size_t)),
		.timeout_us = timeout_us,
		.left_us = timeout_us,
	};
	for (size_t i = 0; i < n; i++)
		*plans[i] = (Plan){.text = plans[i]->text};
	for (size_t i = 0; i < n; i++)
		plans[i]->n_waiting++;
	return queue;
}

void queue_free(Queue *queue)
{
	/* As many as there were at first. */
	for (size_t i = 0; i < queue->n_items; i++)
		free_result(queue->items[i].first);
	g_array_unref(queue->returned);
	g_array_unref(queue->again);
	g_free(queue->items);
	g_free(queue);
}

bool queue_is_done(const Queue *queue)
{
	return !queue->n_open;
}

bool queue_has_begun_all(const Queue *queue)
{
	return queue->next == queue->n && !queue->returned->len;
}

bool queue_is_single(const Queue *queue)
{
	return queue->n == 1;
}

void queue_end(Queue *queue, size_t index)
{
	if (queue->items[index].ended)
		return;
	queue->items[index].ended = true;
	queue->n_open--;
}

/* ---- who waits ---- */

/* Returns: the @i-th of those in @list. */
static size_t nth(const GArray *list, guint i)
{
	return g_array_index(list, size_t, i);
}

/* Takes it out. */
static void remove_nth(Queue *queue, GArray *list, guint i)
{
	queue->plans[nth(list, i)]->n_waiting--;
	g_array_remove_index(list, i);
}

bool queue_give_up(Queue *queue, size_t *ret_index, SandboxResult *ret_result)
{
	if (!queue_has_begun_all(queue) || queue->left_us)
		return false;
	for (guint i = queue->again->len; i-- > 0;) {
		size_t index = nth(queue->again, i);
		const Item *item = &queue->items[index];

		if (!item->confirms)
			continue;
		remove_nth(queue, queue->again, i);
		if (item->first) {
			*ret_index = index;
			*ret_result = *item->first;
			return true;
		}
		queue_end(queue, index);
	}
	return false;
}

bool queue_peek(Queue *queue, bool quiet, size_t *ret_index)
{
	if (queue->returned->len)
		*ret_index = nth(queue->returned, 0);
	else if (queue->next < queue->n)
		*ret_index = queue->next;
	else if (queue->again->len && quiet)
		*ret_index = nth(queue->again, 0);
	else
		return false;
	return true;
}

void queue_take(Queue *queue)
{
	if (queue->returned->len)
		remove_nth(queue, queue->returned, 0);
	else if (queue->next < queue->n)
		queue->plans[queue->next++]->n_waiting--;
	else
		remove_nth(queue, queue->again, 0);
}

void queue_return(Queue *queue, size_t index)
{
	if (queue->items[index].ended)
		return;
	g_array_append_val(queue->returned, index);
	queue->plans[index]->n_waiting++;
}

/* Whether @a runs before @b, which came later. Within a rank, those that used the least
 * come first: a program that took everything from them would take the time for
 * confirmations as well. */
static bool is_before(const Item *a, const Item *b)
{
	return a->rank != b->rank ? a->rank < b->rank
				  : a->processor_us <= b->processor_us;
}

void queue_put_back(Queue *queue, size_t index)
{
	guint i = 0;

	while (i < queue->again->len &&
		is_before(&queue->items[nth(queue->again, i)], &queue->items[index]))
		i++;
	g_array_insert_val(queue->again, i, index);
	queue->plans[index]->n_waiting++;
}

bool queue_retry(Queue *queue, size_t index)
{
	if (queue->items[index].second)
		return false;
	queue->items[index].second = true;
	queue_put_back(queue, index);
	return true;
}

/* Takes those out of @list that are not among the first @n. */
static void drop_from(Queue *queue, GArray *list, size_t n)
{
	for (guint i = list->len; i-- > 0;)
		if (nth(list, i) >= n)
			remove_nth(queue, list, i);
}

void queue_want(Queue *queue, size_t n)
{
	for (size_t index = n; index < queue->n; index++) {
		if (index >= queue->next)
			queue->plans[index]->n_waiting--;
		queue_end(queue, index);
	}
	queue->n = MIN(queue->n, n);
	queue->next = MIN(queue->next, queue->n);
	drop_from(queue, queue->returned, n);
	drop_from(queue, queue->again, n);
}

/* ---- a run ---- */

void queue_note_overlap(Queue *queue, size_t index)
{
	queue->items[index].overlapped = true;
}

void queue_note_limited(Queue *queue, size_t index)
{
	queue->items[index].limited = true;
}

bool queue_is_second(const Queue *queue, size_t index)
{
	return queue->items[index].second;
}

bool queue_is_confirming(const Queue *queue, size_t index)
{
	return queue->items[index].confirms;
}

uint64_t queue_timeout(const Queue *queue, size_t index)
{
	return queue->items[index].confirms ? MIN(queue->timeout_us, queue->left_us)
					    : queue->timeout_us;
}

/* ---- results ---- */

/* Sent by people and by the kernel short of memory, not by a program to itself. */
static bool is_sent(int signal)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGKILL};

	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		if (signal == signals[i])
			return true;
	return false;
}

/* What a shell adds to the signal that ended what it had started. */
#define SHELL_SIGNALED 128

static bool is_from_outside(const SandboxResult *result)
{
	switch (result->outcome) {
	case SANDBOX_EXITED:
		return is_sent(result->exit_status - SHELL_SIGNALED);
	case SANDBOX_SIGNALED:
		return is_sent(result->signal);
	case SANDBOX_TIMED_OUT:
		/* The worker knows: it was starved. */
		return result->doubtful;
	default:
		return false;
	}
}

static bool is_doubtful(const Item *item, const SandboxResult *result)
{
	bool by_others =
		item->overlapped ||
		(item->limited && result->held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_LIMITS));

	if (item->second)
		return false;
	switch (result->outcome) {
	case SANDBOX_TIMED_OUT:
		return by_others && result->outside;
	case SANDBOX_EXITED:
	case SANDBOX_SIGNALED:
		return by_others || result->outside;
	default:
		return false;
	}
}

static Rank rank_of(const SandboxResult *result)
{
	if (result->outcome != SANDBOX_TIMED_OUT)
		return RANK_FAILED;
	return result->waited ? RANK_WAITED : RANK_STARVED;
}

/* Deducts the time of a run that confirms from the time for all of them. Returns: whether
 * it had as much as any other run. */
static bool charge(Queue *queue, const SandboxResult *result)
{
	bool in_full = queue->left_us >= queue->timeout_us;

	queue->left_us -= MIN(result->duration_us, queue->left_us);
	return in_full;
}

bool queue_judge(Queue *queue, size_t index, SandboxResult *result)
{
	Item *item = &queue->items[index];

	if (item->confirms && !charge(queue, result) &&
		result->outcome == SANDBOX_TIMED_OUT) {
		if (!item->first)
			queue_end(queue, index);
		else if (!item->ended)
			*result = *item->first;
		return !item->ended;
	}
	result->outside = is_from_outside(result);
	result->doubtful = is_doubtful(item, result);
	item->rank = rank_of(result);
	item->processor_us = result->processor_us;
	return !item->ended;
}

bool queue_confirm(Queue *queue, size_t index, const SandboxResult *result)
{
	Item *item = &queue->items[index];

	if (!result->doubtful || !queue_retry(queue, index))
		return false;
	item->confirms = true;
	/* A program that hangs by itself, with many threads, must not keep later ones
	 * from being chosen. */
	if (item->rank == RANK_WAITED) {
		item->first = copy_result(result);
		item->first->doubtful = false;
	}
	return true;
}
