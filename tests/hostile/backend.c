// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Hostile backends, one function a behaviour, chosen by the name the program is called
 * by.
 *
 * Those that attack print which of their attempts succeeded as features, behind "tried",
 * which says that they came that far. What there is to be attacked they read from a file
 * "bait" beside the program. Everything here is bounded by itself too, in case that the
 * sandbox under test does not bound it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <utime.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include "tests/pass-fds.h"

#define CAPABILITIES "{\"type\": \"hostile\", \"features\": [\"tried\"]}\n"
#define OUTPUT_MAX   65536 /* what is accepted on stdout */

static const char *own_path;

/* ---- saying ---- */

static void say_bytes(int fd, const void *bytes, size_t length)
{
	const char *p = bytes;

	while (length) {
		ssize_t n = write(fd, p, length);

		if (n < 0)
			_exit(1);
		p += n;
		length -= (size_t)n;
	}
}

static void say(const char *text)
{
	say_bytes(1, text, strlen(text));
}

static char features[16 * 1024] = "\"tried\"";

/* Notes that an attempt succeeded which must not. */
static void breach(const char *format, ...)
{
	size_t length = strlen(features);
	va_list arguments;

	length += (size_t)snprintf(features + length, sizeof features - length, ", \"");
	va_start(arguments, format);
	length += (size_t)vsnprintf(
		features + length, sizeof features - length, format, arguments);
	va_end(arguments);
	snprintf(features + length, sizeof features - length, "\"");
}

static void tell(void)
{
	say("{\"type\": \"hostile\", \"features\": [");
	say(features);
	say("]}\n");
}

/* ---- bait ---- */

static char bait_text[4096];

static const char *bait(const char *key)
{
	static char values[8][512];
	static int turn;
	char *value = values[turn++ % 8];
	char path[4096];
	size_t length = strlen(key);
	FILE *file;

	snprintf(path, sizeof path, "%.*s/bait", (int)(strrchr(own_path, '/') - own_path),
		own_path);
	if (!*bait_text && (file = fopen(path, "re"))) {
		size_t n = fread(bait_text, 1, sizeof bait_text - 1, file);

		bait_text[n] = '\0';
		fclose(file);
	}
	for (char *line = bait_text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == '=') {
			line += length + 1;
			snprintf(value, sizeof values[0], "%.*s",
				(int)strcspn(line, "\n"), line);
			return value;
		}
	}
	say_bytes(2, "no bait\n", 8);
	_exit(99);
}

static int bait_number(const char *key)
{
	return atoi(bait(key));
}

/* A path below the caller's home. */
static const char *at_home(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof path, "%s/%s", bait("home"), name);
	return path;
}

/* ---- output ---- */

static void one_byte_writes(void)
{
	for (const char *p = CAPABILITIES; *p; p++)
		say_bytes(1, p, 1);
}

static void valid_then_exit_1(void)
{
	say(CAPABILITIES);
	_exit(1);
}

static void empty(void)
{
}

static void truncated(void)
{
	say_bytes(1, CAPABILITIES, sizeof CAPABILITIES - 6);
}

static void trailing_text(void)
{
	say(CAPABILITIES "and more\n");
}

static void two_documents(void)
{
	say(CAPABILITIES CAPABILITIES);
}

static void nul_byte(void)
{
	say_bytes(1, CAPABILITIES, sizeof CAPABILITIES); /* the string's own */
}

static void nul_in_string(void)
{
	say("{\"type\": \"hostile\\u0000x\"}\n");
}

static void bad_utf8(void)
{
	say("{\"type\": \"hostile\", \"features\": [\"\xff\xfe\"]}\n");
}

static void byte_order_mark(void)
{
	say("\xef\xbb\xbf" CAPABILITIES);
}

static void deep(void)
{
	say("{\"type\": \"hostile\", \"x\": ");
	for (int i = 0; i < 10000; i++)
		say("[");
	for (int i = 0; i < 10000; i++)
		say("]");
	say("}\n");
}

static void duplicate_keys(void)
{
	say("{\"type\": \"other\", \"type\": \"hostile\"}\n");
}

static void huge_numbers(void)
{
	say("{\"type\": \"hostile\", \"features\": [\"tried\"], \"a\": 1e99999, \"b\": "
	    "99999999999999999999999999999999999999, \"c\": "
	    "-0.00000000000000000001e-9}\n");
}

static void repeated_features(void)
{
	say("{\"type\": \"hostile\", \"features\": [");
	for (int i = 0; i < 1000; i++)
		say("\"tried\", ");
	say("\"tried\"]}\n");
}

static void array_root(void)
{
	say("[" CAPABILITIES "]");
}

static void no_type(void)
{
	say("{\"features\": [\"tried\"]}\n");
}

static void type_is_a_number(void)
{
	say("{\"type\": 5, \"features\": [\"tried\"]}\n");
}

static void other_type(void)
{
	say("{\"type\": \"gpu\", \"features\": [\"tried\"]}\n");
}

static void flood(int fd)
{
	static char bytes[4096];

	memset(bytes, '\33', sizeof bytes);
	for (int i = 0; i < 64 * 1024; i++) /* 256 MiB */
		say_bytes(fd, bytes, sizeof bytes);
}

static void stdout_flood(void)
{
	flood(1);
}

static void stderr_flood(void)
{
	char bytes[1024];

	memset(bytes, 'x', sizeof bytes);
	for (int i = 0; i < 4096; i++)
		say_bytes(2, bytes, sizeof bytes);
	say(CAPABILITIES);
}

static void json_on_stderr(void)
{
	say_bytes(2, CAPABILITIES, sizeof CAPABILITIES - 1);
}

static void padded(size_t length)
{
	say(CAPABILITIES);
	for (length -= sizeof CAPABILITIES - 1; length; length--)
		say(" ");
}

