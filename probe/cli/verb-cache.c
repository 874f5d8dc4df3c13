// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * cache: where it is, what is in it, and away with it.
 */
#include "probe/cli/verbs.h"

#include "probe/cli/output.h"

const char *const verb_cache_actions[] = {"list", "clear", "path", NULL};

/* Adds what is in @dir. Returns: FALSE after having said why not. */
static bool add_entries(const Options *options, const char *dir, GPtrArray *lists)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *entries;

	if (!dir)
		return true;
	entries = vp_cache_list(dir, options->request.uid, &error);
	if (entries)
		g_ptr_array_add(lists, entries);
	else
		report_error(error->message);
	return entries != NULL;
}

static int list(const Options *options)
{
	g_autoptr(GPtrArray) lists =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	bool own = add_entries(options, options->request.cache_dir, lists);
	bool shared = add_entries(options, options->request.shared_cache_dir, lists);
	g_autofree char *text =
		options->json ? output_cache_json(lists) : output_cache_list(lists);

	print_answer(text, -1);
	return own && shared ? STATUS_DONE : STATUS_FAILED;
}

static int clear(const Options *options)
{
	g_autoptr(GError) error = NULL;
	guint n_removed;

	if (!vp_cache_remove(options->request.cache_dir, options->request.uid, NULL,
		    &n_removed, &error))
		return report_error(error->message);
	if (options->verbose)
		consume_remark(
			options, g_strdup_printf("vhost-probe: %u removed\n", n_removed));
	return STATUS_DONE;
}

static int path(const Options *options)
{
	print_answer(options->request.cache_dir, -1);
	print_answer("\n", 1);
	return STATUS_DONE;
}

int verb_cache(const Options *options)
{
	if (g_str_equal(options->action, "list"))
		return list(options);
	if (!options->request.cache_dir)
		return report_error("there is no cache directory: neither HOME nor "
				    "XDG_CACHE_HOME says where");
	return g_str_equal(options->action, "clear") ? clear(options) : path(options);
}
