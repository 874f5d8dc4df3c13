// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system's own paths.
 */
#include "sandbox/base/paths.h"

#include <stddef.h>
#include <string.h>

const char *const sandbox_system_paths[] = {
	"/usr",
	"/bin",
	"/sbin",
	"/lib",
	"/lib32",
	"/lib64",
	"/libx32",
	"/etc/ld.so.cache",
	"/etc/alternatives",
	"/opt",
	"/nix/store",
	"/gnu/store",
	/* how many processors, and what pages there are: allocators and runtimes ask */
	"/sys/devices/system/cpu",
	"/sys/devices/system/node",
	"/sys/kernel/mm/transparent_hugepage",
	NULL,
};

/* A real path below /bin or /lib* means that this is no link, so that it is shown too. */
bool sandbox_is_system_path(const char *path)
{
	for (size_t i = 0; sandbox_system_paths[i]; i++) {
		size_t length = strlen(sandbox_system_paths[i]);

		if (strncmp(path, sandbox_system_paths[i], length) == 0 &&
			path[length] == '/')
			return true;
	}
	return false;
}
