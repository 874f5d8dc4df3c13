// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The sandbox by its interface: shell scripts are run inside, and what they could do and
 * how they ended is compared. Every test runs at level full; without it they fail if
 * VHOST_PROBE_MUST_WORK is set and are skipped otherwise.
 */
#include "sandbox/sandbox.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <glib/gstdio.h>

#include "common/autofd.h"
#include "tests/launch.h"
#include "tests/skip.h"

#define SHELL "/bin/sh"

/* ---- running ---- */

/* Copies of what was reported, in the order of the requests. */
typedef struct {
	SandboxResult *results;
	unsigned *calls;
	size_t n, stop_at; /* nothing after this index is wanted; n: all is */
	Sandbox *sandbox;
} Results;

static bool doubts; /* whether doubtful results do not count */

static bool collect(size_t index, const SandboxResult *result, void *user_data)
{
	Results *results = user_data;

	g_assert_cmpuint(index, <, results->n);
	results->calls[index]++;
	g_free((char *)results->results[index].out);
	g_free((char *)results->results[index].err);
	results->results[index] = *result;
	results->results[index].out = g_strndup(result->out, result->out_length);
	results->results[index].err = g_strndup(result->err, result->err_length);
	if (index == results->stop_at)
		sandbox_want(results->sandbox, index + 1);
	return !doubts || !result->doubtful;
}

static bool once;    /* of the sandboxes that are opened */
static char *warden; /* its program */

static Sandbox *open_sandbox(SandboxLevel level, uint64_t timeout_us, unsigned jobs)
{
	SandboxPolicy policy = {.level = level,
		.timeout_us = timeout_us,
		.jobs = jobs,
		.once = once,
		.warden = warden};
	g_autoptr(GError) error = NULL;
	Sandbox *sandbox = sandbox_open(&policy, &error);

	g_assert_no_error(error);
	return sandbox;
}

static SandboxRequest shell_request(const char *const *argv)
{
	static char *shell;
	struct stat st;

	if (!shell)
		shell = realpath(SHELL, NULL);
	g_assert_cmpint(stat(shell, &st), ==, 0);
	return (SandboxRequest){
		.real_path = shell, .program = sandbox_file(&st), .argv = argv};
}

/* Runs each script by the shell. Returns: results, to be freed by results_free(). */
static Results *run_scripts(
	Sandbox *sandbox, const char *const *scripts, size_t n, size_t stop_at)
{
	g_autofree SandboxRequest *requests = g_new(SandboxRequest, n);
	g_autofree const char *(*argvs)[4] = g_malloc_n(n, sizeof *argvs);
	g_autoptr(GError) error = NULL;
	Results *results = g_new(Results, 1);

	*results = (Results){
		g_new0(SandboxResult, n), g_new0(unsigned, n), n, stop_at, sandbox};
	for (size_t i = 0; i < n; i++) {
		argvs[i][0] = "sh";
		argvs[i][1] = "-c";
		argvs[i][2] = scripts[i];
		argvs[i][3] = NULL;
		requests[i] = shell_request(argvs[i]);
	}
	sandbox_run(sandbox, requests, n, collect, results, &error);
	g_assert_no_error(error);
	return results;
}

static void results_free(Results *results)
{
	for (size_t i = 0; i < results->n; i++) {
		g_free((char *)results->results[i].out);
		g_free((char *)results->results[i].err);
	}
	g_free(results->results);
	g_free(results->calls);
	g_free(results);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Results, results_free)

static bool is_full(const Sandbox *sandbox)
{
	if (sandbox_report(sandbox)->level == SANDBOX_LEVEL_FULL)
		return true;
	skip_or_fail("level full is not available here");
	return false;
}

/* ---- how programs end ---- */

