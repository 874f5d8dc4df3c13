// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where a program failed and nothing is known of the cause: how to find out whether it is
 * the sandbox; or, where none was used, that it is not. And the command that was given,
 * once more at another level.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/output-parts.h"

/* Options come before "--": after it, words are the program's. @levels: those in @words
 * are kept */
static char *command_with(char **words, const char *options, bool levels)
{
	g_autoptr(GString) command = g_string_new(NULL);
	bool given = false;

	for (; *words; words++) {
		g_autofree char *word = text_shell_word_to_copy(*words);

		if (!word)
			return NULL;
		if (g_str_equal(*words, "--") && !given) {
			g_string_append_printf(command, "%s ", options);
			given = true;
		}
		if (!given && !levels && g_str_equal(*words, "--sandbox") && words[1])
			words++;
		else if (given || levels || !g_str_has_prefix(*words, "--sandbox="))
			g_string_append_printf(command, "%s ", word);
	}
	if (given)
		g_string_truncate(command, command->len - 1);
	else
		g_string_append(command, options);
	return g_string_free(g_steal_pointer(&command), FALSE);
}

char *output_command_at(char **words, VpLevel level, const char *more)
{
	g_autofree char *options = g_strconcat(
		"--sandbox ", vp_level_name(level), more ? " " : "", more, NULL);

	return command_with(words, options, false);
}

char *output_command_with(char **words, const char *options)
{
	return command_with(words, options, true);
}

/* Whether it failed and had no sandbox around it. */
static bool has_failed_without(const VpCandidate *candidate)
{
	const VpProbe *probe = vp_candidate_get_probe(candidate);

	return vp_probe_get_source(probe) != VP_PROBE_NONE &&
	       !vp_probe_is_sandboxed(probe) &&
	       vp_verdict_stage(vp_candidate_get_verdict(candidate)) == VP_STAGE_RUN;
}

/* Returns: (transfer container): the paths of programs that @test fits, each once. */
static GPtrArray *find_programs(const VpResult *result, bool (*test)(const VpCandidate *))
{
	GPtrArray *programs = g_ptr_array_new();

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		const char *binary = vp_candidate_get_binary(candidate);

		if (test(candidate) && !g_ptr_array_find_with_equal_func(
					       programs, binary, g_str_equal, NULL))
			g_ptr_array_add(programs, (char *)binary);
	}
	return programs;
}

/* @title, @before: of the same line. If there is only one program, its command can be
 * copied. */
static void append_by_hand(GString *text, const char *title, const char *before,
	const GPtrArray *programs, const Screen *screen)
{
	g_autofree char *word =
		programs->len == 1 ? text_shell_word_to_copy(programs->pdata[0]) : NULL;
	g_autofree char *line = g_strconcat(before,
		word ? "to see everything that this program prints, run it yourself, not "
		       "as root:"
		     : "to see everything that a program prints, run PROGRAM "
		       "--print-capabilities yourself, not as root",
		NULL);

	output_append_line(text, title, line, screen);
	if (word)
		g_string_append_printf(text, "  %s --print-capabilities\n", word);
}

#define THEN                                                                       \
	"if that works, --without LAYER and --expose PATH find out which part is " \
	"the reason; "

char *output_doubt(
	const VpResult *result, char **words, const char *more, const Screen *screen)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GPtrArray) in_doubt = find_programs(result, vp_candidate_is_in_doubt);
	g_autoptr(GPtrArray) without = find_programs(result, has_failed_without);
	g_autofree char *command = NULL;

	if (vp_result_get_selected(result))
		return g_string_free(text, FALSE);
	command = in_doubt->len ? output_command_at(words, VP_LEVEL_NONE, more) : NULL;
	if (command) {
		output_append_line(text, "hint: ",
			"the sandbox may be the reason; if you trust the programs, "
			"try without it:",
			screen);
		g_string_append_printf(text, "  %s\n", command);
		append_by_hand(text, "", THEN, in_doubt, screen);
	} else if (in_doubt->len) {
		append_by_hand(text, "hint: ",
			"the sandbox may be the reason; if you trust the programs, "
			"try --sandbox none; " THEN,
			in_doubt, screen);
	} else if (without->len) {
		append_by_hand(text, "hint: ",
			"the programs ran without the sandbox, so they fail for another "
			"reason; ",
			without, screen);
	}
	return g_string_free(text, FALSE);
}