static void exactly_the_limit(void)
{
	padded(OUTPUT_MAX);
}

static void one_more_than_the_limit(void)
{
	padded(OUTPUT_MAX + 1);
}

static void terminal_escapes(void)
{
	static const char error[] = "\33]0;title\7\33[31m\r\nline\xc2\x9b"
				    "31m\n";

	say_bytes(2, error, sizeof error - 1);
	say("{\"type\": \"hostile\", \"features\": [\"\\u001b]0;title\\u0007\", "
	    "\"a\\nb\", "
	    "\"\\u009b31m\", \"\\u202e\"]}\n");
}

/* ---- time ---- */

static void sleep_for_ever(void)
{
	sleep(60);
}

static void valid_then_hang(void)
{
	say(CAPABILITIES);
	sleep(60);
}

static void one_byte_a_second(void)
{
	for (const char *p = CAPABILITIES; *p; p++) {
		say_bytes(1, p, 1);
		sleep(1);
	}
}

static void ignore_sigterm(void)
{
	for (int number = 1; number < NSIG; number++)
		signal(number, SIG_IGN);
	for (int i = 0; i < 60; i++)
		sleep(1);
}

static void busy_loop(void)
{
	alarm(20);
	for (;;)
		;
}

static void stop_itself(void)
{
	kill(getpid(), SIGSTOP);
	sleep(60);
}

static void close_all_and_hang(void)
{
	close(0);
	close(1);
	close(2);
	sleep(60);
}

static void read_stdin(void)
{
	char byte;

	if (read(0, &byte, 1) != 0)
		breach("stdin");
	tell();
}

/* ---- death ---- */

static void die_by_abort(void)
{
	abort();
}

static void die_by_segv(void)
{
	*(volatile int *)(uintptr_t)own_path[0] = 0;
}

static void kill_itself(void)
{
	say(CAPABILITIES);
	kill(getpid(), SIGKILL);
}

static void exit_255(void)
{
	_exit(255);
}

/* ---- survivors ---- */

static void daemon_holds_the_pipe(void)
{
	if (fork() == 0) {
		sleep(60);
		_exit(0);
	}
	say(CAPABILITIES);
}

static void daemon_in_its_own_session(void)
{
	if (fork() == 0) {
		setsid();
		for (int number = 1; number < NSIG; number++)
			signal(number, SIG_IGN);
		if (fork() == 0) {
			setsid();
			prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0);
			for (int i = 0; i < 60; i++)
				sleep(1);
		}
		_exit(0);
	}
	usleep(50 * 1000);
	say(CAPABILITIES);
}

/* At most 1,024 processes at a time, for at most 10 s. */
static void bomb(void)
{
	signal(SIGCHLD, SIG_IGN);
	alarm(10);
	for (int generation = 0; generation < 10; generation++)
		if (fork() == 0)
			alarm(10);
	for (;;)
		if (fork() == 0)
			_exit(0);
}

static void fork_bomb(void)
{
	bomb();
}

static void fork_bomb_left_behind(void)
{
	if (fork() == 0)
		bomb();
	usleep(100 * 1000);
	say(CAPABILITIES);
}

static void *wait_a_minute(void *nothing)
{
	sleep(60);
	return nothing;
}

static void thread_storm(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	int n = 0;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, 64 * 1024);
	while (n < 4096 && pthread_create(&thread, &attributes, wait_a_minute, NULL) == 0)
		n++;
	/* 256 where they are counted with others', and those are found in steps. */
	if (n >= 400)
		breach("threads-%d", n);
	tell();
	_exit(0);
}

static void late_writer(void)
{
	say(CAPABILITIES);
	/* Who is left gets 50 ms to end. */
	if (fork() == 0) {
		usleep(200 * 1000);
		say("too late\n");
		sleep(60);
	}
}

/* ---- theft ---- */

static bool can_read(const char *path)
{
	char byte;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool yes = fd >= 0 && read(fd, &byte, 1) >= 0;

	if (fd >= 0)
		close(fd);
	return yes;
}

extern char **environ;

static void secret_in_environment(void)
{
	for (char **variable = environ; *variable; variable++)
		if (strstr(*variable, bait("secret")))
			breach("secret");
	tell();
}

static void shadow(void)
{
	if (can_read("/etc/shadow") || can_read("/etc/gshadow"))
		breach("shadow");
	tell();
}

static void home_canary(void)
{
	if (can_read(at_home("canary")))
		breach("canary");
	if (opendir(bait("home")))
		breach("home");
	tell();
}

static void cache_directory(void)
{
	if (can_read(at_home(".cache/vhost-probe/entry.json")))
		breach("cache");
	if (opendir("/var/cache"))
		breach("var-cache");
	tell();
}

/* What the caller, its victim and the warden have in /proc. */
static void caller_in_proc(void)
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
static void processes_in_proc(void)
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

static void network_in_proc(void)
{
	pid_t child;

	look_at_network("net");
	child = fork();
	if (child == 0) {
		look_at_network("child");
		_exit(strstr(features, "child") != NULL);
	}
	if (child > 0) {
		int status;

		waitpid(child, &status, 0);
		if (status != 0)
			breach("net-of-a-child");
	}
	tell();
}

static void write_in_proc(void)
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
static void keys_in_proc(void)
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

static void search_keys(void)
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
static void memory_in_core_dumps(void)
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

static void inherited_fd(void)
{
	for (int fd = 3; fd < 256; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			breach("fd-%d", fd);
	tell();
}

/* Any process' output but one's own. */
static void output_of_others(void)
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

/* ---- harm: files ---- */

static bool is_same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* There is one of its own where it is called home. */
static bool has_tmp(void)
{
	const char *home = getenv("HOME");

	return home && strcmp(home, "/tmp") == 0;
}

static void try_to_create(const char *path, const char *name)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0600);

	if (fd >= 0) {
		breach("%s", name);
		unlink(path);
	}
}

