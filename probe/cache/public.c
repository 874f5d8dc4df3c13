// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The cache as such, as vhost-probe-cache.h has it: places in, lists and numbers out.
 */
#include "probe/vhost-probe-cache.h"

#include "probe/cache/list.h"
#include "probe/cache/places.h"
#include "probe/error.h"
#include "probe/lists.h"

struct VpCacheList {
	GPtrArray *entries; /* of VpCacheEntry * */
};

/* Consumes @cause. Returns: whether there is none. */
static bool publish(GError **error, GError *cause)
{
	if (cause)
		error_publish(error, VP_ERROR_CACHE, cause);
	return !cause;
}

bool vp_cache_place_count(const VpCachePlace *place, unsigned *ret_count, GError **error)
{
	GError *cause = NULL;
	unsigned count = 0;

	cache_count(place->dir, place->uid, &count, &cause);
	if (ret_count)
		*ret_count = count;
	return publish(error, cause);
}

bool vp_cache_place_clear(
	const VpCachePlace *place, unsigned *ret_removed, GError **error)
{
	GError *cause = NULL;
	unsigned removed = 0;

	if (place->use == VP_PLACE_FORMER)
		cache_remove_place(place->dir, place->uid, &removed, &cause);
	else
		cache_remove(place->dir, place->uid, NULL, &removed, &cause);
	if (ret_removed)
		*ret_removed = removed;
	return publish(error, cause);
}

bool vp_cache_sweep(const VpResult *refreshed, unsigned *ret_removed, GError **error)
{
	const VpRequest *request = refreshed->request;
	GError *cause = NULL;
	unsigned removed = 0;

	if (request->cache_dir && refreshed->stored)
		cache_remove(
			request->cache_dir, request->uid, refreshed, &removed, &cause);
	if (ret_removed)
		*ret_removed = removed;
	return publish(error, cause);
}

VpCacheList *vp_cache_place_list(const VpCachePlace *place, GError **error)
{
	GError *cause = NULL;
	GPtrArray *entries = cache_list(place->dir, place->uid, &cause);
	VpCacheList *list;

	if (!entries) {
		error_publish(error, VP_ERROR_CACHE, cause);
		return NULL;
	}
	list = g_new(VpCacheList, 1);
	list->entries = entries;
	return list;
}

void vp_cache_list_free(VpCacheList *list)
{
	if (!list)
		return;
	g_ptr_array_unref(list->entries);
	g_free(list);
}

gsize vp_cache_list_get_n_entries(const VpCacheList *list)
{
	return list->entries->len;
}

const VpCacheEntry *vp_cache_list_get_entry(const VpCacheList *list, gsize index)
{
	return list_element(list->entries, index);
}

const char *vp_cache_entry_get_dir(const VpCacheEntry *entry)
{
	return entry->dir;
}

const char *vp_cache_entry_get_file(const VpCacheEntry *entry)
{
	return entry->file;
}

const char *vp_cache_entry_get_program(const VpCacheEntry *entry)
{
	return entry->program;
}

const char *vp_cache_entry_get_profile(const VpCacheEntry *entry)
{
	return entry->profile;
}

const char *vp_cache_entry_get_outcome(const VpCacheEntry *entry)
{
	return entry->outcome;
}

const VpProbe *vp_cache_entry_get_probe(const VpCacheEntry *entry)
{
	return &entry->probe;
}
