// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A result: its birth and end.
 */
#include "probe/candidate.h"

static void free_search_dir(void *data)
{
	VpSearchDir *dir = data;

	g_free(dir->dir);
	g_free(dir->error);
	g_free(dir);
}

VpResult *result_new(const VpRequest *request)
{
	VpResult *result = g_new0(VpResult, 1);

	result->request = request;
	result->search = g_ptr_array_new_with_free_func(free_search_dir);
	result->candidates =
		g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	return result;
}

void vp_result_free(VpResult *result)
{
	if (!result)
		return;
	g_ptr_array_unref(result->search);
	g_ptr_array_unref(result->candidates);
	if (result->stored)
		g_hash_table_unref(result->stored);
	g_free(result->cache_error);
	g_free(result);
}
