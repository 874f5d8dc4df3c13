// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The directories to search (D1), from environment variables that may hold anything.
 *
 *   general    /usr/share                      always
 *      |       XDG_DATA_DIRS, last to first    default /usr/local/share:/usr/share
 *      |       a distribution's own            none, unless it was built with one
 *      |       /etc
 *   specific   XDG_CONFIG_HOME                 default $HOME/.config; if asked for
 *
 * Relative entries count as unset, as the XDG base directory specification says.
 */
#include "probe/search-path.h"

#include <string.h>
#include <glib.h>

#define SUBDIRECTORY "qemu/vhost-user"

/* Appends @directory (consumed); an earlier mention gives way: the most specific place
 * counts. */
static void consume(GPtrArray *directories, char *directory)
{
	for (guint i = 0; i < directories->len; i++)
		if (g_str_equal(directories->pdata[i], directory))
			g_ptr_array_remove_index(directories, i);
	g_ptr_array_add(directories, directory);
}

/* Likewise, @base's subdirectory. */
static void add(GPtrArray *directories, const char *base)
{
	size_t length = strlen(base);

	while (length > 1 && base[length - 1] == '/')
		length--;
	consume(directories, g_strdup_printf("%.*s/" SUBDIRECTORY,
				     length == 1 ? 0 : (int)length, base));
}

static bool is_set(const char *value)
{
	return value && value[0] == '/';
}

char **search_path(const SearchEnvironment *environment)
{
	const char *data_dirs = environment->xdg_data_dirs;
	g_auto(GStrv) bases = g_strsplit(
		data_dirs && *data_dirs ? data_dirs : "/usr/local/share:/usr/share", ":",
		-1);
	GPtrArray *directories = g_ptr_array_new_with_free_func(g_free);
	guint n = g_strv_length(bases);

	for (guint i = n; i-- > 0;)
		if (is_set(bases[i]) && !g_str_equal(bases[i], "/usr/share"))
			add(directories, bases[i]);
	/* The most general, whatever the variable says. */
	for (guint i = 0; i < directories->len; i++)
		if (g_str_equal(directories->pdata[i], "/usr/share/" SUBDIRECTORY))
			g_ptr_array_remove_index(directories, i--);
	g_ptr_array_insert(directories, 0, g_strdup("/usr/share/" SUBDIRECTORY));
	if (is_set(environment->extra_dir))
		consume(directories, g_strdup(environment->extra_dir));
	add(directories, "/etc");
	if (environment->user && is_set(environment->xdg_config_home)) {
		add(directories, environment->xdg_config_home);
	} else if (environment->user && is_set(environment->home)) {
		g_autofree char *config =
			g_build_filename(environment->home, ".config", NULL);

		add(directories, config);
	}
	g_ptr_array_set_free_func(directories, NULL);
	g_ptr_array_add(directories, NULL);
	return (char **)g_ptr_array_free(directories, FALSE);
}
