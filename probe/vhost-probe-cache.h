// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: the cache as such: its location, its contents, and how to delete them.
 * It holds the results of running programs, and only saves time: what is missing is asked
 * again. The conventions are those of vhost-probe.h; all of this is there since 0.2.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

typedef struct VpCachePlace VpCachePlace;
typedef struct VpCacheList VpCacheList;
typedef struct VpCacheEntry VpCacheEntry;

/* ---- places ---- */

typedef enum {
	VP_PLACE_OWN = 0,    /* the caller's, read and written */
	VP_PLACE_SHARED = 1, /* root's, read by all others */
	VP_PLACE_OTHER = 2,  /* the caller's in another environment: not used now */
	VP_PLACE_FORMER = 3, /* an earlier version's: not used any more */
} VpPlaceUse;

/* Returns: (transfer none) (nullable): its stable name; NULL for a number that is none.
 */
const char *vp_place_use_name(VpPlaceUse use);

/* The directories of @request's cache, those included that are not used now. There may be
 * none that is the caller's own. Few of them are known to exist. */
gsize vp_request_get_n_cache_places(const VpRequest *request);
const VpCachePlace *vp_request_get_cache_place(const VpRequest *request, gsize index);

/* What it is for, and its path. */
VpPlaceUse vp_cache_place_get_use(const VpCachePlace *place);
const char *vp_cache_place_get_dir(const VpCachePlace *place);

/*
 * vp_cache_place_count:
 * @ret_count: how many entries there are; 0 if there is no such directory
 * @error: VP_ERROR_CACHE: it exists, but cannot be read or is not trusted;
 * VP_ERROR_SHORTAGE
 *
 * Returns: whether that is known. No entry is looked at.
 */
bool vp_cache_place_count(const VpCachePlace *place, unsigned *ret_count, GError **error);

/*
 * vp_cache_place_clear:
 * @ret_removed: how many entries were removed
 * @error: as vp_cache_place_count()
 *
 * Removes all entries, even those that somebody is about to replace. A place of an
 * earlier version goes altogether, if there is nothing else in it.
 *
 * Returns: whether all of them could be removed.
 */
bool vp_cache_place_clear(
	const VpCachePlace *place, unsigned *ret_removed, GError **error);

/*
 * vp_cache_sweep:
 * @refreshed: of a request in VP_CACHE_REFRESH
 * @ret_removed, @error: as vp_cache_place_clear()
 *
 * Removes from the place that @refreshed has written what is dead: entries that are torn,
 * or of another boot or version. What that call has written is not read again.
 *
 * Returns: whether all of them could be removed.
 */
bool vp_cache_sweep(const VpResult *refreshed, unsigned *ret_removed, GError **error);

/* ---- entries ---- */

/*
 * vp_cache_place_list:
 * @error: as vp_cache_place_count()
 *
 * Returns: (transfer full): its entries by program, to be freed by vp_cache_list_free();
 * none if there is no such directory. NULL on failure.
 */
VpCacheList *vp_cache_place_list(const VpCachePlace *place, GError **error);
/* @list: (nullable): with all that its getters have returned */
void vp_cache_list_free(VpCacheList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCacheList, vp_cache_list_free)

/* In the order of their programs. */
gsize vp_cache_list_get_n_entries(const VpCacheList *list);
const VpCacheEntry *vp_cache_list_get_entry(const VpCacheList *list, gsize index);

/* The directory, and the name of the file in it. */
const char *vp_cache_entry_get_dir(const VpCacheEntry *entry);
const char *vp_cache_entry_get_file(const VpCacheEntry *entry);
/* (nullable): the real path of the program; NULL if the entry cannot be understood, and
 * then there is neither a profile nor an outcome. */
const char *vp_cache_entry_get_program(const VpCacheEntry *entry);
/* What was left out of the sandbox, and exposed: a text to be compared. */
const char *vp_cache_entry_get_profile(const VpCacheEntry *entry);
/* The result of the run, for people. */
const char *vp_cache_entry_get_outcome(const VpCacheEntry *entry);
/* The run, and how long ago that was. Stale is what differs now. */
const VpProbe *vp_cache_entry_get_probe(const VpCacheEntry *entry);

#pragma GCC visibility pop

G_END_DECLS
