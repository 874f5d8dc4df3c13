// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Rows of cells, and how wide they are once all are known.
 */
#include "probe/cli/table.h"

#include "common/text.h"

struct Table {
	GPtrArray *rows;  /* of GStrv, escaped */
	int paint_column; /* coloured by the verdict; -1: none */
	GArray *verdicts; /* of VpVerdict, a row */
};

Table *table_new(int paint_column)
{
	Table *table = g_new(Table, 1);

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

void table_add(Table *table, VpVerdict verdict, const char *const *cells)
{
	GPtrArray *row = g_ptr_array_new();

	for (; *cells; cells++)
		g_ptr_array_add(row, text_escape(*cells, -1));
	g_ptr_array_add(row, NULL);
	g_ptr_array_add(table->rows, g_ptr_array_free(row, FALSE));
	g_array_append_val(table->verdicts, verdict);
}

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

void table_append_to(const Table *table, GString *text, const char *indent)
{
	glong widths[8] = {0};

	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		for (guint c = 0; row[c] && row[c + 1]; c++)
			widths[c] = MAX(widths[c], g_utf8_strlen(row[c], -1));
	}
	for (guint r = 0; r < table->rows->len; r++) {
		char **row = table->rows->pdata[r];

		g_string_append(text, indent);
		for (guint c = 0; row[c]; c++) {
			bool painted = (int)c == table->paint_column;
			glong padding =
				row[c + 1] ? widths[c] + 3 - g_utf8_strlen(row[c], -1)
					   : 0;

			if (painted)
				g_string_append(
					text, color_of(g_array_index(
						      table->verdicts, VpVerdict, r)));
			g_string_append(text, row[c]);
			if (painted)
				g_string_append(text, "\033[0m");
			g_string_append_printf(text, "%*s", (int)padding, "");
		}
		while (text->len && text->str[text->len - 1] == ' ')
			g_string_truncate(text, text->len - 1);
		g_string_append_c(text, '\n');
	}
}

bool table_is_empty(const Table *table)
{
	return table->rows->len == 0;
}
