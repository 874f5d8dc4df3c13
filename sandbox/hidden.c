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

struct SandboxView {
	SandboxPolicy policy;
	const char *real_path; /* of the program */
	bool own_root;
	/* Made for the first path: most programs name none. */
	GString *plan; /* or NULL */
	char *home;    /* real */
	Walker walker;
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
	const char *home = view->home;

	return has_dot_name(path) || plan_is_in_known_home(path, home) ||
			       plan_is_shared(path, home) ||
			       starts_with_any(path, kernel_directories) ||
			       starts_with_any(path, directories_of_single_files)
		       ? NULL
		       : path;
}

/* Returns: whether @exposure is one. */
static bool add_exposure(GPtrArray *exposures, const char *exposure)
{
	if (exposure &&
		!g_ptr_array_find_with_equal_func(exposures, exposure, g_str_equal, NULL))
		g_ptr_array_add(exposures, g_strdup(exposure));
	return exposure;
}

/* Returns: (transfer full) (nullable): all that has to be exposed. A link is shown by the
 * directory that it lies in, and by nothing else. */
static char **find_exposures(const SandboxView *view, const Walked *way)
{
	g_autoptr(GPtrArray) exposures = g_ptr_array_new_with_free_func(g_free);
	bool known = true;

	for (guint i = 0; i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		if (!plan_shows(view->plan, link->path))
			known = known &&
				add_exposure(exposures, find_exposure(link, S_IFDIR));
	}
	if (!plan_shows(view->plan, way->end.path))
		known = known &&
			add_exposure(exposures,
				way->foreign_type
					? find_exposure_of_foreign(view, way->end.path)
					: find_exposure(&way->end, way->type));
	if (!known || !exposures->len)
		return NULL;
	g_ptr_array_set_free_func(exposures, NULL);
	g_ptr_array_add(exposures, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&exposures), FALSE);
}

static bool is_hidden(const SandboxView *view, const Walked *way)
{
	/* If one of these is a link, the link itself is shown. */
	if (g_strv_contains(sandbox_link_paths, way->end.path))
		return !plan_leads_to(view->plan, way->end.path);
	if (!plan_shows(view->plan, way->end.path))
		return true;
	for (guint i = 0; i < way->links->len; i++) {
		const Place *link = way->links->pdata[i];

		if (!plan_shows(view->plan, link->path))
			return true;
	}
	return false;
}

/* @is_wanted: whether what is found is worth a word. */
static bool look_at(SandboxView *view, const char *path,
	bool (*is_wanted)(const Walked *), SandboxHidden *ret_hidden)
{
	g_auto(Walked) way = {0};

	if (!walk(&view->walker, path, &way) || !is_hidden(view, &way) ||
		(!way.foreign_type && !is_wanted(&way)))
		return false;
	*ret_hidden = (SandboxHidden){
		.path = path,
		.in_home = is_wanted == is_of_use &&
			   (way.foreign_type ? plan_is_in_known_home(
						       way.end.path, view->home)
					     : way.end.in_home),
		.expose = find_exposures(view, &way),
	};
	ret_hidden->foreign_type = g_steal_pointer(&way.foreign_type);
	return true;
}

/* ---- what a program is shown ---- */

SandboxView *sandbox_view_new(
	const SandboxPolicy *policy, const char *real_path, bool own_root)
{
	SandboxView *view = g_new(SandboxView, 1);

	*view = (SandboxView){
		.policy = *policy, .real_path = real_path, .own_root = own_root};
	return view;
}

void sandbox_view_free(SandboxView *view)
{
	if (!view)
		return;
	walker_clear(&view->walker);
	if (view->plan)
		g_string_free(view->plan, TRUE);
	g_free(view->home);
	g_free(view);
}

static void make_plan(SandboxView *view)
{
	bool as_nobody = sandbox_runs_as_nobody(&view->policy);
	g_autoptr(GPtrArray) common = NULL;
	PlanFor program;

	if (view->plan)
		return;
	common = plan_common(view->policy.expose);
	view->home = plan_resolve_home(view->policy.home);
	program = (PlanFor){view->real_path, NULL, view->home, as_nobody};
	view->plan = plan_text(common, &program, NULL);
	view->walker = walker_begin(view->home, as_nobody);
	view->walker.shown = view->own_root ? view->plan : NULL;
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

bool sandbox_view_look(
	SandboxView *view, const char *path, SandboxWay way, SandboxFound *ret_found)
{
	g_auto(Walked) walked = {0};

	make_plan(view);
	view->walker.far = way != SANDBOX_WAY_ANY;
	view->walker.all_open = way == SANDBOX_WAY_OPEN;
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

bool sandbox_may_advise(const SandboxPolicy *policy, const char *path)
{
	g_autofree char *home = plan_resolve_home(policy->home);
	g_auto(Walker) walker = walker_begin(home, sandbox_runs_as_nobody(policy));
	g_auto(Walked) way = {0};
	const char *exposure;

	if (!walk(&walker, path, &way) || way.foreign_type || !is_of_use(&way))
		return false;
	exposure = find_exposure(&way.end, way.type);
	return exposure && (way.type != S_IFDIR || g_str_equal(exposure, path));
}

void sandbox_hidden_clear(SandboxHidden *hidden)
{
	g_strfreev(hidden->expose);
	g_free(hidden->foreign_type);
	*hidden = (SandboxHidden){0};
}
