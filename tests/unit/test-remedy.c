// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Remedies for programs: they say what the reason says to people, and no more.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <glib/gstdio.h>

#include "probe/candidate.h"
#include "probe/start-failure.h"

static char *top, *program, *hidden; /* a directory; in it a program and a data file */

static VpCandidate *failed(const char *said, uint32_t held)
{
	VpCandidate *candidate = candidate_new();

	candidate->type = g_strdup("gpu");
	candidate->binary = g_strdup(program);
	candidate->real_path = g_strdup(program);
	candidate->probe.source = VP_PROBE_RUN;
	candidate->probe.held = held;
	candidate->probe.level = sandbox_level_of(held);
	candidate->probe.stderr_text = g_strdup(said);
	candidate->probe.stdout_text = g_strdup("");
	candidate_settle(candidate, VP_VERDICT_EXIT_STATUS, "exit status 1");
	return candidate;
}

static VpRequest request_of(uid_t uid)
{
	VpRequest request = VP_REQUEST_INIT;

	request.uid = uid;
	return request;
}

static void hint(VpCandidate *candidate, const VpRequest *request, bool by_itself)
{
	const SandboxPolicy policy = policy_of(request);
	g_autoptr(SandboxView) view = sandbox_view_new(&policy, program, program, NULL,
		candidate->probe.held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT));

	hint_at_sandbox(candidate, request, view, NULL, 0, by_itself);
}

static char *explain(VpCandidate *candidate, const VpRequest *request, int errnum)
{
	const SandboxPolicy policy = policy_of(request);
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, program, NULL, true);

	return start_failure_explain(candidate, request, view, errnum);
}

/* Returns: (transfer full): "without=user,uid jobs=1", of all remedies. */
static char *list_remedies(const VpCandidate *candidate)
{
	GString *list = g_string_new(NULL);
	const char *name;

	for (VpRemedy remedy = VP_REMEDY_NONE; (name = vp_remedy_name(remedy));
		remedy++) {
		g_autofree char *values = g_strjoinv(
			",", (char **)vp_candidate_get_remedy(candidate, remedy));

		if (*values)
			g_string_append_printf(
				list, "%s%s=%s", list->len ? " " : "", name, values);
	}
	return g_string_free(list, FALSE);
}

static void assert_remedies(const VpCandidate *candidate, const char *expected)
{
	g_autofree char *list = list_remedies(candidate);

	g_assert_cmpstr(list, ==, expected);
}

static void assert_says(const VpCandidate *candidate, const char *words)
{
	if (!strstr(vp_candidate_get_reason(candidate), words))
		g_error("\"%s\" is not in \"%s\"", words,
			vp_candidate_get_reason(candidate));
}

#define PARTIAL                                                                         \
	(SANDBOX_LAYER_BIT(SANDBOX_LAYER_UID) | SANDBOX_LAYER_BIT(SANDBOX_LAYER_CAPS) | \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_NO_NEW_PRIVS) |                         \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_LIMITS) |                               \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_SECCOMP) |                              \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_LANDLOCK))

