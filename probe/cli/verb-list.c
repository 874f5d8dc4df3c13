// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * list: every file that was seen, in order of precedence, with its verdict.
 */
#include "probe/cli/verbs.h"

#include <unistd.h>

#include "probe/cli/output.h"

static int run(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, VP_MODE_LIST);

	if (!result)
		return STATUS_FAILED;
	if (!print_json(options, result)) {
		const Screen screen = screen_look(STDOUT_FILENO, options->color);
		g_autofree char *table = output_list(
			result, (const char *const *)options->columns, &screen);

		print_answer(table, -1);
	}
	return report(options, result);
}

const Verb verb_list = {
	.name = "list",
	.about = "list every file, with type, features and verdict",
	.run = run,
	.takes = TAKES_PROBE | TAKES_CACHE | TAKES_COLOR | TAKES_COLUMNS,
};
