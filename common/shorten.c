// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Shortens text. A program often says first why it failed, and last how it failed: both
 * ends are kept. Nothing here can fail.
 */
#include "common/shorten.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MARK_BEGIN "[... "
#define MARK_END   " bytes left out ...]"

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* Returns: how many of the @length bytes end with a whole character, if they are UTF-8.
 */
static size_t whole_length(const char *bytes, size_t length)
{
	size_t start = length;

	while (start > 0 && length - start < 3 && is_continuation(bytes[start - 1]))
		start--;
	if (start == 0)
		return length;
	start--;
	return start + g_utf8_skip[(guchar)bytes[start]] > length ? start : length;
}

/* Returns: where in @bytes the first whole line begins; if none does, the first whole
 * character. */
static size_t whole_start(const char *bytes, size_t length)
{
	const char *end = memchr(bytes, '\n', length);
	size_t start = 0;

	if (end && end + 1 < bytes + length)
		return (size_t)(end + 1 - bytes);
	while (start < MIN(length, 3) && is_continuation(bytes[start]))
		start++;
	return start;
}

size_t shorten_join(char *to, const char *head, size_t head_length, uint64_t left_out,
	const char *tail, size_t tail_length)
{
	size_t kept = whole_length(head, head_length);
	size_t from = whole_start(tail, tail_length);
	char mark[SHORTEN_MARK_MAX];
	int mark_length;

	mark_length =
		snprintf(mark, sizeof mark, "%s" MARK_BEGIN "%" PRIu64 MARK_END "\n",
			kept && head[kept - 1] != '\n' ? "\n" : "",
			left_out + (head_length - kept) + from);
	memcpy(to, head, kept);
	memcpy(to + kept, mark, (size_t)mark_length);
	memcpy(to + kept + mark_length, tail + from, tail_length - from);
	return kept + (size_t)mark_length + tail_length - from;
}

char *shorten_text(const char *bytes, size_t length, size_t max)
{
	char *text = g_utf8_make_valid(bytes, (gssize)length);
	size_t total = strlen(text), end = (max - SHORTEN_MARK_MAX) / 2, joined;
	char *to;

	if (total <= max)
		return text;
	to = g_malloc(max + 1);
	joined = shorten_join(to, text, end, total - 2 * end, text + total - end, end);
	to[joined] = '\0';
	g_free(text);
	return to;
}

bool shorten_is_mark(const char *line)
{
	return g_str_has_prefix(line, MARK_BEGIN) && g_str_has_suffix(line, MARK_END);
}
