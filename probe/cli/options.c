// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command line. One table of options serves the parser, the help and the hints; what
 * it cannot say (numbers with bounds, words that exclude each other) is checked behind
 * it.
 *
 * Here and in option-values.c alone the environment is read: through secure_getenv(), so
 * that a privileged process does not listen to its caller.
 */
#include "probe/cli/options.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/auxv.h>

#include "common/text.h"
#include "probe/cli/find-warden.h"
#include "probe/cli/option-values.h"

/* What the options' words are before they are understood. */
typedef struct {
	char *type, *binary, *timeout, *jobs, *sandbox, *cache, *cache_dir, *color;
	char **need, **exclude, **dirs, **without, **expose, **rest;
	gboolean all, user, no_user, json, null, quiet, verbose, help, version;
} Words;

static Words words; /* GOptionEntry wants addresses that are constant */

/* As they were typed: the kinds that are called strings would be converted from the
 * locale's character set. */
#define WORD G_OPTION_ARG_FILENAME
#define LIST G_OPTION_ARG_FILENAME_ARRAY
#define FLAG G_OPTION_ARG_NONE

// clang-format off
static const GOptionEntry entries[] = {
	{"type", 't', 0, WORD, &words.type, "backends of this type only", "TYPE"},
	{"need", 'n', 0, LIST, &words.need, "it must have these; repeatable", "FEATURE,..."},
	{"exclude", 'x', 0, LIST, &words.exclude, "it must not have these; repeatable", "FEATURE,..."},
	{"all", 'a', 0, FLAG, &words.all, "select: every match, a line each, or NUL", NULL},
	{"null", '0', 0, FLAG, &words.null, NULL, NULL},
	{"dir", 'd', 0, LIST, &words.dirs, "search here instead; general to specific", "DIR"},
	{"user", 0, 0, FLAG, &words.user, "search the per-user directory, or not", NULL},
	{"no-user", 0, 0, FLAG, &words.no_user, NULL, NULL},
	{"binary", 'b', 0, WORD, &words.binary, "probe this program, search nothing", "FILE"},
	{"timeout", 0, 0, WORD, &words.timeout, "per program (5); programs at once (16)", "SECONDS"},
	{"jobs", 'j', 0, WORD, &words.jobs, NULL, "N"},
	{"sandbox", 0, 0, WORD, &words.sandbox, "at least: full (default), partial, none", "LEVEL"},
	{"without", 0, 0, LIST, &words.without, "leave layers out; let programs read more", "LAYER,..."},
	{"expose", 0, 0, LIST, &words.expose, NULL, "PATH"},
	{"cache", 0, 0, WORD, &words.cache, "auto (default), only, refresh, off; where", "MODE"},
	{"cache-dir", 0, 0, WORD, &words.cache_dir, NULL, "DIR"},
	{"json", 0, 0, FLAG, &words.json, "print the whole result as JSON", NULL},
	{"quiet", 'q', 0, FLAG, &words.quiet, "less or more on stderr", NULL},
	{"verbose", 'v', 0, FLAG, &words.verbose, NULL, NULL},
	{"color", 0, 0, WORD, &words.color, "auto (default), always, never", "WHEN"},
	{"help", 'h', 0, FLAG, &words.help, "show this, or the version", NULL},
	{"version", 'V', 0, FLAG, &words.version, NULL, NULL},
	{G_OPTION_REMAINING, 0, 0, LIST, &words.rest, NULL, NULL},
	{NULL},
};
// clang-format on

static void clear_words(void)
{
	g_free(words.type);
	g_free(words.binary);
	g_free(words.timeout);
	g_free(words.jobs);
	g_free(words.sandbox);
	g_free(words.cache);
	g_free(words.cache_dir);
	g_free(words.color);
	g_strfreev(words.need);
	g_strfreev(words.exclude);
	g_strfreev(words.dirs);
	g_strfreev(words.without);
	g_strfreev(words.expose);
	g_strfreev(words.rest);
	words = (Words){0};
}

/* ---- words that were not understood ---- */

static bool unknown_option(const char *word, GError **error)
{
	const char *known[G_N_ELEMENTS(entries)];
	g_autofree char *name = g_strndup(word + 2, strcspn(word + 2, "="));
	const char *nearest = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(entries); i++)
		known[i] = entries[i].long_name && *entries[i].long_name
				   ? entries[i].long_name
				   : NULL;
	if (g_str_has_prefix(word, "--"))
		nearest = text_nearest(name, known, G_N_ELEMENTS(known));
	if (nearest)
		return usage_error(
			error, "unknown option %s; did you mean --%s?", word, nearest);
	return usage_error(error, "unknown option %s; see vhost-probe --help", word);
}

