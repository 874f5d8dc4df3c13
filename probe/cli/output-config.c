// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the configuration says, as a line for people: which file, each value, and which
 * of the paths are not there to be exposed.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "probe/cli/output-parts.h"

static void add(GPtrArray *values, const char *what, const char *value)
{
	g_ptr_array_add(values, g_strdup_printf("%s %s", what, value));
}

/* As it was written: "/dev/dri", or "/dev/dri (No such file or directory)". */
static char *describe_exposed(const VpConfig *config, const char *path)
{
	size_t length = strlen(path);

	for (char **not_exposed = config->not_exposed; *not_exposed; not_exposed++)
		if (strncmp(*not_exposed, path, length) == 0 &&
			g_str_has_prefix(*not_exposed + length, ": "))
			return g_strdup_printf(
				"%s (%s)", path, *not_exposed + length + 2);
	return g_strdup(path);
}

void output_append_config(GString *text, const VpConfig *config, const Screen *screen)
{
	g_autoptr(GPtrArray) values = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *list = NULL, *line = NULL;

	if (config->timeout_us)
		g_ptr_array_add(values, g_strdup_printf("timeout %g s",
						(double)config->timeout_us / 1e6));
	if (config->jobs)
		g_ptr_array_add(values, g_strdup_printf("jobs %u", config->jobs));
	for (char **exposed = config->expose; *exposed; exposed++) {
		g_autofree char *value = describe_exposed(config, *exposed);

		add(values, "expose", value);
	}
	for (char **glob = config->disable; *glob; glob++)
		add(values, "disable", *glob);
	if (!values->len)
		g_ptr_array_add(values, g_strdup("says nothing"));
	g_ptr_array_add(values, NULL);
	list = g_strjoinv(", ", (char **)values->pdata);
	line = g_strdup_printf("%s: %s", config->path, list);
	output_append_line(text, "configuration: ", line, screen);
}
