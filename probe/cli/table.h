// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A table for people: rows of cells, whose columns are made equally wide except the last.
 * On a terminal that is too narrow for them columns are shortened and wrapped, and where
 * that does not help either, each row becomes a paragraph.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/screen.h"
#include "probe/vhost-probe.h"

typedef struct Table Table;

/* What may happen to a column's cells where there is no room. */
typedef enum {
	CELL_WHOLE, /* nothing */
	CELL_NAME,  /* in a paragraph it is shortened */
	CELL_PATH,  /* is shortened */
	CELL_WORDS, /* is wrapped between words */
} CellKind;

#define TABLE_COLUMNS_MAX 16

/* @paint_column: coloured by the row's verdict; -1: none. The last column is of words,
 * the others are whole. */
Table *table_new(int paint_column);
void table_free(Table *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Table, table_free)

/* Other kinds. (array length=n) */
void table_set_kinds(Table *table, const CellKind *kinds, size_t n);

/* @cells: from anywhere, ended by NULL; see ROW(). */
void table_add(Table *table, VpVerdict verdict, const char *const *cells);

/* The first row says what the columns are. A paragraph does not. */
void table_add_header(Table *table, const char *const *cells);

#define ROW(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Each row after @indent, as wide as @screen. */
void table_append_fitted(
	const Table *table, GString *text, const char *indent, const Screen *screen);

/* Returns: whether it fits @width cells with nothing but shortening and wrapping. */
bool table_fits(const Table *table, size_t width);

/* One line per row for programs: cells with a tab between them, which is in none. */
void table_append_tabbed(const Table *table, GString *text);

/* Returns: whether nothing was added. */
bool table_is_empty(const Table *table);
