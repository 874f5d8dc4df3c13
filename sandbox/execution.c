// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Both paths are walked before a program is planned: its name, and where others can
 * change that, its real path. The walk has the caller's rights, and ends where anybody
 * but root and the caller has a say. Inside, the warden looks once more whether the path
 * leads to the program, with the program's rights.
 */
#include "sandbox/execution.h"

#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/lack.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/links.h"

void sandbox_way_clear(SandboxWay *way)
{
	if (way->links)
		g_ptr_array_unref(way->links);
	*way = (SandboxWay){0};
}

/* Whether only root and the caller decide that @path leads to @real_path. */
static bool is_ours(Walker *walker, const char *path, const char *real_path, Walked *way)
{
	walker_renew(walker);
	return walk(walker, path, way) && !way->foreign_type && way->type == S_IFREG &&
	       g_str_equal(way->end.path, real_path);
}

/* Whether @name may be made to lead to the program inside too. With a ".." it could go
 * through directories that have nothing to do with the program, and would show the links
 * there. */
static bool is_usable(const char *name)
{
	g_auto(GStrv) parts = g_strsplit(name, "/", -1);

	return *name == '/' && !g_strv_contains((const char *const *)parts, "..");
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
static bool is_real_path_ours(Walker *walker, const char *real_path, Walked *way)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	struct stat st;

	if (!walker->ours)
		walker->ours =
			g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (g_hash_table_contains(walker->ours, directory) && is_plain(real_path))
		return true;
	if (!is_ours(walker, real_path, real_path, way))
		return false;
	/* A list that admits others shows in the group's bits. */
	if (stat(directory, &st) == 0 && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		g_hash_table_add(walker->ours, g_steal_pointer(&directory));
	return true;
}

/* Returns: (transfer full) (nullable): @way's links. */
static GPtrArray *list_links(const Walked *way)
{
	GPtrArray *links = way->links->len ? links_new() : NULL;

	if (links)
		links_add_of(links, way);
	return links;
}

bool execution_find(Walker *walker, const char *real_path, const char *name,
	SandboxWay *ret_way, GError **error)
{
	g_auto(Walked) way = {0}, real_way = {0};
	int shortage;

	*ret_way = (SandboxWay){EXECUTE_DESCRIPTOR, NULL};
	if (!g_str_equal(name, real_path) && is_usable(name) &&
		is_ours(walker, name, real_path, &way))
		*ret_way = (SandboxWay){EXECUTE_NAME, list_links(&way)};
	else if (!way.shortage && is_real_path_ours(walker, real_path, &real_way))
		ret_way->execution = EXECUTE_REAL_PATH;
	shortage = way.shortage ? way.shortage : real_way.shortage;
	return !shortage ||
	       lack_set_error(error, shortage, "cannot look at the way to %s", name);
}

bool sandbox_way_find(const char *real_path, const char *name, FileCaller *caller,
	SandboxWay *ret_way, GError **error)
{
	g_auto(Walker) walker = walker_begin_for(caller);

	return execution_find(&walker, real_path, name, ret_way, error);
}

bool sandbox_is_way_ours(const char *path, const char *real_path)
{
	FileCaller caller = file_caller(geteuid(), getegid(), sandbox_root_trees);
	g_auto(Walker) walker = walker_begin_for(&caller);
	g_auto(Walked) way = {0};

	return is_ours(&walker, path, real_path, &way);
}
