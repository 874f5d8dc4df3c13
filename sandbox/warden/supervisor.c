// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One program inside: start it, wait for it until its deadline, then end and reap
 * everything that it has left. Its result is reported only then, so that a result is
 * always final. A room whose /tmp has changed runs no other program.
 */
#include "sandbox/warden/supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/warden/control.h"
#include "sandbox/warden/limits.h"
#include "sandbox/warden/orders.h"
#include "sandbox/warden/starved.h"
#include "sandbox/warden/tmp.h"

/* One program, and where its child process reports what it could not do. */
typedef struct {
	char *path;
	char *argv[MESSAGE_ARGC_MAX + 1];
	char *const *environment;
	int opened_fd, program_fd, stdout_fd, stderr_fd;
	uint32_t cpu_seconds, processes, processes_shared;
	Reach reach;
	const LandlockRun *domain;
	int ruleset; /* of that domain */
	pid_t warden;
	const char *volatile by_path; /* or NULL: the file there must be checked again */
	volatile int exec_errno;      /* the program's fault */
	volatile int start_errno; /* ours: it was not even tried, or is refused to all */
} Run;

#define PATH "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

static char *const environment[] = {(char[]){PATH}, (char[]){"LANG=C"}, NULL};

/* Only where /tmp is the room's own: files in the host's, such as configuration that an
 * interpreter obeys, may be anybody's. */
static char *const environment_at_home[] = {
	(char[]){PATH}, (char[]){"LANG=C"}, (char[]){"HOME=/tmp"}, NULL};

/* The home that users have who have none. Some programs insist on the variable, and
 * others find a home that is not shown, and take EACCES there for a failure. */
static char *const environment_away[] = {
	(char[]){PATH}, (char[]){"LANG=C"}, (char[]){"HOME=/nonexistent"}, NULL};

