// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The result as text for people.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"

/* ---- tables ---- */

/* Rows of cells, whose columns are made equally wide but for the last. */
typedef struct {
	GPtrArray *rows;  /* of GStrv, escaped */
	int paint_column; /* coloured by the verdict; -1: none */
	GArray *verdicts; /* of VpVerdict, a row */
} Table;

static Table *table_new(int paint_column)
{
	Table *table = g_new(Table, 1);

	table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	table->verdicts = g_array_new(FALSE, FALSE, sizeof(VpVerdict));
	table->paint_column = paint_column;
	return table;
}

static void table_free(Table *table)
{
	g_ptr_array_unref(table->rows);
	g_array_unref(table->verdicts);
	g_free(table);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* @cells: from anywhere, ended by NULL. */
static void table_add(Table *table, VpVerdict verdict, const char *const *cells)
{
	GPtrArray *row = g_ptr_array_new();

	for (; *cells; cells++)
		g_ptr_array_add(row, text_escape(*cells, -1));
	g_ptr_array_add(row, NULL);
	g_ptr_array_add(table->rows, g_ptr_array_free(row, FALSE));
	g_array_append_val(table->verdicts, verdict);
}

#define ROW(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *color_of(VpVerdict verdict)
{
	switch (verdict) {
	case VP_VERDICT_SELECTED:
	case VP_VERDICT_MATCH:
		return "\033[32m"; /* green */
	case VP_VERDICT_SKIPPED_NAME:
	case VP_VERDICT_MASKED:
	case VP_VERDICT_MASK:
	case VP_VERDICT_OTHER_TYPE:
	case VP_VERDICT_NOT_NEEDED:
		return "\033[2m"; /* faint */
	case VP_VERDICT_MISSING_FEATURES:
	case VP_VERDICT_EXCLUDED_FEATURES:
		return "\033[33m"; /* yellow */
	default:
		return "\033[31m"; /* red */
	}
}

static void table_append_to(const Table *table, GString *text, const char *indent)
{
	glong widths[8] = {0};

	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		for (guint c = 0; row[c] && row[c + 1]; c++)
			widths[c] = MAX(widths[c], g_utf8_strlen(row[c], -1));
	}
	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		g_string_append(text, indent);
		for (guint c = 0; row[c]; c++) {
			bool painted = (int)c == table->paint_column;
			glong padding =
				row[c + 1] ? widths[c] + 3 - g_utf8_strlen(row[c], -1)
					   : 0;

			if (painted)
				g_string_append(
					text, color_of(g_array_index(
						      table->verdicts, VpVerdict, r)));
			g_string_append(text, row[c]);
			if (painted)
				g_string_append(text, "\033[0m");
			g_string_append_printf(text, "%*s", (int)padding, "");
		}
		while (text->len && text->str[text->len - 1] == ' ')
			g_string_truncate(text, text->len - 1);
		g_string_append_c(text, '\n');
	}
}

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

char *output_list(const VpResult *result, bool color)
{
	g_autoptr(Table) table = table_new(color ? 2 : -1);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		g_autofree char *features = features_of(candidate);

		g_autofree char *source = source_of(&candidate->probe);

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
	g_string_append(text, report->level == SANDBOX_LEVEL_NONE
				      ? "to run the programs without protection all the "
					"same:\n "
				      : "to accept what is available:\n ");
	for (; *words; words++) {
		g_autofree char *quoted = g_shell_quote(*words);
		/* Plain words stay plain. */
		bool plain =
			strspn(*words,
				"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				"0123456789-_=./,:+@") == strlen(*words) &&
			**words;
		g_autofree char *escaped = text_escape(plain ? *words : quoted, -1);

		g_string_append_printf(text, " %s", escaped);
	}
	g_string_append_printf(
		text, " --sandbox %s\n", sandbox_level_name(report->level));
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
	if (!table->rows->len)
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
