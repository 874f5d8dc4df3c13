// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One manifest against the schema: all breaches, each with its place. Only a text that is
 * not JSON has a single one, since what follows the first trouble is anybody's guess.
 */
#include "probe/check/stages.h"

#include <string.h>

#include "common/json.h"
#include "common/text.h"
#include "probe/check/places.h"
#include "probe/device-types.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* Its parser accepts some texts that are not JSON. */
#define NO_JSON "; libvirt finds no backend at all if it cannot parse a file"

/* A list of features is no member of the schema, but virtiofsd's manifest has one. */
#define FEATURES "features"

typedef struct {
	Subject *subject;
	Places places;
	/* The last place that was asked for, where the next one is looked for. */
	const char *known;
	Place known_place;
	const char *text;
} Manifest;

/* Mostly asked from front to back: a long line of findings takes linear time. */
static Place place_of(Manifest *manifest, const char *at)
{
	Place from = manifest->known_place, place;

	if (!manifest->known || at < manifest->known) {
		manifest->known = manifest->text;
		from = (Place){1, 1};
	}
	text_place(manifest->known, at, &place.line, &place.column);
	if (place.line == 1)
		place.column += from.column - 1;
	place.line += from.line - 1;
	manifest->known = at;
	manifest->known_place = place;
	return place;
}

#define ADD(manifest, defect, at, ...) \
	finding_add((manifest)->subject, defect, place_of((manifest), at), __VA_ARGS__)

/* ---- values ---- */

static void check_description(Manifest *manifest, const char *at, const char *value)
{
	if (!value[strspn(value, " \t\r\n")])
		ADD(manifest, VP_DEFECT_EMPTY_DESCRIPTION, at,
			"\"description\" is empty: people see it in lists of backends");
}

/* Returns: (transfer full): "; did you mean gpu?", or "". */
static char *hint_at_type(const char *word)
{
	const VpDeviceType *meant = vp_device_type_meant(word), *type;
	const char *names[64];
	const char *nearest = NULL;
	size_t n = 0;

	for (gsize i = 0; n < 64 && (type = vp_device_type_at(i)); i++)
		if (type->in_schema)
			names[n++] = type->name;
	if (meant && meant->in_schema)
		nearest = meant->name;
	/* Between short words one letter is no likeness. */
	else if (!meant && strlen(word) > 3)
		nearest = text_nearest(word, names, n);
	return nearest ? g_strdup_printf("; did you mean %s?", nearest) : g_strdup("");
}

static void check_type(Manifest *manifest, const char *at, const char *value)
{
	const VpDeviceType *type = vp_device_type_find(value);
	g_autofree char *hint = hint_at_type(value);

	if (!*value)
		ADD(manifest, VP_DEFECT_EMPTY_MEMBER, at,
			"\"type\" is empty" FAILS_LIBVIRT);
	else if (!type || !type->in_schema)
		ADD(manifest, VP_DEFECT_UNKNOWN_TYPE, at,
			"the specification has no type \"%s\"%s" FAILS_LIBVIRT, value,
			hint);
}

static bool is_usable_binary(const char *value)
{
	return value[0] == '/' && text_is_line(value);
}

static void check_binary(Manifest *manifest, const char *at, const char *value)
{
	if (!*value)
		ADD(manifest, VP_DEFECT_EMPTY_MEMBER, at, "\"binary\" is empty");
	else if (value[0] != '/')
		ADD(manifest, VP_DEFECT_RELATIVE_BINARY, at,
			"\"binary\" is not an absolute path: %s", value);
	if (!text_is_line(value))
		ADD(manifest, VP_DEFECT_UNPRINTABLE_BINARY, at,
			"\"binary\" has a control or format character: %s", value);
}

/* Takes @string as what the candidate has for it; the last of equal members wins, as in
 * every parser that takes both. */
static void take(Manifest *manifest, const JsonField *field, const char *at, char *string)
{
	VpCandidate *candidate = manifest->subject->candidate;
	Announced *announced = &manifest->subject->announced;
	char **member = &G_STRUCT_MEMBER(char *, candidate, field->offset);

	if (member == &candidate->description) {
		check_description(manifest, at, string);
	} else if (member == &candidate->type) {
		check_type(manifest, at, string);
		announced->type_at = place_of(manifest, at);
	} else {
		check_binary(manifest, at, string);
		announced->binary_at = place_of(manifest, at);
	}
	g_free(*member);
	*member = NULL;
	if (member == &candidate->binary ? is_usable_binary(string) : *string != '\0')
		*member = g_steal_pointer(&string);
	g_free(string);
}

/* ---- members ---- */

/* libvirt needs to know the type of every file, and nothing else of those that it does
 * not choose. */
static const char *consequence(const JsonField *field)
{
	return field->offset == offsetof(VpCandidate, type) ? FAILS_LIBVIRT : "";
}

/* @at: a list of strings, whatever it is. Returns: (transfer full) (nullable): those of
 * its elements that are strings; NULL if it is no list. */
static char **check_list(Manifest *manifest, const char *name, const char *at)
{
	g_autoptr(GPtrArray) elements = NULL;
	g_autoptr(GStrvBuilder) strings = g_strv_builder_new();

	if (*at != '[') {
		ADD(manifest, VP_DEFECT_WRONG_KIND, at,
			"\"%s\" is %s, but must be a list of strings", name,
			places_kind(at));
		return NULL;
	}
	elements = places_of_elements(at);
	for (guint i = 0; i < elements->len; i++) {
		const char *element = elements->pdata[i];

		if (*element == '"') {
			g_autofree char *string = places_string(element);

			g_strv_builder_add(strings, string);
		} else {
			ADD(manifest, VP_DEFECT_WRONG_KIND, element,
				"element %u of \"%s\" is %s, but must be a string", i + 1,
				name, places_kind(element));
		}
	}
	return g_strv_builder_end(strings);
}

