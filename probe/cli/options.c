// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command line, understood: words in, a verb and a request out. What the table of
 * options cannot say (numbers with bounds, words that exclude each other) is checked
 * here.
 *
 * The library reads what the environment says about a request, when it is asked to here;
 * what the environment says about the terminal is read in option-values.c and screen.c.
 */
#include "probe/cli/options.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/find-warden.h"
#include "probe/cli/option-values.h"
#include "probe/cli/verbs.h"
#include "probe/cli/words.h"

/* ---- what belongs together and what does not ---- */

/* Pairs of options that mean nothing together, and why, where that is not plain. */
static const struct {
	OptionId a, b;
	const char *why;
} conflicts[] = {
	{OPTION_USER, OPTION_NO_USER, NULL},
	{OPTION_NULL, OPTION_JSON, NULL},
	{OPTION_COLUMNS, OPTION_JSON, "the JSON document always has everything"},
	{OPTION_DIR, OPTION_USER, "--dir searches nothing else"},
	{OPTION_BINARY, OPTION_DIR, "--binary searches no directory"},
	{OPTION_BINARY, OPTION_USER, "--binary searches no directory"},
	{OPTION_SUGGEST, OPTION_JSON, "a manifest is JSON already"},
};

static bool check_conflicts(const Words *words, GError **error)
{
	for (size_t i = 0; i < G_N_ELEMENTS(conflicts); i++)
		if (words_has(words, conflicts[i].a) && words_has(words, conflicts[i].b))
			return usage_error(error, "--%s and --%s cannot be combined%s%s",
				option_table[conflicts[i].a].name,
				option_table[conflicts[i].b].name,
				conflicts[i].why ? ": " : "",
				conflicts[i].why ? conflicts[i].why : "");
	return true;
}

/* An empty path or type is always a script's unset variable. */
static bool check_empty(const Words *words, GError **error)
{
	static const OptionId never_empty[] = {OPTION_TYPE, OPTION_BINARY, OPTION_DIR,
		OPTION_CACHE_DIR, OPTION_EXPOSE, OPTION_OUTPUT};

	for (size_t i = 0; i < G_N_ELEMENTS(never_empty); i++) {
		const Option *option = &option_table[never_empty[i]];

		for (char **value = words->values[never_empty[i]]; value && *value;
			value++)
			if (!**value)
				return usage_error(
					error, "--%s: the value is empty", option->name);
	}
	return true;
}

/* Returns: whether @word is a long option, or a flag with a value, which none has. Others
 * ("-x", "--sandbox=none") are words like any, of callers that pass any. */
static bool is_option(const char *word)
{
	const Option *option = option_of_word(word);
	bool flag = option && option->kind == OPTION_FLAG;

	if (word[0] != '-' || word[1] != '-')
		return flag && word[2] == '=';
	return option && (flag || !strchr(word, '='));
}

/* "--type --json", or "--type --all=no": a script's unset variable, most likely. */
static bool check_no_option(const Words *words, GError **error)
{
	for (OptionId id = 0; id < N_OPTIONS; id++)
		for (char **value = words->values[id]; value && *value; value++)
			if (is_option(*value))
				return usage_error(error,
					"--%s is followed by %s; is its value missing?",
					option_table[id].name, *value);
	return true;
}

static bool check_combination(const Words *words, const Options *options, GError **error)
{
	const char *type = words_value(words, OPTION_TYPE);

	if (!check_conflicts(words, error))
		return false;
	if (options->verb->needs_type && !type && !words_has(words, OPTION_BINARY))
		return usage_error(error,
			"%s needs --type TYPE or --binary FILE; see vhost-probe help %s",
			options->verb->name, options->verb->name);
	if (type && !g_utf8_validate(type, -1, NULL))
		return usage_error(error, "--type: the type is not UTF-8");
	return true;
}

/* ---- the verb, and what may follow it ---- */

/* "; did you mean --type gpu?", or what else may help with @word, which no verb takes. */
static char *hint_at_argument(const Words *words, const char *word, bool behind)
{
	g_autofree char *meant =
		words_has(words, OPTION_TYPE) || behind ? NULL : verb_option_meant(word);

	if (meant)
		return g_strdup_printf("; did you mean %s?", meant);
	return g_strdup(behind ? "; exec passes arguments to the program" : "");
}

/* Sets @error: @verb takes no @word; @hint: what follows. Returns: FALSE. */
static bool unexpected(
	const char *verb, const char *word, const char *hint, GError **error)
{
	g_autofree char *shown = *word ? text_shown(word) : g_strdup("\"\"");

	return usage_error(error, "%s: unexpected argument %s%s", verb, shown, hint);
}

/* What a verb passes on has to stand after "--": it may look like an option. */
static bool check_passed_on(const Words *words, const Options *options, GError **error)
{
	const char *verb = options->verb->name, *first = options->arguments[0];
	g_autofree char *hint = NULL;

	if (words->n_before <= 1)
		return true;
	hint = hint_at_argument(words, first, false);
	return unexpected(verb, first,
		*hint ? hint : "; arguments for the program follow --", error);
}

