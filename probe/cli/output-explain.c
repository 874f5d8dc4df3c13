// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The text of explain: the request, the directories that were searched, the verdict on
 * each file, by its path, and the choice.
 */
#include "probe/cli/output.h"

#include "common/text.h"
#include "probe/cli/output-parts.h"

/* What it printed, where that was compared: for some types that is nothing, for others
 * all there is to know. */
static char *describe_features(const VpCandidate *candidate)
{
	const VpCapabilities *capabilities = vp_candidate_get_capabilities(candidate);
	const char *const *features;
	g_autofree char *list = NULL;

	if (!capabilities ||
		vp_verdict_stage(vp_candidate_get_verdict(candidate)) != VP_STAGE_MATCH)
		return g_strdup("");
	features = vp_capabilities_get_features(capabilities);
	if (!*features)
		return g_strdup("; prints no features");
	list = g_strjoinv(", ", (char **)features);
	return g_strdup_printf("; prints %s", list);
}

static void add_row(Table *table, const VpCandidate *candidate)
{
	g_autofree char *features = describe_features(candidate);
	g_autofree char *source = output_describe_source(candidate);
	g_autofree char *reason = output_describe_reason(candidate);
	g_autofree char *verdict =
		g_strconcat(vp_verdict_name(vp_candidate_get_verdict(candidate)), ": ",
			reason, features, source, NULL);

	table_add(table, vp_candidate_get_verdict(candidate),
		ROW(vp_candidate_get_manifest(candidate)
				? vp_candidate_get_manifest(candidate)
				: vp_candidate_get_binary(candidate),
			verdict));
}

/* What a type's programs leave open, whatever they print. Select has its answer. */
static void append_note(GString *text, const VpResult *result, const Screen *screen)
{
	const VpCandidate *selected = vp_result_get_selected(result);
	const char *name = selected ? vp_candidate_get_type(selected) : NULL;
	const VpDeviceType *type = name ? vp_device_type_find(name) : NULL;
	const char *note = type ? vp_device_type_get_note_unsaid(type) : NULL;

	if (note && vp_request_get_mode(vp_result_get_request(result)) == VP_MODE_EXPLAIN)
		output_append_line(text, "note: ", note, screen);
}

char *output_explanation(const VpResult *result, const Screen *screen)
{
	const VpRequest *request = vp_result_get_request(result);
	const VpConfig *config = vp_request_get_config(request);
	const VpCandidate *selected = vp_result_get_selected(result);
	g_autofree char *wanted = output_describe_request(request);
	g_autofree char *chosen =
		selected ? text_escape(vp_candidate_get_binary(selected), -1) : NULL;
	g_autoptr(Table) table = table_new(screen->color ? 1 : -1);
	GString *text = g_string_new(NULL);

	output_append_line(text, "wanted: ", wanted, screen);
	if (config)
		output_append_config(text, config, screen);
	output_append_search(text, result, screen);
	if (vp_result_has_run(result))
		output_append_sandbox(text, result, screen);
	g_string_append(text, vp_result_get_n_candidates(result)
				      ? "seen, in order of precedence:\n"
				      : "no file was seen\n");
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		add_row(table, vp_result_get_candidate(result, i));
	table_append_fitted(table, text, "  ", screen);
	g_string_append_printf(text, "chosen: %s\n", chosen ? chosen : "none");
	append_note(text, result, screen);
	output_append_hint(text, result, screen);
	return g_string_free(text, FALSE);
}
