// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a request and the configuration say to those who read them, and whether a request
 * makes sense.
 */
#include "probe/request.h"

#include <string.h>

#include "probe/cache/places.h"
#include "probe/lists.h"

bool request_check_path(const char *path, GError **error)
{
	if (!path || path[0] == '/')
		return true;
	g_set_error(error, VP_ERROR, VP_ERROR_INVALID, "\"%s\" is not an absolute path",
		path);
	return false;
}

/* @what: a type or a feature; @text: NULL: none. */
static bool check_word(const char *what, const char *text, GError **error)
{
	const char *fault = !text                              ? NULL
			    : !*text                           ? "is empty"
			    : !g_utf8_validate(text, -1, NULL) ? "is not UTF-8"
							       : NULL;

	if (fault)
		g_set_error(error, VP_ERROR, VP_ERROR_INVALID, "%s %s", what, fault);
	return !fault;
}

static bool check_features(const VpRequest *request, GError **error)
{
	g_autoptr(GHashTable) needed = g_hash_table_new(g_str_hash, g_str_equal);

	for (const char *const *need = request->need; need && *need; need++) {
		if (!check_word("a needed feature", *need, error))
			return false;
		g_hash_table_add(needed, (char *)*need);
	}
	for (const char *const *exclude = request->exclude; exclude && *exclude;
		exclude++) {
		if (!check_word("an excluded feature", *exclude, error))
			return false;
		if (g_hash_table_contains(needed, *exclude)) {
			g_set_error(error, VP_ERROR, VP_ERROR_INVALID,
				"%s is both needed and excluded", *exclude);
			return false;
		}
	}
	return true;
}

static bool check_paths(const VpRequest *request, GError **error)
{
	const char *const paths[] = {
		request->binary, request->cache_dir, request->said.home, request->warden};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		if (!request_check_path(paths[i], error))
			return false;
	for (const char *const *dir = request->search; dir && *dir; dir++)
		if (!request_check_path(*dir, error))
			return false;
	return true;
}

/* Returns: why it makes no sense, or NULL. */
static const char *find_fault(const VpRequest *request)
{
	if ((unsigned)request->mode > VP_MODE_LIST ||
		!vp_level_name((VpLevel)request->sandbox) ||
		!vp_cache_mode_name(request->cache))
		return "a request of a mode, level or cache mode that is not known here";
	if (!request->type && !request->binary && request->mode != VP_MODE_LIST)
		return "a request that chooses needs a type or a binary";
	return NULL;
}

bool request_check(const VpRequest *request, GError **error)
{
	const char *fault = find_fault(request);

	if (fault) {
		g_set_error_literal(error, VP_ERROR, VP_ERROR_INVALID, fault);
		return false;
	}
	return check_word("the type", request->type, error) &&
	       check_features(request, error) && check_paths(request, error);
}

const VpConfig *vp_request_get_config(const VpRequest *request)
{
	return request->config;
}

VpMode vp_request_get_mode(const VpRequest *request)
{
	return request->mode;
}

const char *vp_request_get_type(const VpRequest *request)
{
	return request->type;
}

const char *const *vp_request_get_need(const VpRequest *request)
{
	return list_or_none(request->need);
}

const char *const *vp_request_get_exclude(const VpRequest *request)
{
	return list_or_none(request->exclude);
}

const char *const *vp_request_get_search(const VpRequest *request)
{
	return list_or_none(request->search);
}

bool vp_request_search_is_named(const VpRequest *request)
{
	return request->search_must_be_readable;
}

const char *vp_request_get_binary(const VpRequest *request)
{
	return request->binary;
}

VpLevel vp_request_get_level(const VpRequest *request)
{
	return (VpLevel)request->sandbox;
}

const char *const *vp_request_get_without(const VpRequest *request)
{
	return list_or_none(request->without_names);
}

const char *const *vp_request_get_expose(const VpRequest *request)
{
	return list_or_none(request->expose);
}

uint64_t vp_request_get_total_timeout(const VpRequest *request)
{
	return request->total_timeout_us;
}

uint64_t vp_request_get_timeout(const VpRequest *request)
{
	return request->timeout_us;
}

unsigned vp_request_get_jobs(const VpRequest *request)
{
	return request->jobs;
}

VpCacheMode vp_request_get_cache(const VpRequest *request)
{
	return request->cache;
}

const char *vp_request_get_cache_dir(const VpRequest *request)
{
	return request->cache_dir;
}

gsize vp_request_get_n_cache_places(const VpRequest *request)
{
	return list_length(request->places);
}

const VpCachePlace *vp_request_get_cache_place(const VpRequest *request, gsize index)
{
	return list_element(request->places, index);
}

const char *vp_config_get_path(const VpConfig *config)
{
	return config->path;
}

uint64_t vp_config_get_timeout(const VpConfig *config)
{
	return config->timeout_us;
}

unsigned vp_config_get_jobs(const VpConfig *config)
{
	return config->jobs;
}

const char *const *vp_config_get_expose(const VpConfig *config)
{
	return list_or_none((const char *const *)config->expose);
}

const char *vp_config_why_not_exposed(const VpConfig *config, const char *path)
{
	size_t length = strlen(path);

	for (char **not_exposed = config->not_exposed; *not_exposed; not_exposed++)
		if (strncmp(*not_exposed, path, length) == 0 &&
			g_str_has_prefix(*not_exposed + length, ": "))
			return *not_exposed + length + 2;
	return NULL;
}

const char *const *vp_config_get_disable(const VpConfig *config)
{
	return list_or_none((const char *const *)config->disable);
}