static void write_files(void)
{
	static const char *const directories[] = {"/tmp", "/dev/shm", "/var/tmp", "/run",
		"/run/lock", "/var/lock", "/dev/mqueue", "/", "/usr", "/etc",
		"/proc/self", "/dev", "/mnt"};
	char path[1024];

	try_to_create(at_home("hostile-file"), "home");
	for (size_t i = has_tmp() ? 2 : 0; i < sizeof directories / sizeof *directories;
		i++) {
		snprintf(path, sizeof path, "%s/hostile-file-%d", directories[i],
			bait_number("caller"));
		try_to_create(path, directories[i]);
		if (open(directories[i], O_TMPFILE | O_RDWR, 0600) >= 0)
			breach("tmpfile %s", directories[i]);
	}
	/* The program itself and what is beside it. */
	if (open(own_path, O_WRONLY) >= 0 || truncate(own_path, 0) == 0 ||
		unlink(own_path) == 0)
		breach("own-program");
	snprintf(path, sizeof path, "%s-new", own_path);
	try_to_create(path, "beside");
	snprintf(path, sizeof path, "%.*s/bait", (int)(strrchr(own_path, '/') - own_path),
		own_path);
	if (open(path, O_WRONLY) >= 0)
		breach("sibling");
	tell();
}

/* Beside the program, for everybody, with somebody outside who reads. */
static void write_to_fifos(void)
{
	static const char *const names[] = {"pipe", "sub/pipe"};
	static const int flags[] = {O_WRONLY, O_RDWR};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
			char path[1024];
			int fd;

			snprintf(path, sizeof path, "%.*s/%s",
				(int)(strrchr(own_path, '/') - own_path), own_path,
				names[i]);
			fd = open(path, flags[f] | O_NONBLOCK | O_CLOEXEC);
			if (fd >= 0 && write(fd, "hostile\n", 8) == 8)
				breach("%s", names[i]);
		}
	}
	tell();
}

