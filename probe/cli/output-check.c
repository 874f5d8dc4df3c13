// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Views of a check: lines as compilers print them, which editors can jump to, and JSON.
 */
#include "probe/cli/output.h"

#include "common/json.h"
#include "common/text.h"
#include "probe/cli/document.h"

static const char *const colors[] = {
	[VP_SEVERITY_NOTE] = "\033[36m",
	[VP_SEVERITY_WARNING] = "\033[35m",
	[VP_SEVERITY_ERROR] = "\033[31m",
};

static void append_finding(GString *lines, const VpFinding *finding, bool color)
{
	VpSeverity severity = vp_defect_severity(vp_finding_get_defect(finding));
	g_autofree char *file = text_escape(vp_finding_get_file(finding), -1);
	g_autofree char *text = text_escape(vp_finding_get_text(finding), -1);

	g_string_append_printf(lines, "%s:", file);
	if (vp_finding_get_line(finding))
		g_string_append_printf(lines, "%u:%u:", vp_finding_get_line(finding),
			vp_finding_get_column(finding));
	g_string_append_printf(lines, " %s%s:%s %s [%s]\n", color ? colors[severity] : "",
		vp_severity_name(severity), color ? "\033[0m" : "", text,
		vp_defect_rule(vp_finding_get_defect(finding)));
}

char *output_check(const VpCheck *check, bool color)
{
	GString *lines = g_string_new(NULL);

	for (gsize i = 0; i < vp_check_get_n_findings(check); i++)
		append_finding(lines, vp_check_get_finding(check, i), color);
	return g_string_free(lines, FALSE);
}

/* "1 file", "2 files" */
static void append_count(GString *text, const char *before, guint n, const char *what)
{
	g_string_append_printf(text, "%s%u %s%s", before, n, what, n == 1 ? "" : "s");
}

/* Returns: how many programs were not run, because no sandbox was available for them. */
static guint count_not_run(const VpResult *result)
{
	g_autoptr(GHashTable) programs = g_hash_table_new(g_str_hash, g_str_equal);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (vp_candidate_get_verdict(candidate) == VP_VERDICT_SANDBOX_UNAVAILABLE)
			g_hash_table_add(
				programs, (char *)vp_candidate_get_binary(candidate));
	}
	return g_hash_table_size(programs);
}

/* "2 files and 1 program checked", "1 program checked", "2 files checked, 0 of 1 program
 * run". The program that was given may not even exist. */
static void append_checked(GString *text, const VpCheck *check)
{
	const VpResult *result = vp_check_get_result(check);
	bool given = vp_request_get_binary(vp_result_get_request(result)) != NULL;
	guint n_run = vp_check_get_n_programs(check);
	guint n_programs = given ? 1 : n_run + count_not_run(result);

	if (!given)
		append_count(text, "", vp_check_get_n_files(check), "file");
	if (n_run < n_programs) {
		g_string_append_printf(
			text, "%s%u of ", given ? "" : " checked, ", n_run);
		append_count(text, "", n_programs, "program");
		g_string_append(text, " run");
	} else {
		append_count(text, given ? "" : " and ", n_programs, "program");
		g_string_append(text, " checked");
	}
}

char *output_checked(const VpCheck *check)
{
	GString *text = g_string_new("vhost-probe: ");

	append_checked(text, check);
	for (VpSeverity severity = VP_SEVERITY_ERROR + 1; severity-- > 0;)
		append_count(text, severity == VP_SEVERITY_ERROR ? ": " : ", ",
			vp_check_get_n_of(check, severity), vp_severity_name(severity));
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

static json_object *new_finding(const VpFinding *finding)
{
	json_object *object = json_object_new_object();
	bool placed = vp_finding_get_line(finding) > 0;

	json_object_object_add(
		object, "file", document_string(vp_finding_get_file(finding)));
	json_object_object_add(object, "line",
		placed ? json_object_new_int64(vp_finding_get_line(finding)) : NULL);
	json_object_object_add(object, "column",
		placed ? json_object_new_int64(vp_finding_get_column(finding)) : NULL);
	json_object_object_add(object, "severity",
		document_string(vp_severity_name(
			vp_defect_severity(vp_finding_get_defect(finding)))));
	json_object_object_add(object, "defect",
		document_string(vp_defect_name(vp_finding_get_defect(finding))));
	json_object_object_add(object, "rule",
		document_string(vp_defect_rule(vp_finding_get_defect(finding))));
	json_object_object_add(
		object, "text", document_string(vp_finding_get_text(finding)));
	return object;
}

static json_object *new_checked(const VpCheck *check)
{
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "files", json_object_new_int64(vp_check_get_n_files(check)));
	json_object_object_add(object, "programs",
		json_object_new_int64(vp_check_get_n_programs(check)));
	return object;
}

static json_object *new_counts(const VpCheck *check)
{
	json_object *object = json_object_new_object();

	for (VpSeverity severity = VP_SEVERITY_ERROR + 1; severity-- > 0;)
		json_object_object_add(object, vp_severity_name(severity),
			json_object_new_int64(vp_check_get_n_of(check, severity)));
	return object;
}

char *output_check_json(const VpCheck *check)
{
	const VpResult *result = vp_check_get_result(check);
	g_autoptr(json_object) root = document_new();
	json_object *findings = json_object_new_array();

	for (gsize i = 0; i < vp_check_get_n_findings(check); i++)
		json_object_array_add(
			findings, new_finding(vp_check_get_finding(check, i)));
	json_object_object_add(root, "search", document_search(result));
	json_object_object_add(root, "level",
		vp_result_is_level_met(result)
			? document_string(vp_level_name(vp_result_get_level(result)))
			: NULL);
	json_object_object_add(root, "checked", new_checked(check));
	json_object_object_add(root, "counts", new_counts(check));
	json_object_object_add(root, "findings", findings);
	return document_print(root);
}
