// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One function a verb, each in a file of its name, and what they share.
 */
#pragma once

#include "probe/cli/options.h"
#include "probe/vhost-probe.h"

/* Return: the exit status. */
int verb_select(const Options *options);
int verb_list(const Options *options);
int verb_explain(const Options *options);
int verb_refresh(const Options *options);
int verb_cache(const Options *options);

/* The actions of verb_cache(), NULL-terminated. */
extern const char *const verb_cache_actions[];

/* Why there is none of the caller's own. */
#define NO_CACHE_DIR                                                                     \
	"there is no cache directory: neither XDG_RUNTIME_DIR, XDG_CACHE_HOME nor HOME " \
	"says where"

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

/* Says what went wrong, if anything, and why nothing was chosen. Returns: the exit
 * status. */
int report(const Options *options, const VpResult *result);
