// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Follows a path as the kernel does, to see who owns the directories on the way, those of
 * links included. It begins at / and goes one name at a time: each step starts from the
 * directory that was judged, and no directory is looked into that is not trusted.
 */
#include "common/way.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/names.h"

#define LINKS_MAX 40 /* as the kernel's */

typedef struct {
	FileCaller *caller;
	int fd;         /* the directory that the walk has reached */
	GString *at;    /* its real path; "" is / */
	GString *ahead; /* what is left to go */
	unsigned n_links;
} Walk;

void way_clear(Way *way)
{
	g_free(way->real_path);
	g_free(way->distrust);
	*way = (Way){0};
}

static bool is_owner_trusted(const struct stat *st, FileCaller *caller)
{
	const NamelessOwners *nameless;

	if (st->st_uid == 0 || st->st_uid == caller->uid)
		return true;
	nameless = file_nameless(caller, NULL);
	return nameless && nameless->shown && st->st_uid == nameless->shown &&
	       nameless->has_root && !nameless->is_somebody;
}

/* As for files: a umask of 002 leaves the caller's own writable for the caller's group.
 */
static bool can_others_write(const struct stat *st, const FileCaller *caller)
{
	bool is_own = caller->uid != 0 && st->st_uid == caller->uid &&
		      st->st_gid == caller->gid;

	return st->st_mode & (S_IWOTH | (is_own ? 0 : S_IWGRP));
}

/* Whether only root and the caller can be the owner, of what is in the directory @path.
 */
static bool is_owner_ours(const struct stat *st, const char *path, FileCaller *caller)
{
	return st->st_uid == 0 || st->st_uid == caller->uid ||
	       (is_owner_trusted(st, caller) &&
		       (g_str_equal(path, "/") || file_is_in_system(path, caller)));
}

bool way_is_step_ours(const char *path, const struct stat *dir, const struct stat *below,
	FileCaller *caller)
{
	bool is_private = caller->gid == caller->uid;
	mode_t others = S_IWOTH | (is_private ? 0 : S_IWGRP);

	return is_owner_ours(dir, path, caller) &&
	       ((!(dir->st_mode & others) && !can_others_write(dir, caller)) ||
		       ((dir->st_mode & S_ISVTX) && is_owner_ours(below, path, caller)));
}

/* Returns: (transfer full) (nullable): why others can replace what @below is in @dir. */
static char *distrust_step(const Walk *walk, const char *name, const struct stat *dir,
	const struct stat *below)
{
	const char *at = walk->at->len ? walk->at->str : "/";
	g_autofree char *owner = NULL;

	if (!is_owner_trusted(dir, walk->caller)) {
		owner = name_user(dir->st_uid);
		return g_strdup_printf(
			"%s belongs to %s, who could redirect this path elsewhere", at,
			owner);
	}
	if (!can_others_write(dir, walk->caller))
		return NULL;
	if (!(dir->st_mode & S_ISVTX))
		return g_strdup_printf(
			"%s can be written by others (mode %04o), who could "
			"redirect this path elsewhere",
			at, dir->st_mode & 07777);
	if (!below || is_owner_trusted(below, walk->caller))
		return NULL;
	owner = name_user(below->st_uid);
	return g_strdup_printf(
		"%s/%s belongs to %s, who could redirect this path elsewhere",
		walk->at->str, name, owner);
}

/* Returns: (transfer full) (nullable): the next name; NULL at the end. */
static char *take_name(Walk *walk)
{
	size_t begin = strspn(walk->ahead->str, "/");
	size_t length = strcspn(walk->ahead->str + begin, "/");
	char *name = length ? g_strndup(walk->ahead->str + begin, length) : NULL;

	g_string_erase(walk->ahead, 0, (gssize)(begin + length));
	return name;
}

/* Consumes @fd. */
static void go_to(Walk *walk, int fd, const char *name)
{
	close_fd(&walk->fd);
	walk->fd = fd;
	if (g_str_equal(name, ".."))
		g_string_truncate(walk->at,
			walk->at->len
				? (gsize)(strrchr(walk->at->str, '/') - walk->at->str)
				: 0);
	else if (!g_str_equal(name, "."))
		g_string_append_printf(walk->at, "/%s", name);
}

/* Returns: 0 or an errno. */
static int go_to_root(Walk *walk)
{
	int fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno;
	close_fd(&walk->fd);
	walk->fd = fd;
	g_string_truncate(walk->at, 0);
	return 0;
}

/* Returns: 0 or an errno. */
static int follow_link(Walk *walk, int link)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link, "", target, sizeof target);

	if (length < 0)
		return errno;
	if (length == 0)
		return ENOENT;
	if (++walk->n_links > LINKS_MAX)
		return ELOOP;
	if ((size_t)length + walk->ahead->len >= PATH_MAX)
		return ENAMETOOLONG;
	g_string_prepend_len(walk->ahead, target, length);
	return target[0] == '/' ? go_to_root(walk) : 0;
}

/* Returns: 0 or an errno; with @ret_distrust the walk is at its end. */
static int take_step(Walk *walk, const char *name, char **ret_distrust)
{
	struct stat dir, st = {0};
	autofd below = openat(walk->fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	int errnum = below < 0 || fstat(below, &st) < 0 ? errno : 0;

	if (fstat(walk->fd, &dir) < 0)
		return errno;
	*ret_distrust = distrust_step(walk, name, &dir, errnum ? NULL : &st);
	if (*ret_distrust || errnum)
		return errnum;
	if (S_ISLNK(st.st_mode))
		return follow_link(walk, below);
	go_to(walk, steal_fd(&below), name);
	return 0;
}

bool way_follow(const char *path, FileCaller *caller, Way *ret_way, GError **error)
{
	g_autoptr(GString) at = g_string_new(NULL), ahead = g_string_new(path);
	Walk walk = {.caller = caller, .fd = -1, .at = at, .ahead = ahead};
	Way way = {0};

	way.errnum = strlen(path) < PATH_MAX ? go_to_root(&walk) : ENAMETOOLONG;
	while (!way.errnum && !way.distrust) {
		g_autofree char *name = take_name(&walk);

		if (!name) {
			way.real_path = g_strdup(at->len ? at->str : "/");
			break;
		}
		way.errnum = take_step(&walk, name, &way.distrust);
	}
	close_fd(&walk.fd);
	if (way.distrust)
		way.errnum = 0;
	if (way.errnum && file_blame_us(way.errnum, path, error))
		return false;
	*ret_way = way;
	return true;
}
