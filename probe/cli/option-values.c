// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The values of options, checked: numbers with bounds, words from a list, paths that
 * exist.
 */
#include "probe/cli/option-values.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "probe/cli/columns.h"
#include "probe/cli/screen.h"

bool usage_error(GError **error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (error)
		*error = g_error_new_valist(
			G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, arguments);
	va_end(arguments);
	return false;
}

bool parse_names(char **given, const char *option, char ***ret_list, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	for (; given && *given; given++) {
		g_auto(GStrv) parts = g_strsplit(*given, ",", -1);

		for (char **part = parts; *part; part++) {
			g_autofree char *shown = NULL;

			if (!*g_strstrip(*part)) {
				shown = text_shown(*given);
				return usage_error(error,
					"%s: \"%s\" contains an empty name", option,
					shown);
			}
			if (!g_utf8_validate(*part, -1, NULL))
				return usage_error(
					error, "%s: a name is not UTF-8", option);
			if (!g_ptr_array_find_with_equal_func(
				    list, *part, g_str_equal, NULL))
				g_ptr_array_add(list, g_strdup(*part));
		}
		if (!*parts)
			return usage_error(error, "%s: the value is empty", option);
	}
	g_ptr_array_set_free_func(list, NULL);
	g_ptr_array_add(list, NULL);
	*ret_list = (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
	return true;
}

/* Takes "~NAME" as NAME, which is then unwanted. Returns: FALSE if there is a second "~",
 * or no name. */
static bool parse_unwanted(
	const char *name, GStrvBuilder *need, GStrvBuilder *unwanted, GError **error)
{
	g_autofree char *bare = g_strstrip(g_strdup(name + (name[0] == '~')));
	g_autofree char *shown = text_shown(name);

	if (!*bare || bare[0] == '~')
		return usage_error(
			error, "--need: \"%s\" is neither FEATURE nor ~FEATURE", shown);
	g_strv_builder_add(name[0] == '~' ? unwanted : need, bare);
	return true;
}

/* @name: with the sign that --need has for what is unwanted. */
static bool refuse_tilde(const char *name, GError **error)
{
	g_autofree char *word = name[1] ? text_shell_word_to_copy(name + 1) : NULL;
	g_autofree char *shown = text_shown(name);

	if (!word || !g_str_equal(shown, name))
		return usage_error(
			error, "--exclude: %s: name the feature without ~ here", shown);
	return usage_error(error,
		"--exclude: %s: did you mean --exclude %s, or --need %s?", name, word,
		word);
}

bool parse_features(char **need, char **exclude, char ***ret_need, char ***ret_exclude,
	GError **error)
{
	g_autoptr(GStrvBuilder) needed = g_strv_builder_new();
	g_autoptr(GStrvBuilder) unwanted = g_strv_builder_new();
	g_auto(GStrv) names = NULL, excluded = NULL, also_excluded = NULL;
	g_auto(GStrv) all_needed = NULL, all_excluded = NULL;

	if (!parse_names(need, "--need", &names, error) ||
		!parse_names(exclude, "--exclude", &excluded, error))
		return false;
	for (char **name = names; *name; name++)
		if (!parse_unwanted(*name, needed, unwanted, error))
			return false;
	for (char **name = excluded; *name; name++) {
		if (**name == '~')
			return refuse_tilde(*name, error);
		g_strv_builder_add(unwanted, *name);
	}
	all_needed = g_strv_builder_end(needed);
	also_excluded = g_strv_builder_end(unwanted);
	/* Once more, for duplicates. */
	if (!parse_names(also_excluded, "--exclude", &all_excluded, error))
		return false;
	*ret_need = g_steal_pointer(&all_needed);
	*ret_exclude = g_steal_pointer(&all_excluded);
	return true;
}

bool parse_timeout(const char *text, uint64_t *ret_us, GError **error)
{
	g_autofree char *shown = text_shown(text);

	return vp_parse_timeout(text, ret_us) ||
	       usage_error(error,
		       "--timeout: \"%s\" is not a number of seconds, more than 0 "
		       "and at most 3600",
		       shown);
}

bool parse_jobs(const char *text, unsigned *ret_jobs, GError **error)
{
	g_autofree char *shown = text_shown(text);

	return vp_parse_jobs(text, ret_jobs) ||
	       usage_error(error, "--jobs: \"%s\" is not a number from 1 to %d", shown,
		       VP_JOBS_MAX);
}

bool parse_sandbox(const char *text, VpLevel *ret_level, GError **error)
{
	g_autofree char *shown = text_shown(text);
	const char *name;

	for (VpLevel level = VP_LEVEL_NONE; (name = vp_level_name(level)); level++) {
		if (g_str_equal(text, name)) {
			*ret_level = level;
			return true;
		}
	}
	return usage_error(
		error, "--sandbox: \"%s\" is not full, partial or none", shown);
}

bool parse_cache(const char *text, VpCacheMode *ret_mode, GError **error)
{
	g_autofree char *shown = text ? text_shown(text) : NULL;
	const char *name;

	if (!text)
		return true;
	for (VpCacheMode mode = VP_CACHE_AUTO; (name = vp_cache_mode_name(mode));
		mode++) {
		if (g_str_equal(text, name)) {
			*ret_mode = mode;
			return true;
		}
	}
	return usage_error(
		error, "--cache: \"%s\" is not auto, only, refresh or off", shown);
}

static bool check_layer(const char *name, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	g_autofree char *folded = g_ascii_strdown(name, -1);
	g_autofree char *shown = text_shown(name), *list = NULL;
	const char *layer, *nearest;

	for (gsize i = 0; (layer = vp_layer_name(i)); i++) {
		if (g_str_equal(layer, name))
			return true;
		g_ptr_array_add(known, (char *)layer);
	}
	nearest = text_nearest(folded, (const char *const *)known->pdata, known->len);
	if (nearest)
		return usage_error(error,
			"--without: unknown layer \"%s\"; did you mean %s?", shown,
			nearest);
	g_ptr_array_add(known, NULL);
	list = g_strjoinv(", ", (char **)known->pdata);
	return usage_error(error, "--without: unknown layer \"%s\"; the layers are: %s",
		shown, list);
}

bool parse_layers(char **given, char ***ret_layers, GError **error)
{
	g_auto(GStrv) names = NULL;

	if (!parse_names(given, "--without", &names, error))
		return false;
	for (char **name = names; *name; name++)
		if (!check_layer(*name, error))
			return false;
	*ret_layers = g_steal_pointer(&names);
	return true;
}

static bool check_column(const char *name, GError **error)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	const char *nearest;
	g_autofree char *shown = text_shown(name), *list = NULL;

	if (columns_find(name))
		return true;
	for (const Column *column = columns_all(); column->name; column++)
		g_ptr_array_add(known, (char *)column->name);
	nearest = text_nearest(name, (const char *const *)known->pdata, known->len);
	if (nearest)
		return usage_error(error,
			"--columns: unknown column \"%s\"; did you mean %s?", shown,
			nearest);
	g_ptr_array_add(known, NULL);
	list = g_strjoinv(", ", (char **)known->pdata);
	return usage_error(error, "--columns: unknown column \"%s\"; the columns are: %s",
		shown, list);
}

