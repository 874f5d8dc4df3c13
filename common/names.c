// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of users and groups, from the files of this system. An id comes in, words for it
 * come out; if a file cannot be read for any reason, the answer is just the id.
 */
#include "common/names.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/file.h"

/* The length of one line. A longer one, such as a group's with many members, counts as a
 * line without an id. */
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

/* Returns: (transfer full) (nullable): the name for this id in @path, a file of lines
 * NAME:PASSWORD:ID:... */
static char *find_name(const char *path, unsigned id)
{
	char line[LINE_MAX_BYTES], *name = NULL;
	FILE *file = open_file(path);

	while (file && !name && fgets(line, sizeof line, file)) {
		g_auto(GStrv) fields = g_strsplit(line, ":", 4);
		guint64 found;

		if (g_strv_length(fields) == 4 && *fields[0] &&
			g_ascii_string_to_unsigned(
				fields[2], 10, 0, G_MAXUINT32, &found, NULL) &&
			found == id)
			name = g_strdup(fields[0]);
	}
	if (file)
		fclose(file);
	return name;
}

char *name_user(uid_t uid)
{
	g_autofree char *name = find_name("/etc/passwd", uid);

	return name ? g_strdup_printf("%s (%u)", name, uid)
		    : g_strdup_printf("uid %u", uid);
}

char *name_group(gid_t gid)
{
	g_autofree char *name = find_name("/etc/group", gid);

	return name ? g_strdup_printf("%s (%u)", name, gid) : g_strdup_printf("%u", gid);
}

char *name_owners(const struct stat *st)
{
	g_autofree char *user = name_user(st->st_uid), *group = name_group(st->st_gid);

	return g_strdup_printf(
		"owned by %s, group %s, mode %04o", user, group, st->st_mode & 07777);
}
