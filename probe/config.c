// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The administrator's configuration: what holds for every request on this host.
 *
 *   [vhost-probe]
 *   timeout=10
 *   jobs=4
 *   expose=/dev/dri;/srv/shaders
 *   disable=50-qemu-gpu.json;60-*.json
 *
 * A path comes in, a VpConfig goes out. The file is judged as a manifest is, and nothing
 * in it is passed over: what is not understood may be what keeps something hidden.
 */
#include "probe/config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "common/autofd.h"
#include "common/file.h"
#include "common/lack.h"
#include "common/text.h"
#include "common/way.h"
#include "sandbox/sandbox.h"

#define CONFIG_MAX (64 * 1024) /* bytes */
#define GROUP      "vhost-probe"
#define READ       G_KEY_FILE_KEEP_TRANSLATIONS /* "timeout[de]" is no timeout */

/* What is being read. */
typedef struct {
	const char *path, *text;
	FileCaller *caller;
	GKeyFile *keys;
	VpConfig *config;
} Reader;

/* ---- what is wrong, and where ---- */

/* @line: 0: of the file as a whole. Returns: FALSE. */
static bool G_GNUC_PRINTF(4, 5)
	refuse(const char *path, unsigned line, GError **error, const char *format, ...)
{
	g_autofree char *what = NULL, *where = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	where = line ? g_strdup_printf("line %u: ", line) : g_strdup("");
	g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "%s: %s%s",
		path, where, what);
	return false;
}

/* Blanks are those of GKeyFile: a line that it reads has to be found. Returns: the number
 * of the first line after line @after that begins with @word and, after blanks, @then; or
 * 0. */
static unsigned find_line(const char *text, const char *word, char then, unsigned after)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	for (unsigned i = 0; lines[i]; i++) {
		const char *line = g_strchug(lines[i]);

		if (i < after || !g_str_has_prefix(line, word))
			continue;
		for (line += strlen(word); g_ascii_isspace(*line); line++)
			;
		if (*line == then)
			return i + 1;
	}
	return 0;
}

static unsigned line_of_key(const Reader *reader, const char *key)
{
	return find_line(reader->text, key, '=', 0);
}

/* Returns: the number of the line that GKeyFile does not understand: that of the shortest
 * beginning of the text that it does not. */
static unsigned find_bad_line(const char *text, char **ret_line)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	unsigned good = 0, bad = g_strv_length(lines);

	while (good + 1 < bad) {
		unsigned middle = (good + bad) / 2;
		g_autoptr(GKeyFile) keys = g_key_file_new();
		char *cut = g_steal_pointer(&lines[middle]);
		g_autofree char *beginning = g_strjoinv("\n", lines);

		lines[middle] = cut;
		if (g_key_file_load_from_data(
			    keys, beginning, strlen(beginning), READ, NULL))
			good = middle;
		else
			bad = middle;
	}
	*ret_line = g_strdup(lines[good]);
	return good + 1;
}

/* One of other formats. */
static bool is_foreign_comment(const char *text)
{
	return *text == ';' || g_str_has_prefix(text, "//");
}

#define NO_COMMENT "\"%s\" is not a comment: comments begin with #"

static bool refuse_syntax(const Reader *reader, const GError *cause, GError **error)
{
	g_autofree char *text = NULL;
	unsigned line = find_bad_line(reader->text, &text);
	const char *shown = g_strstrip(text);

	if (g_error_matches(cause, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND))
		return refuse(reader->path, line, error,
			"\"%s\" stands before [" GROUP "]", shown);
	if (is_foreign_comment(shown))
		return refuse(reader->path, line, error, NO_COMMENT, shown);
	return refuse(reader->path, line, error,
		"\"%s\" is neither [" GROUP "] nor KEY=VALUE nor a # comment", shown);
}

/* ---- values ---- */

/* Returns: (transfer full): @value as an error quotes it, but not its own quotes. */
static char *quote(const char *value)
{
	return value && (*value == '"' || *value == '\'')
		       ? g_strdup_printf("%s, with its quotes,", value)
		       : g_strdup_printf("\"%s\"", value ? value : "");
}

