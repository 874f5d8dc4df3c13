// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * exec: as select, then this process becomes the program that was chosen, outside the
 * sandbox, as if it had been called directly. When that happens every warden has been
 * reaped and every descriptor of ours closes by itself.
 */
#include "probe/cli/verbs.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <sys/syscall.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "common/lack.h"
#include "common/text.h"

/* Returns: (transfer full): the program's argv. */
static char **make_argv(const Options *options, const VpCandidate *candidate)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

	g_strv_builder_add(argv, vp_candidate_get_binary(candidate));
	g_strv_builder_addv(argv, (const char **)options->arguments);
	return g_strv_builder_end(argv);
}

static void print_command(char **argv)
{
	for (char **word = argv; *word; word++) {
		g_autofree char *quoted = text_shell_word(*word);

		print_answer(word == argv ? "" : " ", -1);
		print_answer(quoted, -1);
	}
	print_answer("\n", 1);
}

/* Says why @path could not be executed. Returns: the exit status of a shell. */
static int report_not_started(const char *path, int errnum)
{
	g_autoptr(GError) lack = NULL;
	g_autofree char *message = NULL;

	if (blame_is_shortage_to_execute(errnum))
		lack_set_error(&lack, errnum, "cannot start %s", path);
	else if (errnum == ENOENT)
		message = g_strdup_printf(
			"cannot start %s: it or its interpreter does not exist", path);
	else
		message =
			g_strdup_printf("cannot start %s: %s", path, g_strerror(errnum));
	report_error(lack ? lack->message : message);
	return errnum == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_STARTED;
}

/* Returns: only if it could not: the exit status. */
static int become(const VpCandidate *candidate, char **argv)
{
	g_autoptr(GError) error = NULL;
	const bool by_path = vp_candidate_is_path_ours(candidate);
	autofd fd = vp_candidate_open(candidate, &error);
	int errnum;

	if (fd < 0) {
		report_error(error->message);
		return g_error_matches(error, VP_ERROR, VP_ERROR_GONE)
			       ? STATUS_NOT_FOUND
			       : STATUS_NOT_STARTED;
	}
	restore_signals();
	/* As the warden does it: by its path, which becomes its $0 and AT_EXECFN, if
	 * nobody else can exchange the file there at this moment; or else the very file
	 * that was compared. A script's interpreter could not open a descriptor that is
	 * closed by then (ENOENT): it is started by its path. */
	if (!by_path)
		syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
	if (by_path || errno == ENOENT)
		execve(*argv, argv, environ);
	errnum = errno;
	return report_not_started(*argv, errnum);
}

static int run(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, VP_MODE_FIRST);
	g_auto(GStrv) argv = NULL;
	int status;

	if (!result)
		return STATUS_FAILED;
	remark_on_choice(options, result);
	status = report(options, result);
	if (status != STATUS_DONE)
		return status;
	argv = make_argv(options, vp_result_get_selected(result));
	if (!options->print)
		return become(vp_result_get_selected(result), argv);
	print_command(argv);
	return STATUS_DONE;
}

const Verb verb_exec = {
	.name = "exec",
	.about = "choose as select does, then become that program",
	.help = "The program gets the arguments that follow --, and runs outside the "
		"sandbox, as\n"
		"if it had been called directly. If it cannot be started, the exit "
		"status is 126,\n"
		"or 127 if it is gone.\n",
	.run = run,
	.takes = (TAKES_PROBE & ~TAKES_JSON) | TAKES_CACHE | TAKES_VERBOSE | TAKES_PRINT,
	.needs_type = true,
	.passed_on = "[-- ARGUMENT...]",
};
