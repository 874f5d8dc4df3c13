// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Follows a path that may be a hostile program's choice, through directories that may be
 * a hostile user's. Looking must have no effect, and must not hang. So the way is walked
 * step by step: no mount is entered whose file system is not known to answer by itself,
 * which leaves out network file systems, FUSE and autofs. Everything is asked of the
 * descriptors on the way, never of a path a second time, which may lead elsewhere by
 * then. The number of steps is bounded, for all paths together.
 *
 * Looking must reveal to nobody what they could not find out themselves: where root's
 * programs run as the user nobody, the way ends at what is closed to that user, by its
 * mode or by an access control list; what the closed directory is, everybody can
 * see, and whether the next name is in it, nobody looks.
 */
#include "sandbox/walk.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/access.h"
#include "common/autofd.h"
#include "common/blame.h"
#include "common/file.h"
#include "common/way.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/root.h"
#include "sandbox/mounts.h"
#include "sandbox/plan.h"

/* Of 64 paths, 16 each. */
#define STEPS_MAX 1024

/* Of a program's own, begun anew for each link. */
#define STEPS_MAX_OF_WAY 256

/* To enter one mount, all of them are looked through. */
#define STEPS_OF_MOUNT 8

/* As many as the kernel follows. */
#define LINKS_MAX 40

Walker walker_begin(Homes *homes, bool as_nobody)
{
	return (Walker){.homes = homes, .as_nobody = as_nobody, .steps = STEPS_MAX};
}

Walker walker_begin_for(FileCaller *caller)
{
	return (Walker){.caller = caller, .steps = STEPS_MAX_OF_WAY};
}

void walker_clear(Walker *walker)
{
	if (walker->mounts)
		g_ptr_array_unref(walker->mounts);
	if (walker->ours)
		g_hash_table_unref(walker->ours);
}

void walker_renew(Walker *walker)
{
	walker->steps = walker->caller ? STEPS_MAX_OF_WAY : STEPS_MAX;
}

/* Returns: whether so many may be made. */
static bool take_steps(Walker *walker, unsigned n)
{
	bool enough = walker->steps >= n;

	walker->steps = enough ? walker->steps - n : 0;
	return enough;
}

static void place_clear(Place *place)
{
	g_free(place->path);
	g_free(place->directory);
}

static void place_free(gpointer place)
{
	place_clear(place);
	g_free(place);
}

void walked_clear(Walked *way)
{
	if (way->links)
		g_ptr_array_unref(way->links);
	place_clear(&way->end);
	g_free(way->foreign_type);
	g_free(way->closed);
	g_free(way->noexec_at);
	*way = (Walked){0};
}

/* ---- mounts ---- */

const GPtrArray *walker_mounts(Walker *walker)
{
	if (!walker->mounts)
		walker->mounts = mounts_list();
	return walker->mounts;
}

/*
 * Opens the root of what is mounted over @name in @at, which is @path then, unless that
 * is of a type that nobody looks at. Mounts may lie on one another: the order of
 * mountinfo does not say which is on top.
 */
static int enter_mount(Walker *walker, int at, const char *name, const char *path,
	char **ret_foreign_type)
{
	int mount = mounts_find_id(at);
	const Mount *found, *top = NULL;
	autofd fd = -1;

	while (mount >= 0 && take_steps(walker, STEPS_OF_MOUNT) &&
		(found = mounts_find_on(walker_mounts(walker), mount, path))) {
		top = found;
		mount = top->id;
	}
	if (!top || !walker->steps)
		return -1;
	if (!walker->far && !mounts_is_local_type(top->type)) {
		*ret_foreign_type = g_strdup(top->type);
		return -1;
	}
	fd = openat(at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	/* Checked before anything is asked of it: another one may have been mounted
	 * meanwhile. */
	return fd >= 0 && mounts_find_id(fd) == top->id ? steal_fd(&fd) : -1;
}

/* Opens @name in @at, which is @path then, without following or waiting for anything. */
static int step(Walker *walker, int at, const char *name, const char *path,
	char **ret_foreign_type)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV,
	};
	int fd = (int)syscall(SYS_openat2, at, name, &how, sizeof how);

	if (fd >= 0 || errno != EXDEV)
		return fd;
	errno = 0;
	fd = enter_mount(walker, at, name, path, ret_foreign_type);
	/* Whatever else has failed: something is there. */
	if (!blame_is_shortage(errno))
		errno = EXDEV;
	return fd;
}

/* ---- what is where the walk has come to ---- */

