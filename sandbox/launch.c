// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Starting the warden's program, and processes that look at one path.
 *
 * execve() gives a process back its exit signal, so that a direct child that executes
 * something is one that the host hears of and may reap. Hence a middle process: it has no
 * exit signal, never executes, starts the warden, waits for it and ends with it. Only
 * this file waits for it, by its descriptor; so no zombie is left either where
 * process 1 never waits.
 *
 * The middle process shares the host's memory, on a stack of its own: to copy a large
 * host takes many milliseconds. What runs in it may therefore use nothing that belongs to
 * a thread (raw.h). All signals are blocked in it, it keeps no descriptor, and once the
 * warden is there it can do nothing more but wait and end: it still has the rights that
 * the host may give up meanwhile, and the host could change what it executes.
 *
 * What a host can notice: while a sandbox is open it counts as several processes of one
 * memory, and cannot enter a user namespace; if it is a child subreaper and a middle
 * process is killed, it gets the warden as a child; if it executes something before it
 * closes the sandbox, a zombie is left that waitpid() shows with __WALL alone.
 */
#include "sandbox/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "common/file.h"
#include "common/lack.h"
#include "common/statx.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"
#include "sandbox/base/raw.h"

/* ---- which file ---- */

/*
 * A user who could have written the running program is trusted with its warden too: the
 * owner of a build tree, where root tries what was built. In a user namespace all owners
 * that have no id there look the same; on the same file system that is accepted, since no
 * stranger decides where the warden is.
 */
static char *distrust(int fd, const struct stat *st, GError **error)
{
	FileCaller caller = file_caller(geteuid(), getegid(), sandbox_root_trees);
	char *reason = file_distrust(fd, st, &caller, error);
	struct stat own;

	if (!reason || *error || stat("/proc/self/exe", &own) < 0 ||
		own.st_uid != st->st_uid || own.st_dev != st->st_dev)
		return reason;
	g_free(reason);
	caller = (FileCaller){
		.uid = own.st_uid,
		.gid = own.st_mode & S_IWGRP ? own.st_gid : (gid_t)-1,
		.knows_nameless = true, /* all have an id */
	};
	return file_distrust(fd, st, &caller, NULL);
}

int launch_open_program(const char *path, GError **error)
{
	autofd fd = open(path, O_PATH | O_CLOEXEC);
	g_autofree char *reason = NULL;
	GError *lack = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		int errnum = errno;

		if (!file_blame_us(errnum, path, error))
			g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum),
				"the warden %s cannot be opened: %s; it is installed "
				"together with vhost-probe",
				path, g_strerror(errnum));
		return -1;
	}
	reason = S_ISREG(st.st_mode) ? distrust(fd, &st, &lack)
				     : g_strdup("is not a regular file");
	if (lack) {
		g_propagate_error(error, lack);
		return -1;
	}
	if (reason) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM,
			"the warden %s is not to be trusted: it %s", path, reason);
		return -1;
	}
	return steal_fd(&fd);
}

/* ---- the middle process ---- */

#define STACK_SIZE (64 * 1024)

/* The status is not known: the middle process was killed. */
#define STATUS_UNKNOWN (-1)

/* At the lower end of the stack's mapping; shared with the middle process. */
struct Launch {
	int program, socket;
	pid_t host, pid; /* of the host, and of the middle process */
	int pid_fd;
	bool ended;
	/* Written by the middle process: */
	volatile int
		clean; /* a futex: no descriptor of the host is open there any more */
	volatile int failure; /* errno of what could not be started */
	volatile int status;  /* as of waitpid(), of the last that did not end with 0 */
	volatile int waited;
	char path[PATH_MAX]; /* to look at */
};

RAW_FUNCTION static void close_all_but(unsigned a, unsigned b)
{
	unsigned low = a < b ? a : b, high = a < b ? b : a;

	if (low > 0)
		raw_close_range(0, low - 1);
	if (high - low > 1)
		raw_close_range(low + 1, high - 1);
	raw_close_range(high + 1, ~0u);
}

RAW_FUNCTION _Noreturn static void end(int status)
{
	for (;;)
		raw_syscall(SYS_exit_group, status, 0, 0, 0, 0);
}

/* Not earlier, because the thread goes on at once: on the same processor it would hold up
 * the start of the warden. */
RAW_FUNCTION static void say_clean(Launch *launch)
{
	launch->clean = 1;
	raw_syscall(SYS_futex, (long)&launch->clean, FUTEX_WAKE_PRIVATE, 1, 0, 0);
}

