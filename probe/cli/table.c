// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rows of cells, and how wide their columns are once all are known.
 */
#include "probe/cli/table.h"

#include <stdint.h>
#include <string.h>

#include "common/text.h"
#include "probe/cli/cells.h"

/* What a cell that can be shortened or wrapped keeps at least. */
#define PATH_MIN  18
#define WORDS_MIN 16

/* What is left over goes to these in turn: words read well only if there are a few on a
 * line, but lose nothing by being wrapped. */
static const struct {
	CellKind kind;
	size_t up_to;
} growth[] = {
	{CELL_WORDS, 24},
	{CELL_PATH, SIZE_MAX},
	{CELL_WORDS, SIZE_MAX},
};

/* Between two columns. */
#define GAP        3
#define GAP_NARROW 2

struct Table {
	GPtrArray *rows;  /* of GStrv, escaped */
	GArray *verdicts; /* of VpVerdict, a row */
	int paint_column; /* coloured by the verdict; -1: none */
	bool has_header;
	CellKind kinds[TABLE_COLUMNS_MAX];
	size_t n_kinds;
};

Table *table_new(int paint_column)
{
	Table *table = g_new0(Table, 1);

	table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
	table->verdicts = g_array_new(FALSE, FALSE, sizeof(VpVerdict));
	table->paint_column = paint_column;
	return table;
}

void table_free(Table *table)
{
	g_ptr_array_unref(table->rows);
	g_array_unref(table->verdicts);
	g_free(table);
}

void table_set_kinds(Table *table, const CellKind *kinds, size_t n)
{
	table->n_kinds = MIN(n, TABLE_COLUMNS_MAX);
	memcpy(table->kinds, kinds, table->n_kinds * sizeof *kinds);
}

void table_add(Table *table, VpVerdict verdict, const char *const *cells)
{
	GPtrArray *row = g_ptr_array_new();

	for (; *cells && row->len < TABLE_COLUMNS_MAX; cells++)
		g_ptr_array_add(row, text_escape(*cells, -1));
	g_ptr_array_add(row, NULL);
	g_ptr_array_add(table->rows, g_ptr_array_free(row, FALSE));
	g_array_append_val(table->verdicts, verdict);
}

void table_add_header(Table *table, const char *const *cells)
{
	table->has_header = true;
	table_add(table, VP_VERDICT_PENDING, cells);
}

bool table_is_empty(const Table *table)
{
	return table->rows->len == 0;
}

/* ---- colour ---- */

static const char *color_of(VpVerdict verdict)
{
	switch (verdict) {
	case VP_VERDICT_SELECTED:
	case VP_VERDICT_MATCH:
		return "\033[32m"; /* green */
	case VP_VERDICT_SKIPPED_NAME:
	case VP_VERDICT_MASKED:
	case VP_VERDICT_MASK:
	case VP_VERDICT_OTHER_TYPE:
	case VP_VERDICT_NOT_NEEDED:
		return "\033[2m"; /* faint */
	case VP_VERDICT_MISSING_FEATURES:
	case VP_VERDICT_EXCLUDED_FEATURES:
		return "\033[33m"; /* yellow */
	default:
		return "\033[31m"; /* red */
	}
}

static bool is_header(const Table *table, guint r)
{
	return table->has_header && r == 0;
}

/* @line of a cell of row @r and column @c. */
static void append_painted(
	const Table *table, GString *text, guint r, guint c, const char *line)
{
	bool painted = (int)c == table->paint_column && !is_header(table, r);
	VpVerdict verdict = g_array_index(table->verdicts, VpVerdict, r);

	g_string_append_printf(text, "%s%s%s", painted ? color_of(verdict) : "", line,
		painted ? "\033[0m" : "");
}

static void end_line(GString *text)
{
	while (text->len && text->str[text->len - 1] == ' ')
		g_string_truncate(text, text->len - 1);
	g_string_append_c(text, '\n');
}

