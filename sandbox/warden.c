// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden: pid 1 of a worker's namespaces. It builds the room, gives up every privilege, and then
 * starts one program at a time; what programs may do they inherit from it.
 *
 * Theory of operation, in the order of the code:
 *   1. clean:     default signals, no descriptors but the control socket
 *   2. separate:  namespaces; the trees that will be seen inside are cloned
 *   3. (the caller has meanwhile compiled the filter and read what programs there are)
 *   4. build:     the new root; then limits, ids, capabilities, Landlock, filter, for good
 *   5. prove:     canaries try what must not work
 *   6. serve:     start, wait, kill, reap, report; until the caller hangs up
 *
 * Each layer is tried whatever became of those before, so that the report names all that is
 * missing. It is the caller who decides whether that is enough; before it has, nothing runs.
 *
 * Everything here runs between clone and exec of a process that may have had threads: no malloc, no
 * stdio, no locks, none of the C library's functions that think of threads (setuid, raise, abort).
 */
#include "sandbox/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "sandbox/jail.h"
#include "sandbox/kernel.h"
#include "sandbox/landlock.h"
#include "sandbox/limits.h"
#include "sandbox/seccomp.h"

#define CONTROL_FD 3

/* Why the warden's process ended, for a developer who looks at its exit status. */
enum {
	EXIT_HUNG_UP = 0,
	EXIT_PROTOCOL = 70,
	EXIT_NO_DESCRIPTORS = 71,
};

typedef struct {
	const Plan *plan;
	WardenReport *report;
	uint32_t layers;
	pid_t caller;
	unsigned outside_uid, outside_gid;
	bool root_outside; /* the inside id, if taken, is root's */
	JailSources *sources;
} Warden;

/* ---- layers ---- */

static bool wants(const Warden *warden, SandboxLayer layer)
{
	return warden->layers & SANDBOX_LAYER_BIT(layer);
}

/* Notes what became of @layer: held if @errnum is 0. */
static void note(const Warden *warden, SandboxLayer layer, int errnum)
{
	if (errnum)
		warden->report->held &= ~SANDBOX_LAYER_BIT(layer);
	else
		warden->report->held |= SANDBOX_LAYER_BIT(layer);
	warden->report->missing_errno[layer] = errnum;
}

static bool holds(const Warden *warden, SandboxLayer layer)
{
	return warden->report->held & SANDBOX_LAYER_BIT(layer);
}

/* ---- messages ---- */

