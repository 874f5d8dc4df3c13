// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which level a line of a log has. There are as many forms as libraries for logging: the
 * names of levels are in one table, and what stands around a name says whether it is one
 * or a word of a sentence. Of several the first counts, since the message follows it.
 */
#include "probe/log-level.h"

#include <stdbool.h>
#include <string.h>
#include <glib.h>

/* In letters of either case. */
static const struct {
	const char *name;
	LogLevel level;
} levels[] = {
	{"trace", LOG_LEVEL_INFO},
	{"debug", LOG_LEVEL_INFO},
	{"verbose", LOG_LEVEL_INFO},
	{"info", LOG_LEVEL_INFO},
	{"notice", LOG_LEVEL_INFO},
	{"t", LOG_LEVEL_INFO},
	{"v", LOG_LEVEL_INFO},
	{"d", LOG_LEVEL_INFO},
	{"i", LOG_LEVEL_INFO},
	{"n", LOG_LEVEL_INFO},
	{"ii", LOG_LEVEL_INFO},
	{"warn", LOG_LEVEL_WARNING},
	{"warning", LOG_LEVEL_WARNING},
	{"w", LOG_LEVEL_WARNING},
	{"ww", LOG_LEVEL_WARNING},
	{"err", LOG_LEVEL_ERROR},
	{"error", LOG_LEVEL_ERROR},
	{"severe", LOG_LEVEL_ERROR},
	{"crit", LOG_LEVEL_ERROR},
	{"critical", LOG_LEVEL_ERROR},
	{"alert", LOG_LEVEL_ERROR},
	{"emerg", LOG_LEVEL_ERROR},
	{"fatal", LOG_LEVEL_ERROR},
	{"e", LOG_LEVEL_ERROR},
	{"ee", LOG_LEVEL_ERROR},
	{"f", LOG_LEVEL_ERROR},
};

/* Whether what ends before @at is "level=", or the same in JSON. */
static bool is_value_of_level(const char *line, const char *at)
{
	static const char *const keys[] = {"level", "lvl", "severity"};
	const char *end = at;

	while (end > line && strchr("=:\" ", end[-1]))
		end--;
	for (size_t i = 0; end < at && i < G_N_ELEMENTS(keys); i++) {
		size_t length = strlen(keys[i]);

		if ((size_t)(end - line) >= length &&
			g_ascii_strncasecmp(end - length, keys[i], length) == 0)
			return true;
	}
	return false;
}

/* "E: " after the time, "(EE)" of X servers, "E0102 " of Google's libraries. */
static bool is_letter_of_level(const char *line, const char *at, size_t length)
{
	char before = at > line ? at[-1] : ' ', after = at[length];

	if (!g_ascii_isupper(*at))
		return false;
	if (length == 2)
		return before == '(' && after == ')';
	return (strchr(" \t])", before) && after == ':' &&
		       (!at[2] || g_ascii_isspace(at[2]))) ||
	       (at == line && strspn(at + 1, G_CSET_DIGITS) == 4 && at[5] == ' ');
}

/* Whether the name of a level at @at is one: "ERROR x", "x: error: y", "[error] x", but
 * not "read error", "cannot read device info: x". */
static bool is_level(const char *line, const char *at, size_t length)
{
	const char *end = at + length;
	bool begins =
		at == line || (at - line >= 2 && at[-1] == ' ' && strchr(":])>", at[-2]));

	if (length <= 2)
		return is_letter_of_level(line, at, length);
	if (g_ascii_isalnum(*end) || *end == '_' || *end == '=')
		return false;
	if (strspn(at, G_CSET_A_2_Z) >= length)
		return true;
	return (begins && strchr(":[", *end) && *end) ||
	       (at > line && strchr("[<", at[-1])) || is_value_of_level(line, at);
}

LogLevel log_level_of(const char *line)
{
	const char *letters = G_CSET_A_2_Z G_CSET_a_2_z;
	size_t length;

	for (const char *at = line; *at; at += MAX(length, 1)) {
		length = strspn(at, letters);
		if (at > line && (g_ascii_isdigit(at[-1]) || at[-1] == '_'))
			continue;
		for (size_t i = 0; length && i < G_N_ELEMENTS(levels); i++)
			if (length == strlen(levels[i].name) &&
				g_ascii_strncasecmp(at, levels[i].name, length) == 0 &&
				is_level(line, at, length))
				return levels[i].level;
	}
	return LOG_LEVEL_NONE;
}
