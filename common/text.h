// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Functions on text: whether a stranger's text can be shown, and a form of it that can;
 * the nearest word to a misspelt one; places in a text; words for a shell; durations in
 * words.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>

/*
 * text_is_printable:
 * @c: a character, or what g_utf8_get_char_validated() returns where there is none
 *
 * Whether a terminal or viewer shows @c as it is, in the line where it stands.
 */
bool text_is_printable(gunichar c);

/* Returns: whether @length bytes at @text are UTF-8 without NUL. */
bool text_is_utf8(const char *text, size_t length);

/*
 * text_is_line:
 * @text: up to the NUL
 *
 * Whether @text can be printed unescaped where scripts read a line and people a terminal:
 * UTF-8 without control characters (those above U+0080 included), format characters
 * (which are invisible, or turn the direction of what follows) and line or paragraph
 * separators.
 */
bool text_is_line(const char *text);

/*
 * text_escape:
 * @bytes: @length bytes from anywhere (-1: up to the NUL)
 *
 * Valid UTF-8 that is printable stays; everything else (control characters, invalid
 * bytes, bidirectional overrides, line separators) becomes \n, \t, \r or \xNN per byte,
 * and a backslash doubles, so that the result is one line, cannot steer a terminal, and
 * is valid UTF-8.
 *
 * Returns: (transfer full): a string, to be freed by g_free().
 */
char *text_escape(const char *bytes, gssize length);

/*
 * text_place:
 * @at: in @text; up to there it is valid UTF-8
 *
 * Says in which line @at is, and in which column: from 1, in characters, as editors do.
 */
void text_place(
	const char *text, const char *at, unsigned *ret_line, unsigned *ret_column);

/* Returns: (transfer none): the end of @text, which says something of @subject: without
 * "SUBJECT: " or "SUBJECT ", if it begins so. For where @subject stands already. */
const char *text_without_subject(const char *text, const char *subject);

/* Returns: (transfer full): @word as a shell takes it; plain words stay plain. */
char *text_shell_word(const char *word);

/* Returns: (transfer full) (nullable): the same, for a stranger's word in a command that
 * is shown to be copied. NULL where text_escape() would change it: the command shown
 * would then be another one, perhaps one that is hidden in a file's name. */
char *text_shell_word_to_copy(const char *word);

/* Whether @path, which does not exist, is rather several, such as "/a:/b" or "/a, /b". */
bool text_is_several_paths(const char *path);

/* Returns: (transfer full): @word, or its first @max characters and "...". */
char *text_beginning(const char *word, glong max);

/* Returns: (transfer full): @word as a message repeats it: its beginning, if it is long.
 */
char *text_shown(const char *word);

/* Returns: (transfer full): likewise, in quotes where it would not be seen as one word.
 */
char *text_quoted(const char *word);

/* Returns: (transfer full): "a, b and 3 more": the first of @words (nullable), each as
 * text_shown() has it. */
char *text_list_shown(const char *const *words);

/* Returns: (transfer full): "a, b and 3 more": the first @n_named of @names. */
char *text_list(const char *const *names, guint n_named);

/* Returns: (transfer full): "3 min": how long that is, in the unit that fits. */
char *text_duration(gint64 seconds);

/* Returns: (transfer full): "1.5 s", as vp_parse_timeout() reads the number, whatever the
 * locale is; to the millisecond, if it is that long. */
char *text_seconds(uint64_t us);

/*
 * text_nearest:
 * @word: what somebody wrote
 * @known: (array length=n_known): words that would have been understood; NULL entries are
 * skipped
 *
 * Returns: (transfer none): the word of @known with the least edit distance (a swap of
 * neighbours counts 1) when that is at most a third of the longer word, rounded up; else
 * NULL. The first of equals.
 */
const char *text_nearest(const char *word, const char *const *known, size_t n_known);
