// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A sandbox' workers: how many there are, which may be used, and how they go.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/plan.h"
#include "sandbox/worker.h"

struct Sandbox {
	SandboxLevel wanted;
	uint32_t without; /* all layers, if none is wanted */
	uint64_t timeout_us;
	unsigned jobs;
	bool once;
	unsigned processors;
	char *home; /* real path, or NULL */
	Plan *plan;
	GHashTable *paths;  /* set of char *: what the plan shows inside */
	GPtrArray *workers; /* of Worker * */
	GPtrArray *dying;   /* of Worker *: killed, to be reaped when they are dead */
	SandboxReport report;
	bool proven;     /* some room was as wanted */
	unsigned deaths; /* of rooms that were never finished, in a row */
	uint32_t last_number;
	void (*tick)(void *);
	void *tick_data;
};

/* Adds a worker, which needs worker_go(). Returns: whether it could; @error as of
 * worker_open(). */
bool pool_add(Sandbox *sandbox, GError **error);

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
bool pool_ensure(Sandbox *sandbox, size_t n_waiting, GError **error);

/* Returns: how many workers have a program to run. */
guint pool_count_busy(const Sandbox *sandbox);

/*
 * pool_accept:
 * Notes what the room of @worker, which is ready, consists of.
 *
 * Returns: whether programs may run in it.
 */
bool pool_accept(Sandbox *sandbox, const Worker *worker);

/* Takes @worker out and kills it, without waiting. */
void pool_drop(Sandbox *sandbox, Worker *worker);

/* Whether rooms die one after another before they are finished: it makes no sense to go
 * on. */
bool pool_is_hopeless(const Sandbox *sandbox);

/* Buries those of the dying who are dead, without waiting. */
void pool_reap(Sandbox *sandbox);