/* The child's stack while it shares this process' memory, until exec. */
static char child_stack[64 * 1024] __attribute__((aligned(16)));

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* The processor time of all that this process has reaped. */
static uint64_t processor_us(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* It reads as empty. It is opened anew each time, because flags and owner of an open file
 * would pass from run to run. Where the null device may not be opened, a pipe that nobody
 * writes to will do. */
static int open_empty(void)
{
	int ends[2], null = open("/dev/null", O_RDONLY);

	if (null >= 0 || blame_is_shortage(errno) || pipe(ends) < 0)
		return null;
	close(ends[1]);
	return ends[0];
}

/* Whether a filter around us refuses the call that starts programs, whatever the program.
 * It is tried with invalid arguments, for which the kernel has another errno. */
static bool is_call_refused(const Run *run)
{
	if (run->by_path)
		return syscall(SYS_execve, NULL, run->argv, run->environment) < 0 &&
		       errno != EFAULT;
	return syscall(SYS_execveat, -1, "", run->argv, run->environment, AT_EMPTY_PATH) <
		       0 &&
	       errno != EBADF;
}

/* Between vfork and exec: shares the memory of the warden, which stands still. */
static int start_program(void *argument)
{
	Run *run = argument;
	int empty = open_empty(), errnum;

	if (empty < 0 || dup2(empty, 0) < 0 || dup2(run->stdout_fd, 1) < 0 ||
		dup2(run->stderr_fd, 2) < 0 || (empty > 2 && close(empty) < 0)) {
		run->start_errno = errno;
		_exit(127);
	}
	/* For where the warden's death does not end all. */
	if (run->reach != REACH_NAMESPACE &&
		(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0 ||
			getppid() != run->warden)) {
		run->start_errno = EPERM;
		_exit(127);
	}
	/* A domain within the warden's, which no signal leaves, so none reaches the
	 * warden. */
	run->start_errno = landlock_run_enter(run->domain, run->ruleset);
	if (run->start_errno)
		_exit(127);
	/* A program that writes too much gets an error, as elsewhere when a disk is full.
	 */
	signal(SIGXFSZ, SIG_IGN);
	/* A process group would do, and cost less. But kernels that share processors out
	 * by session would count the warden as one of the run's processes: with 500 that
	 * compute it would be half a second late at the deadline. */
	setsid();
	run->start_errno = limits_apply_to_run(
		run->cpu_seconds, run->processes, run->processes_shared);
	if (run->start_errno)
		_exit(127);
	/* A script cannot be started by a descriptor, since that is closed before its
	 * interpreter could open it: ENOENT. */
	if (!run->by_path) {
		syscall(SYS_execveat, run->program_fd, "", run->argv, run->environment,
			AT_EMPTY_PATH);
		if (errno == ENOENT)
			run->by_path = run->path;
	}
	if (run->by_path)
		execve(run->by_path, run->argv, run->environment);
	errnum = errno;
	if (blame_is_shortage_to_execute(errnum) || is_call_refused(run))
		run->start_errno = errnum;
	else
		run->exec_errno = errnum;
	_exit(127);
}

/* Returns: 0 or an errno value; ESTALE: it is not @wanted. */
static int compare(const struct stat *st, const SandboxFile *wanted)
{
	SandboxFile found = sandbox_file(st);

	return sandbox_file_equal(&found, wanted) ? 0 : ESTALE;
}

/* Looks at what @path leads to inside. Returns: as compare(). */
static int compare_path(const char *path, const SandboxFile *wanted)
{
	struct stat st;

	return stat(path, &st) < 0 ? errno : compare(&st, wanted);
}

/* By which path the program is executed: in @ret_path, or NULL, if none leads to it
 * inside that nobody else can change. Returns: 0 or the errno value of a shortage. */
static int find_path(const Run *run, const Message *request, const char **ret_path)
{
	const SandboxFile *program = &request->run.program;
	int r = ESTALE;

	*ret_path = run->argv[0];
	if (request->run.execution == EXECUTE_NAME)
		r = compare_path(*ret_path, program);
	if (r && !blame_is_shortage(r)) {
		*ret_path = run->path;
		if (request->run.execution != EXECUTE_DESCRIPTOR)
			r = compare_path(*ret_path, program);
	}
	if (r)
		*ret_path = NULL;
	return blame_is_shortage(r) ? r : 0;
}

/*
 * After the run: whether another file than the one that was compared may have run. Where
 * anybody could have exchanged it and put it back, any change counts, or that it is gone;
 * otherwise only that another file lies there, as after an update.
 *
 * Returns: 0 or an errno value; ESTALE: it may.
 */
static int look_again(const Run *run, const Message *request)
{
	const SandboxFile *program = &request->run.program;
	const bool ours = request->run.execution != EXECUTE_DESCRIPTOR;
	struct stat st;
	int r;

	if (stat(run->by_path, &st) < 0)
		r = ours ? 0 : errno;
	else if (ours && st.st_dev == program->dev && st.st_ino == program->ino)
		r = 0;
	else
		r = compare(&st, program);
	return !r || blame_is_shortage(r) ? r : ESTALE;
}

/* Opens @path inside. Where this process may not look it up, it is @opened; otherwise
 * that is -1.
 * Returns: a descriptor, or -1 with errno; ESTALE: not @wanted. */
static int open_checked(const char *path, int opened, const SandboxFile *wanted)
{
	autofd fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == EACCES && opened >= 0)
		fd = fcntl(opened, F_DUPFD_CLOEXEC, 0);
	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	errno = compare(&st, wanted);
	return errno ? -1 : steal_fd(&fd);
}

/*
 * Ends everything the run has left. Where a signal to everybody reaches only the run, no
 * fork can outrun one kill(-1), since fork() fails while a signal is pending.
 */
static void kill_all(Reach reach, pid_t child)
{
	kill(reach == REACH_HOST ? -child : -1, SIGKILL);
}

/* Reaps until no child is left, whatever they try meanwhile. */
static void reap_all(Reach reach, pid_t child)
{
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		/* A process that has left the group lives on there. Where this process
		 * may not wait, it would try again without end. */
		if ((pid < 0 && errno != EINTR) || (pid == 0 && reach == REACH_HOST))
			return;
		if (pid == 0) {
			kill_all(reach, child);
			waitpid(-1, NULL, __WALL);
		}
	}
}

/*
 * Reaps @child, and where the run is a process group, the whole group: while one process
 * of it is left, nobody else can get its number. Returns: 0 with its wait status, or an
 * errno value.
 */