static bool find_verb(
	const char *word, const Verb *verbs, const Verb **ret_verb, GError **error)
{
	const char *names[16];
	const char *nearest;
	size_t n = 0;

	for (const Verb *verb = verbs; verb->name; verb++) {
		if (g_str_equal(verb->name, word)) {
			*ret_verb = verb;
			return true;
		}
		names[n++] = verb->name;
	}
	for (const VpDeviceType *type = vp_device_types(); type->name; type++)
		if (g_str_equal(type->name, word))
			return usage_error(error,
				"unknown verb %s; did you mean --type %s?", word, word);
	nearest = text_nearest(word, names, n);
	if (nearest)
		return usage_error(
			error, "unknown verb %s; did you mean %s?", word, nearest);
	return usage_error(error, "unknown verb %s; see vhost-probe --help", word);
}

/* Also where HOME says nothing of use, as under some service managers. */
static char *find_home(void)
{
	const char *home = secure_getenv("HOME");
	const struct passwd *entry;

	if (home && home[0] == '/')
		return g_strdup(home);
	entry = getauxval(AT_SECURE) ? NULL : getpwuid(geteuid());
	return entry && entry->pw_dir[0] == '/' ? g_strdup(entry->pw_dir) : NULL;
}

static bool find_search(Options *options, GError **error)
{
	bool user = words.user || (!words.no_user && geteuid() != 0);
	VpSearchEnvironment environment = {
		.xdg_data_dirs = secure_getenv("XDG_DATA_DIRS"),
		.xdg_config_home = secure_getenv("XDG_CONFIG_HOME"),
		.home = options->home,
		.user = user,
	};
	guint n = words.dirs ? g_strv_length(words.dirs) : 0;

	if (!n) {
		options->search = vp_default_search(&environment);
		return true;
	}
	options->search = g_new0(char *, n + 1);
	for (guint i = 0; i < n; i++)
		if (!make_absolute("--dir", words.dirs[i], &options->search[i], error))
			return false;
	return true;
}

static bool find_cache_places(Options *options, GError **error)
{
	g_autofree char *dir = NULL;
	VpCacheEnvironment environment = {
		.xdg_runtime_dir = secure_getenv("XDG_RUNTIME_DIR"),
		.xdg_cache_home = secure_getenv("XDG_CACHE_HOME"),
		.home = options->home,
		.uid = geteuid(),
	};

	if (words.cache_dir &&
		!make_absolute("--cache-dir", words.cache_dir, &dir, error))
		return false;
	environment.dir = dir;
	options->cache_places = vp_cache_places(&environment);
	return true;
}

/* ---- what belongs together and what does not ---- */

static bool check_combination(const Options *options, GError **error)
{
	const Verb *verb = options->verb;

	if (words.user && words.no_user)
		return usage_error(error, "--user and --no-user exclude each other");
	if (words.user && words.dirs)
		return usage_error(error,
			"--user has no meaning with --dir, which replaces the search");
	if (words.binary && (words.dirs || words.user))
		return usage_error(error, "--binary searches nothing: %s has no meaning",
			words.dirs ? "--dir" : "--user");
	if (verb->takes_one_type && !words.type && !words.binary)
		return usage_error(error, "%s needs --type TYPE; see vhost-probe --help",
			verb->name);
	if (words.type && !*words.type)
		return usage_error(error, "--type: the type is empty");
	if (words.type && !g_utf8_validate(words.type, -1, NULL))
		return usage_error(error, "--type: the type is not UTF-8");
	if (words.binary && !*words.binary)
		return usage_error(error, "--binary: the path is empty");
	if (words.cache && g_str_equal(verb->name, "refresh"))
		return usage_error(
			error, "refresh writes the cache: --cache has no meaning");
	if (words.cache_dir && !*words.cache_dir)
		return usage_error(error, "--cache-dir: the path is empty");
	if (words.all && !g_str_equal(verb->name, "select"))
		return usage_error(
			error, "--all is for select; %s runs all anyway", verb->name);
	if (words.null && !g_str_equal(verb->name, "select"))
		return usage_error(error, "--null is for select");
	if (words.null && words.json)
		return usage_error(error, "--null and --json exclude each other");
	for (char **feature = options->need; *feature; feature++)
		if (g_strv_contains((const char *const *)options->exclude, *feature))
			return usage_error(
				error, "%s is both needed and excluded", *feature);
	for (char **dir = words.dirs; dir && *dir; dir++)
		if (!**dir)
			return usage_error(error, "--dir: the path is empty");
	return true;
}

