// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of list and refresh. On a terminal it has headers, and as many columns as
 * fit; for programs it has the columns that the manual names, one file per line.
 */
#include "probe/cli/output.h"

#include "probe/cli/columns.h"
#include "probe/cli/output-parts.h"

/* For programs: this set and its order stay. */
static const char *const for_programs[] = {
	"name", "type", "verdict", "source", "details", NULL};

/* For people: the first that fits. */
static const char *const for_people[][TABLE_COLUMNS_MAX] = {
	{"name", "type", "verdict", "source", "program", "details", "description"},
	{"name", "type", "verdict", "program", "details", "description"},
	{"name", "type", "verdict", "program", "details"},
	{"name", "type", "verdict", "details"},
};

/* Where none does: each file is a paragraph, which has room for all that matters. */
static const char *const in_paragraphs[] = {
	"name", "type", "verdict", "program", "details", "description", NULL};

/* Announced as another type than the one asked for. What may be of that type, such as a
 * file that cannot be read or that masks another, is none of these. */
static bool is_of_other_type(const VpResult *result, const VpCandidate *candidate)
{
	const VpRequest *request = vp_result_get_request(result);
	const char *wanted = vp_request_get_type(request);
	const char *type = vp_candidate_get_type(candidate);

	return wanted && !vp_request_get_binary(request) && type &&
	       !g_str_equal(type, wanted);
}

static guint count_others(const VpResult *result)
{
	guint n = 0;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		n += is_of_other_type(result, vp_result_get_candidate(result, i));
	return n;
}

char *output_others(const VpResult *result)
{
	guint n = count_others(result);

	if (!n)
		return g_strdup("");
	return g_strdup_printf("vhost-probe: not shown: %u file%s of other types\n", n,
		n == 1 ? "" : "s");
}

/* To programs the same reason is the same text; people see its age, too. */
static char *get_cell(const VpCandidate *candidate, const char *name, bool for_program)
{
	bool is_reason =
		g_str_equal(name, "details") &&
		vp_verdict_stage(vp_candidate_get_verdict(candidate)) != VP_STAGE_MATCH;

	return is_reason && !for_program ? output_describe_reason(candidate)
					 : columns_find(name)->get(candidate);
}

static void add_row(Table *table, const VpCandidate *candidate, const char *const *names,
	bool for_program)
{
	g_auto(GStrv) cells = g_new0(char *, TABLE_COLUMNS_MAX + 1);

	for (size_t i = 0; i < TABLE_COLUMNS_MAX && names[i]; i++) {
		g_autofree char *cell = get_cell(candidate, names[i], for_program);

		cells[i] = g_strdup(cell && *cell ? cell : "-");
	}
	table_add(table, vp_candidate_get_verdict(candidate), (const char *const *)cells);
}

static void add_header(Table *table, const char *const *names)
{
	g_auto(GStrv) cells = g_new0(char *, TABLE_COLUMNS_MAX + 1);

	for (size_t i = 0; i < TABLE_COLUMNS_MAX && names[i]; i++)
		cells[i] = g_ascii_strup(names[i], -1);
	table_add_header(table, (const char *const *)cells);
}

/* Returns: (transfer full): of these columns. */
static Table *make_table(
	const VpResult *result, const Screen *screen, const char *const *names)
{
	CellKind kinds[TABLE_COLUMNS_MAX] = {0};
	int painted = -1;
	size_t n = 0;
	Table *table;

	for (; n < TABLE_COLUMNS_MAX && names[n]; n++) {
		kinds[n] = columns_find(names[n])->kind;
		if (screen->color && g_str_equal(names[n], "verdict"))
			painted = (int)n;
	}
	table = table_new(painted);
	table_set_kinds(table, kinds, n);
	if (screen->width)
		add_header(table, names);
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		if (!is_of_other_type(result, vp_result_get_candidate(result, i)))
			add_row(table, vp_result_get_candidate(result, i), names,
				!screen->width);
	return table;
}

/* Returns: (transfer full): for a terminal, of the columns that it has room for. */
static Table *make_fitting(const VpResult *result, const Screen *screen)
{
	for (size_t i = 0; i < G_N_ELEMENTS(for_people); i++) {
		g_autoptr(Table) table = make_table(result, screen, for_people[i]);

		if (table_fits(table, screen->width))
			return g_steal_pointer(&table);
	}
	return make_table(result, screen, in_paragraphs);
}

char *output_list(
	const VpResult *result, const char *const *columns, const Screen *screen)
{
	GString *text = g_string_new(NULL);
	g_autoptr(Table) table = NULL;

	/* No header above an empty table. */
	if (vp_result_get_n_candidates(result) == count_others(result))
		return g_string_free(text, FALSE);
	if (columns || !screen->width)
		table = make_table(result, screen, columns ? columns : for_programs);
	else
		table = make_fitting(result, screen);
	if (screen->width)
		table_append_fitted(table, text, "", screen);
	else
		table_append_tabbed(table, text);
	return g_string_free(text, FALSE);
}