typedef struct {
	int fd;
	GString *path; /* "" for the root */
	struct stat st;
	bool in_home; /* it is a home, or lies in one */
	bool shared;  /* it is a directory that is never to be shown whole */
	bool by_plan; /* a directory above was closed, and passed because of the plan */
} Here;

/* Returns: whether the program's id may do this with it. */
static bool may(const Walker *walker, const Here *here, unsigned wanted)
{
	const AccessId nobody = {SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", here->fd);

	/* The walk has got here with the caller's own rights. */
	if (walker->caller)
		return true;
	if (!walker->as_nobody)
		return faccessat(AT_FDCWD, path, wanted == ACCESS_READ ? R_OK : X_OK,
			       AT_EACCESS) == 0;
	return access_allows_at(path, &here->st, &nobody, wanted);
}

/* Whether it gets from a directory to what is in it. */
typedef enum {
	PASSES,
	ENDS_CLOSED, /* the program's id may not search it */
	ENDS_HIDDEN, /* a directory above is closed outside, and inside there is nothing
		      */
} Pass;

static Pass pass(const Walker *walker, Here *here, const char *name)
{
	g_autofree char *path = g_strdup_printf("%s/%s", here->path->str, name);
	bool closed = !walker->all_open && !may(walker, here, ACCESS_EXECUTE);

	if (!closed && !here->by_plan)
		return PASSES;
	if (walker->shown && plan_is_on_way(walker->shown, path)) {
		here->by_plan = true;
		return PASSES;
	}
	if (closed)
		return ENDS_CLOSED;
	return plan_shows(walker->shown, path) ? PASSES : ENDS_HIDDEN;
}

/* Root's programs are in the groups of devices, except in root's own. */
static bool may_use(const Walker *walker, const Here *here)
{
	const struct stat *st = &here->st;

	if (walker->as_nobody && S_ISCHR(st->st_mode) && st->st_gid != 0 &&
		(st->st_mode & S_IRGRP))
		return true;
	return may(walker, here, S_ISDIR(st->st_mode) ? ACCESS_EXECUTE : ACCESS_READ);
}

/* Whether somebody else can put something in the place of @below in @here. A list may
 * admit whom the mode does not name. */
static bool is_others(const Walker *walker, const Here *here, const struct stat *below)
{
	g_autofree char *path = NULL;

	if (!way_is_step_ours(here->path->len ? here->path->str : "/", &here->st, below,
		    walker->caller))
		return true;
	if (!(here->st.st_mode & S_IWGRP))
		return false;
	path = g_strdup_printf("/proc/self/fd/%d", here->fd);
	return access_has_list(path);
}

/* Judges the directory that was entered. */
static void judge(const Walker *walker, Here *here)
{
	bool marks = may(walker, here, ACCESS_EXECUTE) && homes_has_marks(here->fd);

	here->in_home =
		here->in_home || marks || homes_is_one(walker->homes, here->path->str);
	here->shared = marks || (here->st.st_mode & S_IWOTH) ||
		       homes_is_shared(walker->homes, here->path->str);
}

/* Returns: what lies there by the name @path, or the directory itself. */
static Place describe(const Here *here, const char *path)
{
	return (Place){
		.path = g_strdup(path),
		.directory = g_strdup(here->path->len ? here->path->str : "/"),
		.in_home = here->in_home,
		.shared = here->shared,
	};
}

/* ---- walking ---- */

/* Returns: (transfer full) (nullable): where the link @fd leads on to, from @directory.
 */
static char *follow(int fd, const char *directory, const char *rest)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(fd, "", target, sizeof target - 1);

	if (n <= 0)
		return NULL;
	target[n] = '\0';
	return *target == '/' ? g_strdup_printf("%s/%s", target, rest)
			      : g_strdup_printf("%s/%s/%s", directory, target, rest);
}

/* Returns: (transfer full): where ".." followed by @rest leads to. */
static char *climb(const Here *here, const char *rest)
{
	g_autofree char *above =
		g_path_get_dirname(here->path->len ? here->path->str : "/");

	return g_strdup_printf("%s/%s", above, rest);
}

/* So that nobody has to ask for it by a path. */
static void hand_out(Walker *walker, const Here *here, Walked *way)
{
	g_autofree char *path = NULL;
	const Mount *mount = NULL;
	struct statvfs fs;

	if (walker->caller)
		return;
	path = g_strdup_printf("/proc/self/fd/%d", here->fd);
	way->st = here->st;
	way->has_list = access_has_list(path);
	if (S_ISREG(here->st.st_mode) && fstatvfs(here->fd, &fs) == 0 &&
		(fs.f_flag & ST_NOEXEC))
		mount = mounts_find(walker_mounts(walker), mounts_find_id(here->fd));
	way->noexec_at = mount ? g_strdup(mount->point) : NULL;
}

