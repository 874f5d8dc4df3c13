// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which directories are homes, or belong to everybody: of these only what is needed is
 * shown.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/* What is known of this host. Where it may be NULL, directories are judged by their names
 * only. */
typedef struct Homes Homes;

/* @home: the caller's home directory, or NULL. Returns: (transfer full): to be freed by
 * homes_free(). */
Homes *homes_new(const char *home);
void homes_free(Homes *homes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Homes, homes_free)

/* Returns: 0; or the errno value of a shortage, because of which an answer that was given
 * may have left something out. */
int homes_shortage(const Homes *homes);

/* Returns: (transfer none) (nullable): the caller's home as a real path, so that it can
 * be compared with programs' real paths. */
const char *homes_own(const Homes *homes);

/* Returns: (transfer none): the links by which the caller names it, as links_add() has
 * them. */
const GPtrArray *homes_own_links(Homes *homes);

/* Whether @directory, a real path, is never to be shown whole, but only what is needed of
 * it. @homes: (nullable) */
bool homes_is_never_whole(Homes *homes, const char *directory);

/* Likewise, as far as its name says, and where the names of such directories lead. */
bool homes_is_shared(Homes *homes, const char *directory);

/* Whether the directory @fd holds what shows that it is somebody's home. No other mount
 * is looked at. */
bool homes_has_marks(int fd);

/* Whether @directory, a real path, is somebody's home by its name; or @path is one, or
 * lies in one. @homes: (nullable) */
bool homes_is_one(Homes *homes, const char *directory);
bool homes_is_in_one(Homes *homes, const char *path);
