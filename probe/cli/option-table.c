// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of options. What it cannot say (numbers with bounds, options that exclude
 * each other) is checked where their words are understood.
 */
#include "probe/cli/option-table.h"

#include <string.h>

#define COMMON true
#define RARE   false

// clang-format off
const Option option_table[N_OPTIONS] = {
	[OPTION_TYPE] = {"type", 't', OPTION_ONE, TAKES_REQUEST, COMMON,
		"TYPE", "only backends of this type"},
	[OPTION_NEED] = {"need", 'n', OPTION_LIST, TAKES_REQUEST, COMMON,
		"FEATURE,...", "require these, exclude ~FEATURE; repeatable"},
	[OPTION_EXCLUDE] = {"exclude", 'x', OPTION_LIST, TAKES_REQUEST, RARE,
		"FEATURE,...", "exclude backends with these; repeatable"},
	[OPTION_ALL] = {"all", 'a', OPTION_FLAG, TAKES_MATCHES, COMMON,
		NULL, "select: every match, one per line"},
	[OPTION_NULL] = {"null", '0', OPTION_FLAG, TAKES_MATCHES, RARE,
		NULL, "end each line with NUL"},
	[OPTION_DIR] = {"dir", 'd', OPTION_LIST, TAKES_SEARCH, COMMON,
		"DIR", "search DIR instead; repeatable, general to specific"},
	[OPTION_USER] = {"user", 0, OPTION_FLAG, TAKES_SEARCH, RARE,
		NULL, "search the per-user directory, even as root"},
	[OPTION_NO_USER] = {"no-user", 0, OPTION_FLAG, TAKES_SEARCH, RARE,
		NULL, "do not search the per-user directory"},
	[OPTION_BINARY] = {"binary", 'b', OPTION_ONE, TAKES_SEARCH, COMMON,
		"FILE", "probe this program; search no directory"},
	[OPTION_STRICT] = {"strict", 0, OPTION_FLAG, TAKES_CHECK, RARE,
		NULL, "exit with 1 on warnings too"},
	[OPTION_SUGGEST] = {"suggest", 0, OPTION_FLAG, TAKES_CHECK, RARE,
		NULL, "print a manifest for the program of --binary"},
	[OPTION_TIMEOUT] = {"timeout", 0, OPTION_ONE, TAKES_RUN, COMMON,
		"SECONDS", "time limit per program; 5 by default"},
	[OPTION_JOBS] = {"jobs", 'j', OPTION_ONE, TAKES_RUN, RARE,
		"N", "run at most N programs at a time; 16 by default"},
	[OPTION_SANDBOX] = {"sandbox", 0, OPTION_ONE, TAKES_RUN, COMMON,
		"LEVEL", "minimum level: full (default), partial, none"},
	[OPTION_WITHOUT] = {"without", 0, OPTION_LIST, TAKES_RUN, RARE,
		"LAYER,...", "leave out these layers of the sandbox; repeatable"},
	[OPTION_EXPOSE] = {"expose", 0, OPTION_LIST, TAKES_RUN, COMMON,
		"PATH", "let programs read this too; repeatable"},
	[OPTION_NO_CONFIG] = {"no-config", 0, OPTION_FLAG, TAKES_RUN, RARE,
		NULL, "do not read the host's configuration"},
	[OPTION_CACHE] = {"cache", 0, OPTION_ONE, TAKES_CACHE, RARE,
		"MODE", "auto (default), only, refresh, off"},
	[OPTION_CACHE_DIR] = {"cache-dir", 0, OPTION_ONE, TAKES_CACHE_DIR, RARE,
		"DIR", "use the cache in this directory, and no other"},
	[OPTION_PRINT] = {"print", 0, OPTION_FLAG, TAKES_PRINT, RARE,
		NULL, "exec: show the command, do not run it"},
	[OPTION_OUTPUT] = {"output", 0, OPTION_ONE, TAKES_OUTPUT, RARE,
		"FILE", "replace this file as a whole; default: stdout"},
	[OPTION_JSON] = {"json", 0, OPTION_FLAG, TAKES_JSON, COMMON,
		NULL, "print the whole result as JSON"},
	[OPTION_QUIET] = {"quiet", 'q', OPTION_FLAG, TAKES_QUIET, RARE,
		NULL, "no reasons and no progress on stderr"},
	[OPTION_VERBOSE] = {"verbose", 'v', OPTION_FLAG, TAKES_VERBOSE, RARE,
		NULL, "print more on stderr"},
	[OPTION_COLOR] = {"color", 0, OPTION_ONE, TAKES_COLOR, RARE,
		"WHEN", "auto (default), always, never"},
	[OPTION_COLUMNS] = {"columns", 0, OPTION_LIST, TAKES_COLUMNS, RARE,
		"NAME,...", "print these columns, in this order"},
	[OPTION_HELP] = {"help", 'h', OPTION_FLAG, 0, RARE,
		NULL, "show this help"},
	[OPTION_VERSION] = {"version", 'V', OPTION_FLAG, 0, RARE,
		NULL, "show the version"},
};
// clang-format on

/* Returns: (nullable): the option whose name is the first @length bytes of @name. */
static const Option *option_find(const char *name, size_t length)
{
	for (const Option *option = option_table; option < option_table + N_OPTIONS;
		option++)
		if (strncmp(option->name, name, length) == 0 && !option->name[length])
			return option;
	return NULL;
}

const Option *option_find_letter(char letter)
{
	for (const Option *option = option_table; option < option_table + N_OPTIONS;
		option++)
		if (letter && option->letter == letter)
			return option;
	return NULL;
}

const Option *option_of_word(const char *word)
{
	if (word[0] != '-')
		return NULL;
	return word[1] == '-' ? option_find(word + 2, strcspn(word + 2, "="))
			      : option_find_letter(word[1]);
}
