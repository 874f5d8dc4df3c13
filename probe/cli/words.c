// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Splits the command line by GOption, and refuses what that lets pass: values of flags,
 * and a second value where the last one would win in silence.
 */
#include "probe/cli/words.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/option-values.h"

static bool unknown_option(const char *word, GError **error)
{
	const char *known[N_OPTIONS];
	g_autofree char *name = g_strndup(word + 2, strcspn(word + 2, "="));
	const char *nearest = NULL;

	for (size_t i = 0; i < N_OPTIONS; i++)
		known[i] = option_table[i].name;
	if (g_str_has_prefix(word, "--"))
		nearest = text_nearest(name, known, N_OPTIONS);
	if (nearest)
		return usage_error(
			error, "unknown option %s; did you mean --%s?", word, nearest);
	return usage_error(error, "unknown option %s; see vhost-probe --help", word);
}

/* Whether @word is a short option with its value behind it, as in -tgpu. */
static bool has_value_attached(const char *word)
{
	if (word[0] != '-' || !word[1] || !word[2])
		return false;
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (option_table[i].letter == word[1])
			return option_table[i].kind != OPTION_FLAG;
	return false;
}

/* What GOption does not do: "-tgpu" becomes "-t", "gpu". */
static char **detach_values(char **argv)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	bool options = true;

	for (; *argv; argv++) {
		options = options && !g_str_equal(*argv, "--");
		if (options && has_value_attached(*argv)) {
			g_ptr_array_add(list, g_strndup(*argv, 2));
			/* "-t=gpu", as "--type=gpu". */
			g_ptr_array_add(list, g_strdup(*argv + 2 + ((*argv)[2] == '=')));
		} else {
			g_ptr_array_add(list, g_strdup(*argv));
		}
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* Whether @word is "--NAME=" of @option, with a value. */
static bool has_value(const char *word, const Option *option)
{
	size_t length = strlen(option->name);

	return g_str_has_prefix(word, "--") &&
	       strncmp(word + 2, option->name, length) == 0 && word[2 + length] == '=';
}

/* GOption takes "--all=no" for "--all". */
static bool check_flags(char **argv, GError **error)
{
	for (; *argv && !g_str_equal(*argv, "--"); argv++)
		for (size_t i = 0; i < N_OPTIONS; i++)
			if (option_table[i].kind == OPTION_FLAG &&
				has_value(*argv, &option_table[i]))
				return usage_error(error, "--%s takes no value",
					option_table[i].name);
	return true;
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

/* What GOption's message begins with where it does not know an option. */
#define UNKNOWN "Unknown option "

static bool split(char **argv, Words *words, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) copy = detach_values(argv);
	g_autoptr(GError) parse_error = NULL;
	GOptionEntry entries[N_OPTIONS + 2];

	make_entries(words, entries);
	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	if (!check_flags(argv, error))
		return false;
	if (g_option_context_parse_strv(context, &copy, &parse_error))
		return check_repeated(words, error);
	if (g_str_has_prefix(parse_error->message, UNKNOWN))
		return unknown_option(parse_error->message + strlen(UNKNOWN), error);
	parse_error->message[0] = g_ascii_tolower(parse_error->message[0]);
	return usage_error(error, "%s", parse_error->message);
}

bool words_split(char **argv, Words *ret_words, GError **error)
{
	Words words = {0};

	if (!split(argv, &words, error)) {
		words_clear(&words);
		return false;
	}
	if (!words.rest)
		words.rest = g_new0(char *, 1);
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
