// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program printed, against the schema and its manifest. It is valid: what cannot
 * be used at all has its verdict.
 */
#include "probe/check/stages.h"

#include <string.h>

#include "probe/check/ask.h"
#include "probe/check/places.h"
#include "probe/device-types.h"

static Place place_of(const Subject *subject)
{
	return subject->announced.binary_at;
}

/* @list: of strings. */
static void check_features(Subject *subject, const VpDeviceType *type, const char *list)
{
	g_autoptr(GPtrArray) elements = places_of_elements(list);
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < elements->len; i++) {
		char *feature = places_string(elements->pdata[i]);

		/* P5: of other types the schema names none. */
		if (g_hash_table_contains(seen, feature))
			finding_add(subject, VP_DEFECT_DUPLICATE_FEATURE,
				place_of(subject), "%s prints the feature %s twice",
				subject->candidate->binary, feature);
		else if (type && *type->features &&
			 !g_strv_contains(type->features, feature))
			finding_add(subject, VP_DEFECT_UNKNOWN_FEATURE, place_of(subject),
				"%s prints the feature %s, which the schema does not "
				"know for %s",
				subject->candidate->binary, feature, type->name);
		g_hash_table_add(seen, feature);
	}
}

/* The schema has a branch for gpu and one for input; what it has for block, no branch
 * refers to. */
static bool must_have_features(const VpDeviceType *type)
{
	return type && *type->features && !g_str_equal(type->name, "block");
}

static void check_drift(Subject *subject)
{
	char **announced = subject->announced.features;
	char **printed = subject->candidate->capabilities->features;
	g_autofree char *one = NULL, *other = NULL;

	if (!announced || ask_is_same_set(announced, printed))
		return;
	one = g_strjoinv(" ", announced);
	other = g_strjoinv(" ", printed);
	finding_add(subject, VP_DEFECT_FEATURES_DRIFT, subject->announced.features_at,
		"\"features\" has: %s; %s prints: %s", *one ? one : "none",
		subject->candidate->binary, *other ? other : "none");
}

void check_capabilities(Subject *subject, const char *text, size_t length)
{
	const VpCandidate *candidate = subject->candidate;
	const VpDeviceType *type = vp_device_type_find(candidate->capabilities->type);
	g_autofree char *copy = g_strndup(text, length);
	g_auto(Places) places = {0};
	bool has_features = false;

	places_find(copy, &places);
	for (guint i = 0; i < places.members->len; i++) {
		const Member *member = &g_array_index(places.members, Member, i);

		if (g_str_equal(member->name, "features")) {
			has_features = true;
			check_features(subject, type, member->value);
		} else if (!g_str_equal(member->name, "type")) {
			finding_add(subject, VP_DEFECT_UNKNOWN_CAPABILITY,
				place_of(subject),
				"%s prints a member \"%s\", which the schema does not "
				"know",
				candidate->binary, member->name);
		}
	}
	if (!has_features && must_have_features(type))
		finding_add(subject, VP_DEFECT_NO_FEATURES, place_of(subject),
			"%s prints no \"features\", which are mandatory for %s%s",
			candidate->binary, type->name,
			g_str_equal(type->name, "gpu") ? "; libvirt skips it" : "");
	/* In a manifest it is named where it stands. */
	if (!candidate->manifest && !(type && type->in_schema))
		finding_add(subject, VP_DEFECT_UNKNOWN_TYPE, NOWHERE,
			"prints the type \"%s\", which the specification does not have",
			candidate->capabilities->type);
	check_drift(subject);
}
