// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Root's programs run as nobody: files that the sandbox shows to a program, and that only
 * root may read. A failed program and what it has said come in; which of these files may
 * be the reason goes out, with mode, owner and remedies. By hand, as root, it can read
 * them, and so nothing that it says is wrong.
 */
#include "probe/candidate.h"

#include <string.h>
#include <sys/stat.h>

#include "probe/interpreter.h"
#include "probe/named-paths.h"
#include "probe/start-denial.h"

/* What the loader says after the name of a library, if it knows no more than that. */
#define NO_LIBRARY ": cannot open shared object file"

static bool is_script(const char *path)
{
	bool script = false;
	g_autofree char *interpreter = interpreter_find(path, &script);

	return interpreter && script;
}

/* Whether it lies beside the program, in a directory of which for its mode's sake nothing
 * but the program is shown. */
static bool is_in_closed_directory(const Start *start, const char *path)
{
	size_t length = strlen(start->own);
	struct stat st;

	return strncmp(path, start->own, length) == 0 && path[length] == '/' &&
	       stat(start->own, &st) == 0 &&
	       !access_allows(&st, &start->id, ACCESS_EXECUTE);
}

/* Whether the program is shown @path, and needs it to be readable. What lies in /etc is
 * closed for a reason, and a program that is named in its own messages has been
 * started. */
static bool is_of_interest(const Start *start, const char *path)
{
	const SandboxPolicy policy = policy_of(start->request);
	const char *program = start->candidate->real_path;

	return !g_str_equal(path, program) && !g_str_has_prefix(path, "/etc/") &&
	       !g_str_has_prefix(path, "/proc/") &&
	       (is_in_closed_directory(start, path) ||
		       sandbox_shows(&policy, program, path));
}

/* Returns: (transfer full) (nullable): what is wrong with the file at @path, which is
 * called @subject, or else by its real path. */
static char *explain(const Start *start, const char *path, const char *subject)
{
	g_autofree char *real_path = sandbox_find_way(path);

	return real_path && is_of_interest(start, real_path)
		       ? start_denial_of_reading(
				 start, real_path, subject ? subject : real_path)
		       : NULL;
}

/* Likewise of the library @name, where programs of a prefix have theirs. */
static char *explain_library(const Start *start, const char *name)
{
	static const char *const places[] = {
		".", "../lib", "../lib64", "../lib32", "../../lib", "../../lib64"};
	char *why = NULL;

	for (size_t i = 0; !why && i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path =
			g_build_filename(start->own, places[i], name, NULL);

		why = explain(start, path, NULL);
	}
	return why;
}

static char *explain_libraries(const Start *start, const char *words)
{
	char *why = NULL;

	for (const char *at = words; !why && (at = strstr(at, NO_LIBRARY)); at++) {
		const char *begin = at;
		g_autofree char *name = NULL;

		while (begin > words && !strchr(" \t\n\"':(", begin[-1]))
			begin--;
		name = g_strndup(begin, (gsize)(at - begin));
		if (*name && !strchr(name, '/'))
			why = explain_library(start, name);
	}
	return why;
}

char *hint_closed(VpCandidate *candidate, const VpRequest *request, const char *words)
{
	g_autofree char *own = g_path_get_dirname(candidate->real_path);
	g_auto(GStrv) paths = named_paths(words);
	g_auto(Start) start = start_begin(candidate, request, own,
		candidate->probe.held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT));
	char *why = NULL;

	if (!start.as_nobody)
		return NULL;
	if (is_script(candidate->real_path))
		why = start_denial_of_reading(&start, candidate->real_path,
			"it is a script, to be read by its interpreter, and");
	for (char **path = paths; !why && *path; path++)
		why = explain(&start, *path, *path);
	return why ? why : explain_libraries(&start, words);
}
