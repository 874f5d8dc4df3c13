// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The wall between a host and its wardens: which kinds of process may be a host, what of
 * it reaches a warden, what of a warden reaches it; and the warden's program by itself,
 * with messages written by hand.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <glib.h>

#include "sandbox/base/protocol.h"
#include "sandbox/sandbox.h"
#include "tests/launch.h"
#include "tests/skip.h"

static char *warden; /* its program */

/* ---- one run ---- */

typedef struct {
	SandboxOutcome outcome;
	char *out;
} Answer;

static bool keep(size_t index, const SandboxResult *result, void *user_data)
{
	Answer *answer = user_data;

	answer->outcome = result->outcome;
	answer->out = g_strndup(result->out, result->out_length);
	return true;
}

static Sandbox *open_sandbox(void)
{
	SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL,
		.timeout_us = 20 * G_USEC_PER_SEC,
		.jobs = 2,
		.warden = warden};
	g_autoptr(GError) error = NULL;
	Sandbox *sandbox = sandbox_open(&policy, &error);

	g_assert_no_error(error);
	return sandbox;
}

static void run_shell(Sandbox *sandbox, const char *script, Answer *answer)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	char *shell = realpath("/bin/sh", NULL);
	g_autoptr(GError) error = NULL;
	SandboxRequest request;
	struct stat st;

	g_assert_cmpint(stat(shell, &st), ==, 0);
	request = (SandboxRequest){
		.real_path = shell, .program = sandbox_file(&st), .argv = argv};
	g_assert_true(sandbox_run(sandbox, &request, 1, keep, answer, &error));
	g_assert_no_error(error);
	free(shell);
}

/* Returns: the level that the host can have; what is run there must work. */
static SandboxLevel probe_level(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox();
	Answer answer = {0};

	run_shell(sandbox, "echo hello", &answer);
	if (sandbox_report(sandbox)->accepted)
		g_assert_cmpstr(answer.out, ==, "hello\n");
	g_free(answer.out);
	return sandbox_report(sandbox)->level;
}

/* Whether there is a level full for a host without any peculiarity; else a skip. */
static bool have_full(void)
{
	if (probe_level() == SANDBOX_LEVEL_FULL)
		return true;
	skip_or_fail("level full is not available here");
	return false;
}

/* Returns: the level that a process has after @become, which says whether it could. */
static int level_of(bool (*become)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(become() ? (int)probe_level() : 100);
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- hosts ---- */

static bool become_undumpable(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool give_up_root(void)
{
	uid_t uid = (uid_t)atoi(g_getenv("TEST_UID"));

	return setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0;
}

/* Root's id is kept for later, as daemons do. */
static bool step_down(void)
{
	uid_t uid = (uid_t)atoi(g_getenv("TEST_UID"));

	return setresgid(0, uid, 0) == 0 && setresuid(0, uid, 0) == 0;
}

static bool become_two(void)
{
	uid_t uid = (uid_t)atoi(g_getenv("TEST_UID"));

	return setresgid(uid, uid, uid) == 0 && setresuid(uid + 1, uid, uid) == 0;
}

static bool ignore_children(void)
{
	return signal(SIGCHLD, SIG_IGN) != SIG_ERR;
}

static bool block_all(void)
{
	sigset_t all;

	sigfillset(&all);
	return sigprocmask(SIG_SETMASK, &all, NULL) == 0;
}

static bool close_standard_descriptors(void)
{
	return close(0) == 0 && close(1) == 0;
}

static bool become_secure(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
}

static bool become_subreaper(void)
{
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
}

static const struct {
	const char *name;
	bool (*become)(void);
	bool needs_root;
} hosts[] = {
	{"not-dumpable", become_undumpable, false},
	{"gave-up-root", give_up_root, true},
	{"will-be-root-again", step_down, true},
	{"two-ids", become_two, true},
	{"ignores-its-children", ignore_children, false},
	{"blocks-every-signal", block_all, false},
	{"without-stdin-and-stdout", close_standard_descriptors, false},
	{"no-new-privs", become_secure, false},
	{"subreaper", become_subreaper, false},
};

static void test_host(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	int level;

	if (!have_full())
		return;
	level = level_of(hosts[i].become);
	/* In a user namespace root may have no other ids. */
	if (hosts[i].needs_root && level == 100)
		g_test_skip("this needs root's power over ids");
	else
		g_assert_cmpint(level, ==, SANDBOX_LEVEL_FULL);
}

/* ---- what of the host reaches a warden ---- */

/* Returns: (transfer full): what is in /proc/PID/NAME, or NULL. */
static char *read_proc(pid_t pid, const char *name, gsize *ret_length)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/%s", (int)pid, name);
	char *text = NULL;

	g_file_get_contents(path, &text, ret_length, NULL);
	return text;
}

/* Returns: its first child, or 0. */
static pid_t child_of(pid_t pid)
{
	g_autofree char *name = g_strdup_printf("task/%d/children", (int)pid);
	g_autofree char *children = read_proc(pid, name, NULL);

	return children ? (pid_t)atoi(children) : 0;
}

/* Returns: whether @text is in the memory of @pid; -1: it cannot be read. */
static int has_in_memory(pid_t pid, const char *text, size_t length)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/mem", (int)pid);
	g_autofree char *maps = read_proc(pid, "maps", NULL);
	g_auto(GStrv) lines = g_strsplit(maps ? maps : "", "\n", -1);
	int fd = open(path, O_RDONLY | O_CLOEXEC), found = -1;

	for (char **line = lines; fd >= 0 && *line; line++) {
		char *end;
		guint64 start = g_ascii_strtoull(*line, &end, 16);
		guint64 stop = *end == '-' ? g_ascii_strtoull(end + 1, &end, 16) : start;
		size_t size = (size_t)(stop - start);
		g_autofree char *bytes = NULL;

		if (!strstr(*line, " rw") || size == 0 || size > 1 << 30)
			continue;
		bytes = g_malloc(size);
		if (pread(fd, bytes, size, (off_t)start) != (ssize_t)size)
			continue;
		found = MAX(found, memmem(bytes, size, text, length) ? 1 : 0);
	}
	if (fd >= 0)
		close(fd);
	return found;
}

