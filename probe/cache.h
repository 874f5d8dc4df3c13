// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The capability cache: one file a program, which says what came of running it and all
 * that this depends on. It may save time and nothing else: what cannot be believed is
 * missing, and what cannot be written is not.
 *
 * Readers take no lock. Writers hold one on the entry while the program runs, so that of
 * many callers one runs it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cache-entry.h"
#include "probe/programs.h"

typedef struct Cache Cache;

/* Returns: (transfer full) (nullable): the cache of @request, to be closed by
 * cache_close(); NULL if it is not to be used. */
Cache *cache_open(const VpRequest *request);

/* Gives back all locks. */
void cache_close(Cache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cache, cache_close)

/*
 * cache_find_stale:
 * @boot_id, @program, @ld_so_cache: the stamps of now; @program NULL: there is none
 *
 * Returns: why @entry cannot be believed by anybody any more, or NONE.
 */
VpStamp cache_find_stale(const CacheEntry *entry, const char *boot_id,
	const char *program, const char *ld_so_cache);

/* Returns: whether there may be entries that the request wants to believe. */
bool cache_may_answer(const Cache *cache);

/* Judges all candidates of @program by its entry, if that can be believed. Otherwise they
 * stay pending, and know what was wrong with it. */
void cache_recall(Cache *cache, Program *program);

/*
 * cache_claim:
 * @programs: of Program *, all of which are about to run
 *
 * Claims their entries: waits until no other process is about to write them, for as long
 * as a program may take. Those that another one has written meanwhile are judged by that.
 * In the mode REFRESH it also waits until the programs' stamps can be relied on.
 */
void cache_claim(Cache *cache, const GPtrArray *programs);

/* Keeps what came of running @program, if it was claimed and is worth it. */
void cache_store(Cache *cache, Program *program, const SandboxResult *result);

/* Fills in what @ret_result tells about the cache. */
void cache_report(const Cache *cache, VpResult *ret_result);
