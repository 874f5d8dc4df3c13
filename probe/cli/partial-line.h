// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A command line that is still being typed, as far as it can be understood: nothing in it
 * is an error.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/verbs.h"

typedef struct {
	/* What stands before the last word. */
	const Verb *verb; /* NULL: none is named */
	const VerbAction *action;
	bool is_lost;                 /* a word is neither a verb nor an action */
	guint n_arguments;            /* words after those */
	bool is_behind;               /* "--": no option follows */
	GPtrArray *values[N_OPTIONS]; /* of char *; NULL: not given; of a flag empty */

	/* The last word: whose value it is, or NULL; what stands before that ("--type="),
	 * and the value itself, or the whole word. */
	const Option *option;
	char *lead, *last;
} PartialLine;

/*
 * partial_line_read:
 * @words: those after the program's name, as they were typed, quotes included; the last
 * one, which may be empty, is not finished
 */
void partial_line_read(char **words, PartialLine *ret_line);
void partial_line_clear(PartialLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(PartialLine, partial_line_clear)
