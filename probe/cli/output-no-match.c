// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why nothing was chosen. Where programs came into question: what was wrong with each.
 * Where nothing announces the type: which directories were searched, and what was seen
 * there instead.
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
	return vp_candidate_get_verdict(candidate) == VP_VERDICT_SKIPPED_NAME ||
	       vp_candidate_get_verdict(candidate) == VP_VERDICT_MASKED ||
	       vp_candidate_get_verdict(candidate) == VP_VERDICT_OTHER_TYPE;
}

/* A mask, or the configuration, may hide just what was wanted. */
static bool is_disabled(const VpResult *result, const VpCandidate *candidate)
{
	const VpConfig *config = vp_request_get_config(vp_result_get_request(result));

	return config && g_strcmp0(vp_candidate_get_masked_by(candidate),
				 vp_config_get_path(config)) == 0;
}

/* A file that could not be read may be of any type. */
static bool may_be_meant(const VpCandidate *candidate)
{
	return !is_aside(candidate) &&
	       vp_candidate_get_verdict(candidate) != VP_VERDICT_MASK;
}

static bool announces(const VpCandidate *candidate, const char *type)
{
	return may_be_meant(candidate) &&
	       g_strcmp0(vp_candidate_get_type(candidate), type) == 0;
}

static guint count(const VpResult *result, bool (*test)(const VpCandidate *))
{
	guint n = 0;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		n += test(vp_result_get_candidate(result, i));
	return n;
}

static bool is_announced(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		if (announces(vp_result_get_candidate(result, i),
			    vp_request_get_type(vp_result_get_request(result))))
			return true;
	return false;
}

/* Returns: (transfer full): names of files that come more than once. */
static GHashTable *find_ambiguous(const VpResult *result)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	/* Those of one name stand together. */
	for (gsize i = 1; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *one = vp_result_get_candidate(result, i - 1);
		const VpCandidate *other = vp_result_get_candidate(result, i);

		if (g_strcmp0(vp_candidate_get_name(one), vp_candidate_get_name(other)) ==
			0)
			g_hash_table_add(names, (char *)vp_candidate_get_name(other));
	}
	return names;
}

/* By their names, which are short; by a path where the name by itself is not enough. */
static void append_candidates(GString *text, const VpResult *result, const Screen *screen)
{
	g_autoptr(GHashTable) ambiguous = find_ambiguous(result);
	g_autoptr(Table) table = table_new(-1);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		const char *name = output_name(candidate);

		if (is_aside(candidate) && !is_disabled(result, candidate))
			continue;
		if (vp_candidate_get_name(candidate) &&
			g_hash_table_contains(
				ambiguous, vp_candidate_get_name(candidate)))
			name = vp_candidate_get_manifest(candidate);
		output_add_verdict(table, name, candidate);
	}
	table_append_fitted(table, text, "  ", screen);
}

/* ---- what was seen instead ---- */

typedef bool Test(const VpResult *, const VpCandidate *);

static bool is_skipped(G_GNUC_UNUSED const VpResult *result, const VpCandidate *candidate)
{
	return vp_candidate_get_verdict(candidate) == VP_VERDICT_SKIPPED_NAME;
}

static bool is_replaced(const VpResult *result, const VpCandidate *candidate)
{
	return vp_candidate_get_verdict(candidate) == VP_VERDICT_MASKED &&
	       !is_disabled(result, candidate);
}

static bool is_of_other_type(
	G_GNUC_UNUSED const VpResult *result, const VpCandidate *candidate)
{
	return vp_candidate_get_verdict(candidate) == VP_VERDICT_OTHER_TYPE;
}

/* Returns: (transfer full): "50-a.json, 60-b.json and 12 more": those that @test and, if
 * not NULL, @type fit. */
static char *list_files(
	const VpResult *result, Test *test, const char *type, bool by_path)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (!test(result, candidate) ||
			(type && g_strcmp0(type, vp_candidate_get_type(candidate)) != 0))
			continue;
		g_ptr_array_add(
			files, (char *)(by_path ? vp_candidate_get_manifest(candidate)
						: vp_candidate_get_name(candidate)));
	}
	g_ptr_array_add(files, NULL);
	return text_list((const char *const *)files->pdata, NAMED_MAX);
}