/* Of an open sandbox. The middle process has no other child: the outer one has ended. */
static pid_t find_inner(void)
{
	pid_t middle = child_of(getpid()), inner;
	g_autofree char *name = g_strdup_printf("task/%d/children", (int)middle);
	g_autofree char *children = NULL;
	char *rest;

	g_assert_cmpint(middle, >, 0);
	for (int i = 0; i < 500; i++) {
		g_free(children);
		children = read_proc(middle, name, NULL);
		g_assert_nonnull(children);
		inner = (pid_t)strtol(children, &rest, 10);
		if (inner > 0 && *g_strstrip(rest) == '\0')
			return inner;
		g_usleep(10 * 1000);
	}
	g_test_message("children of the middle process: %s", children);
	g_test_fail();
	return 0;
}

static void test_no_memory_of_the_host(void)
{
	g_autoptr(Sandbox) sandbox = NULL;
	/* Put together here, so that it stands in no program's file. */
	g_autofree char *secret = g_strdup_printf("host's-secret-%d-", getpid());
	size_t length = strlen(secret);
	char *kept = g_strdup(secret);
	Answer answer = {0};

	if (!have_full())
		return;
	sandbox = open_sandbox();
	run_shell(sandbox, "true", &answer);
	g_free(answer.out);
	g_assert_cmpint(has_in_memory(getpid(), secret, length), ==, 1);
	/* To an ordinary user it is not dumpable, which is more. */
	g_assert_cmpint(
		has_in_memory(find_inner(), secret, length), ==, geteuid() ? -1 : 0);
	g_free(kept);
}

/* Returns: how many descriptors @pid has, or -1. */
static int count_descriptors(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/fd", (int)pid);
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	int n = directory ? 0 : -1;

	while (directory && g_dir_read_name(directory))
		n++;
	return n;
}

/* Those that the C library keeps to itself, too. */
static void ignore_all(bool ignore)
{
	const uint64_t action[4] = {ignore ? (uint64_t)(uintptr_t)SIG_IGN : 0};

	for (int number = 1; number < NSIG; number++)
		syscall(SYS_rt_sigaction, number, action, NULL, NSIG / 8);
}

static void test_nothing_inherited(void)
{
	g_autoptr(Sandbox) sandbox = NULL;
	g_autofree char *environment = NULL, *status = NULL;
	Answer answer = {0};
	int kept = dup(0);
	pid_t inner;
	gsize length = 0;

	if (!have_full())
		return;
	g_setenv("LD_PRELOAD", "", TRUE);
	ignore_all(true);
	sandbox = open_sandbox();
	ignore_all(false);
	g_unsetenv("LD_PRELOAD");
	run_shell(sandbox, "true", &answer);
	g_free(answer.out);
	inner = find_inner();
	close(kept);
	status = read_proc(inner, "status", NULL);
	g_assert_nonnull(strstr(status, "SigIgn:\t0000000000000000"));
	g_assert_nonnull(strstr(status, "SigBlk:\t0000000000000000"));
	if (geteuid())
		return; /* more cannot be seen of a process that is not dumpable */
	environment = read_proc(inner, "environ", &length);
	g_assert_nonnull(environment);
	g_assert_cmpuint(length, ==, 0);
	/* the standard ones and the socket, once it has cleared up after the run */
	for (int i = 0; i < 500 && count_descriptors(inner) > 4; i++)
		g_usleep(10 * 1000);
	g_assert_cmpint(count_descriptors(inner), ==, 4);
	g_assert_cmpint(count_descriptors(child_of(getpid())), ==, 0);
}