static void check_known(Manifest *manifest, const JsonField *field, const char *at)
{
	if (field->kind == JSON_FIELD_STRING_LIST)
		g_strfreev(check_list(manifest, field->name, at));
	else if (*at == '"')
		take(manifest, field, at, places_string(at));
	else
		ADD(manifest, VP_DEFECT_WRONG_KIND, at,
			"\"%s\" is %s, but must be a string%s", field->name,
			places_kind(at), consequence(field));
}

static void check_features(Manifest *manifest, const Member *member)
{
	Announced *announced = &manifest->subject->announced;
	char **features = *member->value == '['
				  ? check_list(manifest, FEATURES, member->value)
				  : NULL;

	announced->features_at = place_of(manifest, member->key);
	ADD(manifest, VP_DEFECT_MANIFEST_FEATURES, member->key,
		"\"features\" is not a member of manifests; only what the program prints "
		"counts");
	g_strfreev(announced->features);
	announced->features = features;
}

static void check_unknown(Manifest *manifest, const Member *member)
{
	const char *known[MANIFEST_N_FIELDS];
	const char *nearest;

	for (size_t i = 0; i < MANIFEST_N_FIELDS; i++)
		known[i] = manifest_fields[i].name;
	nearest = text_nearest(member->name, known, MANIFEST_N_FIELDS);
	ADD(manifest, VP_DEFECT_UNKNOWN_MEMBER, member->key,
		"the schema knows no member \"%s\"%s%s%s", member->name,
		nearest ? "; did you mean \"" : "", nearest ? nearest : "",
		nearest ? "\"?" : "");
}

static const JsonField *find_field(const char *name)
{
	for (size_t i = 0; i < MANIFEST_N_FIELDS; i++)
		if (g_str_equal(name, manifest_fields[i].name))
			return &manifest_fields[i];
	return NULL;
}

static void check_members(Manifest *manifest)
{
	const GArray *members = manifest->places.members;
	bool found[MANIFEST_N_FIELDS] = {false};

	for (guint i = 0; i < members->len; i++) {
		const Member *member = &g_array_index(members, Member, i);
		const JsonField *field = find_field(member->name);

		if (field) {
			found[field - manifest_fields] = true;
			check_known(manifest, field, member->value);
		} else if (g_str_equal(member->name, FEATURES)) {
			check_features(manifest, member);
		} else {
			check_unknown(manifest, member);
		}
	}
	for (size_t i = 0; i < MANIFEST_N_FIELDS; i++)
		if (manifest_fields[i].mandatory && !found[i])
			ADD(manifest, VP_DEFECT_MISSING_MEMBER,
				strchr(manifest->text, '{'), "\"%s\" is missing%s",
				manifest_fields[i].name,
				consequence(&manifest_fields[i]));
}

static void check_duplicates(Manifest *manifest)
{
	const GArray *duplicates = manifest->places.duplicates;

	for (guint i = 0; i < duplicates->len; i++) {
		const Member *member = &g_array_index(duplicates, Member, i);

		ADD(manifest, VP_DEFECT_DUPLICATE_MEMBER, member->key,
			"the member \"%s\" appears twice in one object; libvirt up to 9 "
			"therefore finds no backend at all, later versions take the last "
			"one",
			member->name);
	}
}

/* ---- the text ---- */

/* @at: of the trouble; @message: of the parser, which begins with the place. */
static void report_syntax(Manifest *manifest, const char *at, const char *message)
{
	Place place = place_of(manifest, at);
	g_autofree char *prefix =
		g_strdup_printf("line %u, column %u: ", place.line, place.column);

	if (g_str_has_prefix(message, prefix))
		message += strlen(prefix);
	finding_add(manifest->subject, VP_DEFECT_SYNTAX, place, "%s" NO_JSON, message);
}

static bool has_errors(const VpCheck *check, guint first)
{
	for (guint i = first; i < check->findings->len; i++) {
		const VpFinding *finding = check->findings->pdata[i];

		if (vp_defect_severity(finding->defect) == VP_SEVERITY_ERROR &&
			finding->defect != VP_DEFECT_UNKNOWN_TYPE)
			return true;
	}
	return false;
}

void check_manifest(Subject *subject, const char *text, size_t length)
{
	Manifest manifest = {.subject = subject, .text = text};
	guint first = subject->check->findings->len;
	g_autoptr(GError) error = NULL;
	const char *at;

	if (g_str_has_prefix(text, BYTE_ORDER_MARK)) {
		finding_add(subject, VP_DEFECT_SYNTAX, (Place){1, 1},
			"the text begins with a byte order mark" NO_JSON);
		text += strlen(BYTE_ORDER_MARK);
		length -= strlen(BYTE_ORDER_MARK);
		manifest.text = text;
	}
	/* The tree has no places. */
	json_object_put(json_parse_strict_at(text, length, &at, &error));
	if (g_error_matches(error, JSON_ERROR, JSON_ERROR_SYNTAX)) {
		report_syntax(&manifest, at, error->message);
	} else {
		places_find(text, &manifest.places);
		check_members(&manifest);
		check_duplicates(&manifest);
		places_clear(&manifest.places);
	}
	subject->announced.broken = has_errors(subject->check, first);
}