/* Whether @word is a short option with its value behind it, as in -tgpu. */
static bool has_value_attached(const char *word)
{
	if (word[0] != '-' || !word[1] || !word[2])
		return false;
	for (const GOptionEntry *entry = entries; entry->long_name; entry++)
		if (entry->short_name == word[1])
			return entry->arg != FLAG;
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
			g_ptr_array_add(list, g_strdup(*argv + 2));
		} else {
			g_ptr_array_add(list, g_strdup(*argv));
		}
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&list), FALSE);
}

/* Whether @word is "--NAME=" of @entry, with a value. */
static bool has_value(const char *word, const GOptionEntry *entry)
{
	size_t length = strlen(entry->long_name);

	return g_str_has_prefix(word, "--") &&
	       strncmp(word + 2, entry->long_name, length) == 0 &&
	       word[2 + length] == '=';
}

/* GOption takes "--all=no" for "--all". */
static bool check_flags(char **argv, GError **error)
{
	for (; *argv && !g_str_equal(*argv, "--"); argv++)
		for (const GOptionEntry *entry = entries; entry->long_name; entry++)
			if (entry->arg == FLAG && has_value(*argv, entry))
				return usage_error(
					error, "--%s takes no value", entry->long_name);
	return true;
}

/* What GOption's message begins with where it does not know an option. */
#define UNKNOWN "Unknown option "

static bool split_words(char **argv, GError **error)
{
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_auto(GStrv) copy = detach_values(argv);
	g_autoptr(GError) parse_error = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	g_option_context_set_help_enabled(context, FALSE);
	if (!check_flags(argv, error))
		return false;
	if (g_option_context_parse_strv(context, &copy, &parse_error))
		return true;
	if (g_str_has_prefix(parse_error->message, UNKNOWN))
		return unknown_option(parse_error->message + strlen(UNKNOWN), error);
	parse_error->message[0] = g_ascii_tolower(parse_error->message[0]);
	return usage_error(error, "%s", parse_error->message);
}

/* The word behind the verb, for one that has actions, and no other one. */
static bool find_action(Options *options, char **rest, GError **error)
{
	const Verb *verb = options->verb;
	g_autofree char *known =
		verb->actions ? g_strjoinv(", ", (char **)verb->actions) : NULL;

	if (!known && *rest)
		return usage_error(error, "%s takes no argument: %s", verb->name, *rest);
	if (!known)
		return true;
	if (!*rest || rest[1])
		return usage_error(error, "%s needs one of: %s", verb->name, known);
	for (const char *const *action = verb->actions; *action; action++)
		if (g_str_equal(*action, *rest))
			options->action = *action;
	if (!options->action)
		return usage_error(
			error, "%s does not know %s, but: %s", verb->name, *rest, known);
	return true;
}

/* The verb cache looks at entries, not at backends. */
static bool check_no_request(const Options *options, GError **error)
{
	const char *const given[] = {
		words.type ? "type" : NULL,
		words.need ? "need" : NULL,
		words.exclude ? "exclude" : NULL,
		words.dirs ? "dir" : NULL,
		words.binary ? "binary" : NULL,
		words.expose ? "expose" : NULL,
		words.without ? "without" : NULL,
		words.sandbox ? "sandbox" : NULL,
		words.timeout ? "timeout" : NULL,
		words.jobs ? "jobs" : NULL,
		words.cache ? "cache" : NULL,
		words.all ? "all" : NULL,
		words.null ? "null" : NULL,
		words.user ? "user" : NULL,
		words.no_user ? "no-user" : NULL,
		words.color ? "color" : NULL,
	};

	for (size_t i = 0; options->action && i < G_N_ELEMENTS(given); i++)
		if (given[i])
			return usage_error(error, "%s runs nothing: --%s has no meaning",
				options->verb->name, given[i]);
	return true;
}

static const char *const no_words[] = {NULL};

/* What other programs have verbs for. */
static bool is_only_word(const char *word)
{
	return words.rest && !words.rest[1] && g_str_equal(words.rest[0], word);
}

