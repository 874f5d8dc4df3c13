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

#include "sandbox/sandbox.h"

/* Whether only root and the caller decide that @path leads to @real_path. */
static bool is_ours(Walker *walker, const char *path, const char *real_path, Walked *way)
{
	walker_renew(walker);
	return walk(walker, path, way) && !way->foreign_type && way->type == S_IFREG &&
	       g_str_equal(way->end.path, real_path);
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
	g_auto(Walked) way = {0}, real_way = {0};

	if (ret_links)
		*ret_links = NULL;
	if (*name == '/' && !g_str_equal(name, real_path) &&
		is_ours(walker, name, real_path, &way)) {
		if (ret_links)
			*ret_links = list_links(&way);
		return EXECUTE_NAME;
	}
	return is_ours(walker, real_path, real_path, &real_way) ? EXECUTE_REAL_PATH
								: EXECUTE_DESCRIPTOR;
}

bool sandbox_is_way_ours(const char *path, const char *real_path)
{
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_auto(Walker) walker = walker_begin_for(&caller);
	g_auto(Walked) way = {0};

	return is_ours(&walker, path, real_path, &way);
}
