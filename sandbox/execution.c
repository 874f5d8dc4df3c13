// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Both paths are walked before a program is planned: its name, and where others can
 * change that, its real path. The walk has the caller's rights, and ends where anybody
 * but root and the caller has a say. Inside, the warden looks once more whether the path
 * leads to the program, with the program's rights.
 */
#include "sandbox/execution.h"

#include <sys/stat.h>
#include <unistd.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/sandbox.h"

/* Whether only root and the caller decide that @path leads to @real_path. */
static bool is_ours(Walker *walker, const char *path, const char *real_path, Walked *way)
{
	walker_renew(walker);
	return walk(walker, path, way) && !way->foreign_type && way->type == S_IFREG &&
	       g_str_equal(way->end.path, real_path);
}

/* Whether the way to @path leads through no link, and nowhere off the root's mount. */
static bool is_plain(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS,
	};
	autofd fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

	return fd >= 0;
}

/* Of a directory to which only root and the caller can write, on a way that is theirs, no
 * one else can change anything later: most programs lie in a few such directories, each
 * of which is walked to once. */
static bool is_real_path_ours(Walker *walker, const char *real_path)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_auto(Walked) way = {0};
	struct stat st;

	if (!walker->ours)
		walker->ours =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (g_hash_table_contains(walker->ours, directory) && is_plain(real_path))
		return true;
	if (!is_ours(walker, real_path, real_path, &way))
		return false;
	/* A list that admits others shows in the group's bits. */
	if (stat(directory, &st) == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		g_hash_table_add(walker->ours, g_steal_pointer(&directory));
	return true;
}

/* Returns: (transfer full) (nullable): the paths of @way's links. */
static GPtrArray *list_links(const Walked *way)
{
	GPtrArray *links;

	if (!way->links->len)
		return NULL;
	links = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		g_ptr_array_add(links, g_strdup(link->path));
	}
	return links;
}

Execution execution_choose(
	Walker *walker, const char *real_path, const char *name, GPtrArray **ret_links)
{
	g_auto(Walked) way = {0};

	if (ret_links)
		*ret_links = NULL;
	if (*name == '/' && !g_str_equal(name, real_path) &&
		is_ours(walker, name, real_path, &way)) {
		if (ret_links)
			*ret_links = list_links(&way);
		return EXECUTE_NAME;
	}
	return is_real_path_ours(walker, real_path) ? EXECUTE_REAL_PATH
						    : EXECUTE_DESCRIPTOR;
}

bool sandbox_is_way_ours(const char *path, const char *real_path)
{
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_auto(Walker) walker = walker_begin_for(&caller);
	g_auto(Walked) way = {0};

	return is_ours(&walker, path, real_path, &way);
}
