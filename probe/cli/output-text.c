// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The result as text for people.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/table.h"

/* ---- pieces ---- */

static const char *name_of(const VpCandidate *candidate)
{
	return candidate->name ? candidate->name : candidate->binary;
}

static char *features_of(const VpCandidate *candidate)
{
	if (!candidate->capabilities || !*candidate->capabilities->features)
		return g_strdup("-");
	return g_strjoinv(" ", candidate->capabilities->features);
}

/* "gpu backend with virgl, without render-node" */
static char *describe_request(const VpRequest *request)
{
	g_autofree char *need = g_strjoinv(", ", (char **)request->need);
	g_autofree char *exclude = g_strjoinv(", ", (char **)request->exclude);

	return g_strdup_printf("%s%sbackend%s%s%s%s", request->type ? request->type : "",
		request->type ? " " : "", *need ? " with " : "", need,
		*exclude ? " without " : "", exclude);
}

/* Files that say nothing about this request; a mask may hide just what was wanted. */
static bool is_aside(const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_SKIPPED_NAME ||
	       candidate->verdict == VP_VERDICT_MASKED ||
	       candidate->verdict == VP_VERDICT_OTHER_TYPE;
}

/* Nothing that was run just now needs to be told so; but why it had to be. The reason of
 * a failure says it already. */
static char *describe_source(const VpCandidate *candidate)
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

static void add_verdict_row(Table *table, const VpCandidate *candidate)
{
	g_autofree char *source = describe_source(candidate);
	g_autofree char *verdict = g_strdup_printf("%s: %s%s",
		vp_verdict_name(candidate->verdict), candidate->reason, source);

	table_add(table, candidate->verdict, ROW(name_of(candidate), verdict));
}

static void append_hint(GString *text, const VpResult *result)
{
	g_autofree char *hint = result->selected ? NULL : vp_result_hint(result);
	g_autofree char *escaped = hint ? text_escape(hint, -1) : NULL;

	if (escaped)
		g_string_append_printf(text, "hint: %s\n", escaped);
}

char *output_hint(const VpResult *result)
{
	GString *text = g_string_new(NULL);

	append_hint(text, result);
	return g_string_free(text, FALSE);
}

/* "sandbox: partial, without net uts" */
static void append_sandbox(GString *text, const VpResult *result)
{
	const char *before = ", without ";

	if (output_is_unavailable(result)) {
		g_string_append(text, "sandbox: not available\n");
		return;
	}
	g_string_append_printf(
		text, "sandbox: %s", sandbox_level_name(result->sandbox.level));
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (!output_is_missing(result, layer))
			continue;
		g_string_append_printf(text, "%s%s", before, sandbox_layer_name(layer));
		before = " ";
	}
	g_string_append_c(text, '\n');
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

/* "cache", "run", "run, stale: program" */
static char *source_of(const VpProbe *probe)
{
	const char *name =
		probe->source == VP_PROBE_NONE ? "-" : output_source_name(probe->source);

	if (!probe->stale)
		return g_strdup(name);
	return g_strdup_printf("%s, stale: %s", name, vp_stale_name(probe->stale));
}

/* ---- views ---- */

/* Announced as of another type than the one asked for. What may be of that type, such as
 * a file that cannot be read or that masks another, is none of these. */
static bool is_of_other_type(const VpResult *result, const VpCandidate *candidate)
{
	const char *type = result->request->type;

	return type && !result->request->binary && candidate->type &&
	       !g_str_equal(candidate->type, type);
}

char *output_others(const VpResult *result)
{
	guint n = 0;

	for (guint i = 0; i < result->candidates->len; i++)
		n += is_of_other_type(result, result->candidates->pdata[i]);
	if (!n)
		return g_strdup("");
	return g_strdup_printf("vhost-probe: not shown: %u file%s of other types\n", n,
		n == 1 ? "" : "s");
}

char *output_list(const VpResult *result, bool color)
{
	g_autoptr(Table) table = table_new(color ? 2 : -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		g_autofree char *features = features_of(candidate);
		g_autofree char *source = source_of(&candidate->probe);

		if (is_of_other_type(result, candidate))
			continue;
		table_add(table, candidate->verdict,
			ROW(name_of(candidate), candidate->type ? candidate->type : "-",
				vp_verdict_name(candidate->verdict), source,
				candidate->verdict == VP_VERDICT_MATCH
					? features
					: candidate->reason));
	}
	table_append_to(table, text, "");
	return g_string_free(text, FALSE);
}