/* Returns: FALSE, with the first escape in the value that GKeyFile does not know. */
static bool refuse_escape(const Reader *reader, const char *key, GError **error)
{
	g_autofree char *value = g_key_file_get_value(reader->keys, GROUP, key, NULL);
	const char *at = strchr(value, '\\');
	g_autofree char *escape = NULL;

	while (at && at[1] && strchr("sntr\\;", at[1]))
		at = strchr(at + 2, '\\');
	escape = g_utf8_substring(at ? at : "\\", 0, at && at[1] ? 2 : 1);
	return refuse(reader->path, line_of_key(reader, key), error,
		"%s: unknown escape %s; a backslash is written twice", key, escape);
}

/* Without trailing blanks, which GKeyFile leaves. A number has no use for escapes. */
static char *take_value(const Reader *reader, const char *key)
{
	char *value = g_key_file_get_string(reader->keys, GROUP, key, NULL);

	if (!value)
		value = g_key_file_get_value(reader->keys, GROUP, key, NULL);
	return g_strstrip(value);
}

static bool read_timeout(const Reader *reader, const char *key, GError **error)
{
	g_autofree char *value = take_value(reader, key), *quoted = NULL;

	if (value && vp_parse_timeout(value, &reader->config->timeout_us))
		return true;
	quoted = quote(value);
	return refuse(reader->path, line_of_key(reader, key), error,
		"timeout: %s is not a number of seconds, more than 0 and at most 3600",
		quoted);
}

static bool read_jobs(const Reader *reader, const char *key, GError **error)
{
	g_autofree char *value = take_value(reader, key), *quoted = NULL;

	if (value && vp_parse_jobs(value, &reader->config->jobs))
		return true;
	quoted = quote(value);
	return refuse(reader->path, line_of_key(reader, key), error,
		"jobs: %s is not a number from 1 to %d", quoted, VP_JOBS_MAX);
}

/* Returns: (nullable): the values without blanks around them; NULL with @error. */
static char **take_list(const Reader *reader, const char *key, GError **error)
{
	g_auto(GStrv) list =
		g_key_file_get_string_list(reader->keys, GROUP, key, NULL, NULL);
	unsigned line = line_of_key(reader, key);

	/* Escapes are all that a list can have wrong. */
	if (!list) {
		refuse_escape(reader, key, error);
		return NULL;
	}
	for (char **value = list; *value; value++)
		if (!*g_strstrip(*value)) {
			refuse(reader->path, line, error, "%s: a value is empty", key);
			return NULL;
		}
	return g_steal_pointer(&list);
}

/* Whether @path says by itself what it is, and not by a link, which the file knows
 * nothing of. */
static bool is_spelt_out(const char *path, const char *real_path)
{
	g_autofree char *plain = g_canonicalize_filename(path, "/");

	return g_str_equal(plain, real_path) || g_str_has_prefix(plain, "/proc/");
}

/*
 * What is not there, or closed to the caller, is nothing that could be shown: one file
 * serves hosts with and without a graphics card, and all users. Nor is what others decide
 * about: whoever may change a link or directory on the way would have programs shown what
 * that user likes, or end every call on the host.
 */