/* As after vfork(): the middle process stands still meanwhile. */
RAW_FUNCTION _Noreturn static void become_warden(Launch *launch, long middle)
{
	static char name[] = "vhost-probe-warden";
	static char *const argv[] = {name, NULL};
	static char *const empty[] = {NULL};
	long program = launch->program, r;

	/* If the middle process is killed, this stack may be unmapped: this process has a
	 * SIGKILL pending then, which comes before any fault. */
	r = raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (r < 0 || raw_syscall(SYS_getppid, 0, 0, 0, 0, 0) != middle)
		end(127);
	if (program == WARDEN_SOCKET)
		program = r = raw_syscall(
			SYS_fcntl, program, F_DUPFD_CLOEXEC, WARDEN_SOCKET + 1, 0, 0);
	if (r >= 0 && launch->socket != WARDEN_SOCKET)
		r = raw_syscall(SYS_dup3, launch->socket, WARDEN_SOCKET, 0, 0, 0);
	else if (r >= 0)
		r = raw_syscall(SYS_fcntl, WARDEN_SOCKET, F_SETFD, 0, 0, 0);
	say_clean(launch);
	/* An empty environment: the dynamic linker does not see that a process with
	 * inherited capabilities is privileged. */
	if (r >= 0)
		r = raw_syscall(SYS_execveat, program, (long)"", (long)argv, (long)empty,
			AT_EMPTY_PATH);
	launch->failure = (int)-r;
	end(127);
}

/* From now on this process can only wait and end. Where there are no filters, it just
 * does nothing else. */
RAW_FUNCTION static void allow_waiting_only(void)
{
	static const struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RAW_AUDIT_ARCH, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_wait4, 1, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		/* Not killed: on some kernels a core dump would take the host along. */
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
	};
	static const struct sock_fprog program = {
		.len = sizeof filter / sizeof *filter,
		.filter = (struct sock_filter *)filter,
	};

	raw_syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	raw_syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, (long)&program, 0, 0);
}

