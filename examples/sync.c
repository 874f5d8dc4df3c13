// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * sync TYPE [FEATURE...]: prints the program of the first backend of this device type
 * that has these features; or on stderr what is wrong with each file that was seen. The
 * environment and the host's configuration count, as for vhost-probe itself.
 */
#include <stdio.h>
#include <vhost-probe.h>

static void explain(const VpResult *result)
{
	const VpCandidate *candidate;

	for (gsize i = 0; (candidate = vp_result_get_candidate(result, i)); i++) {
		const char *manifest = vp_candidate_get_manifest(candidate);
		const char *reason = vp_candidate_get_reason(candidate);
		/* Both may have control characters: for a terminal they are escaped. */
		g_autofree char *line = g_strdup_printf("%s: %s", manifest, reason);
		g_autofree char *escaped = g_strescape(line, NULL);

		fprintf(stderr, "%s\n", escaped);
	}
}

int main(int argc, char **argv)
{
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;
	const VpCandidate *selected;

	if (argc < 2) {
		fprintf(stderr, "usage: sync TYPE [FEATURE...]\n");
		return 2;
	}
	vp_request_set_from_environment(request);
	vp_request_set_type(request, argv[1]);
	vp_request_set_need(request, (const char *const *)argv + 2);
	if (vp_request_load_config(request, NULL, &error))
		result = vp_probe(request, &error);
	if (!result) {
		fprintf(stderr, "sync: %s\n", error->message);
		return 2;
	}
	selected = vp_result_get_selected(result);
	if (!selected) {
		explain(result);
		return 1;
	}
	puts(vp_candidate_get_binary(selected));
	return 0;
}
