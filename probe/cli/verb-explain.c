// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * explain: for one request, why each file was or was not chosen.
 */
#include "probe/cli/verbs.h"

#include <unistd.h>

#include "probe/cli/output.h"

static int run(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, VP_MODE_EXPLAIN);

	if (!result)
		return STATUS_FAILED;
	if (!print_json(options, result)) {
		const Screen screen = screen_look(STDOUT_FILENO, options->color);
		g_autofree char *explanation = output_explanation(result, &screen);

		print_answer(explanation, -1);
	}
	return report(options, result);
}

const Verb verb_explain = {
	.name = "explain",
	.about = "explain why each backend was or was not chosen",
	.help = "All programs of the type are run, not only those up to the first "
		"match.\n",
	.run = run,
	.takes = TAKES_PROBE | TAKES_CACHE | TAKES_COLOR,
	.needs_type = true,
};