/* ---- widths ---- */

typedef struct {
	size_t n;
	size_t widths[TABLE_COLUMNS_MAX];
	size_t gap;
} Layout;

static CellKind kind_of(const Table *table, size_t c, size_t n)
{
	if (table->n_kinds)
		return c < table->n_kinds ? table->kinds[c] : CELL_WORDS;
	return c + 1 == n ? CELL_WORDS : CELL_WHOLE;
}

/* As wide as the widest cell. */
static Layout natural_layout(const Table *table)
{
	Layout layout = {.gap = GAP};

	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		for (size_t c = 0; row[c]; c++) {
			layout.widths[c] = MAX(layout.widths[c], cells_count(row[c]));
			layout.n = MAX(layout.n, c + 1);
		}
	}
	return layout;
}

static size_t width_of(const Layout *layout)
{
	size_t width = layout->n ? (layout->n - 1) * layout->gap : 0;

	for (size_t c = 0; c < layout->n; c++)
		width += layout->widths[c];
	return width;
}

static size_t min_width(CellKind kind, size_t natural)
{
	switch (kind) {
	case CELL_PATH:
		return MIN(natural, PATH_MIN);
	case CELL_WORDS:
		return MIN(natural, WORDS_MIN);
	case CELL_WHOLE:
	case CELL_NAME:
		break;
	}
	return natural;
}

/* Returns: whether @layout fits @width by now. */
static bool fit(const Table *table, Layout *layout, size_t width)
{
	Layout natural = *layout;
	size_t spare;

	if (width_of(layout) <= width)
		return true;
	layout->gap = GAP_NARROW;
	for (size_t c = 0; c < layout->n; c++)
		layout->widths[c] =
			min_width(kind_of(table, c, layout->n), natural.widths[c]);
	if (width_of(layout) > width)
		return false;
	spare = width - width_of(layout);
	for (size_t i = 0; i < G_N_ELEMENTS(growth); i++) {
		for (size_t c = 0; c < layout->n; c++) {
			size_t wanted = MIN(natural.widths[c], growth[i].up_to);
			size_t more = MIN(spare, wanted - MIN(layout->widths[c], wanted));

			if (kind_of(table, c, layout->n) != growth[i].kind)
				continue;
			layout->widths[c] += more;
			spare -= more;
		}
	}
	return true;
}

bool table_fits(const Table *table, size_t width)
{
	Layout layout = natural_layout(table);

	return fit(table, &layout, width);
}

/* ---- rows ---- */

/* Returns: (transfer full): the lines of a cell of this kind. */
static char **lines_of(const char *cell, CellKind kind, size_t width, bool unicode)
{
	char **lines;

	if (kind == CELL_WORDS && cells_count(cell) > width)
		return cells_wrap(cell, width);
	lines = g_new0(char *, 2);
	lines[0] = kind == CELL_NAME || kind == CELL_PATH
			   ? cells_shorten(cell, width, unicode)
			   : g_strdup(cell);
	return lines;
}

/* Returns: whether @cell has a word that its column has no room for, though it is one of
 * those that are wrapped. */
static bool is_too_long(const char *cell, CellKind kind, size_t width)
{
	return kind == CELL_WORDS && cells_longest_word(cell) > width;
}

/* Side by side, as many lines as the cell with most of them takes. Returns: whether there
 * is a cell that goes below them instead. */
