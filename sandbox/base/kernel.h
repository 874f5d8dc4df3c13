// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * System calls and constants that the oldest supported C library or kernel headers lack.
 * What the running kernel lacks shows by ENOSYS at run time.
 */
#pragma once

#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>
#include <sys/syscall.h>
#include <linux/mount.h> /* not <sys/mount.h>: some C libraries cannot have both */
#include <linux/openat2.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule       445
#define SYS_landlock_restrict_self  446
#endif

#ifndef SYS_statmount
#define SYS_statmount 457
#endif

#ifndef MNT_DETACH
#define MNT_DETACH 2
#endif

#define KERNEL_P_PIDFD      3      /* P_PIDFD of <linux/wait.h> */
#define KERNEL_AT_RECURSIVE 0x8000 /* AT_RECURSIVE of <linux/fcntl.h> */

/* Of <linux/openat2.h>; since Linux 5.12. */
#define KERNEL_RESOLVE_CACHED 0x20

/* Of <linux/fcntl.h>; since Linux 6.5 and 6.12. */
#define KERNEL_AT_HANDLE_FID           0x200
#define KERNEL_AT_HANDLE_MNT_ID_UNIQUE 0x001

static inline int sys_open_tree(int dir_fd, const char *path, unsigned flags)
{
	return (int)syscall(SYS_open_tree, dir_fd, path, flags);
}

static inline int sys_move_mount(int from_fd, int to_fd, const char *to)
{
	return (int)syscall(SYS_move_mount, from_fd, "", to_fd, to,
		MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static inline int sys_fsopen(const char *type)
{
	return (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
}

static inline int sys_fsconfig(
	int fd, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fd, command, key, value, 0);
}

static inline int sys_fsmount(int fd, unsigned attributes)
{
	return (int)syscall(SYS_fsmount, fd, FSMOUNT_CLOEXEC, attributes);
}

/* struct mount_attr of <linux/mount.h>, which came later than the rest of that file. */
typedef struct {
	uint64_t set, clear, propagation, userns_fd;
} KernelMountAttr;

static inline int sys_mount_setattr(int fd, unsigned flags, KernelMountAttr *attr)
{
	return (int)syscall(SYS_mount_setattr, fd, "", flags, attr, sizeof *attr);
}

/* STATMOUNT_MNT_BASIC, STATMOUNT_MNT_POINT and STATMOUNT_FS_TYPE of <linux/mount.h>. */
#define KERNEL_STATMOUNT_WANTED (0x2 | 0x10 | 0x20)

/* struct statmount, as far as it is of interest. */
typedef struct {
	uint32_t unused1[2];
	uint64_t found; /* which of these are there */
	uint32_t unused2[5];
	uint32_t type; /* where its name begins in the text */
	uint64_t number, parent;
	uint64_t unused3[6];
	uint32_t unused4;
	uint32_t point; /* as type: where it is mounted */
	uint64_t unused5[50];
	char text[1024];
} KernelStatmount;

/* Since Linux 6.8. Asks no file system. Returns: 0, or -1 with errno. */
static inline int sys_statmount(uint64_t number, KernelStatmount *ret_mount)
{
	/* struct mnt_id_req, in its first version. */
	const struct {
		uint32_t size, unused;
		uint64_t number, wanted;
	} request = {
		.size = sizeof request,
		.number = number,
		.wanted = KERNEL_STATMOUNT_WANTED,
	};

	return (int)syscall(SYS_statmount, &request, ret_mount, sizeof *ret_mount, 0);
}

/* Real paths hold no link: one that appears meanwhile is not followed. */
static inline int sys_open_real_path(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_NO_SYMLINKS,
	};

	return (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);
}
