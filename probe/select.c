// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The choice (D2): the first candidate that matches, in order of precedence.
 *
 * Fails closed: where an earlier candidate could not be run without a sandbox, failed and
 * may not be to blame, or is not in the cache where only that may answer, nothing after
 * it is chosen, since it may have been the right one.
 */
#include "probe/candidate.h"

static void mark_not_needed(VpCandidate *candidate, const VpResult *result)
{
	const char *chosen =
		result->selected->manifest ? result->selected->manifest : "another";

	/* What happened to run ahead depends on the machine; the document must not. */
	if (result->request->mode == VP_MODE_FIRST)
		candidate_forget_run(candidate);
	candidate_settle(candidate, VP_VERDICT_NOT_NEEDED, "%s comes first", chosen);
}

/* After the chosen one: those whose verdict came from the run, or would have. */
static bool depends_on_run(const VpCandidate *candidate)
{
	VpStage stage = vp_verdict_stage(candidate->verdict);

	return stage != VP_STAGE_FILE && stage != VP_STAGE_PROGRAM;
}

bool vp_candidate_is_unknown(const VpCandidate *candidate)
{
	VpStage stage = vp_verdict_stage(candidate->verdict);

	return stage == VP_STAGE_UNKNOWN ||
	       (candidate->probe.source == VP_PROBE_RUN && !candidate->probe.confirmed);
}

static void judge(VpResult *result, VpCandidate *candidate)
{
	VpMode mode = result->request->mode;

	if (vp_candidate_is_unknown(candidate) && !result->selected)
		result->blocked = true;
	if (candidate_is_pending(candidate) && result->blocked) {
		candidate_settle(candidate, VP_VERDICT_NOT_NEEDED,
			"an earlier candidate is undecided, so nothing after it can be "
			"chosen");
	} else if (result->selected && mode == VP_MODE_FIRST) {
		if (depends_on_run(candidate))
			mark_not_needed(candidate, result);
	} else if (candidate->verdict != VP_VERDICT_MATCH || result->blocked) {
		return;
	} else if (result->selected && mode == VP_MODE_EXPLAIN) {
		mark_not_needed(candidate, result);
	} else {
		candidate->verdict = VP_VERDICT_SELECTED;
		if (!result->selected)
			result->selected = candidate;
	}
}

/* That is a mistake of ours, which must not choose what comes after it. */
static void settle_unjudged(const VpResult *result, VpCandidate *candidate)
{
	bool needs_none = result->blocked ||
			  (result->selected && result->request->mode == VP_MODE_FIRST);

	if (candidate_is_pending(candidate) && !needs_none)
		candidate_settle(candidate, VP_VERDICT_SANDBOX_UNAVAILABLE,
			"it has not been run, for an unknown reason");
}

void select_candidates(VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];

		settle_unjudged(result, candidate);
		if (result->request->mode != VP_MODE_LIST)
			judge(result, candidate);
	}
}
