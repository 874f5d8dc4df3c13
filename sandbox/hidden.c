// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program is shown, and what its id may see of it. Paths come in, which may be a
 * hostile program's choice. Of several that it has named, the first that exists outside
 * and is hidden from it goes out, with the path to expose, unless nobody should be
 * advised to expose it; of one, what lies there, or which directory on the way is closed.
 */
#include "sandbox/sandbox.h"

#include <string.h>

#include "sandbox/base/paths.h"
#include "sandbox/devices.h"
#include "sandbox/links.h"
#include "sandbox/plan.h"
#include "sandbox/walk.h"

/* The most paths of one program that are looked at. */
#define PATHS_MAX 64

/* Devices that backends use. There is none among them that shows what people type, or
 * that drives other hardware of the host than its name says. */
static const char *const useful_devices[] = {"/dev/dri/", "/dev/kfd", "/dev/kvm",
	"/dev/media", "/dev/net/tun", "/dev/nvidia", "/dev/rtc", "/dev/snd/",
	"/dev/udmabuf", "/dev/vhost-", "/dev/video", NULL};

/* Directories in which nothing is to be exposed except such devices. */
static const char *const kernel_directories[] = {"/dev/", "/proc/", "/sys/", NULL};

/* Directories in which the files have nothing to do with each other: people's mail, logs,
 * a service's state. A program may need one of them, and not its neighbours. */
static const char *const directories_of_single_files[] = {
	"/run/", "/var/log/", "/var/mail/", "/var/spool/", NULL};

/* Homebrew keeps each package in PREFIX/Cellar/NAME/VERSION; what packages need of each
 * other they find by links in two more directories. PREFIX may be in what is called a
 * home (/home/linuxbrew/.linuxbrew), and these hold only software. */
#define CELLAR "/Cellar/"
static const char *const homebrew_directories[] = {"Cellar", "lib", "opt", NULL};

struct SandboxView {
	SandboxPolicy policy;
	const char *real_path;  /* of the program */
	const char *name;       /* by which it is called */
	const GPtrArray *links; /* of that name, which its room has; or NULL */
	bool own_root;
	/* Made for the first path: most programs name none. */
	GString *plan; /* or NULL */
	Homes *homes;
	Walker walker;
	Walked way; /* of @name */
};

/* ---- judging ---- */

static bool starts_with_any(const char *path, const char *const *prefixes)
{
	for (; *prefixes; prefixes++)
		if (g_str_has_prefix(path, *prefixes))
			return true;
	return false;
}

/* Whether it is a directory that is never shown whole. The room has some of its own,
 * which will do for a program that looks for a directory that everybody may write to. */
static bool is_place(const Walked *way)
{
	static const char *const own[] = {"/", "/dev", "/sys", NULL};

	return way->type == S_IFDIR && !way->for_all &&
	       !g_strv_contains(own, way->end.path) && way->end.shared;
}

/* Whether a program could make use of it, if it were shown. */
static bool is_of_use(const Walked *way)
{
	if (way->type == S_IFDIR && way->end.shared)
		return false;
	return way->usable &&
	       (way->type == S_IFREG || way->type == S_IFDIR ||
		       (way->type == S_IFCHR &&
			       starts_with_any(way->end.path, useful_devices)));
}

/* Whether a part of it is hidden from those who list directories: what lies there is
 * seldom meant for others. */
static bool has_dot_name(const char *path)
{
	return strstr(path, "/.") != NULL;
}

/* Returns: (transfer none) (nullable): what shows @place: the directory, unless that is
 * everybody's; NULL where nobody should be advised to expose it. @type: of what lies
 * there. */
static const char *find_exposure(const Place *place, mode_t type)
{
	const char *alone = type == S_IFDIR ? NULL : place->path;
	g_autofree char *below = g_strconcat(place->directory, "/", NULL);

	if (has_dot_name(type == S_IFDIR ? place->directory : place->path) ||
		place->in_home)
		return NULL;
	if (starts_with_any(below, kernel_directories))
		return type == S_IFCHR ? alone : NULL;
	return type == S_IFCHR || place->shared ||
			       starts_with_any(below, directories_of_single_files)
		       ? alone
		       : place->directory;
}

