// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Strict JSON. Bytes of unknown origin come in, a json-c tree of exactly that document
 * comes out, or a GError with the place of the first trouble; nothing is repaired or
 * guessed.
 *
 * json-c builds the tree and judges the structure. It is not asked to be strict: what
 * that means differs between its releases, and in 0.18 it refuses every string with a
 * character beyond ASCII. Instead, all that it is lenient about is found before, by one
 * pass over the tokens: bytes that are not UTF-8, NUL, control characters in strings,
 * "\u0000" (json-c ends the key there), halves of surrogate pairs (json-c puts U+FFFD in
 * their place, so that different keys become equal), comments, 'single quotes', TRUE,
 * NaN, Infinity, 007, "1.", trailing commas, text after the document. Of equal keys
 * json-c keeps only the last: this shows in the number of members, since as many must be
 * kept as were written.
 *
 * Everything takes time linear in the text, or nearly, and recursion ends at
 * JSON_MAX_DEPTH.
 */
#include "common/json.h"

#include <limits.h>
#include <string.h>

#include "common/json-scan.h"
#include "common/text.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_tokener, json_tokener_free)

GQuark json_error_quark(void)
{
	return g_quark_from_static_string("json-error-quark");
}

/*
 * The stages of parsing: each returns NULL, or what is wrong, with *@at at the trouble.
 * @text ends in NUL.
 */

static const char *check_encoding(const char *text, size_t length, const char **at)
{
	*at = text;
	if (g_str_has_prefix(text, "\xEF\xBB\xBF"))
		return "a byte order mark, which JSON does not allow";
	if (text_is_utf8(text, length) || g_utf8_validate_len(text, length, at))
		return NULL;
	return **at == '\0' ? "a NUL byte" : "invalid UTF-8";
}

/* Returns: how many members all the objects of a tree have together. */
static size_t count_members(json_object *node)
{
	size_t count = 0;

	if (json_object_is_type(node, json_type_object)) {
		count = json_object_object_length(node);
		json_object_object_foreach(node, key, value)
		{
			(void)key;
			count += count_members(value);
		}
	} else if (json_object_is_type(node, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(node); i++)
			count += count_members(json_object_array_get_idx(node, i));
	}
	return count;
}

/* Characters of a token that are quoted. */
#define QUOTED_MAX 40

/* Returns: how many bytes the token at @at has; or the character, if none begins there.
 */
static size_t token_length(const char *at)
{
	const char *end = at;

	if (*at == '"' && !json_scan_string(&end))
		return (size_t)(end - at);
	while (g_ascii_isalnum(*end) || (end > at && *end && strchr("+-.", *end)))
		end++;
	return end > at ? (size_t)(end - at) : (size_t)g_utf8_skip[(guchar)*at];
}

/* Returns: (transfer full): what stands at @at, as a message shows it. */
static char *describe_token(const char *at)
{
	gunichar c = g_utf8_get_char(at);
	g_autofree char *token = g_strndup(at, token_length(at));

	if (g_ascii_isalnum(c) || c == '"')
		return text_beginning(token, QUOTED_MAX);
	if (!text_is_printable(c) || g_unichar_isspace(c))
		return g_strdup_printf("U+%04X", c);
	if (g_unichar_type(c) == G_UNICODE_INITIAL_PUNCTUATION ||
		g_unichar_type(c) == G_UNICODE_FINAL_PUNCTUATION)
		return g_strconcat(
			token, ", a typographic quote, where JSON requires \"", NULL);
	return g_strdup_printf("'%s'", token);
}

/* Up to @at the text is valid UTF-8. */
static void set_syntax_error(
	GError **error, const char *text, const char *at, const char *cause)
{
	g_autofree char *token =
		g_str_has_suffix(cause, " ") ? describe_token(at) : g_strdup("");
	unsigned line, column;

	text_place(text, at, &line, &column);
	g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "line %u, column %u: %s%s",
		line, column, cause, token);
}

/* In our words: what is wrong with the structure, at @at. */
static const char *explain_structure(enum json_tokener_error outcome, const char *at)
{
	static const char no_comma[] = "a comma is missing before ";

	switch (outcome) {
	case json_tokener_error_parse_number: /* not what is in it: what follows */
		return *at == ':' ? json_unexpected : no_comma;
	case json_tokener_error_parse_array:
		return strchr("}:", *at)
			       ? "a list is not closed: expected ] or a comma, found "
			       : no_comma;
	case json_tokener_error_parse_object_value_sep:
		return strchr("]:", *at)
			       ? "an object is not closed: expected } or a comma, found "
			       : no_comma;
	case json_tokener_error_parse_object_key_name:
		return "expected a name in double quotes, found ";
	case json_tokener_error_parse_object_key_sep:
		return strchr("},", *at) ? "a colon and a value are missing before "
					 : "a colon is missing before ";
	case json_tokener_error_parse_unexpected:
		return strchr(",:]}", *at) ? "a value is missing before "
					   : json_unexpected;
	default:
		return json_tokener_error_desc(outcome);
	}
}

/* For a text that ends too early. */
static const char unfinished[] = "the text ends before the JSON object is closed";

