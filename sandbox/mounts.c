// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the kernel says about mounts: all of them as a list, or only those that a path
 * passes, from the innermost to the root. No file system is asked for anything, since one
 * that hangs would not answer.
 */
#include "sandbox/mounts.h"

#include <stdio.h>
#include <string.h>

#include "common/autofd.h"
#include "common/file.h"
#include "sandbox/base/kernel.h"

/* File systems that answer by themselves: from a disk, from memory, or of the kernel's
 * own. An overlay answers as what it lies on, which is this system's root in most cases.
 */
static const char *const local_types[] = {"bcachefs", "btrfs", "devtmpfs", "erofs",
	"exfat", "ext2", "ext3", "ext4", "f2fs", "iso9660", "jfs", "msdos", "nilfs2",
	"ntfs3", "overlay", "ramfs", "reiserfs", "rootfs", "squashfs", "sysfs", "tmpfs",
	"udf", "vfat", "xfs", "zfs", NULL};

bool mounts_is_local_type(const char *type)
{
	return g_strv_contains(local_types, type);
}

/* ---- all of them ---- */

int mounts_find_id(int fd)
{
	g_autofree char *path = g_strdup_printf("/proc/self/fdinfo/%d", fd);
	g_autofree char *info = file_read_kernels(path);
	const char *line = info ? strstr(info, "mnt_id:") : NULL;

	return line ? (int)g_ascii_strtoll(line + strlen("mnt_id:"), NULL, 10) : -1;
}

#define MOUNTINFO "/proc/self/mountinfo"

static void mount_free(gpointer data)
{
	Mount *mount = data;

	g_free(mount->point);
	g_free(mount->type);
	g_free(mount);
}

/* Returns: (transfer full) (nullable): what @line says; NULL if it is none. */
static Mount *parse_mount(const char *line)
{
	const char *tail = strstr(line, " - ");
	g_autofree char *point = NULL, *type = NULL;
	char *rest;
	int id = (int)g_ascii_strtoll(line, &rest, 10);
	int parent = (int)g_ascii_strtoll(rest, &rest, 10);
	Mount *mount;

	if (!tail || sscanf(rest, "%*s %*s %ms", &point) != 1 ||
		sscanf(tail, " - %ms", &type) != 1)
		return NULL;
	mount = g_new(Mount, 1);
	*mount = (Mount){id, parent, g_strcompress(point), g_strdup(type)};
	return mount;
}

GPtrArray *mounts_list(void)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(mount_free);
	g_autofree char *mounts = file_read_kernels(MOUNTINFO);
	char *rest, *line;

	for (line = mounts ? strtok_r(mounts, "\n", &rest) : NULL; line;
		line = strtok_r(NULL, "\n", &rest)) {
		Mount *mount = parse_mount(line);

		if (mount)
			g_ptr_array_add(list, mount);
	}
	return list;
}

const Mount *mounts_find(const GPtrArray *list, int id)
{
	for (guint i = 0; i < list->len; i++) {
		const Mount *mount = list->pdata[i];

		if (mount->id == id)
			return mount;
	}
	return NULL;
}

const Mount *mounts_find_on(const GPtrArray *list, int parent, const char *path)
{
	for (guint i = 0; i < list->len; i++) {
		const Mount *mount = list->pdata[i];

		if (mount->parent == parent && g_str_equal(mount->point, path))
			return mount;
	}
	return NULL;
}

/* ---- of one path ---- */

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
 * It comes from the call that makes handles of files: statx() has it too, but asks some
 * file systems first. */
static uint64_t find_unique_id(int fd)
{
	struct file_handle none = {.handle_bytes = 0};
	uint64_t number = 0;

	/* It fails, as there is no room for a handle, after the number is known. */
	syscall(SYS_name_to_handle_at, fd, "", &none, &number,
		AT_EMPTY_PATH | KERNEL_AT_HANDLE_FID | KERNEL_AT_HANDLE_MNT_ID_UNIQUE);
	return number;
}

bool mounts_are_local(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = KERNEL_RESOLVE_CACHED | RESOLVE_NO_SYMLINKS,
	};
	autofd fd = has_dots(path)
			    ? -1
			    : (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
	uint64_t number = fd < 0 ? 0 : find_unique_id(fd);

	for (int i = 0; i < MOUNTS_MAX && number; i++) {
		KernelStatmount mount;

		if (sys_statmount(number, &mount) < 0 ||
			(mount.found & KERNEL_STATMOUNT_WANTED) !=
				KERNEL_STATMOUNT_WANTED)
			return false;
		/* The root is assumed to answer. */
		if (g_str_equal(mount.text + mount.point, "/"))
			return true;
		if (!mounts_is_local_type(mount.text + mount.type))
			return false;
		number = mount.parent;
	}
	return false;
}
