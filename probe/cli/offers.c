// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Finds what may stand at the end of a command line: verbs, options, and by the word that
 * stands for an option's value in the table of options ("TYPE"), the values.
 *
 * Names that manifests and programs have made up are offered if they are plain, short
 * words: what is offered goes through a shell, and must mean the same in each of them.
 */
#include "probe/cli/offers.h"

#include <string.h>

#include "probe/cli/announced.h"
#include "probe/cli/columns.h"
#include "probe/cli/option-values.h"

typedef struct {
	const PartialLine *line;
	char *lead;       /* what stands before each, in the same word */
	GHashTable *done; /* words that are offered, or stand there already */
	GString *text;
} Offers;

/* @about: or NULL */
static void offer(Offers *offers, const char *word, const char *about)
{
	if (!g_hash_table_add(offers->done, g_strdup(word)))
		return;
	g_string_append_printf(offers->text, "%s%s%s%s\n", offers->lead, word,
		about ? "\t" : "", about ? about : "");
}

/* Bytes of a name that is not ours. */
#define NAME_MAX_OFFERED 64

static bool is_plain(const char *word)
{
	return g_ascii_isalnum(word[0]) && strlen(word) <= NAME_MAX_OFFERED &&
	       !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789-_.+")];
}

/* ---- values, by what the table of options calls them ---- */

static void offer_files(Offers *offers)
{
	g_string_append(offers->text, ":file\n");
}

static void offer_directories(Offers *offers)
{
	g_string_append(offers->text, ":directory\n");
}

static void offer_types(Offers *offers)
{
	g_auto(GStrv) announced = announced_types(offers->line);
	const VpDeviceType *type;

	for (gsize i = 0; (type = vp_device_type_at(i)); i++) {
		const char *name = vp_device_type_get_name(type);
		bool here = g_strv_contains((const char *const *)announced, name);
		g_autofree char *about = g_strconcat(vp_device_type_get_about(type),
			here ? " (announced here)" : "", NULL);

		offer(offers, name, about);
	}
	for (char **name = announced; *name; name++)
		if (is_plain(*name))
			offer(offers, *name, "announced here");
}

static void offer_features(Offers *offers)
{
	const GPtrArray *given = offers->line->values[OPTION_TYPE];
	const char *wanted = given && given->len ? given->pdata[0] : NULL;
	g_auto(GStrv) announced = announced_features(offers->line);
	const VpDeviceType *type;

	for (gsize i = 0; (type = vp_device_type_at(i)); i++) {
		const char *type_name = vp_device_type_get_name(type);
		g_autofree char *about = g_strconcat("of ", type_name, NULL);
		const char *const *feature = vp_device_type_get_features(type);

		if (wanted && !g_str_equal(wanted, type_name))
			continue;
		for (; *feature; feature++)
			offer(offers, *feature, about);
	}
	for (char **name = announced; *name; name++)
		if (is_plain(*name))
			offer(offers, *name, "of a program on this host");
}

static void offer_levels(Offers *offers)
{
	const char *name;

	for (VpLevel level = VP_LEVEL_NONE; (name = vp_level_name(level)); level++)
		offer(offers, name, NULL);
}

static void offer_layers(Offers *offers)
{
	const char *name;

	for (gsize i = 0; (name = vp_layer_name(i)); i++)
		offer(offers, name, NULL);
}

static void offer_cache_modes(Offers *offers)
{
	const char *name;

	for (VpCacheMode mode = VP_CACHE_AUTO; (name = vp_cache_mode_name(mode)); mode++)
		offer(offers, name, NULL);
}

static void offer_colors(Offers *offers)
{
	for (const char *const *name = color_names; *name; name++)
		offer(offers, *name, NULL);
}

static void offer_columns(Offers *offers)
{
	for (const Column *column = columns_all(); column->name; column++)
		offer(offers, column->name, NULL);
}

/* @action: or NULL */
static bool takes_all_given(
	const Verb *verb, const VerbAction *action, const PartialLine *line)
{
	for (size_t i = 0; i < N_OPTIONS; i++)
		if (line->values[i] && !verb_takes(verb, action, &option_table[i]))
			return false;
	return true;
}

static void offer_verbs(Offers *offers)
{
	for (const Verb *const *verb = verbs; *verb; verb++)
		if (!(*verb)->is_hidden && takes_all_given(*verb, NULL, offers->line))
			offer(offers, (*verb)->name, (*verb)->about);
}