/* What needs no file to be opened for writing. */
static void change_files(void)
{
	const char *file = at_home("file");
	char other[1100];
	struct timespec times[2] = {{1, 0}, {1, 0}};
	struct stat before, after, file_before = {0}, file_after = {0};
	int fd = open(own_path, O_RDONLY);

	snprintf(other, sizeof other, "%s-other", file);
	/* What is said to be done is not. */
	stat(file, &file_before);
	if (fstat(fd, &before) < 0)
		_exit(1);
	chmod(file, 0644);
	syscall(SYS_fchmodat, AT_FDCWD, own_path, 0700);
	fchmod(fd, 0700);
	syscall(452, AT_FDCWD, own_path, 0700, 0); /* fchmodat2 */
	utimensat(AT_FDCWD, file, times, 0);
	utime(file, NULL);
	futimens(fd, times);
	stat(file, &file_after);
	fstat(fd, &after);
	if (file_after.st_mode != file_before.st_mode)
		breach("chmod");
	if (after.st_mode != before.st_mode)
		breach("chmod-own");
	if (file_after.st_mtime != file_before.st_mtime ||
		after.st_mtime != before.st_mtime ||
		after.st_ctim.tv_sec != before.st_ctim.tv_sec ||
		after.st_ctim.tv_nsec != before.st_ctim.tv_nsec)
		breach("utimes");
	if (chown(file, getuid(), getgid()) == 0 || fchown(fd, getuid(), getgid()) == 0)
		breach("chown");
	if (setxattr(file, "user.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "user.hostile", "x", 1, 0) == 0)
		breach("xattr");
	if (truncate(file, 0) == 0)
		breach("truncate");
	if (rename(file, other) == 0)
		breach("rename");
	if (link(file, other) == 0)
		breach("link");
	if (symlink("x", other) == 0)
		breach("symlink");
	if (mkdir(other, 0700) == 0)
		breach("mkdir");
	if (mkfifo(other, 0600) == 0)
		breach("mkfifo");
	if (unlink(file) == 0)
		breach("unlink");
	if (ioctl(fd, _IOW('f', 2, long), &(long){0}) == 0) /* FS_IOC_SETFLAGS */
		breach("flags");
	tell();
}

/* Tries to change @path without changing it: its change time would tell. */
static void try_attributes(const char *path, const char *name)
{
	struct stat before, after;
	struct timespec times[2];
	char by_descriptor[64];
	int fd, found;

	if (stat(path, &before) < 0)
		return;
	times[0] = before.st_atim;
	times[1] = before.st_mtim;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	found = open(path, O_PATH | O_CLOEXEC);
	snprintf(by_descriptor, sizeof by_descriptor, "/proc/self/fd/%d", found);
	chmod(path, before.st_mode & 07777);
	fchmod(fd, before.st_mode & 07777);
	chmod(by_descriptor, before.st_mode & 07777);
	syscall(SYS_fchmodat, AT_FDCWD, path, before.st_mode & 07777);
	syscall(452, found, "", before.st_mode & 07777, AT_EMPTY_PATH); /* fchmodat2 */
	utimensat(AT_FDCWD, path, times, 0);
	utimensat(found, "", times, AT_EMPTY_PATH);
	futimens(fd, times);
	if (chown(path, getuid(), getgid()) == 0 ||
		fchown(fd, (uid_t)-1, (gid_t)-1) == 0 ||
		fchownat(found, "", getuid(), (gid_t)-1, AT_EMPTY_PATH) == 0)
		breach("%s-owner", name);
	if (stat(path, &after) == 0 && !is_same_time(&after.st_ctim, &before.st_ctim))
		breach("%s", name);
	close(fd);
	close(found);
}

/* Of all that it sees and may own, modes, times and owners, by every way to it. */
static void change_attributes(void)
{
	static const char *const shown[] = {"/", "/usr", "/usr/bin", "/etc/passwd",
		"/dev/null", "/proc/self/exe", "/proc/self/root", "/proc/self/cwd"};
	char path[4096];

	snprintf(path, sizeof path, "%s", own_path);
	try_attributes(path, "program");
	*strrchr(path, '/') = '\0';
	try_attributes(path, "directory");
	snprintf(path + strlen(path), sizeof path - strlen(path), "/bait");
	try_attributes(path, "sibling");
	/* Not as root itself, where there is no sandbox. */
	for (size_t i = 0; getuid() != 0 && i < sizeof shown / sizeof *shown; i++)
		try_attributes(shown[i], shown[i]);
	tell();
}

static void remount_writable(void)
{
	if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		mount("none", "/tmp", "tmpfs", 0, NULL) == 0 ||
		mount("/", "/mnt", NULL, MS_BIND, NULL) == 0)
		breach("mount");
	if (umount2("/proc", MNT_DETACH) == 0 || umount2("/", MNT_DETACH) == 0)
		breach("umount");
	try_to_create("/hostile-file", "root");
	tell();
}

/* What can be done to the host's files by who only reads them. Refused by the filter, not
 * for another reason: then errno would be another one. */
static void hold_files(void)
{
	struct flock read_lock = {.l_type = F_RDLCK, .l_whence = SEEK_SET};
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int again = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int directory = open("/usr", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct flock write_lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	/* A lock that is merely said to be there keeps nobody out. */
	flock(fd, LOCK_EX | LOCK_NB);
	if (flock(again, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
		breach("flock");
	fcntl(fd, F_SETLK, &read_lock);
	fcntl(fd, F_OFD_SETLK, &read_lock);
	if (fcntl(again, F_OFD_GETLK, &write_lock) == 0 && write_lock.l_type != F_UNLCK)
		breach("lock");
	if (fcntl(fd, F_SETLEASE, F_RDLCK) == 0 || errno != EPERM)
		breach("lease");
	if (fcntl(directory, F_NOTIFY, DN_CREATE) == 0)
		breach("notify");
	/* FS_IOC_ADD_ENCRYPTION_KEY and a btrfs snapshot, as far as the type goes */
	if (ioctl(fd, _IOC(_IOC_READ | _IOC_WRITE, 'f', 23, 80), NULL) == 0 ||
		errno != EPERM)
		breach("keys");
	if (ioctl(directory, _IOC(_IOC_WRITE, 0x94, 1, 4096), NULL) == 0 ||
		errno != EPERM)
		breach("snapshot");
	tell();
}

/* Whoever waits for a traced process waits for its tracer as well. */
static void traced_by_its_child(void)
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
static void queue_signals(void)
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

static void gain_priority(void)
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

/* What is kept with a file for the next who writes to it, whoever may write. */
static void leave_hints(void)
{
	uint64_t extreme = 5, was = 0, is = 0; /* RWH_WRITE_LIFE_EXTREME */
	int fd = open(own_path, O_RDONLY), directory = open("/usr", O_RDONLY);
	/* F_SETDELEG of Linux 6.19: whoever changes something in there waits */
	struct {
		uint32_t flags;
		uint16_t type, padding;
	} delegation = {0, F_RDLCK, 0};

	fcntl(fd, F_GET_RW_HINT, &was);
	if (fcntl(fd, F_SET_RW_HINT, &extreme) == 0)
		breach("file");
	fcntl(fd, F_GET_RW_HINT, &is);
	if (is != was)
		breach("kept");
	fcntl(fd, F_SET_RW_HINT, &was);
	if (fcntl(fd, F_SET_FILE_RW_HINT, &extreme) == 0)
		breach("open-file");
	if (fcntl(directory, 1024 + 16, &delegation) == 0)
		breach("delegation");
	tell();
}

/* ---- harm: /tmp ---- */

#define MIB (1024 * 1024)

/* Without a /tmp of its own: beside the program, where nothing can be made inside. */
static const char *in_tmp(const char *name)
{
	static char paths[4][4096];
	static int turn;
	char *path = paths[turn++ % 4];

	if (has_tmp())
		snprintf(path, sizeof paths[0], "/tmp/%s", name);
	else
		snprintf(path, sizeof paths[0], "%.*s/%s",
			(int)(strrchr(own_path, '/') - own_path), own_path, name);
	return path;
}

static int make_in_tmp(const char *name)
{
	return open(in_tmp(name), O_RDWR | O_CREAT | O_CLOEXEC, 0755);
}

/* Writes to @fd until it is full. Returns: how much. */
static size_t fill(int fd)
{
	static char block[4096];
	size_t total = 0;

	while (total < 4 * MIB && write(fd, block, sizeof block) == sizeof block)
		total += sizeof block;
	return total;
}

/* Whether every page of @fd, mapped, can be read. */
static bool reads_all(int fd, size_t length)
{
	volatile const char *map = mmap(NULL, length, PROT_READ, MAP_SHARED, fd, 0);
	int status = -1;
	pid_t pid;

	if (map == MAP_FAILED)
		return false;
	pid = fork();
	if (pid == 0) {
		for (size_t i = 0; i < length; i += 4096)
			map[i];
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static void fill_tmp_with_data(void)
{
	size_t total = fill(make_in_tmp("data")) + fill(make_in_tmp("more"));
	int sparse = make_in_tmp("sparse");

	if (total > MIB)
		breach("data");
	/* Reading a hole by its mapping takes a page. */
	if (sparse >= 0 && ftruncate(sparse, 64 * MIB) == 0 &&
		reads_all(sparse, 64 * MIB))
		breach("hole");
	if (sparse >= 0 && fallocate(sparse, 0, 0, 2 * MIB) == 0)
		breach("fallocate");
	tell();
}

static void fill_tmp_with_inodes(void)
{
	int n = 0;

	for (int i = 0; i < 1000; i++) {
		char name[32];
		int fd;

		snprintf(name, sizeof name, "inode-%d", i);
		fd = make_in_tmp(name);
		if (fd < 0)
			break;
		close(fd);
		n++;
	}
	for (int i = 0; i < 1000; i++) {
		char name[32];

		snprintf(name, sizeof name, "directory-%d", i);
		if (mkdir(in_tmp(name), 0700) < 0)
			break;
		n++;
	}
	if (n >= 100)
		breach("inodes");
	tell();
}

/* Of whatever name. */
static void leave_all_kinds(void)
{
	int fd = make_in_tmp("\33]0;title\7\n\"\\");

	fchmod(fd, 06777);
	close(make_in_tmp(".hidden"));
	close(make_in_tmp("-rf"));
	mkdir(in_tmp("directory"), 0700);
	mkdir(in_tmp("directory/closed"), 0);
	close(make_in_tmp("directory/file"));
	mkfifo(in_tmp("fifo"), 0666);
	if (symlink("/proc/self/mem", in_tmp("link")) == 0 &&
		symlink("..", in_tmp("directory/up")) == 0 &&
		link(in_tmp("-rf"), in_tmp("hard")) == 0)
		fallocate(fd, 0, 0, MIB / 2);
	if (has_tmp())
		close(open("/dev/shm/shared", O_CREAT | O_RDWR, 0666));
	tell();
}

/* Without a name, or with none any more, and still open, mapped and the working directory
 * of somebody when the program has ended. */
static void hold_tmp(void)
{
	int unnamed = open(has_tmp() ? "/tmp" : "/nowhere", O_TMPFILE | O_RDWR, 0600);
	int removed = make_in_tmp("removed");

	unlink(in_tmp("removed"));
	ftruncate(removed, MIB / 2) == 0 ? (void)0 : close(removed);
	fill(unnamed);
	mmap(NULL, MIB / 2, PROT_READ | PROT_WRITE, MAP_SHARED, unnamed, 0);
	mkdir(in_tmp("gone"), 0700);
	if (chdir(in_tmp("gone")) == 0)
		rmdir(in_tmp("gone"));
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			setsid();
			sleep(60);
			_exit(0);
		}
	}
	tell();
}

/* And sets back what could tell it: all but the change time. */
static void make_and_remove(void)
{
	const struct timespec zero[2] = {{0, 0}, {0, 0}};
	const char *directory = in_tmp("");
	struct stat before = {0}, after = {0};
	int fd;

	stat(directory, &before);
	usleep(20 * 1000); /* clocks may be coarse */
	fd = make_in_tmp("passing");
	close(fd);
	unlink(in_tmp("passing"));
	if (has_tmp()) {
		utimensat(AT_FDCWD, directory, zero, 0);
		utime(directory, &(struct utimbuf){0, 0});
		futimens(open(directory, O_RDONLY | O_DIRECTORY), zero);
	}
	stat(directory, &after);
	if (fd >= 0 && is_same_time(&after.st_ctim, &before.st_ctim))
		breach("times");
	tell();
}

/* What no file needs to be made for. Modes and times the next one must not find, and the
 * rest not even this one. */
static void change_tmp(void)
{
	static const char acl[] = "\2\0\0\0\1\0\7\0\377\377\377\377";
	const struct timespec times[2] = {{12345, 0}, {0, 0}};
	int fd = open(has_tmp() ? "/tmp" : "/", O_RDONLY | O_DIRECTORY);

	if (fsetxattr(fd, "user.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "security.hostile", "x", 1, 0) == 0 ||
		fsetxattr(fd, "system.posix_acl_default", acl, sizeof acl - 1, 0) == 0)
		breach("attribute");
	if (ioctl(fd, _IOW('f', 2, long), &(long){0x40}) == 0 || /* FS_NODUMP_FL */
		syscall(469, fd, "", &(uint64_t[3]){0x80}, 24, AT_EMPTY_PATH) == 0)
		breach("flags"); /* file_setattr */
	if (fchown(fd, 1, 1) == 0 || chown("/tmp", 1, 1) == 0)
		breach("owner");
	if (has_tmp()) {
		futimens(fd, times);
		chmod("/tmp", 0700);
		syscall(SYS_fchmodat, AT_FDCWD, "/tmp", 0700);
		fchmod(fd, 0);
	}
	tell();
}

static bool can_run(const char *path, const char *argument)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		close(STDOUT_FILENO);
		execl(path, "reads-stdin", argument, NULL);
		_exit(77);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
	       WEXITSTATUS(status) != 77;
}

/* A copy of itself, and a script. */
static void execute_from_tmp(void)
{
	static char block[64 * 1024];
	int from = open(own_path, O_RDONLY), to = make_in_tmp("program");
	int script = make_in_tmp("script");
	ssize_t n;
	void *memory;

	while (to >= 0 && (n = read(from, block, sizeof block)) > 0)
		say_bytes(to, block, (size_t)n);
	if (script >= 0)
		say_bytes(script, "#!/bin/sh\n", 10);
	memory = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, to, 0);
	if (memory != MAP_FAILED)
		breach("mmap");
	/* What is open for writing, by a mapping too, is executed nowhere. */
	munmap(memory, 4096);
	memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, to, 0);
	if (memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0)
		breach("mprotect");
	munmap(memory, 4096);
	close(to);
	close(script);
	if (to >= 0 && can_run(in_tmp("program"), NULL))
		breach("execve");
	if (has_tmp() && can_run("/dev/shm/program", NULL))
		breach("shm");
	if (script >= 0 && can_run(in_tmp("script"), NULL))
		breach("script");
	tell();
}

/* In namespaces of its own, where there is no filter: what of the host lies over a name
 * in /tmp stays there. */
static bool uncovers(const char *shown, const char *other)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
			_exit(0);
		_exit(umount2(shown, MNT_DETACH) == 0 ||
			umount2(other, MNT_DETACH) == 0 || rmdir(shown) == 0 ||
			rmdir(other) == 0 || rename(shown, "/tmp/gone") == 0 ||
			mount("/tmp", "/opt", NULL, MS_BIND, NULL) == 0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status != 0;
}

/* The plan's directories there are mounts, that cannot be moved away. */
static void mount_tmp(void)
{
	char shown[4096];

	if (mount(NULL, "/tmp", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
		mount("none", "/tmp", "tmpfs", 0, NULL) == 0 ||
		mount("/", "/tmp", NULL, MS_BIND, NULL) == 0 ||
		mount("/tmp", "/usr", NULL, MS_BIND, NULL) == 0)
		breach("mount");
	if (umount2("/tmp", MNT_DETACH) == 0 || umount2("/dev/shm", MNT_DETACH) == 0)
		breach("umount");
	if (has_tmp() && (rmdir("/tmp") == 0 || rename("/tmp", "/gone") == 0 ||
				 rename("/tmp", "/dev/shm/gone") == 0 ||
				 symlink("/etc", "/tmp") == 0 || rmdir("/dev/shm") == 0))
		breach("moved");
	/* The first directory below /tmp, if the program lies there. */
	snprintf(shown, sizeof shown, "%s", own_path);
	if (has_tmp() && strncmp(shown, "/tmp/", 5) == 0) {
		char other[sizeof shown + 16];

		shown[5 + strcspn(shown + 5, "/")] = '\0';
		if (rename(shown, "/tmp/gone") == 0 || rmdir(shown) == 0)
			breach("shown");
		snprintf(other, sizeof other, "/dev/shm/%s", shown + 5);
		if (rename(other, "/dev/shm/gone") == 0 || rmdir(other) == 0)
			breach("point");
		if (uncovers(shown, other))
			breach("uncovered");
		try_attributes(shown, "shown-attributes");
		try_attributes(other, "point-attributes");
		chmod(other, 0777);
		strncat(other, "/file", sizeof other - strlen(other) - 1);
		try_to_create(other, "below-the-point");
		strncat(shown, "/file", sizeof shown - strlen(shown) - 1);
		try_to_create(shown, "below");
	}
	tell();
}

static void make_nodes(void)
{
	struct sockaddr_un address = {AF_UNIX, "/tmp/socket"};
	int pair[2];

	if (mknod(in_tmp("null"), S_IFCHR | 0666, 0x103) == 0)
		breach("character");
	if (mknod(in_tmp("disk"), S_IFBLK | 0666, 0x800) == 0)
		breach("block");
	if (has_tmp() && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
		bind(pair[0], (struct sockaddr *)&address, sizeof address) == 0)
		breach("bind");
	tell();
}

/* Healthy programs find it as it was at first. */
static void look_at_tmp(void)
{
	static const char *const places[] = {"/tmp", "/dev/shm"};
	const char *own = own_path + (strncmp(own_path, "/tmp/", 5) == 0 ? 5 : 0);

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		DIR *directory = opendir(places[i]);
		const struct dirent *entry;
		struct statfs fs = {0};
		struct stat st = {0};

		while (directory && (entry = readdir(directory)))
			if (strcmp(entry->d_name, ".") != 0 &&
				strcmp(entry->d_name, "..") != 0 &&
				strncmp(entry->d_name, own, strcspn(own, "/")) != 0)
				breach("entry-%zu", i);
		if (!directory || stat(places[i], &st) < 0 || st.st_mtim.tv_sec ||
			st.st_mtim.tv_nsec || st.st_atim.tv_sec ||
			st.st_mode != (S_IFDIR | 01777))
			breach("directory-%zu", i);
		if (statfs(places[i], &fs) < 0 || fs.f_bfree != fs.f_blocks)
			breach("blocks-%zu", i);
	}
}

/* ---- harm: memory ---- */

static void fill_memory(void)
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

static void fill_memfd(void)
{
	const off_t end = 9L << 30;
	int fd = memfd_create("hostile", 0);

	signal(SIGXFSZ, SIG_IGN);
	/* A page at the end each: nothing is said about those before. */
	if (fd >= 0 && pwrite(fd, "x", 1, end) == 1)
		breach("pwrite");
	if (fd >= 0 && ftruncate(fd, end) == 0)
		breach("ftruncate");
	if (fd >= 0 && fallocate(fd, 0, end, 1) == 0)
		breach("fallocate");
	tell();
}

/* Pipes hold 64 KiB each, and a thousand descriptors the kernel's tables. */
static void fill_descriptors(void)
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

/* All pipes of a user share one budget; who has used it up leaves the others one page
 * each. */
static void enlarge_pipes(void)
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

/* ---- harm: processes ---- */

static void kill_everybody(void)
{
	kill(-1, SIGKILL);
	kill(-1, SIGSTOP);
	tell();
}

static void kill_warden(void)
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

static void signal_others(void)
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

static void signal_by_pidfd(void)
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
static void signal_by_owner(void)
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

static void trace_others(void)
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

static void starve_the_warden(void)
{
	pid_t warden = getppid();
	struct rlimit limit = {0, 0};
	struct sched_param idle = {0};
	cpu_set_t before, cpus, after;

	/* What is said to be done is not: the warden is as it was. */
	CPU_ZERO(&cpus);
	CPU_SET(0, &cpus);
	sched_getaffinity(warden, sizeof before, &before);
	sched_setaffinity(warden, sizeof cpus, &cpus);
	if (sched_getaffinity(warden, sizeof after, &after) == 0 &&
		!CPU_EQUAL(&before, &after))
		breach("affinity");
	if (prlimit(warden, RLIMIT_NOFILE, &limit, NULL) == 0)
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
static void move_waiters(void)
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
static void idle_the_neighbour(void)
{
	for (int scope = 0; scope <= 2; scope++)
		if (prctl(62, 1, 0, scope, 0) == 0 || errno != EPERM)
			breach("core-%d", scope);
	if (prctl(62, 2, getppid(), 0, 0) == 0)
		breach("warden");
	tell();
}

static void raise_limits(void)
{
	static const int resources[] = {RLIMIT_AS, RLIMIT_DATA, RLIMIT_NPROC,
		RLIMIT_NOFILE, RLIMIT_FSIZE, RLIMIT_CORE, RLIMIT_CPU, RLIMIT_MEMLOCK,
		RLIMIT_RTPRIO};
	struct sched_param realtime = {1};
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

static void setuid_helper(void)
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
static void setuid_program(void)
{
	_exit(geteuid() != getuid() || getegid() != getgid() ? 42 : 0);
}

/* ---- harm: the world ---- */

static void sockets(void)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK, AF_PACKET,
		AF_VSOCK, AF_ALG, AF_BLUETOOTH, AF_QIPCRTR};
	int pair[2];

	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
			if (socket(families[i], type, 0) >= 0)
				breach("family-%d-%d", families[i], type);
	for (size_t i = 0; i < sizeof families / sizeof *families; i++)
		for (int type = 0; type < 16; type++)
			if ((families[i] != AF_UNIX ||
				    (type != SOCK_STREAM && type != SOCK_SEQPACKET)) &&
				(socketpair(families[i], type, 0, pair) == 0 ||
					socketpair(families[i], type | SOCK_CLOEXEC, 0,
						pair) == 0))
				breach("pair-%d-%d", families[i], type);
	tell();
}

/* A pair of streams is all that there is of sockets, and nothing comes of it but that. */
static void pair_of_streams(void)
{
	static const int types[] = {SOCK_STREAM, SOCK_SEQPACKET};
	static const int options[] = {SO_PASSCRED, SO_REUSEADDR, SO_RCVTIMEO, SO_PRIORITY,
		SO_ATTACH_FILTER, SO_LOCK_FILTER, SO_SNDBUFFORCE, SO_RCVBUFFORCE};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ifconf list = {.ifc_len = 1024, .ifc_buf = (char[1024]){0}};
	const char *path = bait("abstract");
	socklen_t length =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);
	struct ifreq interface = {.ifr_name = "lo"};
	int value[16] = {1}, pair[2];

	memcpy(address.sun_path + 1, path, strlen(path));
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (socketpair(AF_UNIX, types[i], 0, pair) < 0)
			continue;
		if (ioctl(pair[0], SIOCGIFCONF, &list) == 0 ||
			ioctl(pair[0], SIOCGIFFLAGS, &interface) == 0)
			breach("interfaces");
		for (size_t o = 0; o < sizeof options / sizeof *options; o++)
			if (setsockopt(pair[0], SOL_SOCKET, options[o], value,
				    sizeof value) == 0)
				breach("option-%d", options[o]);
		if (ioctl(pair[0], 0x8b1b, value) == 0 || errno != EPERM)
			breach("wireless");
		if (send(pair[0], "x", 1, MSG_OOB) == 1)
			breach("urgent");
		if (listen(pair[0], 1) == 0)
			breach("listen");
		if (accept(pair[0], NULL, NULL) >= 0)
			breach("accept");
		if (connect(pair[0], (struct sockaddr *)&address, length) == 0)
			breach("connect");
		address.sun_path[1] ^= 1; /* a name that is free */
		if (bind(pair[0], (struct sockaddr *)&address, length) == 0)
			breach("bind");
		address.sun_path[1] ^= 1;
		close(pair[0]);
		close(pair[1]);
	}
	tell();
}

