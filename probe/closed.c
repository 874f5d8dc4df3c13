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

#include "probe/named-paths.h"
#include "probe/start-denial.h"

/* What the loader says after the name of a library, if it knows no more than that. */
#define NO_LIBRARY ": cannot open shared object file"

/* Whether the program is shown it, and needs it to be readable. What lies in /etc is
 * closed for a reason, and a program that is named in its own messages has been started.
 * Of its own directory, if that is closed, it is shown nothing but itself. */
static bool is_of_interest(const Start *start, const SandboxFound *found)
{
	const char *program = start->candidate->real_path;
	g_autofree char *own = g_path_get_dirname(program);

	return !g_str_equal(found->path, program) &&
	       !g_str_has_prefix(found->path, "/etc/") &&
	       !g_str_has_prefix(found->path, "/proc/") &&
	       (found->shown || g_strcmp0(found->closed, own) == 0);
}

/* Returns: (transfer full) (nullable): what is wrong with the file at @path, which is
 * called @subject, or else by its real path. */
static char *explain(const Start *start, const char *path, const char *subject)
{
	g_auto(SandboxFound) found = {0};

	return sandbox_view_look(start->view, path, SANDBOX_KNOWN_NOTHING, &found) &&
			       is_of_interest(start, &found)
		       ? start_denial_of_reading(
				 start, &found, subject ? subject : found.path)
		       : NULL;
}

/* The way to it was no obstacle. */
static char *explain_script(const Start *start)
{
	g_auto(SandboxFound) found = {0};

	return start->is_script &&
			       sandbox_view_look(start->view, start->candidate->real_path,
				       SANDBOX_KNOWN_OPEN, &found)
		       ? start_denial_of_reading(start, &found,
				 "it is a script, to be read by its interpreter, and")
		       : NULL;
}

/* Likewise of the library @name, where programs of a prefix have theirs. */
static char *explain_library(const Start *start, const char *name)
{
	static const char *const places[] = {
		".", "../lib", "../lib64", "../lib32", "../../lib", "../../lib64"};
	g_autofree char *own = g_path_get_dirname(start->candidate->real_path);
	char *why = NULL;

	for (size_t i = 0; !why && i < G_N_ELEMENTS(places); i++) {
		g_autofree char *path = g_build_filename(own, places[i], name, NULL);

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

char *hint_closed(VpCandidate *candidate, const VpRequest *request, SandboxView *view,
	const char *words)
{
	g_auto(GStrv) paths = NULL;
	g_auto(Start) start = start_begin(candidate, request, view);
	char *why;

	if (!start.as_nobody)
		return NULL;
	paths = named_paths(words);
	why = explain_script(&start);
	for (char **path = paths; !why && *path; path++)
		why = explain(&start, *path, *path);
	return why ? why : explain_libraries(&start, words);
}
