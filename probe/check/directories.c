// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The directories on the way to manifests and programs. No verdict depends on them, since
 * distributions differ (Debian's /usr/local belongs to a group); but whoever can write
 * there can replace what was checked.
 */
#include "probe/check/stages.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"

/* In a sticky directory nobody can replace what belongs to somebody else. */
static char *distrust(const char *dir, FileCaller *caller, GError **error)
{
	autofd fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return NULL;
	if (st.st_mode & S_ISVTX)
		st.st_mode &= ~(mode_t)(S_IWGRP | S_IWOTH);
	return file_distrust(fd, &st, caller, error);
}

/* From the one that @path lies in up to the root. */
static bool check_way(VpCheck *check, const char *path, GHashTable *seen,
	FileCaller *caller, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(path);
	char *dir, *end;

	if (!sandbox_reach_now(check->reach, path))
		return true;
	dir = realpath(parent, NULL);

	for (; dir && *dir && g_hash_table_add(seen, g_strdup(dir)); *end = '\0') {
		GError *lack = NULL;
		g_autofree char *reason = distrust(dir, caller, &lack);

		if (lack) {
			g_propagate_error(error, lack);
			free(dir);
			return false;
		}
		if (reason)
			finding_add_directory(check, VP_DEFECT_WRITABLE_DIRECTORY, dir,
				"%s: files in it can be replaced", reason);
		end = strrchr(dir, '/');
	}
	free(dir);
	return true;
}

bool check_directories(VpCheck *check, FileCaller *caller, GError **error)
{
	const VpResult *result = check->result;
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];

		if (dir->error)
			finding_add_directory(check, VP_DEFECT_UNREADABLE_DIRECTORY,
				dir->dir, "cannot be read: %s", dir->error);
	}
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->manifest &&
			!check_way(check, candidate->manifest, seen, caller, error))
			return false;
		if (candidate->real_path &&
			!check_way(check, candidate->real_path, seen, caller, error))
			return false;
	}
	return true;
}
