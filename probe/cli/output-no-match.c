// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why nothing was chosen. Where programs came into question, what was wrong with each;
 * where nothing announces the type, where was searched and what was seen there instead.
 */
#include "probe/cli/output.h"

#include <string.h>

#include "common/text.h"
#include "probe/cli/output-parts.h"

/* Files of a kind that are named; the others are counted. */
#define NAMED_MAX 10

/* ---- what came into question ---- */

/* Files that say nothing about this request. */
static bool is_aside(const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_SKIPPED_NAME ||
	       candidate->verdict == VP_VERDICT_MASKED ||
	       candidate->verdict == VP_VERDICT_OTHER_TYPE;
}

/* A mask, or the configuration, may hide just what was wanted. */
static bool is_disabled(const VpResult *result, const VpCandidate *candidate)
{
	const VpConfig *config = result->request->config;

	return config && g_strcmp0(candidate->masked_by, config->path) == 0;
}

/* What nobody could look into may be of any type. */
static bool may_be_meant(const VpCandidate *candidate)
{
	return !is_aside(candidate) && candidate->verdict != VP_VERDICT_MASK;
}

static bool announces(const VpCandidate *candidate, const char *type)
{
	return may_be_meant(candidate) && g_strcmp0(candidate->type, type) == 0;
}

static guint count(const VpResult *result, bool (*test)(const VpCandidate *))
{
	guint n = 0;

	for (guint i = 0; i < result->candidates->len; i++)
		n += test(result->candidates->pdata[i]);
	return n;
}

static bool is_announced(const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++)
		if (announces(result->candidates->pdata[i], result->request->type))
			return true;
	return false;
}

/* Returns: (transfer full): names of files that come more than once. */
static GHashTable *find_ambiguous(const VpResult *result)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	/* Those of one name stand together. */
	for (guint i = 1; i < result->candidates->len; i++) {
		const VpCandidate *one = result->candidates->pdata[i - 1];
		const VpCandidate *other = result->candidates->pdata[i];

		if (g_strcmp0(one->name, other->name) == 0)
			g_hash_table_add(names, other->name);
	}
	return names;
}

/* By their names, which are short; by a path where the name alone is not enough. */
static void append_candidates(GString *text, const VpResult *result, const Screen *screen)
{
	g_autoptr(GHashTable) ambiguous = find_ambiguous(result);
	g_autoptr(Table) table = table_new(-1);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		const char *name = output_name(candidate);

		if (is_aside(candidate) && !is_disabled(result, candidate))
			continue;
		if (candidate->name && g_hash_table_contains(ambiguous, candidate->name))
			name = candidate->manifest;
		output_add_verdict(table, name, candidate);
	}
	table_append_fitted(table, text, "  ", screen);
}

/* ---- what was seen instead ---- */

typedef bool Test(const VpResult *, const VpCandidate *);

static bool is_skipped(G_GNUC_UNUSED const VpResult *result, const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_SKIPPED_NAME;
}

static bool is_replaced(const VpResult *result, const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_MASKED && !is_disabled(result, candidate);
}

static bool is_of_other_type(
	G_GNUC_UNUSED const VpResult *result, const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_OTHER_TYPE;
}

/* Returns: (transfer full): "50-a.json, 60-b.json and 12 more": those that @test and, if
 * not NULL, @type fit. */
static char *list_files(
	const VpResult *result, Test *test, const char *type, bool by_path)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (!test(result, candidate) ||
			(type && g_strcmp0(type, candidate->type) != 0))
			continue;
		g_ptr_array_add(files, by_path ? candidate->manifest : candidate->name);
	}
	g_ptr_array_add(files, NULL);
	return text_list((const char *const *)files->pdata, NAMED_MAX);
}

/* Which types there are instead, and by which files. */
static void append_other_types(
	GString *text, const VpResult *result, const Screen *screen)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(Table) table = table_new(-1);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		g_autofree char *files = NULL, *meant = NULL;
		const char *wanted = result->request->type;

		if (!is_of_other_type(result, candidate) ||
			!g_hash_table_add(known, candidate->type))
			continue;
		files = list_files(result, is_of_other_type, candidate->type, false);
		if (text_nearest(candidate->type, &wanted, 1) &&
			!vp_device_type_meant(candidate->type))
			meant = g_strdup_printf("%s (%s meant?)", files, wanted);
		table_add(table, candidate->verdict,
			ROW(candidate->type, meant ? meant : files));
	}
	if (table_is_empty(table))
		return;
	g_string_append(text, "announced instead:\n");
	table_append_fitted(table, text, "  ", screen);
}

