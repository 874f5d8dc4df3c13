// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: the cache as such: its location, its contents, and how to delete them.
 * It holds the results of running programs, and only saves time: what is missing is asked
 * again. The conventions are those of vhost-probe.h.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/* ---- places ---- */

/*
 * VpCachePlace:
 * A directory of a request's cache. It belongs to the request, and is valid until that is
 * freed or its next setter is called.
 *
 * Since: 0.2.0
 */
typedef struct VpCachePlace VpCachePlace;

/*
 * VpPlaceUse:
 * What a directory is for.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_PLACE_OWN = 0,    /* the caller's, read and written */
	VP_PLACE_SHARED = 1, /* root's, read by all others */
	VP_PLACE_OTHER = 2,  /* the caller's in another environment: not used now */
	VP_PLACE_FORMER = 3, /* an earlier version's: not used any more */
} VpPlaceUse;

/*
 * vp_place_use_name:
 * Returns: (transfer none) (nullable): the stable name, such as "own". It is static, and
 * NULL for a number that is no use.
 * Since: 0.2.0
 */
const char *vp_place_use_name(VpPlaceUse use);

/*
 * vp_request_get_n_cache_places:
 * vp_request_get_cache_place:
 * @index: from 0
 *
 * The directories of the request's cache, and those that it does not use now. None of
 * them need exist, and there may be none that is the caller's own.
 *
 * Returns: how many there are; (transfer none) (nullable): one of them, or NULL beyond
 * the last one.
 * Since: 0.2.0
 */
gsize vp_request_get_n_cache_places(const VpRequest *request);
const VpCachePlace *vp_request_get_cache_place(const VpRequest *request, gsize index);

/*
 * vp_cache_place_get_use:
 * vp_cache_place_get_dir:
 * Returns: what it is for; (transfer none): its absolute path.
 * Since: 0.2.0
 */
VpPlaceUse vp_cache_place_get_use(const VpCachePlace *place);
const char *vp_cache_place_get_dir(const VpCachePlace *place);

/*
 * vp_cache_place_count:
 * @ret_count: how many entries there are, also those of an earlier version; 0 if there is
 * no such directory, or on failure
 * @error: VP_ERROR_CACHE: it exists, but cannot be read or is not trusted;
 * VP_ERROR_SHORTAGE
 *
 * Counts names; no entry is looked at. As all functions here that take a place, it fails
 * if the file system of the directory does not answer within VP_TIMEOUT_DEFAULT_US.
 *
 * Returns: whether the number is known.
 * Since: 0.2.0
 */
bool vp_cache_place_count(const VpCachePlace *place, unsigned *ret_count, GError **error);

/*
 * vp_cache_place_clear:
 * @ret_removed: how many files were removed: entries, and what interrupted writers have
 * left; on failure, too
 * @error: VP_ERROR_CACHE: it exists, but cannot be read or written, or is not trusted;
 * VP_ERROR_SHORTAGE
 *
 * Removes all entries, even those that somebody is about to replace. A directory of an
 * earlier version is removed as well, if there is nothing else in it.
 *
 * Returns: whether all of them could be removed; they are if there is no such directory.
 * Since: 0.2.0
 */
bool vp_cache_place_clear(
	const VpCachePlace *place, unsigned *ret_removed, GError **error);

/*
 * vp_cache_sweep:
 * @refreshed: of a request in VP_CACHE_REFRESH
 * @ret_removed: how many entries were removed; on failure, too
 * @error: as for vp_cache_place_clear()
 *
 * Removes from the directory that @refreshed has written what nobody can use: entries
 * that are torn, or of another boot or version. Entries that this call has written are
 * not read again. Where the call had no directory to write to nothing is done.
 *
 * Returns: whether all of them could be removed.
 * Since: 0.2.0
 */
bool vp_cache_sweep(const VpResult *refreshed, unsigned *ret_removed, GError **error);

/* ---- entries ---- */

/*
 * VpCacheList:
 * VpCacheEntry:
 * The entries of a directory as they were when it was listed, and one of them. All that
 * their getters return is the list's, and lives as long as the list.
 *
 * Since: 0.2.0
 */
typedef struct VpCacheList VpCacheList;
typedef struct VpCacheEntry VpCacheEntry;

/*
 * vp_cache_place_list:
 * @error: as for vp_cache_place_count()
 *
 * An entry whose program or interpreter is on a file system that does not answer is
 * stale.
 *
 * Returns: (transfer full): its entries, to be freed by vp_cache_list_free(): without
 * those that the caller may not read, and with none if there is no such directory. NULL
 * on failure.
 * Since: 0.2.0
 */
VpCacheList *vp_cache_place_list(const VpCachePlace *place, GError **error);

/*
 * vp_cache_list_free:
 * @list: (nullable) (transfer full): freed, with all that its getters have returned
 *
 * Since: 0.2.0
 */
void vp_cache_list_free(VpCacheList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCacheList, vp_cache_list_free)

/*
 * vp_cache_list_get_n_entries:
 * vp_cache_list_get_entry:
 * @index: from 0
 *
 * Entries are in the order of their programs' paths; those that cannot be understood come
 * first.
 *
 * Returns: how many there are; (transfer none) (nullable): one of them, or NULL beyond
 * the last one.
 * Since: 0.2.0
 */
gsize vp_cache_list_get_n_entries(const VpCacheList *list);
const VpCacheEntry *vp_cache_list_get_entry(const VpCacheList *list, gsize index);

/*
 * vp_cache_entry_get_dir:
 * vp_cache_entry_get_file:
 * Returns: (transfer none): the path of the directory; the name of the entry's file in
 * it.
 * Since: 0.2.0
 */
const char *vp_cache_entry_get_dir(const VpCacheEntry *entry);
const char *vp_cache_entry_get_file(const VpCacheEntry *entry);

/*
 * vp_cache_entry_get_program:
 * vp_cache_entry_get_profile:
 * vp_cache_entry_get_outcome:
 * Returns: (transfer none) (nullable): the real path of the program; what was left out of
 * the sandbox and exposed to it, as a text that can only be compared; for people how the
 * run has ended. NULL, all three, if the entry cannot be understood.
 * Since: 0.2.0
 */
const char *vp_cache_entry_get_program(const VpCacheEntry *entry);
const char *vp_cache_entry_get_profile(const VpCacheEntry *entry);
const char *vp_cache_entry_get_outcome(const VpCacheEntry *entry);

/*
 * vp_cache_entry_get_probe:
 * Returns: (transfer none): the run, and how long ago that was. Its stale is the reason
 * why the entry would not be believed now; its stdout is what the program printed, of use
 * or not.
 * Since: 0.2.0
 */
const VpProbe *vp_cache_entry_get_probe(const VpCacheEntry *entry);

#pragma GCC visibility pop

G_END_DECLS
