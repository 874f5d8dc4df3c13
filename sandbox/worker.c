// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's handle on one warden: its life, and what it says. Its runs are in
 * worker-runs.c.
 */
#include "sandbox/worker-private.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "common/lack.h"
#include "sandbox/messages.h"

/* How long a warden that has hung up may take to end. */
#define REAP_TIMEOUT_US (1000 * 1000)
/* Time after a program's deadline until its warden is given up. */
#define BACKSTOP_US (1000 * 1000)
/* How long building a room may take, even on a machine under heavy load. */
#define BUILD_TIMEOUT_US (20 * 1000 * 1000)

/* Messages that are taken at once; the loop comes back for more. */
#define STALE_MAX 16

/* ---- what is watched ---- */

static bool watch(Worker *worker, int fd)
{
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = worker};

	return epoll_ctl(worker->setup->watch, EPOLL_CTL_ADD, fd, &event) == 0;
}

/* Closing is not enough: a process that another thread has forked meanwhile may keep a
 * copy. */
static void unwatch(const Worker *worker, int fd)
{
	epoll_ctl(worker->setup->watch, EPOLL_CTL_DEL, fd, NULL);
}

/* A socket that was hung up always has something to say. */
static void stop_listening(Worker *worker)
{
	if (worker->listens)
		unwatch(worker, worker->socket);
	worker->listens = false;
}

bool worker_has_ended(Worker *worker)
{
	if (!worker->ended && launch_has_ended(worker->launch)) {
		unwatch(worker, launch_fd(worker->launch));
		worker->ended = true;
	}
	return worker->ended;
}

/* ---- birth ---- */

Worker *worker_open(const WorkerSetup *setup, GError **error)
{
	Worker *worker = g_new0(Worker, 1);
	int pair[2] = {-1, -1};

	worker->setup = setup;
	worker->socket = -1;
	worker->run = &worker->runs[0];
	worker->next = &worker->runs[1];
	for (size_t i = 0; i < G_N_ELEMENTS(worker->runs); i++)
		worker->runs[i].output.out_fd = worker->runs[i].output.err_fd = -1;
	worker_enter(worker, STATE_SEPARATING);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		lack_set_error(error, errno, "cannot make a socket for the sandbox");
	} else {
		worker->socket = pair[0];
		message_open(worker->socket, setup);
		worker->launch = launch_start(setup->program, pair[1], error);
		/* It closes its own copy at once, and the warden has got another. */
		close_fd(&pair[1]);
	}
	/* The process' end is watched as well: a process that another thread forks just
	 * now may keep a copy of the warden's socket, which then never hangs up. */
	if (worker->launch) {
		worker->listens = watch(worker, worker->socket);
		if (worker->listens && watch(worker, launch_fd(worker->launch)))
			return worker;
		lack_set_error(error, errno, "cannot watch a process of the sandbox");
		launch_kill(worker->launch);
	}
	worker_free(worker);
	return NULL;
}

void worker_go(Worker *worker, Plan *plan)
{
	int r;

	worker->plan = plan;
	worker_enter(worker, STATE_IDLE);
	r = message_go(worker->socket, plan->text, worker->setup->as_nobody);
	if (!r)
		return;
	/* If the warden is gone, its messages and status say more about it. */
	if (r != EPIPE && r != ECONNRESET)
		worker->go_errno = r;
	worker_kill(worker);
}

Plan *worker_plan(const Worker *worker)
{
	return worker->plan;
}

/* ---- what it is ---- */

bool worker_is_ready(const Worker *worker)
{
	return worker->ready;
}

const WardenReport *worker_report(const Worker *worker)
{
	return &worker->report;
}

bool worker_is_idle(const Worker *worker)
{
	return worker->state == STATE_IDLE;
}

bool worker_is_running(const Worker *worker)
{
	return worker->state == STATE_BUSY || worker->state == STATE_DRAINING;
}

bool worker_is_busy(const Worker *worker)
{
	return worker->state == STATE_BUSY;
}

size_t worker_index(const Worker *worker)
{
	return worker->run->index;
}

size_t worker_ended_index(const Worker *worker)
{
	return worker->ended_index;
}

bool worker_was_last(const Worker *worker)
{
	return worker->was_last;
}

uint64_t worker_since(const Worker *worker)
{
	return worker->since_us;
}

uint64_t worker_give_up_time(const Worker *worker)
{
	if (worker->hung_up_us)
		return worker->hung_up_us + REAP_TIMEOUT_US;
	if (!worker->ready)
		return worker->since_us + BUILD_TIMEOUT_US;
	if (worker_is_running(worker))
		return worker->since_us + worker->run->timeout_us + BACKSTOP_US;
	return UINT64_MAX;
}

/* ---- what it says ---- */

static WorkerEvent fail(const Worker *worker, GError **error, int errnum, const char *why)
{
	g_set_error(error, G_FILE_ERROR,
		errnum ? g_file_error_from_errno(errnum) : G_FILE_ERROR_FAILED,
		"the warden %s %s%s%s", worker->setup->path, why, errnum ? ": " : "",
		errnum ? g_strerror(errnum) : "");
	return WORKER_FAILED;
}

