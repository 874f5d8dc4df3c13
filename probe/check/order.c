// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The order of precedence (D2): which of those that work can never be chosen.
 */
#include "probe/check/stages.h"

static bool can_be_chosen(const Subject *subject)
{
	return subject->searched && !subject->announced.broken &&
	       subject->candidate->verdict == VP_VERDICT_MATCH;
}

/* Whether @earlier has everything that @later may be wanted for. */
static bool comes_before(const VpCandidate *earlier, const VpCandidate *later)
{
	char **features = earlier->capabilities->features;

	if (!g_str_equal(earlier->type, later->type))
		return false;
	for (char **feature = later->capabilities->features; *feature; feature++)
		if (!g_strv_contains((const char *const *)features, *feature))
			return false;
	return true;
}

static const VpCandidate *find_earlier(const GPtrArray *subjects, const Subject *later)
{
	for (guint i = 0; i < later->position; i++) {
		const Subject *earlier = subjects->pdata[i];

		if (can_be_chosen(earlier) &&
			comes_before(earlier->candidate, later->candidate))
			return earlier->candidate;
	}
	return NULL;
}

void check_order(const GPtrArray *subjects)
{
	for (guint i = 0; i < subjects->len; i++) {
		Subject *subject = subjects->pdata[i];
		const VpCandidate *earlier;
		bool has_more;

		if (!can_be_chosen(subject))
			continue;
		earlier = find_earlier(subjects, subject);
		if (!earlier)
			continue;
		has_more = !comes_before(subject->candidate, earlier);
		finding_add(subject, VP_DEFECT_NEVER_CHOSEN, NOWHERE,
			"%s: %s comes first, is of the same type (%s) and has every "
			"feature of this one",
			has_more ? "is chosen only by a request with --exclude"
				 : "is never chosen",
			earlier->manifest, earlier->type);
	}
}
