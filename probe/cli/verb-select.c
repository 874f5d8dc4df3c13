// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * select: the program to use on stdout and nothing else, or on stderr why there is none.
 */
#include "probe/cli/verbs.h"

/* Several manifests may name the same program: it is one answer. */
static void print_selected(const Options *options, const VpResult *result)
{
	g_autoptr(GHashTable) printed = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->verdict != VP_VERDICT_SELECTED ||
			!g_hash_table_add(printed, candidate->binary))
			continue;
		print_answer(candidate->binary, -1);
		print_answer(options->null ? "" : "\n", 1);
	}
}

static int run(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, options->request.mode);

	if (!result)
		return STATUS_FAILED;
	if (!print_json(options, result))
		print_selected(options, result);
	remark_on_choice(options, result);
	return report(options, result);
}

const Verb verb_select = {
	.name = "select",
	.about = "print the first match's program",
	.help = "Nothing else is on stdout. If there is none, stderr says why, and the\n"
		"exit status is 1.\n",
	.run = run,
	.takes = TAKES_PROBE | TAKES_MATCHES | TAKES_CACHE | TAKES_VERBOSE,
	.needs_type = true,
};
