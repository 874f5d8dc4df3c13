// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where a path leads, and whether somebody else decides that.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <glib.h>

#include "common/file.h"

typedef struct {
	char *real_path; /* NULL: see below */
	/* Where the way goes through a directory in which others can put something in
	 * the place of the next step: which one, and why, for people. */
	char *distrust;
	/* Otherwise: why it leads nowhere. */
	int errnum;
} Way;

/*
 * way_is_step_ours:
 * @path: of a directory, real
 * @dir: the same
 * @below: what a name in it is
 *
 * Returns: whether nobody but root and the caller can put something else in the place of
 * @below. This is stricter than way_follow(), for what is executed at once: a group that
 * may write has to be the caller's private one, by its number; and an owner without an id
 * counts as root only in / and in the system's trees of @caller. A list of those that may
 * write shows among the rights of the group.
 */
bool way_is_step_ours(const char *path, const struct stat *dir, const struct stat *below,
	FileCaller *caller);

void way_clear(Way *way);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

/*
 * way_follow:
 * @path: absolute
 * @caller: who is going to rely on it; the system's trees are of no importance here
 * @error: G_FILE_ERROR: descriptors or memory are lacking
 *
 * Follows @path step by step, links included. Each directory in which a name is looked up
 * has to belong to root or to the caller (if root calls: to root), and nobody else may be
 * able to write it; but in a sticky directory, as /tmp is, the entry counts instead. The
 * file at the end may be anybody's.
 *
 * Nobody knows who an owner without an id is. Where root has no id either, such owners
 * count as root.
 *
 * Returns: whether @ret_way says what is there.
 */
bool way_follow(const char *path, FileCaller *caller, Way *ret_way, GError **error);
