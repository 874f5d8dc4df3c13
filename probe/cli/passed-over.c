// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What select has passed over. Where another backend takes its place, a broken one would
 * go unnoticed; so one line names it. One that works and lacks a feature, or that
 * somebody has masked, is not broken.
 */
#include "probe/cli/output.h"

#include "probe/cli/output-parts.h"

bool output_is_broken(const VpCandidate *candidate)
{
	VpVerdict verdict = vp_candidate_get_verdict(candidate);

	switch (vp_verdict_stage(verdict)) {
	case VP_STAGE_FILE:
		return verdict == VP_VERDICT_UNREADABLE ||
		       verdict == VP_VERDICT_BAD_MANIFEST;
	case VP_STAGE_PROGRAM:
	case VP_STAGE_RUN:
		return true;
	default:
		return false;
	}
}

/* Where all matches are wanted, any that is broken may have been one. */
static bool comes_first(const VpResult *result, const VpCandidate *candidate)
{
	return candidate == vp_result_get_selected(result) &&
	       vp_request_get_mode(vp_result_get_request(result)) != VP_MODE_ALL;
}

char *output_passed_over(const VpResult *result, const Screen *screen)
{
	const VpCandidate *first = NULL;
	g_autofree char *command = NULL, *reason = NULL, *beginning = NULL;
	g_autoptr(GString) line = g_string_new(NULL);
	GString *text = g_string_new(NULL);
	guint n = 0;

	for (gsize i = 0;
		vp_result_get_selected(result) && i < vp_result_get_n_candidates(result);
		i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (comes_first(result, candidate))
			break;
		if (!output_is_broken(candidate))
			continue;
		first = first ? first : candidate;
		n++;
	}
	if (!first)
		return g_string_free(text, FALSE);
	reason = output_describe_reason(first);
	beginning =
		n > 1 ? g_strdup_printf("%u files, the first of them ", n) : g_strdup("");
	g_string_printf(line, "passed over %s%s: %s: %s", beginning, output_name(first),
		vp_verdict_name(vp_candidate_get_verdict(first)), reason);
	command = output_explain_command(vp_result_get_request(result));
	/* For a terminal the command is a line of its own, which nothing breaks. */
	if (command && !screen->width)
		g_string_append_printf(line, "; see %s", command);
	output_append_line(text, "vhost-probe: ", line->str, screen);
	if (command && screen->width)
		g_string_append_printf(text, "see %s\n", command);
	return g_string_free(text, FALSE);
}
