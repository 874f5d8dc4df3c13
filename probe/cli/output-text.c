// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the texts for people have in common.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/cells.h"
#include "probe/cli/output-parts.h"
#include "probe/cli/table.h"

const char *output_name(const VpCandidate *candidate)
{
	return vp_candidate_get_name(candidate) ? vp_candidate_get_name(candidate)
						: vp_candidate_get_binary(candidate);
}

/* "gpu backend with virgl and without render-node", "any backend" */
char *output_describe_request(const VpRequest *request)
{
	const char *given = vp_request_get_type(request);
	g_autofree char *type = given ? text_quoted(given) : g_strdup("any");
	g_autofree char *need = text_list_shown(vp_request_get_need(request));
	g_autofree char *exclude = text_list_shown(vp_request_get_exclude(request));

	return g_strdup_printf("%s backend%s%s%s%s", type, *need ? " with " : "", need,
		!*exclude ? ""
		: *need   ? " and without "
			  : " without ",
		exclude);
}

char *output_describe_reason(const VpCandidate *candidate)
{
	const VpProbe *probe = vp_candidate_get_probe(candidate);
	g_autofree char *age = text_duration(vp_probe_get_age(probe) / G_USEC_PER_SEC);
	const char *reason = vp_candidate_get_reason(candidate);

	/* It stands after the path of a program that was given. */
	if (!vp_candidate_get_manifest(candidate))
		reason = text_without_subject(reason, vp_candidate_get_binary(candidate));
	if (vp_probe_get_source(probe) != VP_PROBE_CACHE ||
		vp_verdict_stage(vp_candidate_get_verdict(candidate)) != VP_STAGE_RUN)
		return g_strdup(reason);
	return g_strdup_printf(
		"%s (from the cache, %s old; --cache refresh asks again)", reason, age);
}

/* That it was run just now needs no words, but why it had to be run does. The reason of a
 * failure says it already. */
char *output_describe_source(const VpCandidate *candidate)
{
	const VpProbe *probe = vp_candidate_get_probe(candidate);

	if (vp_probe_get_source(probe) == VP_PROBE_CACHE &&
		vp_verdict_stage(vp_candidate_get_verdict(candidate)) != VP_STAGE_RUN)
		return g_strdup(" (from the cache)");
	if (vp_probe_get_source(probe) == VP_PROBE_RUN && vp_probe_get_stale(probe))
		return g_strdup_printf(
			" (asked again: %s)", vp_stale_about(vp_probe_get_stale(probe)));
	return g_strdup("");
}

void output_add_verdict(Table *table, const char *name, const VpCandidate *candidate)
{
	/* To ask those again that ran beside others is routine: explain says it. */
	bool routine = vp_probe_get_stale(vp_candidate_get_probe(candidate)) ==
		       VP_STALE_DOUBTFUL;
	g_autofree char *source = routine ? NULL : output_describe_source(candidate);
	g_autofree char *reason = output_describe_reason(candidate);
	g_autofree char *verdict = g_strdup_printf("%s: %s%s",
		vp_verdict_name(vp_candidate_get_verdict(candidate)), reason,
		source ? source : "");

	table_add(table, vp_candidate_get_verdict(candidate), ROW(name, verdict));
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
	if (vp_search_dir_get_error(dir))
		return g_strdup(vp_search_dir_get_error(dir));
	if (!vp_search_dir_is_found(dir))
		return g_strdup("does not exist");
	if (!vp_search_dir_get_n_files(dir))
		return g_strdup("found, empty");
	return g_strdup_printf("found, %u file%s", vp_search_dir_get_n_files(dir),
		vp_search_dir_get_n_files(dir) == 1 ? "" : "s");
}

/* Only the first line of a command would be copied, so it stays on one line, however
 * long.
 */
char *output_explain_command(const VpRequest *request)
{
	const char *const *dir = vp_request_search_is_named(request)
					 ? vp_request_get_search(request)
					 : NULL;
	g_autofree char *type =
		vp_request_get_type(request)
			? text_shell_word_to_copy(vp_request_get_type(request))
			: NULL;
	g_autoptr(GString) command = g_string_new("vhost-probe explain --type ");

	if (!type)
		return NULL;
	g_string_append(command, type);
	for (; dir && *dir; dir++) {
		g_autofree char *word = text_shell_word_to_copy(*dir);

		if (!word)
			return NULL;
		g_string_append_printf(command, " --dir %s", word);
	}
	return g_strdup(command->str);
}

void output_append_search(GString *text, const VpResult *result, const Screen *screen)
{
	g_autoptr(Table) table = table_new(-1);

	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++) {
		const VpSearchDir *dir = vp_result_get_search_dir(result, i);
		g_autofree char *state = describe_directory(dir);

		table_add(table, VP_VERDICT_PENDING,
			ROW(vp_search_dir_get_path(dir), state));
	}
	if (table_is_empty(table))
		return;
	g_string_append(text, "searched, general to specific:\n");
	table_append_fitted(table, text, "  ", screen);
}

void output_append_hint(GString *text, const VpResult *result, const Screen *screen)
{
	g_autofree char *hint =
		vp_result_get_selected(result) ? NULL : vp_result_hint(result);

	if (hint)
		output_append_line(text, "hint: ", hint, screen);
}

char *output_hint(const VpResult *result, const Screen *screen)
{
	GString *text = g_string_new(NULL);

	output_append_hint(text, result, screen);
	return g_string_free(text, FALSE);
}
