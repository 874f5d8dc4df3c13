// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * cache: shows its contents, deletes them, or prints its location. Of the places that are
 * not used now, only those that hold entries are named.
 */
#include "probe/cli/verbs.h"

#include <sys/stat.h>
#include <unistd.h>

#include "probe/cli/output.h"

static void view_free(void *data)
{
	CacheView *view = data;

	vp_cache_list_free(view->entries);
	g_free(view->error);
	g_free(view);
}

static bool is_used(const CacheView *view)
{
	VpPlaceUse use = vp_cache_place_get_use(view->place);

	return use == VP_PLACE_OWN || use == VP_PLACE_SHARED;
}

/* Consumes @error. */
static void note_error(CacheView *view, GError *error)
{
	if (error && !view->error)
		view->error = g_strdup(error->message);
	g_clear_error(&error);
}

/* Removes what is the caller's. */
static void clear(CacheView *view)
{
	GError *error = NULL;

	if (vp_cache_place_get_use(view->place) != VP_PLACE_SHARED)
		vp_cache_place_clear(view->place, &view->n_removed, &error);
	note_error(view, error);
}

/* A place that is not used may be anything. */
static void look_at(CacheView *view, bool list)
{
	GError *error = NULL;

	/* Those of earlier versions too, of which there is nothing to list. */
	if (vp_cache_place_count(view->place, &view->n_entries, &error) && list)
		view->entries = vp_cache_place_list(view->place, &error);
	if (is_used(view))
		note_error(view, g_steal_pointer(&error));
	g_clear_error(&error);
}

/* Whether what @action has found there is of interest. */
static bool is_worth_naming(
	const VpRequest *request, const CacheView *view, const char *action)
{
	if (g_str_equal(action, "clear"))
		return vp_cache_place_get_use(view->place) != VP_PLACE_SHARED &&
		       (is_used(view) || view->n_removed || view->n_entries ||
			       view->error);
	/* Where no place is used, those of other environments are all there is. */
	return is_used(view) || view->n_entries || !vp_request_get_cache_dir(request);
}

/* Whether one of @views is the same directory by another name: variables may lead to one
 * place in several ways. @view has entries, and so exists and answers. */
static bool is_another_name(const GPtrArray *views, const CacheView *view)
{
	struct stat st, known;

	if (lstat(vp_cache_place_get_dir(view->place), &st) < 0)
		return false;
	for (guint i = 0; i < views->len; i++) {
		const CacheView *other = views->pdata[i];

		if (other->n_entries &&
			lstat(vp_cache_place_get_dir(other->place), &known) == 0 &&
			known.st_dev == st.st_dev && known.st_ino == st.st_ino)
			return true;
	}
	return false;
}

/* Whether there is a place of the caller's. */
static bool has_place(const VpRequest *request)
{
	for (gsize i = 0; i < vp_request_get_n_cache_places(request); i++)
		if (vp_cache_place_get_use(vp_request_get_cache_place(request, i)) !=
			VP_PLACE_SHARED)
			return true;
	return false;
}

/* Returns: (transfer full): of CacheView *: the places, after @action. */
static GPtrArray *act(const Options *options, const char *action)
{
	GPtrArray *views = g_ptr_array_new_with_free_func(view_free);
	const VpRequest *request = options->request;

	for (gsize i = 0; i < vp_request_get_n_cache_places(request); i++) {
		CacheView *view = g_new0(CacheView, 1);

		view->place = vp_request_get_cache_place(request, i);
		if (g_str_equal(action, "clear"))
			clear(view);
		look_at(view, g_str_equal(action, "list"));
		if (is_worth_naming(request, view, action) &&
			!(view->n_entries && is_another_name(views, view)))
			g_ptr_array_add(views, view);
		else
			view_free(view);
	}
	return views;
}

static void print_paths(const GPtrArray *views)
{
	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];

		print_answer(vp_cache_place_get_dir(view->place), -1);
		print_answer("\n", 1);
	}
}

static void report_removed(const Options *options, const GPtrArray *views)
{
	guint n_removed = 0;

	for (guint i = 0; i < views->len; i++)
		n_removed += ((const CacheView *)views->pdata[i])->n_removed;
	if (options->verbose)
		consume_remark(
			options, g_strdup_printf("vhost-probe: %u removed\n", n_removed));
}

/* A user's own is of use whatever there is of root's. */
static int report_errors(const Options *options, const GPtrArray *views)
{
	int status = STATUS_DONE;

	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];

		if (!view->error)
			continue;
		if (vp_cache_place_get_use(view->place) == VP_PLACE_SHARED)
			consume_remark(options, output_shared_error(view->error));
		else
			status = report_error(view->error);
	}
	return status;
}

static int run(const Options *options)
{
	const char *action = options->action->name;
	bool list = g_str_equal(action, "list");
	bool path = g_str_equal(action, "path");
	const Screen screen = screen_look(STDOUT_FILENO, false);
	g_autoptr(GPtrArray) views = NULL;
	g_autofree char *text = NULL;

	if (!list && !has_place(options->request))
		return report_error(NO_CACHE_DIR);
	views = act(options, action);
	if (options->json)
		text = output_cache_json(views);
	else if (list)
		text = output_cache_list(views, &screen);
	else if (path)
		print_paths(views);
	else
		report_removed(options, views);
	if (text)
		print_answer(text, -1);
	if (list && !options->json)
		consume_remark(options, output_cache_empty(views));
	/* That a place cannot be used does not keep anybody from naming it. */
	return path ? STATUS_DONE : report_errors(options, views);
}

static const VerbAction actions[] = {
	{"list", "each entry, and whether it is valid", 0},
	{"clear", "delete the caller's entries; --verbose: say how many", TAKES_VERBOSE},
	{"path", "the directories, the caller's own first", 0},
	{0},
};

const Verb verb_cache = {
	.name = "cache",
	.about = "show the cache's contents; delete them; print its location",
	.run = run,
	.takes = TAKES_CACHE_DIR | TAKES_JSON,
	.actions = actions,
};
