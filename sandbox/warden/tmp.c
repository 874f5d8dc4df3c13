// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A small tmpfs at /tmp and /dev/shm, the same directory at both, for programs that need
 * a temporary file or shared memory.
 *
 * A room is used by one program after another, and nothing may pass from one to the next.
 * So this directory is never cleared: a room in which it was touched is used up. Its
 * modification time is 0 at first, and the filter keeps programs from setting times, so
 * that even a file that was made and removed leaves its mark, however coarse the clock.
 * Change time, size, mode, free blocks and free inodes are compared as well: they hold
 * where the filter was left out, and for files that never had a name.
 *
 * Inodes are limited because empty files need no block, but memory of the kernel.
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
#include "sandbox/base/protocol.h"

#define SIZE   (1024 * 1024)
#define INODES 64

/* Where it is, except for what the plan shows of the host. */
static const char *const places[] = {"/tmp", "/dev/shm"};

#define N_PLACES (sizeof places / sizeof *places)

static bool is_placed[N_PLACES];

/* What it was like before the first program. */
static struct {
	const char *path; /* NULL: there is none, or it is not proven */
	SandboxFile directory;
	uint64_t free_blocks, free_inodes;
} at_first;

static int set_number(int fs, const char *key, unsigned number)
{
	char text[16];

	snprintf(text, sizeof text, "%u", number);
	return sys_fsconfig(fs, FSCONFIG_SET_STRING, key, text);
}

/* Its owner is the inside id; its mode is that of every /tmp, since there are programs
 * that want the sticky bit where all may write. Without access times, so that nobody
 * learns who has listed it. */
static int mount_tmpfs(unsigned inodes)
{
	autofd fs = sys_fsopen("tmpfs");

	if (fs < 0 || set_number(fs, "size", SIZE) < 0 ||
		set_number(fs, "nr_inodes", inodes) < 0 ||
		sys_fsconfig(fs, FSCONFIG_SET_STRING, "mode", "1777") < 0 ||
		sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
		return -1;
	return sys_fsmount(fs, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC |
				       MOUNT_ATTR_NOATIME);
}

/*
 * Shows @name of @covered on @tmp once more, read-only. The mount point itself is closed:
 * it can be seen at the other place, where nothing is mounted on it.
 */
static int show(int covered, const char *name, int tmp)
{
	KernelMountAttr read_only = {.set = MOUNT_ATTR_RDONLY};
	autofd tree = sys_open_tree(covered, name,
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | KERNEL_AT_RECURSIVE |
			AT_SYMLINK_NOFOLLOW);
	struct stat st;
	int r;

	if (tree < 0 || fstat(tree, &st) < 0 ||
		sys_mount_setattr(tree, AT_EMPTY_PATH, &read_only) < 0)
		return errno;
	r = S_ISDIR(st.st_mode) ? mkdirat(tmp, name, 0) : mknodat(tmp, name, S_IFREG, 0);
	if (r < 0 && errno != EEXIST)
		return errno;
	return sys_move_mount(tree, tmp, name) < 0 ? errno : 0;
}

/* What cannot be shown is one backend's loss, except for want of something. */
static int show_all(int covered, int tmp)
{
	autofd fd = openat(covered, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int r = 0;

	if (!directory)
		return errno;
	steal_fd(&fd); /* closed with the directory */
	while (!blame_is_shortage(r) && (entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			r = show(covered, entry->d_name, tmp);
	closedir(directory);
	return blame_is_shortage(r) ? r : 0;
}

/* Puts @tmp, a detached mount, at @place (relative), unless the plan shows that. */
static int put(int root, const char *place, int tmp, bool *ret_placed)
{
	autofd covered = -1;
	struct stat there, ours;

	/* EROFS: it is below something of the host that is shown whole. */
	if (mkdirat(root, place, 0755) < 0 && errno != EEXIST)
		return errno == EROFS ? 0 : errno;
	covered = openat(root, place, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (covered < 0 || fstat(covered, &there) < 0 || fstat(root, &ours) < 0)
		return errno;
	if (there.st_dev != ours.st_dev)
		return 0; /* the host's, shown whole */
	if (sys_move_mount(tmp, root, place) < 0)
		return errno;
	*ret_placed = true;
	return show_all(covered, tmp);
}

int tmp_make(int root, unsigned n_shown)
{
	static const struct timespec zero[2];
	autofd tmp = mount_tmpfs(INODES + n_shown);
	int r = tmp < 0 ? errno : 0;

	for (size_t i = 0; !r && i < N_PLACES; i++) {
		/* One that is in its place can be copied, a detached one cannot. */
		if (i && is_placed[i - 1]) {
			int copy = sys_open_tree(tmp, "",
				OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

			if (copy < 0)
				return errno;
			close_fd(&tmp);
			tmp = copy;
		}
		r = put(root, places[i] + 1, tmp, &is_placed[i]);
	}
	for (size_t i = 0; !r && i < N_PLACES; i++)
		if (is_placed[i] && utimensat(root, places[i] + 1, zero, 0) < 0)
			r = errno;
	return r;
}

static bool look(SandboxFile *ret_directory, struct statfs *ret_fs, const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || statfs(path, ret_fs) < 0)
		return false;
	*ret_directory = sandbox_file(&st);
	return true;
}

int tmp_canary(void)
{
	const long flags = ST_NOEXEC | ST_NOSUID | ST_NODEV;
	struct statfs fs;

	for (size_t i = 0; i < N_PLACES; i++) {
		if (!is_placed[i])
			continue;
		if (!look(&at_first.directory, &fs, places[i]))
			return errno;
		if (fs.f_type != TMPFS_MAGIC || (fs.f_flags & flags) != flags ||
			fs.f_blocks * (uint64_t)fs.f_bsize > SIZE ||
			at_first.directory.mtime_sec != 0)
			return EXDEV;
		at_first.free_blocks = fs.f_bfree;
		at_first.free_inodes = fs.f_ffree;
		if (!at_first.path)
			at_first.path = places[i];
	}
	return 0;
}

const char *tmp_path(void)
{
	return at_first.path;
}

bool tmp_is_home(void)
{
	return at_first.path == places[0];
}

bool tmp_is_used(void)
{
	SandboxFile directory;
	struct statfs fs;

	return at_first.path &&
	       (!look(&directory, &fs, at_first.path) ||
		       !sandbox_file_equal(&directory, &at_first.directory) ||
		       fs.f_bfree != at_first.free_blocks ||
		       fs.f_ffree != at_first.free_inodes);
}