static const struct {
	const char *name, *script;
	SandboxOutcome outcome;
	int number; /* exit status or signal */
	const char *out, *err;
} cases[] = {
	{"output", "echo hello; echo oops >&2", SANDBOX_EXITED, 0, "hello\n", "oops\n"},
	{"exit-status", "exit 7", SANDBOX_EXITED, 7, "", ""},
	{"signal", "kill -SEGV $$", SANDBOX_SIGNALED, SIGSEGV, "", ""},
	{"terminated", "kill -TERM $$", SANDBOX_SIGNALED, SIGTERM, "", ""},
	{"hangs", "echo early; sleep 60", SANDBOX_TIMED_OUT, 0, "early\n", ""},
	{"P3/ignores-term", "trap '' TERM INT HUP; while :; do :; done",
		SANDBOX_TIMED_OUT, 0, "", ""},
	{"stops-itself", "kill -STOP $$", SANDBOX_TIMED_OUT, 0, "", ""},
	{"closes-output-and-hangs", "exec >&- 2>&-; sleep 60", SANDBOX_TIMED_OUT, 0, "",
		""},
	{"flood", "while :; do echo 0123456789012345678901234567890123456789; done",
		SANDBOX_OUTPUT, 0, NULL, ""},
	{"flood-of-errors",
		"i=0; while [ $i -lt 20000 ]; do echo 0123456789 >&2; i=$((i+1)); done; "
		"echo ok",
		SANDBOX_EXITED, 0, "ok\n", NULL},
	{"P4/daemon-holds-the-pipe", "(sleep 60; echo late) & echo ok", SANDBOX_EXITED, 0,
		"ok\n", ""},
	{"P4/daemon-in-a-session-of-its-own",
		"setsid sh -c \"trap '' HUP TERM; sleep 60\" & echo ok", SANDBOX_EXITED,
		0, "ok\n", ""},
	{"P2/three-descriptors", "ls /proc/self/fd | tr '\\n' ' '", SANDBOX_EXITED, 0,
		"0 1 2 3 ", ""},
	{"P2/stdin-is-empty", "cat; echo $?", SANDBOX_EXITED, 0, "0\n", ""},
	{"environment", "env -u PWD -u OLDPWD -u _ -u SHLVL | sort", SANDBOX_EXITED, 0,
		"HOME=/tmp\nLANG=C\nPATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/"
		"bin:/sbin:/"
		"bin\n",
		""},
	{"ids", "id -u; id -g", SANDBOX_EXITED, 0, "65534\n65534\n", ""},
	{"working-directory", "pwd", SANDBOX_EXITED, 0, "/\n", ""},
	{"no-shadow", "cat /etc/shadow 2>/dev/null || echo denied", SANDBOX_EXITED, 0,
		"denied\n", ""},
	{"no-writing",
		"for d in / /usr /dev /etc /proc/self; do echo x "
		"2>/dev/null >$d/x && "
		"echo $d; done; echo done",
		SANDBOX_EXITED, 0, "done\n", NULL},
	{"one-session",
		"[ $(ps -o sid= -p $$ 2>/dev/null || cut -d' ' -f6 /proc/$$/stat) = $$ ] "
		"&& echo leader",
		SANDBOX_EXITED, 0, "leader\n", ""},
	{"sees-only-itself",
		"ls -d /proc/[0-9]* | wc -l | { read n; [ $n -le 4 ] && echo few; }",
		SANDBOX_EXITED, 0, "few\n", ""},
	{"warden-is-invisible", "ls /proc/1 2>/dev/null || echo hidden", SANDBOX_EXITED,
		0, "hidden\n", ""},
	{"kills-everybody", "kill -9 -1; kill -9 1; echo alive", SANDBOX_EXITED, 0, NULL,
		NULL},
	{"dev-stderr", "echo x > /dev/stderr; echo y > /dev/null", SANDBOX_EXITED, 0, "",
		"x\n"},
	{"no-network", "ls /sys/class/net 2>/dev/null; wc -l < /proc/net/dev",
		SANDBOX_EXITED, 0, "3\n", ""},
};

static void test_case(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	/* Others have time, on a busy machine too. */
	uint64_t timeout_us =
		cases[i].outcome == SANDBOX_TIMED_OUT ? 1500 * 1000 : 20 * 1000 * 1000;
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, timeout_us, 4);
	/* A later program runs as if it were the only one. */
	const char *scripts[] = {cases[i].script, "echo after"};
	g_autoptr(Results) results = run_scripts(sandbox, scripts, 2, 2);
	const SandboxResult *result = &results->results[0];

	if (!is_full(sandbox))
		return;
	g_test_message("outcome %d, errno %d, out \"%s\", err \"%s\"", result->outcome,
		result->errnum, result->out, result->err);
	if (g_str_equal(cases[i].name, "kills-everybody")) {
		/* kill(-1) spares the sender in Linux; the warden is spared by being
		 * pid 1. */
		g_assert_cmpint(result->outcome, ==, SANDBOX_EXITED);
	} else {
		g_assert_cmpint(result->outcome, ==, cases[i].outcome);
		g_assert_cmpint(result->outcome == SANDBOX_SIGNALED ? result->signal
								    : result->exit_status,
			==, cases[i].number);
	}
	if (cases[i].out)
		g_assert_cmpstr(result->out, ==, cases[i].out);
	if (cases[i].err)
		g_assert_cmpstr(result->err, ==, cases[i].err);
	g_assert_cmpuint(result->out_length, <=, SANDBOX_STDOUT_MAX);
	g_assert_cmpuint(result->err_length, <=, SANDBOX_STDERR_MAX);
	g_assert_cmpint(results->results[1].outcome, ==, SANDBOX_EXITED);
	g_assert_cmpstr(results->results[1].out, ==, "after\n");
}

/* ---- output limits ---- */

static void test_output_limit(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 5000 * 1000, 4);
	const char *scripts[] = {
		"head -c 65536 /dev/zero",
		"head -c 65537 /dev/zero",
		"head -c 20000 /dev/zero | tr '\\0' a >&2; echo end >&2",
		"seq -f 'line %06.0f' 3000 >&2",
		"head -c 16384 /dev/zero | tr '\\0' a >&2",
	};
	g_autoptr(Results) results = run_scripts(sandbox, scripts, 5, 5);

	if (!is_full(sandbox))
		return;
	g_assert_cmpint(results->results[0].outcome, ==, SANDBOX_EXITED);
	g_assert_cmpuint(results->results[0].out_length, ==, 65536);
	g_assert_cmpint(results->results[1].outcome, ==, SANDBOX_OUTPUT);
	g_assert_cmpuint(results->results[1].out_length, ==, 65536);
	/* Of one line both ends. */
	g_assert_cmpuint(results->results[2].err_length, <=, SANDBOX_STDERR_MAX);
	g_assert_true(g_str_has_prefix(results->results[2].err, "aaaa"));
	g_assert_nonnull(strstr(results->results[2].err, "a\n[... "));
	g_assert_true(g_str_has_suffix(results->results[2].err, "aend\n"));
	/* Of many the first and the last, none but the one at the gap cut: 12 bytes each.
	 */
	g_assert_true(g_str_has_prefix(results->results[3].err, "line 000001\n"));
	g_assert_true(g_str_has_suffix(results->results[3].err, "\nline 003000\n"));
	g_assert_nonnull(strstr(results->results[3].err,
		"line 000341\nline\n[... 19688 bytes left out ...]\nline 001983\n"));
	/* What fits is kept whole. */
	g_assert_cmpuint(results->results[4].err_length, ==, SANDBOX_STDERR_MAX);
	g_assert_null(strchr(results->results[4].err, '['));
}

