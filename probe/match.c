// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Features wanted and unwanted against features that are there.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/text.h"
#include "probe/device-types.h"

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
		list = text_list_shown((const char *const *)candidate->missing);
		candidate_settle(candidate, VP_VERDICT_MISSING_FEATURES, "%s", list);
	} else if (*candidate->excluded) {
		list = text_list_shown((const char *const *)candidate->excluded);
		candidate_settle(candidate, VP_VERDICT_EXCLUDED_FEATURES, "%s", list);
	} else if (request->need && *request->need) {
		list = text_list_shown(request->need);
		candidate_settle(candidate, VP_VERDICT_MATCH, "has %s", list);
	} else {
		candidate_settle(candidate, VP_VERDICT_MATCH, "works");
	}
}

/* ---- devices ---- */

/* Whether the caller has exposed @directory, or something in it. */
static bool is_exposed(const VpRequest *request, const char *directory)
{
	for (const char *const *path = request->expose; path && *path; path++)
		if (g_str_has_prefix(*path, directory) &&
			strchr("/", (*path)[strlen(directory)]))
			return true;
	return false;
}

/* Whether @candidate may have failed because it lacks a device: it says nothing, or not
 * all that its type may have. */
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

static bool hides_files(const VpCandidate *candidate)
{
	return candidate->probe.held & (SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT) |
					       SANDBOX_LAYER_BIT(SANDBOX_LAYER_LANDLOCK));
}

void match_hidden_devices(VpCandidate *candidate, const VpRequest *request)
{
	const VpDeviceType *type =
		candidate->type ? vp_device_type_find(candidate->type) : NULL;
	g_autofree char *there = NULL, *reason = NULL;

	if (!type || !type->devices || !hides_files(candidate) ||
		!may_lack_devices(candidate, type) || is_exposed(request, type->devices))
		return;
	/* Of a device that the program has named it is known already. */
	if (strstr(candidate->reason, type->devices))
		return;
	/* A host that has none hides none. */
	there = sandbox_devices((const char *const[]){type->devices, NULL}, NULL);
	if (!there || !*there)
		return;
	candidate_advise(candidate, VP_REMEDY_EXPOSE, type->devices);
	reason = g_steal_pointer(&candidate->reason);
	candidate_settle(candidate, candidate->verdict,
		"%s; devices were hidden, see --expose %s", reason, type->devices);
}
