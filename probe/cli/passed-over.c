// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What select has passed over. A backend that is broken shows by nothing else where
 * another one takes its place; so one line names it. One that works and lacks a feature,
 * or that somebody has masked, is not broken.
 */
#include "probe/cli/output.h"

#include "common/text.h"
#include "probe/cli/output-parts.h"

static bool is_broken(const VpCandidate *candidate)
{
	switch (vp_verdict_stage(candidate->verdict)) {
	case VP_STAGE_FILE:
		return candidate->verdict == VP_VERDICT_UNREADABLE ||
		       candidate->verdict == VP_VERDICT_BAD_MANIFEST;
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
	return candidate == result->selected && result->request->mode != VP_MODE_ALL;
}

/* The request once more, of the verb that shows all. */
static void append_command(GString *text, const VpRequest *request)
{
	g_autofree char *type = text_shell_word(request->type);
	g_autofree char *escaped_type = text_escape(type, -1);

	g_string_append_printf(text, "vhost-probe explain --type %s", escaped_type);
	if (!request->search_must_be_readable)
		return;
	for (const char *const *dir = request->search; *dir; dir++) {
		g_autofree char *word = text_shell_word(*dir);
		g_autofree char *escaped = text_escape(word, -1);

		g_string_append_printf(text, " --dir %s", escaped);
	}
}

char *output_passed_over(const VpResult *result)
{
	const VpCandidate *first = NULL;
	g_autofree char *name = NULL, *whole = NULL, *reason = NULL;
	GString *text = g_string_new(NULL);
	guint n = 0;

	for (guint i = 0; result->selected && i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (comes_first(result, candidate))
			break;
		if (!is_broken(candidate))
			continue;
		first = first ? first : candidate;
		n++;
	}
	if (!first)
		return g_string_free(text, FALSE);
	name = text_escape(first->name ? first->name : first->binary, -1);
	whole = output_describe_reason(first);
	reason = text_escape(whole, -1);
	g_string_printf(text, "vhost-probe: passed over %s: %s: %s", name,
		vp_verdict_name(first->verdict), reason);
	if (n > 1)
		g_string_append_printf(text, "; and %u more", n - 1);
	g_string_append(text, "; see ");
	append_command(text, result->request);
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}
