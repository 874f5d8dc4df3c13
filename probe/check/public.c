// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a check says to those who read it.
 */
#include "probe/check/check.h"

#include "probe/lists.h"

void vp_check_free(VpCheck *check)
{
	if (!check)
		return;
	g_ptr_array_unref(check->findings);
	vp_result_free(check->result);
	g_free(check);
}

const VpResult *vp_check_get_result(const VpCheck *check)
{
	return check->result;
}

gsize vp_check_get_n_findings(const VpCheck *check)
{
	return list_length(check->findings);
}

const VpFinding *vp_check_get_finding(const VpCheck *check, gsize index)
{
	return list_element(check->findings, index);
}

unsigned vp_check_get_n_of(const VpCheck *check, VpSeverity severity)
{
	return severity < CHECK_N_SEVERITIES ? check->counts[severity] : 0;
}

unsigned vp_check_get_n_files(const VpCheck *check)
{
	return check->n_files;
}

unsigned vp_check_get_n_programs(const VpCheck *check)
{
	return check->n_programs;
}

unsigned vp_check_get_n_unconfirmed(const VpCheck *check)
{
	return check->n_unconfirmed;
}

VpDefect vp_finding_get_defect(const VpFinding *finding)
{
	return finding->defect;
}

const char *vp_finding_get_file(const VpFinding *finding)
{
	return finding->file;
}

unsigned vp_finding_get_line(const VpFinding *finding)
{
	return finding->line;
}

unsigned vp_finding_get_column(const VpFinding *finding)
{
	return finding->column;
}

const char *vp_finding_get_text(const VpFinding *finding)
{
	return finding->text;
}
