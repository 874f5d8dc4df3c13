// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Strict JSON over json-c, for text that nobody vouches for. json-c by itself keeps the
 * last of two equal keys, stops at the end of the first document, and shortens keys at an
 * escaped NUL; here all of these are errors. A table of fields says what a document must
 * hold.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>
#include <json-c/json.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_object, json_object_put)

/* Arrays and objects inside one another; the root counts as 1. */
#define JSON_MAX_DEPTH 32

#define JSON_ERROR (json_error_quark())
GQuark json_error_quark(void);

typedef enum {
	JSON_ERROR_SYNTAX,    /* the text is not one strict JSON document */
	JSON_ERROR_DUPLICATE, /* it would be, but two members of an object have one name
			       */
	JSON_ERROR_SCHEMA,    /* the document lacks a member, or one has the wrong type */
} JsonErrorCode;

/*
 * json_parse_strict:
 * @text: @length bytes, need not end in NUL
 * @error: JSON_ERROR_SYNTAX or JSON_ERROR_DUPLICATE; the message starts with "line L,
 * column C: " where a place is known
 *
 * Parses exactly one document whose root is an object, with white space around it at
 * most. Refused: empty text, NUL bytes, invalid UTF-8, a byte order mark, comments,
 * single quotes, NaN and Infinity, raw control characters in strings, "\u0000", lone
 * surrogates, duplicate keys, trailing commas, nesting deeper than JSON_MAX_DEPTH, text
 * after the document.
 *
 * Returns: (transfer full): the root, to be freed by json_object_put(), or NULL.
 */
json_object *json_parse_strict(const char *text, size_t length, GError **error);

/*
 * json_parse_strict_at:
 * @ret_at: where in @text the trouble is, if there is any; NULL if no place is known
 *
 * As json_parse_strict().
 */
json_object *json_parse_strict_at(
	const char *text, size_t length, const char **ret_at, GError **error);

typedef enum {
	JSON_FIELD_STRING,      /* char * */
	JSON_FIELD_STRING_LIST, /* GStrv; duplicates are kept, in the order of the
				   document */
	JSON_FIELD_INTEGER,     /* gint64, at least 0; 0 if absent */
} JsonFieldKind;

/* One member of an object and where it goes in the caller's struct. */
typedef struct {
	const char *name;
	JsonFieldKind kind;
	bool mandatory;
	size_t offset;
} JsonField;

/*
 * json_read_fields:
 * @object: an object
 * @fields: (array length=n_fields): the members that are looked for; others are ignored
 * @ret: a struct with a member at each offset; untouched on failure. Absent optional
 * members become NULL. The caller owns the values: g_free(), g_strfreev().
 * @error: JSON_ERROR_SCHEMA, naming the member and what was expected
 *
 * Returns: whether all mandatory members are there and every member that is there has its
 * type (null is a wrong type; so is a number with a fraction, below 0 or beyond gint64).
 */
bool json_read_fields(json_object *object, const JsonField *fields, size_t n_fields,
	void *ret, GError **error);