static bool append_columns(const Table *table, GString *text, guint r, const char *indent,
	const Layout *layout, const Screen *screen)
{
	char **row = table->rows->pdata[r];
	char **lines[TABLE_COLUMNS_MAX] = {0};
	size_t n_lines = 1;
	bool below = false;

	for (size_t c = 0; row[c]; c++) {
		CellKind kind = kind_of(table, c, layout->n);
		bool long_one = is_too_long(row[c], kind, layout->widths[c]);

		below = below || long_one;
		lines[c] = long_one ? g_new0(char *, 1)
				    : lines_of(row[c], kind, layout->widths[c],
					      screen->unicode);
		n_lines = MAX(n_lines, g_strv_length(lines[c]));
	}
	for (size_t line = 0; line < n_lines; line++) {
		g_string_append(text, indent);
		for (size_t c = 0; row[c]; c++) {
			const char *part =
				line < g_strv_length(lines[c]) ? lines[c][line] : "";
			size_t width = layout->widths[c] + layout->gap;

			if (*part)
				append_painted(table, text, r, (guint)c, part);
			if (row[c + 1])
				g_string_append_printf(text, "%*s",
					(int)(width - cells_count(part)), "");
		}
		end_line(text);
	}
	for (size_t c = 0; row[c]; c++)
		g_strfreev(lines[c]);
	return below;
}

static void append_row(const Table *table, GString *text, guint r, const char *indent,
	const Layout *layout, const Screen *screen)
{
	char **row = table->rows->pdata[r];
	size_t margin = strlen(indent) + 4;
	size_t room = screen->width > margin ? screen->width - margin : 1;

	if (!append_columns(table, text, r, indent, layout, screen))
		return;
	for (size_t c = 0; row[c]; c++) {
		g_auto(GStrv) lines = NULL;

		if (!is_too_long(row[c], kind_of(table, c, layout->n), layout->widths[c]))
			continue;
		lines = cells_wrap(row[c], room);
		for (char **line = lines; *line; line++) {
			g_string_append_printf(text, "%*s", (int)margin, "");
			append_painted(table, text, r, (guint)c, *line);
			end_line(text);
		}
	}
}

/* The first cell, and below it the others, each on lines of its own; but words that are
 * next to each other, such as a type and a verdict, share one. */
static void append_paragraph(const Table *table, GString *text, guint r,
	const char *indent, const Layout *layout, const Screen *screen)
{
	char **row = table->rows->pdata[r];
	size_t margin = strlen(indent), used = 0;

	for (size_t c = 0; row[c]; c++) {
		size_t room = screen->width > margin ? screen->width - margin : 1;
		CellKind kind = kind_of(table, c, layout->n);
		bool joins = c > 1 && kind == CELL_WHOLE &&
			     kind_of(table, c - 1, layout->n) == CELL_WHOLE;
		g_auto(GStrv) lines = NULL;

		/* Without a header nobody sees what is missing. */
		if (c > 0 && g_str_equal(row[c], "-"))
			continue;
		lines = lines_of(row[c], kind, room, screen->unicode);
		for (char **line = lines; *line; line++) {
			size_t cells = cells_count(*line);

			joins = joins && used && used + GAP_NARROW + cells <= room;
			if (used && !joins)
				end_line(text);
			g_string_append_printf(
				text, "%*s", joins ? GAP_NARROW : (int)margin, "");
			used = cells + (joins ? used + GAP_NARROW : 0);
			append_painted(table, text, r, (guint)c, *line);
		}
		if (c == 0)
			margin += 2;
	}
	end_line(text);
}

void table_append_fitted(
	const Table *table, GString *text, const char *indent, const Screen *screen)
{
	Layout layout = natural_layout(table);
	size_t margin = strlen(indent);
	bool fits =
		!screen->width ||
		(screen->width > margin && fit(table, &layout, screen->width - margin));

	for (guint r = 0; r < table->rows->len; r++) {
		if (fits)
			append_row(table, text, r, indent, &layout, screen);
		else if (!is_header(table, r))
			append_paragraph(table, text, r, indent, &layout, screen);
	}
}

void table_append_tabbed(const Table *table, GString *text)
{
	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		for (guint c = 0; row[c]; c++) {
			g_string_append(text, c ? "\t" : "");
			append_painted(table, text, r, c, row[c]);
		}
		g_string_append_c(text, '\n');
	}
}
