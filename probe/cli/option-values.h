// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The values of options: words in, something usable out, or one line that says what is
 * wrong with them. Each function that can fail leaves its result as it was then.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "probe/vhost-probe-words.h"

/* Sets @error to wrong usage (G_OPTION_ERROR). Returns: FALSE. */
bool usage_error(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* "a, b" and "c" become one list without blanks around names and without duplicates, to
 * be freed by g_strfreev(). */
bool parse_names(char **given, const char *option, char ***ret_list, GError **error);

/* Likewise of --need and --exclude: "~virgl" of the first belongs to the second. */
bool parse_features(char **need, char **exclude, char ***ret_need, char ***ret_exclude,
	GError **error);

/* Seconds, fractions allowed, above 0. */
bool parse_timeout(const char *text, uint64_t *ret_us, GError **error);

bool parse_jobs(const char *text, unsigned *ret_jobs, GError **error);

bool parse_sandbox(const char *text, VpLevel *ret_level, GError **error);

/* NULL: leave it. */
bool parse_cache(const char *text, VpCacheMode *ret_mode, GError **error);

/* Names of layers, as in "net,uts"; to be freed by g_strfreev(). */
bool parse_layers(char **given, char ***ret_layers, GError **error);

/* Names of columns; NULL where none is @given. To be freed by g_strfreev(). */
bool parse_columns(char **given, char ***ret_columns, GError **error);

/* The words of --color, NULL-terminated. */
extern const char *const color_names[];

/* auto (or NULL), always, never; auto asks the terminal and NO_COLOR. */
bool parse_color(const char *text, bool *ret_color, GError **error);

/* Absolute paths that can be exposed, to be freed by g_strfreev(). */
bool parse_expose(char **given, uint64_t timeout_us, char ***ret_paths, GError **error);

/*
 * make_absolute:
 * @option: whose value @path is
 * @ret_path: (transfer full): @path from the root on, tidied where that cannot change
 * what it leads to
 *
 * Returns: FALSE where @path is relative and nobody knows to what.
 */
bool make_absolute(const char *option, const char *path, char **ret_path, GError **error);

/*
 * make_absolute_file:
 * The same for a file that is to be written.
 *
 * Returns: FALSE also where @path can only name a directory: it ends in "/", "/." or
 * "/..".
 */
bool make_absolute_file(
	const char *option, const char *path, char **ret_path, GError **error);
