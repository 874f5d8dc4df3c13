// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files that somebody else put there. A path comes in, a descriptor of a regular file,
 * its bytes, or a reason for distrust comes out; failures are a GError with the cause
 * alone, the caller knows the path. Nothing here waits for another process: no FIFO, no
 * device, no lease that is kept on a file.
 */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/xattr.h>

#include "common/autofd.h"

/* Room for "/proc/self/fd/" and a number. */
typedef char FdPath[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

/* The name of the very file behind @fd, however its path changes; O_PATH is enough. */
static const char *fd_path(int fd, FdPath path)
{
	snprintf(path, sizeof(FdPath), "/proc/self/fd/%d", fd);
	return path;
}

char *file_distrust(const struct stat *st, const FileCaller *caller)
{
	bool own = st->st_uid == caller->uid;
	bool private_group = own && caller->uid != 0 && st->st_gid == caller->gid;

	if (!own && caller->uid == 0)
		return g_strdup_printf("belongs to uid %u, not to root", st->st_uid);
	if (!own && st->st_uid != 0)
		return g_strdup_printf("belongs to uid %u, neither to root nor to uid %u",
			st->st_uid, caller->uid);
	if (st->st_mode & S_IWOTH)
		return g_strdup_printf(
			"can be written by everyone (mode %04o)", st->st_mode & 07777);
	if ((st->st_mode & S_IWGRP) && !private_group)
		return g_strdup_printf("can be written by group %u (mode %04o)",
			st->st_gid, st->st_mode & 07777);
	return NULL;
}

char *file_distrust_program(int fd, const struct stat *st, const FileCaller *caller)
{
	char *reason = file_distrust(st, caller);
	FdPath path;

	if (reason)
		return reason;
	if (st->st_mode & (S_ISUID | S_ISGID))
		return g_strdup_printf("is %s (mode %04o)",
			st->st_mode & S_ISUID ? "setuid" : "setgid", st->st_mode & 07777);
	if (getxattr(fd_path(fd, path), "security.capability", NULL, 0) >= 0)
		return g_strdup("has file capabilities");
	/* ENOTSUP: a file system without them. Anything else leaves the question open. */
	if (errno != ENODATA && errno != ENOTSUP)
		return g_strdup_printf("may have file capabilities, asking failed: %s",
			errno == ENOENT ? "/proc is not mounted" : g_strerror(errno));
	return NULL;
}

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFCHR:
	case S_IFBLK:
		return "a device";
	}
	return "something else";
}

static void set_errno_error(GError **error, int cause)
{
	g_set_error_literal(
		error, G_FILE_ERROR, g_file_error_from_errno(cause), g_strerror(cause));
}

/*
 * Opens what @found holds, through /proc; where that is not mounted, by its path, if the
 * same file is still there.
 */
static int reopen(int found, const struct stat *st, int dir_fd, const char *path)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
	FdPath found_path;
	autofd fd = open(fd_path(found, found_path), flags);
	struct stat again;

	if (fd >= 0 || errno != ENOENT)
		return steal_fd(&fd);
	fd = openat(dir_fd, path, flags);
	if (fd < 0 || fstat(fd, &again) < 0)
		return -1;
	if (again.st_dev != st->st_dev || again.st_ino != st->st_ino) {
		errno = ESTALE;
		return -1;
	}
	return steal_fd(&fd);
}

/*
 * First the file is only taken hold of (O_PATH): that opens no device and no FIFO, so
 * looking has no effects. What was looked at is then opened through its descriptor,
 * whatever the path leads to by now. O_NONBLOCK is against a lease: without it, open()
 * would wait for its holder, up to 45 s.
 */
int file_open_regular(int dir_fd, const char *path, struct stat *ret_st, GError **error)
{
	autofd found = openat(dir_fd, path, O_PATH | O_CLOEXEC);
	autofd fd = -1;
	struct stat st;

	if (found < 0 || fstat(found, &st) < 0) {
		set_errno_error(error, errno);
		return -1;
	}
	if (!S_ISREG(st.st_mode)) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
			"%s, not a regular file", type_name(st.st_mode));
		return -1;
	}
	fd = reopen(found, &st, dir_fd, path);
	if (fd < 0) {
		set_errno_error(error, errno);
		return -1;
	}
	*ret_st = st;
	return steal_fd(&fd);
}

/* The size that fstat() tells is not asked for: it is 0 in /proc, and may change. */
char *file_read_bounded(int fd, size_t max, size_t *ret_length, GError **error)
{
	g_autoptr(GString) content = g_string_new(NULL);
	char chunk[16 * 1024];

	for (;;) {
		ssize_t count = read(fd, chunk, sizeof(chunk));

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			set_errno_error(error, errno);
			return NULL;
		}
		if (count == 0)
			break;
		if ((size_t)count > max - content->len) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
				"larger than %zu bytes", max);
			return NULL;
		}
		g_string_append_len(content, chunk, count);
	}
	*ret_length = content->len;
	return g_string_free(g_steal_pointer(&content), FALSE);
}
