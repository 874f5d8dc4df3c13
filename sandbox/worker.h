// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's handle on one warden: its birth, what is said between them, its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/base/layers.h"
#include "sandbox/base/protocol.h"
#include "sandbox/plan.h"
#include "sandbox/sandbox.h"

/* What all wardens of a sandbox have in common. */
typedef struct {
	char *path;  /* of the warden's program */
	int program; /* the same, opened: see launch_open_program() */
	int watch;   /* an epoll instance: says which workers have something to say */
	SandboxLevel level;
	uint32_t without;
	uint32_t n_groups; /* of exposed devices, for root's programs */
	uint32_t groups[WARDEN_GROUPS_MAX];
	/* Programs may not look up all that the caller may: such files are sent as open
	 * descriptors. */
	bool as_nobody;
} WorkerSetup;

typedef struct Worker Worker;

/*
 * worker_open:
 * @setup: must outlive the worker
 *
 * Starts a warden. It does what it can without the plan until worker_go(). When it has
 * something to say, or has ended, @setup's watch shows the worker.
 *
 * Returns: (transfer full): to be freed by worker_free(), or NULL with @error of
 * G_FILE_ERROR.
 */
Worker *worker_open(const WorkerSetup *setup, GError **error);

/* Build the room: of @plan (kept, not owned). A warden that is gone shows in the next
 * worker_receive(). */
void worker_go(Worker *worker, Plan *plan);

/* Returns: (transfer none) (nullable): the plan of its room; NULL before worker_go(). */
Plan *worker_plan(const Worker *worker);

/* READY has come: the room is built. It need not be good enough: worker_report(). */
bool worker_is_ready(const Worker *worker);
const WardenReport *worker_report(const Worker *worker);

/* Whether it can be given a run, even while it still builds. */
bool worker_is_idle(const Worker *worker);

/* Whether it has a program that runs, or ends; the result need not be wanted any more. */
bool worker_is_running(const Worker *worker);

/* Whether it has one whose result is wanted: that of request worker_index(). */
bool worker_is_busy(const Worker *worker);
size_t worker_index(const Worker *worker);

/* Whether another one waits for the run to end, and is wanted: request @ret_index. */
bool worker_has_next(const Worker *worker, size_t *ret_index);

/* Returns: monotonic microseconds: when its present state began; and when it has been
 * silent for too long. */
uint64_t worker_since(const Worker *worker);
uint64_t worker_give_up_time(const Worker *worker);

/* How a program is to be run. */
typedef struct {
	uint64_t timeout_us; /* from its start to its last process' end */
	/* Processes and threads that it may have at a time; the second, where others' are
	 * counted too. */
	unsigned processes, processes_shared;
	Execution execution;
	bool last; /* the warden ends with it */
} RunTerms;

/*
 * worker_start:
 * @index: the caller's number of @request
 *
 * Hands one program over to an idle worker.
 *
 * Returns: 0, or an errno value (the program's arguments are too long: E2BIG; the worker
 * is gone: EPIPE; no descriptors: EMFILE).
 */
int worker_start(Worker *worker, size_t index, const SandboxRequest *request,
	const RunTerms *terms);

/*
 * worker_queue:
 * @index, @request, @terms: as for worker_start()
 *
 * Hands over another one, which the warden starts by itself as soon as the run has ended.
 *
 * Returns: whether it took it. worker_can_queue(): whether it would be any use to ask.
 */
bool worker_queue(Worker *worker, size_t index, const SandboxRequest *request,
	const RunTerms *terms);
bool worker_can_queue(const Worker *worker);

/* The results of both are not wanted any more unless the requests are among the first
 * @wanted: a run that is not wanted is ended. */
void worker_cancel(Worker *worker, size_t wanted);

/* The one that waits comes back (WORKER_RETURNED), unless it has begun. */
void worker_recall(Worker *worker);

/* Returns: whether one waits that is wanted (request @ret_index), but that the warden
 * will never begin, since it runs nothing more. It is forgotten. */
bool worker_take_back(Worker *worker, size_t *ret_index);

/* Reads what the program has written, without waiting; one that has written too much is
 * ended. */
void worker_look(Worker *worker);

typedef enum {
	WORKER_NOTHING, /* nothing was said */
	WORKER_READY,
	WORKER_ENDED,   /* the run: its result is there; the next one has begun, if any */
	WORKER_DRAINED, /* a cancelled run: likewise, without a result */
	WORKER_RETURNED, /* the one that waited, not begun */
	WORKER_GONE,     /* it died, or was killed */
	WORKER_SHORT,    /* there is no room, since something is lacking: @error */
	WORKER_FAILED, /* there never will be, for a reason that is no layer's: @error */
} WorkerEvent;

/*
 * worker_receive:
 * @ret_result: at WORKER_ENDED; valid until the worker is given another run, or ends
 * @error: at WORKER_SHORT and WORKER_FAILED, of G_FILE_ERROR
 *
 * Takes one message, without waiting. A warden that hangs up before it has said anything
 * is explained once it has ended, or at its worker_give_up_time().
 */
WorkerEvent worker_receive(Worker *worker, SandboxResult *ret_result, GError **error);

/* Returns: which request WORKER_ENDED or WORKER_RETURNED was about. */
size_t worker_ended_index(const Worker *worker);

/* Returns: the result of a run whose warden is gone or, if @stuck, does not answer. */
SandboxResult worker_lost_result(Worker *worker, bool stuck);

/* Whether its warden ends by itself after the run it has ended. */
bool worker_was_last(const Worker *worker);

/* Makes the warden end, and all inside with it, without waiting for that. */
void worker_kill(Worker *worker);

/* The same for one whose messages do not matter any more: only its end shows. */
void worker_drop(Worker *worker);

/* Returns: whether the warden has ended, without waiting for that. */
bool worker_has_ended(Worker *worker);

/* Kills it, after it has been waited for long enough. */
void worker_force(Worker *worker);

/* A warden that has not ended is abandoned. */
void worker_free(Worker *worker);
