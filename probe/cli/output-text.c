// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Texts for people, except for those that have files of their own: what they have in
 * common, and what is said about the sandbox and the cache.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/cells.h"
#include "probe/cli/output-parts.h"
#include "probe/cli/table.h"

/* ---- pieces ---- */

const char *output_name(const VpCandidate *candidate)
{
	return candidate->name ? candidate->name : candidate->binary;
}

/* "gpu backend with virgl, without render-node" */
char *output_describe_request(const VpRequest *request)
{
	g_autofree char *need = g_strjoinv(", ", (char **)request->need);
	g_autofree char *exclude = g_strjoinv(", ", (char **)request->exclude);

	return g_strdup_printf("%s%sbackend%s%s%s%s", request->type ? request->type : "",
		request->type ? " " : "", *need ? " with " : "", need,
		*exclude ? " without " : "", exclude);
}

char *output_describe_reason(const VpCandidate *candidate)
{
	const VpProbe *probe = &candidate->probe;
	g_autofree char *age = text_duration(probe->age_us / G_USEC_PER_SEC);

	if (probe->source != VP_PROBE_CACHE ||
		vp_verdict_stage(candidate->verdict) != VP_STAGE_RUN)
		return g_strdup(candidate->reason);
	return g_strdup_printf("%s (from the cache, %s old; --cache refresh asks again)",
		candidate->reason, age);
}

/* Nothing that was run just now needs to be told so; but why it had to be. The reason of
 * a failure says it already. */
char *output_describe_source(const VpCandidate *candidate)
{
	const VpProbe *probe = &candidate->probe;

	if (probe->source == VP_PROBE_CACHE &&
		vp_verdict_stage(candidate->verdict) != VP_STAGE_RUN)
		return g_strdup(" (from the cache)");
	if (probe->source == VP_PROBE_RUN && probe->stale)
		return g_strdup_printf(
			" (asked again: %s)", vp_stale_about(probe->stale));
	return g_strdup("");
}

void output_add_verdict(Table *table, const char *name, const VpCandidate *candidate)
{
	/* To ask those again that ran beside others is routine: explain says it. */
	bool routine = candidate->probe.stale == VP_STALE_DOUBTFUL;
	g_autofree char *source = routine ? NULL : output_describe_source(candidate);
	g_autofree char *reason = output_describe_reason(candidate);
	g_autofree char *verdict = g_strdup_printf("%s: %s%s",
		vp_verdict_name(candidate->verdict), reason, source ? source : "");

	table_add(table, candidate->verdict, ROW(name, verdict));
}

void output_append_line(
	GString *text, const char *title, const char *line, const Screen *screen)
{
	g_autofree char *escaped = text_escape(line, -1);
	g_autofree char *whole = g_strconcat(title, escaped, NULL);
	g_auto(GStrv) lines = NULL;

	if (!screen->width || cells_count(whole) <= screen->width) {
		g_string_append_printf(text, "%s\n", whole);
		return;
	}
	lines = cells_wrap(whole, screen->width > 2 ? screen->width - 2 : 1);
	for (char **part = lines; *part; part++)
		g_string_append_printf(text, "%s%s\n", part == lines ? "" : "  ", *part);
}

static char *describe_directory(const VpSearchDir *dir)
{
	if (dir->error)
		return g_strdup(dir->error);
	if (!dir->found)
		return g_strdup("does not exist");
	if (!dir->n_files)
		return g_strdup("found, empty");
	return g_strdup_printf(
		"found, %u file%s", dir->n_files, dir->n_files == 1 ? "" : "s");
}

void output_append_search(GString *text, const VpResult *result, const Screen *screen)
{
	g_autoptr(Table) table = table_new(-1);

	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];
		g_autofree char *state = describe_directory(dir);

		table_add(table, VP_VERDICT_PENDING, ROW(dir->dir, state));
	}
	if (table_is_empty(table))
		return;
	g_string_append(text, "searched, general to specific:\n");
	table_append_fitted(table, text, "  ", screen);
}

void output_append_hint(GString *text, const VpResult *result, const Screen *screen)
{
	g_autofree char *hint = result->selected ? NULL : vp_result_hint(result);

	const char *sandbox = result->selected ? NULL : vp_result_sandbox_hint(result);

	if (hint)
		output_append_line(text, "hint: ", hint, screen);
	if (sandbox)
		output_append_line(text, "hint: ", sandbox, screen);
}

