// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Cache directories. Nothing in one is believed for its name: directory and files are
 * judged on open descriptors, links are not followed, and what may have been written by
 * somebody else is no entry.
 */
#include "probe/cache/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/fault.h"
#include "common/write.h"

#define ENTRY_SUFFIX     ".entry"
#define TEMPORARY_SUFFIX ".new"
#define LOCK_NAME        "lock"

static bool fail(GError **error, const char *path, int errnum)
{
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum), "%s: %s", path,
		g_strerror(errnum));
	return false;
}

static bool distrust(GError **error, const char *path, const char *reason)
{
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_PERM, "%s %s", path, reason);
	return false;
}

/* ---- directories ---- */

static int try_open(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int make(const char *path, uid_t uid, bool parents)
{
	const mode_t mode = uid == 0 ? 0755 : 0700;
	g_autofree char *parent = g_path_get_dirname(path);
	autofd fd = -1;

	if ((parents && g_mkdir_with_parents(parent, (int)mode) < 0) ||
		mkdir(path, mode) < 0)
		return errno == EEXIST ? try_open(path) : -1;
	fd = try_open(path);
	/* Root's is for all to read, whatever root's umask is. */
	if (fd >= 0)
		fchmod(fd, mode);
	return steal_fd(&fd);
}

FileCaller cache_dir_caller(uid_t uid)
{
	/* No group is trusted, not even one's own, nor anything of owners without an id:
	 * a cache lies in none of the system's trees. */
	return file_caller(uid, (gid_t)-1, NULL);
}

int cache_dir_open(const char *path, FileCaller *caller, CacheDirUse use, GError **error)
{
	g_autofree char *reason = NULL;
	autofd fd = try_open(path);
	struct stat st;

	if (fd < 0 && errno == ENOENT && use != CACHE_DIR_FIND) {
		fd = make(path, caller->uid, use == CACHE_DIR_MAKE_PARENTS);
		if (fd < 0 && errno == ENOENT)
			reason = fault_find(path);
	}
	if (reason) {
		distrust(error, path, reason);
		return -1;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		fail(error, path, errno);
		return -1;
	}
	reason = file_distrust(fd, &st, caller, NULL);
	if (reason) {
		distrust(error, path, reason);
		return -1;
	}
	return steal_fd(&fd);
}

GError *cache_dir_unreached(const char *path, const SandboxReach *reach)
{
	return g_error_new(G_FILE_ERROR, G_FILE_ERROR_FAILED, "%s %s", path,
		sandbox_reach_hung(reach));
}

/* ---- names ---- */

char *cache_dir_entry_name(const char *real_path, const char *argv0, const char *profile)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	const char *parts[] = {real_path, argv0, profile};

	/* Each with its NUL, which none of them contains. */
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++)
		g_checksum_update(
			checksum, (const guchar *)parts[i], (gssize)strlen(parts[i]) + 1);
	return g_strconcat(g_checksum_get_string(checksum), ENTRY_SUFFIX, NULL);
}

static bool is_digest_with(const char *name, const char *suffix)
{
	return strspn(name, "0123456789abcdef") == 64 && g_str_equal(name + 64, suffix);
}

bool cache_dir_is_entry_name(const char *name)
{
	return is_digest_with(name, ENTRY_SUFFIX);
}

bool cache_dir_is_former_name(const char *name)
{
	/* Up to format 2 entries were JSON. */
	return is_digest_with(name, ".json");
}

bool cache_dir_is_leftover_name(const char *name)
{
	return cache_dir_is_former_name(name) ||
	       is_digest_with(name, ENTRY_SUFFIX TEMPORARY_SUFFIX) ||
	       is_digest_with(name, ".json" TEMPORARY_SUFFIX);
}

/* ---- entries ---- */

bool cache_dir_read(int dir_fd, const char *name, FileCaller *caller, gint64 since_us,
	CacheEntry *ret_entry, VpStale *ret_stale)
{
	autofd fd = openat(
		dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
	g_autofree char *reason = NULL, *text = NULL;
	struct stat st;
	size_t length;

	*ret_entry = (CacheEntry){0};
	*ret_stale = VP_STALE_ENTRY;
	/* Some of root's are only for root. */
	if (fd < 0 && (errno == ENOENT || errno == EACCES))
		return false;
	/* A second name may be in a directory that others write. */
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)
		return true;
	if (st.st_ctim.tv_sec * G_USEC_PER_SEC + st.st_ctim.tv_nsec / 1000 < since_us)
		return false;
	reason = file_distrust(fd, &st, caller, NULL);
	text = reason ? NULL
		      : file_read_bounded(fd, st.st_size, CACHE_ENTRY_MAX, &length, NULL);
	if (text)
		*ret_stale = cache_entry_parse(text, length, ret_entry);
	return true;
}

/* No fsync: an entry is of no use after the next boot, and a torn one is none. */
bool cache_dir_write(
	int dir_fd, const char *name, const char *text, mode_t mode, GError **error)
{
	g_autofree char *temporary = g_strconcat(name, TEMPORARY_SUFFIX, NULL);
	autofd fd = -1;

	/* Left by a writer that was killed; the lock says that there is no other. */
	unlinkat(dir_fd, temporary, 0);
	fd = openat(dir_fd, temporary,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(error, temporary, errno);
	if (file_write_all(fd, text) && fchmod(fd, mode) == 0 &&
		renameat(dir_fd, temporary, dir_fd, name) == 0)
		return true;
	fail(error, temporary, errno);
	unlinkat(dir_fd, temporary, 0);
	return false;
}

/* ---- locks ---- */

/* Whoever can open it can make others wait. Returns: (transfer full) (nullable): why it
 * is not used. */
static char *distrust_lock(const struct stat *st, uid_t uid)
{
	if (!S_ISREG(st->st_mode))
		return g_strdup("is not a regular file: remove it");
	if (st->st_uid != uid)
		return g_strdup_printf(
			"belongs to uid %u, not to uid %u: remove it", st->st_uid, uid);
	if (st->st_mode & 077)
		return g_strdup_printf(
			"has mode %04o, not 0600, so that others could lock it: remove "
			"it",
			st->st_mode & 07777);
	return NULL;
}

int cache_dir_open_lock(int dir_fd, uid_t uid, GError **error)
{
	autofd fd = openat(dir_fd, LOCK_NAME,
		O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	g_autofree char *reason = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0) {
		fail(error, LOCK_NAME, errno);
		return -1;
	}
	reason = distrust_lock(&st, uid);
	if (reason) {
		distrust(error, LOCK_NAME, reason);
		return -1;
	}
	return steal_fd(&fd);
}

/* Fifteen digits of the name are the byte's offset, which has to be below 2^63. Two
 * programs that share one wait for each other, and that is all. */
static struct flock range_of(const char *name, short type)
{
	char digits[16];

	g_strlcpy(digits, name, sizeof digits);
	return (struct flock){
		.l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)g_ascii_strtoull(digits, NULL, 16),
		.l_len = 1,
	};
}

bool cache_dir_try_lock(int lock_fd, const char *name)
{
	struct flock range = range_of(name, F_WRLCK);

	return fcntl(lock_fd, F_OFD_SETLK, &range) == 0;
}

void cache_dir_unlock(int lock_fd, const char *name)
{
	struct flock range = range_of(name, F_UNLCK);

	fcntl(lock_fd, F_OFD_SETLK, &range);
}

void cache_dir_remove_lock(int dir_fd)
{
	unlinkat(dir_fd, LOCK_NAME, 0);
}
