// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is said about the sandbox: what of it holds, and why nothing could be run, or was
 * to be, so that nothing was chosen.
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
	return result->ran && !result->sandbox.accepted;
}

bool output_is_missing(const VpResult *result, SandboxLayer layer)
{
	return result->ran && !result->sandbox.held[layer] &&
	       (result->sandbox.missing_errno[layer] ||
		       (result->request->without & SANDBOX_LAYER_BIT(layer)));
}

static bool is_left_out(const VpResult *result, SandboxLayer layer)
{
	return result->request->without & SANDBOX_LAYER_BIT(layer);
}

/* Those that are not held: why, and what to do about it. */
static void add_missing_layers(Table *table, const VpResult *result, bool left_out_too)
{
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		int errnum = result->sandbox.missing_errno[layer];

		if (output_is_missing(result, layer) &&
			(left_out_too || !is_left_out(result, layer)))
			table_add(table, VP_VERDICT_PENDING,
				ROW(sandbox_layer_name(layer),
					errnum ? errno_name(errnum) : "-",
					sandbox_layer_hint(layer, errnum,
						result->request->without)));
	}
}

/* "sandbox: partial, 11 of 13 layers hold; left out: net, uts", and a line for each that
 * is missing. A level that is none only for what was left out would say too little. */
void output_append_sandbox(GString *text, const VpResult *result, const Screen *screen)
{
	const SandboxReport *report = &result->sandbox;
	g_autoptr(Table) missing = table_new(-1);
	const char *before = "; left out: ";
	int n_held = 0;

	if (output_is_unavailable(result)) {
		g_string_append(text, "sandbox: not available\n");
		return;
	}
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		n_held += report->held[layer];
	g_string_append(text, "sandbox: ");
	if (!n_held || report->level != SANDBOX_LEVEL_NONE)
		g_string_append(text, sandbox_level_name(report->level));
	if (n_held && n_held < SANDBOX_N_LAYERS)
		g_string_append_printf(text, "%s%d of %d layers hold",
			report->level != SANDBOX_LEVEL_NONE ? ", " : "", n_held,
			SANDBOX_N_LAYERS);
	for (SandboxLayer layer = 0; n_held && layer < SANDBOX_N_LAYERS; layer++) {
		if (!is_left_out(result, layer) || report->held[layer])
			continue;
		g_string_append_printf(text, "%s%s", before, sandbox_layer_name(layer));
		before = ", ";
	}
	g_string_append_c(text, '\n');
	add_missing_layers(missing, result, false);
	table_append_fitted(missing, text, "  ", screen);
}

/* ---- why nothing was run ---- */

/* Whether the cache has answers that are enough for --cache only. */
static bool has_old_answers(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->probe.stale == VP_STALE_AGE ||
			candidate->probe.stale == VP_STALE_DOUBTFUL)
			return true;
	}
	return false;
}

/* Who is to be blamed for an answer that nobody knows. */
static const char *describe_unknown(const VpResult *result)
{
	guint n_unknown = 0, n_behind = 0;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (vp_candidate_is_unknown(candidate))
			n_unknown++;
		else if (n_unknown &&
			 vp_verdict_stage(candidate->verdict) == VP_STAGE_MATCH)
			n_behind++;
	}
	if (n_behind)
		return "an earlier candidate";
	if (result->request->binary)
		return "the program";
	return n_unknown == 1 ? "the only candidate" : "a candidate";
}

/* Returns: (transfer full): the command that was given, with the level that is available,
 * or which option it takes, where what was given cannot be copied. */
static char *describe_retry(const VpResult *result, char **words)
{
	char *command = output_command_at(words, result->sandbox.level);

	return command ? command
		       : g_strdup_printf("the same with --sandbox %s",
				 sandbox_level_name(result->sandbox.level));
}

char *output_sandbox_unavailable(
	const VpResult *result, char **words, const Screen *screen)
{
	const SandboxReport *report = &result->sandbox;
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: ");
	g_autofree char *retry = NULL;

	if (!output_is_unavailable(result)) {
		g_string_append_printf(text,
			"nothing was chosen, because it is not known whether %s works\n",
			describe_unknown(result));
		for (guint i = 0; i < result->candidates->len; i++) {
			const VpCandidate *candidate = result->candidates->pdata[i];

			if (vp_candidate_is_unknown(candidate))
				output_add_verdict(
					table, output_name(candidate), candidate);
		}
		table_append_fitted(table, text, "  ", screen);
		return g_string_free(text, FALSE);
	}
	g_string_append_printf(text,
		"nothing was run: the sandbox is not available at level %s\n",
		sandbox_level_name(result->request->sandbox));
	add_missing_layers(table, result, true);
	table_append_fitted(table, text, "  ", screen);
	if (has_old_answers(result))
		g_string_append(text, "hint: the cache has older answers, which "
				      "--cache only accepts\n");
	retry = describe_retry(result, words);
	g_string_append_printf(text, "%s:\n  %s\n",
		report->level == SANDBOX_LEVEL_NONE
			? "to run the programs without protection all the same"
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
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->verdict == VP_VERDICT_NOT_CACHED)
			output_add_verdict(table, output_name(candidate), candidate);
	}
	table_append_fitted(table, text, "  ", screen);
	g_string_append(text, "hint: --cache auto runs what is not known; vhost-probe "
			      "refresh fills the cache\n");
	return g_string_free(text, FALSE);
}