/* Descriptors of sockets within each other would be counted for the caller's id until the
 * kernel clears up, and keep others of that id from passing any. */
static void circle_of_descriptors(void)
{
	for (int i = 0; i < 1000; i++) {
		int pair[2];

		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) < 0)
			break;
		if (pass_fds(pair[0], pair, 2))
			breach("sent");
		close(pair[0]);
		close(pair[1]);
	}
	tell();
}

static void try_to_connect(const char *path, bool abstract, const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path) + 1;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	memcpy(address.sun_path + abstract, path, length - abstract);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address,
			       (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
					   length)) == 0)
		breach("%s", name);
}

static void listeners(void)
{
	try_to_connect(bait("abstract"), true, "abstract");
	try_to_connect(bait("listener"), false, "path");
	tell();
}

/* The kernel looks at the lower half of the request alone. A filter's EPERM comes before
 * the kernel's ENOTTY. */
static void type_into_the_terminal(void)
{
	static const unsigned long requests[] = {TIOCSTI, TIOCLINUX};
	int tty = open("/dev/tty", O_RDWR);

	if (tty >= 0)
		breach("tty");
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		for (unsigned long high = 0; high <= 1; high++) {
			unsigned long request = requests[i] | high * 0xabcdef0100000000;

			if (syscall(SYS_ioctl, 0, request, "x") == 0 || errno != EPERM)
				breach("ioctl-%lx", request);
		}
	}
	tell();
}

