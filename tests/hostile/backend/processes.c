// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Harm to processes: taking memory, descriptors and processors, signals, tracing, limits.
 */
#include "tests/hostile/backend/backend.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

/* ---- memory ---- */

void fill_memory(void)
{
	int n = 0;

	/* Not one page of it is touched: there may be that much. */
	while (n < 200 &&
		mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0) != MAP_FAILED)
		n++;
	if (n >= 128)
		breach("memory-%d-MiB", n * 64);
	if (mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0) != MAP_FAILED)
		breach("grows-down");
	tell();
}

void fill_memfd(void)
{
	const off_t end = 9LL << 30;
	int fd = memfd_create("hostile", 0);

	signal(SIGXFSZ, SIG_IGN);
	/* One page at the end of each: the pages before do not matter. */
	if (fd >= 0 && pwrite(fd, "x", 1, end) == 1)
		breach("pwrite");
	if (fd >= 0 && ftruncate(fd, end) == 0)
		breach("ftruncate");
	if (fd >= 0 && fallocate(fd, 0, end, 1) == 0)
		breach("fallocate");
	tell();
}

/* Pipes hold 64 KiB each, and a thousand descriptors the kernel's tables. */
void fill_descriptors(void)
{
	int n = 0;

	while (n < 1024 && dup(0) >= 0)
		n++;
	if (n >= 256)
		breach("descriptors-%d", n);
	for (int fd = 3; fd < 1100; fd++)
		close(fd);
	tell();
}

/* All pipes of a user share one budget; a program that uses it up leaves the others one
 * page each. */
void enlarge_pipes(void)
{
	int ends[2];

	if (fcntl(STDOUT_FILENO, F_SETPIPE_SZ, 1 << 20) > 0)
		breach("stdout");
	if (pipe(ends) == 0 && fcntl(ends[1], F_SETPIPE_SZ, 1 << 20) > 0)
		breach("pipe");
	if (fcntl(ends[1], F_GETPIPE_SZ) > 1 << 16)
		breach("size");
	tell();
}

/* ---- processes ---- */

void kill_everybody(void)
{
	kill(-1, SIGKILL);
	kill(-1, SIGSTOP);
	tell();
}

void kill_warden(void)
{
	pid_t warden = getppid();

	for (int number = 1; number < NSIG; number++) {
		kill(warden, number);
		syscall(SYS_tgkill, warden, warden, number);
		sigqueue(warden, number, (union sigval){0});
	}
	/* A warden that is still there has blocked, ignored or not got them. */
	usleep(50 * 1000);
	if (getppid() != warden)
		breach("warden");
	tell();
}

void signal_others(void)
{
	if (kill(bait_number("caller"), 0) == 0)
		breach("caller");
	if (kill(bait_number("victim"), 0) == 0)
		breach("victim");
	if (syscall(SYS_tkill, bait_number("victim"), 0) == 0)
		breach("tkill");
	for (int pid = 2; pid < 400; pid++)
		if (pid != getpid() && kill(pid, 0) == 0)
			breach("pid-%d", pid);
	tell();
}

void signal_by_pidfd(void)
{
	int fd = (int)syscall(SYS_pidfd_open, bait_number("victim"), 0);

	if (fd >= 0 && syscall(SYS_pidfd_send_signal, fd, 0, NULL, 0) == 0)
		breach("victim");
	if (fd >= 0 && syscall(SYS_pidfd_getfd, fd, 0, 0) >= 0)
		breach("getfd");
	fd = (int)syscall(SYS_pidfd_open, getppid(), 0);
	if (fd >= 0 && syscall(SYS_pidfd_getfd, fd, 3, 0) >= 0)
		breach("control-socket");
	tell();
}

/* A descriptor's owner gets a signal when there is something to read. */
void signal_by_owner(void)
{
	int ends[2];

	if (pipe(ends) == 0) {
		fcntl(ends[0], F_SETOWN, getppid());
		fcntl(ends[0], F_SETSIG, SIGKILL);
		fcntl(ends[0], F_SETFL, O_ASYNC | O_NONBLOCK);
		say_bytes(ends[1], "x", 1);
	}
	tell();
}