bool options_parse(char **argv, const Verb *verbs, Options *ret_options, GError **error)
{
	Options *options = ret_options;
	VpRequest *request = &options->request;

	*options = (Options){
		.verb = verbs, .request = VP_REQUEST_INIT, .words = g_strdupv(argv)};
	if (!split_words(argv, error))
		return false;
	options->help = words.help || is_only_word("help");
	options->version = words.version || is_only_word("version");
	if (options->help || options->version)
		return true;
	if (words.rest && !find_verb(words.rest[0], verbs, &options->verb, error))
		return false;
	if (!find_action(
		    options, words.rest ? words.rest + 1 : (char **)no_words, error) ||
		!check_no_request(options, error))
		return false;
	if (!parse_names(words.need, "--need", &options->need, error) ||
		!parse_names(words.exclude, "--exclude", &options->exclude, error) ||
		!parse_expose(words.expose, &options->expose, error) ||
		!parse_color(words.color, &options->color, error) ||
		(words.timeout &&
			!parse_timeout(words.timeout, &request->timeout_us, error)) ||
		(words.jobs && !parse_jobs(words.jobs, &request->jobs, error)) ||
		(words.sandbox &&
			!parse_sandbox(words.sandbox, &request->sandbox, error)) ||
		!parse_layers(words.without, &request->without, error) ||
		!parse_cache(words.cache, &request->cache, error) ||
		!check_combination(options, error))
		return false;
	options->json = words.json;
	options->null = words.null;
	options->quiet = words.quiet;
	options->verbose = words.verbose;
	options->type = g_steal_pointer(&words.type);
	options->home = find_home();
	if ((words.binary &&
		    !make_absolute("--binary", words.binary, &options->binary, error)) ||
		!find_search(options, error) || !find_cache_places(options, error))
		return false;
	request->mode = words.all ? VP_MODE_ALL : VP_MODE_FIRST;
	request->type = options->type;
	request->need = (const char *const *)options->need;
	request->exclude = (const char *const *)options->exclude;
	request->search = (const char *const *)options->search;
	request->search_must_be_readable = words.dirs != NULL;
	request->binary = options->binary;
	request->uid = geteuid();
	request->gid = getegid();
	request->home = options->home;
	request->expose = (const char *const *)options->expose;
	options->warden = find_warden();
	request->warden = options->warden;
	request->cache_dir = vp_cache_place(options->cache_places, VP_PLACE_OWN);
	request->shared_cache_dir =
		vp_cache_place(options->cache_places, VP_PLACE_SHARED);
	clear_words();
	return true;
}

void options_clear(Options *options)
{
	clear_words();
	g_free(options->type);
	g_free(options->binary);
	g_free(options->home);
	if (options->cache_places)
		g_ptr_array_unref(options->cache_places);
	g_free(options->warden);
	g_strfreev(options->need);
	g_strfreev(options->exclude);
	g_strfreev(options->search);
	g_strfreev(options->expose);
	g_strfreev(options->words);
}

#define HELP_WIDTH 80
#define HELP_LEFT  34

/* "-t, --type=TYPE" */
static void append_option(GString *text, const GOptionEntry *entry)
{
	if (entry->short_name)
		g_string_append_printf(text, "-%c, ", entry->short_name);
	g_string_append_printf(text, "--%s", entry->long_name);
	if (entry->arg_description)
		g_string_append_printf(text, "=%s", entry->arg_description);
}

/* @word behind a blank, or on a new line where this one is full. */
static void append_wrapped(GString *text, const char *word)
{
	const char *line = strrchr(text->str, '\n');
	size_t length = strlen(line ? line + 1 : text->str);

	if (length + strlen(word) + 1 > HELP_WIDTH)
		g_string_append(text, "\n      ");
	g_string_append_printf(text, " %s", word);
}

/* One line for each option; one without a description shares the line of the one before.
 */
char *options_help(const Verb *verbs)
{
	GString *help = g_string_new("Usage: vhost-probe [VERB] [OPTION...]\n"
				     "Tells which vhost-user backend to use, and why.\n");

	for (const Verb *verb = verbs; verb->name; verb++) {
		g_autofree char *actions =
			verb->actions ? g_strjoinv("|", (char **)verb->actions) : NULL;
		g_autofree char *left = g_strjoin(" ", verb->name, actions, NULL);

		g_string_append_printf(help, "  %-*s %s%s\n", HELP_LEFT, left,
			verb->about, verb == verbs ? " (default)" : "");
	}
	for (const GOptionEntry *entry = entries; entry->long_name && *entry->long_name;
		entry++) {
		g_autoptr(GString) left = g_string_new(NULL);

		if (!entry->description)
			continue;
		append_option(left, entry);
		if (entry[1].long_name && *entry[1].long_name && !entry[1].description) {
			g_string_append(left, ", ");
			append_option(left, entry + 1);
		}
		g_string_append_printf(
			help, "  %-*s %s\n", HELP_LEFT, left->str, entry->description);
	}
	g_string_append(help, "Types:");
	for (const VpDeviceType *type = vp_device_types(); type->name; type++)
		if (type->in_schema)
			append_wrapped(help, type->name);
	g_string_append_c(help, '\n');
	return g_string_free(help, FALSE);
}
