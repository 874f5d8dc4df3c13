// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A failed program's own words, after the verdict: what it wrote comes in, the reason
 * gets the line that says why, or what is wrong with where it wrote.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/shorten.h"
#include "probe/excerpt.h"
#include "probe/executable.h"

/* Returns: (transfer full): @words in such a way that brackets outside of quotes are only
 * ours: a program cannot give advice in our name. */
static char *set_apart(const char *words)
{
	g_autofree char *single = NULL;

	if (!strpbrk(words, "()"))
		return g_strdup(words);
	single = g_strdelimit(g_strdup(words), "\"", '\'');
	return g_strdup_printf("\"%s\"", single);
}

static void add(VpCandidate *candidate, const char *before, const char *words)
{
	g_autofree char *reason = g_steal_pointer(&candidate->reason);

	candidate_settle(candidate, candidate->verdict, "%s%s%s", reason, before, words);
}

static void add_said(VpCandidate *candidate, const char *before, const char *said)
{
	g_autofree char *apart = set_apart(said);

	add(candidate, before, apart);
}

#define NOT_KNOWN "; it does not know --print-capabilities"

/* What is not on stdout may be on stderr. */
static void quote_without_answer(VpCandidate *candidate, const Excerpt *excerpt)
{
	if (capabilities_are_in(candidate->probe.stderr_text))
		add(candidate, "; its JSON is on stderr", ", and belongs on stdout");
	else if (excerpt->unknown_option)
		add_said(candidate, NOT_KNOWN ": ", excerpt->line);
	else if (candidate->verdict == VP_VERDICT_NO_OUTPUT && excerpt->line)
		add_said(candidate, "; on stderr: ", excerpt->line);
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t\r\n");
}

/* Returns: (transfer none): its stdout, unless that is an answer, which is no reason. */
static const char *said_on_stdout(const VpCandidate *candidate)
{
	const char *out = candidate->probe.stdout_text;

	return *skip_blanks(out) == '{' ? "" : out;
}

const char *words_said(const VpCandidate *candidate)
{
	const char *err = candidate->probe.stderr_text;

	return *skip_blanks(err) ? err : said_on_stdout(candidate);
}

/* What is said of the sandbox is about the line that is quoted. */
static void prefer_hidden_path(
	const VpCandidate *candidate, SandboxView *view, Excerpt *excerpt)
{
	const char *said = words_said(candidate);
	g_autofree char *quoted = NULL, *path = NULL;
	char *line;

	if (excerpt->line)
		quoted = hint_hidden_path(candidate, view, excerpt->line);
	if (quoted || excerpt->unknown_option)
		return;
	path = hint_hidden_path(candidate, view, said);
	line = path ? excerpt_line_with(said, path) : NULL;
	if (!line)
		return;
	g_free(excerpt->line);
	excerpt->line = line;
}

static char *quote(VpCandidate *candidate, SandboxView *view)
{
	g_autofree char *ends = NULL;
	g_auto(Excerpt) excerpt = {0};

	excerpt_choose(candidate->probe.stderr_text, said_on_stdout(candidate), &excerpt);
	prefer_hidden_path(candidate, view, &excerpt);
	switch (candidate->verdict) {
	case VP_VERDICT_NO_OUTPUT:
	case VP_VERDICT_BAD_JSON:
		quote_without_answer(candidate, &excerpt);
		break;
	case VP_VERDICT_EXIT_STATUS:
	case VP_VERDICT_SIGNAL:
	case VP_VERDICT_TIMEOUT:
		if (excerpt.line)
			add_said(candidate,
				excerpt.unknown_option ? NOT_KNOWN ": " : ": ",
				excerpt.line);
		ends = executable_explain_windows_ends(candidate->real_path);
		if (ends)
			add(candidate, "; ", ends);
		break;
	default:
		break;
	}
	return g_steal_pointer(&excerpt.line);
}

char *quote_words(VpCandidate *candidate, SandboxView *view, const SandboxResult *result)
{
	bool failed = vp_verdict_stage(candidate->verdict) == VP_STAGE_RUN;

	g_free(candidate->probe.stdout_text);
	candidate->probe.stdout_text =
		failed ? shorten_text(
				 result->out, result->out_length, CANDIDATE_STDOUT_MAX)
		       : g_strdup("");
	return failed ? quote(candidate, view) : NULL;
}
