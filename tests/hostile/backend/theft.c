// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Theft: secrets of the caller, of its processes and of the host.
 */
#include "tests/hostile/backend/backend.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

bool can_read(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool yes = fd >= 0 && read(fd, &byte, 1) >= 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

extern char **environ;

void secret_in_environment(void)
{
	for (char **variable = environ; *variable; variable++)
		if (strstr(*variable, bait("secret")))
			breach("secret");
	tell();
}

void shadow(void)
{
	if (can_read("/etc/shadow") || can_read("/etc/gshadow"))
		breach("shadow");
	tell();
}

void home_canary(void)
{
	if (can_read(at_home("canary")))
		breach("canary");
	if (opendir(bait("home")))
		breach("home");
	tell();
}

void cache_directory(void)
{
	if (can_read(at_home(".cache/vhost-probe/entry.json")))
		breach("cache");
	if (opendir("/var/cache"))
		breach("var-cache");
	tell();
}

/* What the caller, its victim and the warden have in /proc. */
void caller_in_proc(void)
{
	static const char *const files[] = {"environ", "mem", "maps", "cmdline", "status",
		"stat", "fd", "cwd", "root", "exe", "ns/net", "task"};
	pid_t others[] = {bait_number("caller"), bait_number("victim"), getppid(), 1};

	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
			char path[64], target[8];

			snprintf(path, sizeof path, "/proc/%d/%s", (int)others[i],
				files[f]);
			if (can_read(path) || opendir(path) ||
				readlink(path, target, sizeof target) > 0)
				breach("%s-%zu", files[f], i);
		}
	}
	tell();
}

/* Any process that is not of this run: the first ones, and those of about the same time.
 */
void processes_in_proc(void)
{
	static const char *const files[] = {"cmdline", "status", "stat", "maps", "mem",
		"environ", "cgroup", "mountinfo", "net/unix", "fd/1"};
	pid_t own = getpid(), child = fork(), last = own + 1000;

	if (child == 0) {
		pause();
		_exit(0);
	}
	for (pid_t pid = 1; pid < last; pid++) {
		if (pid == 1000 && own > 11000)
			pid = own - 10000;
		for (size_t f = 0; f < sizeof files / sizeof *files; f++) {
			char path[64];

			if (pid == own || pid == child)
				continue;
			snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, files[f]);
			if (can_read(path)) {
				breach("%s", files[f]);
				last = pid;
			}
		}
	}
	kill(child, SIGKILL);
	tell();
}

static bool file_has(const char *path, const char *text)
{
	static char content[1024 * 1024];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t n = 1;

	while (fd >= 0 && n > 0 && length < sizeof content - 1) {
		n = read(fd, content + length, sizeof content - 1 - length);
		length += n > 0 ? (size_t)n : 0;
	}
	if (fd >= 0)
		close(fd);
	content[length] = '\0';
	return strstr(content, text) != NULL;
}

/* The host's sockets, by each way to where they are listed; what a fork() sees as its own
 * may be another. */
static void look_at_network(const char *who)
{
	static const struct {
		const char *before, *after; /* the number between them, or nothing */
	} ways[] = {{"/proc/net/unix", NULL}, {"/proc/self/net/unix", NULL},
		{"/proc/thread-self/net/unix", NULL}, {"/proc/self/task/", "/net/unix"},
		{"/proc/", "/net/unix"}};
	char path[128];

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
		if (ways[i].after)
			snprintf(path, sizeof path, "%s%d%s", ways[i].before,
				(int)getpid(), ways[i].after);
		else
			snprintf(path, sizeof path, "%s", ways[i].before);
		if (file_has(path, bait("listener")))
			breach("%s-unix", who);
	}
}

void network_in_proc(void)
{
	pid_t child;

	look_at_network("net");
	child = fork();
	if (child == 0) {
		look_at_network("child");
		_exit(has_breach("child"));
	}
	if (child > 0) {
		int status;

		waitpid(child, &status, 0);
		if (status != 0)
			breach("net-of-a-child");
	}
	tell();
}

/* The host's files reveal its network. */
void settings_in_proc(void)
{
	static const char *const directories[] = {
		"ipv4/conf", "ipv4/neigh", "ipv6/conf", "ipv6/neigh"};
	char path[512];

	for (size_t i = 0; i < sizeof directories / sizeof *directories; i++) {
		snprintf(path, sizeof path, "/proc/sys/net/%s/%s", directories[i],
			bait("interface"));
		if (opendir(path))
			breach("interface");
	}
	tell();
}

