// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Splits the command line by GOption, and refuses what that lets pass: values of flags,
 * and a second value where the last one would win in silence.
 */
#include "probe/cli/words.h"

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
	g_autofree char *meant = option_meant(word), *shown = usage_shown(word);
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

/* Whether @word is a short option with its value attached, as in -tgpu. */
static bool has_value_attached(const char *word)
{
	const Option *option =
		word[0] == '-' && word[1] && word[2] ? option_find_letter(word[1]) : NULL;

	return option && option->kind != OPTION_FLAG;
}

/* What GOption does not do: "-tgpu" becomes "-t", "gpu". Of the first @n words. */
static char **detach_values(char **argv, guint n)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();

	for (guint i = 0; i < n; i++) {
		if (has_value_attached(argv[i])) {
			g_ptr_array_add(list, g_strndup(argv[i], 2));
			/* "-t=gpu", as "--type=gpu". */
			g_ptr_array_add(
				list, g_strdup(argv[i] + 2 + (argv[i][2] == '=')));
		} else {
			g_ptr_array_add(list, g_strdup(argv[i]));
		}
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* GOption takes "--all=no" for "--all", and "-a=no" for "-a". */
static bool check_flags(char **argv, GError **error)
{
	for (; *argv; argv++) {
		const Option *option = option_of_word(*argv);

		if (option && option->kind == OPTION_FLAG &&
			((*argv)[1] == '-' ? strchr(*argv, '=') != NULL
					   : (*argv)[2] == '='))
			return usage_error(error, "--%s takes no value", option->name);
	}
	return true;
}

/* "-d needs a value: DIR". @word: the option as GOption names it. */
static bool missing_value(const char *word, GError **error)
{
	const Option *option = option_of_word(word);

	if (option && option->argument)
		return usage_error(error, "%s needs a value: %s", word, option->argument);
	return usage_error(error, "%s needs a value", word);
}

static bool check_repeated(const Words *words, GError **error)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		char **values = words->values[i];

		if (option_table[i].kind == OPTION_ONE && values && values[1])
			return usage_error(error,
				"--%s is given twice, with %s and %s; it takes one value",
				option_table[i].name, values[0], values[1]);
	}
	return true;
}

/* For GOption. The values as they were typed: the kinds that are called strings would be
 * converted from the locale's character set. */
static void make_entries(Words *words, GOptionEntry *ret_entries)
{
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const Option *option = &option_table[i];
		bool flag = option->kind == OPTION_FLAG;

		ret_entries[i] = (GOptionEntry){
			.long_name = option->name,
			.short_name = option->letter,
			.arg = flag ? G_OPTION_ARG_NONE : G_OPTION_ARG_FILENAME_ARRAY,
			.arg_data = flag ? (void *)&words->flags[i]
					 : (void *)&words->values[i],
		};
	}
	ret_entries[N_OPTIONS] = (GOptionEntry){
		.long_name = G_OPTION_REMAINING,
		.arg = G_OPTION_ARG_FILENAME_ARRAY,
		.arg_data = &words->rest,
	};
	ret_entries[N_OPTIONS + 1] = (GOptionEntry){0};
}

/* What GOption's messages begin with where it does not know an option, or misses its
 * value; LANG changes nothing, since the program sets no locale. */
#define UNKNOWN "Unknown option "
#define MISSING "Missing argument for "

/* @before: the words of @argv before "--"; GOption takes out what it understands. */
static bool split(char **argv, char ***before, Words *words, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) parse_error = NULL;
	GOptionEntry entries[N_OPTIONS + 2];

	make_entries(words, entries);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	if (!check_flags(*before, error))
		return false;
	if (g_option_context_parse_strv(context, before, &parse_error))
		return check_repeated(words, error);
	if (g_str_has_prefix(parse_error->message, UNKNOWN))
		return unknown_option(
			parse_error->message + strlen(UNKNOWN), argv, error);
	if (g_str_has_prefix(parse_error->message, MISSING))
		return missing_value(parse_error->message + strlen(MISSING), error);
	parse_error->message[0] = g_ascii_tolower(parse_error->message[0]);
	return usage_error(error, "%s", parse_error->message);
}

static void append_rest(Words *words, char **behind)
{
	g_autoptr(GStrvBuilder) rest = g_strv_builder_new();
	char *none[] = {NULL};
	char **before = words->rest ? words->rest : none;

	words->n_before = g_strv_length(before);
	g_strv_builder_addv(rest, (const char **)before);
	g_strv_builder_addv(rest, (const char **)behind);
	g_strfreev(words->rest);
	words->rest = g_strv_builder_end(rest);
}

bool words_split(char **argv, Words *ret_words, GError **error)
{
	g_auto(GStrv) before = NULL;
	Words words = {0};
	guint n = 0;

	while (argv[n] && !g_str_equal(argv[n], "--"))
		n++;
	before = detach_values(argv, n);
	if (!split(argv, &before, &words, error)) {
		words_clear(&words);
		return false;
	}
	append_rest(&words, argv[n] ? argv + n + 1 : argv + n);
	*ret_words = words;
	return true;
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
