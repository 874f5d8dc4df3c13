// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The plan: which of the host's paths a program finds inside beside the system's
 * directories. Everything else is hidden, because a program may print what its id may
 * read.
 */
#include "sandbox/plan.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "common/access.h"
#include "common/file.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"

/* Never shown whole: they hold what others left there. The last are those that the names
 * before them are links to on image-based systems. */
static const char *const shared_directories[] = {"/", "/tmp", "/var/tmp", "/root", "/etc",
	"/var", "/var/lib", "/run", "/dev", "/dev/shm", "/proc", "/sys", "/srv", "/mnt",
	"/media", "/boot", "/var/roothome", "/var/srv", "/var/mnt", "/run/media", NULL};

/* Likewise, and so are their direct children: one user's home or runtime directory each.
 */
static const char *const parents_of_private_directories[] = {
	"/home", "/var/home", "/run/user", NULL};

/* The parts of a prefix that programs need of each other. Not share, etc or var, where
 * programs keep data that was entrusted to them. */
static const char *const prefix_directories[] = {
	"bin", "sbin", "lib", "lib32", "lib64", "libexec", NULL};

/* Where programs lie one directory deeper: PREFIX/lib/qemu/virtiofsd. */
static const char *const directories_of_directories[] = {"lib", "libexec", NULL};

/* The interpreter of a Python environment looks for its modules beside this file. */
#define PYTHON_ENVIRONMENT "pyvenv.cfg"

/* Of all links of a name together, in bytes. Beyond that none is made. */
#define OWN_LINKS_MAX PATH_MAX

/* Those of a prefix, one for each name, and the program's own directory. */
#define OWN_PATHS_MAX (8 * PATH_MAX + OWN_LINKS_MAX)

/* Where no link is made: they are the room's own, or shown in most rooms. */
static const char *const made_directories[] = {
	"/proc", "/dev", "/sys", SANDBOX_ETC, SANDBOX_EMPTY, NULL};

/* Entries by which a directory is taken for somebody's home, wherever it is. */
static const char *const marks_of_home[] = {
	".ssh", ".gnupg", ".profile", ".bashrc", ".bash_history", NULL};

static bool has_marks_of_home(const char *directory)
{
	struct stat st;

	for (const char *const *mark = marks_of_home; *mark; mark++) {
		g_autofree char *path = g_build_filename(directory, *mark, NULL);

		if (lstat(path, &st) == 0)
			return true;
	}
	return false;
}

bool plan_has_marks_of_home(int fd)
{
	struct open_how how = {
		.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
		.resolve = RESOLVE_NO_XDEV,
	};

	for (const char *const *mark = marks_of_home; *mark; mark++) {
		autofd found = (int)syscall(SYS_openat2, fd, *mark, &how, sizeof how);

		/* Where this cannot be found out, as with a mount, the answer is yes. */
		if (found >= 0 || (errno != ENOENT && errno != EACCES))
			return true;
	}
	return false;
}

static bool is_writable_by_all(const char *directory)
{
	struct stat st;

	return stat(directory, &st) == 0 && (st.st_mode & S_IWOTH);
}

bool plan_is_shared(const char *directory, const char *home)
{
	g_autofree char *parent = g_path_get_dirname(directory);

	return g_strv_contains(shared_directories, directory) ||
	       g_strv_contains(parents_of_private_directories, directory) ||
	       g_strv_contains(parents_of_private_directories, parent) ||
	       (home && file_is_at_or_below(home, directory));
}

bool plan_is_never_whole(const char *directory, const char *home)
{
	return is_writable_by_all(directory) || has_marks_of_home(directory) ||
	       plan_is_shared(directory, home);
}

bool plan_is_known_home(const char *directory, const char *home)
{
	g_autofree char *parent = g_path_get_dirname(directory);

	return g_str_equal(directory, "/root") || g_strcmp0(directory, home) == 0 ||
	       g_strv_contains(parents_of_private_directories, parent);
}

bool plan_is_in_known_home(const char *path, const char *home)
{
	g_autofree char *directory = g_strdup(path);
	bool found = false;

	while (!found && !g_str_equal(directory, "/")) {
		char *parent = g_path_get_dirname(directory);

		found = plan_is_known_home(directory, home);
		g_free(directory);
		directory = parent;
	}
	return found;
}

/* ---- for every program ---- */

/* Whether a link in the root leads to a directory of /usr, judging by its text: the
 * common case, in which the target is shown anyway. */
