// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The tokens of a JSON text, for the strict parser.
 *
 * What is wrong is returned as words that never need to be freed. Words that end in a
 * blank are completed by the token at the trouble.
 */
#pragma once

#include <stddef.h>

/* What json-c has to find in a text. */
typedef struct {
	size_t colons;
	int depth;
} JsonShape;

/* For what cannot be where it is. */
extern const char json_unexpected[];

/*
 * json_scan:
 * @text: up to the NUL; valid UTF-8
 * @at: set to where the trouble is
 * @ret_shape: of the text up to there
 *
 * Scans the one object that @text is to be. The depth is counted here because json-c
 * cannot enforce the limit: it counts a scalar as one more level, but not an empty
 * container. Whether tokens follow each other as they should is json-c's to judge.
 *
 * Returns: (nullable): what is wrong.
 */
const char *json_scan(const char *text, const char **at, JsonShape *ret_shape);

/* Moves *@at from the quote that opens a string to behind the one that closes it.
 * Returns: (nullable): what is wrong, with *@at there. */
const char *json_scan_string(const char **at);
