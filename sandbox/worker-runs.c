// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The runs of a worker: one, and one that waits until that has ended, so that the warden
 * never waits for the caller. A run stays there until the warden has answered for it,
 * wanted or not: only then can the warden be given another.
 */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "sandbox/messages.h"
#include "sandbox/worker-private.h"

/* ---- to give and to take ---- */

/* Whether the warden has use for the opened program: in a root of its own, it opens it
 * there. Before its room is ready nobody knows. */
static bool needs_program(const Worker *worker)
{
	return worker->setup->as_nobody &&
	       !(worker->report.held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT));
}

/* Returns: as worker_start(). */
static int give(Worker *worker, Run *run, size_t index, const SandboxRequest *request,
	const RunTerms *terms)
{
	autofd out = -1, err = -1;
	int ends[2], r;

	if (!output_open(&run->output, worker->setup->as_nobody, ends))
		return errno;
	out = ends[0];
	err = ends[1];
	if (++worker->number == 0)
		worker->number++;
	run->number = worker->number;
	run->index = index;
	run->last = terms->last;
	run->recalled = run->cancelled = false;
	run->timeout_us = terms->timeout_us;
	run->given_us = now_us();
	r = message_run(worker->socket, run->number, request, terms, out, err,
		needs_program(worker));
	if (r)
		run_forget(run);
	return r;
}

int worker_start(Worker *worker, size_t index, const SandboxRequest *request,
	const RunTerms *terms)
{
	int r = give(worker, worker->run, index, request, terms);

	if (!r) {
		worker_enter(worker, STATE_BUSY);
	} else if (r == EPIPE) {
		/* A warden that takes no request cannot be used any more. */
		worker_kill(worker);
		worker_enter(worker, STATE_DRAINING);
	}
	return r;
}

bool worker_can_queue(const Worker *worker)
{
	return worker->state == STATE_BUSY && !worker->next->number;
}

bool worker_queue(Worker *worker, size_t index, const SandboxRequest *request,
	const RunTerms *terms)
{
	return !give(worker, worker->next, index, request, terms);
}

/* It reads what it is sent at once; if there is no room for this, it is stuck. */
static void send_about(Worker *worker, MessageType type, const Run *run)
{
	if (!message_about(worker->socket, type, run->number))
		worker_kill(worker);
}

static void cancel(Worker *worker, Run *run)
{
	run->cancelled = true;
	output_close(&run->output);
	send_about(worker, MESSAGE_CANCEL, run);
}

void worker_cancel(Worker *worker, size_t wanted)
{
	Run *next = worker->next;

	if (next->number && !next->cancelled && next->index >= wanted)
		cancel(worker, next);
	if (worker->state == STATE_BUSY && worker->run->index >= wanted) {
		cancel(worker, worker->run);
		worker->state = STATE_DRAINING;
	}
}

void worker_recall(Worker *worker)
{
	Run *next = worker->next;

	if (!next->number || next->cancelled || next->recalled)
		return;
	next->recalled = true;
	send_about(worker, MESSAGE_RECALL, next);
}

bool worker_has_next(const Worker *worker, size_t *ret_index)
{
	*ret_index = worker->next->index;
	return worker->next->number && !worker->next->cancelled;
}

bool worker_take_back(Worker *worker, size_t *ret_index)
{
	bool has_next = worker_has_next(worker, ret_index);

	run_forget(worker->next);
	return has_next;
}

void worker_look(Worker *worker)
{
	Output *output = &worker->run->output;
	bool overflowed = output->overflowed;

	if (worker->state != STATE_BUSY)
		return;
	output_read(output, false);
	if (output->overflowed && !overflowed)
		send_about(worker, MESSAGE_CANCEL, worker->run);
}

/* ---- results ---- */

/* What the program has written, with nothing else known yet. */
static SandboxResult collect_output(Worker *worker)
{
	Output *output = &worker->run->output;
	SandboxResult result = {
		.outcome = SANDBOX_EXITED,
		.start_us = worker->run->given_us,
		.duration_us = now_us() - worker->since_us,
		.held = worker->report.held,
		.hides_etc = worker->report.hides_etc,
		.inherited = worker->report.inherited,
	};

	/* All writers are dead: the pipes hold everything. */
	output_read(output, true);
	output_close(output);
	output_show(output, &result);
	if (output->overflowed)
		result.outcome = SANDBOX_OUTPUT;
	return result;
}

/* Whether the limit has killed it, which is a little more than the deadline. Anybody can
 * send that signal; and the time that limits count is not quite the one that is reported.
 */
static bool has_used_its_time(const Run *run, const Message *ended)
{
	int status = ended->ended.status;

	return WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU &&
	       ended->ended.processor_us >= run->timeout_us / 10 * 9;
}

/* An end that this side has caused counts before the way in which the program ended. */
static SandboxResult judge(Worker *worker, const Message *ended)
{
	SandboxResult result = collect_output(worker);
	int status = ended->ended.status;

	result.duration_us = ended->ended.duration_us;
	result.processor_us = ended->ended.processor_us;
	if (result.outcome == SANDBOX_OUTPUT)
		return result;
	if (ended->ended.timed_out || has_used_its_time(worker->run, ended)) {
		result.outcome = SANDBOX_TIMED_OUT;
		result.doubtful = ended->ended.hindrance != HINDRANCE_NONE;
		result.waited = ended->ended.hindrance == HINDRANCE_THREADS;
	} else if (ended->ended.start_errno) {
		result.outcome = SANDBOX_UNAVAILABLE;
		result.errnum = ended->ended.start_errno;
	} else if (ended->ended.exec_errno) {
		result.outcome = SANDBOX_EXEC_FAILED;
		result.errnum = ended->ended.exec_errno;
	} else if (WIFSIGNALED(status)) {
		result.outcome = SANDBOX_SIGNALED;
		result.signal = WTERMSIG(status);
	} else {
		result.outcome = SANDBOX_EXITED;
		result.exit_status = WEXITSTATUS(status);
	}
	return result;
}

SandboxResult worker_lost_result(Worker *worker, bool stuck)
{
	SandboxResult result = collect_output(worker);

	if (result.outcome == SANDBOX_OUTPUT)
		return result;
	if (stuck) {
		/* The warden is starved, or stuck as its program is. */
		result.outcome = SANDBOX_TIMED_OUT;
		result.doubtful = true;
	} else {
		result.outcome = SANDBOX_SIGNALED;
		result.signal = SIGKILL;
	}
	return result;
}

/* ---- the warden's answers ---- */

/* The run has ended: the next one has begun, unless there is none or the warden ends. */
static void turn_to_next(Worker *worker)
{
	Run *ended = worker->run;

	run_forget(ended);
	if (worker->was_last || !worker->next->number) {
		worker_enter(worker, STATE_IDLE);
		return;
	}
	worker->run = worker->next;
	worker->next = ended;
	worker_enter(worker, worker->run->cancelled ? STATE_DRAINING : STATE_BUSY);
}

WorkerEvent worker_take_end(
	Worker *worker, const Message *message, SandboxResult *ret_result)
{
	bool wanted = worker->state == STATE_BUSY;

	if (wanted)
		*ret_result = judge(worker, message);
	worker->ended_index = worker->run->index;
	worker->was_last = worker->run->last || message->ended.used_up;
	turn_to_next(worker);
	return wanted ? WORKER_ENDED : WORKER_DRAINED;
}

WorkerEvent worker_take_return(Worker *worker)
{
	WorkerEvent event = worker->next->cancelled ? WORKER_NOTHING : WORKER_RETURNED;

	worker->ended_index = worker->next->index;
	run_forget(worker->next);
	return event;
}
