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
 * NaN, Infinity, 007, "1.", trailing commas. Text after the document shows in where
 * json-c stops. Of equal keys json-c keeps only the last: this shows in the number of
 * members, since as many must be kept as were written.
 *
 * Everything takes time linear in the text, and recursion ends at JSON_MAX_DEPTH.
 */
#include "common/json.h"

#include <limits.h>
#include <string.h>

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
		return "byte order mark";
	if (text_is_utf8(text, length) || g_utf8_validate_len(text, length, at))
		return NULL;
	return **at == '\0' ? "NUL byte" : "invalid UTF-8";
}

/*
 * The second stage, in pieces: each moves *@at past the one thing that it is named after.
 * None needs a length: no token contains the NUL.
 */

/* Returns: the code unit of four hexadecimal digits, or -1. */
static int scan_code_unit(const char **at)
{
	int unit = 0;

	for (int i = 0; i < 4; i++, ++*at) {
		if (!g_ascii_isxdigit(**at))
			return -1;
		unit = unit << 4 | g_ascii_xdigit_value(**at);
	}
	return unit;
}

/* An escape in a string, from its backslash on. */
static const char *scan_escape(const char **at)
{
	const char *start = *at;
	const char *cause = NULL;
	int unit;

	++*at;
	if (**at != 'u') {
		if (**at == '\0' || !strchr("\"\\/bfnrt", **at))
			return "unknown escape";
		++*at;
		return NULL;
	}
	++*at;
	unit = scan_code_unit(at);
	if (unit < 0)
		return "four hexadecimal digits expected";
	if (unit == 0)
		cause = "escaped NUL";
	else if (unit >= 0xDC00 && unit <= 0xDFFF)
		cause = "second half of a surrogate pair without the first";
	else if (unit >= 0xD800 && unit <= 0xDBFF) {
		bool paired = (*at)[0] == '\\' && (*at)[1] == 'u';

		*at += paired ? 2 : 0;
		unit = paired ? scan_code_unit(at) : -1;
		if (unit < 0xDC00 || unit > 0xDFFF)
			cause = "first half of a surrogate pair without the second";
	}
	if (cause)
		*at = start;
	return cause;
}

static const char *scan_string(const char **at)
{
	++*at;
	while (**at != '"') {
		const char *cause = NULL;

		if (**at == '\\')
			cause = scan_escape(at);
		else if (**at == '\0')
			cause = "unexpected end of the text in a string";
		else if (**at == '\n' || **at == '\r')
			cause = "the string is not closed on this line";
		else if ((unsigned char)**at < 0x20)
			cause = "control character in a string";
		else
			++*at;
		if (cause)
			return cause;
	}
	++*at;
	return NULL;
}

/* Moves *@at past the digits there. Returns: how many there are. */
static size_t scan_digits(const char **at)
{
	size_t count = strspn(*at, "0123456789");

	*at += count;
	return count;
}

static const char *scan_number(const char **at)
{
	const char *digits;

	*at += **at == '-';
	digits = *at;
	if (scan_digits(at) == 0)
		return "digit expected";
	if (*digits == '0' && *at - digits > 1) {
		*at = digits;
		return "number with a leading zero";
	}
	if (**at == '.') {
		++*at;
		if (scan_digits(at) == 0)
			return "digit expected";
	}
	if (**at == 'e' || **at == 'E') {
		++*at;
		*at += **at == '+' || **at == '-';
		if (scan_digits(at) == 0)
			return "digit expected";
	}
	return NULL;
}

/* Completed by describe_character(). */
static const char unexpected[] = "unexpected character";

/* true, false, null; whatever else is not a token ends up here as well. */
static const char *scan_word(const char **at)
{
	static const char *const words[] = {"true", "false", "null"};
	size_t length = 0;

	while (g_ascii_isalnum((*at)[length]))
		length++;
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (length == strlen(words[i]) && memcmp(*at, words[i], length) == 0) {
			*at += length;
			return NULL;
		}
	if (**at == '\'')
		return "single quotes, where JSON has double ones";
	if (**at == '#' || g_str_has_prefix(*at, "//") || g_str_has_prefix(*at, "/*"))
		return "a comment, which JSON does not have";
	return length ? "not a JSON value" : unexpected;
}

