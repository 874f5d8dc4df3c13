// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The command line, as words come in and a request goes out.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct Options Options;

typedef struct {
	const char *name, *about;
	/* Returns: the exit status. */
	int (*run)(const Options *options);
	bool takes_one_type; /* --type or --binary is required */
	const char *const
		*actions; /* words that may follow, one of which has to; or NULL */
} Verb;

struct Options {
	const Verb *verb;
	VpRequest request;  /* borrows from what follows */
	const char *action; /* of the verb's actions */
	bool json;
	bool null;
	bool quiet;
	bool verbose;
	bool color;
	bool help;
	bool version;
	/* owned */
	char *type;
	char *binary;
	char *home;
	char *warden;
	char **need, **exclude, **search, **expose;
	GPtrArray *cache_places; /* see vp_cache_places() */
	char **words;            /* the command line as it was given */
};

/* The exit statuses; docs: man page, EXIT STATUS. */
enum {
	STATUS_DONE = 0,
	STATUS_NO_MATCH = 1,
	STATUS_FAILED = 2,
	STATUS_NOT_CACHED = 3,
};

/*
 * options_parse:
 * @argv: NULL-terminated
 * @verbs: ended by one without a name; the first is the default
 * @error: G_OPTION_ERROR: wrong usage, one line for people
 *
 * Returns: whether @ret_options is filled in; options_clear() is due either way.
 */
bool options_parse(char **argv, const Verb *verbs, Options *ret_options, GError **error);
void options_clear(Options *options);

/* Returns: (transfer full): what --help prints. */
char *options_help(const Verb *verbs);