static bool is_merged_into_usr(const char *target)
{
	const char *name = target + (*target == '/');
	g_autofree char *path = NULL;
	char unused;

	if (!g_str_has_prefix(name, "usr/") || strchr(name + 4, '/') || name[4] == '.')
		return false;
	path = g_strconcat("/", name, NULL);
	return readlink(path, &unused, 1) < 0 && errno == EINVAL;
}

/* Returns: (transfer full) (nullable): an entry for what @path, if it is a link, leads
 * to, if that is to be shown. */
static char *linked_tree(const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof target - 1);
	struct stat st;

	if (n < 0)
		return NULL;
	target[n] = '\0';
	if (is_merged_into_usr(target) || !realpath(path, target) ||
		sandbox_is_system_path(target) || plan_is_never_whole(target, NULL) ||
		lstat(target, &st) < 0)
		return NULL;
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return NULL;
	return g_strdup_printf("%c%s", PLAN_SYSTEM, target);
}

static void add_linked_tree(GPtrArray *paths, const char *path)
{
	char *tree = linked_tree(path);

	if (tree)
		g_ptr_array_add(paths, tree);
}

GPtrArray *plan_common(const char *const *expose)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);

	for (; expose && *expose; expose++)
		g_ptr_array_add(paths, g_strdup(*expose));
	for (const char *const *path = sandbox_trees; *path; path++)
		add_linked_tree(paths, *path);
	add_linked_tree(paths, SANDBOX_LOCAL);
	return paths;
}

bool plan_fits(const GPtrArray *common)
{
	size_t length = 0;

	for (guint i = 0; i < common->len; i++)
		length += strlen(common->pdata[i]) + 1;
	return common->len <= PLAN_COMMON_MAX && length <= PLAN_PATHS_MAX - OWN_PATHS_MAX;
}

bool plan_has_linked_tree(const GPtrArray *common, const char *path)
{
	for (guint i = 0; i < common->len; i++) {
		const char *entry = common->pdata[i];

		if (*entry == PLAN_SYSTEM && file_is_at_or_below(path, entry + 1))
			return true;
	}
	return false;
}

bool plan_trees_are_for_all(const GPtrArray *common)
{
	for (guint i = 0; i < common->len; i++) {
		const char *entry = common->pdata[i];

		if (*entry == PLAN_SYSTEM && !access_is_for_all(entry + 1))
			return false;
	}
	return true;
}

char *plan_resolve_home(const char *home)
{
	g_autofree char *path = home ? g_canonicalize_filename(home, "/") : NULL;
	char real_path[PATH_MAX];

	return path && realpath(path, real_path) ? g_strdup(real_path) : NULL;
}

/* ---- for one program ---- */

char *plan_find_prefix(const char *directory)
{
	g_autofree char *name = g_path_get_basename(directory);
	g_autofree char *parent = g_path_get_dirname(directory);
	g_autofree char *name_of_parent = g_path_get_basename(parent);

	if (g_strv_contains(prefix_directories, name))
		return g_steal_pointer(&parent);
	if (g_strv_contains(directories_of_directories, name_of_parent))
		return g_path_get_dirname(parent);
	return NULL;
}

bool plan_is_of_programs(const char *directory)
{
	g_autofree char *name = g_path_get_basename(directory);

	return g_strv_contains(prefix_directories, name);
}

/* Adds @path (transfer full) if it is of this type, without a link on the way, and root's
 * or @owner's. */
static void add_part(GPtrArray *paths, char *path, mode_t type, uid_t owner)
{
	autofd fd = sys_open_real_path(path);
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type &&
		(st.st_uid == 0 || st.st_uid == owner))
		g_ptr_array_add(paths, path);
	else
		g_free(path);
}

void plan_add_parts(GPtrArray *paths, const char *prefix, const char *const *names,
	const char *real_path)
{
	struct stat program;

	if (lstat(real_path, &program) < 0)
		return;
	for (; *names; names++)
		add_part(paths, g_build_filename(prefix, *names, NULL), S_IFDIR,
			program.st_uid);
}

void plan_add_prefix(GPtrArray *paths, const char *prefix, const char *real_path)
{
	struct stat program;

	plan_add_parts(paths, prefix, prefix_directories, real_path);
	if (lstat(real_path, &program) < 0)
		return;
	add_part(paths, g_build_filename(prefix, PYTHON_ENVIRONMENT, NULL), S_IFREG,
		program.st_uid);
}

/* Whether root's programs, which run as nobody, may look up nothing in @directory: then
 * it is of no use to them, but the program's own file may be. */
