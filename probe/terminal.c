// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Removes what only a terminal understands (ECMA-48). It makes words readable, and no
 * text safe: that is text_escape()'s work, wherever something is shown. A sequence that
 * does not end ends with its line, so that it hides no other.
 */
#include "probe/terminal.h"

#include <string.h>

#define ESC '\x1b'
#define BEL '\a'
/* U+009B */
#define CSI_AS_ONE "\xc2\x9b"

/* Parameters, then the final byte. */
static const char *skip_csi(const char *at)
{
	while (*at >= 0x20 && *at <= 0x3f)
		at++;
	return *at >= 0x40 && *at <= 0x7e ? at + 1 : at;
}

/* A command as text, up to BEL or ESC \. */
static const char *skip_string(const char *at)
{
	while (*at && *at != '\n' && *at != BEL && !(*at == ESC && at[1] == '\\'))
		at++;
	return *at == BEL ? at + 1 : *at == ESC ? at + 2 : at;
}

/* @at: after ESC. */
static const char *skip_escape(const char *at)
{
	if (*at == '[')
		return skip_csi(at + 1);
	if (*at && strchr("]PX^_", *at))
		return skip_string(at + 1);
	while (*at >= 0x20 && *at <= 0x2f)
		at++;
	return *at >= 0x30 && *at <= 0x7e ? at + 1 : at;
}

/* Takes back what the line at the end of @text has so far. */
static void rewind_line(GString *text)
{
	const char *end = strrchr(text->str, '\n');

	g_string_truncate(text, end ? (gsize)(end + 1 - text->str) : 0);
}

char *terminal_strip(const char *text)
{
	GString *plain = g_string_sized_new(strlen(text));

	while (*text) {
		if (*text == ESC) {
			text = skip_escape(text + 1);
		} else if (g_str_has_prefix(text, CSI_AS_ONE)) {
			text = skip_csi(text + strlen(CSI_AS_ONE));
		} else if (*text == '\r') {
			/* The end of a line in Windows' way, or another one above it. */
			text += strspn(text, "\r");
			if (*text && *text != '\n')
				rewind_line(plain);
		} else if (*text == '\b') {
			if (plain->len && plain->str[plain->len - 1] != '\n')
				g_string_truncate(
					plain, (gsize)(g_utf8_prev_char(
							       plain->str + plain->len) -
						       plain->str));
			text++;
		} else if (*text == BEL) {
			text++;
		} else {
			g_string_append_c(plain, *text++);
		}
	}
	return g_string_free(plain, FALSE);
}
