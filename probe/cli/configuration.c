// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The configuration of this host. Where it lies is decided when this is built: nothing of
 * the caller's names another place.
 */
#include "probe/cli/configuration.h"

#include "installed.h"

/* Returns: (transfer container): of both, each once. */
static const char **join(char **configured, char **given)
{
	GPtrArray *paths = g_ptr_array_new();
	char **const lists[] = {configured, given};

	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		for (char **path = lists[i]; path && *path; path++)
			if (!g_ptr_array_find_with_equal_func(
				    paths, *path, g_str_equal, NULL))
				g_ptr_array_add(paths, *path);
	g_ptr_array_add(paths, NULL);
	return (const char **)g_ptr_array_free(paths, FALSE);
}

static bool load(Options *options, GError **error)
{
	const VpRequest *request = &options->request;
	GError *cause = NULL;

	vp_config_free(options->config);
	options->config = NULL;
	if (options->no_config || vp_config_load(VHOST_PROBE_CONFIG, request->uid,
					  request->gid, &options->config, &cause))
		return true;
	/* Not where something is lacking. */
	if (cause->domain == G_KEY_FILE_ERROR)
		g_set_error(error, cause->domain, cause->code,
			"%s (mend the file, or leave it out by --no-config)",
			cause->message);
	else
		g_propagate_error(error, g_steal_pointer(&cause));
	g_clear_error(&cause);
	return false;
}

bool configure(Options *options, GError **error)
{
	VpRequest *request = &options->request;

	request->config = NULL;
	request->timeout_us = VP_TIMEOUT_DEFAULT_US;
	request->jobs = VP_JOBS_DEFAULT;
	if (!load(options, error))
		return false;
	if (options->config)
		vp_config_apply(options->config, request);
	if (options->timeout_us)
		request->timeout_us = options->timeout_us;
	if (options->jobs)
		request->jobs = options->jobs;
	g_free(options->all_exposed);
	options->all_exposed =
		join(options->config ? options->config->exposed : NULL, options->expose);
	request->expose = options->all_exposed;
	return true;
}
