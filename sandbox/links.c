// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths come in; the links on their ways go out, which the warden makes anew in the room
 * (PLAN_LINK). A link shows its own text, and what lies at its end only if that is shown
 * for a reason of its own.
 *
 * A link that somebody else can change stays away: what programs see is to depend on root
 * and the caller.
 */
#include "sandbox/links.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "common/blame.h"
#include "common/lack.h"
#include "sandbox/base/paths.h"
#include "sandbox/sandbox.h"

/* By which programs of NixOS and Guix find graphics drivers and each other, all of which
 * lie in the store. */
static const char *const links_to_store[] = {"/run/opengl-driver",
	"/run/opengl-driver-32", "/run/current-system", "/run/booted-system"};

GPtrArray *links_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

void links_add_of(GPtrArray *links, const Walked *way)
{
	for (guint i = 0; i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		if (!g_ptr_array_find_with_equal_func(
			    links, link->path, g_str_equal, NULL))
			g_ptr_array_add(links, g_strdup(link->path));
	}
}

/* Returns: 0 or a shortage. @walker: of walker_begin_for() */
static int add_by(Walker *walker, GPtrArray *links, const char *path)
{
	g_auto(Walked) way = {0};

	walker_renew(walker);
	walk(walker, path, &way);
	links_add_of(links, &way);
	return way.shortage;
}

int links_add(GPtrArray *links, const char *path)
{
	FileCaller caller = file_caller(geteuid(), getegid(), sandbox_root_trees);
	g_auto(Walker) walker = walker_begin_for(&caller);

	return add_by(&walker, links, path);
}

/* ---- for every program ---- */

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int links_find_of_root(GPtrArray *paths)
{
	DIR *root = opendir("/");
	const struct dirent *entry;
	int errnum;

	if (!root)
		return blame_is_shortage(errno) ? errno : 0;
	while ((errno = 0, entry = readdir(root)))
		if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN)
			g_ptr_array_add(paths, g_strconcat("/", entry->d_name, NULL));
	errnum = errno;
	closedir(root);
	g_ptr_array_sort(paths, compare_names);
	return blame_is_shortage(errnum) ? errnum : 0;
}

bool links_lead_into_usr(const char *target)
{
	const char *name = target + (*target == '/');
	g_autofree char *path = NULL;
	char unused;

	if (!g_str_has_prefix(name, "usr/") || strchr(name + 4, '/') || name[4] == '.')
		return false;
	path = g_strconcat("/", name, NULL);
	return readlink(path, &unused, 1) < 0 && errno == EINVAL;
}

/* Most systems have none of them, and are not walked: /run is a mount, which would cost
 * the list of all. */
static int add_link_to_store(Walker *walker, GPtrArray *links, const char *path)
{
	char unused;

	if (readlink(path, &unused, 1) < 0)
		return blame_is_shortage(errno) ? errno : 0;
	return add_by(walker, links, path);
}

int links_add_systems(GPtrArray *links)
{
	FileCaller caller = file_caller(geteuid(), getegid(), sandbox_root_trees);
	g_auto(Walker) walker = walker_begin_for(&caller);
	g_autoptr(GPtrArray) paths = links_new();
	int shortage = links_find_of_root(paths);

	for (guint i = 0; !shortage && i < paths->len && links->len < LINKS_OF_SYSTEM;
		i++)
		if (!g_strv_contains(sandbox_trees, paths->pdata[i]))
			shortage = add_by(&walker, links, paths->pdata[i]);
	for (size_t i = 0; !shortage && i < G_N_ELEMENTS(links_to_store); i++)
		shortage = add_link_to_store(&walker, links, links_to_store[i]);
	return shortage;
}

/* ---- of what is exposed ---- */

char **sandbox_find_links(const char *path, GError **error)
{
	g_autoptr(GPtrArray) links = links_new();
	int shortage = links_add(links, path);

	if (shortage) {
		lack_set_error(error, shortage, "%s cannot be followed", path);
		return NULL;
	}
	g_ptr_array_set_free_func(links, NULL);
	g_ptr_array_add(links, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&links), FALSE);
}
