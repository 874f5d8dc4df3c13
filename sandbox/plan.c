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

#include "common/access.h"
#include "common/autofd.h"
#include "common/blame.h"
#include "common/file.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/paths.h"
#include "sandbox/base/protocol.h"
#include "sandbox/links.h"

/* The parts of a prefix that programs need of each other. Not share, etc or var, where
 * programs keep data that was entrusted to them. */
static const char *const prefix_directories[] = {
	"bin", "sbin", "lib", "lib32", "lib64", "libexec", NULL};

/* Where programs lie one directory deeper: PREFIX/lib/qemu/virtiofsd. */
static const char *const directories_of_directories[] = {"lib", "libexec", NULL};

/* The interpreter of a Python environment looks for its modules beside this file. */
#define PYTHON_ENVIRONMENT "pyvenv.cfg"

/* Of all links for one program together, in bytes without their marks. Beyond that none
 * is made. */
#define OWN_LINKS_MAX PATH_MAX

/* Those of a prefix, one for each name, and the program's own directory. */
#define OWN_PATHS_MAX (8 * PATH_MAX + 2 * OWN_LINKS_MAX)

/* Where no link is made, since the room has its own, or all of it. */
static const char *const own_names[] = {"/tmp", SANDBOX_EMPTY, "/dev/shm", "/dev/fd",
	"/dev/stdin", "/dev/stdout", "/dev/stderr", NULL};
static const char *const own_directories[] = {"/proc", SANDBOX_ETC, NULL};

/* Where none is made for the sake of a program's name. */
static const char *const kernel_directories[] = {"/dev", "/sys", NULL};

static bool is_in_any(const char *path, const char *const *directories)
{
	for (; *directories; directories++)
		if (file_is_at_or_below(path, *directories))
			return true;
	return false;
}

static void append(GPtrArray *strings, const GPtrArray *more)
{
	for (guint i = 0; i < more->len; i++)
		g_ptr_array_add(strings, g_strdup(more->pdata[i]));
}

/* Returns: in bytes, as the plan has them. */
static size_t length_of(const GPtrArray *entries)
{
	size_t length = 0;

	for (guint i = 0; i < entries->len; i++)
		length += strlen(entries->pdata[i]) + 1;
	return length;
}

/* ---- links ---- */

/* Whether a link is there anyway, in what @paths show, or cannot be made. */
static bool is_link_settled(const GPtrArray *paths, const char *link)
{
	static const char marks[] = {'/', PLAN_SYSTEM, PLAN_DEVICES, '\0'};

	if (is_in_any(link, sandbox_system_paths) || is_in_any(link, sandbox_etc_paths) ||
		is_in_any(link, own_directories) || g_strv_contains(own_names, link))
		return true;
	for (guint i = 0; i < paths->len; i++) {
		const char *entry = paths->pdata[i];

		if (strchr(marks, *entry) &&
			file_is_at_or_below(link, plan_entry_path(entry)))
			return true;
	}
	return false;
}

/* Each one, since a program may follow them one by one, as outside. @own: they are a
 * program's */
static void add_links(GPtrArray *paths, const GPtrArray *links, bool own)
{
	for (guint i = 0; i < links->len; i++) {
		const char *link = links->pdata[i];

		if (!is_link_settled(paths, link) &&
			!(own && is_in_any(link, kernel_directories)))
			g_ptr_array_add(paths, g_strdup_printf("%c%s", PLAN_LINK, link));
	}
}

/* ---- for every program ---- */

/* Returns: (transfer full) (nullable): an entry for what the link @path leads to, if that
 * is to be shown. */
static char *linked_tree(Homes *homes, const char *path)
{
	char target[PATH_MAX];
	struct stat st;

	if (!realpath(path, target) || sandbox_is_system_path(target) ||
		homes_is_never_whole(homes, target) || lstat(target, &st) < 0)
		return NULL;
	if (!S_ISDIR(st.st_mode) || st.st_uid != 0 || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return NULL;
	return g_strdup_printf("%c%s", PLAN_SYSTEM, target);
}

/* Adds what @path leads to, and the links on its way, if it is one. Returns: 0 or a
 * shortage. */
static int add_linked_tree(
	GPtrArray *paths, GPtrArray *links, Homes *homes, const char *path)
{
	char target[PATH_MAX];
	ssize_t n = readlink(path, target, sizeof target - 1);
	char *tree;

	if (n < 0)
		return blame_is_shortage(errno) ? errno : 0;
	target[n] = '\0';
	if (links_lead_into_usr(target))
		return 0;
	tree = linked_tree(homes, path);
	if (tree)
		g_ptr_array_add(paths, tree);
	return links_add(links, path);
}

GPtrArray *plan_common(
	const char *const *expose, const char *const *links, int *ret_shortage)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) all_links = links_new();
	/* Without the caller's own: what every program sees is the same for all callers.
	 */
	g_autoptr(Homes) homes = homes_new(NULL);
	int shortage = 0;

	for (; expose && *expose; expose++)
		g_ptr_array_add(paths, g_strdup(*expose));
	for (const char *const *path = sandbox_trees; !shortage && *path; path++)
		shortage = add_linked_tree(paths, all_links, homes, *path);
	if (!shortage)
		shortage = add_linked_tree(paths, all_links, homes, SANDBOX_LOCAL);
	if (!shortage)
		shortage = homes_shortage(homes);
	if (!shortage)
		shortage = links_add_systems(all_links);
	for (; links && *links; links++)
		g_ptr_array_add(all_links, g_strdup(*links));
	add_links(paths, all_links, false);
	if (ret_shortage)
		*ret_shortage = shortage;
	return paths;
}

