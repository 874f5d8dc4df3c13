// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Verdicts of programs, as findings: what the pipeline would say of one, in the same
 * words.
 */
#include "probe/check/stages.h"

static const struct {
	VpVerdict verdict;
	VpDefect defect;
} verdict_defects[] = {
	{VP_VERDICT_MISSING_BINARY, VP_DEFECT_MISSING_BINARY},
	{VP_VERDICT_NOT_EXECUTABLE, VP_DEFECT_NOT_EXECUTABLE},
	{VP_VERDICT_UNTRUSTED, VP_DEFECT_UNTRUSTED},
	{VP_VERDICT_EXEC_FAILED, VP_DEFECT_EXEC_FAILED},
	{VP_VERDICT_OUTPUT_LIMIT, VP_DEFECT_OUTPUT_LIMIT},
	{VP_VERDICT_TIMEOUT, VP_DEFECT_TIMEOUT},
	{VP_VERDICT_POLICY_KILL, VP_DEFECT_POLICY_KILL},
	{VP_VERDICT_SIGNAL, VP_DEFECT_SIGNAL},
	{VP_VERDICT_EXIT_STATUS, VP_DEFECT_EXIT_STATUS},
	{VP_VERDICT_NO_OUTPUT, VP_DEFECT_NO_OUTPUT},
	{VP_VERDICT_BAD_JSON, VP_DEFECT_BAD_JSON},
	{VP_VERDICT_BAD_CAPABILITIES, VP_DEFECT_BAD_CAPABILITIES},
	{VP_VERDICT_TYPE_MISMATCH, VP_DEFECT_TYPE_MISMATCH},
};

static VpDefect find_defect(const VpCandidate *candidate, VpDefect otherwise)
{
	if (candidate->verdict == VP_VERDICT_NO_OUTPUT &&
		capabilities_are_in(candidate->probe.stderr_text))
		return VP_DEFECT_JSON_ON_STDERR;
	for (size_t i = 0; i < G_N_ELEMENTS(verdict_defects); i++)
		if (verdict_defects[i].verdict == candidate->verdict)
			return verdict_defects[i].defect;
	return otherwise;
}

/* Of the program's file the reason has the path already. */
void check_verdict(Subject *subject)
{
	const VpCandidate *candidate = subject->candidate;
	VpStage stage = vp_verdict_stage(candidate->verdict);
	bool names_it =
		stage == VP_STAGE_PROGRAM || candidate->verdict == VP_VERDICT_EXEC_FAILED;
	VpDefect defect = find_defect(candidate, VP_DEFECT_UNCONFIRMED);

	if (stage != VP_STAGE_PROGRAM && stage != VP_STAGE_RUN)
		return;
	if (stage == VP_STAGE_RUN && !candidate->probe.confirmed) {
		defect = VP_DEFECT_UNCONFIRMED;
		subject->check->n_unconfirmed++;
	}
	finding_add(subject, defect, subject->announced.binary_at, "%s%s%s%s",
		defect == VP_DEFECT_UNCONFIRMED ? "something else may be the reason: "
						: "",
		names_it ? "" : candidate->binary, names_it ? "" : ": ",
		candidate->reason);
}
