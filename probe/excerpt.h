// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What of a program's words belongs into one line of a reason.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

typedef struct {
	char *line; /* (nullable): the one that says most, valid UTF-8, one line */
	bool unknown_option; /* it says that the program does not know
				--print-capabilities */
} Excerpt;

void excerpt_clear(Excerpt *excerpt);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Excerpt, excerpt_clear)

/*
 * excerpt_choose:
 * @err: what the program wrote to stderr, valid UTF-8
 * @out: to stdout, likewise; it counts if stderr says nothing
 * @ret_excerpt: to be cleared by excerpt_clear()
 */
void excerpt_choose(const char *err, const char *out, Excerpt *ret_excerpt);

/*
 * excerpt_line_with:
 * @text: valid UTF-8
 *
 * Returns: (transfer full) (nullable): the first line that has @words and is no chatter.
 */
char *excerpt_line_with(const char *text, const char *words);

/*
 * excerpt_at:
 * @text: valid UTF-8
 * @offset: of a byte in it
 *
 * Returns: (transfer full) (nullable): the line there, or what is around @offset if that
 * is long; NULL if nothing printable is there.
 */
char *excerpt_at(const char *text, size_t offset);

/* Returns: (transfer full) (nullable): likewise, of @length bytes at @text; @at is in
 * them. */
char *excerpt_at_bytes(const char *text, size_t length, const char *at);
