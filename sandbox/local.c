// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Asks the kernel for the mounts that a path passes, from the innermost to the root. No
 * file system is asked for anything, since one that hangs would not answer: the way is in
 * the kernel's memory or is not looked up, and the mount's number comes from the call
 * that makes handles of files. statx() has that number too, but asks some file systems
 * first.
 */
#include "sandbox/local.h"

#include <string.h>
#include <glib.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/walk.h"

/* More are not looked through: it is cheaper to list them all. */
#define MOUNTS_MAX 16

/* Its parent is the mount that the one below it lies on only if the way does not lead
 * back. */
static bool has_dots(const char *path)
{
	return strstr(path, "/./") || strstr(path, "/../") ||
	       g_str_has_suffix(path, "/.") || g_str_has_suffix(path, "/..");
}

/* Returns: the number of the mount that @fd is of, which no other mount ever has; or 0.
 */
static uint64_t find_mount(int fd)
{
	struct file_handle none = {.handle_bytes = 0};
	uint64_t number = 0;

	/* It fails, as there is no room for a handle, after the number is known. */
	syscall(SYS_name_to_handle_at, fd, "", &none, &number,
		AT_EMPTY_PATH | KERNEL_AT_HANDLE_FID | KERNEL_AT_HANDLE_MNT_ID_UNIQUE);
	return number;
}

bool local_is_way(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = KERNEL_RESOLVE_CACHED | RESOLVE_NO_SYMLINKS,
	};
	autofd fd = has_dots(path)
			    ? -1
			    : (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
	uint64_t number = fd < 0 ? 0 : find_mount(fd);

	for (int i = 0; i < MOUNTS_MAX && number; i++) {
		KernelStatmount mount;

		if (sys_statmount(number, &mount) < 0 ||
			(mount.found & KERNEL_STATMOUNT_WANTED) !=
				KERNEL_STATMOUNT_WANTED)
			return false;
		/* The root is assumed to answer. */
		if (g_str_equal(mount.text + mount.point, "/"))
			return true;
		if (!walk_is_local_type(mount.text + mount.type))
			return false;
		number = mount.parent;
	}
	return false;
}
