// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is said about the cache: what was written and what was not, and what it holds.
 */
#include "probe/cli/output.h"

#include "common/text.h"
#include "probe/cli/output-parts.h"
#include "probe/cli/table.h"

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

char *output_not_kept(const VpResult *result, const Screen *screen)
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
	table_append_fitted(table, text, "  ", screen);
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