/* The way ends here: @name is not looked for. @rest: the path after that */
static void end_closed(
	Walker *walker, const Here *here, const char *name, const char *rest, Walked *way)
{
	way->closed = g_strdup(here->path->len ? here->path->str : "/");
	way->end.path = g_strdup_printf(
		"%s/%s%s%s", here->path->str, name, *rest ? "/" : "", rest);
	hand_out(walker, here, way);
}

/* What comes next on a way: not yet known, or what it has reached. */
typedef enum { GO_ON, FOUND, LOST } Progress;

/* By errno. */
static void note_shortage(Walked *way)
{
	if (blame_is_shortage(errno))
		way->shortage = errno;
}

/* Goes on to @name. @rest: the path after it. @ret_next: as below. */
static Progress advance(Walker *walker, Here *here, const char *name, const char *rest,
	Walked *way, char **ret_next)
{
	g_autofree char *path = g_strdup_printf("%s/%s", here->path->str, name);
	autofd next = step(walker, here->fd, name, path, &way->foreign_type);
	struct stat st;

	if (way->foreign_type) {
		way->end.path = g_strdup_printf("%s%s%s", path, *rest ? "/" : "", rest);
		way->end.directory = g_strdup(path);
		return FOUND;
	}
	way->absent = next < 0 && errno == ENOENT;
	if (next < 0)
		note_shortage(way);
	if (next < 0 || fstat(next, &st) < 0)
		return LOST;
	if (walker->caller && is_others(walker, here, &st))
		return LOST;
	if (S_ISLNK(st.st_mode)) {
		Place *link = g_new(Place, 1);

		*link = describe(here, path);
		g_ptr_array_add(way->links, link);
		*ret_next = follow(next, here->path->str, rest);
		if (!*ret_next)
			note_shortage(way);
		return LOST;
	}
	if (!S_ISDIR(st.st_mode) && rest[strspn(rest, "/")])
		return LOST;
	if (!S_ISDIR(st.st_mode))
		way->end = describe(here, path);
	g_string_assign(here->path, path);
	close_fd(&here->fd);
	here->fd = steal_fd(&next);
	here->st = st;
	if (S_ISDIR(st.st_mode) && !walker->caller)
		judge(walker, here);
	return GO_ON;
}

/*
 * Follows @path as far as it leads without a link, or a "..".
 * @ret_next: (nullable): where to begin anew instead
 *
 * Returns: as walk().
 */
static bool walk_once(Walker *walker, const char *path, Walked *way, char **ret_next)
{
	g_autoptr(GString) real_path = g_string_new(NULL);
	autofd root = open("/", O_PATH | O_CLOEXEC);
	Here here = {.fd = steal_fd(&root), .path = real_path, .shared = true};
	Progress progress = GO_ON;
	Pass passes;

	if (here.fd < 0 || fstat(here.fd, &here.st) < 0) {
		note_shortage(way);
		progress = LOST;
	}
	while (progress == GO_ON && *(path += strspn(path, "/"))) {
		size_t length = strcspn(path, "/");
		g_autofree char *name = g_strndup(path, length);

		path += length + (path[length] == '/');
		if (g_str_equal(name, "."))
			continue;
		if (!take_steps(walker, 1)) {
			progress = LOST;
		} else if ((passes = pass(walker, &here, name)) != PASSES) {
			if (passes == ENDS_CLOSED)
				end_closed(walker, &here, name, path, way);
			progress = LOST;
		} else if (g_str_equal(name, "..")) {
			*ret_next = climb(&here, path);
			progress = LOST;
		} else {
			progress = advance(walker, &here, name, path, way, ret_next);
		}
	}
	if (progress == GO_ON && real_path->len) {
		if (!way->end.path)
			way->end = describe(&here, real_path->str);
		way->type = here.st.st_mode & S_IFMT;
		way->for_all = here.st.st_mode & S_IWOTH;
		hand_out(walker, &here, way);
		way->usable = may_use(walker, &here);
		progress = FOUND;
	}
	close_fd(&here.fd);
	return progress == FOUND;
}

bool walk(Walker *walker, const char *path, Walked *ret_way)
{
	g_autofree char *at = g_strdup(path);

	*ret_way = (Walked){.links = g_ptr_array_new_with_free_func(place_free)};
	for (int i = 0; at && i < LINKS_MAX && strlen(at) < PATH_MAX; i++) {
		char *next = NULL;

		if (walk_once(walker, at, ret_way, &next))
			return true;
		g_free(at);
		at = next;
	}
	return false;
}
