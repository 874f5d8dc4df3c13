// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Text for terminals, reports and logs. Bytes of backends, manifests and file names come
 * in, one harmless line comes out; a misspelt word comes in, the likely one comes out; so
 * do durations. Nothing here can fail.
 */
#include "common/text.h"

#include <stdint.h>
#include <string.h>

/*
 * To GLib, control characters, format characters (including the bidirectional overrides,
 * which make text read differently from what it is) and unassigned ones are unprintable;
 * the two separators, which some viewers take for the end of a line, are not.
 */
bool text_is_printable(gunichar c)
{
	return g_unichar_isprint(c) && c != 0x2028 && c != 0x2029;
}

/* Unassigned ones are allowed: this version of GLib may be older than they are. */
static bool may_be_in_a_line(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return false;
	default:
		return true;
	}
}

/* ASCII without NUL, which nearly all of it is: eight bytes at a time. Among bytes below
 * 0x80, one is 0 if and only if a byte of the difference is not below 0x80. */
static bool is_plain(const char *text, size_t length)
{
	const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
	uint64_t found = 0, word;

	for (; length >= sizeof word; text += sizeof word, length -= sizeof word) {
		memcpy(&word, text, sizeof word);
		found |= (word - ones) | word;
	}
	word = ones;
	memcpy(&word, text, length);
	found |= (word - ones) | word;
	return !(found & highs);
}

bool text_is_utf8(const char *text, size_t length)
{
	return is_plain(text, length) || g_utf8_validate_len(text, length, NULL);
}

bool text_is_line(const char *text)
{
	const char *at = text;

	while (*at >= ' ' && *at <= '~')
		at++;
	if (!*at)
		return true;
	if (!g_utf8_validate(text, -1, NULL))
		return false;
	for (; *text; text = g_utf8_next_char(text))
		if (!may_be_in_a_line(g_utf8_get_char(text)))
			return false;
	return true;
}

/* Returns: how many of the bytes from @bytes on, before @end, are ASCII that stays as it
 * is, as nearly all text is. */
static size_t count_unescaped(const char *bytes, const char *end)
{
	const char *at = bytes;

	while (at < end && *at >= ' ' && *at <= '~' && *at != '\\')
		at++;
	return (size_t)(at - bytes);
}

char *text_escape(const char *bytes, gssize length)
{
	const char *end = bytes + (length < 0 ? strlen(bytes) : (size_t)length);
	GString *escaped = g_string_sized_new(end - bytes);

	while (bytes < end) {
		size_t width = count_unescaped(bytes, end);
		gunichar c;

		if (width) {
			g_string_append_len(escaped, bytes, (gssize)width);
			bytes += width;
			continue;
		}
		/* Where no valid sequence begins, one of the two highest values. */
		c = g_utf8_get_char_validated(bytes, end - bytes);
		width = c < (gunichar)-2 ? g_utf8_skip[(guchar)*bytes] : 1;
		if (c == '\\')
			g_string_append(escaped, "\\\\");
		else if (c == '\n')
			g_string_append(escaped, "\\n");
		else if (c == '\t')
			g_string_append(escaped, "\\t");
		else if (c == '\r')
			g_string_append(escaped, "\\r");
		else if (text_is_printable(c))
			g_string_append_len(escaped, bytes, width);
		else
			for (size_t i = 0; i < width; i++)
				g_string_append_printf(
					escaped, "\\x%02x", (guchar)bytes[i]);
		bytes += width;
	}
	return g_string_free(escaped, FALSE);
}

/*
 * Edits (insert, drop, replace, swap neighbours) that turn @a into @b, counted in bytes:
 * the words of the field are ASCII. The row of i says what the first i bytes of @a cost
 * against each beginning of @b; a swap looks two rows back.
 */
