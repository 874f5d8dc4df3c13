// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Features wanted and unwanted against features that are there, and what to say to
 * somebody who asked for something that nobody knows.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/text.h"

static bool has(char **features, const char *feature)
{
	return g_strv_contains((const char *const *)features, feature);
}

/* Returns: (transfer full): those of @wanted that are in @features, or (!@present) are
 * not. */
static char **pick(const char *const *wanted, char **features, bool present)
{
	g_autoptr(GPtrArray) picked = g_ptr_array_new();

	for (; wanted && *wanted; wanted++)
		if (has(features, *wanted) == present)
			g_ptr_array_add(picked, g_strdup(*wanted));
	g_ptr_array_add(picked, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&picked), FALSE);
}

void match_features(VpCandidate *candidate, const VpRequest *request)
{
	char **features = candidate->capabilities->features;
	g_autofree char *list = NULL;

	candidate->missing = pick(request->need, features, false);
	candidate->excluded = pick(request->exclude, features, true);
	if (*candidate->missing) {
		list = g_strjoinv(", ", candidate->missing);
		candidate_settle(candidate, VP_VERDICT_MISSING_FEATURES, "%s", list);
	} else if (*candidate->excluded) {
		list = g_strjoinv(", ", candidate->excluded);
		candidate_settle(candidate, VP_VERDICT_EXCLUDED_FEATURES, "%s", list);
	} else if (request->need && *request->need) {
		list = g_strjoinv(", ", (char **)request->need);
		candidate_settle(candidate, VP_VERDICT_MATCH, "has %s", list);
	} else {
		candidate_settle(candidate, VP_VERDICT_MATCH, "works");
	}
}

/* ---- hints ---- */

static const VpDeviceType *find_type(const char *name)
{
	const VpDeviceType *type = vp_device_types();

	while (type->name && !g_str_equal(type->name, name))
		type++;
	return type->name ? type : NULL;
}

/* Whether the caller has exposed @directory, or something in it. */
static bool is_exposed(const VpRequest *request, const char *directory)
{
	for (const char *const *path = request->expose; path && *path; path++)
		if (g_str_has_prefix(*path, directory) &&
			strchr("/", (*path)[strlen(directory)]))
			return true;
	return false;
}

/* Whether @candidate may have failed for want of a device: it says nothing, or not all
 * that its type may have. */
static bool may_lack_devices(const VpCandidate *candidate, const VpDeviceType *type)
{
	if (candidate->verdict == VP_VERDICT_EXIT_STATUS ||
		candidate->verdict == VP_VERDICT_SIGNAL)
		return true;
	if (candidate->verdict != VP_VERDICT_MISSING_FEATURES)
		return false;
	for (char **missing = candidate->missing; *missing; missing++)
		if (g_strv_contains(type->features, *missing))
			return true;
	return false;
}

void match_hidden_devices(VpCandidate *candidate, const VpRequest *request)
{
	const VpDeviceType *type = candidate->type ? find_type(candidate->type) : NULL;
	g_autofree char *there = NULL, *reason = NULL;

	if (!type || !type->devices || candidate->probe.level == SANDBOX_LEVEL_NONE ||
		!may_lack_devices(candidate, type) || is_exposed(request, type->devices))
		return;
	/* A host that has none hides none. */
	there = sandbox_devices((const char *const[]){type->devices, NULL}, NULL);
	if (!there || !*there)
		return;
	reason = g_steal_pointer(&candidate->reason);
	candidate_settle(candidate, candidate->verdict,
		"%s; devices were hidden, see --expose %s", reason, type->devices);
}

static char *hint_for_type(const VpResult *result)
{
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	const char *nearest;

	for (guint i = 0; i < result->candidates->len; i++) {
		VpCandidate *candidate = result->candidates->pdata[i];

		if (g_strcmp0(candidate->type, result->request->type) == 0)
			return NULL;
		g_ptr_array_add(known, candidate->type);
	}
	if (find_type(result->request->type))
		return NULL;
	for (const VpDeviceType *type = vp_device_types(); type->name; type++)
		g_ptr_array_add(known, (char *)type->name);
	nearest = text_nearest(
		result->request->type, (const char *const *)known->pdata, known->len);
	if (nearest)
		return g_strdup_printf("did you mean the type %s?", nearest);
	return g_strdup_printf(
		"%s is no type that the specification knows", result->request->type);
}

static char *hint_for_feature(const VpResult *result, const char *feature)
{
	const VpDeviceType *type =
		result->request->type ? find_type(result->request->type) : NULL;
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	g_autofree char *list = NULL;
	const char *nearest;

	for (const char *const *f = type ? type->features : NULL; f && *f; f++)
		g_ptr_array_add(known, (char *)*f);
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		for (char **f = candidate->capabilities
					? candidate->capabilities->features
					: NULL;
			f && *f; f++)
			if (!g_ptr_array_find_with_equal_func(
				    known, *f, g_str_equal, NULL))
				g_ptr_array_add(known, *f);
	}
	if (g_ptr_array_find_with_equal_func(known, feature, g_str_equal, NULL))
		return NULL;
	nearest = text_nearest(feature, (const char *const *)known->pdata, known->len);
	if (nearest)
		return g_strdup_printf(
			"nothing has %s; did you mean %s?", feature, nearest);
	if (!known->len)
		return g_strdup_printf(
			"nothing has %s, and no feature is known for this type", feature);
	g_ptr_array_add(known, NULL);
	list = g_strjoinv(", ", (char **)known->pdata);
	return g_strdup_printf("nothing has %s; known features: %s", feature, list);
}

char *vp_result_hint(const VpResult *result)
{
	char *hint = result->request->type && !result->request->binary
			     ? hint_for_type(result)
			     : NULL;

	for (const char *const *f = result->request->need; !hint && f && *f; f++)
		hint = hint_for_feature(result, *f);
	return hint;
}