RAW_FUNCTION static int middle_process(void *argument)
{
	static const uint64_t by_default[4]; /* the kernel's struct sigaction */
	Launch *launch = argument;
	long middle = raw_syscall(SYS_getpid, 0, 0, 0, 0, 0), pid;

	raw_syscall(SYS_prctl, PR_SET_NAME, (long)"vhost-middle", 0, 0, 0);
	close_all_but((unsigned)launch->program, (unsigned)launch->socket);
	/* It keeps no file of the host's busy. */
	raw_syscall(SYS_chdir, (long)"/", 0, 0, 0, 0);
	/* A host may ignore SIGCHLD: then the kernel would reap the warden unnoticed. */
	raw_syscall(SYS_rt_sigaction, SIGCHLD, (long)by_default, 0, NSIG / 8, 0);
	pid = raw_syscall(SYS_clone, CLONE_VM | CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		become_warden(launch, middle);
	if (pid < 0) {
		launch->failure = (int)-pid;
		say_clean(launch);
	}
	/* The host notices the warden's end by the socket, so no copy of its ends may
	 * stay here. */
	raw_close_range(0, ~0u);
	allow_waiting_only();
	/* The warden, and the process that it makes its sibling. */
	do {
		if (launch->waited)
			launch->status = launch->waited;
		pid = raw_syscall(SYS_wait4, -1, (long)&launch->waited, __WALL, 0, 0);
	} while (pid > 0);
	if (launch->status == STATUS_UNKNOWN)
		launch->status = 0;
	end(0);
}

/* ---- a process that looks ---- */

/* Room for an entry of a directory. */
#define LOOK_MAX 512

RAW_FUNCTION static int looking_process(void *argument)
{
	const int flags = O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	Launch *launch = argument;
	char bytes[LOOK_MAX];
	KernelStatx st;
	long fd, parent;

	/* For analyzers, which do not see that it is filled in. */
	st.mode = 0;
	raw_syscall(SYS_prctl, PR_SET_NAME, (long)"vhost-look", 0, 0, 0);
	raw_close_range(0, ~0u);
	say_clean(launch);
	/* It ends with the host, also with the thread that has started it. 0: the host is
	 * in another pid namespace. */
	raw_syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	parent = raw_syscall(SYS_getppid, 0, 0, 0, 0, 0);
	if (parent != 0 && parent != launch->host)
		end(0);
	/* A device or a FIFO is not opened, whatever the path leads to by then: what was
	 * found is opened by its descriptor, which is 0, since there is no other. */
	fd = raw_syscall(
		SYS_openat, AT_FDCWD, (long)launch->path, O_PATH | O_CLOEXEC, 0, 0);
	if (fd == 0 && raw_syscall(SYS_statx, fd, (long)"", AT_EMPTY_PATH,
			       KERNEL_STATX_TYPE, (long)&st) == 0) {
		if (S_ISREG(st.mode)) {
			fd = raw_syscall(SYS_openat, AT_FDCWD, (long)"/proc/self/fd/0",
				O_RDONLY | flags, 0, 0);
			raw_syscall(SYS_read, fd, (long)bytes, 1, 0, 0);
		} else if (S_ISDIR(st.mode)) {
			fd = raw_syscall(
				SYS_openat, fd, (long)".", O_DIRECTORY | flags, 0, 0);
			raw_syscall(SYS_getdents64, fd, (long)bytes, sizeof bytes, 0, 0);
		}
	}
	launch->status = 0;
	end(0);
}

/* ---- the host's side ---- */

/* A host may be built with the thread sanitizer, though this is not. Its wrapper takes
 * this call for a fork, and makes the new process do what is due after one, in the host's
 * memory. */
#ifdef __GLIBC__
int __clone(int (*function)(void *), void *stack, int flags, void *argument, ...);
#define clone __clone
#endif

/* Until the middle process has closed the host's descriptors: they would keep locks,
 * pipes and files busy that the host closes next. */
static void wait_until_clean(Launch *launch)
{
	/* The kernel's struct timespec for this call, whatever the C library's is. */
	const long while_at_most[] = {0, 20 * 1000 * 1000};

	while (!launch->clean && !launch_has_ended(launch))
		syscall(SYS_futex, &launch->clean, FUTEX_WAIT_PRIVATE, 0, while_at_most,
			NULL, 0);
}

/* Returns: one of @function, or NULL with errno. @path: (nullable) */
static Launch *start(int (*function)(void *), int program, int socket, const char *path)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK | MAP_NORESERVE, -1, 0);
	Launch *launch = stack;
	/* By system call: the C library would leave two of its own out. */
	const uint64_t all = ~0ull;
	uint64_t before;
	int errnum;

	if (stack == MAP_FAILED)
		return NULL;
	*launch = (Launch){.program = program,
		.socket = socket,
		.host = getpid(),
		.pid_fd = -1,
		.status = STATUS_UNKNOWN};
	if (path)
		g_strlcpy(launch->path, path, sizeof launch->path);
	/* No handler of the host may run in the new process, where they stay blocked. */
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof all);
	launch->pid = clone(function, (char *)stack + STACK_SIZE, CLONE_VM | CLONE_PIDFD,
		launch, &launch->pid_fd);
	errnum = errno;
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof before);
	if (launch->pid > 0 && launch->pid_fd >= 0) {
		wait_until_clean(launch);
		return launch;
	}
	/* This kernel has no descriptors of processes (before Linux 5.2). */
	if (launch->pid > 0) {
		kill(launch->pid, SIGKILL);
		waitpid(launch->pid, NULL, __WALL);
		errnum = ENOSYS;
	}
	munmap(stack, STACK_SIZE);
	errno = errnum;
	return NULL;
}

Launch *launch_start(int program, int socket, GError **error)
{
	Launch *launch = start(middle_process, program, socket, NULL);

	if (!launch)
		lack_set_error(error, errno, "cannot start a process for the sandbox");
	return launch;
}

Launch *launch_look(const char *path)
{
	if (strlen(path) < PATH_MAX)
		return start(looking_process, -1, -1, path);
	errno = ENAMETOOLONG;
	return NULL;
}

int launch_fd(const Launch *launch)
{
	return launch->pid_fd;
}

bool launch_has_ended(Launch *launch)
{
	struct pollfd ended = {.fd = launch->pid_fd, .events = POLLIN};

	if (launch->ended || poll(&ended, 1, 0) <= 0)
		return launch->ended;
	/* By its descriptor: a host that waits for every kind of child may have reaped
	 * it, and the number may be another's. */
	waitid((idtype_t)KERNEL_P_PIDFD, (id_t)launch->pid_fd, &(siginfo_t){0},
		WEXITED | WNOHANG | __WALL);
	launch->ended = true;
	return true;
}

bool launch_status(const Launch *launch, int *ret_failure, int *ret_status)
{
	*ret_failure = launch->failure;
	*ret_status = launch->status;
	return launch->failure || launch->status != STATUS_UNKNOWN;
}

void launch_kill(Launch *launch)
{
	if (!launch->ended)
		syscall(SYS_pidfd_send_signal, launch->pid_fd, SIGKILL, NULL, 0);
}

void launch_free(Launch *launch)
{
	bool ended = launch_has_ended(launch);

	close_fd(&launch->pid_fd);
	/* A middle process that has not ended needs its stack, which is there. */
	if (ended)
		munmap(launch, STACK_SIZE);
}
