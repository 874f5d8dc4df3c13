// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is said about the cache: what was written and what was not, and what it holds.
 */
#include "probe/cli/output.h"

#include <errno.h>
#include <unistd.h>

#include "common/text.h"
#include "probe/cli/output-parts.h"
#include "probe/cli/table.h"

char *output_cache_error(const VpResult *result)
{
	g_autofree char *error = text_escape(vp_result_get_cache_error(result), -1);

	return g_strdup_printf("vhost-probe: the cache %s: %s\n",
		vp_request_get_cache(vp_result_get_request(result)) == VP_CACHE_ONLY
			? "cannot be read"
			: "was not written",
		error);
}

char *output_shared_error(const char *error)
{
	g_autofree char *escaped = text_escape(error, -1);

	return g_strdup_printf(
		"vhost-probe: the cache of root cannot be read, and is not used: %s\n",
		escaped);
}

/* Where nothing can be written, that is what is reported. */
static bool is_not_kept(const VpResult *result, const VpCandidate *candidate)
{
	const VpProbe *probe = vp_candidate_get_probe(candidate);

	return vp_probe_get_source(probe) == VP_PROBE_RUN && !vp_probe_is_kept(probe) &&
	       !vp_result_get_cache_error(result);
}

char *output_not_kept(const VpResult *result, const Screen *screen)
{
	g_autoptr(Table) table = table_new(-1);
	GString *text;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		if (is_not_kept(result, vp_result_get_candidate(result, i)))
			output_add_verdict(table,
				output_name(vp_result_get_candidate(result, i)),
				vp_result_get_candidate(result, i));
	if (table_is_empty(table))
		return NULL;
	text = g_string_new(
		"vhost-probe: not kept in the cache, because the answer may "
		"depend on something outside the program, or the program was being "
		"changed:\n");
	table_append_fitted(table, text, "  ", screen);
	return g_string_free(text, FALSE);
}

char *output_refreshed(const VpResult *result, guint n_removed)
{
	guint n_run = 0, n_usable = 0, n_lost = 0;
	g_autofree char *lost = NULL;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		n_run += vp_probe_get_source(vp_candidate_get_probe(candidate)) !=
			 VP_PROBE_NONE;
		n_usable += vp_candidate_get_verdict(candidate) == VP_VERDICT_MATCH;
		n_lost += is_not_kept(result, candidate);
	}
	lost = n_lost ? g_strdup_printf(", %u not kept", n_lost) : g_strdup("");
	return g_strdup_printf(
		"%zu seen, %u run, %u usable; cache: %u written%s, %u removed\n",
		vp_result_get_n_candidates(result), n_run, n_usable,
		vp_result_get_n_stored(result), lost, n_removed);
}

static void append_entries(
	GString *text, const VpCacheList *entries, const Screen *screen)
{
	static const CellKind kinds[] = {
		CELL_PATH, CELL_WORDS, CELL_WHOLE, CELL_WHOLE, CELL_WORDS, CELL_WORDS};
	g_autoptr(Table) table = table_new(-1);

	table_set_kinds(table, kinds, G_N_ELEMENTS(kinds));
	if (screen->width)
		table_add_header(table,
			ROW("PROGRAM", "RESULT", "LEVEL", "AGE", "STATE", "SANDBOX"));
	for (gsize i = 0; i < vp_cache_list_get_n_entries(entries); i++) {
		const VpCacheEntry *entry = vp_cache_list_get_entry(entries, i);
		const VpProbe *probe = vp_cache_entry_get_probe(entry);
		const char *level = vp_level_name(vp_probe_get_level(probe));
		VpStale stale = vp_probe_get_stale(probe);
		int64_t age_us = vp_probe_get_age(probe);
		g_autofree char *age = age_us < 0
					       ? g_strdup("-")
					       : text_duration(age_us / G_USEC_PER_SEC);
		g_autofree char *state =
			stale ? g_strconcat("stale: ", vp_stale_about(stale), NULL)
			      : g_strdup("valid");

		if (vp_cache_entry_get_program(entry))
			table_add(table, VP_VERDICT_PENDING,
				ROW(vp_cache_entry_get_program(entry),
					vp_cache_entry_get_outcome(entry), level, age,
					state, vp_cache_entry_get_profile(entry)));
		else
			table_add(table, VP_VERDICT_PENDING,
				ROW(vp_cache_entry_get_file(entry), "-", "-", age, state,
					"-"));
	}
	if (screen->width)
		table_append_fitted(table, text, "", screen);
	else
		table_append_tabbed(table, text);
}

/* Returns: whether there is something to list. */
static bool lists_any(const CacheView *view)
{
	return view->entries && vp_cache_list_get_n_entries(view->entries);
}

char *output_cache_list(const GPtrArray *views, const Screen *screen)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];
		g_autofree char *dir =
			text_escape(vp_cache_place_get_dir(view->place), -1);

		if (!lists_any(view))
			continue;
		if (views->len > 1)
			g_string_append_printf(text, "%s:\n", dir);
		append_entries(text, view->entries, screen);
	}
	return g_string_free(text, FALSE);
}

char *output_cache_empty(const GPtrArray *views)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];
		const char *path = vp_cache_place_get_dir(view->place);
		g_autofree char *dir = text_escape(path, -1);

		if (!view->entries || lists_any(view))
			continue;
		g_string_append_printf(text, "vhost-probe: no entries %sin %s%s\n",
			view->n_entries ? "of this version " : "", dir,
			access(path, F_OK) && errno == ENOENT ? ", which does not exist"
							      : "");
	}
	return g_string_free(text, FALSE);
}
