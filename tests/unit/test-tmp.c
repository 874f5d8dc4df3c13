// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The room's /tmp by the sandbox' interface: what marks a room as used up, what does not,
 * and that the next program finds nothing. A script's process id says in which room it
 * is: the first of a new room has the same one each time, later ones have higher ones.
 */
#include "sandbox/sandbox.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <glib/gstdio.h>

#include "tests/launch.h"
#include "tests/skip.h"

static char *warden; /* its program */

/* ---- running ---- */

#define SCRIPTS_MAX 64

static struct {
	SandboxOutcome outcomes[SCRIPTS_MAX];
	char *out[SCRIPTS_MAX]; /* NULL: it has not ended */
	size_t stop_at;         /* nothing after this index is wanted */
	Sandbox *sandbox;
} answers;

static bool collect(size_t index, const SandboxResult *result, void *user_data)
{
	g_test_message("%zu: outcome %d, \"%.*s\", \"%.*s\"", index, result->outcome,
		(int)result->out_length, result->out, (int)result->err_length,
		result->err);
	answers.outcomes[index] = result->outcome;
	answers.out[index] = g_strndup(result->out, result->out_length);
	if (index == answers.stop_at)
		sandbox_want(answers.sandbox, index + 1);
	return true;
}

static Sandbox *open_sandbox(unsigned jobs, bool once, uint32_t without)
{
	SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL,
		.without = without,
		.timeout_us = 1000 * 1000,
		.jobs = jobs,
		.once = once,
		.warden = warden};
	g_autoptr(GError) error = NULL;
	Sandbox *sandbox = sandbox_open(&policy, &error);

	g_assert_no_error(error);
	return sandbox;
}

/* Returns: whether there is a sandbox; else a skip or failure. */
static bool run(Sandbox *sandbox, const char *const *scripts, size_t n, size_t stop_at)
{
	SandboxRequest requests[SCRIPTS_MAX];
	const char *argvs[SCRIPTS_MAX][4];
	g_autoptr(GError) error = NULL;
	char *shell = realpath("/bin/sh", NULL);
	struct stat st;

	g_assert_cmpint(stat(shell, &st), ==, 0);
	for (size_t i = 0; i < SCRIPTS_MAX; i++)
		g_clear_pointer(&answers.out[i], g_free);
	answers.stop_at = stop_at;
	answers.sandbox = sandbox;
	for (size_t i = 0; i < n; i++) {
		argvs[i][0] = "sh";
		argvs[i][1] = "-c";
		argvs[i][2] = scripts[i];
		argvs[i][3] = NULL;
		requests[i] = (SandboxRequest){.real_path = shell,
			.program = sandbox_file(&st),
			.argv = argvs[i]};
	}
	sandbox_run(sandbox, requests, n, collect, NULL, &error);
	free(shell);
	g_assert_no_error(error);
	if (sandbox_report(sandbox)->accepted)
		return true;
	skip_or_fail("level full is not available here");
	return false;
}

/* ---- marks ---- */

/* Each says its process id first. */
#define LOOK "echo $$; ls -A /tmp /dev/shm; stat -c '%X %Y %a' /tmp; stat -f -c '%f' /tmp"

static const struct {
	const char *name, *script;
	bool marks;
} cases[] = {
	{"nothing", ":", false},
	{"lists", "ls -laR /tmp /dev/shm; cat /tmp/none; test -w /tmp; cd /tmp", false},
	{"fails-to-make", "mkdir /tmp/a/b; ln -s x /tmp/a/b; : > /tmp/", false},
	{"fails", "exit 3", false},
	{"unnamed",
		"exec perl -e 'use Fcntl; sysopen(F, \"/tmp\", 020200000 | O_RDWR) or "
		"die; "
		"print F \"x\" x 100000; close F'",
		false},
	{"file", "echo x > /tmp/a", true},
	{"shared-memory", "echo x > /dev/shm/a", true},
	{"empty-file", ": > /tmp/a", true},
	{"removed-file", ": > /tmp/a; rm /tmp/a", true},
	{"removed-and-times-set-back",
		"sleep 0.02; : > /tmp/a; rm /tmp/a; touch -d @0 /tmp; stat -c %Y /tmp",
		true},
	{"times-of-itself", "touch -d @0 /tmp", true},
	{"access-time-of-itself", "touch -a -d @5 /tmp", true},
	{"mode-of-itself", "chmod 700 /dev/shm", true},
	{"mode-and-back", "sleep 0.02; chmod 700 /tmp; chmod 1777 /tmp", true},
	{"directory", "mkdir -p /tmp/a/b/c", true},
	{"removed-directory", "mkdir /tmp/a; rmdir /tmp/a", true},
	{"link", "ln -s /proc/self/mem /tmp/a", true},
	{"fifo", "mkfifo /tmp/a", true},
	{"moved", ": > /tmp/a; mv /tmp/a /dev/shm/b; rm /tmp/b", true},
	{"odd-name", ": > \"$(printf '/tmp/\\033[31m\\n\"')\"", true},
	{"of-a-background-process", "(sleep 0.1; : > /tmp/a; sleep 10) & sleep 0.3",
		true},
	{"killed", ": > /tmp/a; kill -9 $$", true},
	{"fails-with-a-mark", ": > /tmp/a; exit 1", true},
	{"hangs", ": > /tmp/a; sleep 10", true},
	{"floods", ": > /tmp/a; exec cat /dev/zero", true},
	{"full-of-data", "cat /dev/zero > /tmp/a", true},
	{"full-of-files", "i=0; while : > /tmp/$i; do i=$((i+1)); done", true},
};

