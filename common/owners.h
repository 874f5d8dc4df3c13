// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Owners of files that have no id in this user namespace.
 *
 * A namespace gives names to some of the kernel's ids. Files of all others show one and
 * the same owner, the overflow id (65534 in general): root's as well as any stranger's.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <glib.h>

typedef struct {
	/* The owner that a file shows if its real one has no id here. 0: every owner has
	 * one. */
	uid_t shown;
	/* It is also an id of this namespace's own: the owner of a file that shows it is
	 * uncertain. */
	bool is_somebody;
	/* Root of the machine is among those without an id. */
	bool has_root;
	/* There is one id here at most. */
	bool leaves_one;
} NamelessOwners;

/*
 * owners_parse:
 * @uid_map: the content of /proc/self/uid_map
 * @overflow: the overflow id
 * @root: what the files of the machine's root show
 */
NamelessOwners owners_parse(const char *uid_map, uid_t overflow, uid_t root);

/* Of this process' user namespace. All zero where /proc does not say. Returns: FALSE with
 * @error, of G_FILE_ERROR, if descriptors or memory are lacking to find it out. */
bool owners_look(NamelessOwners *ret_nameless, GError **error);