char *output_explanation(const VpResult *result, bool color)
{
	g_autofree char *request = describe_request(result->request);
	g_autofree char *chosen =
		result->selected ? text_escape(result->selected->binary, -1) : NULL;
	g_autofree char *wanted = text_escape(request, -1);
	g_autoptr(Table) dirs = table_new(-1);
	g_autoptr(Table) table = table_new(color ? 1 : -1);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "wanted: %s\n", wanted);
	if (result->search->len)
		g_string_append(text, "searched, general to specific:\n");
	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];

		table_add(dirs, VP_VERDICT_PENDING,
			ROW(dir->dir, dir->error   ? dir->error
				      : dir->found ? "found"
						   : "does not exist"));
	}
	table_append_to(dirs, text, "  ");
	if (result->ran)
		append_sandbox(text, result);
	g_string_append(text, result->candidates->len ? "seen, in order of precedence:\n"
						      : "no file was seen\n");
	for (guint i = 0; i < result->candidates->len; i++)
		add_verdict_row(table, result->candidates->pdata[i]);
	table_append_to(table, text, "  ");
	g_string_append_printf(text, "chosen: %s\n", chosen ? chosen : "none");
	append_hint(text, result);
	return g_string_free(text, FALSE);
}

/* "no gpu backend has virgl", or however else the request is best answered by a no. */
static char *describe_no_match(const VpRequest *request, bool any)
{
	g_autofree char *need = g_strjoinv(", ", (char **)request->need);
	g_autofree char *wanted = describe_request(request);

	if (request->binary)
		return g_strdup("the program does not match");
	if (!any)
		return g_strdup_printf(
			"no manifest announces a %s backend", request->type);
	if (*request->exclude)
		return g_strdup_printf("there is no %s", wanted);
	if (*need)
		return g_strdup_printf("no %s backend has %s", request->type, need);
	return g_strdup_printf("no %s backend works", request->type);
}

char *output_no_match(const VpResult *result)
{
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: ");
	g_autofree char *no = NULL, *escaped = NULL;
	bool any = false;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (is_aside(candidate))
			continue;
		any = any || candidate->verdict != VP_VERDICT_MASK;
		add_verdict_row(table, candidate);
	}
	no = describe_no_match(result->request, any);
	escaped = text_escape(no, -1);
	g_string_append_printf(text, "%s\n", escaped);
	table_append_to(table, text, "  ");
	append_hint(text, result);
	return g_string_free(text, FALSE);
}

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

/* The command again, with a level that is available. Behind "--" it would be a word for
 * the program. */
static void append_command(GString *text, char **words, SandboxLevel level)
{
	bool given = false;

	for (; *words; words++) {
		g_autofree char *word = text_shell_word(*words);
		g_autofree char *escaped = text_escape(word, -1);

		if (g_str_equal(*words, "--") && !given) {
			g_string_append_printf(
				text, " --sandbox %s", sandbox_level_name(level));
			given = true;
		}
		g_string_append_printf(text, " %s", escaped);
	}
	if (!given)
		g_string_append_printf(text, " --sandbox %s", sandbox_level_name(level));
	g_string_append_c(text, '\n');
}

char *output_sandbox_unavailable(const VpResult *result, char **words)
{
	const SandboxReport *report = &result->sandbox;
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: ");

	if (!output_is_unavailable(result)) {
		g_string_append(text, "nothing was chosen, because it is not known "
				      "whether an earlier candidate works\n");
		for (guint i = 0; i < result->candidates->len; i++) {
			const VpCandidate *candidate = result->candidates->pdata[i];

			if (vp_candidate_is_unknown(candidate))
				add_verdict_row(table, candidate);
		}
		table_append_to(table, text, "  ");
		return g_string_free(text, FALSE);
	}
	g_string_append_printf(text,
		"nothing was run: the sandbox is not available at level %s\n",
		sandbox_level_name(result->request->sandbox));
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		int errnum = report->missing_errno[layer];

		if (output_is_missing(result, layer))
			table_add(table, VP_VERDICT_PENDING,
				ROW(sandbox_layer_name(layer),
					errnum ? strerrorname_np(errnum) : "-",
					sandbox_layer_hint(layer, errnum,
						result->request->without)));
	}
	table_append_to(table, text, "  ");
	if (has_old_answers(result))
		g_string_append(text, "hint: the cache has older answers, which "
				      "--cache only accepts\n");
	g_string_append(text, report->level == SANDBOX_LEVEL_NONE
				      ? "to run the programs without protection all the "
					"same:\n "
				      : "to accept what is available:\n ");
	append_command(text, words, report->level);
	return g_string_free(text, FALSE);
}

char *output_not_cached(const VpResult *result)
{
	g_autoptr(Table) table = table_new(-1);
	GString *text = g_string_new("vhost-probe: nothing was chosen, because an "
				     "earlier candidate is not in the cache\n");

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->verdict == VP_VERDICT_NOT_CACHED)
			add_verdict_row(table, candidate);
	}
	table_append_to(table, text, "  ");
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
			add_verdict_row(table, result->candidates->pdata[i]);
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
