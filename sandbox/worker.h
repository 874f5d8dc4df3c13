// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's handle on one warden: its birth, the messages to it, its end.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <glib.h>

#include "sandbox/protocol.h"

typedef enum {
	WORKER_SEPARATING, /* needs worker_go() */
	WORKER_IDLE,       /* can be given a run, even while it still builds */
	WORKER_BUSY,
	WORKER_DRAINING, /* its run was cancelled; ENDED is to come */
} WorkerState;

typedef struct {
	WorkerState state;
	bool ready; /* READY has come: the room is built, and found good enough */
	pid_t pid;
	int pid_fd;
	int socket;
	WardenReport *report; /* shared with the warden; complete once READY has come */
	uint64_t since_us;    /* monotonic: when its state began */
	uint64_t given_us;    /* monotonic: when it was given its program */

	/* The run, while BUSY. */
	uint32_t number;
	size_t index;
	bool last;          /* its warden ends with it */
	int out_fd, err_fd; /* reading ends; -1: closed */
	bool overflowed;
	size_t out_length, err_length;
	char out[SANDBOX_STDOUT_MAX + 1];
	char err[2 * SANDBOX_STDERR_MAX]; /* its last SANDBOX_STDERR_MAX bytes count */
} Worker;

/*
 * worker_open:
 * @level: below which nothing may run
 * @without: as in SandboxPolicy
 * @plan: shared with the warden for as long as it lives
 *
 * Starts a warden. It separates itself until worker_go().
 *
 * Returns: (transfer full): to be freed by worker_close(), or NULL with @error of
 * G_FILE_ERROR.
 */
Worker *worker_open(
	SandboxLevel level, uint32_t without, const Plan *plan, GError **error);

/* The plan's paths are complete: build the room. Returns: whether it was told. */
bool worker_go(Worker *worker);

/*
 * worker_start:
 * Hands one program over, to be reported by an ENDED message of the same @number.
 *
 * Returns: 0, or an errno value (the program's arguments are too long: E2BIG; the worker
 * is gone: EPIPE; no descriptors: EMFILE).
 */
int worker_start(Worker *worker, uint32_t number, const SandboxRequest *request,
	uint64_t timeout_us, bool last);

/* Asks for the end of the run; ENDED follows. */
void worker_cancel(Worker *worker);

/* Reads what there is of the program's output, without waiting; of a flood on stderr only
 * a part, unless @all. */
void worker_read_output(Worker *worker, bool all);

/* No further output is wanted. */
void worker_close_output(Worker *worker);

/* Receives a message without waiting. Returns: 1, 0 (none there), -1 (the warden is
 * gone). */
int worker_receive(Worker *worker, Message *ret_message);

/* Kills the warden and all inside without waiting for it; worker_close() is still due. */
void worker_kill(Worker *worker);

/* Returns: whether the warden is dead and reaped, after waiting so long at most. */
bool worker_reap(Worker *worker, int timeout_ms);

/* Kills and reaps the warden; all inside is gone with it. */
void worker_close(Worker *worker);
