// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/* A user of the installed library, with its words: two threads, the second of which
 * starts after the first one's call. */
#include <stdio.h>
#include <vhost-probe.h>

static char **words;

static gpointer ask(gpointer unused)
{
	const char *dirs[] = {words[1], NULL};
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(VpResult) result = NULL;
	const VpCandidate *selected;

	vp_request_set_type(request, "gpu");
	vp_request_set_search(request, dirs);
	if (words[2])
		vp_request_set_warden(request, words[2]);
	result = vp_probe(request, NULL);
	selected = result ? vp_result_get_selected(result) : NULL;
	puts(selected ? vp_candidate_get_binary(selected) : "none");
	return NULL;
}

int main(int argc, char **argv)
{
	words = argv;
	for (int i = 0; i < 2; i++)
		g_thread_join(g_thread_new("ask", ask, NULL));
	return 0;
}
