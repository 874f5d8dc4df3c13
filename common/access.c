// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a file's mode allows to an id, or to everybody.
 */
#include "common/access.h"

#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "common/autofd.h"

AccessClass access_class(const struct stat *st, const AccessId *id)
{
	if (st->st_uid == id->uid)
		return ACCESS_OWNER;
	if (st->st_gid == id->gid)
		return ACCESS_GROUP;
	for (size_t i = 0; i < id->n_groups; i++)
		if (st->st_gid == id->groups[i])
			return ACCESS_GROUP;
	return ACCESS_OTHERS;
}

bool access_allows(const struct stat *st, const AccessId *id, unsigned wanted)
{
	static const unsigned shifts[] = {
		[ACCESS_OWNER] = 6, [ACCESS_GROUP] = 3, [ACCESS_OTHERS] = 0};

	return !(wanted & ~(st->st_mode >> shifts[access_class(st, id)]));
}

#define LIST "system.posix_acl_access"

bool access_has_list(const char *path)
{
	ssize_t length = getxattr(path, LIST, NULL, 0);

	return length > 0 || (length < 0 && errno != ENODATA && errno != EOPNOTSUPP);
}

/* ---- lists ---- */

/* As the kernel writes it, in little-endian order. */
typedef struct {
	uint32_t version;
	struct {
		uint16_t tag, allowed;
		uint32_t id;
	} entries[64];
} List;

#define LIST_VERSION     2
#define TAG_USER         0x02
#define TAG_GROUP_OBJECT 0x04
#define TAG_GROUP        0x08

static bool has_group(const AccessId *id, gid_t gid)
{
	bool has = id->gid == gid;

	for (size_t i = 0; !has && i < id->n_groups; i++)
		has = id->groups[i] == gid;
	return has;
}

/* The owner and others have what the mode says. In between, one user counts before all
 * groups, of which one has to allow everything that is @wanted. */
static bool list_allows(const List *list, size_t n, const struct stat *st,
	const AccessId *id, unsigned wanted)
{
	/* The mode has the list's mask in the place of the group. */
	unsigned mask = st->st_mode >> 3 & 7;
	bool in_group = false, allows = false;

	if (id->uid == st->st_uid)
		return access_allows(st, id, wanted);
	for (size_t i = 0; i < n; i++) {
		unsigned tag = le16toh(list->entries[i].tag);
		unsigned allowed = le16toh(list->entries[i].allowed) & mask;
		uint32_t named = le32toh(list->entries[i].id);

		if (tag == TAG_USER && named == id->uid)
			return !(wanted & ~allowed);
		if ((tag == TAG_GROUP && has_group(id, named)) ||
			(tag == TAG_GROUP_OBJECT && has_group(id, st->st_gid))) {
			in_group = true;
			allows = allows || !(wanted & ~allowed);
		}
	}
	return in_group ? allows : !(wanted & ~st->st_mode);
}

bool access_allows_at(
	const char *path, const struct stat *st, const AccessId *id, unsigned wanted)
{
	List list;
	ssize_t n;

	/* Nor does the kernel look at a list whose mask is empty. */
	if (!(st->st_mode & S_IRWXG))
		return access_allows(st, id, wanted);
	n = getxattr(path, LIST, &list, sizeof list);
	/* Where it cannot be read, or is too long to be, it is closed. */
	if (n < 0)
		return (errno == ENODATA || errno == EOPNOTSUPP) &&
		       access_allows(st, id, wanted);
	if ((size_t)n < sizeof list.version || le32toh(list.version) != LIST_VERSION)
		return false;
	return list_allows(&list,
		((size_t)n - sizeof list.version) / sizeof *list.entries, st, id, wanted);
}

/* Executed, or searched. */
static bool is_open_to_all(const char *path)
{
	const mode_t all = S_IXUSR | S_IXGRP | S_IXOTH;
	struct stat st;

	return lstat(path, &st) == 0 && (st.st_mode & all) == all &&
	       !access_has_list(path);
}

bool access_is_for_all(const char *real_path)
{
	char path[PATH_MAX];
	size_t length = strlen(real_path);

	if (length >= sizeof path || !is_open_to_all("/"))
		return false;
	memcpy(path, real_path, length + 1);
	for (char *end = path + 1; (end = strchr(end, '/')); end++) {
		*end = '\0';
		if (!is_open_to_all(path))
			return false;
		*end = '/';
	}
	return is_open_to_all(path);
}

bool access_is_readable_for_all(const char *real_path)
{
	const mode_t all = S_IRUSR | S_IRGRP | S_IROTH;
	struct stat st;

	return lstat(real_path, &st) == 0 && (st.st_mode & all) == all &&
	       (S_ISDIR(st.st_mode) ? is_open_to_all(real_path)
				    : !access_has_list(real_path));
}

bool access_is_way_for_all(const char *path)
{
	char directory[PATH_MAX], real_path[PATH_MAX];
	size_t length = strlen(path);

	if (length >= sizeof directory)
		return false;
	memcpy(directory, path, length + 1);
	for (char *end = directory + 1; (end = strchr(end, '/')); end++) {
		*end = '\0';
		if (!realpath(directory, real_path) || !access_is_for_all(real_path))
			return false;
		*end = '/';
	}
	return true;
}

/* ---- a whole tree ---- */

#define TREE_MAX 1024 /* entries */

static bool is_entry_for_all(int dir_fd, const char *name, unsigned *n_left);

/* Consumes @fd. Returns: whether all that is in this directory is for all, and
 * all of it could be looked at. */
static bool is_content_for_all(int fd, unsigned *n_left)
{
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);
	bool is_for_all = directory != NULL;

	if (!directory)
		close_fd(&fd);
	while (is_for_all) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(directory);
		if (!entry) {
			is_for_all = errno == 0;
			break;
		}
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			is_for_all = is_entry_for_all(fd, entry->d_name, n_left);
	}
	if (directory)
		closedir(directory);
	return is_for_all;
}

/* Links and devices do not count: what they lead to is shown for a reason of its own, or
 * not at all. */
static bool is_entry_for_all(int dir_fd, const char *name, unsigned *n_left)
{
	autofd found = openat(dir_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	char path[sizeof "/proc/self/fd/" + 3 * sizeof(int)];
	struct stat st;
	mode_t wanted;

	if (!*n_left || found < 0 || fstat(found, &st) < 0)
		return false;
	--*n_left;
	if (S_ISLNK(st.st_mode) || S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
		return true;
	wanted = S_ISDIR(st.st_mode) ? 0555 : 0444;
	snprintf(path, sizeof path, "/proc/self/fd/%d", found);
	if (st.st_uid != 0 || (st.st_mode & wanted) != wanted || access_has_list(path))
		return false;
	if (!S_ISDIR(st.st_mode))
		return true;
	if (st.st_mode & (S_IWGRP | S_IWOTH))
		return false;
	return is_content_for_all(
		openat(found, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), n_left);
}

bool access_is_tree_for_all(const char *real_path)
{
	unsigned n_left = TREE_MAX;

	return is_entry_for_all(AT_FDCWD, real_path, &n_left);
}