/* Likewise where nothing may be looked at: judged by its name only. */
static const char *find_exposure_of_foreign(const SandboxView *view, const char *path)
{
	Homes *homes = view->homes;

	return has_dot_name(path) || homes_is_in_one(homes, path) ||
			       homes_is_shared(homes, path) ||
			       starts_with_any(path, kernel_directories) ||
			       starts_with_any(path, directories_of_single_files)
		       ? NULL
		       : path;
}

/* Returns: whether @exposure is one. */
static bool add_exposure(GPtrArray *exposures, const char *exposure)
{
	if (exposure)
		g_ptr_array_add(exposures, g_strdup(exposure));
	return exposure;
}

static void add_all(GPtrArray *exposures, const GPtrArray *paths)
{
	for (guint i = 0; i < paths->len; i++)
		add_exposure(exposures, paths->pdata[i]);
}

/* Whether one of @paths is @path, or a directory above it. */
static bool covers(const GPtrArray *paths, const char *path)
{
	for (guint i = 0; i < paths->len; i++)
		if (file_is_at_or_below(path, paths->pdata[i]))
			return true;
	return false;
}

/* Adds those of Homebrew's directories, if the program is one of its packages and @path
 * lies in one of them. Returns: whether that is so. */
static bool add_homebrew(const SandboxView *view, GPtrArray *exposures, const char *path)
{
	const char *cellar = strstr(view->real_path, CELLAR);
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *prefix = NULL;

	if (!cellar || cellar == view->real_path)
		return false;
	prefix = g_strndup(view->real_path, (gsize)(cellar - view->real_path));
	if (homes_is_never_whole(view->homes, prefix))
		return false;
	plan_add_parts(found, prefix, homebrew_directories, view->real_path);
	if (!covers(found, path))
		return false;
	add_all(exposures, found);
	return true;
}

/* Likewise what an interpreter or a loader at @place needs of its own: its prefix; of
 * that, in a home, only what a program there would be shown. Without a prefix, an
 * interpreter is shown alone, and a loader with its libraries. */
static bool add_interpreter(
	const SandboxView *view, GPtrArray *exposures, const Place *place, SandboxUse use)
{
	g_autofree char *directory = g_path_get_dirname(place->path);
	g_autofree char *prefix = plan_find_prefix(directory);
	g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func(g_free);
	const char *exposure = NULL;

	if (prefix && !homes_is_never_whole(view->homes, prefix)) {
		const Place whole = {prefix, prefix, place->in_home, false};

		exposure = find_exposure(&whole, S_IFDIR);
		if (!exposure && (place->in_home || has_dot_name(place->path)))
			plan_add_prefix(parts, NULL, prefix, place->path);
	}
	if (covers(parts, place->path)) {
		add_all(exposures, parts);
		return true;
	}
	if (!exposure)
		exposure = find_exposure(place, S_IFREG);
	if (!exposure && plan_is_of_programs(directory) &&
		!homes_is_never_whole(view->homes, directory))
		exposure = directory;
	if (exposure && use == SANDBOX_USE_INTERPRETER &&
		g_str_equal(exposure, directory))
		exposure = place->path;
	return add_exposure(exposures, exposure);
}

/* Whether what lies at the end of @way may be exposed by itself. */
static bool may_advise(const Walked *way)
{
	const char *exposure = !way->foreign_type && is_of_use(way)
				       ? find_exposure(&way->end, way->type)
				       : NULL;

	return exposure && (way->type != S_IFDIR || g_str_equal(exposure, way->end.path));
}

/* Whether exposing @link itself shows it, with what it leads to, which is added to
 * @covered then. */
static bool may_advise_link(SandboxView *view, const Place *link, GPtrArray *covered)
{
	g_autoptr(GPtrArray) links = links_new();
	g_auto(Walked) way = {0};

	if (has_dot_name(link->path) || link->in_home ||
		!walk(&view->walker, link->path, &way) || !may_advise(&way))
		return false;
	links_add(links, link->path);
	if (links->len != way.links->len)
		return false;
	links_add_of(covered, &way);
	g_ptr_array_add(covered, g_strdup(way.end.path));
	return true;
}

/* Likewise the directory of a link, for its neighbours, in a home only if it is for
 * programs; or where that is everybody's, the link by itself. @covered: as above */
