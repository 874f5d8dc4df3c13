// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The program of a candidate: whether it may be run, and the result of running it.
 *
 * What is judged here is an open descriptor's file. The sandbox later runs that very file
 * or none.
 */
#include "probe/candidate.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/fault.h"
#include "common/text.h"
#include "probe/executable.h"
#include "probe/interpreter.h"
#include "probe/missing-program.h"
#include "probe/start-failure.h"

struct ProgramChecker {
	FileCaller *caller;
	SandboxReach *reach;      /* or NULL */
	GHashTable *directories;  /* real paths, by the names that manifests use */
	GHashTable *interpreters; /* see interpreter_judge() */
};

ProgramChecker *program_checker_new(FileCaller *caller, SandboxReach *reach)
{
	ProgramChecker *checker = g_new(ProgramChecker, 1);

	*checker = (ProgramChecker){
		.caller = caller,
		.reach = reach,
		.directories =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free),
		.interpreters =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	};
	return checker;
}

void program_checker_free(ProgramChecker *checker)
{
	if (!checker)
		return;
	g_hash_table_unref(checker->directories);
	g_hash_table_unref(checker->interpreters);
	g_free(checker);
}

/* ---- before it runs ---- */

/* Returns: (nullable): the real path of the directory @path. */
static const char *find_directory(ProgramChecker *checker, const char *path)
{
	const char *known = g_hash_table_lookup(checker->directories, path);
	char real_path[PATH_MAX];
	char *found;

	if (known || !realpath(path, real_path))
		return known;
	found = g_strdup(g_str_equal(real_path, "/") ? "" : real_path);
	g_hash_table_insert(checker->directories, g_strdup(path), found);
	return found;
}

/* Takes hold of the file that @path leads to. Most programs lie in a few directories, and
 * are no links themselves. Returns: a descriptor with O_PATH, or -1 with errno. */
static int find_program(ProgramChecker *checker, const char *path,
	char ret_real_path[PATH_MAX], struct stat *ret_st)
{
	const int flags = O_PATH | O_NOFOLLOW | O_CLOEXEC;
	const char *name = strrchr(path, '/') + 1;
	g_autofree char *parent = g_strndup(path, (gsize)(name - path));
	const char *directory = find_directory(checker, parent);
	autofd fd = -1;

	if (directory && *name && !g_str_equal(name, ".") && !g_str_equal(name, "..") &&
		g_snprintf(ret_real_path, PATH_MAX, "%s/%s", directory, name) < PATH_MAX)
		fd = open(ret_real_path, flags);
	if (fd >= 0 && fstat(fd, ret_st) == 0 && !S_ISLNK(ret_st->st_mode))
		return steal_fd(&fd);
	close_fd(&fd);
	if (realpath(path, ret_real_path))
		fd = open(ret_real_path, flags);
	return fd >= 0 && fstat(fd, ret_st) == 0 ? steal_fd(&fd) : -1;
}

/* As program_check(), of a program whose interpreter was not reached yet. */
static bool check_far(VpCandidate *candidate, ProgramChecker *checker,
	const char *interpreter, GError **error)
{
	g_autofree char *subject =
		g_strdup_printf("%s is interpreted or loaded by %s, which ",
			candidate->binary, interpreter);

	return !candidate_reaches(candidate, checker->reach, VP_VERDICT_NOT_EXECUTABLE,
		       subject, interpreter) ||
	       program_check(candidate, checker, error);
}

/* Which would not be seen. */
static bool ends_with_blank(const char *path)
{
	return g_ascii_isspace(path[strlen(path) - 1]);
}

bool program_check(VpCandidate *candidate, ProgramChecker *checker, GError **error)
{
	char real_path[PATH_MAX];
	g_autofree char *distrust = NULL, *hint = NULL, *far = NULL, *subject = NULL;
	GError *lack = NULL;
	struct stat st;
	autofd fd = -1, program = -1;

	subject = g_strconcat(candidate->binary, " ", NULL);
	if (!candidate_reaches(candidate, checker->reach, VP_VERDICT_NOT_EXECUTABLE,
		    subject, candidate->binary))
		return true;
	fd = find_program(checker, candidate->binary, real_path, &st);
	if (fd < 0) {
		int errnum = errno;
		g_autofree char *fault = NULL;
		const char *quote;

		if (file_blame_us(errnum, candidate->binary, error))
			return false;
		hint = missing_program_hint(candidate->binary, checker->reach);
		if (sandbox_reach_waits_for(checker->reach))
			return true;
		fault = fault_find(candidate->binary);
		quote = ends_with_blank(candidate->binary) ? "\"" : "";
		candidate_settle(candidate, VP_VERDICT_MISSING_BINARY, "%s%s%s%s%s%s",
			quote, candidate->binary, quote, fault ? " " : ": ",
			fault ? fault : g_strerror(errnum), hint);
		return true;
	}
	if (!S_ISREG(st.st_mode)) {
		candidate_settle(candidate, VP_VERDICT_NOT_EXECUTABLE,
			"%s is %s, not a regular file", candidate->binary,
			file_type_name(st.st_mode));
		return true;
	}
	if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH))) {
		g_autofree char *word = text_shell_word_to_copy(candidate->binary);

		candidate_settle(candidate, VP_VERDICT_NOT_EXECUTABLE,
			"%s has no execute permission%s%s", candidate->binary,
			word ? "; if it is a program: chmod a+rx " : "",
			word ? word : "");
		return true;
	}
	distrust = file_distrust_program(fd, &st, checker->caller, &lack);
	if (lack) {
		g_propagate_error(error, lack);
		return false;
	}
	if (distrust) {
		candidate_settle(candidate, VP_VERDICT_UNTRUSTED, "%s %s",
			candidate->binary, distrust);
		return true;
	}
	program = file_reopen(fd, &st, AT_FDCWD, real_path);
	switch (interpreter_judge(program, checker->interpreters, checker->reach, &far)) {
	case INTERPRETER_STARTER:
		candidate_settle(candidate, VP_VERDICT_NOT_EXECUTABLE,
			"%s names /proc/self/exe as its interpreter, which is whatever "
			"program starts it",
			candidate->binary);
		return true;
	case INTERPRETER_FAR:
		return check_far(candidate, checker, far, error);
	case INTERPRETER_OTHER:
		break;
	}
	candidate->real_path = g_strdup(real_path);
	candidate->program = sandbox_file(&st);
	/* Most are called by their real path. */
	return g_str_equal(candidate->binary, real_path) ||
	       sandbox_way_find(real_path, candidate->binary, checker->caller,
		       &candidate->way, error);
}

