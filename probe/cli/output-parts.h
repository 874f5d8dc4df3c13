// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What several of the texts for people have in common.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/table.h"
#include "probe/vhost-probe.h"

/* Returns: (transfer none): the file's name, or the path of the program that was given.
 */
const char *output_name(const VpCandidate *candidate);

/* Returns: (transfer full): "gpu backend with virgl and without render-node". */
char *output_describe_request(const VpRequest *request);

/* Returns: (transfer full): the reason, with its age if it is that of an old failure. */
char *output_describe_reason(const VpCandidate *candidate);

/* Returns: (transfer full): " (from the cache)", or why it had to be asked again; or "".
 */
char *output_describe_source(const VpCandidate *candidate);

/* Verdict and reason, after @name. */
void output_add_verdict(Table *table, const char *name, const VpCandidate *candidate);

/* @title, followed by @line, which is from anywhere; wrapped where there is no room. */
void output_append_line(
	GString *text, const char *title, const char *line, const Screen *screen);

/* Returns: (transfer full) (nullable): the same request to explain, as a command to be
 * copied; NULL where a word of it cannot be. */
char *output_explain_command(const VpRequest *request);

/* The directories that were searched, with what was found there. */
void output_append_search(GString *text, const VpResult *result, const Screen *screen);

/* What may have been meant by a type or feature that nothing has, if anything. */
void output_append_hint(GString *text, const VpResult *result, const Screen *screen);

/* Returns: (transfer full) (nullable): the command line @words, to be copied, with
 * --sandbox @level and the option @more (nullable); NULL if a word of it cannot be. */
char *output_command_at(char **words, VpLevel level, const char *more);

/* Returns: (transfer full) (nullable): the command of @words with @options; NULL if it
 * cannot be copied. */
char *output_command_with(char **words, const char *options);

/* "sandbox: partial, 11 of 13 layers hold; left out: net, uts", and why those are missing
 * that should hold. */
void output_append_sandbox(GString *text, const VpResult *result, const Screen *screen);