/* @text ends with the document: json-c says nothing about what follows it. */
static const char *build_tree(const char *text, size_t length, int depth, const char **at,
	json_object **ret_root)
{
	/* One level more than there are containers, for the scalars in the innermost. */
	g_autoptr(json_tokener) tokener = json_tokener_new_ex(depth + 1);
	g_autoptr(json_object) root = NULL;
	enum json_tokener_error outcome;

	*at = text;
	if (!tokener)
		return "out of memory";
	root = json_tokener_parse_ex(tokener, text, (int)length);
	outcome = json_tokener_get_error(tokener);
	*at += json_tokener_get_parse_end(tokener);
	if (outcome == json_tokener_continue)
		return unfinished;
	if (outcome != json_tokener_success)
		return explain_structure(outcome, *at);
	*ret_root = g_steal_pointer(&root);
	return NULL;
}

/* For a text in which something at *@at is no token: what is wrong earlier in the text,
 * with *@at moved there, since the first trouble counts; or NULL. */
static const char *check_structure_before(const char *text, int depth, const char **at)
{
	g_autofree char *beginning = g_strndup(text, (gsize)(*at - text));
	g_autoptr(json_object) root = NULL;
	const char *trouble;
	const char *cause =
		build_tree(beginning, (size_t)(*at - text), depth, &trouble, &root);

	if (!cause || cause == unfinished)
		return NULL;
	*at = text + (trouble - beginning);
	return cause;
}

/* Returns: (transfer full): the string of a sound text that begins at *@at, which is
 * moved past it. */
static char *read_string(const char **at)
{
	const char *start = *at;
	g_autofree char *literal = NULL;
	g_autoptr(json_object) string = NULL;

	json_scan_string(at);
	literal = g_strndup(start, (gsize)(*at - start));
	string = json_tokener_parse(literal);
	return g_strdup(json_object_get_string(string));
}

static int compare_names(const void *a, const void *b, void *data)
{
	(void)data;
	return strcmp(a, b);
}

/* A tree, since names that collide in GLib's hash can be made at will. */
static GTree *new_names(void)
{
	return g_tree_new_full(compare_names, NULL, g_free, NULL);
}

/* Returns: (nullable): where in a sound text a member begins whose name another one of
 * its object has already. */
static const char *find_duplicate(const char *at)
{
	/* For each object or list that is open, the names in it. */
	g_autoptr(GPtrArray) open =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_tree_unref);

	while (*at) {
		const char *start = at;

		if (*at == '"') {
			g_autofree char *name = read_string(&at);
			GTree *names = open->pdata[open->len - 1];

			at += strspn(at, " \t\r\n");
			if (*at != ':')
				continue;
			if (g_tree_lookup_extended(names, name, NULL, NULL))
				return start;
			g_tree_insert(names, g_steal_pointer(&name), NULL);
			continue;
		}
		if (*at == '{' || *at == '[')
			g_ptr_array_add(open, new_names());
		else if (*at == '}' || *at == ']')
			g_ptr_array_set_size(open, (int)open->len - 1);
		at++;
	}
	return NULL;
}

/* @at: (nullable): as find_duplicate() returns it. */
static void set_duplicate_error(GError **error, const char *text, const char *at)
{
	g_autofree char *name = NULL;
	unsigned line, column;

	if (!at) {
		g_set_error(error, JSON_ERROR, JSON_ERROR_DUPLICATE,
			"a member appears twice in one object");
		return;
	}
	text_place(text, at, &line, &column);
	name = read_string(&at);
	g_set_error(error, JSON_ERROR, JSON_ERROR_DUPLICATE,
		"line %u, column %u: the member \"%s\" appears twice in one object", line,
		column, name);
}

json_object *json_parse_strict_at(
	const char *text, size_t length, const char **ret_at, GError **error)
{
	g_autoptr(json_object) root = NULL;
	g_autofree char *copy = NULL;
	const char *at, *cause, *earlier;
	JsonShape shape = {0};

	*ret_at = NULL;
	if (length > INT_MAX) { /* json-c counts in int */
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX,
			"%zu bytes are too many", length);
		return NULL;
	}

	/* Ends in NUL; where the text has a NUL inside, everything from there on is NUL.
	 */
	copy = g_strndup(text, length);
	cause = check_encoding(copy, length, &at);
	if (!cause) {
		cause = json_scan(copy, &at, &shape);
		earlier = cause ? check_structure_before(copy, shape.depth, &at) : NULL;
		cause = earlier ? earlier : cause;
	}
	if (!cause)
		cause = build_tree(copy, length, shape.depth, &at, &root);
	if (cause) {
		set_syntax_error(error, copy, at, cause);
		*ret_at = text + (at - copy);
		return NULL;
	}
	if (shape.colons != count_members(root)) {
		at = find_duplicate(copy);
		set_duplicate_error(error, copy, at);
		*ret_at = at ? text + (at - copy) : NULL;
		return NULL;
	}
	return g_steal_pointer(&root);
}

json_object *json_parse_strict(const char *text, size_t length, GError **error)
{
	const char *at;

	return json_parse_strict_at(text, length, &at, error);
}