/* ---- what of a warden reaches the host ---- */

static volatile sig_atomic_t n_signals;

static void count_signal(int number)
{
	n_signals++;
}

/* Waits for any child all the time, as hosts do that have children of their own. */
static void *wait_for_children(void *stop)
{
	guint n = 0;

	while (!g_atomic_int_get((int *)stop))
		n += waitpid(-1, NULL, WNOHANG) > 0;
	return GUINT_TO_POINTER(n);
}

static void test_host_that_reaps(void)
{
	int stop = 0;
	GThread *thread;

	if (!have_full())
		return;
	n_signals = 0;
	signal(SIGCHLD, count_signal);
	thread = g_thread_new("reaper", wait_for_children, &stop);
	for (int i = 0; i < 20; i++)
		g_assert_cmpint(probe_level(), ==, SANDBOX_LEVEL_FULL);
	g_atomic_int_set(&stop, 1);
	g_assert_cmpuint(GPOINTER_TO_UINT(g_thread_join(thread)), ==, 0);
	signal(SIGCHLD, SIG_DFL);
	g_assert_cmpint(n_signals, ==, 0);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

static void *open_in_thread(void *nothing)
{
	return open_sandbox();
}

/* The stack and errno of the thread that has opened it are gone while the middle process
 * lives. */
static void test_thread_ends(void)
{
	if (!have_full())
		return;
	for (int i = 0; i < 20; i++) {
		g_autoptr(Sandbox) sandbox =
			g_thread_join(g_thread_new("opener", open_in_thread, NULL));
		Answer answer = {0};

		run_shell(sandbox, "echo hello", &answer);
		g_assert_cmpstr(answer.out, ==, "hello\n");
		g_free(answer.out);
	}
}

/* ---- the program by itself ---- */

/* Starts the warden with one end of a socket. Returns: the other one. */
static int start_by_hand(pid_t *ret_pid)
{
	int pair[2];

	g_assert_cmpint(
		socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), ==, 0);
	*ret_pid = fork();
	if (*ret_pid == 0) {
		if (pair[1] == WARDEN_SOCKET)
			fcntl(WARDEN_SOCKET, F_SETFD, 0);
		else
			dup2(pair[1], WARDEN_SOCKET);
		execle(warden, "vhost-probe-warden", NULL, (char *[]){NULL});
		_exit(127);
	}
	close(pair[1]);
	return pair[0];
}

static int wait_status(pid_t pid)
{
	int status;

	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_other_protocol(void)
{
	const Message open = {.type = MESSAGE_OPEN, .number = WARDEN_PROTOCOL + 1};
	const size_t lengths[] = {
		MESSAGE_HEAD, sizeof open / 2, sizeof open - 1, sizeof open};

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		pid_t pid;
		int fd = start_by_hand(&pid);
		Message reply = {0};

		g_assert_cmpint(send(fd, &open, lengths[i], 0), ==, (int)lengths[i]);
		g_assert_cmpint(recv(fd, &reply, sizeof reply, 0), ==, MESSAGE_HEAD);
		g_assert_cmpuint(reply.type, ==, MESSAGE_READY);
		g_assert_cmpuint(reply.number, ==, WARDEN_PROTOCOL);
		g_assert_cmpint(recv(fd, &reply, sizeof reply, 0), ==, 0);
		g_assert_cmpint(wait_status(pid), !=, 0);
		close(fd);
	}
}

/* Whatever message it gets instead of the one that is due, it ends, and nothing is left.
 */