/* ---- several ---- */

static void test_side_by_side(void)
{
	enum { N = 40, HANGING = 8 };
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 2000 * 1000, 16);
	const char *scripts[N];
	gint64 start = g_get_monotonic_time();
	g_autoptr(Results) results = NULL;

	for (size_t i = 0; i < N; i++)
		scripts[i] = i < HANGING ? "sleep 60" : "echo ok";
	results = run_scripts(sandbox, scripts, N, N);
	if (!is_full(sandbox))
		return;
	for (size_t i = 0; i < N; i++) {
		g_assert_cmpuint(results->calls[i], ==, 1);
		g_assert_cmpint(results->results[i].outcome, ==,
			i < HANGING ? SANDBOX_TIMED_OUT : SANDBOX_EXITED);
	}
	/* One after another on two processors they would take 8 s. */
	g_assert_cmpint(g_get_monotonic_time() - start, <, 6 * G_USEC_PER_SEC);
}

static void test_cancel(void)
{
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_FULL, 60 * G_USEC_PER_SEC, 4);
	const char *scripts[] = {"echo first", "sleep 60", "sleep 60"};
	const char *again[] = {"echo again", "echo and again"};
	gint64 start = g_get_monotonic_time();
	g_autoptr(Results) results = run_scripts(sandbox, scripts, 3, 0);
	g_autoptr(Results) more = NULL;

	if (!is_full(sandbox))
		return;
	g_assert_cmpuint(results->calls[0], ==, 1);
	g_assert_cmpuint(results->calls[1] + results->calls[2], ==, 0);
	/* The workers of what was cancelled serve again, and its late replies are not
	 * mistaken. */
	more = run_scripts(sandbox, again, 2, 2);
	g_assert_cmpstr(more->results[0].out, ==, "again\n");
	g_assert_cmpstr(more->results[1].out, ==, "and again\n");
	g_assert_cmpint(g_get_monotonic_time() - start, <, 30 * G_USEC_PER_SEC);
}

/* What a program of many does. Returns: (transfer full): its script, which prints @i and
 * nothing else. */
static char *script_of_many(unsigned i)
{
	switch (i % 7) {
	case 3: /* its room is used up */
		return g_strdup_printf("ls -A /tmp; touch /tmp/%u; echo %u", i, i);
	case 5: /* the last word is another process' */
		return g_strdup_printf("(sleep 0.01; echo %u) &", i);
	default:
		return g_strdup_printf("echo %u", i);
	}
}

/* Programs are handed over ahead of time: each runs all the same, once, by itself, and
 * none waits for one that hangs. */
static void test_many(void)
{
	enum { N = 60, HANGS = 12 };
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_FULL, 60 * G_USEC_PER_SEC, 2);
	char *scripts[N];
	const char *argvs[N][4];
	SandboxRequest requests[N];
	SandboxResult slots[N] = {0};
	unsigned calls[N] = {0}, n = 0;
	Results results = {slots, calls, N, N, sandbox};
	g_autoptr(Results) after = NULL;
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < N; i++) {
		scripts[i] = i == HANGS ? g_strdup("sleep 600") : script_of_many(i);
		memcpy(argvs[i], (const char *[]){"sh", "-c", scripts[i], NULL},
			sizeof argvs[i]);
		requests[i] = shell_request(argvs[i]);
	}
	sandbox_begin(sandbox, requests, N, collect, &results);
	while (n < N - 1 && sandbox_step(sandbox)) {
		sandbox_wait(sandbox);
		n = 0;
		for (unsigned i = 0; i < N; i++)
			n += calls[i];
	}
	g_assert_true(sandbox_end(sandbox, &error));
	g_assert_no_error(error);
	after = run_scripts(sandbox, (const char *const *)scripts, HANGS, HANGS / 2);
	for (unsigned i = 0; i < N && is_full(sandbox); i++) {
		g_autofree char *said = g_strdup_printf("%u\n", i);

		g_test_message("%s", scripts[i]);
		g_assert_cmpuint(calls[i], ==, i != HANGS);
		if (calls[i])
			g_assert_cmpstr(slots[i].out, ==, said);
		if (i <= HANGS / 2)
			g_assert_cmpstr(after->results[i].out, ==, said);
	}
	for (unsigned i = 0; i < N; i++) {
		g_free((char *)slots[i].out);
		g_free((char *)slots[i].err);
		g_free(scripts[i]);
	}
}

