// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A table for people: rows of cells, whose columns are made equally wide except the last.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct Table Table;

/* @paint_column: coloured by the row's verdict; -1: none. */
Table *table_new(int paint_column);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* @cells: from anywhere, ended by NULL; see ROW(). */
void table_add(Table *table, VpVerdict verdict, const char *const *cells);

#define ROW(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Each row on a line of its own, behind @indent. */
void table_append_to(const Table *table, GString *text, const char *indent);

/* Returns: whether nothing was added. */
bool table_is_empty(const Table *table);
