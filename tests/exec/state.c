// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend that, called without --print-capabilities, prints everything that a process
 * gets from the one that started it, one item per line: a direct call and one through
 * "vhost-probe exec" must give the same. With --read=FD as the first argument it also
 * prints what comes from that descriptor.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/keyctl.h>
#include <sys/auxv.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

/* Counts, sizes and addresses differ from run to run. */
static int is_of_this_run(const char *line)
{
	static const char *const names[] = {"Name:", "Pid:", "Ngid:", "Tgid:", "NS", "Vm",
		"Rss", "Hugetlb", "voluntary_ctxt", "nonvoluntary_ctxt", "x86_Thread",
		"SigQ:", "FDSize:"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (strncmp(line, names[i], strlen(names[i])) == 0)
			return 1;
	return 0;
}

static void show_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) >= 0)
		if (!is_of_this_run(line))
			printf("%s: %s", path, line);
	printf("%s\n", file ? "" : path);
	free(line);
	if (file)
		fclose(file);
}

static void show_link(const char *path)
{
	char target[PATH_MAX] = "";

	if (readlink(path, target, sizeof target - 1) < 0)
		snprintf(target, sizeof target, "%s", strerror(errno));
	printf("%s: %s\n", path, target);
}

/* Each with its flags, position and what it is. */
static void show_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	char path[64];

	while (dir && (entry = readdir(dir))) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		printf("fd %d: flags %x %x, at %jd\n", fd, (unsigned)fcntl(fd, F_GETFD),
			(unsigned)fcntl(fd, F_GETFL), (intmax_t)lseek(fd, 0, SEEK_CUR));
		snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
		show_link(path);
	}
	if (dir)
		closedir(dir);
}

static void show_signals(void)
{
	sigset_t blocked, pending;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	sigpending(&pending);
	for (int i = 1; i < NSIG; i++) {
		struct sigaction action = {0};

		if (sigaction(i, NULL, &action) == 0)
			printf("signal %d: %s%s%s\n", i,
				action.sa_handler == SIG_IGN   ? "ignored"
				: action.sa_handler == SIG_DFL ? "default"
							       : "handled",
				sigismember(&blocked, i) ? ", blocked" : "",
				sigismember(&pending, i) ? ", pending" : "");
	}
}

/* Without reaping: a child that is there may have ended or not. */
static void show_children(void)
{
	siginfo_t info = {0};

	if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0)
		printf("children: %s\n", strerror(errno));
	else
		printf("children: %s\n", info.si_pid ? "one has ended" : "some");
}

static void show_process(void)
{
	struct itimerval timer;
	struct sched_param parameter;
	char cwd[PATH_MAX];

	printf("pid %d, parent %d, group %d, session %d\n", getpid(), getppid(),
		getpgrp(), getsid(0));
	printf("cwd %s\n", getcwd(cwd, sizeof cwd) ? cwd : strerror(errno));
	printf("foreground %d\n", tcgetpgrp(0));
	printf("nice %d, policy %d", getpriority(PRIO_PROCESS, 0), sched_getscheduler(0));
	sched_getparam(0, &parameter);
	printf(" %d, io %ld\n", parameter.sched_priority, syscall(SYS_ioprio_get, 1, 0));
	for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
		getitimer(which, &timer);
		printf("timer %d: %s\n", which, timer.it_value.tv_sec ? "set" : "unset");
	}
	printf("personality %x\n", (unsigned)personality(0xffffffff));
	printf("dumpable %d, secure %lu, securebits %d, death signal %d, subreaper %d\n",
		prctl(PR_GET_DUMPABLE), getauxval(AT_SECURE), prctl(PR_GET_SECUREBITS), ({
			int s = 0;
			prctl(PR_GET_PDEATHSIG, &s);
			s;
		}),
		({
			int s = 0;
			prctl(PR_GET_CHILD_SUBREAPER, &s);
			s;
		}));
	printf("keyring %ld\n",
		syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0));
}

int main(int argc, char **argv)
{
	static const char *const files[] = {"status", "limits", "oom_score_adj",
		"coredump_filter", "timerslack_ns", "cgroup", "loginuid", "comm"};
	static const char *const links[] = {"ns/cgroup", "ns/ipc", "ns/mnt", "ns/net",
		"ns/pid", "ns/pid_for_children", "ns/time", "ns/user", "ns/uts", "cwd",
		"root", "exe"};
	char path[64], text[256];
	ssize_t length;
	int fd;

	if (argc == 2 && strcmp(argv[1], "--print-capabilities") == 0) {
		puts("{\"type\": \"sample\", \"features\": [\"a\"]}");
		return 0;
	}
	for (int i = 0; i < argc; i++)
		printf("argv %d: %s\n", i, argv[i]);
	for (char **variable = environ; *variable; variable++)
		printf("environment: %s\n", *variable);
	if (argc > 1 && sscanf(argv[1], "--read=%d", &fd) == 1) {
		length = read(fd, text, sizeof text);
		printf("read: %.*s\n", (int)length, text);
	}
	show_process();
	show_children();
	show_signals();
	show_descriptors();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "/proc/self/%s", files[i]);
		show_file(path);
	}
	for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
		snprintf(path, sizeof path, "/proc/self/%s", links[i]);
		show_link(path);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