/* A worker that owes an answer is given nothing: what uses its room up may still die. */
static void test_cancel_what_is_ahead(void)
{
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_FULL, 60 * G_USEC_PER_SEC, 1);
	const char *hog =
		"touch /tmp/mark; for i in $(seq 60); do sleep 600 & done; wait";
	const char *argv[] = {"sh", "-c", "echo ok", NULL};
	const char *hogs[] = {"sh", "-c", hog, NULL};
	const char *after[] = {"echo 0", "echo 1", "echo 2"};

	for (int round = 0; round < 5; round++) {
		SandboxRequest requests[] = {shell_request(argv), shell_request(argv),
			shell_request(hogs), shell_request(argv), shell_request(argv),
			shell_request(argv)};
		SandboxResult slots[G_N_ELEMENTS(requests)] = {0};
		unsigned calls[G_N_ELEMENTS(requests)] = {0};
		Results results = {slots, calls, G_N_ELEMENTS(requests),
			G_N_ELEMENTS(requests), sandbox};
		g_autoptr(Results) more = NULL;
		g_autoptr(GError) error = NULL;

		sandbox_begin(
			sandbox, requests, G_N_ELEMENTS(requests), collect, &results);
		while (!calls[0] && sandbox_step(sandbox))
			sandbox_wait(sandbox);
		/* Until the one that was given ahead of time has begun. */
		g_usleep(60 * 1000);
		sandbox_end(sandbox, &error);
		g_assert_no_error(error);
		for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
			g_free((char *)slots[i].out);
			g_free((char *)slots[i].err);
		}
		more = run_scripts(sandbox, after, 3, 3);
		for (int i = 0; i < 3 && is_full(sandbox); i++)
			g_assert_cmpint(more->results[i].outcome, ==, SANDBOX_EXITED);
	}
}

/* ---- doubts ---- */

/* Runs them, with what is doubtful confirmed. */
static Results *run_confirmed(Sandbox *sandbox, const char *const *scripts, size_t n)
{
	Results *results;

	doubts = true;
	results = run_scripts(sandbox, scripts, n, n);
	doubts = false;
	return results;
}

static void test_confirmed(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 5000 * 1000, 16);
	const char *scripts[] = {"sleep 0.3; echo ok", "sleep 0.1; echo no; exit 3",
		"sleep 0.1; kill -SEGV $$", "printf %65536s x; echo"};
	g_autoptr(Results) results = run_confirmed(sandbox, scripts, 4);
	static const unsigned calls[] = {2, 2, 2, 1};

	if (!is_full(sandbox))
		return;
	/* Side by side anything may have been the others' doing; too much output not. */
	for (size_t i = 0; i < 4; i++) {
		g_test_message("%s", scripts[i]);
		g_assert_cmpuint(results->calls[i], ==, calls[i]);
		g_assert_false(results->results[i].doubtful);
	}
	g_assert_cmpstr(results->results[0].out, ==, "ok\n");
	g_assert_cmpint(results->results[1].exit_status, ==, 3);
	g_assert_cmpint(results->results[2].signal, ==, SIGSEGV);
}

/* One after another nobody is in doubt, except about signals that people send. */
static void test_alone_without_doubt(void)
{
	static const struct {
		const char *script;
		unsigned calls;
	} alone[] = {{"exit 3", 1}, {"kill -SEGV $$", 1}, {"sleep 60", 1},
		{"kill -TERM $$", 2}, {"kill -KILL $$", 2}, {"kill -HUP $$", 2},
		{"kill -INT $$", 2}, {"kill -QUIT $$", 2}, {"kill -USR1 $$", 1}};
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 500 * 1000, 1);
	const char *scripts[G_N_ELEMENTS(alone)];
	g_autoptr(Results) results = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(alone); i++)
		scripts[i] = alone[i].script;
	results = run_confirmed(sandbox, scripts, G_N_ELEMENTS(alone));
	if (!is_full(sandbox))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(alone); i++) {
		g_test_message("%s", scripts[i]);
		g_assert_cmpuint(results->calls[i], ==, alone[i].calls);
	}
}

/* They have one timeout together; those that are left stay in doubt. */
static void test_no_time_to_confirm(void)
{
	enum { N = 12 };
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 1000 * 1000, 16);
	const char *scripts[N];
	gint64 start = g_get_monotonic_time();
	g_autoptr(Results) results = NULL;
	unsigned n_confirmed = 0;

	for (size_t i = 0; i < N; i++)
		scripts[i] = "sleep 0.4; exit 3";
	results = run_confirmed(sandbox, scripts, N);
	if (!is_full(sandbox))
		return;
	for (size_t i = 0; i < N; i++) {
		n_confirmed += !results->results[i].doubtful;
		g_assert_cmpuint(
			results->calls[i], ==, results->results[i].doubtful ? 1 : 2);
	}
	g_assert_cmpuint(n_confirmed, >=, 1);
	g_assert_cmpuint(n_confirmed, <=, 2);
	g_assert_cmpint(g_get_monotonic_time() - start, <, 5 * G_USEC_PER_SEC);
}

/* ---- in steps ---- */

/* While a program hangs, steps return and do nothing; it can be ended at any time, and
 * the sandbox is as good as before. */
