// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Files that somebody else put there. A path comes in, a descriptor of a regular file,
 * its bytes, or a reason for distrust comes out; failures are a GError with only the
 * cause, since the caller knows the path. Nothing here waits for another process: no
 * FIFO, no device, no lease that is kept on a file.
 */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "common/lack.h"
#include "common/names.h"
#include "common/text.h"

/* Room for "/proc/self/fd/" and a number. */
typedef char FdPath[sizeof("/proc/self/fd/") + 3 * sizeof(int)];

/* A name for the very file of @fd, however its path changes; O_PATH is enough. */
static const char *fd_path(int fd, FdPath path)
{
	snprintf(path, sizeof(FdPath), "/proc/self/fd/%d", fd);
	return path;
}

FileCaller file_caller(uid_t uid, gid_t gid, const char *const *system_trees)
{
	return (FileCaller){.uid = uid, .gid = gid, .system_trees = system_trees};
}

bool file_is_at_or_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	return strncmp(path, directory, length) == 0 &&
	       (path[length] == '/' || !path[length]);
}

const NamelessOwners *file_nameless(FileCaller *caller, GError **error)
{
	if (!caller->knows_nameless)
		caller->knows_nameless = owners_look(&caller->nameless, error);
	return caller->knows_nameless ? &caller->nameless : NULL;
}

/* ---- whose fault ---- */

bool file_blame_us(int errnum, const char *path, GError **error)
{
	char resolved[PATH_MAX];
	struct stat st;

	/* Somebody holds a lease on that file. */
	if (errnum == EAGAIN)
		return false;
	/* A link, which every process has. */
	if (!blame_is_shortage(errnum) && realpath("/proc/self", resolved) &&
		stat(resolved, &st) == 0)
		return false;
	lack_set_error(error, errnum, "cannot read %s", path);
	return true;
}

bool file_blame_us_for(const GError *cause, const char *path, GError **error)
{
	static const int errnums[] = {EMFILE, ENFILE, ENOMEM, EPERM, ENOSYS};

	for (size_t i = 0; i < G_N_ELEMENTS(errnums); i++)
		if (g_error_matches(cause, G_FILE_ERROR,
			    (gint)g_file_error_from_errno(errnums[i])))
			return file_blame_us(errnums[i], path, error);
	return false;
}

/* ---- owners without an id ---- */

static bool is_nameless(const struct stat *st, const FileCaller *caller)
{
	return st->st_uid != 0 && st->st_uid == caller->nameless.shown;
}

/* Where the caller's id is also the one that files without an owner show, the kernel
 * still knows the difference: only the owner may open a file without touching its access
 * time. */
