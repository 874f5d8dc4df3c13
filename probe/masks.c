// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What masks hide (D4), for their reasons and those of the files that they hide. Nothing
 * is decided here. A mask that hides nothing is dead: packages rename their files, and
 * the one that was hidden is back under another name.
 */
#include "probe/candidate.h"

#include <string.h>

/* Returns: (transfer full): what is left of a manifest's name when its package moves it
 * in the order: "50-qemu-gpu.json" and "60_QEMU-gpu.json" are "qemu-gpu.json". */
static char *stem_of(const char *name)
{
	size_t digits = strspn(name, G_CSET_DIGITS);

	return g_ascii_strdown(name + digits + strspn(name + digits, "-_. "), -1);
}

/* Returns: the index of the directory that @candidate was found in. */
static guint place_of(const VpResult *result, const VpCandidate *candidate)
{
	size_t length = strlen(candidate->manifest) - strlen(candidate->name) - 1;

	for (guint i = result->search->len; i-- > 0;) {
		const VpSearchDir *dir = result->search->pdata[i];

		if (strlen(dir->dir) == length &&
			strncmp(dir->dir, candidate->manifest, length) == 0)
			return i;
	}
	return 0;
}

static bool takes_effect(const VpCandidate *candidate)
{
	return candidate->verdict != VP_VERDICT_MASKED &&
	       candidate->verdict != VP_VERDICT_MASK &&
	       candidate->verdict != VP_VERDICT_SKIPPED_NAME;
}

/* Returns: (transfer full): of the files that take effect, by their stems, the one in the
 * most general directory. */
static GHashTable *find_living(const VpResult *result)
{
	GHashTable *living = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];
		g_autofree char *stem = stem_of(candidate->name);
		const VpCandidate *known = g_hash_table_lookup(living, stem);

		if (takes_effect(candidate) &&
			(!known || place_of(result, candidate) < place_of(result, known)))
			g_hash_table_replace(living, g_steal_pointer(&stem), candidate);
	}
	return living;
}

static void settle_dead(
	const VpResult *result, VpCandidate *mask, const char *what, GHashTable *living)
{
	g_autofree char *stem = stem_of(mask->name);
	const VpCandidate *meant = g_hash_table_lookup(living, stem);

	if (meant && place_of(result, meant) >= place_of(result, mask))
		meant = NULL;
	candidate_settle(mask, VP_VERDICT_MASK,
		"%s, and hides nothing: no more general directory has a file of this "
		"name%s%s%s",
		what, meant ? "; " : "", meant ? meant->manifest : "",
		meant ? " has another name, and is not hidden" : "");
}

/* Those that it hides come directly after it. */
static void settle_mask(const VpResult *result, guint index, GHashTable **living)
{
	VpCandidate *mask = result->candidates->pdata[index];
	g_autofree char *what = g_steal_pointer(&mask->reason);
	g_autoptr(GString) hidden = g_string_new(NULL);

	while (++index < result->candidates->len) {
		VpCandidate *candidate = result->candidates->pdata[index];

		if (g_strcmp0(candidate->masked_by, mask->manifest) != 0)
			break;
		g_string_append_printf(
			hidden, "%s%s", hidden->len ? ", " : "", candidate->manifest);
		candidate_settle(candidate, VP_VERDICT_MASKED, "%s, which %s, hides it",
			mask->manifest, what);
	}
	if (hidden->len) {
		candidate_settle(
			mask, VP_VERDICT_MASK, "%s, and hides %s", what, hidden->str);
		return;
	}
	if (!*living)
		*living = find_living(result);
	settle_dead(result, mask, what, *living);
}

void explain_masks(VpResult *result)
{
	g_autoptr(GHashTable) living = NULL;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->verdict == VP_VERDICT_MASK)
			settle_mask(result, i, &living);
	}
}
