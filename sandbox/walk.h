// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where a path leads, which may be a hostile program's choice.
 */
#pragma once

#include <stdbool.h>
#include <sys/stat.h>
#include <glib.h>

#include "common/file.h"
#include "sandbox/homes.h"

/* On whose behalf the walk looks, and how many steps are left. */
typedef struct {
	FileCaller *caller;   /* or NULL; see walker_begin_for() */
	Homes *homes;         /* as in PlanFor */
	bool as_nobody;       /* likewise */
	const GString *shown; /* (nullable): a plan of a private root, in which the
				 directories above what it shows are open */
	bool all_open;        /* no directory on the way is closed */
	bool far;             /* every file system is entered: those on the way have
				 answered already */
	unsigned steps;       /* that are left, of all that may be made */
	GPtrArray *mounts;    /* of this process, once they were asked for */
	GHashTable *ours;     /* or NULL: directories, see execution.c */
} Walker;

/* Returns: for a program of this kind. It takes a bounded number of steps, whatever it is
 * asked for. */
Walker walker_begin(Homes *homes, bool as_nobody);
/* Returns: likewise, but to see who can change where a path leads: @caller (kept) and
 * root, or somebody else; there it ends. Homes are not looked for. */
Walker walker_begin_for(FileCaller *caller);
void walker_clear(Walker *walker);

/* From now on it may take as many steps as at first. */
void walker_renew(Walker *walker);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walker, walker_clear)

/* A link on the way, or what lies at its end. */
typedef struct {
	char *path;      /* real, except that a link is not followed */
	char *directory; /* that it lies in; or itself, if it is one */
	bool in_home;    /* it lies in somebody's home, as far as the walk has seen */
	bool shared;     /* the directory is never to be shown whole */
} Place;

typedef struct {
	GPtrArray *links; /* of Place: those that led there, in order */
	Place end;
	mode_t type;        /* of the file there, as S_IFMT has it */
	bool for_all;       /* everybody may write to it */
	bool usable;        /* the program's id may read it, or search it */
	char *foreign_type; /* nothing was looked at beyond: it is of this file system,
			       mounted on @end.directory, and no more than that, @links
			       and @end.path are known */
	bool absent;        /* nothing was found because nothing is there */
	int shortage;       /* or because of this: an errno value */
	char *closed;       /* nothing was looked at beyond this directory, which the
			       program's id may not search; @end.path is where the way
			       would go on, whether or not anything is there */
	struct stat st;     /* of the end, or of that directory; not with @caller */
	bool has_list;      /* likewise: it has an access control list */
	char *noexec_at;    /* of a file: where its file system is mounted, if nothing on
			       it can be executed */
} Walked;

void walked_clear(Walked *way);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walked, walked_clear)

/*
 * walk:
 * @path: absolute
 * @ret_way: to be cleared by walked_clear(), whatever is returned
 *
 * Returns: whether anything was found: what is there, or where it cannot be looked at.
 */
bool walk(Walker *walker, const char *path, Walked *ret_way);

/* Returns: (transfer none): of mounts_list(), read once. */
const GPtrArray *walker_mounts(Walker *walker);