static bool is_own(int fd, const struct stat *st, const FileCaller *caller)
{
	FdPath path;
	autofd proof = -1;

	if (st->st_uid != caller->uid || !is_nameless(st, caller))
		return st->st_uid == caller->uid;
	if (!caller->nameless.is_somebody)
		return false;
	proof = open(fd_path(fd, path),
		O_RDONLY | O_NOATIME | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	return proof >= 0;
}

static bool can_others_write(const struct stat *st)
{
	return st->st_mode & (S_IWGRP | S_IWOTH);
}

/* Returns: the length of the tree that @path lies below, or of @path, which is a tree or
 * on the way to one (/nix); or 0. A tree that is a link counts as its target. */
static size_t find_system_tree(const char *path, const char *const *trees)
{
	size_t path_length = strlen(path);

	for (; trees && *trees; trees++) {
		char tree[PATH_MAX];
		size_t length;

		if (!realpath(*trees, tree))
			continue;
		length = strlen(tree);
		if (length > 1 && file_is_at_or_below(path, tree))
			return length;
		if (path_length > 1 && file_is_at_or_below(tree, path))
			return path_length;
	}
	return 0;
}

bool file_is_in_system(const char *path, const FileCaller *caller)
{
	return find_system_tree(path, caller->system_trees) > 0;
}

static char *distrust_directory(const char *path, size_t length, const struct stat *st)
{
	return g_strdup_printf("its directory %.*s %s (uid %u, mode %04o)",
		(int)MAX(length, 1), path,
		can_others_write(st) ? "can be written by users other than its owner"
				     : "belongs to somebody else",
		st->st_uid, st->st_mode & 07777);
}

/* A file whose owner has no id here is not trusted in a tree that belongs to an id of
 * this namespace, except where there is only that id: then it is the caller's, who put
 * the tree together (bwrap --ro-bind /usr/lib /usr/lib). */
static bool may_own(const struct stat *directory, const FileCaller *caller, bool is_tree)
{
	return is_nameless(directory, caller) ||
	       (directory->st_uid == caller->uid &&
		       (!is_tree || caller->nameless.leaves_one));
}

/*
 * Goes from / to the file, through no link. All directories on the way must belong to an
 * owner without an id or to the caller, and be writable by nobody else: in a system tree
 * those without an id are root's. Somebody who mounts something there could as well
 * replace the C library.
 *
 * Returns: (transfer full) (nullable): why somebody else could have put it there.
 */
static char *distrust_place(
	int fd, const struct stat *st, const FileCaller *caller, GError **error)
{
	autofd at = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	FdPath link;
	char path[PATH_MAX];
	ssize_t length = readlink(fd_path(fd, link), path, sizeof path - 1);
	size_t tree, done = 0;
	struct stat now = {0};

	path[MAX(length, 0)] = '\0';
	tree = find_system_tree(path, caller->system_trees);
	if (!tree)
		return g_strdup("it is in none of the system's own directories");
	for (;;) {
		size_t next = done + 1 + strcspn(path + done + 1, "/");
		g_autofree char *name = g_strndup(path + done + 1, next - done - 1);
		int below;

		if (at < 0 || fstat(at, &now) < 0) {
			int errnum = errno;

			file_blame_us(errnum, path, error);
			return g_strdup_printf("%s: %s", path, g_strerror(errnum));
		}
		if (!path[done])
			break;
		if (can_others_write(&now) || !may_own(&now, caller, done == tree))
			return distrust_directory(path, done, &now);
		below = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		close_fd(&at);
		at = below;
		done = next;
	}
	if (now.st_dev != st->st_dev || now.st_ino != st->st_ino)
		return g_strdup("it has been moved meanwhile");
	return NULL;
}

static char *distrust_nameless(
	int fd, const struct stat *st, const FileCaller *caller, GError **error)
{
	const NamelessOwners *nameless = &caller->nameless;
	g_autofree char *place = NULL;

	if (nameless->is_somebody)
		return g_strdup_printf("belongs to uid %u, which in this user namespace "
				       "may be anybody",
			st->st_uid);
	if (nameless->has_root) {
		place = distrust_place(fd, st, caller, error);
		if (!place)
			return NULL;
	}
	return g_strdup_printf("may be anybody's: its owner has no id in this user "
			       "namespace%s%s; a copy of your own would be trusted",
		place ? ", and " : "", place ? place : "");
}

/* ---- who could have written it ---- */

/* Whether @caller may do no more to the file than look at it. */
static bool takes_root(const FileCaller *caller, const struct stat *st)
{
	return caller->uid != 0 && caller->uid != st->st_uid;
}

/* Returns: (transfer full): "; to trust it: chmod go-w PATH": for a reader who has found
 * out how the file came to be like that. @as_root: the caller cannot. @first, @second:
 * (nullable): commands that take a path. "" where the file has none. */
static char *remedy(int fd, const struct stat *st, bool as_root, const char *first,
	const char *second)
{
	const char *who = as_root ? ", as root" : "";
	FdPath link;
	char path[PATH_MAX];
	ssize_t length = readlink(fd_path(fd, link), path, sizeof path - 1);
	g_autofree char *word = NULL;

	if (length <= 0 || path[0] != '/' || st->st_nlink == 0)
		return g_strdup("");
	path[length] = '\0';
	word = text_shell_word_to_copy(path);
	if (!word)
		return g_strdup("");
	if (!second)
		return g_strdup_printf("; to trust it%s: %s %s", who, first, word);
	return g_strdup_printf(
		"; to trust it%s: %s %s && %s %s", who, first, word, second, word);
}

static char *distrust_owner(int fd, const struct stat *st, const FileCaller *caller)
{
	g_autofree char *owner = name_user(st->st_uid);
	g_autofree char *self = name_user(caller->uid);
	g_autofree char *help = remedy(fd, st, takes_root(caller, st), "chown root",
		can_others_write(st) ? "chmod go-w" : NULL);

	if (caller->uid == 0)
		return g_strdup_printf("belongs to %s, not to root%s", owner, help);
	return g_strdup_printf(
		"belongs to %s, neither to root nor to %s%s", owner, self, help);
}

static char *distrust_mode(int fd, const struct stat *st, const FileCaller *caller)
{
	g_autofree char *help =
		remedy(fd, st, takes_root(caller, st), "chmod go-w", NULL);
	g_autofree char *group = name_group(st->st_gid);

	if (st->st_mode & S_IWOTH)
		return g_strdup_printf("can be written by everyone (mode %04o)%s",
			st->st_mode & 07777, help);
	return g_strdup_printf("can be written by group %s (mode %04o)%s", group,
		st->st_mode & 07777, help);
}

char *file_distrust(int fd, const struct stat *st, FileCaller *caller, GError **error)
{
	bool own, private_group;

	if (st->st_uid != 0 && !file_nameless(caller, error))
		return g_strdup("belongs to an unknown user");
	own = is_own(fd, st, caller);
	private_group = own && caller->uid != 0 && st->st_gid == caller->gid;
	if (!own && is_nameless(st, caller)) {
		char *reason = distrust_nameless(fd, st, caller, error);

		if (reason)
			return reason;
	} else if (!own && (caller->uid == 0 || st->st_uid != 0)) {
		return distrust_owner(fd, st, caller);
	}
	if (st->st_mode & S_IWOTH || (st->st_mode & S_IWGRP && !private_group))
		return distrust_mode(fd, st, caller);
	return NULL;
}

/* Asked for its capabilities, a directory has none. Returns: whether the call by itself
 * is refused, for any file. */
static bool is_asking_refused(int errnum)
{
	return getxattr("/", "security.capability", NULL, 0) < 0 && errno == errnum;
}

char *file_distrust_program(
	int fd, const struct stat *st, FileCaller *caller, GError **error)
{
	char *reason = file_distrust(fd, st, caller, error);
	FdPath path;
	int errnum;

	if (reason)
		return reason;
	if (st->st_mode & (S_ISUID | S_ISGID)) {
		g_autofree char *help =
			remedy(fd, st, takes_root(caller, st), "chmod ug-s", NULL);

		return g_strdup_printf("is %s (mode %04o)%s",
			st->st_mode & S_ISUID ? "setuid" : "setgid", st->st_mode & 07777,
			help);
	}
	/* EOVERFLOW: they are for root of another user namespace than this one. */
	if (getxattr(fd_path(fd, path), "security.capability", NULL, 0) >= 0 ||
		errno == EOVERFLOW) {
		g_autofree char *help =
			remedy(fd, st, caller->uid != 0, "setcap -r", NULL);

		return g_strdup_printf("has file capabilities%s", help);
	}
	errnum = errno;
	/* ENOTSUP: a file system without them. Anything else leaves the question open. */
	if (errnum == ENODATA || errnum == ENOTSUP)
		return NULL;
	if (is_asking_refused(errnum))
		lack_set_error(error, errnum, "cannot ask for file capabilities");
	else
		file_blame_us(errnum, "file capabilities", error);
	return g_strdup_printf("may have file capabilities, which could not be read: %s",
		g_strerror(errnum));
}

const char *file_type_name(mode_t mode)
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

/* Opens it through /proc; where that is not mounted, by its path, if the same file is
 * still there. */
int file_reopen(int found, const struct stat *st, int dir_fd, const char *path)
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
 * First the file is opened with O_PATH only: that opens no device and no FIFO, so looking
 * has no effects. The file that was looked at is then opened through its descriptor,
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
			"%s, not a regular file", file_type_name(st.st_mode));
		return -1;
	}
	fd = file_reopen(found, &st, dir_fd, path);
	if (fd < 0) {
		set_errno_error(error, errno);
		return -1;
	}
	*ret_st = st;
	return steal_fd(&fd);
}

/* A read that ends exactly at the size that was seen has met the end: one byte more was
 * asked for. Any other end shows in a read of nothing. */
char *file_read_bounded(
	int fd, off_t size, size_t max, size_t *ret_length, GError **error)
{
	const size_t expected = size > 0 && (size_t)size <= max ? (size_t)size : 0;
	size_t length = 0, room = expected ? expected + 1 : (size_t)16 * 1024;
	g_autofree char *content = g_malloc(room + 1);
	ssize_t count;

	do {
		if (length == room) {
			room *= 2;
			content = g_realloc(content, room + 1);
		}
		count = read(fd, content + length, room - length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0) {
			set_errno_error(error, errno);
			return NULL;
		}
		length += (size_t)count;
		if (length > max) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC,
				"larger than %zu bytes", max);
			return NULL;
		}
	} while (count != 0 && !(expected && length == expected));
	content[length] = '\0';
	*ret_length = length;
	return g_steal_pointer(&content);
}

char *file_read_kernels(const char *path)
{
	autofd fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t length;

	return fd < 0 ? NULL
		      : file_read_bounded(fd, 0, (size_t)64 * 1024 * 1024, &length, NULL);
}