static void offer_actions(Offers *offers, const Verb *verb)
{
	for (const VerbAction *action = verb->actions; action->name; action++)
		if (takes_all_given(verb, action, offers->line))
			offer(offers, action->name, action->about);
}

/* By the words of option_table and, of what follows a verb, of the verbs. */
static const struct {
	const char *argument;
	void (*offer)(Offers *offers);
} kinds[] = {
	{"TYPE", offer_types},
	{"FEATURE,...", offer_features},
	{"FILE", offer_files},
	{"PATH", offer_files},
	{"DIR", offer_directories},
	{"LEVEL", offer_levels},
	{"LAYER,...", offer_layers},
	{"MODE", offer_cache_modes},
	{"WHEN", offer_colors},
	{"NAME,...", offer_columns},
	{"[FILE|DIR...]", offer_files},
	{"[VERB]", offer_verbs},
};

/* Nothing, where anything may stand there. */
static void offer_kind(Offers *offers, const char *argument)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_str_equal(kinds[i].argument, argument))
			kinds[i].offer(offers);
}

/* ---- where in the line ---- */

static void add_done(Offers *offers, const char *names)
{
	g_auto(GStrv) parts = g_strsplit(names, ",", -1);

	for (char **part = parts; *part; part++) {
		const char *name = g_strstrip(*part);

		g_hash_table_add(offers->done, g_strdup(name + (*name == '~')));
	}
}

/* In a list, what has been typed stays before each offer: "virgl,~ren". */
static void enter_list(Offers *offers, const Option *option)
{
	const PartialLine *line = offers->line;
	const char *comma = strrchr(line->last, ',');
	size_t length = comma ? (size_t)(comma + 1 - line->last) : 0;
	g_autofree char *before = g_strndup(line->last, length);

	length += strspn(line->last + length, " ");
	if (option == &option_table[OPTION_NEED] && line->last[length] == '~')
		length++;
	offers->lead = g_strdup_printf("%s%.*s", line->lead, (int)length, line->last);
	add_done(offers, before);
	for (size_t i = 0; i < N_OPTIONS; i++) {
		const GPtrArray *given = line->values[i];

		/* What is needed cannot be excluded. */
		if (given && g_strcmp0(option_table[i].argument, option->argument) == 0)
			for (guint j = 0; j < given->len; j++)
				add_done(offers, given->pdata[j]);
	}
}

static void offer_values(Offers *offers, const Option *option)
{
	if (g_str_has_suffix(option->argument, ",..."))
		enter_list(offers, option);
	else
		offers->lead = g_strdup(offers->line->lead);
	offer_kind(offers, option->argument);
}

/* Those that the verb takes, except for what was given and takes one value at most. */
static void offer_options(Offers *offers)
{
	const PartialLine *line = offers->line;
	const Verb *verb = line->verb ? line->verb : verbs[0];

	for (size_t i = 0; i < N_OPTIONS; i++) {
		const Option *option = &option_table[i];
		g_autofree char *word = g_strconcat("--", option->name, NULL);

		if (verb_takes(verb, line->action, option) &&
			(!line->values[i] || option->kind == OPTION_LIST))
			offer(offers, word, option->help);
	}
}

static void offer_arguments(Offers *offers)
{
	const PartialLine *line = offers->line;
	const Verb *verb = line->verb;

	if (line->is_behind && verb && verb->passed_on)
		offer_files(offers);
	else if (!verb)
		offer_verbs(offers);
	else if (verb->actions && !line->action)
		offer_actions(offers, verb);
	else if (verb->arguments &&
		 (!line->n_arguments || strstr(verb->arguments, "...")))
		offer_kind(offers, verb->arguments);
}

char *offers_find(const PartialLine *line)
{
	Offers offers = {.line = line,
		.done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.text = g_string_new(NULL)};

	if (line->option) {
		offer_values(&offers, line->option);
	} else if (!line->is_lost) {
		offers.lead = g_strdup("");
		if (line->last[0] != '-' || line->is_behind)
			offer_arguments(&offers);
		if (!offers.text->len && !line->is_behind)
			offer_options(&offers);
	}
	g_hash_table_unref(offers.done);
	g_free(offers.lead);
	return g_string_free(offers.text, FALSE);
}