static void send_message(const Message *message)
{
	ssize_t n;

	do
		n = send(CONTROL_FD, message, sizeof *message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		_exit(EXIT_HUNG_UP);
}

/*
 * Receives one message, with up to @n_fds descriptors (-1 where there is none). The caller
 * gone is the end of this process, and with it of everything in its namespaces.
 *
 * Returns: the length.
 */
static size_t receive(void *buffer, size_t size, int *ret_fds, size_t n_fds)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct iovec data = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	const struct cmsghdr *received;
	ssize_t n;

	do
		n = recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(EXIT_HUNG_UP);
	if ((size_t)n < sizeof(Message) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		_exit(EXIT_PROTOCOL);
	for (size_t i = 0; i < n_fds; i++)
		ret_fds[i] = -1;
	received = CMSG_FIRSTHDR(&message);
	if (received && received->cmsg_len <= CMSG_LEN(n_fds * sizeof(int)))
		memcpy(ret_fds, CMSG_DATA(received), received->cmsg_len - CMSG_LEN(0));
	return (size_t)n;
}

static void expect(MessageType type, Message *ret_message)
{
	if (receive(ret_message, sizeof *ret_message, NULL, 0) != sizeof *ret_message ||
		ret_message->type != type)
		_exit(EXIT_PROTOCOL);
}

/* ---- 1. clean ---- */

/* A clone inherits every descriptor of the caller, other workers' sockets included. */
static void keep_only_control(int socket)
{
	int control = fcntl(socket, F_DUPFD_CLOEXEC, 10);
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	/* If /dev/null cannot be had: closed is as good here, and programs get their own. */
	for (int fd = 0; fd < 3; fd++)
		if (null < 0 || dup2(null, fd) < 0)
			close(fd);
	if (control < 0 || dup3(control, CONTROL_FD, O_CLOEXEC) < 0)
		_exit(EXIT_NO_DESCRIPTORS);
	if (sys_close_range(CONTROL_FD + 1, ~0u, 0) < 0)
		for (int fd = CONTROL_FD + 1; fd < sysconf(_SC_OPEN_MAX); fd++)
			close(fd);
}

/*
 * Handlers are the caller's code, and what is ignored or blocked is inherited by every program.
 * By system call: the C library keeps two signals to itself, whose handlers a program could
 * otherwise set off in this process.
 */
static void reset_signals(void)
{
	static const uint64_t by_default[4]; /* the kernel's struct sigaction */
	sigset_t none;

	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, by_default, NULL, NSIG / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---- 2. separate ---- */

static const struct {
	SandboxLayer layer;
	int flag;
} namespaces[] = {
	{SANDBOX_LAYER_MOUNT, CLONE_NEWNS},
	{SANDBOX_LAYER_NET, CLONE_NEWNET},
	{SANDBOX_LAYER_IPC, CLONE_NEWIPC},
	{SANDBOX_LAYER_UTS, CLONE_NEWUTS},
	{SANDBOX_LAYER_CGROUP, CLONE_NEWCGROUP},
};

static void separate(Warden *warden)
{
	Message message;

	for (size_t i = 0; i < sizeof namespaces / sizeof *namespaces; i++)
		if (wants(warden, namespaces[i].layer))
			note(warden, namespaces[i].layer,
				unshare(namespaces[i].flag) < 0 ? errno : 0);
	expect(MESSAGE_MAPPED, &message);
	warden->root_outside = warden->outside_uid == 0 && !message.mapped.done;
	if (holds(warden, SANDBOX_LAYER_USER))
		note(warden, SANDBOX_LAYER_USER,
			jail_map_ids(message.mapped.done, warden->outside_uid,
				warden->outside_gid));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_collect(&warden->sources));
}

/* ---- 4. build ---- */

static int drop_ids(const Warden *warden)
{
	int r = holds(warden, SANDBOX_LAYER_USER) ? jail_drop_ids() : 0;

	return r ? r : warden->root_outside ? EPERM : 0;
}

static int restrict_files(const Warden *warden)
{
	warden->report->landlock_abi = landlock_abi();
	return warden->report->landlock_abi ? landlock_restrict(warden->report->landlock_abi)
					    : errno;
}

/* The order matters: each step needs what a later one takes away. */
static void build(const Warden *warden)
{
	const Plan *plan = warden->plan;

	if (holds(warden, SANDBOX_LAYER_MOUNT))
		jail_collect_paths(warden->sources, plan->paths);
	if (wants(warden, SANDBOX_LAYER_LIMITS))
		limits_prefer_oom_kill(); /* a courtesy to the host, no protection */
	if (wants(warden, SANDBOX_LAYER_UID))
		note(warden, SANDBOX_LAYER_UID, drop_ids(warden));
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_build(warden->sources));
	if (wants(warden, SANDBOX_LAYER_LIMITS))
		note(warden, SANDBOX_LAYER_LIMITS, limits_apply());
	if (wants(warden, SANDBOX_LAYER_CAPS))
		note(warden, SANDBOX_LAYER_CAPS, jail_drop_capabilities());
	if (wants(warden, SANDBOX_LAYER_NO_NEW_PRIVS))
		note(warden, SANDBOX_LAYER_NO_NEW_PRIVS,
			prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? errno : 0);
	/* Of the same id as the programs: they must not read or trace this process. */
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (wants(warden, SANDBOX_LAYER_LANDLOCK))
		note(warden, SANDBOX_LAYER_LANDLOCK, restrict_files(warden));
	if (wants(warden, SANDBOX_LAYER_SECCOMP))
		note(warden, SANDBOX_LAYER_SECCOMP,
			plan->filter_errno
				? plan->filter_errno
				: filter_load(plan->filter, plan->filter_length));
}

/* ---- 5. prove ---- */

