// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The options: one table, which serves the parser, the help, the hints, and the check of
 * which verb takes which.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef enum {
	OPTION_TYPE,
	OPTION_NEED,
	OPTION_EXCLUDE,
	OPTION_ALL,
	OPTION_NULL,
	OPTION_DIR,
	OPTION_USER,
	OPTION_NO_USER,
	OPTION_BINARY,
	OPTION_STRICT,
	OPTION_SUGGEST,
	OPTION_TIMEOUT,
	OPTION_JOBS,
	OPTION_SANDBOX,
	OPTION_WITHOUT,
	OPTION_EXPOSE,
	OPTION_NO_CONFIG,
	OPTION_CACHE,
	OPTION_CACHE_DIR,
	OPTION_PRINT,
	OPTION_OUTPUT,
	OPTION_JSON,
	OPTION_QUIET,
	OPTION_VERBOSE,
	OPTION_COLOR,
	OPTION_COLUMNS,
	OPTION_HELP,
	OPTION_VERSION,
	N_OPTIONS,
} OptionId;

typedef enum {
	OPTION_FLAG, /* without a value */
	OPTION_ONE,  /* with one, given once */
	OPTION_LIST, /* with one, repeatable */
} OptionKind;

/* What an option is about. A verb takes all options of a group, or none. */
enum {
	TAKES_REQUEST = 1 << 0, /* which backends */
	TAKES_MATCHES = 1 << 1, /* how many, and how their paths are separated */
	TAKES_RUN = 1 << 2,     /* how programs are run */
	TAKES_CACHE = 1 << 3,   /* how the cache is used */
	TAKES_CACHE_DIR = 1 << 4,
	TAKES_JSON = 1 << 5,
	TAKES_COLOR = 1 << 6,
	TAKES_QUIET = 1 << 7,
	TAKES_VERBOSE = 1 << 8,
	TAKES_COLUMNS = 1 << 9,
	TAKES_SEARCH = 1 << 10, /* where backends are looked for */
	TAKES_CHECK = 1 << 11,  /* what check makes of its findings */
	TAKES_PRINT = 1 << 12,
	TAKES_OUTPUT = 1 << 13,

	/* Of every verb that asks programs. */
	TAKES_PROBE = TAKES_REQUEST | TAKES_SEARCH | TAKES_RUN | TAKES_CACHE_DIR |
		      TAKES_JSON | TAKES_QUIET,
};

typedef struct {
	const char *name;
	char letter; /* or 0 */
	OptionKind kind;
	unsigned group; /* one of TAKES_...; 0: every verb takes it */
	bool common;    /* one of those on the screen of --help */
	const char *argument;
	const char *help; /* 50 columns at most */
} Option;

extern const Option option_table[N_OPTIONS];

/* Returns: (nullable): the option of this letter; 0 is none. */
const Option *option_find_letter(char letter);
/* Returns: (nullable): the option that @word begins with: "--NAME", "--NAME=...", or the
 * letter after a single "-". */
const Option *option_of_word(const char *word);
