// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Links by which programs find what they are shown: where a path leads outside, it is to
 * lead inside.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/walk.h"

/* About the most that every program finds. */
#define LINKS_OF_SYSTEM 64

/* Returns: (transfer full): for links, of char *, each by the real path of its directory
 * and its own name. To be freed by g_ptr_array_unref(). */
GPtrArray *links_new(void);

/*
 * links_add:
 * @links: of links_new()
 * @path: absolute
 *
 * Adds each link on the way to @path, in order, as far as nobody but root and the caller
 * can change that way, and no file system has to be asked that may never answer.
 *
 * Returns: 0, or the errno value of a shortage, because of which some may be missing.
 */
int links_add(GPtrArray *links, const char *path);

/* Likewise the links of a way that was walked already. */
void links_add_of(GPtrArray *links, const Walked *way);

/* Likewise those that every program finds: the links in the root directory, except the
 * system's trees, and others by which the system's programs find each other. */
int links_add_systems(GPtrArray *links);

/* Adds the paths of the links in the root directory, sorted. Nothing else there is looked
 * at: it may be a mount that does not answer. Returns: 0 or a shortage. */
int links_find_of_root(GPtrArray *paths);

/* Whether a link in the root directory leads to a directory of /usr, as its text @target
 * says: the common case, in which nothing else is on the way. */
bool links_lead_into_usr(const char *target);