char *output_hint(const VpResult *result, const Screen *screen)
{
	GString *text = g_string_new(NULL);

	output_append_hint(text, result, screen);
	return g_string_free(text, FALSE);
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
					errnum ? strerrorname_np(errnum) : "-",
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

const char *output_source_name(VpProbeSource source)
{
	static const char *const names[] = {
		[VP_PROBE_NONE] = "none",
		[VP_PROBE_RUN] = "run",
		[VP_PROBE_CACHE] = "cache",
	};

	return names[source];
}

/* ---- views ---- */

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

char *output_sandbox_unavailable(const VpResult *result, char **words)
{
	const SandboxReport *report = &result->sandbox;
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: ");

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
		table_append_to(table, text, "  ");
		return g_string_free(text, FALSE);
	}
	g_string_append_printf(text,
		"nothing was run: the sandbox is not available at level %s\n",
		sandbox_level_name(result->request->sandbox));
	add_missing_layers(table, result, true);
	table_append_to(table, text, "  ");
	if (has_old_answers(result))
		g_string_append(text, "hint: the cache has older answers, which "
				      "--cache only accepts\n");
	g_string_append(text, report->level == SANDBOX_LEVEL_NONE
				      ? "to run the programs without protection all the "
					"same:\n "
				      : "to accept what is available:\n ");
	for (; *words; words++) {
		g_autofree char *word = text_shell_word(*words);
		g_autofree char *escaped = text_escape(word, -1);

		g_string_append_printf(text, " %s", escaped);
	}
	g_string_append_printf(
		text, " --sandbox %s\n", sandbox_level_name(report->level));
	return g_string_free(text, FALSE);
}

char *output_not_cached(const VpResult *result)
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
	table_append_to(table, text, "  ");
	g_string_append(text, "hint: --cache auto runs what is not known; vhost-probe "
			      "refresh fills the cache\n");
	return g_string_free(text, FALSE);
}

char *output_cache_error(const VpResult *result)
{
	g_autofree char *error = text_escape(result->cache_error, -1);

	return g_strdup_printf("vhost-probe: the cache was not written: %s\n", error);
}

/* Where nothing can be written, that is what is reported. */
static bool is_not_kept(const VpResult *result, const VpCandidate *candidate)
{
	return candidate->probe.source == VP_PROBE_RUN && !candidate->probe.kept &&
	       !result->cache_error;
}

char *output_not_kept(const VpResult *result)
{
	g_autoptr(Table) table = table_new(-1);
	GString *text;

	for (guint i = 0; i < result->candidates->len; i++)
		if (is_not_kept(result, result->candidates->pdata[i]))
			output_add_verdict(table,
				output_name(result->candidates->pdata[i]),
				result->candidates->pdata[i]);
	if (table_is_empty(table))
		return NULL;
	text = g_string_new(
		"vhost-probe: not kept, because the cause may lie outside the "
		"program, or it was just being changed\n");
	table_append_to(table, text, "  ");
	return g_string_free(text, FALSE);
}

char *output_refreshed(const VpResult *result, guint n_removed)
{
	guint n_run = 0, n_work = 0, n_lost = 0;
	g_autofree char *lost = NULL;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		n_run += candidate->probe.source != VP_PROBE_NONE;
		n_work += candidate->verdict == VP_VERDICT_MATCH;
		n_lost += is_not_kept(result, candidate);
	}
	lost = n_lost ? g_strdup_printf(", %u not kept", n_lost) : g_strdup("");
	return g_strdup_printf(
		"%u seen, %u run, %u work; cache: %u written%s, %u removed\n",
		result->candidates->len, n_run, n_work, result->n_stored, lost,
		n_removed);
}

static void append_entries(GString *text, const GPtrArray *entries)
{
	g_autoptr(Table) table = table_new(-1);

	for (guint i = 0; i < entries->len; i++) {
		const VpCacheEntry *entry = entries->pdata[i];
		const char *stale = vp_stale_name(entry->probe.stale);
		g_autofree char *age =
			entry->age_s < 0 ? g_strdup("-") : text_duration(entry->age_s);
		g_autofree char *state = entry->probe.stale
						 ? g_strconcat("stale: ", stale, NULL)
						 : g_strdup("valid");
		const char *level = sandbox_level_name(entry->probe.level);

		if (entry->program)
			table_add(table, VP_VERDICT_PENDING,
				ROW(entry->program, entry->outcome, level, age, state,
					entry->profile));
		else
			table_add(table, VP_VERDICT_PENDING,
				ROW(entry->file, "-", "-", age, state, ""));
	}
	table_append_to(table, text, "");
}

char *output_cache_list(const GPtrArray *views)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];
		g_autofree char *dir = text_escape(view->place->dir, -1);

		if (views->len > 1)
			g_string_append_printf(text, "%s:\n", dir);
		if (view->entries)
			append_entries(text, view->entries);
	}
	return g_string_free(text, FALSE);
}
