// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The list of findings: added in any order, sorted by file and by the place in it.
 */
#include "probe/check/findings.h"

#include "common/text.h"

static void finding_free(void *data)
{
	VpFinding *finding = data;

	g_free(finding->file);
	g_free(finding->text);
	g_free(finding);
}

GPtrArray *findings_new(void)
{
	return g_ptr_array_new_with_free_func(finding_free);
}

static void add(VpCheck *check, const VpFinding *finding)
{
	g_ptr_array_add(check->findings, g_memdup2(finding, sizeof *finding));
}

/* Returns: (transfer full): of a program that was given, the finding is about its path.
 */
static char *format_text(
	const VpCandidate *candidate, const char *format, va_list arguments)
{
	g_autofree char *text = g_strdup_vprintf(format, arguments);

	return candidate->manifest
		       ? g_steal_pointer(&text)
		       : g_strdup(text_without_subject(text, candidate->binary));
}

void finding_add(Subject *subject, VpDefect defect, Place at, const char *format, ...)
{
	const VpCandidate *candidate = subject->candidate;
	va_list arguments;

	va_start(arguments, format);
	add(subject->check,
		&(VpFinding){
			.defect = defect,
			.file = g_strdup(candidate->manifest ? candidate->manifest
							     : candidate->binary),
			.line = at.line,
			.column = at.column,
			.text = format_text(candidate, format, arguments),
			.position = subject->position + 1,
		});
	va_end(arguments);
}

/* Directories come first. */
void finding_add_directory(
	VpCheck *check, VpDefect defect, const char *dir, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add(check, &(VpFinding){
			   .defect = defect,
			   .file = g_strdup(dir),
			   .text = g_strdup_vprintf(format, arguments),
		   });
	va_end(arguments);
}

static int compare(const void *a, const void *b)
{
	const VpFinding *one = *(const VpFinding *const *)a;
	const VpFinding *other = *(const VpFinding *const *)b;

	if (one->position != other->position)
		return one->position < other->position ? -1 : 1;
	if (one->line != other->line)
		return one->line < other->line ? -1 : 1;
	if (one->column != other->column)
		return one->column < other->column ? -1 : 1;
	return 0;
}

void findings_finish(VpCheck *check)
{
	g_ptr_array_sort(check->findings, compare);
	for (guint i = 0; i < check->findings->len; i++) {
		const VpFinding *finding = check->findings->pdata[i];

		check->counts[vp_defect_severity(finding->defect)]++;
	}
}
