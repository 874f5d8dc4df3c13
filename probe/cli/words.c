// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Splits the command line by getopt, and refuses what that lets pass: a long option's
 * beginning, and a second value where the last one would win in silence.
 */
#include "probe/cli/words.h"

#include <getopt.h>
#include <string.h>

#include "common/text.h"
#include "probe/cli/option-values.h"
#include "probe/cli/verbs.h"

/* Returns: the verb that @argv names, most likely, or NULL. */
static const Verb *find_verb(char **argv)
{
	const Verb *verb = NULL;

	for (char **word = argv + 1; !verb && *argv && *word; word++)
		verb = verb_find(*word);
	return verb;
}

/* Returns: (transfer full) (nullable): "the verb list", "cache clear": what somebody
 * wrote as an option. */
static char *find_as_word(const char *name)
{
	for (const Verb *const *verb = verbs; *verb; verb++) {
		if (g_str_equal((*verb)->name, name) && !(*verb)->is_hidden)
			return g_strconcat("the verb ", name, NULL);
		if ((*verb)->actions && verb_find_action(*verb, name))
			return g_strjoin(" ", (*verb)->name, name, NULL);
	}
	return NULL;
}

/* Returns: (transfer full) (nullable): what is meant by @word, which is no option. */
static char *option_meant(const char *word)
{
	const char *known[N_OPTIONS], *nearest;
	g_autofree char *name = NULL;

	if (!g_str_has_prefix(word, "--"))
		return NULL;
	name = g_strndup(word + 2, strcspn(word + 2, "="));
	for (size_t i = 0; i < N_OPTIONS; i++)
		known[i] = option_table[i].name;
	nearest = text_nearest(name, known, N_OPTIONS);
	return nearest ? g_strconcat("--", nearest, NULL) : find_as_word(name);
}

static bool unknown_option(const char *word, char **argv, GError **error)
{
	const Verb *verb = find_verb(argv);
	g_autofree char *meant = option_meant(word), *shown = text_shown(word);
	/* An option for the program that a verb starts. */
	const char *also =
		verb && verb->passed_on &&
				!g_strv_contains((const char *const *)argv, "--")
			? "; arguments for the program follow --"
			: "";

	if (meant)
		return usage_error(error, "unknown option %s; did you mean %s?%s", shown,
			meant, also);
	return usage_error(error, "unknown option %s; see vhost-probe %s%s%s", shown,
		verb ? "help " : "--help", verb ? verb->name : "", also);
}

/* "-d needs a value: DIR". */
static bool missing_value(const char *word, char letter, GError **error)
{
	const char name[] = {'-', letter, '\0'};
	bool is_long = word[1] == '-';
	const Option *option =
		is_long ? option_of_word(word) : option_find_letter(letter);

	return usage_error(
		error, "%s needs a value: %s", is_long ? word : name, option->argument);
}

/* @word: what getopt does not take. */
static bool refused(const char *word, char **argv, GError **error)
{
	const Option *option = option_of_word(word);

	if (option && option->kind == OPTION_FLAG &&
		(word[1] == '-' ? strchr(word, '=') != NULL : word[2] == '='))
		return usage_error(error, "--%s takes no value", option->name);
	return unknown_option(word, argv, error);
}

static bool check_repeated(const Words *words, GError **error)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		char **values = words->values[i];
		g_autofree char *one = NULL, *other = NULL;

		if (option_table[i].kind != OPTION_ONE || !values || !values[1])
			continue;
		one = text_shown(values[0]);
		other = text_shown(values[1]);
		return usage_error(error,
			"--%s is given twice, with %s and %s; it takes one value",
			option_table[i].name, one, other);
	}
	return true;
}

/* The table, as getopt has it. "-" in front: words that are no options come in their
 * order, whatever the environment says; ":": it prints nothing. */
#define LONG      256
#define IN_ORDER  1
#define SHORT_MAX (sizeof "-:" + 2 * N_OPTIONS)

static void describe(struct option ret_longs[N_OPTIONS + 1], char ret_shorts[SHORT_MAX])
{
	char *at = g_stpcpy(ret_shorts, "-:");

	for (size_t i = 0; i < N_OPTIONS; i++) {
		const Option *option = &option_table[i];
		bool flag = option->kind == OPTION_FLAG;

		ret_longs[i] = (struct option){
			option->name, flag ? no_argument : required_argument, NULL, LONG};
		if (option->letter)
			*at++ = option->letter;
		if (option->letter && !flag)
			*at++ = ':';
	}
	*at = '\0';
	ret_longs[N_OPTIONS] = (struct option){0};
}

/* Lists while they grow. */
typedef struct {
	GPtrArray *values[N_OPTIONS], *rest;
} Lists;

static void append(GPtrArray **list, const char *value)
{
	if (!*list)
		*list = g_ptr_array_new();
	g_ptr_array_add(*list, g_strdup(value));
}

/* Returns: (transfer full) (nullable). */
static char **end(GPtrArray *list)
{
	if (!list)
		return NULL;
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

static void note(Words *words, Lists *lists, OptionId id, const char *word)
{
	/* "-t=gpu", as "--type=gpu". */
	bool attached = optarg > word && optarg <= word + strlen(word);

	if (option_table[id].kind == OPTION_FLAG)
		words->flags[id] = TRUE;
	else
		append(&lists->values[id],
			optarg + (attached && word[1] != '-' && *optarg == '='));
}

/* The first @n words. */
static bool split(int n, char **argv, Words *words, Lists *lists, GError **error)
{
	struct option longs[N_OPTIONS + 1];
	char shorts[SHORT_MAX];
	int index = 0;

	describe(longs, shorts);
	optind = 0; /* anew: a line that is completed is another one */
	while (optind < n) {
		const char *word = argv[MAX(optind, 1)];
		int found = getopt_long(n, argv, shorts, longs, &index);
		const Option *option = found == LONG ? option_table + index
						     : option_find_letter((char)found);

		if (found < 0 || !word)
			break;
		if (found == IN_ORDER)
			append(&lists->rest, optarg);
		else if (found == ':' && (word[1] != '-' || option_of_word(word)))
			return missing_value(word, (char)optopt, error);
		else if (!option || (found == LONG && option_of_word(word) != option))
			return refused(word, argv, error);
		else
			note(words, lists, (OptionId)(option - option_table), word);
	}
	return true;
}

bool words_split(char **argv, Words *ret_words, GError **error)
{
	Words words = {0};
	Lists lists = {.rest = g_ptr_array_new()};
	int n = 0;
	bool done;

	while (argv[n] && !g_str_equal(argv[n], "--"))
		n++;
	done = split(n, argv, &words, &lists, error);
	words.n_before = lists.rest->len;
	for (char **behind = argv + n; *behind && *++behind;)
		append(&lists.rest, *behind);
	for (size_t i = 0; i < N_OPTIONS; i++)
		words.values[i] = end(lists.values[i]);
	words.rest = end(lists.rest);
	if (done && check_repeated(&words, error)) {
		*ret_words = words;
		return true;
	}
	words_clear(&words);
	return false;
}

void words_clear(Words *words)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		g_strfreev(words->values[i]);
	g_strfreev(words->rest);
	*words = (Words){0};
}

bool words_has(const Words *words, OptionId id)
{
	return words->flags[id] || words->values[id];
}

const char *words_value(const Words *words, OptionId id)
{
	return words->values[id] ? words->values[id][0] : NULL;
}