bool plan_fits(const GPtrArray *common)
{
	return common->len <= PLAN_COMMON_MAX &&
	       length_of(common) <= PLAN_PATHS_MAX - OWN_PATHS_MAX;
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

		if ((*entry == PLAN_SYSTEM && !access_is_for_all(entry + 1)) ||
			(*entry == PLAN_LINK && !access_is_way_for_all(entry + 1)))
			return false;
	}
	return true;
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
 * or @owner's. @links: (nullable): to be added to, the links of one that has some */
static void add_part(
	GPtrArray *paths, GPtrArray *links, char *path, mode_t type, uid_t owner)
{
	autofd fd = sys_open_real_path(path);
	struct stat st;

	if (links && fd < 0 && errno == ELOOP)
		links_add(links, path);
	if (fd >= 0 && fstat(fd, &st) == 0 && (st.st_mode & S_IFMT) == type &&
		(st.st_uid == 0 || st.st_uid == owner))
		g_ptr_array_add(paths, path);
	else
		g_free(path);
}

static void add_directories(GPtrArray *paths, GPtrArray *links, const char *prefix,
	const char *const *names, uid_t owner)
{
	for (; *names; names++)
		add_part(paths, links, g_build_filename(prefix, *names, NULL), S_IFDIR,
			owner);
}

void plan_add_parts(GPtrArray *paths, const char *prefix, const char *const *names,
	const char *real_path)
{
	struct stat program;

	if (lstat(real_path, &program) == 0)
		add_directories(paths, NULL, prefix, names, program.st_uid);
}

void plan_add_prefix(
	GPtrArray *paths, GPtrArray *links, const char *prefix, const char *real_path)
{
	struct stat program;

	if (lstat(real_path, &program) < 0)
		return;
	add_directories(paths, links, prefix, prefix_directories, program.st_uid);
	add_part(paths, links, g_build_filename(prefix, PYTHON_ENVIRONMENT, NULL),
		S_IFREG, program.st_uid);
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

/* @links: to be added to, those on the way to them */
static PlanScope add_own_paths(GPtrArray *paths, GPtrArray *links, const PlanFor *program)
{
	const char *real_path = program->real_path, *home = homes_own(program->homes);
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_autofree char *prefix = plan_find_prefix(directory);
	bool alone;

	if (sandbox_is_system_path(real_path))
		return PLAN_OF_DIRECTORY;
	alone = homes_is_never_whole(program->homes, directory) ||
		(program->as_nobody && is_closed_to_nobody(directory));
	g_ptr_array_add(paths, alone ? g_strdup(real_path) : g_steal_pointer(&directory));
	if (prefix && !homes_is_never_whole(program->homes, prefix))
		plan_add_prefix(paths, links, prefix, real_path);
	/* Wrappers in a home name it as its owner does. */
	if (home && file_is_at_or_below(real_path, home))
		append(links, homes_own_links(program->homes));
	return alone ? PLAN_OF_FILE : prefix ? PLAN_OF_OWNER : PLAN_OF_DIRECTORY;
}

static int compare_paths(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GString *plan_text(const GPtrArray *common, const PlanFor *program, PlanScope *ret_scope)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) links = links_new();
	GString *text = g_string_new(NULL);
	PlanScope scope = PLAN_OF_DIRECTORY;
	const char *last = NULL;

	append(paths, common);
	if (program) {
		if (program->links)
			append(links, program->links);
		scope = add_own_paths(paths, links, program);
	}
	if (links->len <= PLAN_OWN_LINKS_MAX && length_of(links) <= OWN_LINKS_MAX)
		add_links(paths, links, true);
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
	return g_str_equal(path, SANDBOX_ETC) || is_above_any(path, sandbox_system_paths);
}

bool plan_shows(const GString *plan, const char *path)
{
	static const char *const own[] = {SANDBOX_ETC, "/proc", NULL};

	return is_in_any(path, sandbox_system_paths) || is_in_any(path, own) ||
	       plan_leads_to(plan, path);
}
