// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command line, split into options and other words by the table of options, before
 * anything of it is understood.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/option-table.h"

typedef struct {
	char **values[N_OPTIONS];  /* as they were typed; NULL: not given */
	gboolean flags[N_OPTIONS]; /* of options without a value */
	char **rest;               /* never NULL; what follows "--" at its end */
	guint n_before;            /* how many of them stand before "--" */
} Words;

/*
 * words_split:
 * @argv: NULL-terminated, with the program's name
 * @error: G_OPTION_ERROR: one line for people
 *
 * Returns: whether @ret_words is filled in, to be freed by words_clear().
 */
bool words_split(char **argv, Words *ret_words, GError **error);
void words_clear(Words *words);

/* Whether the option was given. */
bool words_has(const Words *words, OptionId id);

/* Returns: (transfer none) (nullable): the value of one that is given once. */
const char *words_value(const Words *words, OptionId id);