/* What a program says; the words of the reason that the remedy is also in. */
static const struct {
	const char *said, *reason, *remedies;
	uint32_t held;
	uid_t uid;
} words[] = {
	{"you must be root", "--without user,uid", "without=user,uid", SANDBOX_ALL_LAYERS,
		0},
	{"you must be root", "exit status 1", "", SANDBOX_ALL_LAYERS, 1000},
	{"out of memory", "--without limits", "without=limits", SANDBOX_ALL_LAYERS, 1000},
	{"File too large", "--without limits", "without=limits", SANDBOX_ALL_LAYERS, 0},
	{"Too many open files", "--without limits", "without=limits", SANDBOX_ALL_LAYERS,
		0},
	{"AddressSanitizer: failed", "--without limits,seccomp", "without=limits,seccomp",
		SANDBOX_ALL_LAYERS, 1000},
	{"==3==ERROR: MemorySanitizer failed to allocate 0xf0000000000 bytes",
		"--without limits,seccomp", "without=limits,seccomp", SANDBOX_ALL_LAYERS,
		1000},
	{"Bad system call", "--without seccomp", "without=seccomp", SANDBOX_ALL_LAYERS,
		1000},
	{"can't start new thread", "--jobs 1", "jobs=1", SANDBOX_ALL_LAYERS, 1000},
	{"x: Operation not permitted", "--without net,limits,seccomp,landlock",
		"without=net,limits,seccomp,landlock", SANDBOX_ALL_LAYERS, 1000},
	{"x: Operation not permitted", "--without limits,seccomp",
		"without=limits,seccomp", PARTIAL, 1000},
	{"mmap: Cannot allocate memory", "--without limits,seccomp",
		"without=limits,seccomp", SANDBOX_ALL_LAYERS, 1000},
	{"x: Invalid argument", "--without seccomp", "without=seccomp",
		SANDBOX_ALL_LAYERS, 1000},
	{"setuid: Invalid argument", "--without user,uid,caps,seccomp",
		"without=user,uid,caps,seccomp", SANDBOX_ALL_LAYERS, 0},
	{"setpriority: Permission denied", "--without user,uid,caps",
		"without=user,uid,caps", SANDBOX_ALL_LAYERS, 0},
	{"pthread_setname_np: Read-only file system", "--without mount,pid,landlock",
		"without=mount,pid,landlock", SANDBOX_ALL_LAYERS, 1000},
	{"AddressSanitizer: failed", "--without limits,seccomp,landlock",
		"without=limits,seccomp,landlock", PARTIAL, 1000},
	{"libusb_init: Other error", "--without seccomp", "without=seccomp",
		SANDBOX_ALL_LAYERS, 1000},
	{"uv_interface_addresses returned Unknown system error 1", "--without seccomp",
		"without=seccomp", SANDBOX_ALL_LAYERS, 1000},
	{"Function not implemented", "--without seccomp", "without=seccomp",
		SANDBOX_ALL_LAYERS, 1000},
	{"something else", "--sandbox full", "level=full", PARTIAL, 1000},
	{"something else", "exit status 1", "", SANDBOX_ALL_LAYERS, 1000},
	{"No module named x", "--expose PATH", "", SANDBOX_ALL_LAYERS, 1000},
	{"write: No space left on device", "/tmp has room", "", SANDBOX_ALL_LAYERS, 1000},
};

static void test_words(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
		const VpRequest request = request_of(words[i].uid);
		g_autoptr(VpCandidate) candidate = failed(words[i].said, words[i].held);

		hint(candidate, &request, false);
		assert_says(candidate, words[i].reason);
		assert_remedies(candidate, words[i].remedies);
	}
}

/* Beside others a program has only a share. */
static void test_by_itself(void)
{
	const VpRequest request = request_of(1000);
	g_autoptr(VpCandidate) candidate = failed("cannot fork", SANDBOX_ALL_LAYERS);

	hint(candidate, &request, true);
	assert_says(candidate, "--without limits");
	assert_remedies(candidate, "without=limits");
}

/* The text has the whole option, to be copied; the values are to be added. */
static void test_left_out_already(void)
{
	VpRequest request = request_of(1000);
	g_autoptr(VpCandidate) candidate = failed("x: Operation not permitted",
		SANDBOX_ALL_LAYERS & ~SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET));

	request.without = SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET);
	hint(candidate, &request, false);
	assert_says(candidate, "--without net,limits,seccomp,");
	assert_remedies(candidate, "without=limits,seccomp");
}

static void test_hidden_file(void)
{
	const VpRequest request = request_of(geteuid());
	g_autofree char *said = g_strdup_printf("cannot open '%s'", hidden);
	g_autofree char *directory = g_path_get_dirname(hidden);
	g_autofree char *option = g_strdup_printf("--expose '%s'", directory);
	g_autofree char *remedies = g_strdup_printf("expose=%s", directory);
	g_autoptr(VpCandidate) candidate = failed(said, SANDBOX_ALL_LAYERS);

	hint(candidate, &request, false);
	assert_says(candidate, option);
	assert_remedies(candidate, remedies);
	candidate_forget_run(candidate);
	assert_remedies(candidate, "");
}

/* An interpreter that the sandbox does not show; and one that leads nowhere, for which it
 * would help nothing. */
