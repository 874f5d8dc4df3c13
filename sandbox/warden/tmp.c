// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A small tmpfs at /tmp and /dev/shm, the same directory at both, for programs that need
 * a temporary file or shared memory.
 *
 * A room is used by one program after another, and nothing may pass from one to the next.
 * So this directory is never cleared: a room in which it was touched is used up. Its
 * modification time is 0 at first, so that even a file that was made and removed leaves
 * its mark. A program may set that back, as it may set the mode; the change time, which
 * nobody can set, shows that. Where the kernel's clock is coarse (before Linux 6.13) the
 * change time may be the same a few milliseconds later. So everything else that a program
 * can change is compared too: owner, mode, both times, size, free blocks and inodes.
 *
 * Inodes are limited because empty files need no block, but do need memory of the kernel.
 */
#include "sandbox/warden/tmp.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <linux/magic.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/identity.h"
#include "sandbox/base/kernel.h"
#include "sandbox/warden/entries.h"
#include "sandbox/warden/mounts.h"

#define SIZE   (1024u * 1024)
#define INODES 64

/* Where it is, except where the plan shows files of the host. */
static const char *const places[] = {"/tmp", "/dev/shm"};

#define N_PLACES (sizeof places / sizeof *places)

static bool is_placed[N_PLACES];

/* The mount, where the plan shows both places whole; or -1. */
static int unplaced = -1;

/* What can be seen of it inside. */
typedef struct {
	SandboxFile directory;
	struct timespec atime;
	uid_t owner;
	gid_t group;
	uint64_t free_blocks, free_inodes;
} Look;

/* What it was like before the first program. */
static struct {
	const char *path; /* NULL: there is none, or it is not proven */
	Look look;
} at_first;

/* Its owner is the inside id; its mode is that of every /tmp, since there are programs
 * that want the sticky bit where all may write. Without access times, so that nobody
 * learns who has listed it. */
static int mount_tmpfs(unsigned inodes)
{
	char size[16], nr_inodes[16];
	const MountOption options[] = {
		{"mode", "1777"}, {"size", size}, {"nr_inodes", nr_inodes}, {NULL, NULL}};

	snprintf(size, sizeof size, "%u", SIZE);
	snprintf(nr_inodes, sizeof nr_inodes, "%u", inodes);
	return mount_new("tmpfs", options,
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
			MOUNT_ATTR_NOATIME);
}

/* Lays what is at @name in @covered over that name at @place (relative), read-only. */
static int lay_over(int root, const char *place, int covered, const char *name)
{
	KernelMountAttr read_only = {.set = MOUNT_ATTR_RDONLY};
	autofd directory = openat(root, place, O_PATH | O_DIRECTORY | O_CLOEXEC);
	autofd tree = sys_open_tree(covered, name,
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | KERNEL_AT_RECURSIVE |
			AT_SYMLINK_NOFOLLOW);

	if (directory < 0 || tree < 0 ||
		sys_mount_setattr(tree, AT_EMPTY_PATH | KERNEL_AT_RECURSIVE, &read_only) <
			0 ||
		sys_move_mount(tree, directory, name) < 0)
		return errno;
	return 0;
}

/*
 * Shows @name of @covered once more, at the place of this number. Its mount point belongs
 * to the programs' id, and a change to it would be there for the next program: so it must
 * not be visible. Later places are copies that cover it already.
 */
