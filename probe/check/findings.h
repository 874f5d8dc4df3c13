// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The list that findings are added to while a check goes on, and what is known of each
 * file meanwhile.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/candidate.h"
#include "probe/check/check.h"

/* A place in a text; line 0: none. */
typedef struct {
	unsigned line, column;
} Place;

/* What a manifest says, as far as it can be understood. */
typedef struct {
	char **features; /* of its own list of features; NULL: it has none */
	Place features_at, binary_at, type_at;
	bool broken; /* an error was found in it */
} Announced;

/* One file, or the program that was given. */
typedef struct {
	VpCheck *check;
	VpCandidate *candidate; /* of the check's result */
	guint position;         /* in that */
	bool searched;          /* it has a place in the order of precedence */
	Announced announced;
} Subject;

/* Returns: (transfer full): an empty list. */
GPtrArray *findings_new(void);

/* Adds what is wrong with the file or program itself. */
void finding_add(Subject *subject, VpDefect defect, Place at, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* Likewise, with a directory. */
void finding_add_directory(VpCheck *check, VpDefect defect, const char *dir,
	const char *format, ...) G_GNUC_PRINTF(4, 5);

/* Sorts and counts. */
void findings_finish(VpCheck *check);

#define NOWHERE ((Place){0, 0})

/* At the end of a text: to its administrators it looks as if all backends were gone. */
#define FAILS_LIBVIRT "; because of this file, libvirt finds no backend at all"
