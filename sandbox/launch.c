// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Starting the warden's program.
 *
 * execve() gives a process back its exit signal, so that a direct child that executes
 * something is one that the host hears of and may reap. Hence a middle process: it has no
 * exit signal, never executes, starts the warden, waits for it and ends with it. Nobody
 * but this file waits for it, by its descriptor; so no zombie is left either where
 * process 1 never waits.
 *
 * The middle process shares the host's memory, on a stack of its own: to copy a large
 * host takes many milliseconds. What runs in it may therefore use nothing that belongs to
 * a thread (raw.h), all signals are blocked in it, and it keeps no descriptor but for the
 * moment of starting. A host that is a child subreaper sees the warden as its child if
 * the middle process is killed; and as long as a warden lives the host counts as several
 * processes of one memory, and cannot enter a user namespace.
 */
#include "sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/file.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/protocol.h"
#include "sandbox/base/raw.h"

/* ---- which file ---- */

/* Whoever could have written the running program is trusted with its warden: the owner of
 * a build tree, where root tries what is in it. */
static char *distrust(const struct stat *st)
{
	FileCaller caller = {geteuid(), getegid()};
	char *reason = file_distrust(st, &caller);
	struct stat own;

	if (!reason || stat("/proc/self/exe", &own) < 0 || own.st_uid != st->st_uid)
		return reason;
	g_free(reason);
	caller.uid = own.st_uid;
	caller.gid = own.st_mode & S_IWGRP ? own.st_gid : (gid_t)-1;
	return file_distrust(st, &caller);
}

int launch_open_program(const char *path, GError **error)
{
	autofd fd = open(path, O_PATH | O_CLOEXEC);
	g_autofree char *reason = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
			"the warden %s cannot be opened: %s; it is installed together "
			"with "
			"vhost-probe",
			path, g_strerror(errno));
		return -1;
	}
	reason = S_ISREG(st.st_mode) ? distrust(&st) : g_strdup("is no regular file");
	if (reason) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM,
			"the warden %s is not to be trusted: it %s", path, reason);
		return -1;
	}
	return steal_fd(&fd);
}

/* ---- the middle process ---- */

#define STACK_SIZE (64 * 1024)

/* At the lower end of the stack's mapping; shared with the middle process. */
struct Launch {
	int program, socket;
	pid_t pid; /* of the middle process */
	int pid_fd;
	/* Written by the middle process, valid when it has ended: */
	volatile int failure; /* errno of what could not be started */
	volatile int status;  /* as of waitpid(), of the last that did not end with 0 */
	volatile int waited;
};

/* Where the kernel has no close_range() (before Linux 5.9). */
#define DESCRIPTORS_MAX 65536

RAW_FUNCTION static void close_from_to(long first, long last)
{
	if (first > last || raw_syscall(SYS_close_range, first, last, 0, 0, 0) == 0)
		return;
	for (long fd = first; fd <= last && fd < DESCRIPTORS_MAX; fd++)
		raw_syscall(SYS_close, fd, 0, 0, 0, 0);
}

RAW_FUNCTION static void close_all_but(int a, int b)
{
	int low = a < b ? a : b, high = a < b ? b : a;

	close_from_to(0, low - 1);
	close_from_to(low + 1, high - 1);
	close_from_to(high + 1, ~0u);
}

/* As after vfork(): the middle process stands still meanwhile. */
RAW_FUNCTION _Noreturn static void become_warden(Launch *launch)
{
	static char name[] = "vhost-probe-warden";
	static char *const argv[] = {name, NULL};
	static char *const empty[] = {NULL};
	long program = launch->program, r = 0;

	if (program == WARDEN_SOCKET)
		program = r = raw_syscall(
			SYS_fcntl, program, F_DUPFD_CLOEXEC, WARDEN_SOCKET + 1, 0, 0);
	if (r >= 0 && launch->socket != WARDEN_SOCKET)
		r = raw_syscall(SYS_dup3, launch->socket, WARDEN_SOCKET, 0, 0, 0);
	else if (r >= 0)
		r = raw_syscall(SYS_fcntl, WARDEN_SOCKET, F_SETFD, 0, 0, 0);
	/* An empty environment: whoever inherits capabilities is not seen as privileged
	 * by the dynamic linker. */
	if (r >= 0)
		r = raw_syscall(SYS_execveat, program, (long)"", (long)argv, (long)empty,
			AT_EMPTY_PATH);
	launch->failure = (int)-r;
	for (;;)
		raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0);
}

RAW_FUNCTION static int middle_process(void *argument)
{
	Launch *launch = argument;
	long pid;

	raw_syscall(SYS_prctl, PR_SET_NAME, (long)"vhost-middle", 0, 0, 0);
	close_all_but(launch->program, launch->socket);
	pid = raw_syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		become_warden(launch);
	if (pid < 0)
		launch->failure = (int)-pid;
	/* The host hears of the warden's end by the socket: no end of it may stay here.
	 */
	close_from_to(0, ~0u);
	/* The warden, and the process that it makes its sibling. */
	do {
		if (launch->waited)
			launch->status = launch->waited;
		pid = raw_syscall(SYS_wait4, -1, (long)&launch->waited, __WALL, 0, 0);
	} while (pid > 0);
	raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0);
	return 0;
}

/* ---- the host's side ---- */

Launch *launch_start(int program, int socket, GError **error)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	Launch *launch = stack;
	/* By system call: the C library would leave two of its own out. */
	const uint64_t all = ~0ull;
	uint64_t before;
	int errnum;

	if (stack == MAP_FAILED)
		goto failed;
	*launch = (Launch){.program = program, .socket = socket, .pid_fd = -1};
	/* No handler of the host may run in the new process, where they stay blocked. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
	launch->pid = clone(middle_process, (char *)stack + STACK_SIZE,
		CLONE_VM | CLONE_PIDFD, launch, &launch->pid_fd);
	errnum = errno;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
	if (launch->pid > 0)
		return launch;
	munmap(stack, STACK_SIZE);
	errno = errnum;
failed:
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno),
		"cannot start a process for the sandbox: %s", g_strerror(errno));
	return NULL;
}

bool launch_wait(Launch *launch, int timeout_ms)
{
	struct pollfd ended = {.fd = launch->pid_fd, .events = POLLIN};

	if (launch->pid_fd < 0)
		return true;
	if (poll(&ended, 1, timeout_ms) <= 0)
		return false;
	/* A host that waits for every kind of child may have reaped it: no matter. */
	waitpid(launch->pid, NULL, __WALL);
	close_fd(&launch->pid_fd);
	return true;
}

int launch_failure(const Launch *launch, int *ret_status)
{
	*ret_status = launch->status;
	return launch->failure;
}

void launch_kill(Launch *launch)
{
	if (launch->pid_fd >= 0)
		syscall(SYS_pidfd_send_signal, launch->pid_fd, SIGKILL, NULL, 0);
}

void launch_free(Launch *launch)
{
	bool ended = launch_wait(launch, 0);

	close_fd(&launch->pid_fd);
	/* Its stack is there; who has not ended needs it. */
	if (ended)
		munmap(launch, STACK_SIZE);
}
