// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A path and a text come in, and a whole file is there, or the old one with an error for
 * people.
 *
 * Root may be asked to write into a directory of another user, such as the one that an
 * exporter runs as. The owner of a directory can do anything with its entries, and so
 * with the file that is written there, but must not be able to choose another directory
 * for it by a link, or by moving a directory before a "..". So the directory is reached
 * by a way on which nobody else decides, or else by one without links and ".."; it is
 * held open, and everything is done in that very directory.
 */
#include "probe/cli/replace-file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "common/lack.h"
#include "common/way.h"
#include "common/write.h"

#define DIRECTORY_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* Of names of temporary files; 8 hexadecimal digits follow. */
#define TEMPORARY_PREFIX ".vhost-probe."
#define TEMPORARY_LENGTH (sizeof TEMPORARY_PREFIX - 1 + 8)
#define LEFTOVER_AGE     3600 /* seconds */

/* How many names are tried, each of which may exist already. */
#define NAMES_MAX 100

static bool fail(GError **error, const char *path, int errnum)
{
	if (blame_is_shortage(errnum))
		return lack_set_error(error, errnum, "cannot write %s", path);
	/* A service of root's may lack what lets root pass over modes. */
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum),
		"cannot write %s: %s%s", path, g_strerror(errnum),
		errnum == EACCES && geteuid() == 0
			? "; in another user's directory, root needs CAP_DAC_OVERRIDE "
			  "(see CapabilityBoundingSet= of a service)"
			: "");
	return false;
}

static bool fail_at_directory(
	GError **error, const char *path, const char *dir, int errnum)
{
	if (errnum != ENOENT && errnum != ENOTDIR)
		return fail(error, path, errnum);
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum),
		"cannot write %s: %s %s; create the directory first", path, dir,
		errnum == ENOENT ? "does not exist" : "is not a directory");
	return false;
}

/* Returns: a descriptor of the directory at @path, or -1 with errno: ENOTDIR where a link
 * is on the way, EXDEV where ".." is. */
static int open_straight(const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	autofd fd = open("/", DIRECTORY_FLAGS);

	if (g_strv_contains((const char *const *)names, "..")) {
		errno = EXDEV;
		return -1;
	}

	for (char **name = names; fd >= 0 && *name; name++) {
		autofd next = -1;

		if (!**name)
			continue;
		next = openat(fd, *name, DIRECTORY_FLAGS);
		if (next < 0)
			return -1;
		close(fd);
		fd = steal_fd(&next);
	}
	return steal_fd(&fd);
}

/* Returns: a descriptor of the directory @dir of @path, or -1. */
static int open_directory(
	const char *dir, const char *path, FileCaller *caller, GError **error)
{
	g_auto(Way) way = {0};
	const char *detour;
	int fd;

	if (!way_follow(dir, caller, &way, error))
		return -1;
	if (!way.real_path && !way.distrust) {
		fail_at_directory(error, path, dir, way.errnum);
		return -1;
	}
	fd = way.real_path ? open(way.real_path, DIRECTORY_FLAGS) : open_straight(dir);
	if (fd >= 0)
		return fd;
	detour = errno == EXDEV ? "\"..\"" : "links";
	if (way.distrust && (errno == ENOTDIR || errno == ELOOP || errno == EXDEV))
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_LOOP,
			"cannot write %s: %s; name the directory without %s", path,
			way.distrust, detour);
	else
		fail_at_directory(error, path, dir, errno);
	return -1;
}

/* Only a regular file is replaced by one: otherwise root could replace /dev/null. */
static bool check_replaceable(
	int dir_fd, const char *name, const char *path, GError **error)
{
	const char *what;
	struct stat st;

	if (fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT || fail(error, path, errno);
	if (S_ISREG(st.st_mode))
		return true;
	if (S_ISLNK(st.st_mode))
		what = "is a link; name the file that it leads to";
	else if (S_ISDIR(st.st_mode))
		what = "is a directory; name a file in it";
	else
		what = "is not a regular file; without --output the text goes to stdout";
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "%s %s", path, what);
	return false;
}

/* Returns: a descriptor of a new file in @dir_fd, for the caller alone, or -1 with errno.
 */
static int create_temporary(int dir_fd, char name[TEMPORARY_LENGTH + 1])
{
	int fd = -1;

	errno = EEXIST;
	for (int i = 0; i < NAMES_MAX && fd < 0 && errno == EEXIST; i++) {
		g_snprintf(name, TEMPORARY_LENGTH + 1, TEMPORARY_PREFIX "%08x",
			g_random_int());
		fd = openat(dir_fd, name,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	}
	return fd;
}

/* Some file systems cannot. */
static bool sync_file(int fd)
{
	return fsync(fd) == 0 || errno == EINVAL || errno == ENOSYS;
}

/* Whether create_temporary() could have given @name. */
static bool is_temporary(const char *name)
{
	return g_str_has_prefix(name, TEMPORARY_PREFIX) &&
	       strlen(name) == TEMPORARY_LENGTH &&
	       strspn(name + strlen(TEMPORARY_PREFIX), "0123456789abcdef") == 8;
}

/* What writers of this user that were killed have left. None takes an hour, and no other
 * one ever has the same name. */
static void remove_leftovers(int dir_fd)
{
	autofd fd = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	struct stat st;

	if (!dir)
		return;
	steal_fd(&fd);
	while ((entry = readdir(dir)))
		if (is_temporary(entry->d_name) &&
			fstatat(dir_fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
			st.st_mtime < time(NULL) - LEFTOVER_AGE)
			unlinkat(dir_fd, entry->d_name, 0);
	closedir(dir);
}

static bool write_in(
	int dir_fd, const char *name, const char *path, const char *text, GError **error)
{
	char temporary[TEMPORARY_LENGTH + 1];
	autofd fd = create_temporary(dir_fd, temporary);
	int errnum;

	if (fd < 0)
		return fail(error, path, errno);
	if (file_write_all(fd, text) && fchmod(fd, 0644) == 0 && sync_file(fd) &&
		renameat(dir_fd, temporary, dir_fd, name) == 0) {
		remove_leftovers(dir_fd);
		return true;
	}
	errnum = errno;
	unlinkat(dir_fd, temporary, 0);
	return fail(error, path, errnum);
}

bool replace_file(const char *path, const char *text, FileCaller *caller, GError **error)
{
	g_autofree char *dir = g_path_get_dirname(path);
	g_autofree char *name = g_path_get_basename(path);
	autofd dir_fd = open_directory(dir, path, caller, error);

	return dir_fd >= 0 && check_replaceable(dir_fd, name, path, error) &&
	       write_in(dir_fd, name, path, text, error);
}