#ifdef __x86_64__
static void int_0x80(void)
{
	long result;

	say(CAPABILITIES);
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(20) : "memory");
}

static void x32_call(void)
{
	say(CAPABILITIES);
	syscall(0x40000000 | SYS_getpid);
}
#endif

/* Whatever one run could leave for the next, or for the host. */
static void leave_something(void)
{
	int id;

	if ((id = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600)) >= 0) {
		breach("shm");
		shmctl(id, IPC_RMID, NULL);
	}
	if ((id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600)) >= 0) {
		breach("sem");
		semctl(id, 0, IPC_RMID);
	}
	if ((id = msgget(IPC_PRIVATE, IPC_CREAT | 0600)) >= 0) {
		breach("msg");
		msgctl(id, IPC_RMID, NULL);
	}
	if (mq_open("/hostile", O_RDWR | O_CREAT, 0600, NULL) >= 0) {
		breach("mq");
		mq_unlink("/hostile");
	}
	if (syscall(SYS_add_key, "user", "hostile", "x", 1, -4) >= 0 ||
		syscall(SYS_keyctl, 1, "hostile") >= 0)
		breach("key");
	if (syscall(SYS_inotify_init1, 0) >= 0)
		breach("inotify");
	if (syscall(SYS_io_setup, 1, &(unsigned long){0}) >= 0)
		breach("aio");
	if (sethostname("hostile", 7) == 0)
		breach("hostname");
	if (setpgid(0, getppid()) == 0)
		breach("group");
	tell();
}

