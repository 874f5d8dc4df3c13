// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the configuration says, as a line for people: which file, each value, and which
 * of the paths are not there to be exposed.
 */
#include "probe/cli/output.h"

#include "common/text.h"
#include "probe/cli/output-parts.h"

static void add(GPtrArray *values, const char *what, const char *value)
{
	g_ptr_array_add(values, g_strdup_printf("%s %s", what, value));
}

/* As it was written: "/dev/dri", or "/dev/dri (No such file or directory)". */
static char *describe_exposed(const VpConfig *config, const char *path)
{
	const char *why = vp_config_why_not_exposed(config, path);

	return why ? g_strdup_printf("%s (%s)", path, why) : g_strdup(path);
}

void output_append_config(GString *text, const VpConfig *config, const Screen *screen)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	const char *const *exposed = vp_config_get_expose(config);
	const char *const *glob = vp_config_get_disable(config);
	g_autofree char *list = NULL, *line = NULL;

	if (vp_config_get_timeout(config)) {
		g_autofree char *timeout = text_seconds(vp_config_get_timeout(config));

		g_ptr_array_add(values, g_strconcat("timeout ", timeout, NULL));
	}
	if (vp_config_get_jobs(config))
		g_ptr_array_add(
			values, g_strdup_printf("jobs %u", vp_config_get_jobs(config)));
	for (; *exposed; exposed++) {
		g_autofree char *value = describe_exposed(config, *exposed);

		add(values, "expose", value);
	}
	for (; *glob; glob++)
		add(values, "disable", *glob);
	if (!values->len)
		g_ptr_array_add(values, g_strdup("sets nothing"));
	g_ptr_array_add(values, NULL);
	list = g_strjoinv(", ", (char **)values->pdata);
	line = g_strdup_printf("%s: %s", vp_config_get_path(config), list);
	output_append_line(text, "configuration: ", line, screen);
}
