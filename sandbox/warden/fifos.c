// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A FIFO can be written to through a read-only mount, and reading from it takes data from
 * its rightful reader; no flag of a mount prevents that. So this file looks for FIFOs in
 * the directories that are shown for the sake of one program, and jail.c covers them.
 *
 * A directory's own FIFOs come first, then what is below: where a bound is reached, those
 * near the program are covered. Files beyond it are shown as they are, since a healthy
 * program with a large directory is not to be refused; SECURITY.md says so. A link is
 * never followed, nor a mount crossed: one may wait for a server that does not answer.
 */
#include "sandbox/warden/fifos.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/protocol.h"
#include "sandbox/warden/entries.h"

#define LOOKED_MAX 16384 /* entries of all trees together: some milliseconds */
#define DEPTH_MAX  16

/* Where the walk is now. */
typedef struct {
	Fifos *fifos;
	char path[PATH_MAX];
} Walk;

/* Some file systems do not say it in their directories. */
static unsigned char type_of(DIR *directory, const struct dirent *entry)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN)
		return entry->d_type;
	if (fstatat(dirfd(directory), entry->d_name, &st,
		    AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return DT_UNKNOWN;
	return (unsigned char)IFTODT(st.st_mode);
}

/* The path of @name, in @walk until it is shortened again. Returns: whether it fits. */
static bool extend(Walk *walk, size_t length, const char *name)
{
	int n = snprintf(walk->path + length, sizeof walk->path - length, "/%s", name);

	return n > 0 && (size_t)n < sizeof walk->path - length;
}

static void note_fifo(const Walk *walk)
{
	Fifos *fifos = walk->fifos;
	size_t size = strlen(walk->path) + 1;

	if (size > sizeof fifos->paths - fifos->length)
		return;
	memcpy(fifos->paths + fifos->length, walk->path, size);
	fifos->length += (unsigned)size;
}

/* Opens a directory for reading, in @parent or, where that is "", itself. */
static int open_directory(int parent, const char *name, DIR **ret_directory)
{
	struct open_how how = {
		.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH,
	};
	autofd fd = (int)syscall(SYS_openat2, parent, name, &how, sizeof how);

	*ret_directory = fd < 0 ? NULL : fdopendir(fd);
	if (!*ret_directory)
		return blame_is_shortage(errno) ? errno : 0;
	steal_fd(&fd);
	return 0;
}

static int walk_directory(Walk *walk, int parent, const char *name, unsigned depth);

/* Either notes the FIFOs of @directory, or walks what is below it. */
static int look(Walk *walk, DIR *directory, bool below, unsigned depth)
{
	size_t length = strlen(walk->path);
	const struct dirent *entry;
	int r = 0;

	while (!r && walk->fifos->looked < LOOKED_MAX && (entry = readdir(directory))) {
		unsigned char type = type_of(directory, entry);

		walk->fifos->looked += !below;
		if (is_dot(entry->d_name) || type != (below ? DT_DIR : DT_FIFO) ||
			!extend(walk, length, entry->d_name))
			continue;
		if (below)
			r = walk_directory(
				walk, dirfd(directory), entry->d_name, depth + 1);
		else
			note_fifo(walk);
		walk->path[length] = '\0';
	}
	return r;
}

static int walk_directory(Walk *walk, int parent, const char *name, unsigned depth)
{
	DIR *directory;
	int r = open_directory(parent, name, &directory);

	if (!directory)
		return r;
	r = look(walk, directory, false, depth);
	if (!r && depth < DEPTH_MAX) {
		rewinddir(directory);
		r = look(walk, directory, true, depth);
	}
	closedir(directory);
	return r;
}

int fifos_find(Fifos *fifos, int tree, const char *path)
{
	Walk walk = {.fifos = fifos};

	if (snprintf(walk.path, sizeof walk.path, "%s", path) >= (int)sizeof walk.path)
		return 0;
	return walk_directory(&walk, tree, ".", 0);
}