static bool resolve(const Reader *reader, const char *path, SandboxReach *reach,
	GStrvBuilder *exposed, GStrvBuilder *links, GStrvBuilder *not_exposed,
	GError **error)
{
	unsigned line = line_of_key(reader, "expose");
	g_autofree char *quoted = quote(path), *text = NULL;
	g_auto(Way) way = {0};
	g_auto(GStrv) on_way = NULL;
	const char *why;

	if (path[0] != '/')
		return refuse(reader->path, line, error,
			"expose: %s is not an absolute path", quoted);
	if (!sandbox_reach_now(reach, path)) {
		text = g_strdup_printf("%s: it %s", path, sandbox_reach_hung(reach));
	} else if (!way_follow(path, reader->caller, &way, error)) {
		return false;
	} else if (way.distrust) {
		text = g_strdup_printf("%s: %s", path, way.distrust);
	} else if (!way.real_path) {
		if (text_is_several_paths(path))
			return refuse(reader->path, line, error,
				"expose: \"%s\" does not exist; paths are separated by "
				"\";\"",
				path);
		text = g_strdup_printf("%s: %s", path, g_strerror(way.errnum));
	} else if ((why = vp_why_unexposable(way.real_path))) {
		if (is_spelt_out(path, way.real_path))
			return refuse(reader->path, line, error,
				"expose: %s cannot be exposed: %s", path, why);
		text = g_strdup_printf("%s: leads to %s, which cannot be exposed: %s",
			path, way.real_path, why);
	}
	if (text) {
		g_strv_builder_add(not_exposed, text);
		return true;
	}
	on_way = sandbox_find_links(path, error);
	if (!on_way)
		return false;
	g_strv_builder_add(exposed, way.real_path);
	g_strv_builder_addv(links, (const char **)on_way);
	return true;
}

static bool read_expose(const Reader *reader, const char *key, GError **error)
{
	g_autoptr(GStrvBuilder) exposed = g_strv_builder_new();
	g_autoptr(GStrvBuilder) links = g_strv_builder_new();
	g_autoptr(GStrvBuilder) not_exposed = g_strv_builder_new();
	g_autoptr(SandboxReach) reach = sandbox_reach_new(VP_TIMEOUT_DEFAULT_US);
	VpConfig *config = reader->config;

	g_strfreev(config->expose);
	config->expose = take_list(reader, key, error);
	for (char **path = config->expose; path && *path; path++)
		if (!resolve(reader, *path, reach, exposed, links, not_exposed, error))
			return false;
	g_strfreev(config->exposed);
	config->exposed = g_strv_builder_end(exposed);
	g_strfreev(config->links);
	config->links = g_strv_builder_end(links);
	g_strfreev(config->not_exposed);
	config->not_exposed = g_strv_builder_end(not_exposed);
	return config->expose != NULL;
}

/* Returns: why no manifest can be called so, or NULL. */
static const char *why_no_name(const char *glob)
{
	if (strchr(glob, '/'))
		return "is a path: give only the name of the file";
	if (strchr(glob, ','))
		return "has a comma: names are separated by \";\"";
	if (!g_str_has_suffix(glob, ".json") && !strchr("*?]", glob[strlen(glob) - 1]))
		return "names no manifest: their names end in .json";
	return NULL;
}

static bool read_disable(const Reader *reader, const char *key, GError **error)
{
	g_strfreev(reader->config->disable);
	reader->config->disable = take_list(reader, key, error);
	for (char **glob = reader->config->disable; glob && *glob; glob++) {
		const char *why = why_no_name(*glob);
		g_autofree char *quoted = quote(*glob);

		if (why)
			return refuse(reader->path, line_of_key(reader, key), error,
				"disable: %s %s", quoted, why);
	}
	return reader->config->disable != NULL;
}

static const struct {
	const char *name;
	bool (*read)(const Reader *reader, const char *key, GError **error);
} known[] = {
	{"timeout", read_timeout},
	{"jobs", read_jobs},
	{"expose", read_expose},
	{"disable", read_disable},
};

/* ---- the file ---- */

static bool refuse_key(const Reader *reader, const char *key, GError **error)
{
	const char *names[G_N_ELEMENTS(known)];
	const char *nearest;

	if (is_foreign_comment(key))
		return refuse(
			reader->path, line_of_key(reader, key), error, NO_COMMENT, key);
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		names[i] = known[i].name;
	nearest = text_nearest(key, names, G_N_ELEMENTS(known));
	if (nearest)
		return refuse(reader->path, line_of_key(reader, key), error,
			"unknown key %s; did you mean %s?", key, nearest);
	return refuse(reader->path, line_of_key(reader, key), error,
		"unknown key %s; the keys are timeout, jobs, expose and disable", key);
}

