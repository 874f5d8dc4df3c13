// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program printed about itself: a union by type (C1). Every type may have a list
 * of features; its absence is the empty set. Features that the schema does not know are
 * kept.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/json.h"

static const JsonField fields[] = {
	{"type", JSON_FIELD_STRING, true, offsetof(VpCapabilities, type)},
	{"features", JSON_FIELD_STRING_LIST, false, offsetof(VpCapabilities, features)},
};

static bool is_blank(const char *text, size_t length)
{
	return strspn(text, " \t\r\n") >= length;
}

/* A set: the first of equals stays. */
static char **without_duplicates(char **features)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
	GPtrArray *unique = g_ptr_array_new();

	for (char **feature = features; feature && *feature; feature++) {
		/* Asked first: adding would put the second of equals in the first's
		 * place. */
		if (g_hash_table_contains(seen, *feature)) {
			g_free(*feature);
			continue;
		}
		g_hash_table_add(seen, *feature);
		g_ptr_array_add(unique, *feature);
	}
	g_free(features);
	g_ptr_array_add(unique, NULL);
	return (char **)g_ptr_array_free(unique, FALSE);
}

void capabilities_read(VpCandidate *candidate, const char *text, size_t length)
{
	g_autofree char *copy = g_strndup(text, length);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = NULL;
	VpCapabilities read = {0};

	if (is_blank(copy, length)) {
		candidate_settle(
			candidate, VP_VERDICT_NO_OUTPUT, "printed nothing on stdout");
		return;
	}
	root = json_parse_strict(text, length, &error);
	if (!root) {
		candidate_settle(candidate, VP_VERDICT_BAD_JSON, "%s", error->message);
		return;
	}
	if (!json_read_fields(root, fields, G_N_ELEMENTS(fields), &read, &error)) {
		candidate_settle(
			candidate, VP_VERDICT_BAD_CAPABILITIES, "%s", error->message);
		return;
	}
	read.features = without_duplicates(read.features);
	candidate->capabilities = g_memdup2(&read, sizeof read);
	/* A program that was given directly has no announced type. */
	if (!candidate->type)
		candidate->type = g_strdup(read.type);
	else if (!g_str_equal(read.type, candidate->type))
		candidate_settle(candidate, VP_VERDICT_TYPE_MISMATCH,
			"%s as %s, prints %s",
			candidate->manifest ? "announced" : "asked for", candidate->type,
			read.type);
}
