// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The kernel counts for how long each thread has waited for a processor. Descendants are
 * found by the lists of children, which hold no stranger, even in the host's /proc.
 */
#include "sandbox/warden/starved.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "common/autofd.h"

/* A thread was starved if it had no processor for this part of its time. */
#define SHARE 4

#define PROCESSES_MAX 64
/* The most that are looked at: a program that runs beside others may not have more. */
#define THREADS_MAX SANDBOX_PROCESSES_ALONE

typedef struct {
	uint64_t enough_us;
	unsigned n_threads, n_starved;
	int processes[PROCESSES_MAX]; /* found; the first of them have been looked at */
	unsigned n_processes;
} Look;

/* Returns: whether there is something in the file, which ends with a NUL then. */
static bool read_text(int dir_fd, const char *path, char *text, size_t size)
{
	autofd fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);

	if (n <= 0)
		return false;
	text[n] = '\0';
	return true;
}

static void look_at_thread(Look *look, int tasks, const char *name, bool counts)
{
	char path[64], text[4096];

	snprintf(path, sizeof path, "%.16s/schedstat", name);
	if (counts && read_text(tasks, path, text, sizeof text)) {
		const char *waited = strchr(text, ' ');

		look->n_threads++;
		look->n_starved +=
			waited && strtoull(waited, NULL, 10) / 1000 > look->enough_us;
	}
	snprintf(path, sizeof path, "%.16s/children", name);
	if (!read_text(tasks, path, text, sizeof text))
		return;
	for (char *p = text, *end; look->n_processes < PROCESSES_MAX; p = end) {
		long pid = strtol(p, &end, 10);

		if (end == p)
			break;
		look->processes[look->n_processes++] = (int)pid;
	}
}

/* Nothing may be allocated where limits hold. */
static void look_at_process(Look *look, int pid, bool counts)
{
	static char entries[4096] __attribute__((aligned(8)));
	char path[64];
	autofd tasks = -1;
	long n;

	snprintf(path, sizeof path, "/proc/%d/task", pid);
	tasks = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	while (tasks >= 0 && look->n_threads < THREADS_MAX &&
		(n = syscall(SYS_getdents64, tasks, entries, sizeof entries)) > 0)
		for (long i = 0; i < n;) {
			const struct dirent64 *entry =
				(const struct dirent64 *)(entries + i);

			if (entry->d_name[0] != '.')
				look_at_thread(look, tasks, entry->d_name, counts);
			i += entry->d_reclen;
		}
}

/* Whether numbers in /proc are those that this process knows. */
static bool is_own_proc(void)
{
	char text[32] = "";
	ssize_t n = readlink("/proc/self", text, sizeof text - 1);

	return n > 0 && strtol(text, NULL, 10) == getpid();
}

/* Some of those that existed when one was refused may have ended since. A program that
 * makes processes without end waits for none of them. */
static bool lacks_a_thread(const Look *look, unsigned share)
{
	return look->n_threads >= share - share / 4 &&
	       look->n_threads >= 4 * look->n_processes;
}

Hindrance find_hindrance(uint64_t timeout_us, unsigned share)
{
	Look look = {.enough_us = timeout_us / SHARE};
	cpu_set_t processors;
	unsigned n_own = 4;

	if (!is_own_proc())
		return HINDRANCE_NONE;
	look_at_process(&look, getpid(), false);
	for (unsigned i = 0; i < look.n_processes; i++)
		look_at_process(&look, look.processes[i], true);
	if (sched_getaffinity(0, sizeof processors, &processors) == 0)
		n_own *= (unsigned)CPU_COUNT(&processors);
	/* That many would starve each other without any other program. */
	if (look.n_starved)
		return look.n_starved < n_own ? HINDRANCE_PROCESSORS : HINDRANCE_NONE;
	return lacks_a_thread(&look, share) ? HINDRANCE_THREADS : HINDRANCE_NONE;
}
