// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system's own paths.
 */
#include "sandbox/base/paths.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
#define TREES \
	"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", \
	"/nix/store", "/gnu/store"
/* clang-format on */

const char *const sandbox_trees[] = {TREES, NULL};

const char *const sandbox_system_paths[] = {
	TREES,
	/* how many processors, and what pages there are: allocators and runtimes ask */
	"/sys/devices/system/cpu",
	"/sys/devices/system/node",
	"/sys/kernel/mm/hugepages",
	"/sys/kernel/mm/transparent_hugepage",
	NULL,
};

/* The second is a link out of /usr on some systems; /app is Flatpak's. */
const char *const sandbox_root_trees[] = {TREES, "/usr/local", SANDBOX_ETC, "/app", NULL};

const char *const sandbox_etc_paths[] = {"/etc/ld.so.cache", "/etc/alternatives", NULL};

static bool is_below(const char *path, const char *const *list)
{
	for (; *list; list++) {
		size_t length = strlen(*list);

		if (strncmp(path, *list, length) == 0 && path[length] == '/')
			return true;
	}
	return false;
}

/* A real path below /bin or /lib* means that this is no link, so that it is shown too. */
bool sandbox_is_system_path(const char *path)
{
	return is_below(path, sandbox_system_paths) || is_below(path, sandbox_etc_paths);
}