static bool add_link(SandboxView *view, GPtrArray *exposures, GPtrArray *covered,
	const Place *link, SandboxUse use)
{
	return add_homebrew(view, exposures, link->path) ||
	       add_exposure(exposures, find_exposure(link, S_IFDIR)) ||
	       (use != SANDBOX_USE_NAMED && plan_is_of_programs(link->directory) &&
		       !homes_is_never_whole(view->homes, link->directory) &&
		       add_exposure(exposures, link->directory)) ||
	       (may_advise_link(view, link, covered) &&
		       add_exposure(exposures, link->path));
}

static bool add_end(
	const SandboxView *view, GPtrArray *exposures, const Walked *way, SandboxUse use)
{
	if (way->foreign_type)
		return add_exposure(
			exposures, find_exposure_of_foreign(view, way->end.path));
	if (add_homebrew(view, exposures, way->end.path))
		return true;
	return use == SANDBOX_USE_NAMED
		       ? add_exposure(exposures, find_exposure(&way->end, way->type))
		       : add_interpreter(view, exposures, &way->end, use);
}

/* Each path once, and none that lies in another one. */
static GPtrArray *drop_covered(const GPtrArray *paths)
{
	GPtrArray *left = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < paths->len; i++) {
		bool covered = covers(left, paths->pdata[i]);

		for (guint j = i + 1; !covered && j < paths->len; j++)
			covered = !g_str_equal(paths->pdata[i], paths->pdata[j]) &&
				  file_is_at_or_below(paths->pdata[i], paths->pdata[j]);
		if (!covered)
			g_ptr_array_add(left, g_strdup(paths->pdata[i]));
	}
	return left;
}

static bool is_shown(const SandboxView *view, const GPtrArray *covered, const char *path)
{
	return covers(covered, path) || plan_shows(view->plan, path);
}

/* Returns: (transfer full) (nullable): all that has to be exposed. A link is shown by the
 * directory that it lies in, for its neighbours; or where that is everybody's, by itself.
 */
static char **find_exposures(SandboxView *view, const Walked *way, SandboxUse use)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) covered = links_new();
	g_autoptr(GPtrArray) exposures = NULL;
	bool known = true;

	for (guint i = 0; known && i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		if (!is_shown(view, covered, link->path))
			known = add_link(view, found, covered, link, use);
	}
	if (!is_shown(view, covered, way->end.path))
		known = known && add_end(view, found, way, use);
	exposures = drop_covered(found);
	if (!known || !exposures->len)
		return NULL;
	g_ptr_array_set_free_func(exposures, NULL);
	g_ptr_array_add(exposures, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&exposures), FALSE);
}

static bool is_hidden(const SandboxView *view, const Walked *way)
{
	if (!plan_shows(view->plan, way->end.path))
		return true;
	/* In the host's root links are followed, whatever is shown. */
	for (guint i = 0; view->own_root && i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		if (!plan_shows(view->plan, link->path))
			return true;
	}
	return false;
}

/* Whether that is what the program is called by. It has been started, and often says who
 * it is before it says what it lacks. */
static bool is_own_name(const SandboxView *view, const char *path)
{
	bool is_own = g_str_equal(path, view->name);

	for (guint i = 0; !is_own && i < view->way.links->len; i++) {
		const Place *link = view->way.links->pdata[i];

		is_own = g_str_equal(path, link->path);
	}
	return is_own;
}

/* @is_wanted: whether what is found is worth a word. */
static bool look_at(SandboxView *view, const char *path,
	bool (*is_wanted)(const Walked *), SandboxHidden *ret_hidden)
{
	g_auto(Walked) way = {0};

	if (!walk(&view->walker, path, &way) || is_own_name(view, path) ||
		!is_hidden(view, &way) || (!way.foreign_type && !is_wanted(&way)))
		return false;
	*ret_hidden = (SandboxHidden){
		.path = path,
		.in_home = is_wanted == is_of_use &&
			   (way.foreign_type ? homes_is_in_one(view->homes, way.end.path)
					     : way.end.in_home),
		.expose = find_exposures(view, &way, SANDBOX_USE_NAMED),
	};
	ret_hidden->foreign_type = g_steal_pointer(&way.foreign_type);
	return true;
}

/* ---- what a program is shown ---- */