static int canary_pid(pid_t caller)
{
	if (getpid() != 1)
		return ESRCH;
	return caller == 1 || (kill(caller, 0) < 0 && errno == ESRCH) ? 0 : EEXIST;
}

/* A layer that was applied without an error, but does not hold, is missing. */
static void prove(const Warden *warden)
{
	if (holds(warden, SANDBOX_LAYER_MOUNT))
		note(warden, SANDBOX_LAYER_MOUNT, jail_canary_mount());
	if (holds(warden, SANDBOX_LAYER_SECCOMP))
		note(warden, SANDBOX_LAYER_SECCOMP, filter_canary());
	if (holds(warden, SANDBOX_LAYER_PID))
		note(warden, SANDBOX_LAYER_PID, canary_pid(warden->caller));
	if (holds(warden, SANDBOX_LAYER_NO_NEW_PRIVS) &&
		prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		note(warden, SANDBOX_LAYER_NO_NEW_PRIVS, EPERM);
}

/* ---- 6. serve ---- */

/* One program, and where its child process leaves word of a failed exec. */
typedef struct {
	char *path;
	char *argv[MESSAGE_ARGC_MAX + 1];
	int program_fd, stdout_fd, stderr_fd;
	uint32_t cpu_seconds;
	volatile bool by_path; /* as scripts are: what lay there must be looked at again */
	volatile int exec_errno;
} Run;

static char *const environment[] = {
	(char[]){"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
	(char[]){"LANG=C"},
	NULL,
};

/* The child's stack while it shares this process' memory, until exec. */
static char child_stack[64 * 1024] __attribute__((aligned(16)));

static uint64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* Between vfork and exec: shares all memory with the warden, which stands still meanwhile. */
static int start_program(void *argument)
{
	Run *run = argument;
	/* Opened anew: flags and owner of a shared open file would pass from run to run. */
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, 0) < 0 || dup2(run->stdout_fd, 1) < 0 ||
		dup2(run->stderr_fd, 2) < 0 || (null > 2 && close(null) < 0))
		goto fail;
	setsid();
	if (limits_apply_cpu(run->cpu_seconds))
		goto fail;
	/* The very file that was checked. A script cannot be started so, since the descriptor
	 * is closed before its interpreter could open it: ENOENT. Then by its path, which is what
	 * wrappers want to see as $0. */
	syscall(SYS_execveat, run->program_fd, "", run->argv, environment, AT_EMPTY_PATH);
	if (errno == ENOENT) {
		run->by_path = true;
		execve(run->path, run->argv, environment);
	}
fail:
	run->exec_errno = errno;
	_exit(127);
}

