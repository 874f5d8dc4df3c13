// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Text in cells: counted, shortened, wrapped. What comes in was escaped before, so that
 * every character is shown as itself. It may be of any length: each of these goes through
 * it a fixed number of times. Nothing here can fail.
 */
#include "probe/cli/cells.h"

#include <string.h>

static size_t width_of(gunichar c)
{
	if (g_unichar_iszerowidth(c))
		return 0;
	return g_unichar_iswide(c) ? 2 : 1;
}

size_t cells_count(const char *text)
{
	size_t n = 0;

	for (; *text; text = g_utf8_next_char(text))
		n += width_of(g_utf8_get_char(text));
	return n;
}

static bool is_path(const char *word)
{
	return word[word[0] == '\''] == '/';
}

/* The commands that reasons suggest: see remedy() of common/file.c and others. */
static const char *const commands[] = {"chmod", "chgrp", "chown", "setcap"};

/* Whether @text is a command that has not ended: a comma or semicolon outside of quotes
 * ends it. */
static bool is_open_command(const char *text)
{
	size_t length = strlen(text), quotes = 0;
	bool is_command = false;

	for (size_t i = 0; i < G_N_ELEMENTS(commands); i++) {
		size_t n = strlen(commands[i]);

		is_command = is_command || (strncmp(text, commands[i], n) == 0 &&
						   (!text[n] || text[n] == ' '));
	}
	for (const char *c = text; *c; c++)
		quotes += *c == '\'';
	return is_command && (quotes % 2 || !strchr(",;", text[length - 1]));
}

/* Returns: (transfer full): the parts of @text that must not be broken. */
static char **split_words(const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	GPtrArray *whole = g_ptr_array_new();
	const char *before = "/";

	for (char **word = words; *word; word++) {
		char *last = whole->len ? whole->pdata[whole->len - 1] : NULL;
		bool in_command = last && is_open_command(last);

		if (!**word && !in_command)
			continue;
		if (in_command || (last && is_path(*word) && !is_path(before))) {
			whole->pdata[whole->len - 1] =
				g_strconcat(last, " ", *word, NULL);
			g_free(last);
		} else {
			g_ptr_array_add(whole, g_strdup(*word));
		}
		before = *word;
	}
	g_ptr_array_add(whole, NULL);
	return (char **)g_ptr_array_free(whole, FALSE);
}

size_t cells_longest_word(const char *text)
{
	g_auto(GStrv) words = split_words(text);
	size_t longest = 0;

	for (char **word = words; *word; word++)
		longest = MAX(longest, cells_count(*word));
	return longest;
}

size_t cells_fit(const char *text, size_t width)
{
	const char *at = text;

	for (; *at; at = g_utf8_next_char(at)) {
		size_t cells = width_of(g_utf8_get_char(at));

		if (cells > width)
			break;
		width -= cells;
	}
	return (size_t)(at - text);
}

/* Returns: where the last @width cells begin. A mark stays with its letter. */
static const char *begin_of_cells(const char *text, size_t width)
{
	size_t left = cells_count(text);

	for (; *text; text = g_utf8_next_char(text)) {
		size_t cells = width_of(g_utf8_get_char(text));

		if (left <= width && cells)
			break;
		left -= cells;
	}
	return text;
}

/* One word, from its beginning and its end. */
static char *shorten_word(const char *word, size_t width, const char *ellipsis)
{
	size_t mark = cells_count(ellipsis);
	size_t room = width > mark ? width - mark : 0;
	size_t head = cells_fit(word, room - room / 2);
	const char *tail = begin_of_cells(word, room / 2);

	return g_strdup_printf("%.*s%s%s", (int)head, word, ellipsis, tail);
}

char *cells_shorten(const char *path, size_t width, bool unicode)
{
	const char *ellipsis = unicode ? "…" : "...";
	const char *last = strrchr(path, '/');
	size_t needed = cells_count(ellipsis) + (last ? cells_count(last) : 0);
	const char *end;

	if (cells_count(path) <= width)
		return g_strdup(path);
	if (!last || needed > width)
		return shorten_word(path, width, ellipsis);
	/* As many of the first directories as there is room for, each with its slash. */
	for (end = path + cells_fit(path, width - needed); end > path && end[-1] != '/';
		end--)
		;
	if (end > path || *path != '/')
		return g_strdup_printf(
			"%.*s%s%s", (int)(end - path), path, ellipsis, last);
	return shorten_word(path, width, ellipsis);
}

char **cells_wrap(const char *text, size_t width)
{
	g_auto(GStrv) words = split_words(text);
	GPtrArray *lines = g_ptr_array_new();
	GString *line = g_string_new(NULL);
	size_t used = 0;

	for (char **word = words; *word; word++) {
		size_t cells = cells_count(*word);

		if (used && used + 1 + cells > width) {
			g_ptr_array_add(lines, g_string_free(line, FALSE));
			line = g_string_new(NULL);
			used = 0;
		}
		g_string_append_printf(line, "%s%s", used ? " " : "", *word);
		used += (used ? 1 : 0) + cells;
	}
	g_ptr_array_add(lines, g_string_free(line, FALSE));
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(lines, FALSE);
}
