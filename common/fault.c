// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is wrong with a path. The first component that cannot be passed is named; if it is
 * a link, so are its target and what is wrong with that.
 */
#include "common/fault.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/names.h"

/* More links than anybody reads about. */
#define LINKS_MAX 8

static char *find(const char *path, int n_links);

/* Returns: (transfer full) (nullable): where the link @path leads to, from the root on.
 */
static char *read_target(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	char target[PATH_MAX];
	ssize_t length = readlink(path, target, sizeof target - 1);

	if (length < 0)
		return NULL;
	target[length] = '\0';
	return target[0] == '/' ? g_strdup(target)
				: g_build_filename(directory, target, NULL);
}

static char *describe_link(const char *path, int errnum, int n_links)
{
	g_autofree char *target = read_target(path);
	g_autofree char *why = NULL;

	if (!target)
		return g_strdup(g_strerror(errnum));
	if (errnum == ELOOP || n_links == LINKS_MAX)
		return g_strdup_printf("is a link to %s, in a loop of links", target);
	why = find(target, n_links + 1);
	if (!why)
		return g_strdup_printf(
			"is a link to %s (%s)", target, g_strerror(errnum));
	return g_strdup_printf("is a link to %s, which %s", target, why);
}

static char *describe_denial(const char *path, const char *what)
{
	g_autofree char *owners = NULL;
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	owners = name_owners(&st);
	return g_strdup_printf("denies %s permission (%s)", what, owners);
}

/* Returns: (transfer full) (nullable): what is wrong with @path, whose directory can be
 * passed. @last: it is to be read, otherwise only passed. */
static char *find_here(const char *path, bool last, int n_links)
{
	const int wanted = last ? R_OK : X_OK;
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? g_strdup("does not exist") : NULL;
	if (stat(path, &st) < 0)
		return describe_link(path, errno, n_links);
	if (!last && !S_ISDIR(st.st_mode))
		return g_strdup("is not a directory");
	if (faccessat(AT_FDCWD, path, wanted, AT_EACCESS) < 0 && errno == EACCES)
		return describe_denial(path, last ? "read" : "search");
	return NULL;
}

static char *find(const char *path, int n_links)
{
	for (size_t at = strspn(path, "/"); path[at]; at += strspn(path + at, "/")) {
		g_autofree char *here = NULL, *why = NULL;
		bool last;

		at += strcspn(path + at, "/");
		last = !path[at + strspn(path + at, "/")];
		here = g_strndup(path, at);
		why = find_here(here, last, n_links);
		if (why && last)
			return g_steal_pointer(&why);
		if (why)
			return g_strdup_printf("cannot be reached: %s %s", here, why);
	}
	return NULL;
}

char *fault_find(const char *path)
{
	return find(path, 0);
}
