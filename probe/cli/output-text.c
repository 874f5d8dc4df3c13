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

/* In a command that is copied no line but the first would be part of it: so it is one,
 * however long. */
char *output_explain_command(const VpRequest *request)
{
	const char *const *dir =
		request->search_must_be_readable ? request->search : NULL;
	g_autofree char *type =
		request->type ? text_shell_word_to_copy(request->type) : NULL;
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

	if (hint)
		output_append_line(text, "hint: ", hint, screen);
}

char *output_hint(const VpResult *result, const Screen *screen)
{
	GString *text = g_string_new(NULL);

	output_append_hint(text, result, screen);
	return g_string_free(text, FALSE);
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
