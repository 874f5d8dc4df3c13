// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * refresh: run everything and write the cache, as at boot; away with what cannot be
 * believed any more.
 */
#include "probe/cli/verbs.h"

#include "probe/cli/output.h"

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
	result = probe(options, VP_MODE_LIST);
	if (!result)
		return STATUS_FAILED;
	if (!result->cache_error && !vp_cache_remove(request->cache_dir, request->uid,
					    false, &n_removed, &error))
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
