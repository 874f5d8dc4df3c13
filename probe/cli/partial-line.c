// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads a command line that is still being typed, by the tables of options and verbs. The
 * parser in words.c cannot: it ends at the first word that is wrong, and most words are
 * wrong while they are being typed.
 */
#include "probe/cli/partial-line.h"

#include <string.h>

/* Returns: (transfer full): @word without its quotes, as far as they are closed. */
static char *unquote(const char *word)
{
	static const char *const ends[] = {"", "\"", "'"};

	for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
		g_autofree char *closed = g_strconcat(word, ends[i], NULL);
		char *bare = g_shell_unquote(closed, NULL);

		if (bare)
			return bare;
	}
	return g_strdup(word);
}

/* Where the value of @option begins in @word, which is "--NAME=VALUE", "-nVALUE" or
 * "-n=VALUE"; 0: it has none. */
static size_t find_value(const char *word, const Option *option)
{
	const char *equals = strchr(word, '=');

	if (!option || option->kind == OPTION_FLAG)
		return 0;
	if (word[1] == '-')
		return equals ? (size_t)(equals + 1 - word) : 0;
	return word[2] ? 2 + (word[2] == '=') : 0;
}

static void note(PartialLine *line, const Option *option, const char *value)
{
	GPtrArray **values = &line->values[option - option_table];

	if (!*values)
		*values = g_ptr_array_new_with_free_func(g_free);
	if (value)
		g_ptr_array_add(*values, g_strdup(value));
}

static bool is_option(const PartialLine *line, const char *word)
{
	return !line->is_behind && word[0] == '-' && word[1];
}

/* Returns: the option whose value has to follow, or NULL. */
static const Option *take_option(PartialLine *line, const char *word)
{
	const Option *option = option_of_word(word);
	size_t value = find_value(word, option);

	if (value || word[1] == '-') {
		if (option)
			note(line, option, value ? word + value : NULL);
		return option && !value && option->kind != OPTION_FLAG ? option : NULL;
	}
	/* Flags in one word, "-qv"; a value may follow the last one. */
	for (const char *letter = word + 1; *letter; letter++) {
		option = option_find_letter(*letter);
		if (option)
			note(line, option, NULL);
	}
	return option && option->kind != OPTION_FLAG ? option : NULL;
}

static void take_argument(PartialLine *line, const char *word)
{
	if (!line->verb) {
		line->verb = verb_find(word);
		line->is_lost |= !line->verb;
	} else if (line->verb->actions && !line->action) {
		line->action = verb_find_action(line->verb, word);
		line->is_lost |= !line->action;
	} else {
		line->n_arguments++;
	}
}

/* @awaited: the option whose value it is, or NULL. */
static void take_last(PartialLine *line, const char *word, const Option *awaited)
{
	const Option *option = awaited;
	size_t value = 0;

	if (!awaited && is_option(line, word)) {
		option = option_of_word(word);
		value = find_value(word, option);
		option = value ? option : NULL;
	}
	line->option = option;
	line->lead = g_strndup(word, value);
	line->last = g_strdup(word + value);
}

void partial_line_read(char **words, PartialLine *ret_line)
{
	PartialLine line = {0};
	const Option *awaited = NULL;
	g_autofree char *last = NULL;

	for (; *words && words[1]; words++) {
		g_autofree char *word = unquote(*words);

		if (awaited) {
			note(&line, awaited, word);
			awaited = NULL;
		} else if (!line.is_behind && g_str_equal(word, "--")) {
			line.is_behind = true;
		} else if (is_option(&line, word)) {
			awaited = take_option(&line, word);
		} else {
			take_argument(&line, word);
		}
	}
	last = unquote(*words ? *words : "");
	take_last(&line, last, awaited);
	*ret_line = line;
}

void partial_line_clear(PartialLine *line)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (line->values[i])
			g_ptr_array_unref(line->values[i]);
	g_free(line->lead);
	g_free(line->last);
	*line = (PartialLine){0};
}