/* ---- the result ---- */

static void judge_exit(VpCandidate *candidate, const SandboxResult *result)
{
	candidate->probe.exit_status = result->exit_status;
	if (result->exit_status != 0)
		candidate_settle(candidate, VP_VERDICT_EXIT_STATUS, "exit status %d",
			result->exit_status);
	else
		capabilities_read(candidate, result->out, result->out_length);
}

/* Returns: (transfer full) (nullable): what of the program's file may have to do with it.
 */
static char *explain_signal(const VpCandidate *candidate, int signal)
{
	switch (signal) {
	case SIGSYS:
		return executable_explain_machine(candidate->real_path);
	case SIGBUS:
	case SIGSEGV:
		return executable_explain_end(candidate->real_path);
	default:
		return NULL;
	}
}

static void judge_signal(VpCandidate *candidate, const SandboxResult *result)
{
	g_autofree char *why = explain_signal(candidate, result->signal);
	const char *before = why ? "; its file " : "";

	candidate->probe.signal = result->signal;
	if (result->signal == SIGSYS)
		candidate_settle(candidate, VP_VERDICT_POLICY_KILL,
			"killed by the system call filter: it made a call of a foreign "
			"architecture%s%s",
			before, why ? why : "");
	else
		candidate_settle(candidate, VP_VERDICT_SIGNAL,
			"killed by signal %d (%s)%s%s", result->signal,
			g_strsignal(result->signal), before, why ? why : "");
}

/* It was given at least as long as is asked for, except where only the cache may answer.
 */
static void judge_timeout(
	VpCandidate *candidate, const VpRequest *request, const SandboxResult *result)
{
	uint64_t waited_us = request->cache == VP_CACHE_ONLY
				     ? MIN(result->duration_us, request->timeout_us)
				     : request->timeout_us;
	g_autofree char *waited = text_seconds(waited_us);

	candidate_settle(candidate, VP_VERDICT_TIMEOUT, "no answer within %s", waited);
}

static void judge_start(
	VpCandidate *candidate, const VpRequest *request, SandboxView *view, int errnum)
{
	g_autofree char *why = start_failure_explain(candidate, request, view, errnum);

	candidate_settle(
		candidate, VP_VERDICT_EXEC_FAILED, "%s: %s", candidate->binary, why);
}

void program_judge(VpCandidate *candidate, const VpRequest *request,
	const SandboxResult *result, VpProbeSource source)
{
	const SandboxPolicy policy = policy_of(request);
	g_autoptr(SandboxView) view = sandbox_view_new(&policy, candidate->real_path,
		candidate->binary, &candidate->way,
		result->held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT));
	g_autofree char *quoted = NULL;

	if (result->outcome == SANDBOX_UNAVAILABLE) {
		candidate_settle(candidate, VP_VERDICT_SANDBOX_UNAVAILABLE,
			"sandbox level %s is not available on this host",
			sandbox_level_name(request->sandbox));
		return;
	}
	candidate->probe.source = source;
	candidate->probe.level = sandbox_level_of(result->held);
	candidate->probe.held = result->held;
	candidate->probe.duration_us = result->duration_us;
	candidate->probe.stderr_text =
		g_utf8_make_valid(result->err, (gssize)result->err_length);
	switch (result->outcome) {
	case SANDBOX_EXITED:
		judge_exit(candidate, result);
		break;
	case SANDBOX_SIGNALED:
		judge_signal(candidate, result);
		break;
	case SANDBOX_TIMED_OUT:
		judge_timeout(candidate, request, result);
		break;
	case SANDBOX_OUTPUT:
		candidate_settle(candidate, VP_VERDICT_OUTPUT_LIMIT,
			"printed more than %d KiB on stdout", SANDBOX_STDOUT_MAX / 1024);
		break;
	case SANDBOX_EXEC_FAILED:
		judge_start(candidate, request, view, result->errnum);
		break;
	case SANDBOX_UNAVAILABLE:
		break;
	}
	quoted = quote_words(candidate, view, result);
	hint_at_sandbox(
		candidate, request, view, quoted, result->inherited, !result->doubtful);
}