static void test_nonsense(void)
{
	const Message open = {.type = MESSAGE_OPEN,
		.number = WARDEN_PROTOCOL,
		.open = {.level = SANDBOX_LEVEL_NONE, .without = SANDBOX_ALL_LAYERS}};
	const Message go = {.type = MESSAGE_GO};

	for (unsigned type = MESSAGE_OPEN; type <= MESSAGE_ENDED + 1; type++) {
		Message nonsense = {.type = type};
		pid_t pid;
		int fd = start_by_hand(&pid);

		send(fd, &open, sizeof open, 0);
		/* GO without the text that belongs to it, too. */
		send(fd, &nonsense, sizeof nonsense, 0);
		g_assert_cmpint(wait_status(pid), ==, 70);
		close(fd);
	}
	for (size_t length = 0; length <= sizeof go; length += sizeof go / 4) {
		pid_t pid;
		int fd = start_by_hand(&pid);

		send(fd, &go, length, 0);
		g_assert_cmpint(wait_status(pid), ==, length ? 70 : 0);
		close(fd);
	}
}

/* A number that is no level: nothing is enough for it, and no warden takes it. */
static void test_unknown_level(void)
{
	static const uint32_t numbers[] = {
		SANDBOX_LEVEL_FULL + 1, SANDBOX_LEVEL_FULL + 7, INT32_MAX, UINT32_MAX};

	g_assert_true(sandbox_is_enough(SANDBOX_LEVEL_FULL, SANDBOX_ALL_LAYERS, 0));
	for (size_t i = 0; i < G_N_ELEMENTS(numbers); i++) {
		const Message open = {.type = MESSAGE_OPEN,
			.number = WARDEN_PROTOCOL,
			.open = {.level = numbers[i], .without = SANDBOX_ALL_LAYERS}};
		SandboxLevel level = (SandboxLevel)numbers[i];
		pid_t pid;
		int fd = start_by_hand(&pid);

		g_assert_false(sandbox_is_enough(level, SANDBOX_ALL_LAYERS, 0));
		g_assert_false(sandbox_is_enough(level, 0, SANDBOX_ALL_LAYERS));
		g_assert_cmpint(send(fd, &open, sizeof open, 0), ==, sizeof open);
		g_assert_cmpint(wait_status(pid), ==, 70);
		close(fd);
	}
}

/* For each set of layers that may hold, what is proposed to be left out would do, and
 * nothing less. */
static void test_proposed_layers(void)
{
	const SandboxLevel levels[] = {SANDBOX_LEVEL_PARTIAL, SANDBOX_LEVEL_FULL};
	const uint32_t user = SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER),
		       uid = SANDBOX_LAYER_BIT(SANDBOX_LAYER_UID);
	unsigned n_proposed = 0;

	for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++)
		for (uint32_t held = 0; held <= SANDBOX_ALL_LAYERS; held++) {
			uint32_t more = sandbox_find_without(levels[i], held, 0);

			if (sandbox_is_enough(levels[i], held, 0))
				g_assert_cmphex(more, ==, 0);
			g_assert_cmphex(more & held, ==, 0);
			if (more)
				g_assert_true(sandbox_is_enough(levels[i], held, more));
			for (unsigned layer = 0; layer < SANDBOX_N_LAYERS; layer++)
				if (more & SANDBOX_LAYER_BIT(layer))
					g_assert_false(sandbox_is_enough(levels[i], held,
						more & ~SANDBOX_LAYER_BIT(layer)));
			n_proposed += more != 0;
		}
	g_assert_cmpuint(n_proposed, >, 0);
	g_assert_cmphex(
		sandbox_find_without(SANDBOX_LEVEL_FULL, SANDBOX_ALL_LAYERS & ~uid, 0),
		==, uid);
	g_assert_cmphex(sandbox_find_without(SANDBOX_LEVEL_FULL,
				SANDBOX_ALL_LAYERS & ~SANDBOX_NAMESPACES & ~uid &
					~SANDBOX_LAYER_BIT(SANDBOX_LAYER_LIMITS),
				0),
		==, user | uid);
}

static void test_hang_up(void)
{
	const Message open = {.type = MESSAGE_OPEN,
		.number = WARDEN_PROTOCOL,
		.open = {.level = SANDBOX_LEVEL_FULL}};

	for (int told = 0; told < 2; told++) {
		pid_t pid;
		int fd = start_by_hand(&pid);

		if (told)
			send(fd, &open, sizeof open, 0);
		g_usleep(told * 20 * 1000);
		close(fd);
		wait_status(pid);
	}
}

static void test_by_hand(void)
{
	const char *argv[] = {warden, "--help", NULL};
	g_autofree char *err = NULL;
	int status;

	g_assert_true(g_spawn_sync(
		NULL, (char **)argv, NULL, 0, NULL, NULL, NULL, &err, &status, NULL));
	g_assert_cmpint(WEXITSTATUS(status), ==, 2);
	g_assert_true(
		g_str_has_prefix(err, "vhost-probe-warden: started by vhost-probe"));
}

