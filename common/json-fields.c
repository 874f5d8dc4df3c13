// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Members of a JSON object into a struct, by a table of fields. A parsed object comes in;
 * either every field is filled in, or a GError says which member is missing or of another
 * type, and nothing was changed.
 */
#include "common/json.h"

#include "common/text.h"

static const char *type_name(json_object *value)
{
	switch (json_object_get_type(value)) {
	case json_type_null:
		return "null";
	case json_type_boolean:
		return "a boolean";
	case json_type_double:
	case json_type_int:
		return "a number";
	case json_type_object:
		return "an object";
	case json_type_array:
		return "a list";
	case json_type_string:
		return "a string";
	}
	return "something else";
}

static const struct {
	enum json_type type;
	const char *expected;
} kinds[] = {
	[JSON_FIELD_STRING] = {json_type_string, "a string"},
	[JSON_FIELD_STRING_LIST] = {json_type_array, "a list of strings"},
	[JSON_FIELD_INTEGER] = {json_type_int, "a whole number"},
};

/* @value is NULL for null. */
static bool check_field(const JsonField *field, json_object *value, GError **error)
{
	bool list = field->kind == JSON_FIELD_STRING_LIST;

	if (!json_object_is_type(value, kinds[field->kind].type)) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_SCHEMA,
			"member \"%s\" is %s, but must be %s", field->name,
			type_name(value), kinds[field->kind].expected);
		return false;
	}
	/* json-c replaces a number that does not fit by the nearest that does. */
	if (field->kind == JSON_FIELD_INTEGER &&
		(json_object_get_int64(value) < 0 ||
			json_object_get_int64(value) == G_MAXINT64)) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_SCHEMA,
			"member \"%s\" is out of range", field->name);
		return false;
	}
	for (size_t i = 0; list && i < json_object_array_length(value); i++) {
		json_object *element = json_object_array_get_idx(value, i);

		if (!json_object_is_type(element, json_type_string)) {
			g_set_error(error, JSON_ERROR, JSON_ERROR_SCHEMA,
				"element %zu of member \"%s\" is %s, but must be a "
				"string",
				i + 1, field->name, type_name(element));
			return false;
		}
	}
	return true;
}

static GStrv dup_string_list(json_object *list)
{
	size_t length = json_object_array_length(list);
	GStrv strings = g_new0(char *, length + 1);

	for (size_t i = 0; i < length; i++)
		strings[i] = g_strdup(
			json_object_get_string(json_object_array_get_idx(list, i)));
	return strings;
}

static bool is_field(const JsonField *fields, size_t n_fields, const char *name)
{
	for (size_t i = 0; i < n_fields; i++)
		if (g_str_equal(fields[i].name, name))
			return true;
	return false;
}

/* The error also names the member that may have been meant. */
static void refuse_missing(json_object *object, const JsonField *fields, size_t n_fields,
	const char *name, GError **error)
{
	const char *meant = NULL;

	json_object_object_foreach(object, key, value)
	{
		(void)value;
		if (!meant && !is_field(fields, n_fields, key) &&
			(g_ascii_strcasecmp(key, name) == 0 ||
				text_nearest(key, &name, 1)))
			meant = key;
	}
	if (meant)
		g_set_error(error, JSON_ERROR, JSON_ERROR_SCHEMA,
			"member \"%s\" is missing; is \"%s\" a misspelling of it?", name,
			meant);
	else
		g_set_error(error, JSON_ERROR, JSON_ERROR_SCHEMA,
			"member \"%s\" is missing", name);
}

/* First everything is checked, then everything is taken: a failure leaves nothing half
 * done. */
bool json_read_fields(json_object *object, const JsonField *fields, size_t n_fields,
	void *ret, GError **error)
{
	json_object *value;

	for (size_t i = 0; i < n_fields; i++) {
		if (json_object_object_get_ex(object, fields[i].name, &value)) {
			if (!check_field(&fields[i], value, error))
				return false;
		} else if (fields[i].mandatory) {
			refuse_missing(object, fields, n_fields, fields[i].name, error);
			return false;
		}
	}

	for (size_t i = 0; i < n_fields; i++) {
		const JsonField *field = &fields[i];
		bool present = json_object_object_get_ex(object, field->name, &value);

		switch (field->kind) {
		case JSON_FIELD_STRING:
			G_STRUCT_MEMBER(char *, ret, field->offset) =
				present ? g_strdup(json_object_get_string(value)) : NULL;
			break;
		case JSON_FIELD_STRING_LIST:
			G_STRUCT_MEMBER(GStrv, ret, field->offset) =
				present ? dup_string_list(value) : NULL;
			break;
		case JSON_FIELD_INTEGER:
			G_STRUCT_MEMBER(gint64, ret, field->offset) =
				present ? json_object_get_int64(value) : 0;
			break;
		}
	}
	return true;
}
