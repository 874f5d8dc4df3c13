// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Masks, and files that are not in force (D3, D4), when all files have been seen.
 */
#include "probe/check/stages.h"

#include <sys/stat.h>

/* What it hides comes right after it. */
static bool hides_something(const Subject *subject)
{
	const GPtrArray *candidates = subject->check->result->candidates;
	const VpCandidate *next = subject->position + 1 < candidates->len
					  ? candidates->pdata[subject->position + 1]
					  : NULL;

	return next && g_strcmp0(next->masked_by, subject->candidate->manifest) == 0;
}

static void check_mask(Subject *subject)
{
	struct stat st;

	if (lstat(subject->candidate->manifest, &st) == 0 && S_ISLNK(st.st_mode))
		finding_add(subject, VP_DEFECT_LINKED_MASK, NOWHERE,
			"libvirt ignores a mask that is a link; use an empty file, which "
			"hides the other files of this name from libvirt as well");
	if (subject->searched && !hides_something(subject))
		finding_add(subject, VP_DEFECT_IDLE_MASK, NOWHERE, "%s",
			subject->candidate->reason);
}

void check_masks(VpCheck *check, const GPtrArray *subjects)
{
	explain_masks(check->result);
	for (guint i = 0; i < subjects->len; i++) {
		Subject *subject = subjects->pdata[i];

		if (subject->candidate->verdict == VP_VERDICT_MASK)
			check_mask(subject);
		else if (subject->candidate->verdict == VP_VERDICT_MASKED)
			finding_add(subject, VP_DEFECT_MASKED, NOWHERE,
				"has no effect: %s", subject->candidate->reason);
	}
}