void write_in_proc(void)
{
	static const char *const files[] = {"comm", "mem", "oom_score_adj", "oom_adj",
		"coredump_filter", "loginuid", "clear_refs", "attr/current", "attr/exec",
		"uid_map", "gid_map", "setgroups", "timerslack_ns", "autogroup", "sched"};

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char path[64];

		snprintf(path, sizeof path, "/proc/self/%s", files[i]);
		if (open(path, O_WRONLY | O_CLOEXEC) >= 0)
			breach("%s", files[i]);
		snprintf(path, sizeof path, "/proc/self/task/%d/%s", (int)getpid(),
			files[i]);
		if (open(path, O_WRONLY | O_CLOEXEC) >= 0)
			breach("task-%s", files[i]);
	}
	tell();
}

/* Of the caller's keys the kernel shows the descriptions to all that have its id. */
void keys_in_proc(void)
{
	static const char *const files[] = {"/proc/keys", "/proc/key-users",
		"/proc/self/../keys", "/proc/self/root/proc/keys"};
	static char text[64 * 1024];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		int fd = open(files[i], O_RDONLY);
		ssize_t n = 0, length = 0;

		while (fd >= 0 && length < (ssize_t)sizeof text - 1 &&
			(n = read(fd, text + length, sizeof text - 1 - (size_t)length)) >
				0)
			length += n;
		text[length] = '\0';
		if (length)
			breach("file-%zu", i);
		if (strstr(text, bait("key")))
			breach("key");
	}
	tell();
}

void search_keys(void)
{
	for (int keyring = -3; keyring >= -5; keyring--) /* session, user, user session */
		if (syscall(SYS_keyctl, 10, keyring, "user", bait("key"), 0) >= 0)
			breach("key");
	if (syscall(SYS_request_key, "user", bait("key"), NULL, 0) >= 0)
		breach("requested");
	tell();
}

/* What of this process a core dump would hold, which the host's service for them gets
 * whatever the limit is, if it listens at a socket. */
void memory_in_core_dumps(void)
{
	unsigned filter = 0;
	FILE *file = fopen("/proc/self/coredump_filter", "r");
	int fd;

	if (!file || fscanf(file, "%x", &filter) != 1)
		_exit(98);
	if (filter)
		breach("memory");
	fd = open("/proc/self/coredump_filter", O_WRONLY);
	if (fd >= 0 && write(fd, "33", 2) == 2)
		breach("written");
	tell();
}

void inherited_fd(void)
{
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			breach("fd-%d", fd);
	tell();
}

/* The output of any process except itself. */
void output_of_others(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;

	while (proc && (entry = readdir(proc))) {
		pid_t pid = atoi(entry->d_name);

		for (int fd = 0; pid > 0 && pid != getpid() && fd < 16; fd++) {
			char path[64];

			snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, fd);
			if (open(path, O_RDWR | O_NONBLOCK) >= 0)
				breach("fd-%d", fd);
		}
	}
	tell();
}

/* It lies in PREFIX/bin, and sees what is installed in the prefix to be run; neither data
 * that was entrusted to others, nor another vendor's prefix. */
void search_prefix(void)
{
	static const char *const hidden[] = {"share/secret", "etc/secret", "var/secret",
		"private/secret", "secret", "../other/bin/secret", "../bait"};
	char prefix[1024], path[2048];

	snprintf(prefix, sizeof prefix, "%s", own_path);
	for (int i = 0; i < 2; i++)
		*strrchr(prefix, '/') = '\0';
	snprintf(path, sizeof path, "%s/lib/secret", prefix);
	if (!can_read(path))
		breach("it-is-not-in-a-prefix");
	for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
		snprintf(path, sizeof path, "%s/%s", prefix, hidden[i]);
		if (can_read(path))
			breach("%s", hidden[i]);
	}
	/* Everybody may write there. */
	snprintf(path, sizeof path, "%s/lib/new", prefix);
	try_to_create(path, "new");
	snprintf(path, sizeof path, "%s/lib/secret", prefix);
	if (open(path, O_WRONLY | O_CLOEXEC) >= 0)
		breach("written");
	tell();
}
