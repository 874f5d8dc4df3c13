// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Messages name paths in many forms: in quotes, before and after a colon, with a number
 * of a line, as an argument, at the end of a sentence. Whether they exist is for the
 * caller to see. Relative paths do not count, since nobody knows the program's working
 * directory.
 */
#include "probe/named-paths.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

/* A program that names more is not read to the end. */
#define PATHS_MAX    64
#define READINGS_MAX 256

/* Before a path, beside blanks; and other signs than ASCII's that are no letters. */
#define BEFORE "\"'`([{<>=:,;|!"
/* After one. */
#define BEHIND "\"'`()[]{}<>,;|"
/* Of a sentence, not of the path. */
#define ENDS ".:!?"

static bool is_sign(gunichar c, const char *ascii)
{
	if (c < 0x80)
		return g_ascii_isspace(c) || g_ascii_iscntrl(c) || strchr(ascii, (int)c);
	return g_unichar_ispunct(c) || g_unichar_isspace(c);
}

static bool begins_path(const char *text, const char *at)
{
	return *at == '/' &&
	       (at == text || is_sign(g_utf8_get_char(g_utf8_prev_char(at)), BEFORE));
}

/* Returns: where the word at @at ends, or where it is too long to be a path. */
static const char *word_end(const char *at)
{
	const char *begin = at;

	while (*at && at - begin < PATH_MAX && !is_sign(g_utf8_get_char(at), BEHIND))
		at = g_utf8_next_char(at);
	return at;
}

/* Returns: the sign that closes what @open opens, or 0. */
static gunichar closing_sign(gunichar open)
{
	switch (open) {
	case '"':
	case '\'':
		return open;
	case '`':
		return '\'';
	case 0x2018: /* single and double, turned */
		return 0x2019;
	case 0x201c:
		return 0x201d;
	case 0xab: /* guillemets */
		return 0xbb;
	default:
		return 0;
	}
}

/* Returns: where the quotation ends that begins at @at, or @at. */
static const char *quotation_end(const char *text, const char *at)
{
	gunichar open = at > text ? g_utf8_get_char(g_utf8_prev_char(at)) : 0;
	gunichar close = closing_sign(open);
	const char *end = at;

	while (close && *end && end - at < PATH_MAX && g_utf8_get_char(end) != close)
		end = g_utf8_next_char(end);
	return close && g_utf8_get_char(end) == close ? end : at;
}

static void add(GPtrArray *paths, const char *begin, const char *end)
{
	g_autofree char *path = NULL;

	if (end - begin < 2 || end - begin >= PATH_MAX)
		return;
	path = g_strndup(begin, (gsize)(end - begin));
	if (!g_ptr_array_find_with_equal_func(paths, path, g_str_equal, NULL))
		g_ptr_array_add(paths, g_steal_pointer(&path));
}

/* Adds what may be meant by the path at @at. Returns: where to go on. */
static const char *add_readings(GPtrArray *paths, const char *text, const char *at)
{
	const char *quoted = quotation_end(text, at);
	size_t slashes = strspn(at, "/");
	bool is_address = slashes == 2 && at > text && at[-1] == ':';
	const char *end, *colon;

	at += slashes - 1;
	end = word_end(at);
	colon = memchr(at, ':', (size_t)(end - at));
	/* Its first part names a machine. */
	if (is_address)
		return end;
	add(paths, at, quoted);
	while (end > at && strchr(ENDS, end[-1]))
		end--;
	add(paths, at, end);
	if (!colon || colon >= end)
		return MAX(end, at + 1);
	add(paths, at, colon);
	/* Another one may follow. */
	return colon;
}

/* What a program says of its own use names paths as examples. */
static bool is_about_usage(const char *line)
{
	while (g_ascii_isspace(*line))
		line++;
	return g_ascii_strncasecmp(line, "usage", strlen("usage")) == 0 ||
	       strstr(line, "--print-capabilities");
}

char **named_paths(const char *text)
{
	GPtrArray *paths = g_ptr_array_new();
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	int n_readings = 0;

	for (char **line = lines; *line; line++) {
		const char *at = is_about_usage(*line) ? "" : *line;

		while (*at && paths->len < PATHS_MAX && n_readings < READINGS_MAX) {
			bool begins = begins_path(*line, at);

			n_readings += begins;
			at = begins ? add_readings(paths, *line, at)
				    : g_utf8_next_char(at);
		}
	}
	g_ptr_array_add(paths, NULL);
	return (char **)g_ptr_array_free(paths, FALSE);
}