static int reap(Reach reach, pid_t child, int *ret_status)
{
	bool reaped = false;
	int status;
	pid_t pid;

	do {
		pid = waitpid(reach == REACH_HOST ? -child : child, &status, __WALL);
		if (pid == child) {
			*ret_status = status;
			reaped = true;
		}
	} while (pid < 0 ? errno == EINTR : reach == REACH_HOST);
	return reaped ? 0 : errno;
}

/*
 * The processes that a program has started may still write when it has ended itself, as
 * with "exec > >(cat)" in a shell: they have a moment to end.
 */
#define LINGER_US (50 * 1000)

/* What is known to be left of a run. */
typedef enum {
	LEFT_ALL,    /* its first process, perhaps with others */
	LEFT_OTHERS, /* perhaps */
	LEFT_NONE,
} Left;

/*
 * After the end of the first process: waits until no other is left, for a moment at most,
 * and not past @deadline. It does so by reaping, since all that a run has left are
 * children of this process by then. Returns: what is left. The first process, whose
 * status is known otherwise, is left if somebody traces it.
 */
static Left linger(pid_t child, uint64_t deadline, int *ret_status)
{
	uint64_t end = now_us() + LINGER_US;

	if (waitpid(child, ret_status, WNOHANG | __WALL) != child)
		return LEFT_ALL;
	while (now_us() < end && now_us() < deadline) {
		struct pollfd caller = {.fd = WARDEN_SOCKET, .events = POLLIN};
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0)
			return errno == ECHILD ? LEFT_NONE : LEFT_OTHERS;
		/* The caller may hang up or cancel meanwhile, or send the next order. */
		if (pid == 0 && poll(&caller, 1, 1) != 0 &&
			(caller.revents != POLLIN || orders_listen()))
			break;
	}
	return LEFT_OTHERS;
}

/* Waits for @child, until its deadline at most; notes in @reply how it ended. Returns: 0,
 * or the errno value of a wait that was refused: then its end is not known. */
static int supervise(Reach reach, const Message *request, pid_t child, int child_fd,
	uint64_t start, Message *reply)
{
	uint64_t deadline = start + request->run.timeout_us;
	bool asked =
		!request->run.term_us || request->run.term_us >= request->run.timeout_us;
	uint64_t term = asked ? deadline : start + request->run.term_us;
	bool killed = false, hung_up = false;
	Left left = LEFT_ALL;
	int r = 0;

	for (;;) {
		struct pollfd polls[] = {
			{.fd = child_fd, .events = POLLIN},
			{.fd = hung_up ? -1 : WARDEN_SOCKET, .events = POLLIN},
		};
		uint64_t now = now_us();
		uint64_t next = now < term ? term : deadline;
		uint64_t rest = now < next ? next - now : 0;
		struct timespec timeout = {
			.tv_sec = (time_t)(rest / 1000000),
			.tv_nsec = (long)(rest % 1000000) * 1000,
		};
		int n;

		/* Only its own process gets this one; the end comes to all. */
		if (now >= term && !asked) {
			kill(child, SIGTERM);
			asked = true;
		}
		if (rest == 0 && !killed) {
			reply->ended.hindrance = find_hindrance(request->run.timeout_us,
				limits_share(request->run.processes,
					request->run.processes_shared));
			reply->ended.timed_out = killed = true;
			kill_all(reach, child);
		}
		n = ppoll(polls, 2, killed ? NULL : &timeout, NULL);
		if (n <= 0)
			continue;
		if (polls[0].revents)
			break;
		/* If the caller is gone, this process ends once it has cleared up. */
		hung_up = polls[1].revents & ~POLLIN;
		if (hung_up || orders_listen()) {
			killed = true;
			kill_all(reach, child);
		}
	}
	/* A process group is not reaped yet: the process still holds the number, so that
	 * no stranger is hit. */
	if (!killed && reach != REACH_HOST)
		left = linger(child, deadline, &reply->ended.status);
	/* A signal to everybody looks at every process of the host. */
	if (left == LEFT_NONE)
		return 0;
	/* Before it is waited for: a tracer would keep it. */
	kill_all(reach, child);
	if (left == LEFT_ALL)
		r = reap(reach, child, &reply->ended.status);
	reap_all(reach, child);
	return r;
}