/* Returns: (transfer full): of plan_common(), with the nodes that lie deeper in what is
 * exposed, or that links there lead to. */
static GPtrArray *find_common(const SandboxPolicy *policy)
{
	g_auto(Devices) devices = {0};
	const char *const *expose = policy->expose;

	if (devices_find(policy->expose, DEVICES_SYSFS, &devices, NULL)) {
		g_ptr_array_add(devices.entries, NULL);
		expose = (const char *const *)devices.entries->pdata;
	}
	return plan_common(expose, policy->links, NULL);
}

SandboxView *sandbox_view_new(const SandboxPolicy *policy, const char *real_path,
	const char *name, const SandboxWay *way, bool own_root)
{
	SandboxView *view = g_new(SandboxView, 1);

	*view = (SandboxView){.policy = *policy,
		.real_path = real_path,
		.name = name,
		.links = way ? way->links : NULL,
		.own_root = own_root};
	return view;
}

void sandbox_view_free(SandboxView *view)
{
	if (!view)
		return;
	walker_clear(&view->walker);
	walked_clear(&view->way);
	if (view->plan)
		g_string_free(view->plan, TRUE);
	homes_free(view->homes);
	g_free(view);
}

static void make_plan(SandboxView *view)
{
	bool as_nobody = sandbox_runs_as_nobody(&view->policy);
	g_autoptr(GPtrArray) common = NULL;
	PlanFor program;

	if (view->plan)
		return;
	common = find_common(&view->policy);
	view->homes = homes_new(view->policy.home);
	program = (PlanFor){view->real_path, view->links, view->homes, as_nobody};
	view->plan = plan_text(common, &program, NULL);
	view->walker = walker_begin(view->homes, as_nobody);
	view->walker.shown = view->own_root ? view->plan : NULL;
	walk(&view->walker, view->name, &view->way);
}

bool sandbox_view_find_hidden(
	SandboxView *view, const char *const *paths, SandboxHidden *ret_hidden)
{
	bool found = false;

	make_plan(view);
	view->walker.far = view->walker.all_open = false;
	walker_renew(&view->walker);
	for (int i = 0; !found && i < PATHS_MAX && paths[i]; i++)
		found = look_at(view, paths[i], is_of_use, ret_hidden);
	/* About a place there is nothing to advise; and where a program names several,
	 * one may have been enough for it. */
	if (!found && paths[0])
		found = look_at(view, paths[0], is_place, ret_hidden);
	walker_renew(&view->walker);
	return found;
}

bool sandbox_view_find_hidden_interpreter(
	SandboxView *view, const char *path, SandboxUse use, SandboxHidden *ret_hidden)
{
	g_auto(Walked) way = {0};

	make_plan(view);
	view->walker.far = true;
	view->walker.all_open = false;
	if (!walk(&view->walker, path, &way) || !is_hidden(view, &way))
		return false;
	*ret_hidden = (SandboxHidden){.path = path, .in_home = way.end.in_home};
	if (is_of_use(&way))
		ret_hidden->expose = find_exposures(view, &way, use);
	return true;
}

bool sandbox_view_look(
	SandboxView *view, const char *path, SandboxKnown known, SandboxFound *ret_found)
{
	g_auto(Walked) walked = {0};

	make_plan(view);
	view->walker.far = known != SANDBOX_KNOWN_NOTHING;
	view->walker.all_open = known == SANDBOX_KNOWN_OPEN;
	if ((!walk(&view->walker, path, &walked) && !walked.closed) ||
		walked.foreign_type)
		return false;
	*ret_found = (SandboxFound){
		.path = g_steal_pointer(&walked.end.path),
		.closed = g_steal_pointer(&walked.closed),
		.noexec_at = g_steal_pointer(&walked.noexec_at),
		.st = walked.st,
		.has_list = walked.has_list,
		.readable = walked.usable,
	};
	ret_found->shown = plan_shows(view->plan, ret_found->path);
	return true;
}

void sandbox_found_clear(SandboxFound *found)
{
	g_free(found->path);
	g_free(found->closed);
	g_free(found->noexec_at);
	*found = (SandboxFound){0};
}

void sandbox_hidden_clear(SandboxHidden *hidden)
{
	g_strfreev(hidden->expose);
	g_free(hidden->foreign_type);
	*hidden = (SandboxHidden){0};
}
