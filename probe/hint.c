// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What to say to somebody who asked for a type that nothing announces, or for a feature
 * that nothing has. A wrong hint is worse than none: what is announced on this host comes
 * first, then what the word is known to mean, and only then what looks alike.
 */
#include "probe/result.h"

#include <string.h>

#include "common/text.h"
#include "probe/device-types.h"

/* Returns: (transfer container): the types that are announced, each once. */
static GPtrArray *announced_types(const VpResult *result)
{
	GPtrArray *types = g_ptr_array_new();

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->type && !g_ptr_array_find_with_equal_func(
					       types, candidate->type, g_str_equal, NULL))
			g_ptr_array_add(types, candidate->type);
	}
	return types;
}

static const char *nearest_of(const char *word, const GPtrArray *names)
{
	return text_nearest(word, (const char *const *)names->pdata, names->len);
}

/* Returns: (transfer none) (nullable): the type that @word was meant to be. */
static const char *find_meant(const char *word, GPtrArray *announced)
{
	g_autofree char *folded = g_strstrip(g_ascii_strdown(word, -1));
	const VpDeviceType *meant = vp_device_type_meant(word), *type;
	g_autoptr(GPtrArray) known = g_ptr_array_new();
	const char *nearest;
	guint index;

	if (g_ptr_array_find_with_equal_func(announced, folded, g_str_equal, &index))
		return announced->pdata[index];
	if (meant)
		return meant->name;
	nearest = nearest_of(folded, announced);
	if (nearest)
		return nearest;
	/* Between short words one letter is no likeness. */
	if (strlen(folded) < 4)
		return NULL;
	for (gsize i = 0; (type = vp_device_type_at(i)); i++)
		g_ptr_array_add(known, (char *)type->name);
	return nearest_of(folded, known);
}

static char *hint_for_type(const VpResult *result)
{
	const char *word = result->request->type, *meant;
	g_autoptr(GPtrArray) announced = announced_types(result);
	g_autofree char *bare = g_strstrip(g_strdup(word));

	if (g_ptr_array_find_with_equal_func(announced, word, g_str_equal, NULL) ||
		vp_device_type_find(word))
		return NULL;
	/* Some write "virtio input", but nobody a type with a comma. */
	meant = strchr(word, ',') ? NULL : find_meant(word, announced);
	if (meant)
		return g_strdup_printf("did you mean the type %s?", meant);
	if (strpbrk(bare, ",;| \t\n"))
		return g_strdup_printf(
			"only one type can be asked for at a time, not \"%s\"", word);
	return g_strdup_printf("unknown type %s", bare);
}

/* Returns: (transfer container): features that the type has, or a backend of it. */
static GPtrArray *known_features(const VpResult *result)
{
	const VpDeviceType *type =
		result->request->type ? vp_device_type_find(result->request->type) : NULL;
	GPtrArray *known = g_ptr_array_new();

	for (const char *const *f = type ? type->features : NULL; f && *f; f++)
		g_ptr_array_add(known, (char *)*f);
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		char **f = candidate->capabilities ? candidate->capabilities->features
						   : NULL;

		for (; f && *f; f++)
			if (!g_ptr_array_find_with_equal_func(
				    known, *f, g_str_equal, NULL))
				g_ptr_array_add(known, *f);
	}
	return known;
}

static char *hint_for_feature(const VpResult *result, const char *feature)
{
	g_autoptr(GPtrArray) known = known_features(result);
	g_autofree char *list = NULL, *folded = g_ascii_strdown(feature, -1);
	const char *nearest;

	if (g_ptr_array_find_with_equal_func(known, feature, g_str_equal, NULL))
		return NULL;
	nearest = nearest_of(folded, known);
	if (nearest)
		return g_strdup_printf(
			"unknown feature %s; did you mean %s?", feature, nearest);
	if (!known->len)
		return g_strdup_printf(
			"unknown feature %s; no feature is known for this type", feature);
	g_ptr_array_add(known, NULL);
	list = g_strjoinv(", ", (char **)known->pdata);
	return g_strdup_printf("unknown feature %s; known features: %s", feature, list);
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
