// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command line, as words come in and a request goes out.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct Options Options;
typedef struct Verb Verb;
typedef struct VerbAction VerbAction;

struct Options {
	const Verb *verb;
	const VerbAction *action; /* of those that the verb has, or NULL */
	VpRequest *request; /* NULL for a verb that takes no option; see configure() */
	bool json;
	bool print;
	bool null;
	bool quiet;
	bool verbose;
	bool color;
	bool strict;
	bool suggest;
	bool no_config;
	bool cache_dir; /* --cache-dir was given */
	/* owned */
	char **arguments; /* what follows the verb; or, of some verbs, "--" */
	char *output;     /* absolute; or NULL */
	char **words;     /* the command line as it was given */
	char **columns;   /* of list; NULL: those that fit */
};

/* The exit statuses; docs: man page, EXIT STATUS. */
enum {
	STATUS_DONE = 0,
	STATUS_NO_MATCH = 1,
	STATUS_FAILED = 2,
	STATUS_NOT_CACHED = 3,
	/* As a shell has them. */
	STATUS_NOT_STARTED = 126,
	STATUS_NOT_FOUND = 127,
};

/*
 * options_parse:
 * @argv: NULL-terminated
 * @error: G_OPTION_ERROR: wrong usage, one line for people
 *
 * Returns: whether @ret_options is filled in; options_clear() is due either way.
 */
bool options_parse(char **argv, Options *ret_options, GError **error);
void options_clear(Options *options);
