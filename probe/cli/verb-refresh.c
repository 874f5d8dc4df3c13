// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * refresh: run everything and write the cache, as at boot; away with what cannot be
 * believed any more.
 */
#include "probe/cli/verbs.h"

#include <sys/stat.h>

#include "probe/cli/output.h"

/* While a package is installed, its manifest may come after this has begun, and whoever
 * started this may not notice that until it has ended. */
#define AGAIN_MAX 3

/* Returns: (transfer full): when the search directories were last changed. */
static char *look_at_search(const VpRequest *request)
{
	GString *text = g_string_new(NULL);
	struct stat st;

	for (const char *const *dir = request->search; *dir; dir++)
		if (stat(*dir, &st) == 0)
			g_string_append_printf(text, "%lld.%09ld ",
				(long long)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
		else
			g_string_append(text, "- ");
	return g_string_free(text, FALSE);
}

/* Returns: (transfer full) (nullable): as probe(), of manifests as they are at its end.
 */
static VpResult *probe_settled(const Options *options)
{
	VpResult *result = NULL;
	bool changed = true;

	for (int i = 0; i < AGAIN_MAX && changed; i++) {
		g_autofree char *before = look_at_search(&options->request);
		g_autofree char *after = NULL;

		vp_result_free(result);
		result = probe(options, VP_MODE_LIST);
		if (!result)
			return NULL;
		after = look_at_search(&options->request);
		changed = !g_str_equal(before, after);
	}
	return result;
}

static void print_summary(const VpResult *result, guint n_removed)
{
	g_autofree char *summary = output_refreshed(result, n_removed);

	print_answer(summary, -1);
}

int verb_refresh(const Options *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(VpResult) result = NULL;
	VpRequest *request = (VpRequest *)&options->request;
	guint n_removed = 0;
	int status;

	if (!request->cache_dir)
		return report_error("there is no cache directory: neither HOME nor "
				    "XDG_CACHE_HOME says where");
	request->cache = VP_CACHE_REFRESH;
	result = probe_settled(options);
	if (!result)
		return STATUS_FAILED;
	if (!result->cache_error && !vp_cache_remove(request->cache_dir, request->uid,
					    result, &n_removed, &error))
		report_error(error->message);
	if (!print_json(options, result)) {
		g_autofree char *table = output_list(result, options->color);

		print_answer(table, -1);
		print_summary(result, n_removed);
	}
	status = report(options, result);
	/* Nobody refreshes but to have it written. */
	return status == STATUS_DONE && (result->cache_error || error) ? STATUS_FAILED
								       : status;
}