static bool unknown_action(const Verb *verb, const char *word, GError **error)
{
	g_autofree char *known = verb_list_actions(verb, ", ");
	g_auto(GStrv) names = g_strsplit(known, ", ", -1);
	g_autofree char *folded = g_ascii_strdown(word, -1), *shown = text_shown(word);
	const char *nearest =
		text_nearest(folded, (const char *const *)names, g_strv_length(names));

	if (nearest)
		return usage_error(error, "%s: unknown word %s; did you mean %s %s?",
			verb->name, shown, verb->name, nearest);
	return usage_error(error, "%s: unknown word %s; expected one of: %s", verb->name,
		shown, known);
}

/* The word after a verb that has actions. */
static bool find_action(Options *options, GError **error)
{
	const Verb *verb = options->verb;
	char **words = options->arguments;
	g_autofree char *known = verb_list_actions(verb, ", "), *both = NULL;

	if (!*words || !**words)
		return usage_error(error, "%s: expected one of: %s", verb->name, known);
	options->action = verb_find_action(verb, *words);
	if (!options->action)
		return unknown_action(verb, *words, error);
	if (!words[1])
		return true;
	both = g_strjoin(" ", verb->name, *words, NULL);
	return unexpected(both, words[1], "", error);
}

static bool check_arguments(const Words *words, Options *options, GError **error)
{
	const Verb *verb = options->verb;
	const char *first = options->arguments[0];
	g_autofree char *hint = NULL;

	if (verb->actions)
		return find_action(options, error);
	if (verb->passed_on)
		return check_passed_on(words, options, error);
	if (verb->arguments && !strstr(verb->arguments, "...") && first &&
		options->arguments[1])
		return unexpected(verb->name, options->arguments[1],
			"; only one is allowed", error);
	if (verb->arguments || !first)
		return true;
	hint = hint_at_argument(words, first, words->n_before <= 1);
	return unexpected(verb->name, first, hint, error);
}

static bool check_taken(const Words *words, const Options *options, GError **error)
{
	const Verb *verb = options->verb;

	for (OptionId id = 0; id < N_OPTIONS; id++) {
		const Option *option = &option_table[id];
		g_autofree char *takers = NULL;

		if (!words_has(words, id) || verb_takes(verb, options->action, option))
			continue;
		takers = verb_list_takers(option);
		return usage_error(error, "--%s is for %s, not for %s%s%s", option->name,
			takers, verb->name, options->action ? " " : "",
			options->action ? options->action->name : "");
	}
	return true;
}

/* "VERB --help" is "help VERB", whatever else is there. */
static bool find_verb(const Words *words, Options *options, GError **error)
{
	char **rest = words->rest;

	if (words->flags[OPTION_HELP] || words->flags[OPTION_VERSION]) {
		options->verb = words->flags[OPTION_HELP] ? &verb_help : &verb_version;
		options->arguments = g_strdupv(rest);
		return true;
	}
	if (*rest && !words->n_before && **rest == '-')
		return unexpected(verbs[0]->name, *rest,
			"; exec passes arguments to the program", error);
	options->verb = *rest ? verb_find(*rest) : verbs[0];
	if (!options->verb)
		return verb_unknown(*rest, error);
	options->arguments = g_strdupv(*rest ? rest + 1 : rest);
	return check_arguments(words, options, error) &&
	       check_taken(words, options, error);
}

/* ---- the request ---- */

typedef const char *const *Names;

static bool set_features(const Words *words, VpRequest *request, GError **error)
{
	g_auto(GStrv) need = NULL, exclude = NULL;

	if (!parse_features(words->values[OPTION_NEED], words->values[OPTION_EXCLUDE],
		    &need, &exclude, error))
		return false;
	vp_request_set_need(request, (Names)need);
	vp_request_set_exclude(request, (Names)exclude);
	return true;
}

static bool set_exposed(const Words *words, VpRequest *request, GError **error)
{
	g_auto(GStrv) paths = NULL;

	if (!words_has(words, OPTION_EXPOSE))
		return true;
	return parse_expose(words->values[OPTION_EXPOSE], vp_request_get_timeout(request),
		       &paths, error) &&
	       vp_request_set_expose(request, (Names)paths, error);
}

static bool set_layers(const Words *words, VpRequest *request, GError **error)
{
	g_auto(GStrv) layers = NULL;

	if (!words_has(words, OPTION_WITHOUT))
		return true;
	return parse_layers(words->values[OPTION_WITHOUT], &layers, error) &&
	       vp_request_set_without(request, (Names)layers, error);
}

