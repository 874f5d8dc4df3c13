// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * When an entry is believed.
 *
 * An entry is believed if it was written by this version in this boot, for this program
 * under the same name and the same profile, and of files that have not changed since and
 * that the caller may execute. Of the caller's own entry and root's, the newer one
 * counts, so that an administrator's refresh reaches everybody.
 */
#include "probe/cache/cache-private.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "probe/cache/dir.h"

void cache_answer_clear(CacheAnswer *answer)
{
	cache_entry_clear(&answer->entry);
	*answer = (CacheAnswer){0};
}

static bool is_for(const CacheEntry *entry, const CacheSlot *slot)
{
	return g_str_equal(entry->real_path, slot->candidate->real_path) &&
	       g_str_equal(entry->argv0, slot->candidate->binary) &&
	       g_str_equal(entry->profile, slot->profile);
}

/* Why @answer is none to this request, whatever it depends on, or NONE. */
static VpStale find_mismatch(const Cache *cache, const CacheAnswer *answer)
{
	const VpRequest *request = cache->request;
	const CacheEntry *entry = &answer->entry;

	if (!g_str_equal(entry->devices, cache->devices))
		return VP_STALE_DEVICES;
	if (!sandbox_is_enough(request->sandbox, answer->result.held, request->without))
		return VP_STALE_LEVEL;
	/* Where nothing may be run, there will be no run with more time. */
	if (answer->result.outcome == SANDBOX_TIMED_OUT &&
		request->cache != VP_CACHE_ONLY &&
		(uint64_t)entry->timeout_us < request->timeout_us)
		return VP_STALE_TIMEOUT;
	if (request->cache == VP_CACHE_REFRESH && entry->made_us < cache->opened_us)
		return VP_STALE_AGE;
	return VP_STALE_NONE;
}

/* Returns: (nullable): the program's stamp. It may take reading all of it. */
static const char *program_stamp(const Cache *cache, CacheSlot *slot)
{
	const VpCandidate *candidate = slot->candidate;

	if (!slot->program)
		slot->program = stamp_program(
			cache->stamper, candidate->real_path, &candidate->program, NULL);
	return slot->program;
}

static VpStale find_stale(const Cache *cache, CacheSlot *slot, const CacheAnswer *answer)
{
	VpStale stale = cache_find_end(&answer->entry, cache->boot_id);

	if (stale == VP_STALE_NONE)
		stale = find_mismatch(cache, answer);
	if (stale == VP_STALE_NONE)
		stale = cache_find_change(&answer->entry, cache->stamper,
			program_stamp(cache, slot), cache->ld_so_cache);
	return stale;
}

/* Other groups than when it ran may deny it, of which there is no stamp; and what root
 * may run is not what everybody may. */
static bool may_execute(const char *path)
{
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 || errno != EACCES;
}

/* Likewise the program and a script's interpreter, which is that of many scripts. */
static bool may_run(Cache *cache, const CacheEntry *entry)
{
	void *known;

	if (!may_execute(entry->real_path))
		return false;
	if (!entry->interpreter)
		return true;
	if (!g_hash_table_lookup_extended(
		    cache->interpreters, entry->interpreter, NULL, &known)) {
		known = GINT_TO_POINTER(may_execute(entry->interpreter));
		g_hash_table_insert(
			cache->interpreters, g_strdup(entry->interpreter), known);
	}
	return known;
}

/*
 * Reads the entry in one directory.
 *
 * Returns: whether it is believed. Otherwise @ret_answer says why there is one and it is
 * not believed, and NONE if there is none.
 */
static bool recall_from(
	Cache *cache, int dir_fd, CacheSlot *slot, CacheAnswer *ret_answer)
{
	*ret_answer = (CacheAnswer){0};
	if (dir_fd < 0 ||
		!cache_dir_read(dir_fd, cache_name_entry(cache, slot), &cache->caller,
			slot->locked ? cache->claim_since_us : 0, &ret_answer->entry,
			&ret_answer->stale)) {
		ret_answer->stale = slot->stale;
		return false;
	}
	/* Where nothing may be run, there is no younger answer than an old one. */
	if (cache->request->cache == VP_CACHE_ONLY)
		ret_answer->entry.lifetime_us = 0;
	if (ret_answer->stale == VP_STALE_NONE &&
		(!is_for(&ret_answer->entry, slot) ||
			!cache_entry_get_result(&ret_answer->entry, &ret_answer->result)))
		ret_answer->stale = VP_STALE_ENTRY;
	if (ret_answer->stale == VP_STALE_NONE)
		ret_answer->stale = find_stale(cache, slot, ret_answer);
	if (ret_answer->stale != VP_STALE_NONE)
		return false;
	ret_answer->age_us = cache_entry_now() - ret_answer->entry.made_us;
	return may_run(cache, &ret_answer->entry);
}

/* Whether there is an entry for the usual layers and paths, if others are wanted. */
static bool has_plain_entry(const Cache *cache, const VpCandidate *candidate)
{
	g_autofree char *profile = NULL, *name = NULL;

	if (!cache->plain)
		return false;
	profile = sandbox_profile(
		cache->plain, candidate->real_path, &candidate->way, NULL);
	name = cache_dir_entry_name(candidate->real_path, candidate->binary, profile);
	return (cache->dir_fd >= 0 && faccessat(cache->dir_fd, name, F_OK, 0) == 0) ||
	       (cache->shared_fd >= 0 && faccessat(cache->shared_fd, name, F_OK, 0) == 0);
}

bool cache_recall(Cache *cache, CacheSlot *slot, CacheAnswer *ret_answer)
{
	g_auto(CacheAnswer) shared = {0};
	bool has_own, has_shared;

	*ret_answer = (CacheAnswer){0};
	if (!cache_look_at_host(cache))
		return false;
	has_own = recall_from(cache, cache->dir_fd, slot, ret_answer);
	has_shared = recall_from(cache, cache->shared_fd, slot, &shared);
	if (cache_reading(cache))
		return false;
	if (has_shared && (!has_own || shared.age_us < ret_answer->age_us)) {
		CacheAnswer older = *ret_answer;

		*ret_answer = shared;
		shared = older;
	}
	if (has_own || has_shared)
		return true;
	if (ret_answer->stale == VP_STALE_NONE)
		ret_answer->stale = shared.stale;
	if (ret_answer->stale == VP_STALE_NONE && has_plain_entry(cache, slot->candidate))
		ret_answer->stale = VP_STALE_PROFILE;
	slot->stale = ret_answer->stale;
	return false;
}
