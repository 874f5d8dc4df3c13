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

/* What people put between names where one was expected, or a comma. */
#define SEPARATORS ",;:|+ \t\n"

/* Returns: (transfer full): the words between them. */
static char **split_names(const char *names)
{
	g_auto(GStrv) parts = g_strsplit_set(names, SEPARATORS, -1);
	g_autoptr(GStrvBuilder) words = g_strv_builder_new();

	for (char **part = parts; *part; part++)
		if (**part)
			g_strv_builder_add(words, *part);
	return g_strv_builder_end(words);
}

static bool is_listed(const GPtrArray *names, const char *name)
{
	return g_ptr_array_find_with_equal_func(
		(GPtrArray *)names, name, g_str_equal, NULL);
}

/* Whether @word is several types. */
static bool has_several_types(const char *word, const GPtrArray *announced)
{
	g_auto(GStrv) types = split_names(word);
	guint n = g_strv_length(types), n_known = 0;

	for (char **type = types; *type; type++)
		n_known += vp_device_type_find(*type) || is_listed(announced, *type);
	return strchr(word, ',') || (n > 1 && n_known == n);
}

static char *hint_for_type(const VpResult *result)
{
	const char *word = result->request->type, *meant;
	g_autoptr(GPtrArray) announced = announced_types(result);
	g_autofree char *shown = text_shown(word), *quoted = text_quoted(word);

	if (is_listed(announced, word) || vp_device_type_find(word))
		return NULL;
	if (has_several_types(word, announced))
		return g_strdup_printf(
			"only one type can be asked for at a time, not \"%s\"", shown);
	meant = find_meant(word, announced);
	if (meant)
		return g_strdup_printf("did you mean the type %s?", meant);
	return g_strdup_printf("unknown type %s", quoted);
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
			if (!is_listed(known, *f))
				g_ptr_array_add(known, *f);
	}
	return known;
}

/* Returns: (transfer full) (nullable): how several features are asked for, if @word is
 * that. */
static char *hint_at_separator(const char *word, const GPtrArray *known)
{
	g_auto(GStrv) features = split_names(word);
	g_autofree char *list = g_strjoinv(",", features);
	g_autofree char *shown = text_shown(list);
	g_autofree char *to_copy = text_shell_word_to_copy(list);
	guint n = g_strv_length(features), n_known = 0;

	for (char **feature = features; *feature; feature++)
		n_known += is_listed(known, *feature);
	if (n < 2 || !n_known)
		return NULL;
	/* A command that is cut would be another one. */
	return g_strdup_printf("features are separated by commas%s%s",
		to_copy && g_str_equal(list, shown) ? ": --need " : "",
		to_copy && g_str_equal(list, shown) ? to_copy : "");
}

static char *hint_for_feature(const VpResult *result, const char *feature)
{
	g_autoptr(GPtrArray) known = known_features(result);
	g_autofree char *list = NULL, *folded = g_ascii_strdown(feature, -1);
	g_autofree char *quoted = text_quoted(feature);
	const char *nearest;
	char *several;

	if (is_listed(known, feature))
		return NULL;
	several = hint_at_separator(feature, known);
	if (several)
		return several;
	nearest = nearest_of(folded, known);
	if (nearest)
		return g_strdup_printf(
			"unknown feature %s; did you mean %s?", quoted, nearest);
	if (!known->len)
		return g_strdup_printf(
			"unknown feature %s; no feature is known for this type", quoted);
	g_ptr_array_add(known, NULL);
	list = text_list_shown((const char *const *)known->pdata);
	return g_strdup_printf("unknown feature %s; known features: %s", quoted, list);
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
