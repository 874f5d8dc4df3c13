// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a file's mode allows to an id that is not this process' own, and has no
 * capability; or to everybody.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Of a mode, as each of its three classes has them. */
#define ACCESS_EXECUTE 1u /* of a directory: search */
#define ACCESS_READ    4u

typedef struct {
	uid_t uid;
	gid_t gid;
	const gid_t *groups; /* (array length=n_groups): supplementary ones */
	size_t n_groups;
} AccessId;

/* The class that counts for somebody: the first that fits, whatever the others allow. */
typedef enum {
	ACCESS_OWNER,
	ACCESS_GROUP,
	ACCESS_OTHERS,
} AccessClass;

AccessClass access_class(const struct stat *st, const AccessId *id);

/* An access control list may say otherwise. */
bool access_allows(const struct stat *st, const AccessId *id, unsigned wanted);

/* Likewise of the file at @path, whose state is @st: with its access control list. */
bool access_allows_at(
	const char *path, const struct stat *st, const AccessId *id, unsigned wanted);

/* Whether there is such a list, as far as anybody knows. */
bool access_has_list(const char *path);

/*
 * access_is_for_all:
 * @real_path: absolute, without links
 *
 * Returns: whether everybody may reach this file and execute it. Where there is an access
 * control list, nobody knows whom it admits: FALSE.
 */
bool access_is_for_all(const char *real_path);

/* Returns: whether everybody may read the file at @real_path, or list and search the
 * directory, once there. */
bool access_is_readable_for_all(const char *real_path);

/* Returns: whether everybody may search each of the directories that @path, an absolute
 * one, goes through, wherever links lead. */
bool access_is_way_for_all(const char *path);

/*
 * access_is_tree_for_all:
 * @real_path: of a file or directory, once there
 *
 * Returns: whether everybody may read it and all that lies below it, and only root can
 * change that; devices and the targets of links are not looked at. FALSE where there is
 * too much to look at: more than 1,024 entries.
 */
bool access_is_tree_for_all(const char *real_path);