void trace_others(void)
{
	pid_t others[] = {bait_number("caller"), bait_number("victim"), getppid()};
	char byte;

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		struct iovec here = {&byte, 1}, there = {(void *)environ, 1};

		if (ptrace(PTRACE_SEIZE, others[i], NULL, NULL) == 0)
			breach("ptrace-%zu", i);
		if (process_vm_readv(others[i], &here, 1, &there, 1, 0) > 0 ||
			process_vm_writev(others[i], &here, 1, &there, 1, 0) > 0)
			breach("memory-%zu", i);
		if (syscall(SYS_kcmp, getpid(), others[i], 0, 1, 1) >= 0)
			breach("kcmp-%zu", i);
	}
	tell();
}

void starve_the_warden(void)
{
	pid_t warden = getppid();
	struct rlimit limit = {0, 0}, now;
	struct sched_param idle = {0};
	cpu_set_t before, cpus, after;

	/* A call that claims to succeed has done nothing: the warden has not changed. */
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_getaffinity(warden, sizeof before, &before);
	sched_setaffinity(warden, sizeof cpus, &cpus);
	if (sched_getaffinity(warden, sizeof after, &after) == 0 &&
		!CPU_EQUAL(&before, &after))
		breach("affinity");
	prlimit(warden, RLIMIT_NOFILE, &limit, NULL);
	if (prlimit(warden, RLIMIT_NOFILE, &limit, &now) == 0 ||
		(prlimit(warden, RLIMIT_NOFILE, NULL, &now) == 0 && now.rlim_max == 0))
		breach("prlimit");
	sched_setscheduler(warden, SCHED_IDLE, &idle);
	if (sched_getscheduler(warden) == SCHED_IDLE)
		breach("scheduler");
	setpriority(PRIO_PROCESS, (id_t)warden, 19);
	setpriority(PRIO_USER, 0, 19);
	setpriority(PRIO_PGRP, 0, 19);
	if (getpriority(PRIO_PROCESS, (id_t)warden) == 19 ||
		getpriority(PRIO_PROCESS, 0) == 19)
		breach("priority");
	syscall(SYS_ioprio_set, 1, warden, 3 << 13);
	syscall(SYS_ioprio_set, 3, getuid(), 3 << 13);
	if (syscall(SYS_ioprio_get, 1, warden) == 3 << 13)
		breach("ioprio");
	tell();
}

/*
 * Waiters at a word in a file that can be read, the caller's say, to another word. The
 * kernel knows them by the file and not by who has mapped it.
 */
void move_waiters(void)
{
	static const struct {
		const char *name;
		int operation;
	} operations[] = {{"requeue", FUTEX_REQUEUE}, {"cmp-requeue", FUTEX_CMP_REQUEUE},
		{"cmp-requeue-pi", FUTEX_CMP_REQUEUE_PI}, {"wake-op", FUTEX_WAKE_OP}};
	static uint32_t elsewhere[1024] __attribute__((aligned(4096)));
	char path[4096];
	uint32_t *word;

	snprintf(path, sizeof path, "%.*s/bait", (int)(strrchr(own_path, '/') - own_path),
		own_path);
	word = mmap(NULL, 4096, PROT_READ, MAP_SHARED, open(path, O_RDONLY), 0);
	if (word == MAP_FAILED)
		_exit(98);
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		for (int clock = 0; clock <= FUTEX_CLOCK_REALTIME;
			clock += FUTEX_CLOCK_REALTIME)
			if (syscall(SYS_futex, word, operations[i].operation | clock, 1,
				    1000, elsewhere, *word) >= 0)
				breach("%s", operations[i].name);
	{
		/* struct futex_waitv: value, address, flags (32 bits wide, shared) */
		uint64_t waiters[2][3] = {
			{*word, (uintptr_t)word, 2}, {0, (uintptr_t)elsewhere, 2}};

		if (syscall(456, waiters, 0, 1, 1000) >= 0)
			breach("futex-requeue");
	}
	/* What threads need is there. */
	if (syscall(SYS_futex, elsewhere, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1000,
		    elsewhere + 1, 0) < 0)
		breach("no-private-requeue");
	tell();
}