static void test_steps(void)
{
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_FULL, 60 * 1000 * 1000, 2);
	const char *hangs[] = {"sh", "-c", "echo begun; sleep 60", NULL};
	const char *answers[] = {"sh", "-c", "echo done", NULL};
	const char *scripts[] = {"echo after"};
	SandboxRequest requests[] = {shell_request(hangs), shell_request(answers)};
	SandboxResult slots[2] = {0};
	unsigned calls[2] = {0};
	Results results = {slots, calls, 2, 2, sandbox};
	g_autoptr(Results) after = NULL;
	g_autoptr(GError) error = NULL;

	sandbox_begin(sandbox, requests, 2, collect, &results);
	while (!calls[1] && sandbox_step(sandbox))
		sandbox_wait(sandbox);
	/* No waiting in between: it would take a minute. */
	for (int i = 0; i < 1000 && is_full(sandbox); i++)
		g_assert_true(sandbox_step(sandbox));
	g_assert_true(sandbox_end(sandbox, &error));
	g_assert_no_error(error);
	after = run_scripts(sandbox, scripts, 1, 1);
	if (is_full(sandbox)) {
		g_assert_cmpuint(calls[0], ==, 0);
		g_assert_cmpstr(slots[1].out, ==, "done\n");
		g_assert_cmpstr(after->results[0].out, ==, "after\n");
	}
	for (int i = 0; i < 2; i++) {
		g_free((char *)slots[i].out);
		g_free((char *)slots[i].err);
	}
}

/* It can be closed in the middle of it, too. */
static void test_closed_between_steps(void)
{
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_FULL, 60 * 1000 * 1000, 1);
	const char *argv[] = {"sh", "-c", "sleep 60", NULL};
	SandboxRequest request = shell_request(argv);
	SandboxResult slot = {0};
	unsigned calls = 0;
	Results results = {&slot, &calls, 1, 1, sandbox};

	sandbox_begin(sandbox, &request, 1, collect, &results);
	g_assert_true(sandbox_step(sandbox));
	g_clear_pointer(&sandbox, sandbox_close);
	g_assert_cmpuint(calls, ==, 0);
}

/* ---- failures to start ---- */

static void test_not_the_checked_file(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 5000 * 1000, 1);
	const char *argv[] = {"sh", "-c", "echo run", NULL};
	SandboxRequest requests[] = {
		shell_request(argv), shell_request(argv), shell_request(argv)};
	g_autoptr(Results) results = g_new0(Results, 1);
	g_autoptr(GError) error = NULL;

	*results =
		(Results){g_new0(SandboxResult, 3), g_new0(unsigned, 3), 3, 3, sandbox};
	requests[0].program.ctime_nsec ^= 1;
	requests[1].real_path = "/usr/bin/no-such-program";
	sandbox_run(sandbox, requests, 3, collect, results, &error);
	g_assert_no_error(error);
	if (!is_full(sandbox))
		return;
	g_assert_cmpint(results->results[0].outcome, ==, SANDBOX_EXEC_FAILED);
	g_assert_cmpint(results->results[0].errnum, ==, ESTALE);
	g_assert_cmpstr(results->results[0].out, ==, "");
	g_assert_cmpint(results->results[1].outcome, ==, SANDBOX_EXEC_FAILED);
	g_assert_cmpint(results->results[1].errnum, ==, ENOENT);
	g_assert_cmpstr(results->results[2].out, ==, "run\n");
}

/* What a program called @name in @directory says, or why it was not believed. */
static char *run_by_name(
	Sandbox *sandbox, const char *directory, const char *name, const char *script)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *real_path = realpath(path, NULL);
	const char *argv[] = {path, "-c", script, NULL};
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_auto(SandboxWay) way = {0};
	SandboxRequest request = {.real_path = real_path, .argv = argv, .way = &way};
	g_autoptr(Results) results = g_new0(Results, 1);
	g_autoptr(GError) error = NULL;
	const SandboxResult *result;
	struct stat st;

	sandbox_way_find(real_path, path, &caller, &way, &error);
	g_assert_no_error(error);
	g_assert_cmpint(stat(path, &st), ==, 0);
	request.program = sandbox_file(&st);
	*results =
		(Results){g_new0(SandboxResult, 1), g_new0(unsigned, 1), 1, 1, sandbox};
	sandbox_run(sandbox, &request, 1, collect, results, &error);
	g_assert_no_error(error);
	result = &results->results[0];
	return result->outcome == SANDBOX_EXEC_FAILED
		       ? g_strdup(g_strerror(result->errnum))
		       : g_strdup(result->out);
}

/* Without a sandbox a program can do to its own file what an update does to it at that
 * moment: if another file lies there then, nobody knows which one has run. */
static void test_replaced_while_it_runs(void)
{
	static const struct {
		const char *name, *script;
		bool counts;
	} replaced[] = {
		{"program", "echo ran", true},
		{"link", "echo ran", true},
		{"program", "mv program old && cp old program", false},
		{"program", "cp program new && mv new program", false},
		{"program", "mv program old && mv old program", true},
		{"program", "touch program", true},
		{"program", "chmod go-x program", true},
		{"program", "rm program", true},
		{"link", "cp program new && mv new program", false},
		{"link", "mv program old && mv old program", true},
		{"link", "cp program new && ln -sf new link", false},
		{"link", "rm link", true},
		/* not its own */
		{"program", "rm link", true},
		{"program", "touch new", true},
	};
	g_autoptr(Sandbox) sandbox =
		open_sandbox(SANDBOX_LEVEL_NONE, 20 * G_USEC_PER_SEC, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(replaced); i++) {
		g_autofree char *directory = g_dir_make_tmp(NULL, NULL);
		g_autofree char *make = g_strdup_printf(
			"cd %s && cp %s program && ln -s program link", directory, SHELL);
		g_autofree char *clear = g_strdup_printf("rm -r %s", directory);
		g_autofree char *script = g_strdup_printf(
			"cd %s && %s; echo ran", directory, replaced[i].script);
		g_autofree char *said = NULL;

		g_assert_cmpint(system(make), ==, 0);
		/* The change time of a rename is that of a clock that may be coarse. */
		g_usleep(20 * 1000);
		said = run_by_name(sandbox, directory, replaced[i].name, script);
		g_test_message("%s: %s", replaced[i].name, replaced[i].script);
		g_assert_true(g_str_has_prefix(
			said, replaced[i].counts ? "ran" : g_strerror(ESTALE)));
		g_assert_cmpint(system(clear), ==, 0);
	}
}

