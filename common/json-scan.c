// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The tokens of a JSON text, found by one pass over it: what JSON does not allow inside a
 * token or between two is refused here, since json-c is lenient about it.
 */
#include "common/json-scan.h"

#include <string.h>

#include "common/json.h"

/*
 * Each moves *@at past the one thing that it is named after, or to the trouble. None
 * needs a length: no token contains the NUL.
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
			return "unknown escape sequence; a backslash itself is written "
			       "twice";
		++*at;
		return NULL;
	}
	++*at;
	unit = scan_code_unit(at);
	if (unit < 0)
		return "expected four hexadecimal digits";
	if (unit == 0)
		cause = "an escaped NUL is not accepted";
	else if (unit >= 0xDC00 && unit <= 0xDFFF)
		cause = "the second half of a surrogate pair without the first";
	else if (unit >= 0xD800 && unit <= 0xDBFF) {
		bool paired = (*at)[0] == '\\' && (*at)[1] == 'u';

		*at += paired ? 2 : 0;
		unit = paired ? scan_code_unit(at) : -1;
		if (unit < 0xDC00 || unit > 0xDFFF)
			cause = "the first half of a surrogate pair without the second";
	}
	if (cause)
		*at = start;
	return cause;
}

const char *json_scan_string(const char **at)
{
	const char *quote = (*at)++;

	while (**at != '"') {
		const char *cause = NULL;

		if (**at == '\\')
			cause = scan_escape(at);
		else if (**at == '\0' || **at == '\n' || **at == '\r') {
			*at = quote;
			cause = "the string that begins here has no closing quote on "
				"this "
				"line";
		} else if ((unsigned char)**at < 0x20)
			cause = "a control character in a string";
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

const char json_unexpected[] = "unexpected ";

static const char expected_digit[] = "expected a digit, found ";

static const char *scan_number(const char **at)
{
	const char *start = *at, *digits;

	*at += **at == '-';
	digits = *at;
	if (scan_digits(at) == 0)
		return expected_digit;
	if (*digits == '0' && *at - digits > 1) {
		*at = digits;
		return "a number must not begin with a zero that another digit follows";
	}
	if (**at == '.') {
		++*at;
		if (scan_digits(at) == 0)
			return expected_digit;
	}
	if (**at == 'e' || **at == 'E') {
		++*at;
		*at += **at == '+' || **at == '-';
		if (scan_digits(at) == 0)
			return expected_digit;
	}
	if (g_ascii_isalnum(**at)) {
		*at = start;
		return "not a JSON number: ";
	}
	return NULL;
}

static const char *const words[] = {"true", "false", "null"};

/* What is wrong with @word, of @length letters and digits. */
static const char *explain_word(const char *word, size_t length)
{
	static const char *const others[] = {"NaN", "Infinity", "inf", "undefined"};

	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (length == strlen(words[i]) &&
			g_ascii_strncasecmp(word, words[i], length) == 0)
			return "true, false and null must be in lower case, found ";
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
		if (length == strlen(others[i]) &&
			g_ascii_strncasecmp(word, others[i], length) == 0)
			return "JSON does not have ";
	return "double quotes are missing around ";
}

/* true, false, null; whatever else is not a token ends up here as well. */
static const char *scan_word(const char **at)
{
	size_t length = 0;

	while (g_ascii_isalnum((*at)[length]))
		length++;
	for (size_t i = 0; i < G_N_ELEMENTS(words); i++)
		if (length == strlen(words[i]) && memcmp(*at, words[i], length) == 0) {
			*at += length;
			return NULL;
		}
	if (**at == '\'')
		return "single quotes, where JSON requires double quotes";
	if (**at == '#' || g_str_has_prefix(*at, "//") || g_str_has_prefix(*at, "/*"))
		return "a comment, which JSON does not allow";
	return length ? explain_word(*at, length) : json_unexpected;
}

const char *json_scan(const char *text, const char **at, JsonShape *ret_shape)
{
	const char *cause = NULL;
	int depth = 0;
	const char *last = ""; /* the token before */

	*ret_shape = (JsonShape){0};
	*at = text + strspn(text, " \t\n\r");
	if (**at == '\0')
		return "the text is empty";
	if (**at != '{')
		return "expected a JSON object, which begins with {";
	while (!cause && **at != '\0') {
		const char *first = *at;

		switch (*first) {
		case '{':
		case '[':
			if (++depth > JSON_MAX_DEPTH) {
				cause = "nested more than " G_STRINGIFY(
					JSON_MAX_DEPTH) " levels deep";
				break;
			}
			ret_shape->depth = MAX(ret_shape->depth, depth);
			++*at;
			break;
		case '}':
		case ']':
			if (*last == ',') {
				*at = last;
				cause = "a trailing comma, which JSON does not allow";
				break;
			}
			++*at;
			if (--depth > 0)
				break;
			*at += strspn(*at, " \t\n\r");
			return **at ? "text after the end of the JSON object" : NULL;
		case ':':
			ret_shape->colons++;
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
			cause = json_scan_string(at);
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
	return cause;
}