static WorkerEvent fail_for_want(const Worker *worker, GError **error, int errnum)
{
	/* A room cannot be built without this call, and some filters refuse it and allow
	 * all others. */
	if (errnum == ENOSYS || errnum == EPERM)
		return fail(worker, error, errnum,
			"cannot build a room: a system call filter around vhost-probe "
			"refuses openat2(), as systemd's RestrictSUIDSGID=yes and "
			"DynamicUser=yes do; allow it there");
	lack_set_error(
		error, errnum, "the warden %s cannot build a room", worker->setup->path);
	return WORKER_SHORT;
}

/* Returns: whether it is time to say how the warden has ended, which is known once it
 * has. */
static bool is_time_to_explain(Worker *worker)
{
	stop_listening(worker);
	if (!worker->hung_up_us)
		worker->hung_up_us = now_us();
	return worker_has_ended(worker) || now_us() >= worker_give_up_time(worker);
}

/* It said nothing, and will not. If a warden was killed, another may live; one that could
 * not be executed, or ended by itself, is not usable. */
static WorkerEvent explain_end(Worker *worker, GError **error)
{
	int status, failure;

	if (worker->ready)
		return WORKER_GONE;
	if (blame_is_shortage(worker->go_errno))
		return fail_for_want(worker, error, worker->go_errno);
	if (worker->go_errno)
		return fail(worker, error, worker->go_errno, "cannot be told its plan");
	if (!is_time_to_explain(worker))
		return WORKER_NOTHING;
	if (!worker->ended || !launch_status(worker->launch, &failure, &status) ||
		WIFSIGNALED(status))
		return WORKER_GONE;
	if (failure == EACCES)
		return fail(worker, error, failure,
			"cannot be executed (a file system mounted noexec, a missing "
			"permission, or a security module)");
	if (blame_is_shortage_to_execute(failure))
		return fail_for_want(worker, error, failure);
	if (failure) {
		lack_set_error(error, failure, "the warden %s cannot be executed",
			worker->setup->path);
		return WORKER_FAILED;
	}
	return fail(worker, error, 0,
		"ended before it said anything: is it the one that came with this "
		"vhost-probe?");
}

static WorkerEvent take_ready(Worker *worker, const Message *message, GError **error)
{
	if (message->number != WARDEN_PROTOCOL)
		return fail(worker, error, 0,
			"is of another version than this program: restart what is "
			"running, "
			"or reinstall both");
	if (message->ready.shortage)
		return fail_for_want(worker, error, message->ready.shortage);
	worker->report = message->ready.report;
	worker->ready = true;
	worker->since_us = now_us();
	return WORKER_READY;
}

WorkerEvent worker_receive(Worker *worker, SandboxResult *ret_result, GError **error)
{
	WorkerEvent event = WORKER_NOTHING;
	bool ended = worker->ended;

	/* There is never much that is out of date. */
	for (int i = 0; i < STALE_MAX && event == WORKER_NOTHING; i++) {
		Message message = {0};
		ssize_t n = recv(worker->socket, &message, sizeof message, MSG_DONTWAIT);

		/* It has gone without reading all: the socket reports that once, before
		 * its last messages. */
		if (n < 0 && errno == ECONNRESET)
			n = recv(worker->socket, &message, sizeof message, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR) && !ended) {
			/* All messages from before its end have arrived now. */
			ended = worker_has_ended(worker);
			if (!ended)
				return WORKER_NOTHING;
			continue;
		}
		if (n <= 0)
			return explain_end(worker, error);
		if (n >= MESSAGE_HEAD && message.type == MESSAGE_READY && !worker->ready)
			return take_ready(worker, &message, error);
		if (n != sizeof message || !message.number)
			continue; /* stale */
		if (message.type == MESSAGE_ENDED &&
			message.number == worker->run->number)
			event = worker_take_end(worker, &message, ret_result);
		else if (message.type == MESSAGE_RETURNED &&
			 message.number == worker->next->number)
			event = worker_take_return(worker);
	}
	return event;
}

/* ---- death ---- */

void worker_kill(Worker *worker)
{
	/* The warden kills all inside when its socket hangs up; and every later receive
	 * says that it is gone. */
	if (worker->socket >= 0)
		shutdown(worker->socket, SHUT_RDWR);
}

void worker_drop(Worker *worker)
{
	worker_kill(worker);
	stop_listening(worker);
}

void worker_force(Worker *worker)
{
	launch_kill(worker->launch);
}

void worker_free(Worker *worker)
{
	worker_drop(worker);
	output_close(&worker->run->output);
	output_close(&worker->next->output);
	if (worker->launch && !worker->ended)
		unwatch(worker, launch_fd(worker->launch));
	if (worker->launch)
		launch_free(worker->launch);
	close_fd(&worker->socket);
	g_free(worker);
}