bool parse_columns(char **given, char ***ret_columns, GError **error)
{
	g_auto(GStrv) names = NULL;

	if (!given)
		return true;
	if (!parse_names(given, "--columns", &names, error))
		return false;
	for (char **name = names; name && *name; name++)
		if (!check_column(*name, error))
			return false;
	*ret_columns = g_steal_pointer(&names);
	return true;
}

enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER, N_COLORS };

const char *const color_names[] = {
	[COLOR_AUTO] = "auto",
	[COLOR_ALWAYS] = "always",
	[COLOR_NEVER] = "never",
	[N_COLORS] = NULL,
};

bool parse_color(const char *text, bool *ret_color, GError **error)
{
	const char *no_color = secure_getenv("NO_COLOR");
	g_autofree char *shown = text ? text_shown(text) : NULL;
	int when = COLOR_AUTO;

	while (text && when < N_COLORS && !g_str_equal(text, color_names[when]))
		when++;
	if (when == N_COLORS)
		return usage_error(
			error, "--color: \"%s\" is not auto, always or never", shown);
	*ret_color = when == COLOR_ALWAYS ||
		     (when == COLOR_AUTO && isatty(STDOUT_FILENO) &&
			     !(no_color && *no_color) && screen_takes_escapes());
	return true;
}