/* Opens @path inside. Returns: a descriptor, or -1 with errno, ESTALE if it is not @wanted. */
static int open_checked(const char *path, const SandboxFile *wanted)
{
	autofd fd = open(path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	SandboxFile found;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	found = sandbox_file(&st);
	if (!sandbox_file_equal(&found, wanted)) {
		errno = ESTALE;
		return -1;
	}
	return steal_fd(&fd);
}

/*
 * Ends everything the run has left. As pid 1 that is everybody else: one kill(-1) cannot be
 * outrun by forking, since fork() fails where a signal is pending.
 */
static void kill_all(const Warden *warden, pid_t child)
{
	if (holds(warden, SANDBOX_LAYER_PID))
		kill(-1, SIGKILL);
	else
		kill(-child, SIGKILL); /* level none: its process group, and nothing more */
}

/* Reaps until there is no child left, whatever they try meanwhile. */
static void reap_all(const Warden *warden, pid_t child)
{
	for (;;) {
		pid_t pid = waitpid(-1, NULL, WNOHANG | __WALL);

		if (pid < 0 && errno == ECHILD)
			return;
		if (pid == 0) {
			kill_all(warden, child);
			waitpid(-1, NULL, __WALL);
		}
	}
}

/* Whether the caller has given up run @number. */
static bool is_cancelled(uint32_t number)
{
	Message message;

	receive(&message, sizeof message, NULL, 0);
	return message.type == MESSAGE_CANCEL && message.number == number;
}

/* Waits for @child until its deadline, then for nobody. Returns: its wait status. */
static int supervise(const Warden *warden, const Message *request, pid_t child, int child_fd,
	uint64_t start, bool *ret_timed_out)
{
	uint64_t deadline = start + request->run.timeout_us;
	bool killed = false;
	int status;

	*ret_timed_out = false;
	for (;;) {
		struct pollfd polls[] = {
			{.fd = child_fd, .events = POLLIN},
			{.fd = CONTROL_FD, .events = POLLIN},
		};
		uint64_t now = now_us();
		uint64_t left = now < deadline ? deadline - now : 0;
		struct timespec timeout = {
			.tv_sec = (time_t)(left / 1000000),
			.tv_nsec = (long)(left % 1000000) * 1000,
		};
		int n;

		if (left == 0 && !killed) {
			*ret_timed_out = killed = true;
			kill_all(warden, child);
		}
		n = ppoll(polls, 2, killed ? NULL : &timeout, NULL);
		if (n <= 0)
			continue;
		if (polls[0].revents)
			break;
		/* Also where the caller is gone: then this does not return. */
		if (is_cancelled(request->number)) {
			killed = true;
			kill_all(warden, child);
		}
	}
	/* The unreaped child still holds its process group's number: no stranger is hit. */
	if (!holds(warden, SANDBOX_LAYER_PID))
		kill_all(warden, child);
	while (waitpid(child, &status, __WALL) < 0)
		;
	reap_all(warden, child);
	return status;
}

/* Splits the strings behind the header. Returns: whether they are as announced. */
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
	return p == end;
}

static void run_program(const Warden *warden, const Message *request, Run *run)
{
	Message reply = {.type = MESSAGE_ENDED, .number = request->number};
	const SandboxFile *program = &request->run.program;
	uint64_t start = now_us();
	/* By its path inside, so that /proc/self/exe and siblings are true. */
	autofd checked = open_checked(run->path, program);
	autofd child_fd = -1;
	bool timed_out = false;
	pid_t child;

	run->program_fd = checked;
	child = checked < 0 ? -1
			    : clone(start_program, child_stack + sizeof child_stack,
				      CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD, run, &child_fd);
	if (child < 0) {
		reply.ended.errnum = errno;
	} else {
		reply.ended.status =
			supervise(warden, request, child, child_fd, start, &timed_out);
		reply.ended.timed_out = timed_out;
		reply.ended.errnum = run->exec_errno;
		if (run->by_path && !reply.ended.errnum) {
			autofd again = open_checked(run->path, program);

			reply.ended.errnum = again < 0 ? errno : 0;
		}
	}
	reply.ended.duration_us = now_us() - start;
	send_message(&reply);
}

_Noreturn static void serve(const Warden *warden)
{
	static char buffer[MESSAGE_MAX] __attribute__((aligned(8)));

	for (;;) {
		const Message *request = (const Message *)buffer;
		Run run = {0};
		int fds[2];
		size_t length = receive(buffer, sizeof buffer, fds, 2);

		if (request->type == MESSAGE_CANCEL)
			continue; /* of a run that has ended */
		if (request->type != MESSAGE_RUN || fds[1] < 0 ||
			!parse_run(buffer, length, &run))
			_exit(EXIT_PROTOCOL);
		run.stdout_fd = fds[0];
		run.stderr_fd = fds[1];
		run_program(warden, request, &run);
		close(fds[0]);
		close(fds[1]);
	}
}

void warden_main(const WardenConfig *config)
{
	Warden warden = {
		.plan = config->plan,
		.report = config->report,
		.layers = config->layers,
		.caller = config->caller,
		.outside_uid = config->uid,
		.outside_gid = config->gid,
	};
	Message message;

	/* A non-dumpable caller's child could not write its own id maps. */
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
	prctl(PR_SET_NAME, "vhost-warden", 0, 0, 0);
	reset_signals();
	keep_only_control(config->socket);
	separate(&warden);
	expect(MESSAGE_GO, &message);
	build(&warden);
	prove(&warden);
	send_message(&(Message){.type = MESSAGE_READY});
	serve(&warden);
}
