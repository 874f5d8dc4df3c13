// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Directories of the cache as their owners see them: see vhost-probe-cache.h for what
 * each of these does. All errors are of G_FILE_ERROR.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "probe/result.h"
#include "probe/vhost-probe-cache.h"

struct VpCacheEntry {
	char *dir, *file;
	char *program; /* its real path; NULL if the entry is not readable */
	char *profile; /* what was left out and exposed */
	char *outcome; /* for people */
	VpProbe probe; /* source: cache; stale: what differs now */
};

/*
 * cache_list:
 * @dir: a cache directory
 * @uid: on whose behalf it is judged
 *
 * Returns: (transfer full): of VpCacheEntry *, by program, to be freed by
 * g_ptr_array_unref(); empty if there is no such directory. NULL on failure.
 */
GPtrArray *cache_list(const char *dir, uid_t uid, GError **error);

bool cache_count(const char *dir, uid_t uid, guint *ret_count, GError **error);

/* @refreshed: NULL: all entries go, even those that somebody is about to replace; else
 * what is dead, except what that call has written. */
bool cache_remove(const char *dir, uid_t uid, const VpResult *refreshed, guint *ret_count,
	GError **error);

/* As cache_remove() of all entries; the lock is removed, too, and the directory if it is
 * empty then. For a place that is not used any more. One that is a link, or anything else
 * but a directory, is left alone. */
bool cache_remove_place(const char *dir, uid_t uid, guint *ret_count, GError **error);
