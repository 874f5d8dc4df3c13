// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A request: its birth and end, and what its setters say. What somebody has said, what
 * the configuration and the environment say and what is usual are kept apart, so that it
 * does not matter which of them comes first.
 */
#include "probe/request.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "installed.h"
#include "probe/cache/places.h"
#include "probe/error.h"
#include "probe/search-path.h"

/* ---- what it owns ---- */

static const size_t strings[] = {
	offsetof(VpRequest, type),
	offsetof(VpRequest, binary),
	offsetof(VpRequest, home),
	offsetof(VpRequest, warden),
	offsetof(VpRequest, cache_dir),
	offsetof(VpRequest, shared_cache_dir),
	offsetof(VpRequest, said.home),
	offsetof(VpRequest, environment.data_dirs),
	offsetof(VpRequest, environment.config_home),
	offsetof(VpRequest, environment.runtime_dir),
	offsetof(VpRequest, environment.cache_home),
	offsetof(VpRequest, environment.home),
};

static const size_t lists[] = {
	offsetof(VpRequest, need),
	offsetof(VpRequest, exclude),
	offsetof(VpRequest, search),
	offsetof(VpRequest, expose),
	offsetof(VpRequest, links),
	offsetof(VpRequest, said.expose),
	offsetof(VpRequest, said.links),
	offsetof(VpRequest, without_names),
};

static char **string_at(VpRequest *request, size_t i)
{
	return (char **)((char *)request + strings[i]);
}

static char ***list_at(VpRequest *request, size_t i)
{
	return (char ***)((char *)request + lists[i]);
}

VpRequest *vp_request_copy(const VpRequest *request)
{
	VpRequest *copy = g_memdup2(request, sizeof *request);

	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		*string_at(copy, i) = g_strdup(*string_at(copy, i));
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		*list_at(copy, i) = g_strdupv(*list_at(copy, i));
	copy->config = config_ref(request->config);
	if (copy->places)
		g_ptr_array_ref(copy->places);
	return copy;
}

void vp_request_free(VpRequest *request)
{
	if (!request)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(strings); i++)
		g_free(*string_at(request, i));
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		g_strfreev(*list_at(request, i));
	config_unref((VpConfig *)request->config);
	if (request->places)
		g_ptr_array_unref(request->places);
	g_free(request);
}

static void replace_string(const char **string, const char *value)
{
	char *copy = g_strdup(value);

	g_free((char *)*string);
	*string = copy;
}

/* Consumes @list. */
static void take_list(const char *const **ret_list, char **list)
{
	g_strfreev((char **)*ret_list);
	*ret_list = (const char *const *)list;
}

static void replace_list(const char *const **ret_list, const char *const *list)
{
	take_list(ret_list, g_strdupv((char **)list));
}

/* ---- what all of it comes to ---- */

static void settle_search(VpRequest *request)
{
	const RequestEnvironment *environment = &request->environment;
	const int said = request->said.search_user;
	const SearchEnvironment decides = {
		.xdg_data_dirs = environment->data_dirs,
		.xdg_config_home = environment->config_home,
		.home = environment->home,
		.extra_dir = VHOST_PROBE_EXTRA_DIR,
		.user = said < 0 ? request->uid != 0 : said,
	};

	if (!request->search_must_be_readable)
		take_list(&request->search, search_path(&decides));
}

/* Without an environment nobody has said that anything is to be written. */
static void settle_places(VpRequest *request)
{
	const RequestEnvironment *environment = &request->environment;
	const CacheEnvironment decides = {
		.xdg_runtime_dir = environment->runtime_dir,
		.xdg_cache_home = environment->cache_home,
		.home = environment->home,
		.dir = request->cache_dir_is_named ? request->cache_dir : NULL,
		.read_only = !environment->known,
		.uid = request->uid,
	};
	GPtrArray *places = cache_places(&decides);

	if (request->places)
		g_ptr_array_unref(request->places);
	request->places = places;
	replace_string(&request->cache_dir, cache_place_of(places, VP_PLACE_OWN));
	replace_string(
		&request->shared_cache_dir, cache_place_of(places, VP_PLACE_SHARED));
}

