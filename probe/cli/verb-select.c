// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * select: the program to use on stdout and nothing else, or on stderr why there is none.
 */
#include "probe/cli/verbs.h"

#include <unistd.h>

#include "probe/cli/output.h"

int verb_select(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, options->request.mode);

	if (!result)
		return STATUS_FAILED;
	if (options->verbose) {
		const Screen screen = screen_look(STDERR_FILENO, false);

		consume_remark(options, output_explanation(result, &screen));
	}
	if (!print_json(options, result)) {
		for (guint i = 0; i < result->candidates->len; i++) {
			const VpCandidate *candidate = result->candidates->pdata[i];
			g_autofree char *line = NULL;

			if (candidate->verdict != VP_VERDICT_SELECTED)
				continue;
			line = g_strconcat(
				candidate->binary, options->null ? "" : "\n", NULL);
			print_answer(line, -1);
			if (options->null)
				print_answer("", 1);
		}
	}
	return report(options, result);
}