static void test_interpreter(void)
{
	const VpRequest request = request_of(geteuid());
	g_autofree char *interpreter =
		g_build_filename(top, "in terpreters", "run", NULL);
	g_autofree char *script = g_strdup_printf("#!%s/bin/link\n", top);
	g_autofree char *remedies = g_strdup_printf("expose=%s", interpreter);
	g_autoptr(VpCandidate) candidate = failed("", SANDBOX_ALL_LAYERS);
	g_autofree char *link = g_build_filename(top, "bin", "link", NULL), *why = NULL;

	g_assert_true(g_file_set_contents(program, script, -1, NULL));
	g_assert_cmpint(symlink(interpreter, link), ==, 0);
	why = explain(candidate, &request, ENOENT);
	assert_remedies(candidate, "");

	g_clear_pointer(&why, g_free);
	g_assert_true(g_file_set_contents(interpreter, "x", -1, NULL));
	why = explain(candidate, &request, ENOENT);
	g_assert_nonnull(strstr(why, "; --expose '"));
	assert_remedies(candidate, remedies);
	g_assert_cmpint(g_unlink(link) | g_unlink(interpreter), ==, 0);
}

/* Root's program that only root may execute, and an ordinary user's own. */
static void test_nobody(void)
{
	const VpRequest request = request_of(geteuid());
	g_autoptr(VpCandidate) candidate = failed("", SANDBOX_ALL_LAYERS);
	g_autofree char *why = NULL;

	g_assert_cmpint(g_chmod(program, 0700), ==, 0);
	why = explain(candidate, &request, EACCES);
	g_assert_cmpint(!strstr(why, "or --without uid"), ==, geteuid() != 0);
	assert_remedies(candidate, geteuid() == 0 ? "without=uid" : "");
	g_assert_cmpint(g_chmod(program, 0755), ==, 0);
}

/* Those of the type, on a host that has some. */
static void test_devices(void)
{
	const VpRequest request = request_of(geteuid());
	g_autoptr(VpCandidate) candidate = failed("no device", SANDBOX_ALL_LAYERS);
	g_autofree char *there =
		sandbox_devices((const char *const[]){"/dev/dri", NULL}, NULL);

	match_hidden_devices(candidate, &request);
	assert_remedies(candidate, there && *there ? "expose=/dev/dri" : "");
}

static void test_names(void)
{
	g_autoptr(VpCandidate) candidate = failed("", 0);

	g_assert_cmpstr(vp_remedy_name(VP_REMEDY_NONE), ==, "none");
	g_assert_cmpstr(vp_remedy_name(VP_REMEDY_EXPOSE), ==, "expose");
	g_assert_null(vp_remedy_name((VpRemedy)5));
	g_assert_null(*vp_candidate_get_remedy(candidate, (VpRemedy)5));
	g_assert_null(*vp_candidate_get_remedy(candidate, VP_REMEDY_NONE));
	candidate_advise(candidate, VP_REMEDY_EXPOSE, "/b");
	candidate_advise(candidate, VP_REMEDY_EXPOSE, "/a");
	candidate_advise(candidate, VP_REMEDY_EXPOSE, "/b");
	assert_remedies(candidate, "expose=/b,/a");
}

int main(int argc, char **argv)
{
	g_autofree char *data = NULL, *interpreters = NULL;

	g_test_init(&argc, &argv, NULL);
	top = g_dir_make_tmp("remedy-XXXXXX", NULL);
	/* What is closed to programs is not revealed to them. */
	g_assert_cmpint(g_chmod(top, 0755), ==, 0);
	program = g_build_filename(top, "bin", "program", NULL);
	data = g_build_filename(top, "da ta", NULL);
	hidden = g_build_filename(data, "x", NULL);
	interpreters = g_build_filename(top, "in terpreters", NULL);
	{
		g_autofree char *bin = g_path_get_dirname(program);

		g_assert_cmpint(g_mkdir(bin, 0755) | g_mkdir(data, 0755) |
					g_mkdir(interpreters, 0755),
			==, 0);
		g_assert_true(g_file_set_contents(program, "", -1, NULL));
		g_assert_true(g_file_set_contents(hidden, "", -1, NULL));
	}
	g_test_add_func("/remedy/words", test_words);
	g_test_add_func("/remedy/by-itself", test_by_itself);
	g_test_add_func("/remedy/left-out-already", test_left_out_already);
	g_test_add_func("/remedy/hidden-file", test_hidden_file);
	g_test_add_func("/remedy/interpreter", test_interpreter);
	g_test_add_func("/remedy/nobody", test_nobody);
	g_test_add_func("/remedy/devices", test_devices);
	g_test_add_func("/remedy/names", test_names);
	return g_test_run();
}
