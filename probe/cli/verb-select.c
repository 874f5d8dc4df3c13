// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * select: the program to use on stdout and nothing else, or on stderr why there is none.
 */
#include "probe/cli/verbs.h"

/* Several manifests may name the same program: it is one answer. */
static void print_selected(const Options *options, const VpResult *result)
{
	g_autoptr(GHashTable) printed = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (vp_candidate_get_verdict(candidate) != VP_VERDICT_SELECTED ||
			!g_hash_table_add(
				printed, (char *)vp_candidate_get_binary(candidate)))
			continue;
		print_answer(vp_candidate_get_binary(candidate), -1);
		print_answer(options->null ? "" : "\n", 1);
	}
}

static int run(const Options *options)
{
	g_autoptr(VpResult) result =
		probe(options, vp_request_get_mode(options->request));

	if (!result)
		return STATUS_FAILED;
	if (!print_json(options, result))
		print_selected(options, result);
	remark_on_choice(options, result);
	return report(options, result);
}

const Verb verb_select = {
	.name = "select",
	.about = "print the program of the first backend that matches",
	.help = "Nothing else is on stdout. If no backend matches, stderr says why, and "
		"the exit\n"
		"status is 1.\n",
	.run = run,
	.takes = TAKES_PROBE | TAKES_MATCHES | TAKES_CACHE | TAKES_VERBOSE,
	.needs_type = true,
};
