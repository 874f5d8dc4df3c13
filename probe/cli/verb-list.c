// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * list: every file that was seen, in order of precedence, with what became of it.
 */
#include "probe/cli/verbs.h"

#include <unistd.h>

#include "probe/cli/output.h"

int verb_list(const Options *options)
{
	g_autoptr(VpResult) result = probe(options, VP_MODE_LIST);

	if (!result)
		return STATUS_FAILED;
	if (!print_json(options, result)) {
		const Screen screen = screen_look(STDOUT_FILENO, options->color);
		g_autofree char *table = output_list(result, NULL, &screen);

		print_answer(table, -1);
	}
	return report(options, result);
}