/* A request's settings hold only for its program. */
static void test_terms_of_a_request(void)
{
	static const char *const scripts[] = {
		"echo ${HOME-none}",
		"echo ${HOME-none}",
		"trap 'echo ended; exit 3' TERM; while :; do sleep 0.05; done",
		"trap '' TERM; while :; do sleep 0.05; done",
		"exec sleep 60",
		"sleep 0.3; echo not asked",
	};
	enum { N = G_N_ELEMENTS(scripts) };
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 3000 * 1000, 1);
	const char *argvs[N][4];
	SandboxRequest requests[N];
	g_autoptr(Results) results = g_new(Results, 1);
	const SandboxResult *got;
	g_autoptr(GError) error = NULL;

	*results =
		(Results){g_new0(SandboxResult, N), g_new0(unsigned, N), N, N, sandbox};
	for (size_t i = 0; i < N; i++) {
		argvs[i][0] = "sh";
		argvs[i][1] = "-c";
		argvs[i][2] = scripts[i];
		argvs[i][3] = NULL;
		requests[i] = shell_request(argvs[i]);
	}
	requests[0].homeless = true;
	for (size_t i = 2; i < 5; i++)
		requests[i].term_us = 200 * 1000;
	sandbox_run(sandbox, requests, N, collect, results, &error);
	g_assert_no_error(error);
	if (!is_full(sandbox))
		return;
	got = results->results;
	g_assert_cmpstr(got[0].out, ==, "none\n");
	g_assert_cmpstr(got[1].out, ==, "/tmp\n");
	g_assert_cmpint(got[2].outcome, ==, SANDBOX_EXITED);
	g_assert_cmpstr(got[2].out, ==, "ended\n");
	g_assert_cmpint(got[3].outcome, ==, SANDBOX_TIMED_OUT);
	g_assert_cmpint(got[4].outcome, ==, SANDBOX_SIGNALED);
	g_assert_cmpint(got[4].signal, ==, SIGTERM);
	g_assert_cmpstr(got[5].out, ==, "not asked\n");
}

static void test_new_directories(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 5000 * 1000, 2);
	const char *scripts[] = {"echo before"};
	g_autoptr(Results) first = run_scripts(sandbox, scripts, 1, 1);
	g_autofree char *directory = g_dir_make_tmp(NULL, NULL);
	g_autofree char *program = g_build_filename(directory, "program", NULL);
	const char *argv[] = {"program", NULL};
	g_autoptr(Results) second = g_new0(Results, 1);
	g_autoptr(GError) error = NULL;
	SandboxRequest request = {.real_path = program, .argv = argv};
	struct stat st;

	if (!is_full(sandbox))
		return;
	g_assert_true(g_file_set_contents(program, "#!/bin/sh\necho $0\n", -1, NULL));
	g_assert_cmpint(g_chmod(directory, 0755) | g_chmod(program, 0755), ==, 0);
	g_assert_cmpint(stat(program, &st), ==, 0);
	request.program = sandbox_file(&st);
	*second = (Results){g_new0(SandboxResult, 1), g_new0(unsigned, 1), 1, 1, sandbox};
	/* It lies where the first room has nothing: a new one is built. */
	sandbox_run(sandbox, &request, 1, collect, second, &error);
	g_assert_no_error(error);
	g_assert_cmpint(second->results[0].errnum, ==, 0);
	g_assert_cmpstr(g_strchomp((char *)second->results[0].out), ==, program);
	g_unlink(program);
	g_rmdir(directory);
}

/* An ordinary user makes none anywhere. */
static void skip_nodes(void)
{
	if (geteuid() == 0)
		skip_or_fail("device nodes cannot be made here");
	else
		g_test_skip("takes root");
}

/* Not where it lies on a file system without devices. */
static bool can_be_read(const char *path)
{
	autofd fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd >= 0;
}

/* What is live was looked at when the sandbox was opened; what comes to lie there
 * afterwards is shown as what it is, or not at all. */