static int nothing(void *argument)
{
	_exit(0);
}

static void namespaces(void)
{
	static const struct {
		const char *name;
		unsigned flag;
	} kinds[] = {{"ns", CLONE_NEWNS}, {"cgroup", CLONE_NEWCGROUP},
		{"uts", CLONE_NEWUTS}, {"ipc", CLONE_NEWIPC}, {"user", CLONE_NEWUSER},
		{"pid", CLONE_NEWPID}, {"net", CLONE_NEWNET}, {"time", 0x80}};
	static char stack[64 * 1024];

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		uint64_t args[8] = {kinds[i].flag, 0, 0, 0, SIGCHLD};
		pid_t pid;

		if (unshare((int)kinds[i].flag) == 0)
			breach("unshare-%s", kinds[i].name);
		/* CLONE_NEWTIME has the place of a signal number in clone() */
		if (kinds[i].flag != 0x80 &&
			clone(nothing, stack + sizeof stack, (int)kinds[i].flag | SIGCHLD,
				NULL) > 0)
			breach("clone-%s", kinds[i].name);
		pid = (pid_t)syscall(SYS_clone3, args, sizeof args);
		if (pid == 0)
			_exit(0);
		if (pid > 0 || errno != ENOSYS)
			breach("clone3-%s", kinds[i].name);
	}
	if (setns(open("/proc/self/ns/net", O_RDONLY), 0) == 0 ||
		setns((int)syscall(SYS_pidfd_open, getpid(), 0), CLONE_NEWUTS) == 0)
		breach("setns");
	if (chroot("/") == 0)
		breach("chroot");
	if (syscall(SYS_pivot_root, ".", ".") == 0)
		breach("pivot-root");
	for (long number = SYS_open_tree; number <= SYS_fspick; number++)
		if (syscall(number, -1, "", 0, 0, 0) >= 0 || errno != ENOSYS)
			breach("call-%ld", number);
	tell();
}