/* What json-c has to find in a document. */
typedef struct {
	size_t colons;
	int depth;
} Shape;

/*
 * All tokens of a document. The depth is counted here because json-c cannot enforce this
 * limit: it counts a scalar as one more level, but not an empty container.
 */
static const char *scan_document(const char *text, const char **at, Shape *ret_shape)
{
	const char *cause = NULL;
	Shape shape = {0};
	int depth = 0;
	const char *last = ""; /* the token before */

	*at = text + strspn(text, " \t\n\r");
	if (**at == '\0')
		return "the text is empty";
	if (**at != '{')
		return "an object must begin here";
	while (!cause && **at != '\0') {
		const char *first = *at;

		switch (*first) {
		case '{':
		case '[':
			if (++depth > JSON_MAX_DEPTH) {
				cause = "nested deeper than " G_STRINGIFY(JSON_MAX_DEPTH);
				break;
			}
			shape.depth = MAX(shape.depth, depth);
			++*at;
			break;
		case '}':
		case ']':
			if (*last == ',') {
				*at = last;
				cause = "trailing comma";
				break;
			}
			depth--; /* one too many is json-c's to refuse */
			++*at;
			break;
		case ':':
			shape.colons++;
			++*at;
			break;
		case ',':
		case ' ':
		case '\t':
		case '\n':
		case '\r':
			++*at;
			break;
		case '"':
			cause = scan_string(at);
			break;
		case '-':
		case '0' ... '9':
			cause = scan_number(at);
			break;
		default:
			cause = scan_word(at);
		}
		if (!g_ascii_isspace(*first))
			last = first;
	}
	*ret_shape = shape;
	return cause;
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

/* Returns: (transfer full): what @cause lacks: which character it is, at @at. */
static char *describe_character(const char *cause, const char *at)
{
	gunichar c = g_utf8_get_char(at);

	if (cause != unexpected)
		return g_strdup("");
	if (!text_is_printable(c) || g_unichar_isspace(c))
		return g_strdup_printf(" U+%04X", c);
	return g_strdup_printf(" %.*s%s", (int)g_utf8_skip[(guchar)*at], at,
		g_unichar_type(c) == G_UNICODE_INITIAL_PUNCTUATION ||
				g_unichar_type(c) == G_UNICODE_FINAL_PUNCTUATION
			? ", a typographic quote, where JSON has \""
			: "");
}

/* Up to @at the text is valid UTF-8. */
static void set_syntax_error(
	GError **error, const char *text, const char *at, const char *cause)
{
	g_autofree char *character = describe_character(cause, at);
	unsigned line, column;

	text_place(text, at, &line, &column);
	g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX, "line %u, column %u: %s%s",
		line, column, cause, character);
}

/* In our words: what is wrong with the structure, at @at. */
static const char *explain_structure(enum json_tokener_error outcome, const char *at)
{
	switch (outcome) {
	case json_tokener_error_parse_array:
		return strchr("}:", *at) ? "a list is not closed: ] or a comma expected"
					 : "a comma is missing before this";
	case json_tokener_error_parse_object_value_sep:
		return strchr("]:", *at)
			       ? "an object is not closed: } or a comma expected"
			       : "a comma is missing before this";
	case json_tokener_error_parse_object_key_name:
		return "a name in double quotes must be here";
	case json_tokener_error_parse_object_key_sep:
		return "a colon is missing before this";
	case json_tokener_error_parse_unexpected:
		return unexpected;
	default:
		return json_tokener_error_desc(outcome);
	}
}

/* For a text that ends too early. */
static const char unfinished[] = "unexpected end of the text";

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
	if (**at != '\0')
		return "text after the document";
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

json_object *json_parse_strict_at(
	const char *text, size_t length, const char **ret_at, GError **error)
{
	g_autoptr(json_object) root = NULL;
	g_autofree char *copy = NULL;
	const char *at, *cause, *earlier;
	Shape shape = {0};

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
		cause = scan_document(copy, &at, &shape);
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
		g_set_error(error, JSON_ERROR, JSON_ERROR_SYNTAX,
			"an object has two members of the same name");
		return NULL;
	}
	return g_steal_pointer(&root);
}

json_object *json_parse_strict(const char *text, size_t length, GError **error)
{
	const char *at;

	return json_parse_strict_at(text, length, &at, error);
}