static void test_case(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autofree char *script = g_strconcat("echo $$; ", cases[i].script, NULL);
	const char *scripts[] = {LOOK, script, LOOK, LOOK};

	for (int once = 0; once < 2; once++) {
		g_autoptr(Sandbox) sandbox = open_sandbox(1, once, 0);
		g_autofree char *expected = NULL;
		int first, second;
		char *rest;

		if (!run(sandbox, scripts, 4, 4))
			return;
		first = (int)strtol(answers.out[0], &rest, 10);
		expected = g_strdup(rest);
		g_assert_nonnull(strstr(expected, "\n0 0 1777\n"));
		/* The first has left no mark. */
		g_assert_cmpint(atoi(answers.out[1]), >, first);
		second = (int)strtol(answers.out[2], &rest, 10);
		g_assert_cmpstr(rest, ==, expected);
		if (cases[i].marks)
			g_assert_cmpint(second, ==, first);
		else
			g_assert_cmpint(second, >, atoi(answers.out[1]));
		g_assert_cmpint(atoi(answers.out[3]), >, second);
	}
}

/* ---- without the filter ---- */

static const struct {
	const char *name, *script;
} unfiltered[] = {
	{"removed-and-times-set-back",
		": > /tmp/a; rm /tmp/a; touch -d @0 /tmp; stat -c %Y /tmp"},
	{"mode", "chmod 700 /tmp; touch -d @0 /tmp; stat -c %a /tmp"},
	{"mode-and-back", "chmod 700 /tmp; chmod 1777 /tmp; touch -d @0 /tmp"},
};

/* Change time and mode reveal it: times can be set there, and are. */
static void test_unfiltered(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autofree char *script = g_strconcat("echo $$; ", unfiltered[i].script, NULL);
	/* Some time passes, since clocks may be coarse. */
	const char *scripts[] = {"echo $$; sleep 0.1", script, LOOK};
	g_autoptr(Sandbox) sandbox =
		open_sandbox(1, false, SANDBOX_LAYER_BIT(SANDBOX_LAYER_SECCOMP));

	if (!run(sandbox, scripts, 3, 3))
		return;
	g_assert_cmpint(atoi(answers.out[1]), >, atoi(answers.out[0]));
	g_assert_cmpint(atoi(answers.out[2]), ==, atoi(answers.out[0]));
}

/* ---- many ---- */

/* Each leaves something, and finds nothing; none is lost with its room. */
static void test_many(const void *data)
{
	const char *scripts[SCRIPTS_MAX];
	g_autoptr(Sandbox) sandbox = open_sandbox(4, GPOINTER_TO_INT(data), 0);

	for (size_t i = 0; i < SCRIPTS_MAX; i++)
		scripts[i] = "ls -A /tmp; echo x > /tmp/a; echo done";
	if (!run(sandbox, scripts, SCRIPTS_MAX, SCRIPTS_MAX))
		return;
	for (size_t i = 0; i < SCRIPTS_MAX; i++)
		g_assert_cmpstr(answers.out[i], ==, "done\n");
}

/* A cancelled program has still left its mark. */
static void test_cancelled(void)
{
	static const char *const scripts[] = {
		"sleep 0.4; echo first", "echo x > /tmp/a; sleep 60"};
	static const char *const looks[] = {
		"ls -A /tmp; sleep 0.1", "ls -A /tmp; sleep 0.1", "ls -A /tmp"};
	g_autoptr(Sandbox) sandbox = open_sandbox(2, false, 0);

	if (!run(sandbox, scripts, 2, 0))
		return;
	g_assert_null(answers.out[1]);
	run(sandbox, looks, 3, 3);
	for (size_t i = 0; i < 3; i++)
		g_assert_cmpstr(answers.out[i], ==, "");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	if (!launch_or_skip_all("/tmp"))
		return g_test_run();
	warden = g_build_filename(g_getenv("STAGE"), "bin/vhost-probe-warden", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strdup_printf("/tmp/%s/%s",
			cases[i].marks ? "marks" : "leaves-no-mark", cases[i].name);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_case);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(unfiltered); i++) {
		g_autofree char *path =
			g_strconcat("/tmp/without-filter/", unfiltered[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_unfiltered);
	}
	g_test_add_data_func("/tmp/many", GINT_TO_POINTER(false), test_many);
	g_test_add_data_func("/tmp/many-once", GINT_TO_POINTER(true), test_many);
	g_test_add_func("/tmp/cancelled", test_cancelled);
	return g_test_run();
}
