// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's handle on one warden: its life, what it says, and what a run comes to, as
 * far as one warden can say.
 */
#include "sandbox/worker.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "common/lack.h"
#include "sandbox/launch.h"
#include "sandbox/messages.h"
#include "sandbox/output.h"

/* For a warden to end once it is told to. */
#define REAP_TIMEOUT_MS 1000
/* Beyond a program's deadline, before its warden is given up. */
#define BACKSTOP_US (1000 * 1000)
/* For a room to be built; a machine under heavy load included. */
#define BUILD_TIMEOUT_US (20 * 1000 * 1000)

/* Messages that are taken at once; the loop comes back for more. */
#define STALE_MAX 16

typedef enum {
	STATE_SEPARATING, /* needs worker_go() */
	STATE_IDLE,
	STATE_BUSY,
	STATE_DRAINING, /* its run was cancelled; ENDED is to come */
} State;

/* A program that the warden was given. */
typedef struct {
	uint32_t number; /* 0: none */
	size_t index;
	bool last;
	bool recalled; /* is to be handed back */
	uint64_t timeout_us;
	uint64_t given_us; /* monotonic */
	Output output;
} Run;

struct Worker {
	const WorkerSetup *setup;
	Launch *launch;
	Plan *plan; /* NULL before worker_go() */
	int socket;
	State state;
	int go_errno; /* why the plan could not be sent; or 0 */
	bool ready;
	WardenReport report;
	uint64_t since_us; /* monotonic: when its state began */
	uint32_t number;   /* of the latest run */
	bool was_last;
	size_t ended; /* the request whose run has ended, or was handed back */
	Run runs[2];
	Run *run;  /* one of them: while there is one */
	Run *next; /* the other one: it begins when that has ended */
};

static uint64_t now_us(void)
{
	return (uint64_t)g_get_monotonic_time();
}

static void enter(Worker *worker, State state)
{
	worker->state = state;
	worker->since_us = now_us();
}

/* There is no such run. */
static void forget(Run *run)
{
	run->number = 0;
	run->output.out_fd = run->output.err_fd = -1;
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
	forget(worker->run);
	forget(worker->next);
	enter(worker, STATE_SEPARATING);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0) {
		lack_set_error(error, errno, "cannot make a socket for the sandbox");
	} else {
		worker->socket = pair[0];
		message_open(worker->socket, setup);
		worker->launch = launch_start(setup->program, pair[1], error);
		/* It closes its own copy at once, and the warden has got another. */
		close_fd(&pair[1]);
	}
	if (worker->launch)
		return worker;
	worker_free(worker);
	return NULL;
}