static void dangerous_calls(void)
{
	static const struct {
		const char *name;
		long number;
	} calls[] = {{"io-uring", SYS_io_uring_setup}, {"userfaultfd", SYS_userfaultfd},
		{"bpf", SYS_bpf}, {"perf", SYS_perf_event_open}, {"keyctl", SYS_keyctl},
		{"request-key", SYS_request_key}, {"fanotify", SYS_fanotify_init},
		{"by-handle", SYS_open_by_handle_at}, {"handle", SYS_name_to_handle_at},
		{"acct", SYS_acct}, {"reboot", SYS_reboot}, {"swapon", SYS_swapon},
		{"syslog", SYS_syslog}, {"quotactl", SYS_quotactl},
		{"init-module", SYS_init_module}, {"kexec", SYS_kexec_load},
		{"settimeofday", SYS_settimeofday}, {"vhangup", SYS_vhangup}};

	for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
		if (syscall(calls[i].number, 0, 0, 0, 0, 0, 0) >= 0 ||
			(errno != EPERM && errno != ENOSYS))
			breach("%s", calls[i].name);
	for (long number = 470; number < 600; number++)
		if (syscall(number, 0, 0, 0, 0, 0, 0) >= 0 || errno != ENOSYS)
			breach("number-%ld", number);
	tell();
}

/* What a read-only /proc/self/attr stops. */
static void label_by_call(void)
{
	static const unsigned attributes[] = {100, 101, 102, 103, 104, 105};

	for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
		/* struct lsm_ctx of SELinux: id, flags, length of all and of the text */
		uint64_t context[5] = {101, 0, sizeof context, 8, 0};

		if (syscall(460, attributes[i], context, sizeof context, 0) >= 0 ||
			(errno != EPERM && errno != ENOSYS))
			breach("attribute-%u", attributes[i]);
	}
	tell();
}

/* O_NOTIFICATION_PIPE */
static void notifications(void)
{
	int ends[2];

	if (pipe2(ends, O_EXCL) == 0 || pipe2(ends, O_EXCL | O_CLOEXEC) == 0 ||
		errno != EINVAL)
		breach("pipe");
	tell();
}

/* What capabilities and ids it has. */
static void privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[2] = {{0}};

	if (syscall(SYS_capget, &header, have) < 0 || have[0].permitted ||
		have[0].effective || have[0].inheritable || have[1].permitted)
		breach("capabilities");
	if (getuid() == 0 || geteuid() == 0)
		breach("root");
	if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		breach("new-privileges");
	if (prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2)
		breach("no-filter");
	tell();
}

/* ---- the table ---- */

static const struct {
	const char *name;
	void (*run)(void);
} behaviours[] = {
#define BEHAVIOUR(name, function, ...) {name, function},
#include "tests/hostile/rows.h"
#undef BEHAVIOUR
};

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	own_path = argv[0];
	name = name ? name + 1 : argv[0];
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		if (strcmp(behaviours[i].name, name) == 0) {
			behaviours[i].run();
			return 0;
		}
	}
	if (has_tmp())
		look_at_tmp();
	tell();
	return 0;
}