static size_t edit_distance(
	const char *a, size_t a_length, const char *b, size_t b_length)
{
	g_autofree size_t *rows = g_new(size_t, 3 * (b_length + 1));
	size_t *before = rows;
	size_t *last = before + b_length + 1;
	size_t *row = last + b_length + 1;

	for (size_t j = 0; j <= b_length; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_length; i++) {
		size_t *oldest = before;

		before = last;
		last = row;
		row = oldest;
		row[0] = i;
		for (size_t j = 1; j <= b_length; j++) {
			row[j] = MIN(last[j], row[j - 1]) + 1;
			row[j] = MIN(row[j], last[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
				a[i - 2] == b[j - 1])
				row[j] = MIN(row[j], before[j - 2] + 1);
		}
	}
	return row[b_length];
}

const char *text_nearest(const char *word, const char *const *known, size_t n_known)
{
	size_t word_length = strlen(word);
	size_t best = G_MAXSIZE;
	const char *nearest = NULL;

	for (size_t i = 0; i < n_known; i++) {
		size_t length = known[i] ? strlen(known[i]) : 0;
		size_t longer = MAX(length, word_length);
		size_t distance;

		/* The lengths are reason enough, which also bounds the work. */
		if (!known[i] || longer - MIN(length, word_length) > (longer + 2) / 3)
			continue;
		distance = edit_distance(word, word_length, known[i], length);
		if (distance <= (longer + 2) / 3 && distance < best) {
			best = distance;
			nearest = known[i];
		}
	}
	return nearest;
}

void text_place(
	const char *text, const char *at, unsigned *ret_line, unsigned *ret_column)
{
	const char *line = text;

	*ret_line = 1;
	for (const char *p = text; p < at; p++)
		if (*p == '\n') {
			line = p + 1;
			++*ret_line;
		}
	*ret_column = (unsigned)g_utf8_strlen(line, at - line) + 1;
}

char *text_shell_word(const char *word)
{
	static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_=./,:+@";
	bool is_plain_word = *word && strspn(word, plain) == strlen(word);

	return is_plain_word ? g_strdup(word) : g_shell_quote(word);
}

const char *text_without_subject(const char *text, const char *subject)
{
	const char *rest = text + strlen(subject);

	if (!g_str_has_prefix(text, subject))
		return text;
	rest += *rest == ':';
	return *rest == ' ' ? rest + 1 : text;
}

char *text_shell_word_to_copy(const char *word)
{
	g_autofree char *quoted = text_shell_word(word);
	g_autofree char *shown = text_escape(quoted, -1);

	return g_str_equal(quoted, shown) ? g_steal_pointer(&quoted) : NULL;
}

bool text_is_several_paths(const char *path)
{
	static const char separators[] = ",:;| \t\n";

	for (const char *at = strpbrk(path, separators); at && at > path;
		at = strpbrk(at + 1, separators))
		if (at[strspn(at, separators)] == '/')
			return true;
	return false;
}

/* Characters of a word that are repeated. */
#define SHOWN_MAX 60
/* Words of a list that are. */
#define LISTED_MAX 20

char *text_beginning(const char *word, glong max)
{
	g_autofree char *valid = g_utf8_make_valid(word, -1);
	g_autofree char *beginning = NULL;

	if (g_utf8_strlen(valid, -1) <= max)
		return g_strdup(word);
	beginning = g_utf8_substring(valid, 0, max);
	return g_strconcat(beginning, "...", NULL);
}

char *text_shown(const char *word)
{
	return text_beginning(word, SHOWN_MAX);
}

char *text_quoted(const char *word)
{
	char *shown = text_shown(word);
	char *quoted;

	if (*word && !strpbrk(word, " \t\n,;|"))
		return shown;
	quoted = g_strconcat("\"", shown, "\"", NULL);
	g_free(shown);
	return quoted;
}

char *text_list(const char *const *names, guint n_named)
{
	GString *list = g_string_new(NULL);
	guint n = 0;

	for (; names[n]; n++)
		if (n < n_named)
			g_string_append_printf(list, "%s%s", n ? ", " : "", names[n]);
	if (n > n_named)
		g_string_append_printf(list, " and %u more", n - n_named);
	return g_string_free(list, FALSE);
}

char *text_list_shown(const char *const *words)
{
	g_auto(GStrv) shown = g_strdupv((char **)words);

	for (char **word = shown; word && *word; word++) {
		char *whole = *word;

		*word = text_shown(whole);
		g_free(whole);
	}
	return shown ? text_list((const char *const *)shown, LISTED_MAX) : g_strdup("");
}

char *text_seconds(uint64_t us)
{
	const uint64_t rounded = us < 1000 ? us : (us + 500) / 1000 * 1000;
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT ".%06u",
		rounded / G_USEC_PER_SEC, (unsigned)(rounded % G_USEC_PER_SEC));
	char *end = number + strlen(number);

	while (end[-1] == '0')
		end--;
	end[end[-1] == '.' ? -1 : 0] = '\0';
	return g_strdup_printf("%s s", number);
}

char *text_duration(gint64 seconds)
{
	static const struct {
		gint64 seconds;
		const char *unit;
	} units[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};
	size_t i = 0;

	while (i + 1 < G_N_ELEMENTS(units) && seconds < units[i].seconds)
		i++;
	return g_strdup_printf(
		"%" G_GINT64_FORMAT " %s", seconds / units[i].seconds, units[i].unit);
}