void worker_go(Worker *worker, Plan *plan)
{
	int r;

	worker->plan = plan;
	enter(worker, STATE_IDLE);
	r = message_go(worker->socket, plan->text, worker->setup->as_nobody);
	if (!r)
		return;
	/* One that is gone has more to say about it. */
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

bool worker_has_next(const Worker *worker, size_t *ret_index)
{
	*ret_index = worker->next->index;
	return worker->next->number;
}

size_t worker_ended(const Worker *worker)
{
	return worker->ended;
}

bool worker_was_last(const Worker *worker)
{
	return worker->was_last;
}

uint64_t worker_since(const Worker *worker)
{
	return worker->since_us;
}

int worker_fd(const Worker *worker)
{
	return worker->socket;
}

uint64_t worker_give_up_time(const Worker *worker)
{
	if (!worker->ready)
		return worker->since_us + BUILD_TIMEOUT_US;
	if (worker_is_running(worker))
		return worker->since_us + worker->run->timeout_us + BACKSTOP_US;
	return UINT64_MAX;
}

/* ---- a run ---- */

/* Returns: as worker_start(). */
static int give(Worker *worker, Run *run, size_t index, const SandboxRequest *request,
	const RunTerms *terms)
{
	autofd out = -1, err = -1;
	int ends[2], r;

	if (!output_open(&run->output, ends))
		return errno;
	out = ends[0];
	err = ends[1];
	if (++worker->number == 0)
		worker->number++;
	run->number = worker->number;
	run->index = index;
	run->last = terms->last;
	run->recalled = false;
	run->timeout_us = terms->timeout_us;
	run->given_us = now_us();
	r = message_run(worker->socket, run->number, request, terms, out, err,
		worker->setup->as_nobody);
	if (r) {
		output_close(&run->output);
		forget(run);
	}
	return r;
}

int worker_start(Worker *worker, size_t index, const SandboxRequest *request,
	const RunTerms *terms)
{
	int r = give(worker, worker->run, index, request, terms);

	if (!r) {
		enter(worker, STATE_BUSY);
	} else if (r == EPIPE) {
		/* A warden that takes no request is of no use any more. */
		worker_kill(worker);
		enter(worker, STATE_DRAINING);
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

static void send_cancel(Worker *worker, const Run *run)
{
	/* It has read every earlier message; if there is no room for this, it is stuck.
	 */
	if (!message_cancel(worker->socket, run->number))
		worker_kill(worker);
}

void worker_cancel(Worker *worker)
{
	if (worker->state != STATE_BUSY)
		return;
	send_cancel(worker, worker->run);
	output_close(&worker->run->output);
	worker->state = STATE_DRAINING;
}

void worker_recall(Worker *worker)
{
	Run *next = worker->next;

	if (!next->number || next->recalled)
		return;
	next->recalled = true;
	send_cancel(worker, next);
}

void worker_cancel_all(Worker *worker)
{
	/* Whatever is heard of them is out of date from now on. */
	worker_recall(worker);
	output_close(&worker->next->output);
	forget(worker->next);
	worker->run->recalled = false;
	worker_cancel(worker);
}

bool worker_take_back(Worker *worker, size_t *ret_index)
{
	Run *runs[] = {worker->run->recalled ? worker->run : NULL, worker->next};

	for (size_t i = 0; i < G_N_ELEMENTS(runs); i++) {
		if (!runs[i] || !runs[i]->number)
			continue;
		*ret_index = runs[i]->index;
		output_close(&runs[i]->output);
		forget(runs[i]);
		return true;
	}
	return false;
}

void worker_look(Worker *worker)
{
	Output *output = &worker->run->output;
	bool overflowed = output->overflowed;

	if (worker->state != STATE_BUSY)
		return;
	output_read(output, false);
	if (output->overflowed && !overflowed)
		send_cancel(worker, worker->run);
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

	/* All that could write is dead: what is in the pipes is all. */
	output_read(output, true);
	output_close(output);
	output_show(output, &result);
	if (output->overflowed)
		result.outcome = SANDBOX_OUTPUT;
	return result;
}

/* Which of several truths is told: what the caller did decides before what came of it. */
static SandboxResult judge(Worker *worker, const Message *ended)
{
	SandboxResult result = collect_output(worker);
	int status = ended->ended.status;
	bool is_out_of_cpu_time = WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU;

	result.duration_us = ended->ended.duration_us;
	result.processor_us = ended->ended.processor_us;
	if (result.outcome == SANDBOX_OUTPUT)
		return result;
	if (ended->ended.timed_out || is_out_of_cpu_time) {
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
	/* The one call that a room cannot be built without, and that is refused in places
	 * where all others are allowed. */
	if (errnum == ENOSYS || errnum == EPERM)
		return fail(worker, error, errnum,
			"cannot build a room: a system call filter around vhost-probe "
			"refuses openat2(), as systemd's RestrictSUIDSGID=yes and "
			"DynamicUser=yes do; allow it there");
	lack_set_error(
		error, errnum, "the warden %s cannot build a room", worker->setup->path);
	return WORKER_SHORT;
}

/* It said nothing, and will not. A warden that was killed may live another time; one that
 * could not be executed, or ended by itself, is none. */
static WorkerEvent explain_end(Worker *worker, GError **error)
{
	int status, failure;

	if (worker->ready)
		return WORKER_GONE;
	if (blame_is_shortage(worker->go_errno))
		return fail_for_want(worker, error, worker->go_errno);
	if (worker->go_errno)
		return fail(worker, error, worker->go_errno, "cannot be told its plan");
	if (!launch_wait(worker->launch, REAP_TIMEOUT_MS) ||
		!launch_status(worker->launch, &failure, &status) || WIFSIGNALED(status))
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
			"or install both anew");
	if (message->ready.shortage)
		return fail_for_want(worker, error, message->ready.shortage);
	worker->report = message->ready.report;
	worker->ready = true;
	worker->since_us = now_us();
	return WORKER_READY;
}

/* The run has ended: the next one has begun, unless there is none or the warden ends. */
static void turn_to_next(Worker *worker)
{
	Run *ended = worker->run;

	forget(ended);
	if (worker->was_last || !worker->next->number) {
		enter(worker, STATE_IDLE);
		return;
	}
	worker->run = worker->next;
	worker->next = ended;
	enter(worker, worker->run->recalled ? STATE_DRAINING : STATE_BUSY);
}

/* @run was not begun, or is over. */
static WorkerEvent hand_back(Worker *worker, Run *run)
{
	worker->ended = run->index;
	output_close(&run->output);
	forget(run);
	return WORKER_RETURNED;
}

static WorkerEvent take_end(
	Worker *worker, const Message *message, SandboxResult *ret_result)
{
	Run *run = worker->run;
	WorkerEvent event = WORKER_DRAINED;

	worker->ended = run->index;
	if (worker->state == STATE_BUSY) {
		*ret_result = judge(worker, message);
		event = WORKER_ENDED;
	} else if (run->recalled) {
		event = hand_back(worker, run);
	}
	worker->was_last = run->last || message->ended.used_up;
	turn_to_next(worker);
	return event;
}

WorkerEvent worker_receive(Worker *worker, SandboxResult *ret_result, GError **error)
{
	/* Of what is out of date there is never much. */
	for (int i = 0; i < STALE_MAX; i++) {
		Message message = {0};
		ssize_t n = recv(worker->socket, &message, sizeof message, MSG_DONTWAIT);

		/* Gone without having read all: that is told once, before what it has
		 * said last. */
		if (n < 0 && errno == ECONNRESET)
			n = recv(worker->socket, &message, sizeof message, MSG_DONTWAIT);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return WORKER_NOTHING;
		if (n <= 0)
			return explain_end(worker, error);
		if (n >= MESSAGE_HEAD && message.type == MESSAGE_READY && !worker->ready)
			return take_ready(worker, &message, error);
		if (n != sizeof message || message.type != MESSAGE_ENDED ||
			!message.number)
			continue; /* stale */
		if (message.number == worker->run->number)
			return take_end(worker, &message, ret_result);
		if (message.number == worker->next->number)
			return hand_back(worker, worker->next);
	}
	return WORKER_NOTHING;
}

/* ---- death ---- */

void worker_kill(Worker *worker)
{
	/* The warden kills all inside when its socket hangs up; and every later receive
	 * says that it is gone. */
	if (worker->socket >= 0)
		shutdown(worker->socket, SHUT_RDWR);
}

bool worker_reap(Worker *worker, int timeout_ms)
{
	return launch_wait(worker->launch, timeout_ms);
}

void worker_force(Worker *worker)
{
	launch_kill(worker->launch);
}

void worker_free(Worker *worker)
{
	worker_kill(worker);
	output_close(&worker->run->output);
	output_close(&worker->next->output);
	if (worker->launch)
		launch_free(worker->launch);
	close_fd(&worker->socket);
	g_free(worker);
}