static bool read_key(const Reader *reader, const char *key, GError **error)
{
	unsigned first = line_of_key(reader, key);
	unsigned second = find_line(reader->text, key, '=', first);

	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		if (!g_str_equal(known[i].name, key))
			continue;
		/* GKeyFile lets the last one win. */
		if (second)
			return refuse(reader->path, second, error,
				"%s is already set on line %u", key, first);
		return known[i].read(reader, key, error);
	}
	return refuse_key(reader, key, error);
}

static bool read_groups(const Reader *reader, GError **error)
{
	g_auto(GStrv) groups = g_key_file_get_groups(reader->keys, NULL);
	g_auto(GStrv) keys = g_key_file_get_keys(reader->keys, GROUP, NULL, NULL);

	for (char **group = groups; *group; group++) {
		g_autofree char *header = g_strdup_printf("[%s]", *group);

		if (!g_str_equal(*group, GROUP))
			return refuse(reader->path,
				find_line(reader->text, header, '\0', 0), error,
				"unknown group %s; the only group is [" GROUP "]",
				header);
	}
	for (char **key = keys; key && *key; key++)
		if (!read_key(reader, *key, error))
			return false;
	return true;
}

static bool parse(const char *path, const char *text, size_t length, FileCaller *caller,
	VpConfig *config, GError **error)
{
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autoptr(GError) cause = NULL;
	const Reader reader = {path, text, caller, keys, config};

	if (g_str_has_prefix(text, "\xEF\xBB\xBF"))
		return refuse(path, 1, error,
			"the text begins with a byte order mark; save it without one");
	if (!text_is_utf8(text, length))
		return refuse(path, 0, error, "the file is not UTF-8 text");
	if (!g_key_file_load_from_data(keys, text, length, READ, &cause))
		return refuse_syntax(&reader, cause, error);
	return read_groups(&reader, error);
}

/* A file that cannot be read, unless something of ours is lacking. */
static bool refuse_unreadable(const char *path, const GError *cause, GError **error)
{
	g_autofree char *target = g_file_read_link(path, NULL);

	if (file_blame_us_for(cause, path, error))
		return false;
	if (target && g_error_matches(cause, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		return refuse(path, 0, error, "it is a link to %s, which does not exist",
			target);
	return refuse(path, 0, error, "it cannot be read: %s", cause->message);
}

/* Asked first, since that is the common case: the text of an error costs more. */
static bool is_absent(const char *path)
{
	struct stat st;

	return lstat(path, &st) < 0 && errno == ENOENT;
}

static bool read_file(
	const char *path, FileCaller *caller, VpConfig *config, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autofree char *distrust = NULL, *text = NULL;
	struct stat st;
	size_t length;
	autofd fd = -1;

	fd = file_open_regular(AT_FDCWD, path, &st, &cause);
	/* As with a mask: it sets nothing. */
	if (fd < 0 && lack_is_null_device(path))
		return true;
	if (fd < 0)
		return refuse_unreadable(path, cause, error);
	distrust = file_distrust(fd, &st, caller, &cause);
	if (cause) {
		g_propagate_error(error, g_steal_pointer(&cause));
		return false;
	}
	if (distrust)
		return refuse(path, 0, error, "it is not trusted: it %s", distrust);
	text = file_read_bounded(fd, st.st_size, CONFIG_MAX, &length, &cause);
	if (!text)
		return refuse_unreadable(path, cause, error);
	return parse(path, text, length, caller, config, error);
}

bool config_load(
	const char *path, uid_t uid, gid_t gid, VpConfig **ret_config, GError **error)
{
	g_autoptr(VpConfig) config = NULL;
	FileCaller caller;

	if (is_absent(path)) {
		*ret_config = NULL;
		return true;
	}
	caller = file_caller(uid, gid, sandbox_root_trees);
	config = g_atomic_rc_box_new0(VpConfig);
	config->path = g_strdup(path);
	config->expose = g_new0(char *, 1);
	config->exposed = g_new0(char *, 1);
	config->links = g_new0(char *, 1);
	config->not_exposed = g_new0(char *, 1);
	config->disable = g_new0(char *, 1);
	if (!read_file(path, &caller, config, error))
		return false;
	*ret_config = g_steal_pointer(&config);
	return true;
}