static void append_files(GString *text, const char *title, const VpResult *result,
	Test *test, bool by_path, const Screen *screen)
{
	g_autofree char *files = list_files(result, test, NULL, by_path);

	if (*files)
		output_append_line(text, title, files, screen);
}

static void append_note(GString *text, const VpResult *result, const Screen *screen)
{
	const VpDeviceType *type = vp_device_types();

	while (type->name && g_strcmp0(type->name, result->request->type) != 0)
		type++;
	if (type->name && type->notes)
		output_append_line(text, "note: ", type->notes->absent, screen);
}

/* With the directories of this call. Where something else was meant it is of no use. */
static void append_advice(GString *text, const VpResult *result)
{
	g_autofree char *hint = vp_result_hint(result);
	g_autofree char *command = output_explain_command(result->request);

	if (!hint && command)
		g_string_append_printf(text, "see %s\n", command);
}

static void append_seen(GString *text, const VpResult *result, const Screen *screen)
{
	output_append_search(text, result, screen);
	append_other_types(text, result, screen);
	append_files(text, "another file took the place of: ", result, is_replaced, true,
		screen);
	append_files(text, "skipped, since manifests are named *.json: ", result,
		is_skipped, false, screen);
	append_note(text, result, screen);
}

/* ---- the texts ---- */

/* Returns: (transfer full): in quotes where blanks would not be seen; and not endless. */
static char *describe_type(const char *type)
{
	g_autofree char *beginning = type && g_utf8_strlen(type, -1) > 60
					     ? g_utf8_substring(type, 0, 60)
					     : NULL;

	if (!type)
		return NULL;
	if (beginning)
		return g_strconcat(beginning, "...", NULL);
	return strpbrk(type, " \t\n") ? g_strdup_printf("\"%s\"", type) : g_strdup(type);
}

bool output_finds_nothing(const VpResult *result)
{
	const VpRequest *request = result->request;

	if (request->binary)
		return false;
	return request->type ? !is_announced(result) : result->candidates->len == 0;
}

/* "no gpu backend has virgl", or however else the request is best answered by a no. */
static char *describe_no_match(const VpRequest *request, bool announced, bool unknown)
{
	g_autofree char *need = g_strjoinv(", ", (char **)request->need);
	g_autofree char *wanted = output_describe_request(request);
	g_autofree char *type = describe_type(request->type);

	if (request->binary)
		return g_strdup("the program does not match");
	if (!announced)
		return g_strdup_printf("no manifest %s the type %s",
			unknown ? "is known to announce" : "announces", type);
	if (*request->exclude)
		return g_strdup_printf("there is no %s", wanted);
	if (*need)
		return g_strdup_printf("no %s backend has %s", request->type, need);
	return g_strdup_printf("no %s backend works", request->type);
}

char *output_no_match(const VpResult *result, const Screen *screen)
{
	const VpRequest *request = result->request;
	bool announced = !output_finds_nothing(result);
	GString *text = g_string_new(NULL);
	g_autofree char *no =
		describe_no_match(request, announced, count(result, may_be_meant) > 0);

	output_append_line(text, "vhost-probe: ", no, screen);
	append_candidates(text, result, screen);
	if (!announced)
		append_seen(text, result, screen);
	output_append_hint(text, result, screen);
	if (!request->binary && request->mode != VP_MODE_EXPLAIN)
		append_advice(text, result);
	return g_string_free(text, FALSE);
}

char *output_nothing_listed(const VpResult *result, const Screen *screen)
{
	const VpRequest *request = result->request;
	GString *text = g_string_new(NULL);
	g_autofree char *no = NULL;

	if (!output_finds_nothing(result))
		return g_string_free(text, FALSE);
	no = request->type
		     ? describe_no_match(request, false, count(result, may_be_meant) > 0)
		     : g_strdup("no manifest was found");
	output_append_line(text, "vhost-probe: ", no, screen);
	append_seen(text, result, screen);
	if (request->type)
		append_advice(text, result);
	return g_string_free(text, FALSE);
}