/* Splits the strings after the header. Returns: whether they are as announced. */
static bool parse_run(char *buffer, size_t length, Run *ret_run)
{
	const Message *request = (const Message *)buffer;
	char *p = buffer + sizeof *request, *end = buffer + length;
	uint32_t argc = request->run.argc;

	if (argc == 0 || argc > MESSAGE_ARGC_MAX || p == end || end[-1] != '\0')
		return false;
	ret_run->path = p;
	p += strlen(p) + 1;
	for (uint32_t i = 0; i < argc; i++) {
		if (p == end)
			return false;
		ret_run->argv[i] = p;
		p += strlen(p) + 1;
	}
	ret_run->argv[argc] = NULL;
	ret_run->cpu_seconds = request->run.cpu_seconds;
	ret_run->processes = request->run.processes;
	ret_run->processes_shared = request->run.processes_shared;
	return p == end;
}

/* Whose fault it is that the program was not started, or should not have been. */
static void note_failure(Message *reply, int errnum)
{
	if (blame_is_shortage(errnum))
		reply->ended.start_errno = errnum;
	else
		reply->ended.exec_errno = errnum;
}

/* At level none a program finds its caller's home, if it wants to. */
static char *const *choose_environment(Reach reach, bool homeless)
{
	if (homeless || (reach == REACH_HOST && !tmp_is_home()))
		return environment;
	return tmp_is_home() ? environment_at_home : environment_away;
}

/* Returns: whether the room is used up. */
static bool run_program(
	Reach reach, const LandlockRun *domain, const Message *request, Run *run)
{
	Message reply = {.type = MESSAGE_ENDED, .number = request->number};
	const SandboxFile *program = &request->run.program;
	uint64_t start = now_us(), processor = processor_us();
	autofd checked = -1, child_fd = -1, ruleset = -1;
	const char *path;
	pid_t child;
	int lost;

	reply.ended.start_errno = find_path(run, request, &path);
	if (!reply.ended.start_errno)
		reply.ended.start_errno = landlock_run_prepare(domain, &ruleset);
	if (reply.ended.start_errno) {
		control_send(&reply);
		return false;
	}
	run->by_path = path;
	if (!path)
		checked = open_checked(run->path, run->opened_fd, program);
	if (!path && checked < 0) {
		note_failure(&reply, errno);
		control_send(&reply);
		return false;
	}
	run->environment = choose_environment(reach, request->run.homeless);
	run->program_fd = checked;
	run->reach = reach;
	run->domain = domain;
	run->ruleset = ruleset;
	run->warden = getpid();
	child = clone(start_program, child_stack + sizeof child_stack,
		CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, run, &child_fd);
	if (child < 0) {
		reply.ended.start_errno = errno;
		control_send(&reply);
		return false;
	}
	lost = supervise(reach, request, child, child_fd, start, &reply);
	reply.ended.start_errno = run->start_errno ? run->start_errno : lost;
	reply.ended.exec_errno = run->exec_errno;
	if (run->by_path && !run->exec_errno) {
		int r = look_again(run, request);

		if (r)
			note_failure(&reply, r);
	}
	reply.ended.duration_us = now_us() - start;
	reply.ended.processor_us = processor_us() - processor;
	reply.ended.used_up = lost || tmp_is_used();
	control_send(&reply);
	return reply.ended.used_up;
}

void supervisor_serve(Reach reach, const LandlockRun *domain, bool own_root)
{
	for (;;) {
		Order *order = orders_take();
		Run run = {0};

		if (!parse_run(order->data, order->length, &run))
			_exit(EXIT_PROTOCOL);
		run.stdout_fd = order->fds[0];
		run.stderr_fd = order->fds[1];
		/* It is of the host's root, where nothing is read-only. */
		run.opened_fd = own_root ? -1 : order->fds[2];
		if (run_program(reach, domain, order_message(order), &run) ||
			order_message(order)->run.last)
			_exit(EXIT_DONE);
		orders_finish();
	}
}