/* No call of the kernel takes one that is longer. */
static bool check_length(const char *option, const char *path, GError **error)
{
	g_autofree char *shown = text_shown(path);

	return strlen(path) < PATH_MAX || usage_error(error,
						  "%s: the path is longer than the %d "
						  "bytes that a path can have: %s",
						  option, PATH_MAX - 1, shown);
}

/* A relative path leads nowhere where the working directory was removed, or lies outside
 * of the root; GLib would use / instead. */
static bool check_base(const char *option, const char *path, GError **error)
{
	char *base = g_path_is_absolute(path) ? NULL : getcwd(NULL, 0);
	bool known = base || g_path_is_absolute(path);

	if (!known)
		usage_error(error,
			"%s: %s is relative, and the working directory is gone (%s); "
			"give an absolute path",
			option, path, g_strerror(errno));
	free(base);
	return known;
}

/* Tidy, but never resolving "link/.." by text, which is not what the kernel does. */
bool make_absolute(const char *option, const char *path, char **ret_path, GError **error)
{
	g_autofree char *directory = NULL;

	if (!check_length(option, path, error) || !check_base(option, path, error))
		return false;
	if (!strstr(path, "..")) {
		*ret_path = g_canonicalize_filename(path, NULL);
		return true;
	}
	directory = g_get_current_dir();
	*ret_path = g_path_is_absolute(path) ? g_strdup(path)
					     : g_build_filename(directory, path, NULL);
	return true;
}

/* Of the path as it was given: the tidy one has lost the slash, and "new/" would become
 * the file "new". */
bool make_absolute_file(
	const char *option, const char *path, char **ret_path, GError **error)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (*name && !g_str_equal(name, ".") && !g_str_equal(name, ".."))
		return make_absolute(option, path, ret_path, error);
	return usage_error(
		error, "%s: %s names a directory; name a file in it", option, path);
}

/* Each is tried by itself, to name it as it was given. */
static bool check_exposed(
	const char *given, const char *path, uint64_t timeout_us, GError **error)
{
	const char *const paths[] = {path, NULL};
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) cause = NULL;

	vp_request_set_timeout(request, timeout_us);
	if (vp_request_set_expose(request, paths, &cause))
		return true;
	/* It begins with the path. */
	return usage_error(error, "--expose: %s%s%s", given,
		g_str_has_prefix(cause->message, path) ? cause->message + strlen(path)
						       : "",
		text_is_several_paths(given) && access(path, F_OK) < 0
			? "; for several paths repeat --expose"
			: "");
}

bool parse_expose(char **given, uint64_t timeout_us, char ***ret_paths, GError **error)
{
	g_autoptr(GStrvBuilder) paths = g_strv_builder_new();

	for (; given && *given; given++) {
		g_autofree char *path = NULL;

		if (!make_absolute("--expose", *given, &path, error) ||
			!check_exposed(*given, path, timeout_us, error))
			return false;
		g_strv_builder_add(paths, path);
	}
	*ret_paths = g_strv_builder_end(paths);
	return true;
}
