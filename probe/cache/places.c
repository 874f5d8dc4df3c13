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
#include "probe/vhost-probe.h"

#include <sys/stat.h>

#define SUBDIRECTORY "vhost-probe"

static void place_free(void *data)
{
	VpCachePlace *place = data;

	g_free(place->dir);
	g_free(place);
}

/* Takes @dir, unless it is NULL or named already. */
static void consume_dir(GPtrArray *places, VpPlaceUse use, char *dir)
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
	*place = (VpCachePlace){use, dir};
	g_ptr_array_add(places, place);
}

static bool is_set(const char *value)
{
	return value && value[0] == '/';
}

/* That of another user, which su and sudo may pass on, is no place for one's own; nor is
 * one that others can look into, as the specification forbids. */
static char *find_runtime_dir(const char *dir, uid_t uid)
{
	struct stat st;

	if (!is_set(dir) || stat(dir, &st) < 0 || !S_ISDIR(st.st_mode) ||
		st.st_uid != uid || (st.st_mode & 0777) != 0700)
		return NULL;
	return g_build_filename(dir, SUBDIRECTORY, NULL);
}

static char *find_cache_home(const VpCacheEnvironment *environment)
{
	if (is_set(environment->xdg_cache_home))
		return g_build_filename(environment->xdg_cache_home, SUBDIRECTORY, NULL);
	if (is_set(environment->home))
		return g_build_filename(environment->home, ".cache", SUBDIRECTORY, NULL);
	return NULL;
}

GPtrArray *vp_cache_places(const VpCacheEnvironment *environment)
{
	GPtrArray *places = g_ptr_array_new_with_free_func(place_free);
	g_autofree char *usual = NULL;
	char *runtime_dir;

	if (environment->dir) {
		consume_dir(places, VP_PLACE_OWN, g_strdup(environment->dir));
	} else if (environment->uid == 0) {
		consume_dir(places, VP_PLACE_OWN, g_strdup(VP_SHARED_CACHE_DIR));
		consume_dir(places, VP_PLACE_FORMER, g_strdup(VP_FORMER_CACHE_DIR));
	} else {
		runtime_dir =
			find_runtime_dir(environment->xdg_runtime_dir, environment->uid);
		consume_dir(places, VP_PLACE_OWN, runtime_dir);
		consume_dir(places, runtime_dir ? VP_PLACE_OTHER : VP_PLACE_OWN,
			find_cache_home(environment));
		/* systemd's for a session: cron and sudo do not say where it is. */
		usual = g_strdup_printf("/run/user/%u", (unsigned)environment->uid);
		consume_dir(places, VP_PLACE_OTHER,
			find_runtime_dir(usual, environment->uid));
		consume_dir(places, VP_PLACE_SHARED, g_strdup(VP_SHARED_CACHE_DIR));
	}
	return places;
}

const char *vp_cache_place(const GPtrArray *places, VpPlaceUse use)
{
	for (guint i = 0; i < places->len; i++) {
		const VpCachePlace *place = places->pdata[i];

		if (place->use == use)
			return place->dir;
	}
	return NULL;
}

const char *vp_place_use_name(VpPlaceUse use)
{
	static const char *const names[] = {
		[VP_PLACE_OWN] = "own",
		[VP_PLACE_SHARED] = "shared",
		[VP_PLACE_OTHER] = "other",
		[VP_PLACE_FORMER] = "former",
	};

	return names[use];
}