static void test_devices_are_swapped(void)
{
	g_autofree char *top = g_dir_make_tmp(NULL, NULL);
	g_autofree char *shown = g_build_filename(top, "shown", NULL);
	g_autofree char *node = g_build_filename(shown, "node", NULL);
	g_autofree char *other = g_build_filename(top, "other", NULL);
	g_autofree char *there = g_build_filename(other, "node", NULL);
	g_autofree char *kept = g_build_filename(top, "kept", NULL);
	g_autofree char *script =
		g_strdup_printf("ls %s; head -c 1 %s | wc -c", shown, node);
	const char *scripts[] = {script};
	const char *const expose[] = {shown, NULL};
	/* What happens to the exposed directory, and what is seen then. */
	static const struct {
		const char *what, *out;
	} swaps[] = {
		{"nothing", "node\n1\n"},
		{"a link to other devices", "0\n"},
		{"a file in place of the node", "node\n0\n"},
		{"a directory in place of the node", "node\n0\n"},
	};

	g_assert_cmpint(
		g_mkdir(shown, 0755) | g_mkdir(other, 0755) | g_chmod(top, 0755), ==, 0);
	if (mknod(there, S_IFCHR | 0666, makedev(1, 5)) < 0 || !can_be_read(there)) {
		skip_nodes();
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(swaps); i++) {
		SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL,
			.timeout_us = 5000 * 1000,
			.jobs = 1,
			.expose = expose,
			.warden = warden};
		g_autoptr(Sandbox) sandbox = NULL;
		g_autoptr(Results) results = NULL;

		g_test_message("%s", swaps[i].what);
		g_assert_cmpint(mknod(node, S_IFCHR | 0666, makedev(1, 5)), ==, 0);
		g_assert_cmpint(chmod(node, 0666) | chmod(there, 0666), ==, 0);
		sandbox = sandbox_open(&policy, NULL);
		g_assert_nonnull(sandbox);
		if (i == 1)
			g_assert_cmpint(
				rename(shown, kept) | symlink(other, shown), ==, 0);
		else if (i > 1)
			g_assert_cmpint(unlink(node), ==, 0);
		if (i == 2)
			g_assert_true(g_file_set_contents(node, "", 0, NULL));
		else if (i == 3)
			g_assert_cmpint(mkdir(node, 0755), ==, 0);
		results = run_scripts(sandbox, scripts, 1, 1);
		if (!is_full(sandbox))
			return;
		g_assert_cmpstr(results->results[0].out, ==, swaps[i].out);
		if (i == 1)
			g_assert_cmpint(unlink(shown) | rename(kept, shown), ==, 0);
		g_assert_cmpint(remove(node), ==, 0);
	}
	g_assert_cmpint(unlink(there) | rmdir(other) | rmdir(shown) | rmdir(top), ==, 0);
}

/* ---- the caller ---- */

static unsigned count_fds(void)
{
	g_autoptr(GDir) directory = g_dir_open("/proc/self/fd", 0, NULL);
	unsigned n = 0;

	while (g_dir_read_name(directory))
		n++;
	return n;
}

static volatile sig_atomic_t child_signals;

static void count_child_signal(int number)
{
	child_signals++;
}

static void *spin(void *stop)
{
	while (!g_atomic_int_get((int *)stop))
		g_free(g_malloc(100));
	return NULL;
}

/* A host with threads, children of its own, a SIGCHLD handler and blocked signals notices
 * nothing. */
static void test_caller(void)
{
	unsigned fds = count_fds();
	int stop = 0;
	GThread *threads[] = {
		g_thread_new(NULL, spin, &stop), g_thread_new(NULL, spin, &stop)};
	sigset_t before = {0}, after = {0};

	child_signals = 0;
	signal(SIGCHLD, count_child_signal);
	sigprocmask(SIG_SETMASK, NULL, &before);
	for (int i = 0; i < 10; i++) {
		g_autoptr(Sandbox) sandbox =
			open_sandbox(SANDBOX_LEVEL_FULL, 5000 * 1000, 4);
		const char *scripts[] = {"echo 1", "echo 2", "exit 3"};
		g_autoptr(Results) results = run_scripts(sandbox, scripts, 3, 3);

		g_assert_cmpint(waitpid(-1, NULL, WNOHANG), ==, -1);
		g_assert_cmpint(errno, ==, ECHILD);
		if (!is_full(sandbox))
			break;
		g_assert_cmpstr(results->results[1].out, ==, "2\n");
	}
	g_atomic_int_set(&stop, 1);
	g_thread_join(threads[0]);
	g_thread_join(threads[1]);
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_SETMASK, NULL, &after);
	g_assert_cmpmem(&before, sizeof before, &after, sizeof after);
	g_assert_cmpint(child_signals, ==, 0);
	g_assert_cmpuint(count_fds(), ==, fds);
	/* Every warden is reaped. */
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
}

/* ---- wardens that die ---- */

static unsigned n_killed;

/* Kills the wardens, children of this process, once. */
static void kill_wardens(void *user_data)
{
	g_autofree char *children = NULL;
	g_autofree char *path = g_strdup_printf("/proc/self/task/%d/children", getpid());
	unsigned *ticks = user_data;

	if (++*ticks != 10 || !g_file_get_contents(path, &children, NULL, NULL))
		return;
	for (char *p = children, *end; *p; p = end) {
		long pid = strtol(p, &end, 10);

		if (end == p)
			break;
		kill((pid_t)pid, SIGKILL);
		n_killed++;
	}
}

