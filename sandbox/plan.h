// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a room shows beside the system's directories. It depends on one program only: what
 * that program sees never depends on which others are asked for.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/homes.h"

/* A plan, and what the running call still has for it (queue.c, run.c). */
typedef struct {
	GString *text;       /* as the warden takes it */
	size_t n_waiting;    /* programs that wait for a room of it */
	unsigned n_refusals; /* its rooms in a row that were less than is wanted */
	bool refused;        /* no more are tried */
} Plan;

/*
 * plan_common:
 * @expose: (array zero-terminated=1) (nullable): real paths, or entries (see
 * plan_entry_path())
 * @links: (array zero-terminated=1) (nullable): by which these are named
 * @ret_shortage: (nullable): 0; or the errno value of one, because of which some links
 * may be missing
 *
 * Returns: (transfer full): entries, of char *: what every program sees, whichever it is:
 * @expose and @links; the links in the root directory, and others that lead to the
 * system's own files; and the targets of those of the system's paths that are links
 * (/usr/local and /opt of an image-based system), if they are root's, writable by nobody
 * else, and nothing that is never shown whole. To be freed by g_ptr_array_unref().
 */
GPtrArray *plan_common(
	const char *const *expose, const char *const *links, int *ret_shortage);

/* Whether a plan with @common is within what the warden takes. */
bool plan_fits(const GPtrArray *common);

/* Whether @path lies in what one of the system's paths leads to, of @common. */
bool plan_has_linked_tree(const GPtrArray *common, const char *path);

/* Whether everybody may reach all that the system's paths lead to, of @common, and all of
 * its links. */
bool plan_trees_are_for_all(const GPtrArray *common);

/* Returns: (transfer full) (nullable): PREFIX of PREFIX/bin, PREFIX/lib/name ... */
char *plan_find_prefix(const char *directory);

/* Whether @directory is called bin, lib or the like, as those of a prefix that are
 * shown. */
bool plan_is_of_programs(const char *directory);

/* Adds those of @prefix that are shown to a program at @real_path; or those of these
 * @names: directories, on whose way there is no link, of root's or the program's owner.
 * @links: (nullable): of links_new(); those of directories that have some are added. */
void plan_add_prefix(
	GPtrArray *paths, GPtrArray *links, const char *prefix, const char *real_path);
void plan_add_parts(GPtrArray *paths, const char *prefix, const char *const *names,
	const char *real_path);

/* The program that a plan is for. */
typedef struct {
	const char *real_path; /* of the program */
	/* (element-type utf8) (nullable): links through which it is called, each a real
	 * path except for itself. */
	const GPtrArray *links;
	Homes *homes;
	bool as_nobody; /* it is root's, and runs as nobody */
} PlanFor;

/* For which programs a plan is the same. */
typedef enum {
	PLAN_OF_DIRECTORY, /* all that lie in the same directory */
	PLAN_OF_OWNER,     /* those of the same owner among them */
	PLAN_OF_FILE,      /* no other: in its directory it sees only itself */
} PlanScope;

/*
 * plan_text:
 * @common: of plan_common()
 * @program: NULL: no program in particular
 * @ret_scope: (nullable)
 *
 * Besides @common, nothing where the program lies in the system's directories; otherwise
 *  - the directory that it lies in, for its siblings and private libraries; but of a
 *    directory that belongs to everybody (/tmp, a home, /etc ...), or that nobody may
 *    search where it runs as nobody, itself only;
 *  - of the prefix that it was installed to, if it was: the directories of programs and
 *    libraries, and the mark of a Python environment, as far as they are root's or the
 *    owner's of the program; of those that are links, the link only;
 *  - links by which it is called; and if it lies in the caller's home, those by which the
 *    caller names that.
 *
 * Returns: (transfer full): each entry with its NUL, in order, parents before children,
 * devices and links last, without the empty one that ends the list, which is the string's
 * own NUL.
 */
GString *plan_text(const GPtrArray *common, const PlanFor *program, PlanScope *ret_scope);

/* Whether the program of @plan, of plan_text(), finds @path, a real path or a link, or
 * finds a part of what lies there. */
bool plan_shows(const GString *plan, const char *path);

/* Whether anything that it finds lies at @path or below. */
bool plan_is_on_way(const GString *plan, const char *path);

/* Whether @path lies in or above what @plan has beside the system's paths. */
bool plan_leads_to(const GString *plan, const char *path);
