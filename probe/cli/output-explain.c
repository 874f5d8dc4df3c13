// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The text of explain: the request, where was searched, what became of each file, by its
 * path, and the choice.
 */
#include "probe/cli/output.h"

#include "common/text.h"
#include "probe/cli/output-parts.h"

/* What it printed, where that was compared: nothing to some types, and all there is to
 * know about others. */
static char *describe_features(const VpCandidate *candidate)
{
	g_autofree char *list = NULL;

	if (!candidate->capabilities ||
		vp_verdict_stage(candidate->verdict) != VP_STAGE_MATCH)
		return g_strdup("");
	if (!*candidate->capabilities->features)
		return g_strdup("; prints no features");
	list = g_strjoinv(", ", candidate->capabilities->features);
	return g_strdup_printf("; prints %s", list);
}

static void add_row(Table *table, const VpCandidate *candidate)
{
	g_autofree char *features = describe_features(candidate);
	g_autofree char *source = output_describe_source(candidate);
	g_autofree char *reason = output_describe_reason(candidate);
	g_autofree char *verdict = g_strconcat(vp_verdict_name(candidate->verdict), ": ",
		reason, features, source, NULL);

	table_add(table, candidate->verdict,
		ROW(candidate->manifest ? candidate->manifest : candidate->binary,
			verdict));
}

/* What a type's programs leave open, whatever they print. Select has its answer. */
static void append_note(GString *text, const VpResult *result, const Screen *screen)
{
	const VpDeviceType *type = vp_device_types();

	if (result->request->mode != VP_MODE_EXPLAIN || !result->selected ||
		!result->selected->type)
		return;
	while (type->name && !g_str_equal(type->name, result->selected->type))
		type++;
	if (type->name && type->notes)
		output_append_line(text, "note: ", type->notes->unsaid, screen);
}

char *output_explanation(const VpResult *result, const Screen *screen)
{
	g_autofree char *request = output_describe_request(result->request);
	g_autofree char *chosen =
		result->selected ? text_escape(result->selected->binary, -1) : NULL;
	g_autoptr(Table) table = table_new(screen->color ? 1 : -1);
	GString *text = g_string_new(NULL);

	output_append_line(text, "wanted: ", request, screen);
	if (result->request->config)
		output_append_config(text, result->request->config, screen);
	output_append_search(text, result, screen);
	if (result->ran)
		output_append_sandbox(text, result, screen);
	g_string_append(text, result->candidates->len ? "seen, in order of precedence:\n"
						      : "no file was seen\n");
	for (guint i = 0; i < result->candidates->len; i++)
		add_row(table, result->candidates->pdata[i]);
	table_append_fitted(table, text, "  ", screen);
	g_string_append_printf(text, "chosen: %s\n", chosen ? chosen : "none");
	append_note(text, result, screen);
	output_append_hint(text, result, screen);
	return g_string_free(text, FALSE);
}