/* By the kernel, short of memory, for instance: the programs get a second run. */
static void test_second_try(const void *data)
{
	g_autoptr(Sandbox) sandbox = NULL;
	const char *scripts[] = {"sleep 1; echo 1", "sleep 1; echo 2", "echo 3"};
	g_autoptr(Results) results = NULL;
	unsigned ticks = 0;

	n_killed = 0;
	once = GPOINTER_TO_INT(data);
	sandbox = open_sandbox(SANDBOX_LEVEL_FULL, 20000 * 1000, 2);
	once = false;
	sandbox_set_tick(sandbox, kill_wardens, &ticks);
	results = run_confirmed(sandbox, scripts, 3);
	if (!is_full(sandbox))
		return;
	g_assert_cmpuint(n_killed, >, 0);
	g_assert_cmpstr(results->results[0].out, ==, "1\n");
	g_assert_cmpstr(results->results[1].out, ==, "2\n");
	g_assert_cmpstr(results->results[2].out, ==, "3\n");
}

/* ---- level none ---- */

/* A zombie, whom its new parent has not reaped yet, does not run. */
static bool is_running(int pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/stat", pid);
	g_autofree char *stat = NULL;

	return g_file_get_contents(path, &stat, NULL, NULL) && !strstr(stat, ") Z ");
}

static void test_none(void)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(SANDBOX_LEVEL_NONE, 700 * 1000, 2);
	const char *scripts[] = {"pwd; ls -d /etc/passwd", "sleep 60",
		"sleep 60 & echo $!", "yes", "exit 4"};
	g_autoptr(Results) results = run_scripts(sandbox, scripts, 5, 5);
	int pid;

	g_assert_cmpint(sandbox_report(sandbox)->level, ==, SANDBOX_LEVEL_NONE);
	g_assert_cmpstr(results->results[0].out, ==, "/\n/etc/passwd\n");
	g_assert_cmpint(results->results[1].outcome, ==, SANDBOX_TIMED_OUT);
	g_assert_cmpint(results->results[2].outcome, ==, SANDBOX_EXITED);
	/* Its background process was of its group. */
	pid = atoi(results->results[2].out);
	g_assert_cmpint(pid, >, 1);
	for (int i = 0; i < 100 && is_running(pid); i++)
		g_usleep(10 * 1000);
	g_assert_false(is_running(pid));
	g_assert_cmpint(results->results[3].outcome, ==, SANDBOX_OUTPUT);
	g_assert_cmpint(results->results[4].exit_status, ==, 4);
}

/* A process with @word in its command line. */
static bool is_any_running(const char *word)
{
	g_autoptr(GDir) directory = g_dir_open("/proc", 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(directory))) {
		g_autofree char *path = g_build_filename("/proc", name, "cmdline", NULL);
		g_autofree char *words = NULL;
		gsize length = 0;

		if (!g_ascii_isdigit(name[0]) || atoi(name) == getpid() ||
			!g_file_get_contents(path, &words, &length, NULL))
			continue;
		for (gsize i = 0; i < length; i += strlen(words + i) + 1)
			if (strstr(words + i, word))
				return true;
	}
	return false;
}

/* What is cancelled, and what runs when the sandbox is closed, is ended here too. */
static void test_none_leaves_nothing(void)
{
	g_autofree char *word =
		g_strdup_printf("%d.%d", 1000 + getpid(), g_random_int_range(1, 999));
	g_autofree char *hang = g_strdup_printf("sleep %s", word);
	const char *scripts[] = {"sleep 0.3; echo first", hang};

	for (int i = 0; i < 5; i++) {
		g_autoptr(Sandbox) sandbox =
			open_sandbox(SANDBOX_LEVEL_NONE, 60 * G_USEC_PER_SEC, 2);
		g_autoptr(Results) results = run_scripts(sandbox, scripts, 2, 0);

		g_assert_cmpstr(results->results[0].out, ==, "first\n");
	}
	g_assert_false(is_any_running(word));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!launch_or_skip_all("/sandbox"))
		return g_test_run();
	warden = g_build_filename(g_getenv("STAGE"), "bin/vhost-probe-warden", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/sandbox/", cases[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
	}
	g_test_add_func("/sandbox/steps", test_steps);
	g_test_add_func("/sandbox/closed-between-steps", test_closed_between_steps);
	g_test_add_func("/sandbox/output-limit", test_output_limit);
	g_test_add_func("/sandbox/side-by-side", test_side_by_side);
	g_test_add_func("/sandbox/many", test_many);
	g_test_add_func("/sandbox/cancel", test_cancel);
	g_test_add_func("/sandbox/cancel-what-is-ahead", test_cancel_what_is_ahead);
	g_test_add_func("/sandbox/confirmed", test_confirmed);
	g_test_add_func("/sandbox/alone-without-doubt", test_alone_without_doubt);
	g_test_add_func("/sandbox/no-time-to-confirm", test_no_time_to_confirm);
	g_test_add_func("/sandbox/not-the-checked-file", test_not_the_checked_file);
	g_test_add_func("/sandbox/replaced-while-it-runs", test_replaced_while_it_runs);
	g_test_add_func("/sandbox/P3/terms-of-a-request", test_terms_of_a_request);
	g_test_add_func("/sandbox/new-directories", test_new_directories);
	g_test_add_func("/sandbox/devices-are-swapped", test_devices_are_swapped);
	g_test_add_func("/sandbox/caller", test_caller);
	g_test_add_data_func(
		"/sandbox/second-try", GINT_TO_POINTER(false), test_second_try);
	g_test_add_data_func(
		"/sandbox/second-try-once", GINT_TO_POINTER(true), test_second_try);
	g_test_add_func("/sandbox/none", test_none);
	g_test_add_func("/sandbox/none-leaves-nothing", test_none_leaves_nothing);
	return g_test_run();
}