static bool is_closed_to_nobody(const char *directory)
{
	const AccessId nobody = {SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
	struct stat st;

	return stat(directory, &st) == 0 &&
	       !access_allows_at(directory, &st, &nobody, ACCESS_EXECUTE);
}

static PlanScope add_own_paths(GPtrArray *paths, const PlanFor *program)
{
	const char *real_path = program->real_path, *home = program->home;
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_autofree char *prefix = plan_find_prefix(directory);
	bool alone;

	if (sandbox_is_system_path(real_path))
		return PLAN_OF_DIRECTORY;
	alone = plan_is_never_whole(directory, home) ||
		(program->as_nobody && is_closed_to_nobody(directory));
	g_ptr_array_add(paths, alone ? g_strdup(real_path) : g_steal_pointer(&directory));
	if (prefix && !plan_is_never_whole(prefix, home))
		plan_add_prefix(paths, prefix, real_path);
	return alone ? PLAN_OF_FILE : prefix ? PLAN_OF_OWNER : PLAN_OF_DIRECTORY;
}

static bool is_in_any(const char *path, const char *const *directories)
{
	for (; *directories; directories++)
		if (file_is_at_or_below(path, *directories))
			return true;
	return false;
}

/* Whether a link is there anyway, or cannot be made. */
static bool is_link_settled(const GPtrArray *paths, const char *link)
{
	if (is_in_any(link, sandbox_system_paths) || is_in_any(link, made_directories) ||
		g_strv_contains(sandbox_link_paths, link) || g_str_equal(link, "/tmp"))
		return true;
	for (guint i = 0; i < paths->len; i++) {
		const char *entry = paths->pdata[i];

		if ((*entry == '/' || *entry == PLAN_SYSTEM) &&
			file_is_at_or_below(link, plan_entry_path(entry)))
			return true;
	}
	return false;
}

/* Each link, since a program may follow them one by one, as outside. */
static void add_links(GPtrArray *paths, const GPtrArray *links)
{
	size_t length = 0;

	for (guint i = 0; i < links->len; i++)
		length += strlen(links->pdata[i]) + 2;
	for (guint i = 0; length <= OWN_LINKS_MAX && i < links->len; i++)
		if (!is_link_settled(paths, links->pdata[i]))
			g_ptr_array_add(paths, g_strdup_printf("%c%s", PLAN_LINK,
						       (char *)links->pdata[i]));
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GString *plan_text(const GPtrArray *common, const PlanFor *program, PlanScope *ret_scope)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	GString *text = g_string_new(NULL);
	PlanScope scope = PLAN_OF_DIRECTORY;
	const char *last = NULL;

	for (guint i = 0; i < common->len; i++)
		g_ptr_array_add(paths, g_strdup(common->pdata[i]));
	if (program) {
		scope = add_own_paths(paths, program);
		if (program->links)
			add_links(paths, program->links);
	}
	if (ret_scope)
		*ret_scope = scope;
	/* A parent sorts before its children, so that they are found in it already; trees
	 * of the system's sort before all paths, and entries with other marks after them.
	 */
	g_ptr_array_sort(paths, compare_paths);
	for (guint i = 0; i < paths->len; last = paths->pdata[i++])
		if (!last || !g_str_equal(last, paths->pdata[i]))
			g_string_append_len(text, paths->pdata[i],
				(gssize)strlen(paths->pdata[i]) + 1);
	return text;
}

/* ---- what is shown ---- */

bool plan_leads_to(const GString *plan, const char *path)
{
	for (const char *entry = plan->str; *entry; entry += strlen(entry) + 1) {
		const char *shown = plan_entry_path(entry);

		if (file_is_at_or_below(path, shown) || file_is_at_or_below(shown, path))
			return true;
	}
	return false;
}

static bool is_above_any(const char *path, const char *const *shown)
{
	for (; *shown; shown++)
		if (file_is_at_or_below(*shown, path))
			return true;
	return false;
}

bool plan_is_on_way(const GString *plan, const char *path)
{
	for (const char *entry = plan->str; *entry; entry += strlen(entry) + 1)
		if (file_is_at_or_below(plan_entry_path(entry), path))
			return true;
	return g_str_equal(path, SANDBOX_ETC) ||
	       is_above_any(path, sandbox_system_paths) ||
	       is_above_any(path, sandbox_link_paths);
}

bool plan_shows(const GString *plan, const char *path)
{
	static const char *const own[] = {SANDBOX_ETC, "/proc", NULL};

	return is_in_any(path, sandbox_system_paths) || is_in_any(path, own) ||
	       g_strv_contains(sandbox_link_paths, path) || plan_leads_to(plan, path);
}
