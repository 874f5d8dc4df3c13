// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Text that is too long to be kept whole: its beginning and its end stay, and a line of
 * its own between them says how much is left out.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <glib.h>

/* Bytes that this line takes at most, with the end of the line before it. */
#define SHORTEN_MARK_MAX 64

/*
 * shorten_join:
 * @to: has room for @head_length, SHORTEN_MARK_MAX and @tail_length bytes
 * @left_out: bytes between @head and @tail, which are known no more
 *
 * The first line of @tail may be a fragment, and is left out too, unless there is no
 * other. No character is cut.
 *
 * Returns: how many bytes were written; no NUL ends them.
 */
size_t shorten_join(char *to, const char *head, size_t head_length, uint64_t left_out,
	const char *tail, size_t tail_length);

/*
 * shorten_text:
 * @bytes: @length bytes from anywhere
 * @max: bytes; at least two times SHORTEN_MARK_MAX
 *
 * Returns: (transfer full): valid UTF-8 of at most @max bytes, to be freed by g_free().
 * Text that is short enough stays as it is.
 */
char *shorten_text(const char *bytes, size_t length, size_t max);

/* Whether @line is one that says how much is left out. */
bool shorten_is_mark(const char *line);
