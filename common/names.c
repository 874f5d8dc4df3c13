// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of users and groups, from the files of this system. An id comes in, words for it
 * come out; whatever keeps a file from being read, the id alone is the answer.
 */
#include "common/names.h"

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/file.h"

/* Of one line; a group with more members than fit ends the search. */
#define LINE_MAX_BYTES (16 * 1024)

/* Returns: (nullable): @path, opened for reading if it is a regular file. */
static FILE *open_file(const char *path)
{
	struct stat st;
	autofd fd = file_open_regular(AT_FDCWD, path, &st, NULL);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (file)
		steal_fd(&fd);
	return file;
}

char *name_user(uid_t uid)
{
	FILE *file = open_file("/etc/passwd");
	char line[LINE_MAX_BYTES];
	struct passwd entry, *found = NULL;
	char *name;

	while (file && fgetpwent_r(file, &entry, line, sizeof line, &found) == 0 &&
		found->pw_uid != uid)
		found = NULL;
	name = found ? g_strdup_printf("%s (%u)", found->pw_name, uid)
		     : g_strdup_printf("uid %u", uid);
	if (file)
		fclose(file);
	return name;
}

char *name_group(gid_t gid)
{
	FILE *file = open_file("/etc/group");
	char line[LINE_MAX_BYTES];
	struct group entry, *found = NULL;
	char *name;

	while (file && fgetgrent_r(file, &entry, line, sizeof line, &found) == 0 &&
		found->gr_gid != gid)
		found = NULL;
	name = found ? g_strdup_printf("%s (%u)", found->gr_name, gid)
		     : g_strdup_printf("%u", gid);
	if (file)
		fclose(file);
	return name;
}

char *name_owners(const struct stat *st)
{
	g_autofree char *user = name_user(st->st_uid), *group = name_group(st->st_gid);

	return g_strdup_printf(
		"owned by %s, group %s, mode %04o", user, group, st->st_mode & 07777);
}
