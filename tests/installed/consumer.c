// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/* A user of the installed library: prints the gpu backend of a directory. As a program,
 * or as a module that load.c loads. The second argument is a warden elsewhere than the
 * library expects it. */
#include <stdio.h>
#include <vhost-probe.h>

int main(int argc, char **argv)
{
	const char *dirs[] = {argv[1], NULL};
	g_autoptr(GError) error = NULL;
	g_autoptr(VpRequest) request = vp_request_new();
	vp_request_set_type(request, "gpu");
	vp_request_set_search(request, dirs);
	vp_request_set_warden(request, argc > 2 ? argv[2] : NULL);
	g_autoptr(VpResult) result = vp_probe(request, &error);
	const VpCandidate *selected = result ? vp_result_get_selected(result) : NULL;
	return puts(selected ? vp_candidate_get_binary(selected) : "none") < 0;
}
