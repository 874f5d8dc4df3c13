// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The mounts of this process, and which of them answer by themselves. Nothing here asks a
 * file system, or waits for one.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/* One of them, as far as it is of interest. */
typedef struct {
	int id, parent;
	char *point, *type;
} Mount;

/* Whether file systems of @type (as in /proc/mounts) answer by themselves. */
bool mounts_is_local_type(const char *type);

/* Returns: (transfer full): of Mount *: all. To be freed by g_ptr_array_unref(). */
GPtrArray *mounts_list(void);

/* Returns: the id of the mount that @fd is of; or -1. */
int mounts_find_id(int fd);

/* Returns: (transfer none) (nullable): the one with this id, of mounts_list(). */
const Mount *mounts_find(const GPtrArray *list, int id);

/* Returns: (transfer none) (nullable): likewise what is mounted at @path, which lies on
 * the mount @parent. */
const Mount *mounts_find_on(const GPtrArray *list, int parent, const char *path);

/*
 * mounts_are_local:
 * @path: absolute
 *
 * Without the list of all mounts.
 *
 * Returns: whether the kernel knows the way to @path, which leads through no link and, up
 * to the root, through mounts of mounts_is_local_type() only. FALSE where the kernel does
 * not say so (before Linux 6.12): the list does.
 */
bool mounts_are_local(const char *path);
