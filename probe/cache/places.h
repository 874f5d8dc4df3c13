// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where entries of the cache lie.
 */
#pragma once

#include <sys/types.h>

#include "probe/vhost-probe-cache.h"

/* Root's: written only by root, readable by all. */
#define CACHE_SHARED_DIR "/run/vhost-probe"
/* Root's, before it moved to /run. */
#define CACHE_FORMER_DIR "/var/cache/vhost-probe"

struct VpCachePlace {
	VpPlaceUse use;
	char *dir;
	uid_t uid; /* on whose behalf it is judged */
};

/* What decides the places. NULL: unset. */
typedef struct {
	const char *xdg_runtime_dir; /* counts if it is @uid's, and closed to others */
	const char *xdg_cache_home;
	const char *home;
	const char *dir; /* use this one and no other; or NULL */
	bool read_only;  /* there is none, and nothing is to be written */
	uid_t uid;
} CacheEnvironment;

/*
 * cache_places:
 * Returns: (transfer full): of VpCachePlace *, to be freed by g_ptr_array_unref(). There
 * may be none that is the caller's own. Except for the runtime directory, none is checked
 * for existence.
 */
GPtrArray *cache_places(const CacheEnvironment *environment);

/* Whether @dir is where the system itself keeps what it is running with, and so answers
 * where anything does. */
bool cache_place_is_systems(const char *dir, uid_t uid);

/* Returns: (transfer none) (nullable): the first directory of this use. */
const char *cache_place_of(const GPtrArray *places, VpPlaceUse use);
