// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where entries lie. They are of use within one boot, so their places end with it where
 * there is such a place:
 *
 *   root     /run/vhost-probe                 which all others read as well
 *   others   $XDG_RUNTIME_DIR/vhost-probe     if that directory is theirs alone
 *            $XDG_CACHE_HOME/vhost-probe      otherwise; default ~/.cache/vhost-probe
 *
 * Places that the caller would use in another environment, or has used in another
 * version, are named as well (/run/user/UID, where XDG_RUNTIME_DIR is unset): what lies
 * there can be listed and cleared.
 *
 * Variables may hold anything. A relative one counts as unset, as the XDG base directory
 * specification says.
 */
#include "probe/cache/places.h"

#include <sys/stat.h>

#include "probe/row.h"
#include "probe/vhost-probe-request.h"
#include "sandbox/sandbox.h"

#define SUBDIRECTORY "vhost-probe"

static void place_free(void *data)
{
	VpCachePlace *place = data;

	g_free(place->dir);
	g_free(place);
}

/* Takes @dir, unless it is NULL or named already. */
static void consume_dir(GPtrArray *places, VpPlaceUse use, char *dir, uid_t uid)
{
	VpCachePlace *place;

	for (guint i = 0; dir && i < places->len; i++) {
		const VpCachePlace *known = places->pdata[i];

		if (g_str_equal(known->dir, dir))
			g_clear_pointer(&dir, g_free);
	}
	if (!dir)
		return;
	place = g_new(VpCachePlace, 1);
	*place = (VpCachePlace){use, dir, uid};
	g_ptr_array_add(places, place);
}

static bool is_set(const char *value)
{
	return value && value[0] == '/';
}

/* systemd's for a session. */
static char *usual_runtime_dir(uid_t uid)
{
	return g_strdup_printf("/run/user/%u", (unsigned)uid);
}

/* That of another user, which su and sudo may pass on, is no place for one's own; nor is
 * one that others can look into, as the specification forbids. */
static char *find_runtime_dir(const char *dir, uid_t uid)
{
	g_autofree char *usual = usual_runtime_dir(uid);
	g_autoptr(SandboxReach) reach = sandbox_reach_new(VP_TIMEOUT_DEFAULT_US);
	struct stat st;

	if (!is_set(dir) ||
		(!g_str_equal(dir, usual) && !sandbox_reach_now(reach, dir)) ||
		stat(dir, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != uid ||
		(st.st_mode & 0777) != 0700)
		return NULL;
	return g_build_filename(dir, SUBDIRECTORY, NULL);
}

bool cache_place_is_systems(const char *dir, uid_t uid)
{
	g_autofree char *runtime_dir = usual_runtime_dir(uid);
	g_autofree char *usual = g_build_filename(runtime_dir, SUBDIRECTORY, NULL);

	return g_str_equal(dir, CACHE_SHARED_DIR) || g_str_equal(dir, usual);
}

static char *find_cache_home(const CacheEnvironment *environment)
{
	if (is_set(environment->xdg_cache_home))
		return g_build_filename(environment->xdg_cache_home, SUBDIRECTORY, NULL);
	if (is_set(environment->home))
		return g_build_filename(environment->home, ".cache", SUBDIRECTORY, NULL);
	return NULL;
}

GPtrArray *cache_places(const CacheEnvironment *environment)
{
	GPtrArray *places = g_ptr_array_new_with_free_func(place_free);
	uid_t uid = environment->uid;
	g_autofree char *usual = NULL;
	char *runtime_dir;

	if (environment->dir) {
		consume_dir(places, VP_PLACE_OWN, g_strdup(environment->dir), uid);
	} else if (environment->read_only) {
		consume_dir(places, VP_PLACE_SHARED, g_strdup(CACHE_SHARED_DIR), uid);
	} else if (uid == 0) {
		consume_dir(places, VP_PLACE_OWN, g_strdup(CACHE_SHARED_DIR), uid);
		consume_dir(places, VP_PLACE_FORMER, g_strdup(CACHE_FORMER_DIR), uid);
	} else {
		runtime_dir = find_runtime_dir(environment->xdg_runtime_dir, uid);
		consume_dir(places, VP_PLACE_OWN, runtime_dir, uid);
		consume_dir(places, runtime_dir ? VP_PLACE_OTHER : VP_PLACE_OWN,
			find_cache_home(environment), uid);
		/* cron and sudo do not say where it is. */
		usual = usual_runtime_dir(uid);
		consume_dir(places, VP_PLACE_OTHER, find_runtime_dir(usual, uid), uid);
		consume_dir(places, VP_PLACE_SHARED, g_strdup(CACHE_SHARED_DIR), uid);
	}
	return places;
}

const char *cache_place_of(const GPtrArray *places, VpPlaceUse use)
{
	for (guint i = 0; i < places->len; i++) {
		const VpCachePlace *place = places->pdata[i];

		if (place->use == use)
			return place->dir;
	}
	return NULL;
}

// clang-format off
const char *vp_place_use_name(VpPlaceUse use)
{
	switch (use) {
	NAME(VP_PLACE_OWN, "own")
	NAME(VP_PLACE_SHARED, "shared")
	NAME(VP_PLACE_OTHER, "other")
	NAME(VP_PLACE_FORMER, "former")
	}
	return NULL;
}
// clang-format on

VpPlaceUse vp_cache_place_get_use(const VpCachePlace *place)
{
	return place->use;
}

const char *vp_cache_place_get_dir(const VpCachePlace *place)
{
	return place->dir;
}