/* ---- rooms that are refused ---- */

#define PLANS_MAX 8

typedef struct {
	SandboxOutcome outcomes[PLANS_MAX];
	unsigned n;
} Outcomes;

static bool note_outcome(size_t index, const SandboxResult *result, void *user_data)
{
	Outcomes *outcomes = user_data;

	outcomes->outcomes[index] = result->outcome;
	outcomes->n++;
	return true;
}

/* Returns: (transfer full): a program in a directory of its own, in which plans show it.
 */
static char *make_program(const char *name)
{
	g_autofree char *template = g_strconcat(name, "-XXXXXX", NULL);
	g_autofree char *directory = g_dir_make_tmp(template, NULL);
	char *path = g_build_filename(directory, "program", NULL);

	g_assert_true(g_file_set_contents(path, "#!/bin/sh\n", -1, NULL));
	g_assert_cmpint(chmod(path, 0755) | chmod(directory, 0755), ==, 0);
	return path;
}

static void remove_program(char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);

	unlink(path);
	rmdir(directory);
	g_free(path);
}

/* Runs programs under a warden that has no room for those called "refused". */
static void run_picky(const char *const *names, unsigned jobs, bool once)
{
	static const char *const argv[] = {"program", NULL};
	g_autofree char *picky =
		g_build_filename(g_getenv("STAGE"), "bin/picky-warden", NULL);
	SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL,
		.timeout_us = 20 * G_USEC_PER_SEC,
		.jobs = jobs,
		.once = once,
		.warden = picky};
	g_autoptr(GError) error = NULL;
	g_autoptr(Sandbox) sandbox = sandbox_open(&policy, &error);
	SandboxRequest requests[PLANS_MAX];
	Outcomes outcomes = {0};
	unsigned n = 0, n_refused = 0;

	g_assert_no_error(error);
	for (; names[n]; n++)
		requests[n] = (SandboxRequest){
			.real_path = make_program(names[n]), .argv = argv};
	g_assert_true(sandbox_run(sandbox, requests, n, note_outcome, &outcomes, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(outcomes.n, ==, n);
	for (unsigned i = 0; i < n; i++) {
		bool refused = g_str_equal(names[i], "refused");

		g_test_message("%u jobs: %u, %s", jobs, i, names[i]);
		g_assert_cmpint(outcomes.outcomes[i], ==,
			refused ? SANDBOX_UNAVAILABLE : SANDBOX_EXITED);
		n_refused += refused;
		remove_program((char *)requests[i].real_path);
	}
	g_assert_true(sandbox_report(sandbox)->accepted == (n_refused < n));
}

/* A room that is refused for what its plan shows keeps no other program from its own.
 */
static void test_refused_plans(void)
{
	static const char *const orders[][PLANS_MAX] = {{"refused", "fine"},
		{"fine", "refused"}, {"refused"},
		{"refused", "refused", "fine", "refused", "fine"},
		{"fine", "refused", "refused", "fine", "fine", "refused"},
		{"refused", "refused", "refused", "refused", "fine"}};

	for (size_t i = 0; i < G_N_ELEMENTS(orders); i++)
		for (unsigned jobs = 1; jobs <= 16; jobs *= 4)
			for (int once = 0; once < 2; once++)
				run_picky(orders[i], jobs, once);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!launch_or_skip_all("/warden"))
		return g_test_run();
	warden = g_build_filename(g_getenv("STAGE"), "bin/vhost-probe-warden", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++) {
		g_autofree char *path = g_strconcat("/warden/host/", hosts[i].name, NULL);

		if (!hosts[i].needs_root || geteuid() == 0)
			g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_host);
	}
	g_test_add_func("/warden/no-memory-of-the-host", test_no_memory_of_the_host);
	g_test_add_func("/warden/nothing-inherited", test_nothing_inherited);
	g_test_add_func("/warden/host-that-reaps", test_host_that_reaps);
	g_test_add_func("/warden/thread-ends", test_thread_ends);
	g_test_add_func("/warden/other-protocol", test_other_protocol);
	g_test_add_func("/warden/nonsense", test_nonsense);
	g_test_add_func("/warden/unknown-level", test_unknown_level);
	g_test_add_func("/warden/proposed-layers", test_proposed_layers);
	g_test_add_func("/warden/hang-up", test_hang_up);
	g_test_add_func("/warden/by-hand", test_by_hand);
	g_test_add_func("/warden/refused-plans", test_refused_plans);
	return g_test_run();
}
