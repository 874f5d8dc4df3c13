// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * complete: for the shells' completions (data/completions), which know only how their
 * shell names and takes words.
 */
#include "probe/cli/verbs.h"

#include "probe/cli/offers.h"

static int run(const Options *options)
{
	g_auto(PartialLine) line = {0};
	g_autofree char *lines = NULL;

	partial_line_read(options->arguments, &line);
	lines = offers_find(&line);
	print_answer(lines, -1);
	return STATUS_DONE;
}

const Verb verb_complete = {
	.name = "complete",
	.about = "what may come next on a command line, for shells",
	.help = "The words after -- are those after \"vhost-probe\", as they were "
		"typed; the\n"
		"last may be empty or unfinished. Each line is a word that fits there, a "
		"tab\n"
		"and what it means; \":file\" and \":directory\" stand for names of "
		"files.\n"
		"No program is run.\n",
	.run = run,
	.is_hidden = true,
	.arguments = "-- WORD...",
};