static int show(int root, size_t place, int covered, const char *name)
{
	autofd directory =
		openat(root, places[place] + 1, O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool is_new;
	struct stat st;
	int r;

	if (directory < 0 || fstatat(covered, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno;
	r = S_ISDIR(st.st_mode) ? mkdirat(directory, name, 0)
				: mknodat(directory, name, S_IFREG, 0);
	if (r < 0 && errno != EEXIST)
		return errno;
	is_new = r == 0;
	r = lay_over(root, places[place] + 1, covered, name);
	for (size_t i = 0; !r && is_new && i < place; i++)
		if (is_placed[i])
			r = lay_over(root, places[i] + 1, covered, name);
	return r;
}

/* A path that cannot be shown harms one backend only, except in a shortage. */
static int show_all(int root, size_t place, int covered)
{
	autofd fd = openat(covered, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!directory)
		return errno;
	steal_fd(&fd); /* closed with the directory */
	while (!blame_is_shortage(r) && (entry = readdir(directory)))
		if (!is_dot(entry->d_name))
			r = show(root, place, covered, entry->d_name);
	closedir(directory);
	return blame_is_shortage(r) ? r : 0;
}

/* Puts @tmp, a detached mount, at the place of this number, unless the plan shows that.
 */
static int put(int root, size_t place, int tmp)
{
	const char *path = places[place] + 1; /* relative */
	autofd covered = -1;
	struct stat there, ours;

	/* EROFS: it is below something of the host that is shown whole. */
	if (mkdirat(root, path, 0755) < 0 && errno != EEXIST)
		return errno == EROFS ? 0 : errno;
	covered = openat(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (covered < 0 || fstat(covered, &there) < 0 || fstat(root, &ours) < 0)
		return errno;
	if (there.st_dev != ours.st_dev)
		return 0; /* the host's, shown whole */
	if (sys_move_mount(tmp, root, path) < 0)
		return errno;
	is_placed[place] = true;
	return show_all(root, place, covered);
}

int tmp_make(int root, unsigned n_shown)
{
	static const struct timespec zero[2];
	autofd tmp = mount_tmpfs(INODES + n_shown);
	int r = tmp < 0 ? errno : 0;
	bool placed = false;

	for (size_t i = 0; !r && i < N_PLACES; i++) {
		/* A mount that is in its place can be copied, a detached one cannot. */
		if (i && is_placed[i - 1]) {
			int copy = sys_open_tree(tmp, "",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC |
					KERNEL_AT_RECURSIVE | AT_EMPTY_PATH);

			if (copy < 0)
				return errno;
			close_fd(&tmp);
			tmp = copy;
		}
		r = put(root, i, tmp);
	}
	for (size_t i = 0; i < N_PLACES; i++)
		placed = placed || is_placed[i];
	/* It is closed when a program is executed. */
	if (!placed)
		unplaced = steal_fd(&tmp);
	for (size_t i = 0; !r && i < N_PLACES; i++)
		if (is_placed[i] && utimensat(root, places[i] + 1, zero, 0) < 0)
			r = errno;
	return r;
}

static bool look_at(const char *path, Look *ret_look, struct statfs *ret_fs)
{
	struct stat st;

	if (stat(path, &st) < 0 || statfs(path, ret_fs) < 0)
		return false;
	*ret_look = (Look){
		.directory = sandbox_file(&st),
		.atime = st.st_atim,
		.owner = st.st_uid,
		.group = st.st_gid,
		.free_blocks = ret_fs->f_bfree,
		.free_inodes = ret_fs->f_ffree,
	};
	return true;
}

static bool is_equal(const Look *a, const Look *b)
{
	return sandbox_file_equal(&a->directory, &b->directory) &&
	       a->atime.tv_sec == b->atime.tv_sec &&
	       a->atime.tv_nsec == b->atime.tv_nsec && a->owner == b->owner &&
	       a->group == b->group && a->free_blocks == b->free_blocks &&
	       a->free_inodes == b->free_inodes;
}

int tmp_canary(void)
{
	const long flags = ST_NOEXEC | ST_NOSUID | ST_NODEV;
	struct statfs fs;

	for (size_t i = 0; i < N_PLACES; i++) {
		if (!is_placed[i])
			continue;
		if (!look_at(places[i], &at_first.look, &fs))
			return errno;
		if (fs.f_type != TMPFS_MAGIC || (fs.f_flags & flags) != flags ||
			fs.f_blocks * (uint64_t)fs.f_bsize > SIZE ||
			at_first.look.directory.mtime_sec != 0)
			return EXDEV;
		if (!at_first.path)
			at_first.path = places[i];
	}
	return 0;
}

const char *tmp_path(void)
{
	return at_first.path;
}

int tmp_open(void)
{
	return at_first.path ? open(at_first.path, O_PATH | O_DIRECTORY | O_CLOEXEC)
			     : steal_fd(&unplaced);
}

bool tmp_is_home(void)
{
	return at_first.path == places[0];
}

bool tmp_is_used(void)
{
	struct statfs fs;
	Look now;

	return at_first.path &&
	       (!look_at(at_first.path, &now, &fs) || !is_equal(&now, &at_first.look));
}
