// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * help: one screen with the verbs and the commonest options; or all that one verb takes.
 * Everything comes from the tables of verbs, options and types.
 */
#include "probe/cli/verbs.h"

#include <string.h>

#include "probe/cli/columns.h"
#include "probe/vhost-probe-words.h"

#define WIDTH 80
/* Columns for what stands before the text. */
#define VERB_LEFT   10
#define ACTION_LEFT 11
#define OPTION_LEFT 26

/* @word after a blank, or on a new line where this one is full. */
static void append_wrapped(GString *text, const char *word)
{
	const char *line = strrchr(text->str, '\n');
	size_t length = strlen(line ? line + 1 : text->str);

	g_string_append(text, length + strlen(word) + 1 > WIDTH ? "\n   " : "");
	g_string_append_printf(text, " %s", word);
}

static void append_row(GString *text, const char *left, int width, const char *about)
{
	g_string_append_printf(text, "  %-*s %s\n", width, left, about);
}

/* "-t, --type TYPE" */
static void append_option(GString *text, const Option *option)
{
	g_autofree char *letter = option->letter
					  ? g_strdup_printf("-%c, ", option->letter)
					  : g_strdup("    ");
	g_autofree char *left = g_strjoin("", letter, "--", option->name,
		option->argument ? " " : "", option->argument, NULL);

	append_row(text, left, OPTION_LEFT, option->help);
}

/* "cache list|clear|path [OPTION...]" */
static char *describe_usage(const Verb *verb)
{
	g_autofree char *actions = verb->actions ? verb_list_actions(verb, "|") : NULL;
	const char *words[] = {verb->name, actions, verb->arguments,
		verb->needs_type ? "--type TYPE|--binary FILE" : NULL,
		verb->takes ? "[OPTION...]" : NULL, verb->passed_on};
	GString *usage = g_string_new("vhost-probe");

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i])
			g_string_append_printf(usage, " %s", words[i]);
	return g_string_free(usage, FALSE);
}

static char *help_all(void)
{
	GString *text = g_string_new("vhost-probe [VERB] [OPTION...]: which vhost-user "
				     "backend to use, and why\n\n");

	for (const Verb *const *verb = verbs; *verb; verb++) {
		g_autofree char *about = g_strconcat(
			(*verb)->about, verb == verbs ? " (the default)" : "", NULL);

		if (!(*verb)->is_hidden)
			append_row(text, (*verb)->name, VERB_LEFT, about);
	}
	g_string_append_c(text, '\n');
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (option_table[i].common)
			append_option(text, &option_table[i]);
	g_string_append(text, "\n\"vhost-probe help VERB\" has all options of a verb.\n");
	return g_string_free(text, FALSE);
}

static void append_names(GString *text, bool in_schema)
{
	const VpDeviceType *type;

	for (gsize i = 0; (type = vp_device_type_at(i)); i++)
		if (vp_device_type_is_in_schema(type) == in_schema)
			append_wrapped(text, vp_device_type_get_name(type));
}

static void append_types(GString *text)
{
	const VpDeviceType *type;

	g_string_append(text, "\nTypes:");
	append_names(text, true);
	g_string_append(text, "\nIn use, but not in the specification:");
	append_names(text, false);
	g_string_append(text, "\nFeatures:");
	for (gsize i = 0; (type = vp_device_type_at(i)); i++) {
		g_autofree char *features =
			g_strjoinv(" ", (char **)vp_device_type_get_features(type));
		g_autofree char *of_type = g_strdup_printf(
			"%s (%s)", vp_device_type_get_name(type), features);

		if (*features)
			append_wrapped(text, of_type);
	}
	g_string_append_c(text, '\n');
}

static void append_layers(GString *text)
{
	const char *layer;

	g_string_append(text, "\nLayers:");
	for (gsize i = 0; (layer = vp_layer_name(i)); i++)
		append_wrapped(text, layer);
	g_string_append_c(text, '\n');
}

static void append_columns(GString *text)
{
	g_string_append(text, "\nColumns:");
	for (const Column *column = columns_all(); column->name; column++)
		append_wrapped(text, column->name);
	g_string_append_c(text, '\n');
}

static char *help_verb(const Verb *verb)
{
	g_autofree char *usage = describe_usage(verb);
	GString *text = g_string_new(NULL);

	g_string_append_printf(text, "Usage: %s\n%c%s.\n%s\n", usage,
		g_ascii_toupper(verb->about[0]), verb->about + 1,
		verb->help ? verb->help : "");
	for (const VerbAction *action = verb->actions; action && action->name; action++)
		append_row(text, action->name, ACTION_LEFT, action->about);
	if (verb->actions)
		g_string_append_c(text, '\n');
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (verb_takes(verb, NULL, &option_table[i]))
			append_option(text, &option_table[i]);
	if (verb->takes & TAKES_REQUEST)
		append_types(text);
	if (verb->takes & TAKES_RUN)
		append_layers(text);
	if (verb->takes & TAKES_COLUMNS)
		append_columns(text);
	return g_string_free(text, FALSE);
}

static int run(const Options *options)
{
	char **words = options->arguments;
	g_autoptr(GError) error = NULL;
	const Verb *verb = *words ? verb_find(*words) : NULL;
	g_autofree char *text = NULL;

	if (*words && !verb) {
		verb_unknown(*words, &error);
		return report_error(error->message);
	}
	text = verb ? help_verb(verb) : help_all();
	print_answer(text, -1);
	return STATUS_DONE;
}

const Verb verb_help = {
	.name = "help",
	.about = "show this help, or all options of a verb",
	.run = run,
	.arguments = "[VERB]",
};