static void settle_home(VpRequest *request)
{
	replace_string(&request->home,
		request->said.home ? request->said.home : request->environment.home);
}

/* Returns: (transfer full): of both, each once. */
static char **join(const char *const *configured, const char *const *said)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	const char *const *const both[] = {configured, said};

	for (size_t i = 0; i < G_N_ELEMENTS(both); i++)
		for (const char *const *path = both[i]; path && *path; path++)
			if (!g_ptr_array_find_with_equal_func(
				    paths, *path, g_str_equal, NULL))
				g_ptr_array_add(paths, (char *)*path);
	g_ptr_array_add(paths, NULL);
	return g_strdupv((char **)paths->pdata);
}

static void settle_run(VpRequest *request)
{
	const VpConfig *config = request->config;
	uint64_t timeout_us = config ? config->timeout_us : 0;
	unsigned jobs = config ? config->jobs : 0;

	request->timeout_us = request->said.timeout_us ? request->said.timeout_us
			      : timeout_us             ? timeout_us
						       : VP_TIMEOUT_DEFAULT_US;
	request->jobs = request->said.jobs ? request->said.jobs
			: jobs             ? jobs
					   : VP_JOBS_DEFAULT;
	take_list(&request->expose,
		join(config ? (const char *const *)config->exposed : NULL,
			request->said.expose));
	take_list(
		&request->links, join(config ? (const char *const *)config->links : NULL,
					 request->said.links));
}

VpRequest *vp_request_new(void)
{
	VpRequest *request = g_new0(VpRequest, 1);

	request->uid = geteuid();
	request->gid = getegid();
	request->sandbox = SANDBOX_LEVEL_FULL;
	request->said.search_user = -1;
	settle_search(request);
	settle_places(request);
	settle_run(request);
	return request;
}

void vp_request_set_from_environment(VpRequest *request)
{
	RequestEnvironment *environment = &request->environment;

	g_free((char *)environment->data_dirs);
	g_free((char *)environment->config_home);
	g_free((char *)environment->runtime_dir);
	g_free((char *)environment->cache_home);
	g_free((char *)environment->home);
	request_read_environment(environment);
	settle_search(request);
	settle_places(request);
	settle_home(request);
}

bool vp_request_load_config(VpRequest *request, const char *path, GError **error)
{
	VpConfig *config = NULL;
	GError *cause = NULL;

	if (!request_check_path(path, error))
		return false;
	if (!config_load(path ? path : VHOST_PROBE_CONFIG, request->uid, request->gid,
		    &config, &cause)) {
		error_publish(error, VP_ERROR_CONFIG, cause);
		return false;
	}
	config_unref((VpConfig *)request->config);
	request->config = config;
	settle_run(request);
	return true;
}

/* ---- what is said ---- */

void vp_request_set_mode(VpRequest *request, VpMode mode)
{
	request->mode = mode;
}

void vp_request_set_type(VpRequest *request, const char *type)
{
	replace_string(&request->type, type);
}

void vp_request_set_need(VpRequest *request, const char *const *features)
{
	replace_list(&request->need, features);
}

void vp_request_set_exclude(VpRequest *request, const char *const *features)
{
	replace_list(&request->exclude, features);
}

void vp_request_set_search(VpRequest *request, const char *const *dirs)
{
	request->search_must_be_readable = dirs != NULL;
	if (dirs)
		replace_list(&request->search, dirs);
	settle_search(request);
}

void vp_request_set_search_user(VpRequest *request, bool search)
{
	request->said.search_user = search;
	settle_search(request);
}

void vp_request_set_binary(VpRequest *request, const char *binary)
{
	replace_string(&request->binary, binary);
}

void vp_request_set_level(VpRequest *request, VpLevel level)
{
	request->sandbox = (SandboxLevel)level;
}

