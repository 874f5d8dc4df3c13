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

/* The words in front of "--", without --sandbox and its value, which is given once. */
char *output_command_at(char **words, SandboxLevel level)
{
	GString *command = g_string_new(NULL);

	for (; *words && !g_str_equal(*words, "--"); words++) {
		g_autofree char *word = text_shell_word(*words);
		g_autofree char *escaped = text_escape(word, -1);

		if (g_str_equal(*words, "--sandbox") && words[1])
			words++;
		else if (!g_str_has_prefix(*words, "--sandbox="))
			g_string_append_printf(command, "%s ", escaped);
	}
	g_string_append_printf(command, "--sandbox %s", sandbox_level_name(level));
	return g_string_free(command, FALSE);
}

/* What is shown to be copied must be what was given. */
static bool can_be_copied(char **words)
{
	for (; *words; words++) {
		g_autofree char *word = text_shell_word_to_copy(*words);

		if (!word)
			return false;
	}
	return true;
}

static bool has_in_doubt(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->in_doubt)
			return true;
	}
	return false;
}

/* Whether a program failed that had no sandbox around it. */
static bool has_failed_without(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->probe.source != VP_PROBE_NONE && !candidate->probe.held &&
			vp_verdict_stage(candidate->verdict) == VP_STAGE_RUN)
			return true;
	}
	return false;
}

#define BY_HAND                                                                         \
	"PROGRAM --print-capabilities, run by hand and not as root, shows all that it " \
	"prints"

char *output_doubt(const VpResult *result, char **words, const Screen *screen)
{
	GString *text = g_string_new(NULL);
	bool in_doubt = !result->selected && has_in_doubt(result);

	if (in_doubt && can_be_copied(words)) {
		g_autofree char *command = output_command_at(words, SANDBOX_LEVEL_NONE);

		output_append_line(text, "hint: ",
			"if the sandbox may be why, compare, with programs that you "
			"trust:",
			screen);
		g_string_append_printf(text, "  %s\n", command);
		output_append_line(text, "",
			"then --without LAYER and --expose PATH; " BY_HAND, screen);
	} else if (in_doubt) {
		output_append_line(text, "hint: ",
			"if the sandbox may be why, compare --sandbox none with "
			"programs that you trust, then --without LAYER and --expose "
			"PATH; " BY_HAND,
			screen);
	} else if (!result->selected && has_failed_without(result)) {
		output_append_line(text, "hint: ",
			"the programs ran without the sandbox, which is not why they "
			"fail; " BY_HAND,
			screen);
	}
	return g_string_free(text, FALSE);
}