/* On a core of two processors none but those of the same cookie run beside it. */
void idle_the_neighbour(void)
{
	for (int scope = 0; scope <= 2; scope++)
		if (prctl(62, 1, 0, scope, 0) == 0 || errno != EPERM)
			breach("core-%d", scope);
	if (prctl(62, 2, getppid(), 0, 0) == 0)
		breach("warden");
	tell();
}

void raise_limits(void)
{
	static const int resources[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC,
		RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_MEMLOCK,
		RLIMIT_RTPRIO};
	struct sched_param realtime = {.sched_priority = 1};
	int before_death = 0, after_death = 0;

	for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
		struct rlimit limit, before;

		getrlimit(resources[i], &limit);
		if (limit.rlim_max == RLIM_INFINITY) {
			breach("unlimited-%d", resources[i]);
			continue;
		}
		before = limit;
		limit.rlim_max++;
		setrlimit(resources[i], &limit);
		getrlimit(resources[i], &limit);
		if (limit.rlim_max != before.rlim_max)
			breach("limit-%d", resources[i]);
	}
	if (sched_setscheduler(0, SCHED_FIFO, &realtime) == 0)
		breach("realtime");
	if (setpriority(PRIO_PROCESS, 0, -1) == 0)
		breach("priority");
	/* Where it is needed it stays. */
	prctl(PR_GET_PDEATHSIG, &before_death);
	prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
	prctl(PR_GET_PDEATHSIG, &after_death);
	if (before_death && after_death != before_death)
		breach("pdeathsig");
	tell();
}

void setuid_helper(void)
{
	char path[4096];
	int status = 0;
	pid_t pid;

	snprintf(path, sizeof path, "%.*s/setuid",
		(int)(strrchr(own_path, '/') - own_path), own_path);
	pid = fork();
	if (pid == 0) {
		execl(path, path, NULL);
		_exit(7);
	}
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		breach("setuid-%d", status);
	if (setuid(0) == 0 || setresuid(0, 0, 0) == 0 || setgid(0) == 0)
		breach("setuid-0");
	tell();
}

/* Started by the one above, setuid. */
void setuid_program(void)
{
	_exit(geteuid() != getuid() || getegid() != getgid() ? 42 : 0);
}

/* A process that waits for a traced one waits for its tracer as well. */
void traced_by_its_child(void)
{
	pid_t parent = getpid();
	int answer[2];
	char traced = 'n';

	if (pipe(answer) == 0 && fork() == 0) {
		traced = ptrace(PTRACE_SEIZE, parent, 0, 0) == 0 ? 'y' : 'n';
		close(STDOUT_FILENO);
		if (write(answer[1], &traced, 1) == 1 && traced == 'y')
			sleep(60);
		_exit(0);
	}
	if (read(answer[0], &traced, 1) == 1 && traced == 'y')
		breach("traced");
	tell();
}

/* They are counted for the caller's id, outside as well. */
void queue_signals(void)
{
	sigset_t all;
	int n = 0;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	while (n < 5000 && sigqueue(getpid(), SIGRTMIN + 1, (union sigval){0}) == 0)
		n++;
	if (n > 1024)
		breach("signals");
	tell();
}

void gain_priority(void)
{
	struct rlimit limit;

	if (sched_setscheduler(
		    0, SCHED_FIFO, &(struct sched_param){.sched_priority = 1}) == 0)
		breach("real-time");
	if (getrlimit(RLIMIT_RTPRIO, &limit) < 0 || limit.rlim_max)
		breach("rtprio");
	if (getrlimit(RLIMIT_NICE, &limit) < 0 || limit.rlim_max)
		breach("nice");
	tell();
}
