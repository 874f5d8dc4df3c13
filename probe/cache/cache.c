// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The cache of one call: its directories, what it knows of this host, and what kept it
 * from being written. lookup.c says which entries are believed, store.c makes them.
 */
#include "probe/cache/cache-private.h"

#include "common/autofd.h"
#include "probe/cache/dir.h"
#include "probe/cache/places.h"
#include "probe/candidate.h"

/* Of files that are compared by their content: less than a millisecond's work where they
 * are in memory. */
#define READ_PER_STEP ((size_t)512 * 1024)

/* @plain: without what the caller left out and exposed. */
static SandboxProfiler *new_profiler(const VpRequest *request, bool plain)
{
	SandboxPolicy policy = policy_of(request);

	if (plain) {
		policy.level = SANDBOX_LEVEL_FULL;
		policy.without = 0;
		policy.expose = policy.links = NULL;
	}
	return sandbox_profiler_new(&policy);
}

void cache_note_error(Cache *cache, GError *error)
{
	if (!cache->error)
		cache->error = error;
	else
		g_error_free(error);
}

int cache_open_dir(Cache *cache, const char *path, CacheDirUse use)
{
	GError *error = NULL;
	int fd = path ? cache_dir_open(path, &cache->caller, use, &error) : -1;

	/* A directory that is only read may be absent. */
	if (!use && g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		g_error_free(error);
	else if (error)
		cache_note_error(cache, error);
	return fd;
}

/* Root's. It is only read: where that cannot be done, all that can be written is. */
static int open_shared(Cache *cache)
{
	const char *path = cache->request->shared_cache_dir;
	FileCaller *caller = &cache->caller;

	return cache->request->cache == VP_CACHE_ONLY
		       ? cache_open_dir(cache, path, CACHE_DIR_FIND)
	       : path ? cache_dir_open(path, caller, CACHE_DIR_FIND, NULL)
		      : -1;
}

/* What the system itself lies on is not asked: where that does not answer, nothing does,
 * and /run is a mount of its own on most hosts. */
static SandboxReached reach_own(const VpRequest *request, SandboxReach *reach)
{
	if (!request->cache_dir ||
		cache_place_is_systems(request->cache_dir, request->uid))
		return SANDBOX_REACHED;
	return sandbox_reach(reach, request->cache_dir);
}

bool cache_open(const VpRequest *request, SandboxReach *reach, Cache **ret_cache)
{
	SandboxReached reached;
	Cache *cache;

	*ret_cache = NULL;
	if (request->cache == VP_CACHE_OFF ||
		!(request->cache_dir || request->shared_cache_dir))
		return true;
	reached = reach_own(request, reach);
	if (reached == SANDBOX_REACH_WAITS)
		return false;
	cache = g_new0(Cache, 1);
	cache->request = request;
	cache->caller = cache_dir_caller(request->uid);
	cache->opened_us = cache_entry_now();
	cache->claim_since_us = g_get_real_time() - STAMPS_SETTLE_US;
	cache->stamper = stamper_new(&cache->left);
	cache->stored = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	cache->interpreters =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	cache->lock_fd = -1;
	cache->profiler = new_profiler(request, false);
	if (request->without || request->sandbox == SANDBOX_LEVEL_NONE ||
		(request->expose && *request->expose))
		cache->plain = new_profiler(request, true);
	if (reached == SANDBOX_REACHED) {
		cache->dir_fd = cache_open_dir(cache, request->cache_dir, CACHE_DIR_FIND);
	} else {
		cache->dir_fd = -1;
		cache->tried_to_write = true;
		cache->error = cache_dir_unreached(request->cache_dir, reach);
	}
	cache->shared_fd = open_shared(cache);
	*ret_cache = cache;
	return true;
}

void cache_close(Cache *cache)
{
	if (!cache)
		return;
	cache_clear_keeping(cache);
	g_free(cache->boot_id);
	g_free(cache->devices);
	stamper_free(cache->stamper);
	g_hash_table_unref(cache->stored);
	g_hash_table_unref(cache->interpreters);
	sandbox_profiler_free(cache->profiler);
	sandbox_profiler_free(cache->plain);
	close_fd(&cache->dir_fd);
	close_fd(&cache->shared_fd);
	close_fd(&cache->lock_fd);
	g_clear_error(&cache->error);
	g_free(cache);
}

bool cache_may_answer(const Cache *cache)
{
	return cache && cache->request->cache != VP_CACHE_REFRESH &&
	       (cache->dir_fd >= 0 || cache->shared_fd >= 0);
}

bool cache_read_on(Cache *cache)
{
	cache->left = READ_PER_STEP;
	return stamper_read_on(cache->stamper);
}

const char *cache_reading(const Cache *cache)
{
	return stamper_reading(cache->stamper);
}

bool cache_look_at_host(Cache *cache)
{
	GError *error = NULL;

	if (!cache->looked_at_host) {
		cache->ld_so_cache =
			stamp_file(cache->stamper, STAMPS_LD_SO_CACHE, NULL, &error);
		if (cache_reading(cache))
			return false;
		cache->looked_at_host = true;
		cache->boot_id = stamp_boot_id();
		if (!cache->boot_id && !error)
			g_set_error_literal(&error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
				"/proc/sys/kernel/random/boot_id cannot be read");
		if (!error)
			cache->devices =
				stamp_devices(cache->request->expose, NULL, &error);
	}
	if (error)
		cache_note_error(cache, error);
	return cache->boot_id && cache->ld_so_cache && cache->devices;
}

void cache_slot_clear(CacheSlot *slot)
{
	g_free(slot->profile);
	g_free(slot->name);
	g_free(slot->program);
	stamps_free(slot->stamps);
	*slot = (CacheSlot){0};
}

const char *cache_name_entry(const Cache *cache, CacheSlot *slot)
{
	const VpCandidate *candidate = slot->candidate;

	if (slot->name)
		return slot->name;
	slot->profile = sandbox_profile(
		cache->profiler, candidate->real_path, &candidate->way, &slot->alone);
	slot->name = cache_dir_entry_name(
		candidate->real_path, candidate->binary, slot->profile);
	return slot->name;
}

void cache_report(const Cache *cache, VpResult *ret_result)
{
	ret_result->n_stored = g_hash_table_size(cache->stored);
	ret_result->stored = g_hash_table_ref(cache->stored);
	if (cache->error)
		ret_result->cache_error = g_strdup(cache->error->message);
}
