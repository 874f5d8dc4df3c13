// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Homes, and directories that belong to everybody, are known by their names, by where
 * these names lead on this host (/home -> var/home), and by what lies in them.
 *
 * Where the names lead is looked up at the first question: programs of the system's trees
 * ask none.
 */
#include "sandbox/homes.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/file.h"
#include "sandbox/base/kernel.h"
#include "sandbox/links.h"
#include "sandbox/walk.h"

/* Never shown whole: they hold what others left there. The last are those that the names
 * before them are links to on image-based systems. */
static const char *const shared_directories[] = {"/", "/tmp", "/var/tmp", "/root", "/etc",
	"/var", "/var/lib", "/run", "/dev", "/dev/shm", "/proc", "/sys", "/srv", "/mnt",
	"/media", "/boot", "/var/roothome", "/var/srv", "/var/mnt", "/run/media", NULL};

/* Likewise, and so are their direct children: one user's home or runtime directory each.
 */
static const char *const parents_of_private_directories[] = {
	"/home", "/var/home", "/run/user", NULL};

/* A home of its own. */
static const char *const homes_by_name[] = {"/root", NULL};

/* Entries by which a directory is taken for somebody's home, wherever it is. */
static const char *const marks_of_home[] = {
	".ssh", ".gnupg", ".profile", ".bashrc", ".bash_history", NULL};

typedef enum { SHARED, PARENTS, HOMES, N_KINDS } Kind;

static const char *const *const names[N_KINDS] = {
	[SHARED] = shared_directories,
	[PARENTS] = parents_of_private_directories,
	[HOMES] = homes_by_name,
};

struct Homes {
	char *own;            /* real path as far as it is known, or NULL */
	char *named;          /* as the caller names it, or NULL */
	GPtrArray *own_links; /* or NULL: not yet asked for */
	bool resolved;
	int shortage;                /* for which something is not known; or 0 */
	GPtrArray *targets[N_KINDS]; /* of char *: where the names lead */
};

Homes *homes_new(const char *home)
{
	Homes *homes = g_new0(Homes, 1);
	char real_path[PATH_MAX];

	homes->named = home ? g_canonicalize_filename(home, "/") : NULL;
	if (homes->named)
		homes->own = g_strdup(
			realpath(homes->named, real_path) ? real_path : homes->named);
	for (Kind kind = 0; kind < N_KINDS; kind++)
		homes->targets[kind] = g_ptr_array_new_with_free_func(g_free);
	return homes;
}

void homes_free(Homes *homes)
{
	if (!homes)
		return;
	for (Kind kind = 0; kind < N_KINDS; kind++)
		g_ptr_array_unref(homes->targets[kind]);
	if (homes->own_links)
		g_ptr_array_unref(homes->own_links);
	g_free(homes->own);
	g_free(homes->named);
	g_free(homes);
}

static void note(Homes *homes, int shortage)
{
	if (shortage)
		homes->shortage = shortage;
}

int homes_shortage(const Homes *homes)
{
	return homes->shortage;
}

const char *homes_own(const Homes *homes)
{
	return homes ? homes->own : NULL;
}

const GPtrArray *homes_own_links(Homes *homes)
{
	if (!homes->own_links) {
		homes->own_links = links_new();
		if (homes->named)
			note(homes, links_add(homes->own_links, homes->named));
	}
	return homes->own_links;
}

/* ---- where the names lead ---- */

/* Whether a link may be on the way of @name, which has one or two parts. */
static bool may_be_linked(const char *name, const GPtrArray *links_of_root)
{
	char unused;

	for (guint i = 0; i < links_of_root->len; i++)
		if (file_is_at_or_below(name, links_of_root->pdata[i]))
			return true;
	return strchr(name + 1, '/') && readlink(name, &unused, 1) >= 0;
}

/* By whoever's will: this only says what to keep back. */
static void add_target(Homes *homes, Walker *walker, Kind kind, const char *name)
{
	g_auto(Walked) way = {0};

	walker_renew(walker);
	if (walk(walker, name, &way))
		g_ptr_array_add(homes->targets[kind], g_steal_pointer(&way.end.path));
	note(homes, way.shortage);
}

static void resolve(Homes *homes)
{
	g_autoptr(GPtrArray) links_of_root = links_new();
	g_auto(Walker) walker = walker_begin(NULL, false);

	if (homes->resolved)
		return;
	homes->resolved = true;
	note(homes, links_find_of_root(links_of_root));
	for (Kind kind = 0; kind < N_KINDS; kind++)
		for (const char *const *name = names[kind]; *name; name++)
			if (may_be_linked(*name, links_of_root))
				add_target(homes, &walker, kind, *name);
}

/* Whether @directory is one of @kind, by its name or because such a name leads there. */
static bool is_of(Homes *homes, Kind kind, const char *directory)
{
	if (g_strv_contains(names[kind], directory))
		return true;
	if (!homes)
		return false;
	resolve(homes);
	return g_ptr_array_find_with_equal_func(
		homes->targets[kind], directory, g_str_equal, NULL);
}

/* ---- judging ---- */

static bool has_marks(const char *directory)
{
	struct stat st;

	for (const char *const *mark = marks_of_home; *mark; mark++) {
		g_autofree char *path = g_build_filename(directory, *mark, NULL);

		if (lstat(path, &st) == 0)
			return true;
	}
	return false;
}

bool homes_has_marks(int fd)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV,
	};

	for (const char *const *mark = marks_of_home; *mark; mark++) {
		autofd found = (int)syscall(SYS_openat2, fd, *mark, &how, sizeof how);

		/* Where this cannot be found out, as with a mount, the answer is yes. */
		if (found >= 0 || (errno != ENOENT && errno != EACCES))
			return true;
	}
	return false;
}

static bool is_writable_by_all(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && (st.st_mode & S_IWOTH);
}

bool homes_is_shared(Homes *homes, const char *directory)
{
	g_autofree char *parent = g_path_get_dirname(directory);
	const char *own = homes_own(homes);

	return is_of(homes, SHARED, directory) || is_of(homes, PARENTS, directory) ||
	       is_of(homes, PARENTS, parent) ||
	       (own && file_is_at_or_below(own, directory));
}

bool homes_is_never_whole(Homes *homes, const char *directory)
{
	return is_writable_by_all(directory) || has_marks(directory) ||
	       homes_is_shared(homes, directory);
}

bool homes_is_one(Homes *homes, const char *directory)
{
	g_autofree char *parent = g_path_get_dirname(directory);

	return is_of(homes, HOMES, directory) || is_of(homes, PARENTS, parent) ||
	       g_strcmp0(directory, homes_own(homes)) == 0;
}

bool homes_is_in_one(Homes *homes, const char *path)
{
	g_autofree char *directory = g_strdup(path);
	bool found = false;

	while (!found && !g_str_equal(directory, "/")) {
		char *parent = g_path_get_dirname(directory);

		found = homes_is_one(homes, directory);
		g_free(directory);
		directory = parent;
	}
	return found;
}
