// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Views of a result: pure functions from a result to text. Strings of manifests and
 * programs are escaped here, once, at the edge.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/options.h"
#include "probe/cli/screen.h"
#include "probe/vhost-probe-cache.h"
#include "probe/vhost-probe-check.h"
#include "probe/vhost-probe-words.h"

/* All (transfer full), to be freed by g_free(). */

/* The document of docs/json.md, with a newline at its end. */
char *output_json(const VpResult *result);

/* A table of every file that may be of the type asked for. @columns: their names; NULL:
 * those that belong on @screen. */
char *output_list(
	const VpResult *result, const char *const *columns, const Screen *screen);

/* Returns: whether no file is of the type, or there is none at all: then the two texts
 * around say where it was searched. */
bool output_finds_nothing(const VpResult *result);

/* Returns: whether none of the directories exists that were named by --dir: this is then
 * reported before anything else, and nothing more about where it was searched. */
bool output_names_nothing(const VpResult *result);

/* The directories that were searched, and what was seen there, if nothing is listed; or
 * "". */
char *output_nothing_listed(const VpResult *result, const Screen *screen);

/* How many files it leaves out; or "". */
char *output_others(const VpResult *result);

/* The request, where it was searched, and the verdict on each file. */
char *output_explanation(const VpResult *result, const Screen *screen);

/* Why nothing was chosen: the lines of cli's text "When nothing matches". */
char *output_no_match(const VpResult *result, const Screen *screen);

/* Which candidate before the chosen one is broken, and how many more; or "". */
char *output_passed_over(const VpResult *result, const Screen *screen);

/* What may have been meant by a type or feature that nothing has; or "". */
char *output_hint(const VpResult *result, const Screen *screen);

/* How to find out whether the sandbox is why programs failed; or "". @words: the command
 * line. @more: (nullable): an option for it, against what else it would do. */
char *output_doubt(
	const VpResult *result, char **words, const char *more, const Screen *screen);

/* Adds what the configuration says: one line, wrapped where there is no room. */
void output_append_config(GString *text, const VpConfig *config, const Screen *screen);

/* Which layers of the sandbox are missing, and the command that accepts less. */
char *output_sandbox_unavailable(
	const VpResult *result, char **words, const Screen *screen);

/* Which earlier candidates are not in the cache, where only that may answer. */
char *output_not_cached(const VpResult *result, const Screen *screen);

/* Why not everything was written to the cache. */
char *output_cache_error(const VpResult *result);

/* @error: why root's cache cannot be read. */
char *output_shared_error(const char *error);

/* Which programs ran and have no entry now, and why where that is known; or NULL. */
char *output_not_kept(const VpResult *result, const Screen *screen);

/* How many work, were written, not kept, and removed: one line. */
char *output_refreshed(const VpResult *result, guint n_removed);

/* A place of the cache, as the verb cache has found or left it. */
typedef struct {
	const VpCachePlace *place;
	VpCacheList *entries; /* NULL: not asked for, or an error */
	guint n_entries, n_removed;
	char *error; /* why it is of no use, or NULL */
} CacheView;

/* Each place is named if there are several. @views: of CacheView *. */
char *output_cache_list(const GPtrArray *views, const Screen *screen);

/* The places whose list is empty, one per line; or "". */
char *output_cache_empty(const GPtrArray *views);
char *output_cache_json(const GPtrArray *views);

/* Findings: one per line, as compilers have them; or as JSON. */
char *output_check(const VpCheck *check, bool color);
char *output_check_json(const VpCheck *check);

/* How much was checked, and how much was found: one line. */
char *output_checked(const VpCheck *check);

/* Returns: whether it does not work, unlike one that is masked or lacks a feature. */
bool output_is_broken(const VpCandidate *candidate);

/* Returns: whether nothing could be run without a sandbox. */
bool output_is_unavailable(const VpResult *result);
