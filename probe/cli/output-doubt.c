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

/* The level is given once, and before "--": after it, words are the program's. */
char *output_command_at(char **words, VpLevel level)
{
	const char *name = vp_level_name(level);
	g_autoptr(GString) command = g_string_new(NULL);
	bool given = false;

	for (; *words; words++) {
		g_autofree char *word = text_shell_word_to_copy(*words);

		if (!word)
			return NULL;
		if (g_str_equal(*words, "--") && !given) {
			g_string_append_printf(command, "--sandbox %s ", name);
			given = true;
		}
		if (!given && g_str_equal(*words, "--sandbox") && words[1])
			words++;
		else if (given || !g_str_has_prefix(*words, "--sandbox="))
			g_string_append_printf(command, "%s ", word);
	}
	if (given)
		g_string_truncate(command, command->len - 1);
	else
		g_string_append_printf(command, "--sandbox %s", name);
	return g_string_free(g_steal_pointer(&command), FALSE);
}

static bool has_in_doubt(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (vp_candidate_is_in_doubt(candidate))
			return true;
	}
	return false;
}

/* Whether a program failed that had no sandbox around it. */
static bool has_failed_without(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		const VpProbe *probe = vp_candidate_get_probe(candidate);

		if (vp_probe_get_source(probe) != VP_PROBE_NONE &&
			!vp_probe_is_sandboxed(probe) &&
			vp_verdict_stage(vp_candidate_get_verdict(candidate)) ==
				VP_STAGE_RUN)
			return true;
	}
	return false;
}

#define BY_HAND                                                                      \
	"to see everything that a program prints, run PROGRAM --print-capabilities " \
	"yourself, not as root"

char *output_doubt(const VpResult *result, char **words, const Screen *screen)
{
	GString *text = g_string_new(NULL);
	bool in_doubt = !vp_result_get_selected(result) && has_in_doubt(result);
	g_autofree char *command =
		in_doubt ? output_command_at(words, VP_LEVEL_NONE) : NULL;

	if (command) {
		output_append_line(text, "hint: ",
			"the sandbox may be the reason; if you trust the programs, "
			"try without it:",
			screen);
		g_string_append_printf(text, "  %s\n", command);
		output_append_line(text, "",
			"if that works, --without LAYER and --expose PATH find out which "
			"part is the reason; " BY_HAND,
			screen);
	} else if (in_doubt) {
		output_append_line(text, "hint: ",
			"the sandbox may be the reason; if you trust the programs, "
			"try --sandbox none; if that works, --without LAYER and "
			"--expose PATH find out which part is the reason; " BY_HAND,
			screen);
	} else if (!vp_result_get_selected(result) && has_failed_without(result)) {
		output_append_line(text, "hint: ",
			"the programs ran without the sandbox, so they fail for another "
			"reason; " BY_HAND,
			screen);
	}
	return g_string_free(text, FALSE);
}