static bool set_limits(const Words *words, VpRequest *request, GError **error)
{
	const char *timeout = words_value(words, OPTION_TIMEOUT);
	const char *jobs = words_value(words, OPTION_JOBS);
	const char *sandbox = words_value(words, OPTION_SANDBOX);
	VpLevel level = VP_LEVEL_FULL;
	uint64_t timeout_us = 0;
	unsigned n_jobs = 0;

	if ((timeout && !parse_timeout(timeout, &timeout_us, error)) ||
		(jobs && !parse_jobs(jobs, &n_jobs, error)) ||
		(sandbox && !parse_sandbox(sandbox, &level, error)))
		return false;
	if (timeout)
		vp_request_set_timeout(request, timeout_us);
	if (jobs)
		vp_request_set_jobs(request, n_jobs);
	vp_request_set_level(request, level);
	return true;
}

static bool set_cache(const Words *words, VpRequest *request, GError **error)
{
	VpCacheMode mode = VP_CACHE_AUTO;

	if (!parse_cache(words_value(words, OPTION_CACHE), &mode, error))
		return false;
	vp_request_set_cache(request, mode);
	return true;
}

static bool parse_values(const Words *words, Options *options, GError **error)
{
	VpRequest *request = options->request;

	/* Of those that decide about paths to expose, the timeout is one. */
	return set_features(words, request, error) && set_limits(words, request, error) &&
	       set_exposed(words, request, error) &&
	       parse_color(words_value(words, OPTION_COLOR), &options->color, error) &&
	       set_layers(words, request, error) &&
	       parse_columns(words->values[OPTION_COLUMNS], &options->columns, error) &&
	       set_cache(words, request, error);
}

static bool set_binary(const Words *words, VpRequest *request, GError **error)
{
	const char *given = words_value(words, OPTION_BINARY);
	g_autofree char *binary = NULL;

	if (given && !make_absolute("--binary", given, &binary, error))
		return false;
	vp_request_set_binary(request, binary);
	return true;
}

static bool find_output(const Words *words, Options *options, GError **error)
{
	const char *output = words_value(words, OPTION_OUTPUT);

	/* "-" is stdout, as without the option. */
	if (!output || g_str_equal(output, "-"))
		return true;
	return make_absolute_file("--output", output, &options->output, error);
}

static bool set_search(const Words *words, VpRequest *request, GError **error)
{
	char **dirs = words->values[OPTION_DIR];
	g_auto(GStrv) search = NULL;

	if (!dirs)
		return true;
	search = g_new0(char *, g_strv_length(dirs) + 1);
	for (guint i = 0; dirs[i]; i++)
		if (!make_absolute("--dir", dirs[i], &search[i], error))
			return false;
	vp_request_set_search(request, (Names)search);
	return true;
}

static bool set_cache_dir(const Words *words, VpRequest *request, GError **error)
{
	const char *given = words_value(words, OPTION_CACHE_DIR);
	g_autofree char *dir = NULL;

	if (given && !make_absolute("--cache-dir", given, &dir, error))
		return false;
	if (given)
		vp_request_set_cache_dir(request, dir);
	return true;
}

static bool find_places(const Words *words, VpRequest *request, GError **error)
{
	g_autofree char *warden = find_warden();

	vp_request_set_warden(request, warden);
	if (words->flags[OPTION_USER] || words->flags[OPTION_NO_USER])
		vp_request_set_search_user(request, words->flags[OPTION_USER]);
	vp_request_set_from_environment(request);
	return set_binary(words, request, error) && set_search(words, request, error) &&
	       set_cache_dir(words, request, error);
}

static bool understand(const Words *words, Options *options, GError **error)
{
	if (!find_verb(words, options, error))
		return false;
	options->json = words->flags[OPTION_JSON];
	options->print = words->flags[OPTION_PRINT];
	options->null = words->flags[OPTION_NULL];
	options->quiet = words->flags[OPTION_QUIET];
	options->verbose = words->flags[OPTION_VERBOSE];
	options->strict = words->flags[OPTION_STRICT];
	options->suggest = words->flags[OPTION_SUGGEST];
	options->no_config = words->flags[OPTION_NO_CONFIG];
	options->cache_dir = words_has(words, OPTION_CACHE_DIR);
	/* Verbs that look nothing up have nothing that could be wrong. */
	if (!options->verb->takes)
		return true;
	options->request = vp_request_new();
	vp_request_set_mode(
		options->request, words->flags[OPTION_ALL] ? VP_MODE_ALL : VP_MODE_FIRST);
	vp_request_set_type(options->request, words_value(words, OPTION_TYPE));
	return check_empty(words, error) && check_no_option(words, error) &&
	       parse_values(words, options, error) &&
	       check_combination(words, options, error) &&
	       find_places(words, options->request, error) &&
	       find_output(words, options, error);
}

bool options_parse(char **argv, Options *ret_options, GError **error)
{
	Words words;
	bool understood;

	*ret_options = (Options){.words = g_strdupv(argv)};
	if (!words_split(argv, &words, error))
		return false;
	understood = understand(&words, ret_options, error);
	words_clear(&words);
	return understood;
}

void options_clear(Options *options)
{
	g_strfreev(options->arguments);
	vp_request_free(options->request);
	g_free(options->output);
	g_strfreev(options->columns);
	g_strfreev(options->words);
}
