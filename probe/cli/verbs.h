// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The verbs: what each is, and what they share.
 */
#pragma once

#include "probe/cli/option-table.h"
#include "probe/cli/options.h"
#include "probe/vhost-probe.h"

/* ---- what a verb is ---- */

/* A word that has to follow some verbs. */
struct VerbAction {
	const char *name, *about;
	unsigned takes; /* groups of options, beside those that the verb takes */
};

struct Verb {
	const char *name;
	const char *about; /* what it does: one line, 60 columns at most */
	const char *help;  /* whole lines: what else "help VERB" says; or NULL */
	/* Returns: the exit status. */
	int (*run)(const Options *options);
	unsigned takes;  /* groups of options: TAKES_... */
	bool needs_type; /* --type or --binary is required */
	bool is_hidden;  /* for programs: not named to people who do not ask for it */
	/* One of which has to follow, ended by one without a name; or NULL. */
	const VerbAction *actions;
	/* What may follow instead, for people: "[FILE...]". NULL: nothing may. */
	const char *arguments;
	/* What may follow "--", for people, and is for a program. NULL: words after "--"
	 * are like any others. */
	const char *passed_on;
};

/* One in each verb-NAME.c. */
extern const Verb verb_select, verb_list, verb_explain, verb_check, verb_refresh,
	verb_exec, verb_export, verb_cache, verb_help, verb_version, verb_complete;

/* In main.c: ended by NULL; the first is the default. */
extern const Verb *const verbs[];

/* Returns: the verb of this name, or NULL. */
const Verb *verb_find(const char *word);
/* Sets @error, of G_OPTION_ERROR: there is no verb @word, and what may have been meant.
 * Returns: FALSE. */
bool verb_unknown(const char *word, GError **error);

/* Returns: the action of @verb that is called @word, or NULL. */
const VerbAction *verb_find_action(const Verb *verb, const char *word);

/* Whether @verb takes @option, with @action or, NULL, with any of its actions. */
bool verb_takes(const Verb *verb, const VerbAction *action, const Option *option);

/* Returns: (transfer full): the verbs that take @option: "select, list and cache clear".
 */
char *verb_list_takers(const Option *option);

/* Returns: (transfer full): the names of its actions, with @separator between them. */
char *verb_list_actions(const Verb *verb, const char *separator);

/* Returns: (transfer full) (nullable): "--type fs": the option that @word is the value
 * of, most likely. */
char *verb_option_meant(const char *word);

/* ---- what they share ---- */

/* Why there is none of the caller's own. */
#define NO_CACHE_DIR                                                                \
	"there is no cache directory: none of XDG_RUNTIME_DIR, XDG_CACHE_HOME and " \
	"HOME says where it is"

/* Does the request in @mode, with a progress line. Returns: the result, or NULL after
 * having said why. */
VpResult *probe(const Options *options, VpMode mode);

/* Prints the JSON if it was asked for. Returns: whether it was. */
bool print_json(const Options *options, const VpResult *result);

/* Says on stderr what went wrong. Returns: STATUS_FAILED. */
int report_error(const char *message);

/* Prints an answer to stdout, @length bytes (-1: up to the NUL). */
void print_answer(const char *text, gssize length);

/* Prints @text (consumed) to stderr, unless quiet. */
void consume_remark(const Options *options, char *text);

/* Says what is broken before the choice; if verbose, all about it. */
void remark_on_choice(const Options *options, const VpResult *result);

/* Has signals treated as they were when this program began, for the one that takes its
 * place. */
void restore_signals(void);

/* Says what kept the work from being done, if anything. Returns: the exit status. */
int report_obstacles(const Options *options, const VpResult *result);

/* Says that, or what else went wrong, if anything, and why nothing was chosen. Returns:
 * the exit status. */
int report(const Options *options, const VpResult *result);
