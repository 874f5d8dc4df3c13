// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Text in a terminal's cells. Letters of some scripts take two, marks that combine with
 * the letter before them none.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

/* Returns: how many cells @text, valid UTF-8 and printable, takes. */
size_t cells_count(const char *text);

/* Returns: how many bytes of @text fit @width cells, from its beginning on. */
size_t cells_fit(const char *text, size_t width);

/* Returns: how many cells the longest word takes that cells_wrap() leaves whole. */
size_t cells_longest_word(const char *text);

/*
 * cells_shorten:
 * @path: or another word
 * @width: cells
 * @unicode: whether an ellipsis can be shown; else there are three dots
 *
 * Returns: (transfer full): @path if it fits, else with an ellipsis for the directories
 * in its middle: the last component stays whole as long as it fits.
 */
char *cells_shorten(const char *path, size_t width, bool unicode);

/*
 * cells_wrap:
 *
 * Returns: (transfer full): @text in lines of at most @width cells, to be freed by
 * g_strfreev(). Lines end between words: a longer word is a line of its own, and whole. A
 * path stays with the word before it, so that no line begins with it and would, copied,
 * run what lies there; a command that is suggested is one word.
 */
char **cells_wrap(const char *text, size_t width);
