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
	VpSeverity severity = vp_defect_severity(finding->defect);
	g_autofree char *file = text_escape(finding->file, -1);
	g_autofree char *text = text_escape(finding->text, -1);

	g_string_append_printf(lines, "%s:", file);
	if (finding->line)
		g_string_append_printf(lines, "%u:%u:", finding->line, finding->column);
	g_string_append_printf(lines, " %s%s:%s %s [%s]\n", color ? colors[severity] : "",
		vp_severity_name(severity), color ? "\033[0m" : "", text,
		vp_defect_rule(finding->defect));
}

char *output_check(const VpCheck *check, bool color)
{
	GString *lines = g_string_new(NULL);

	for (guint i = 0; i < check->findings->len; i++)
		append_finding(lines, check->findings->pdata[i], color);
	return g_string_free(lines, FALSE);
}

/* "1 file", "2 files" */
static void append_count(GString *text, const char *before, guint n, const char *what)
{
	g_string_append_printf(text, "%s%u %s%s", before, n, what, n == 1 ? "" : "s");
}

char *output_checked(const VpCheck *check)
{
	GString *text = g_string_new("vhost-probe: ");

	append_count(text, "", check->n_files, "file");
	append_count(text, " and ", check->n_programs, "program");
	for (VpSeverity severity = VP_N_SEVERITIES; severity-- > 0;)
		append_count(text, severity == VP_SEVERITY_ERROR ? " checked: " : ", ",
			check->counts[severity], vp_severity_name(severity));
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

static json_object *new_finding(const VpFinding *finding)
{
	json_object *object = json_object_new_object();
	bool placed = finding->line > 0;

	json_object_object_add(object, "file", document_string(finding->file));
	json_object_object_add(
		object, "line", placed ? json_object_new_int64(finding->line) : NULL);
	json_object_object_add(
		object, "column", placed ? json_object_new_int64(finding->column) : NULL);
	json_object_object_add(object, "severity",
		document_string(vp_severity_name(vp_defect_severity(finding->defect))));
	json_object_object_add(
		object, "defect", document_string(vp_defect_name(finding->defect)));
	json_object_object_add(
		object, "rule", document_string(vp_defect_rule(finding->defect)));
	json_object_object_add(object, "text", document_string(finding->text));
	return object;
}

static json_object *new_checked(const VpCheck *check)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "files", json_object_new_int64(check->n_files));
	json_object_object_add(
		object, "programs", json_object_new_int64(check->n_programs));
	return object;
}

static json_object *new_counts(const VpCheck *check)
{
	json_object *object = json_object_new_object();

	for (VpSeverity severity = VP_N_SEVERITIES; severity-- > 0;)
		json_object_object_add(object, vp_severity_name(severity),
			json_object_new_int64(check->counts[severity]));
	return object;
}

char *output_check_json(const VpCheck *check)
{
	const VpResult *result = check->result;
	g_autoptr(json_object) root = document_new();
	json_object *findings = json_object_new_array();

	for (guint i = 0; i < check->findings->len; i++)
		json_object_array_add(findings, new_finding(check->findings->pdata[i]));
	json_object_object_add(root, "search", document_search(result->search));
	json_object_object_add(root, "level",
		result->ran && !output_is_unavailable(result)
			? document_string(sandbox_level_name(result->sandbox.level))
			: NULL);
	json_object_object_add(root, "checked", new_checked(check));
	json_object_object_add(root, "counts", new_counts(check));
	json_object_object_add(root, "findings", findings);
	return document_print(root);
}