/* Which types there are instead, and by which files. */
static void append_other_types(
	GString *text, const VpResult *result, const Screen *screen)
{
	const char *wanted = vp_request_get_type(vp_result_get_request(result));
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(Table) table = table_new(-1);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		const char *type = vp_candidate_get_type(candidate);
		g_autofree char *files = NULL, *meant = NULL;

		if (!is_of_other_type(result, candidate) ||
			!g_hash_table_add(known, (char *)type))
			continue;
		files = list_files(result, is_of_other_type, type, false);
		if (text_nearest(type, &wanted, 1) && !vp_device_type_meant(type))
			meant = g_strdup_printf("%s (did it mean %s?)", files, wanted);
		table_add(table, vp_candidate_get_verdict(candidate),
			ROW(type, meant ? meant : files));
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
	const char *name = vp_request_get_type(vp_result_get_request(result));
	const VpDeviceType *type = name ? vp_device_type_find(name) : NULL;
	const char *note = type ? vp_device_type_get_note_absent(type) : NULL;

	if (note)
		output_append_line(text, "note: ", note, screen);
}

/* With the directories of this call. Where none of them exists, or something else was
 * meant, it is of no use. */
static void append_advice(GString *text, const VpResult *result)
{
	g_autofree char *hint = vp_result_hint(result);
	g_autofree char *command = output_explain_command(vp_result_get_request(result));

	if (!output_names_nothing(result) && !hint && command)
		g_string_append_printf(text, "see %s\n", command);
}

static void append_seen(GString *text, const VpResult *result, const Screen *screen)
{
	if (!output_names_nothing(result))
		output_append_search(text, result, screen);
	append_other_types(text, result, screen);
	append_files(text, "another file took the place of: ", result, is_replaced, true,
		screen);
	append_files(text, "skipped, since manifests are named *.json: ", result,
		is_skipped, false, screen);
	append_note(text, result, screen);
}

/* ---- the texts ---- */

bool output_names_nothing(const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++)
		if (vp_search_dir_is_found(vp_result_get_search_dir(result, i)))
			return false;
	return vp_request_search_is_named(vp_result_get_request(result));
}

bool output_finds_nothing(const VpResult *result)
{
	const VpRequest *request = vp_result_get_request(result);

	if (vp_request_get_binary(request))
		return false;
	return vp_request_get_type(request) ? !is_announced(result)
					    : vp_result_get_n_candidates(result) == 0;
}

/* Of the program that was given. */
static const char *describe_given(const VpResult *result)
{
	const VpCandidate *given = vp_result_get_candidate(result, 0);

	return vp_verdict_stage(vp_candidate_get_verdict(given)) == VP_STAGE_MATCH
		       ? "the program does not have what is needed"
		       : "the program cannot be used";
}

/* "no gpu backend has virgl", or however else the request is best answered by a no. */
static char *describe_no_match(const VpResult *result, bool announced)
{
	const VpRequest *request = vp_result_get_request(result);
	bool unknown = count(result, may_be_meant) > 0;
	const char *given = vp_request_get_type(request);
	g_autofree char *need = text_list_shown(vp_request_get_need(request));
	g_autofree char *wanted = output_describe_request(request);
	g_autofree char *type = given ? text_quoted(given) : NULL;

	if (vp_request_get_binary(request))
		return g_strdup(describe_given(result));
	if (!announced)
		return g_strdup_printf("no manifest %s the type %s",
			unknown ? "is known to announce" : "announces", type);
	if (*vp_request_get_exclude(request))
		return g_strdup_printf("there is no %s", wanted);
	if (*need)
		return g_strdup_printf("no %s backend has %s%s", type,
			vp_request_get_need(request)[1] ? "all of " : "", need);
	return g_strdup_printf("no %s backend works", type);
}

char *output_no_match(const VpResult *result, const Screen *screen)
{
	const VpRequest *request = vp_result_get_request(result);
	bool announced = !output_finds_nothing(result);
	GString *text = g_string_new(NULL);
	g_autofree char *no = describe_no_match(result, announced);

	output_append_line(text, "vhost-probe: ", no, screen);
	append_candidates(text, result, screen);
	if (!announced)
		append_seen(text, result, screen);
	output_append_hint(text, result, screen);
	if (!vp_request_get_binary(request) &&
		vp_request_get_mode(request) != VP_MODE_EXPLAIN)
		append_advice(text, result);
	return g_string_free(text, FALSE);
}

char *output_nothing_listed(const VpResult *result, const Screen *screen)
{
	const VpRequest *request = vp_result_get_request(result);
	GString *text = g_string_new(NULL);
	g_autofree char *no = NULL;

	if (!output_finds_nothing(result))
		return g_string_free(text, FALSE);
	no = vp_request_get_type(request) ? describe_no_match(result, false)
					  : g_strdup("no manifest was found");
	output_append_line(text, "vhost-probe: ", no, screen);
	append_seen(text, result, screen);
	if (vp_request_get_type(request))
		append_advice(text, result);
	return g_string_free(text, FALSE);
}