bool vp_request_set_without(VpRequest *request, const char *const *layers, GError **error)
{
	g_autoptr(GStrvBuilder) names = g_strv_builder_new();
	uint32_t without = 0;
	SandboxLayer layer;

	for (; layers && *layers; layers++) {
		if (!sandbox_layer_parse(*layers, &layer)) {
			g_set_error(error, VP_ERROR, VP_ERROR_INVALID,
				"no layer of the sandbox is called \"%s\"", *layers);
			return false;
		}
		without |= SANDBOX_LAYER_BIT(layer);
	}
	for (layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (without & SANDBOX_LAYER_BIT(layer))
			g_strv_builder_add(names, sandbox_layer_name(layer));
	request->without = without;
	take_list(&request->without_names, g_strv_builder_end(names));
	return true;
}

/* Returns: (transfer full) (nullable): where @path leads to, if that may be exposed. */
static char *resolve_exposed(const char *path, SandboxReach *reach, GError **error)
{
	bool reached = path[0] == '/' && sandbox_reach_now(reach, path);
	char *real_path = reached ? realpath(path, NULL) : NULL;
	g_autofree char *hung =
		reached ? NULL : g_strconcat("it ", sandbox_reach_hung(reach), NULL);
	const char *why = path[0] != '/' ? "is not an absolute path"
			  : hung         ? hung
			  : !real_path   ? g_strerror(errno)
					 : vp_why_unexposable(real_path);
	char *copy = why ? NULL : g_strdup(real_path);

	if (why)
		g_set_error(error, VP_ERROR, VP_ERROR_INVALID, "%s cannot be exposed: %s",
			path, why);
	free(real_path);
	return copy;
}

bool vp_request_set_expose(VpRequest *request, const char *const *paths, GError **error)
{
	g_autoptr(GStrvBuilder) exposed = g_strv_builder_new();
	g_autoptr(GStrvBuilder) links = g_strv_builder_new();
	g_autoptr(SandboxReach) reach = sandbox_reach_new(request->timeout_us);

	for (; paths && *paths; paths++) {
		g_autofree char *real_path = resolve_exposed(*paths, reach, error);
		g_auto(GStrv) on_way =
			real_path ? sandbox_find_links(*paths, error) : NULL;

		if (!on_way)
			return false;
		g_strv_builder_add(exposed, real_path);
		g_strv_builder_addv(links, (const char **)on_way);
	}
	take_list(&request->said.expose, g_strv_builder_end(exposed));
	take_list(&request->said.links, g_strv_builder_end(links));
	settle_run(request);
	return true;
}

void vp_request_set_total_timeout(VpRequest *request, uint64_t total_timeout_us)
{
	request->total_timeout_us = total_timeout_us;
}

void vp_request_set_timeout(VpRequest *request, uint64_t timeout_us)
{
	request->said.timeout_us = MIN(timeout_us, VP_TIMEOUT_MAX_US);
	settle_run(request);
}

void vp_request_set_jobs(VpRequest *request, unsigned jobs)
{
	request->said.jobs = MIN(jobs, VP_JOBS_MAX);
	settle_run(request);
}

SandboxReached request_reach_home(VpRequest *request, SandboxReach *reach)
{
	g_autofree char *home =
		request->home ? g_canonicalize_filename(request->home, "/") : NULL;
	SandboxReached reached = home ? sandbox_reach(reach, home) : SANDBOX_REACHED;

	if (reached == SANDBOX_UNREACHED)
		replace_string(&request->home, NULL);
	return reached;
}

void vp_request_set_home(VpRequest *request, const char *home)
{
	replace_string(&request->said.home, home);
	settle_home(request);
}

void vp_request_set_warden(VpRequest *request, const char *warden)
{
	replace_string(&request->warden, warden);
}

void vp_request_set_cache(VpRequest *request, VpCacheMode mode)
{
	request->cache = mode;
}

void vp_request_set_cache_dir(VpRequest *request, const char *dir)
{
	request->cache_dir_is_named = dir != NULL;
	replace_string(&request->cache_dir, dir);
	settle_places(request);
}

void vp_request_set_progress(VpRequest *request, VpProgress progress, void *user_data)
{
	request->progress = progress;
	request->progress_data = user_data;
}
