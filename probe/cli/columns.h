// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The columns that list can print: one table for the parser of --columns, the printer and
 * the manual page.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

#include "probe/cli/table.h"
#include "probe/vhost-probe.h"

typedef struct {
	const char *name; /* stable */
	CellKind kind;
	/* Returns: (transfer full) (nullable): the cell; NULL: there is none. */
	char *(*get)(const VpCandidate *candidate);
} Column;

/* Returns: (transfer none): all of them, ended by one without a name. */
const Column *columns_all(void);

/* Returns: (transfer none) (nullable): the column of this name. */
const Column *columns_find(const char *name);
