// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Resource limits. Soft and hard are lowered together, so that nothing inside can raise
 * them; a hard limit that is lower already stays.
 */
#include "sandbox/warden/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <linux/ioprio.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "sandbox/base/inherited.h"
#include "sandbox/base/limits.h"

static const struct {
	int resource;
	rlim_t value;
} limits[] = {
	{RLIMIT_AS, SANDBOX_LIMIT_AS},
	{RLIMIT_DATA, SANDBOX_LIMIT_DATA},
	{RLIMIT_FSIZE, SANDBOX_LIMIT_FSIZE},
	{RLIMIT_NOFILE, SANDBOX_LIMIT_NOFILE},
	{RLIMIT_STACK, SANDBOX_LIMIT_STACK},
	{RLIMIT_CORE, 1}, /* at 1, unlike at 0, the kernel starts no core helper either */
	{RLIMIT_MEMLOCK, 0},
	{RLIMIT_MSGQUEUE, 0},
	{RLIMIT_SIGPENDING, 1024}, /* counted for the caller's id, with those outside */
	{RLIMIT_RTPRIO, 0},
	{RLIMIT_NICE, 0},
};

/* Processes of others that are counted for the same id. */
#define PROCESSES_MAX 65536

static int lower(int resource, rlim_t soft, rlim_t hard)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return errno;
	if (limit.rlim_max > hard)
		limit.rlim_max = hard;
	limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
	return setrlimit(resource, &limit) < 0 ? errno : 0;
}

/* Raises a limit as far as possible: to @least, or to what the caller has left. */
static void raise_limit(int resource, rlim_t least)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0)
		return;
	if (limit.rlim_max < least) {
		const struct rlimit enough = {least, least};

		/* Root of the host may. */
		if (setrlimit(resource, &enough) == 0)
			return;
	}
	limit.rlim_cur = limit.rlim_max;
	setrlimit(resource, &limit);
}

void limits_reset(void)
{
	static const struct sched_param ordinary;

	for (unsigned i = 0; i < sandbox_n_inherited; i++)
		if (sandbox_inherited[i].name)
			raise_limit(sandbox_inherited[i].resource,
				sandbox_inherited[i].least);
	/* A caller with real-time priority must not pass it on; where it has none, no
	 * matter. */
	sched_setscheduler(0, SCHED_OTHER, &ordinary);
	setpriority(PRIO_PROCESS, 0, 0);
	syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, 0);
	prctl(PR_SET_TIMERSLACK, 50000, 0, 0, 0);
	prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
	/* Another machine's name, and another layout of memory. */
	personality(PER_LINUX);
}

/* What an unlimited one of these does to programs: the C library and sanitizers lay out
 * memory in another way, or start the program anew; and many close all descriptors that
 * there could be. They may raise them again. */
static const struct {
	int resource;
	rlim_t soft;
} usual[] = {
	{RLIMIT_STACK, SANDBOX_LIMIT_STACK},
	{RLIMIT_NOFILE, 1024},
};

void limits_apply_usual(void)
{
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		lower(usual[i].resource, usual[i].soft, RLIM_INFINITY);
}

int limits_apply(void)
{
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		int r = lower(limits[i].resource, limits[i].value, limits[i].value);

		if (r)
			return r;
	}
	return 0;
}

static int exit_at_once(void *nothing)
{
	_exit(0);
}

/* Starts a process that ends at once, as if the limit was @most. Returns: 0, EAGAIN where
 * the limit refuses it, or another errno value. */
static int try_to_start(rlim_t most)
{
	static char stack[16 * 1024] __attribute__((aligned(16)));
	struct rlimit before, soft;
	pid_t pid;
	int r;

	if (getrlimit(RLIMIT_NPROC, &before) < 0)
		return errno;
	soft = before;
	if (soft.rlim_max > most)
		soft.rlim_cur = most;
	if (setrlimit(RLIMIT_NPROC, &soft) < 0)
		return errno;
	pid = clone(exit_at_once, stack + sizeof stack, CLONE_VM | CLONE_VFORK, NULL);
	r = pid < 0 ? errno : 0;
	if (pid > 0)
		waitpid(pid, NULL, __WALL);
	return setrlimit(RLIMIT_NPROC, &before) < 0 && !r ? errno : r;
}

/* Those outside that count too; RLIM_INFINITY: there is no limit. */
static rlim_t others = RLIM_INFINITY;

/* They do, and so do those of the call's other rooms. */
static bool shared;

int limits_apply_processes(bool counted_alone)
{
	struct rlimit before;
	int r = EAGAIN;

	if (getrlimit(RLIMIT_NPROC, &before) < 0)
		return errno;
	others = 0;
	shared = !counted_alone;
	/* Only the limit itself shows how many there are, by where it refuses. */
	while (!counted_alone && others < PROCESSES_MAX && others < before.rlim_max &&
		(r = try_to_start(others + 1)) == EAGAIN)
		others += SANDBOX_PROCESSES;
	if (r && r != EAGAIN)
		return r;
	/* Something else refuses: pids.max. */
	if (r && others >= PROCESSES_MAX)
		return r;
	return lower(RLIMIT_NPROC, others + SANDBOX_PROCESSES_ALONE,
		others + SANDBOX_PROCESSES_ALONE);
}

static bool is_at_most(int resource, rlim_t value)
{
	struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};

	getrlimit(resource, &limit);
	return limit.rlim_cur <= value && limit.rlim_max <= value;
}

int limits_canary(bool binds_processes)
{
	int r;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (!is_at_most(limits[i].resource, limits[i].value))
			return EPERM;
	if (!is_at_most(RLIMIT_NPROC, PROCESSES_MAX + SANDBOX_PROCESSES_ALONE))
		return EPERM;
	if (!binds_processes)
		return 0;
	r = try_to_start(0);
	return r == EAGAIN ? 0 : r ? r : EPERM;
}

unsigned limits_share(unsigned processes, unsigned processes_shared)
{
	if (others == RLIM_INFINITY)
		return UINT_MAX;
	return shared ? processes_shared : processes;
}

int limits_apply_to_run(unsigned seconds, unsigned processes, unsigned processes_shared)
{
	rlim_t most = others + limits_share(processes, processes_shared);
	int r = lower(RLIMIT_CPU, seconds, seconds + 1);

	if (r || others == RLIM_INFINITY)
		return r;
	return lower(RLIMIT_NPROC, most, most);
}

void limits_spare_host(void)
{
	static const struct {
		const char *file, *text;
	} settings[] = {
		{"/proc/self/oom_score_adj", "1000"},
		/* A service that takes core dumps by a socket (Linux 6.16) is called
		 * whatever the limit says. It then gets only registers. */
		{"/proc/self/coredump_filter", "0"},
	};

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		autofd fd = open(settings[i].file, O_WRONLY | O_CLOEXEC);

		if (fd >= 0)
			(void)!write(fd, settings[i].text, strlen(settings[i].text));
	}
}
