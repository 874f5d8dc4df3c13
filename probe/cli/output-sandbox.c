// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is said about the sandbox: which of its layers hold, and why nothing could be run,
 * or was allowed to run, so that nothing was chosen.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/errno-name.h"
#include "common/text.h"
#include "probe/cli/output-parts.h"
#include "probe/cli/table.h"

/* ---- layers ---- */

bool output_is_unavailable(const VpResult *result)
{
	return vp_result_has_run(result) && !vp_result_is_level_met(result);
}

static bool is_left_out(const VpResult *result, const char *layer)
{
	return g_strv_contains(
		vp_request_get_without(vp_result_get_request(result)), layer);
}

/* Those that are not held: why, and what to do about it. */
static void add_missing_layers(Table *table, const VpResult *result, bool left_out_too)
{
	const char *const *layer = vp_result_get_missing_layers(result);

	for (; *layer; layer++) {
		int errnum = vp_result_get_missing_errno(result, *layer);

		if (left_out_too || !is_left_out(result, *layer))
			table_add(table, VP_VERDICT_PENDING,
				ROW(*layer, errnum ? errno_name(errnum) : "-",
					vp_result_get_missing_hint(result, *layer)));
	}
}

/* "; left out: net, uts", of what is not held for another reason, too. */
static void append_left_out(GString *text, const VpResult *result)
{
	const char *const *layer = vp_result_get_missing_layers(result);
	const char *before = "; left out: ";

	for (; *layer; layer++) {
		if (!is_left_out(result, *layer))
			continue;
		g_string_append_printf(text, "%s%s", before, *layer);
		before = ", ";
	}
}

/* "sandbox: partial, 11 of 13 layers hold; left out: net, uts", and a line for each that
 * is missing. */
void output_append_sandbox(GString *text, const VpResult *result, const Screen *screen)
{
	guint n_held = g_strv_length((char **)vp_result_get_held_layers(result));
	g_autoptr(Table) missing = table_new(-1);
	guint n_layers = 0;

	if (output_is_unavailable(result)) {
		g_string_append(text, "sandbox: not available\n");
		return;
	}
	while (vp_layer_name(n_layers))
		n_layers++;
	g_string_append_printf(
		text, "sandbox: %s", vp_level_name(vp_result_get_level(result)));
	if (n_held && n_held < n_layers)
		g_string_append_printf(text, ", %u of %u layers hold", n_held, n_layers);
	if (n_held)
		append_left_out(text, result);
	g_string_append_c(text, '\n');
	add_missing_layers(missing, result, false);
	table_append_fitted(missing, text, "  ", screen);
}

/* ---- why nothing was run ---- */

/* Whether the cache has answers that are enough for --cache only. */
static bool has_old_answers(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		VpStale stale = vp_probe_get_stale(vp_candidate_get_probe(candidate));

		if (stale == VP_STALE_AGE || stale == VP_STALE_DOUBTFUL)
			return true;
	}
	return false;
}

/* Which candidate is the reason why the answer is not known. */
static const char *describe_unknown(const VpResult *result)
{
	guint n_unknown = 0, n_behind = 0;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (vp_candidate_is_unknown(candidate))
			n_unknown++;
		else if (n_unknown && vp_verdict_stage(vp_candidate_get_verdict(
					      candidate)) == VP_STAGE_MATCH)
			n_behind++;
	}
	if (n_behind)
		return "an earlier candidate";
	if (vp_request_get_binary(vp_result_get_request(result)))
		return "the program";
	return n_unknown == 1 ? "the only candidate" : "a candidate";
}

/* The command that was given, without the layers that are missing, where that keeps
 * more than any level that is available. */
static void append_dispensing(GString *text, const VpResult *result, char **words)
{
	const char *const *layers = vp_result_get_dispensable_layers(result);
	g_autofree char *list = g_strjoinv(",", (char **)layers);
	g_autofree char *options = g_strconcat("--without ", list, NULL);
	g_autofree char *command = NULL;

	if (!*layers || vp_result_get_level(result) != VP_LEVEL_NONE)
		return;
	command = output_command_with(words, options);
	g_string_append_printf(text, "to keep the other layers%s:\n  %s\n",
		g_strv_contains(layers, "uid") ? ", while root's programs may read what "
						 "root may"
					       : "",
		command ? command : options);
}

/* Returns: (transfer full): the command that was given, with the level that is available,
 * or which option it takes, where what was given cannot be copied. */
static char *describe_retry(const VpResult *result, char **words)
{
	char *command = output_command_at(words, vp_result_get_level(result), NULL);

	return command ? command
		       : g_strdup_printf("the same command with --sandbox %s",
				 vp_level_name(vp_result_get_level(result)));
}

char *output_sandbox_unavailable(
	const VpResult *result, char **words, const Screen *screen)
{
	VpLevel level = vp_result_get_level(result);
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: ");
	g_autofree char *retry = NULL;

	if (!output_is_unavailable(result)) {
		g_string_append_printf(text,
			"nothing was chosen, because it is not known whether %s works\n",
			describe_unknown(result));
		for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
			const VpCandidate *candidate = vp_result_get_candidate(result, i);

			if (vp_candidate_is_unknown(candidate))
				output_add_verdict(
					table, output_name(candidate), candidate);
		}
		table_append_fitted(table, text, "  ", screen);
		return g_string_free(text, FALSE);
	}
	g_string_append_printf(text,
		"nothing was run: sandbox level %s is not available on this host\n",
		vp_level_name(vp_request_get_level(vp_result_get_request(result))));
	add_missing_layers(table, result, true);
	table_append_fitted(table, text, "  ", screen);
	if (has_old_answers(result))
		g_string_append(text, "hint: the cache has older answers, which "
				      "--cache only accepts\n");
	append_dispensing(text, result, words);
	retry = describe_retry(result, words);
	g_string_append_printf(text, "%s:\n  %s\n",
		level == VP_LEVEL_NONE ? "to run the programs anyway, without protection"
				       : "to accept what is available",
		retry);
	return g_string_free(text, FALSE);
}

char *output_not_cached(const VpResult *result, const Screen *screen)
{
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new(NULL);

	g_string_printf(text,
		"vhost-probe: nothing was chosen, because %s is not in the cache\n",
		describe_unknown(result));
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (vp_candidate_get_verdict(candidate) == VP_VERDICT_NOT_CACHED)
			output_add_verdict(table, output_name(candidate), candidate);
	}
	table_append_fitted(table, text, "  ", screen);
	g_string_append(text, "hint: --cache auto runs what is missing; vhost-probe "
			      "refresh fills the cache\n");
	return g_string_free(text, FALSE);
}
