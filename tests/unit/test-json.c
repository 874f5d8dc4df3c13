// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Strict JSON: what is accepted and with which result, what is refused and where, and
 * reading members by a field table. The wording of json-c's own complaints differs
 * between its releases, so only their places are compared.
 */
#include "common/json.h"

#include <string.h>

/* A text with its length, so that it can hold NUL. */
#define TEXT(literal) (literal), sizeof(literal) - 1

/* Parses a copy of exactly @length bytes, so that a sanitizer sees any step beyond. */
static json_object *parse(const char *text, size_t length, GError **error)
{
	g_autofree char *exact = g_malloc(length + (length == 0));

	memcpy(exact, text, length);
	return json_parse_strict(exact, length, error);
}

static char *print(json_object *root)
{
	int flags = JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE;

	return g_strdup(json_object_to_json_string_ext(root, flags));
}

static void assert_refused(const char *text, size_t length, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = parse(text, length, &error);

	if (root)
		g_error("accepted: %s", text);
	g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
	if (!g_str_has_prefix(error->message, message))
		g_error("%s: \"%s\" does not begin with \"%s\"", text, error->message,
			message);
	g_assert_true(g_utf8_validate(error->message, -1, NULL));
}

static void assert_accepted(const char *text, size_t length, const char *printed)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = parse(text, length, &error);
	g_autofree char *again = NULL;

	g_assert_no_error(error);
	g_assert_nonnull(root);
	again = print(root);
	g_assert_cmpstr(again, ==, printed);
}

static void test_accepted(void)
{
	static const struct {
		const char *text;
		size_t length;
		const char *printed;
	} cases[] = {
		{TEXT("{}"), "{}"},
		{TEXT(" \t\r\n{ \t\r\n} \t\r\n"), "{}"},
		{TEXT("{\"\":[]}"), "{\"\":[]}"},
		{TEXT("{\"a\":[true,false,null,{},\"\"]}"),
			"{\"a\":[true,false,null,{},\"\"]}"},
		{TEXT("{\"a\":[0,-0.0,10,-1,1.5,0.01,1e5,1E+05,2e-07]}"),
			"{\"a\":[0,-0.0,10,-1,1.5,0.01,1e5,1E+05,2e-07]}"},
		{TEXT("{\"a\":9223372036854775807}"), "{\"a\":9223372036854775807}"},
		/* Beyond all integers json-c takes the nearest, in every release. */
		{TEXT("{\"a\":[-1e999,-99999999999999999999]}"),
			"{\"a\":[-1e999,-9223372036854775808]}"},
		{TEXT("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}"),
			"{\"a\":\"\\\"\\\\/\\b\\f\\n\\r\\t\"}"},
		{TEXT("{\"a\":\"\\u0041\\u00e4\\u20AC\"}"), "{\"a\":\"Aä€\"}"},
		{TEXT("{\"a\":\"\\uD83D\\ude00\"}"), "{\"a\":\"😀\"}"},
		{TEXT("{\"a\":\"\\uD800\\uDC00\\uDBFF\\uDFFF\"}"),
			"{\"a\":\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\"}"},
		/* Around the surrogates, and the sign that json-c puts in their place. */
		{TEXT("{\"a\":\"\\uD7FF\\uE000\\uFFFD\"}"),
			"{\"a\":\"\uD7FF\uE000\uFFFD\"}"},
		{TEXT("{\"ä€😀\":\"\x7F\u2028\"}"), "{\"ä€😀\":\"\x7F\u2028\"}"},
		/* What would be trouble outside of strings. */
		{TEXT("{\"a:b\":\"c:{[//'NaN\"}"), "{\"a:b\":\"c:{[//'NaN\"}"},
		{TEXT("{\"\\\"\":\"\\\\\"}"), "{\"\\\"\":\"\\\\\"}"},
		{TEXT("{\"\\\\u0000\":1}"), "{\"\\\\u0000\":1}"},
		/* One name in different objects, or in different case. */
		{TEXT("{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}"),
			"{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}"},
		{TEXT("{\"a\":1,\"A\":2}"), "{\"a\":1,\"A\":2}"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_accepted(cases[i].text, cases[i].length, cases[i].printed);
}

static void test_refused(void)
{
	static const struct {
		const char *text;
		size_t length;
		const char *message;
	} cases[] = {
		{TEXT(""), "line 1, column 1: the text is empty"},
		{TEXT(" \n "), "line 2, column 2: the text is empty"},

		/* Another root than an object. */
		{TEXT("null"), "line 1, column 1: expected a JSON object"},
		{TEXT("1"), "line 1, column 1: expected a JSON object"},
		{TEXT("\"a\""), "line 1, column 1: expected a JSON object"},
		{TEXT("\n [{}]"), "line 2, column 2: expected a JSON object"},
		{TEXT("usage: backend"), "line 1, column 1: expected a JSON object"},

		/* Encoding. */
		{TEXT("\xEF\xBB\xBF{}"), "line 1, column 1: a byte order mark, "},
		{TEXT("{}\xEF\xBB\xBF"), "line 1, column 3: text after"},
		{TEXT("\0"), "line 1, column 1: a NUL byte"},
		{TEXT("{}\0"), "line 1, column 3: a NUL byte"},
		{TEXT("{}\n\0{}"), "line 2, column 1: a NUL byte"},
		{TEXT("{\"a\0b\":1}"), "line 1, column 4: a NUL byte"},
		{TEXT("{\"ä\":\"\xFF\"}"), "line 1, column 7: invalid UTF-8"},
		{TEXT("{\"a\":\"\xC0\x80\"}"), "line 1, column 7: invalid UTF-8"},
		{TEXT("{\"a\":\"\xED\xA0\x80\"}"), "line 1, column 7: invalid UTF-8"},
		{TEXT("{\"a\":\"\xF4\x90\x80\x80\"}"), "line 1, column 7: invalid UTF-8"},
		{TEXT("{\"a\":\"b\"}\xC3"), "line 1, column 10: invalid UTF-8"},
		{TEXT("{\"a\":\u00A0\"b\"}"), "line 1, column 6: unexpected U+00A0"},
		{TEXT("{“a”:1}"), "line 1, column 2: unexpected “, a "
				  "typographic quote, "},
		{TEXT("{\"a\":‘b’}"), "line 1, column 6: unexpected ‘, a "
				      "typographic quote, "},
		{TEXT("{\"a\":«b»}"), "line 1, column 6: unexpected «, a "
				      "typographic quote, "},
		{TEXT("{\"a\":$b}"), "line 1, column 6: unexpected '$'"},
		{TEXT("{\"a\":1;}"), "line 1, column 7: unexpected ';'"},

		/* What other dialects allow. */
		{TEXT("/**/{}"), "line 1, column 1: expected a JSON object"},
		{TEXT("{/**/}"), "line 1, column 2: a comment, "},
		{TEXT("{} //"), "line 1, column 4: text after"},
		{TEXT("{} # a"), "line 1, column 4: text after"},
		{TEXT("{'a':1}"), "line 1, column 2: single quotes, "},
		{TEXT("{\"a\":'b'}"), "line 1, column 6: single quotes, "},
		{TEXT("{a:1}"), "line 1, column 2: double quotes are missing around a"},
		{TEXT("{\"a\":NaN}"), "line 1, column 6: JSON does not have NaN"},
		{TEXT("{\"a\":nan}"), "line 1, column 6: JSON does not have nan"},
		{TEXT("{\"a\":Infinity}"),
			"line 1, column 6: JSON does not have Infinity"},
		{TEXT("{\"a\":-Infinity}"),
			"line 1, column 7: expected a digit, found Infinity"},
		{TEXT("{\"a\":True}"), "line 1, column 6: true, false and null must be "
				       "in lower case, found True"},
		{TEXT("{\"a\":nul}"),
			"line 1, column 6: double quotes are missing around nul"},
		{TEXT("{\"a\":nullnull}"),
			"line 1, column 6: double quotes are missing around nullnull"},
		{TEXT("{\"a\":1,}"), "line 1, column 7: a trailing comma"},
		{TEXT("{\"a\":[1, \t]}"), "line 1, column 8: a trailing comma"},
		{TEXT("{,}"), "line 1, column 2: a trailing comma"},
		{TEXT("{\"a\":[,]}"), "line 1, column 7: a trailing comma"},
		{TEXT("{\"a\":[,1]}"), "line 1, column 7: a value is missing before ','"},
		{TEXT("{\"a\":[1,,1]}"),
			"line 1, column 9: a value is missing before ','"},
		{TEXT("{,\"a\":1}"),
			"line 1, column 2: expected a name in double quotes, found ','"},
		{TEXT("{\"a\":1\v}"), "line 1, column 7: unexpected U+000B"},
		{TEXT("\f{}"), "line 1, column 1: expected a JSON object"},

		/* Numbers. */
		{TEXT("{\"a\":01}"),
			"line 1, column 6: a number must not begin with a zero"},
		{TEXT("{\"a\":-01}"),
			"line 1, column 7: a number must not begin with a zero"},
		{TEXT("{\"a\":00}"),
			"line 1, column 6: a number must not begin with a zero"},
		{TEXT("{\"a\":00.5}"),
			"line 1, column 6: a number must not begin with a zero"},
		{TEXT("{\"a\":-}"), "line 1, column 7: expected a digit, found "},
		{TEXT("{\"a\":+1}"), "line 1, column 6: unexpected '"},
		{TEXT("{\"a\":.5}"), "line 1, column 6: unexpected '"},
		{TEXT("{\"a\":1.}"), "line 1, column 8: expected a digit, found "},
		{TEXT("{\"a\":1.e5}"), "line 1, column 8: expected a digit, found "},
		{TEXT("{\"a\":1e}"), "line 1, column 8: expected a digit, found "},
		{TEXT("{\"a\":1e+-5}"), "line 1, column 9: expected a digit, found "},
		{TEXT("{\"a\":1.5.5}"), "line 1, column 9: unexpected '.'"},
		{TEXT("{\"a\":0x10}"), "line 1, column 6: not a JSON number: 0x10"},
		{TEXT("{\"a\":1-1}"), "line 1, column 7: a comma is missing before "},

		/* Strings. */
		{TEXT("{\"a\":\"\t\"}"), "line 1, column 7: a control character"},
		{TEXT("{\"a\":\"\n\"}"), "line 1, column 6: the string that begins here "
					 "has no closing quote"},
		{TEXT("{\"a\":\"b\r\n}"), "line 1, column 6: the string that begins here "
					  "has no closing quote"},
		{TEXT("{\"\x1F\":1}"), "line 1, column 3: a control character"},
		{TEXT("{\"a\":\"\\\n\"}"), "line 1, column 8: unknown escape"},
		{TEXT("{\"a\":\"\\x41\"}"), "line 1, column 8: unknown escape"},
		{TEXT("{\"a\":\"\\U0041\"}"), "line 1, column 8: unknown escape"},
		{TEXT("{\"a\":\"\\'\"}"), "line 1, column 8: unknown escape"},
		{TEXT("{\"a\":\"\\u12\"}"),
			"line 1, column 11: expected four hexadecimal"},
		{TEXT("{\"a\":\"\\u 123\"}"),
			"line 1, column 9: expected four hexadecimal"},
		{TEXT("{\"a\":\"b\\u0000\"}"), "line 1, column 8: an escaped NUL"},
		{TEXT("{\"a\\u0000b\":1}"), "line 1, column 4: an escaped NUL"},
		{TEXT("{\"a\":\"\\uD800\"}"), "line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uDBFFx\"}"), "line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uD800\\n\"}"), "line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uD800\\uD800\\uDC00\"}"),
			"line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uD800\\uE000\"}"), "line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uD800\\u12\"}"), "line 1, column 7: the first half"},
		{TEXT("{\"a\":\"\\uDC00\"}"), "line 1, column 7: the second half"},
		{TEXT("{\"a\":\"\\uDFFF\\uD800\"}"), "line 1, column 7: the second half"},
		{TEXT("{\"a\":\"b"), "line 1, column 6: the string that begins here has "
				     "no closing quote"},
		{TEXT("{\"a\":\"b\\"), "line 1, column 9: unknown escape"},

		/* Structure, which is json-c's to judge. */
		{TEXT("{"), "line 1, column 2: the text ends before the JSON object is "
			    "closed"},
		{TEXT("{\"a\":"), "line 1, column 6: the text ends before the JSON "
				  "object is closed"},
		{TEXT("{\"a\":[1\n"), "line 2, column 1: the text ends before the JSON "
				      "object is closed"},
		{TEXT("{]"),
			"line 1, column 2: expected a name in double quotes, found ']'"},
		{TEXT("{\"a\":[}"), "line 1, column 7: a value is missing before '}'"},
		{TEXT("{\"a\"}"),
			"line 1, column 5: a colon and a value are missing before '}'"},
		{TEXT("{\"a\" 1}"), "line 1, column 6: a colon is missing before 1"},
		{TEXT("{\"a\"::1}"), "line 1, column 6: a value is missing before ':'"},
		{TEXT("{\n\t\"a\": 1\n\t\"b\": 2\n}"),
			"line 3, column 2: a comma is missing before \"b\""},
		{TEXT("{\"ä€😀\":1 1}"), "line 1, column 10: a comma is missing before 1"},
		{TEXT("{\"a\":1true}"), "line 1, column 6: not a JSON number: 1true"},
		{TEXT("{\"a\":\"b\"\"c\"}"),
			"line 1, column 9: a comma is missing before \"c\""},
		{TEXT("{1:2}"),
			"line 1, column 2: expected a name in double quotes, found 1"},
		{TEXT("{\"a\":[1:2]}"), "line 1, column 8: unexpected ':'"},
		{TEXT("{\"a\":1{}}"), "line 1, column 7: a comma is missing before '{'"},
		{TEXT("{\"a\":}"), "line 1, column 6: a value is missing before '}'"},
		{TEXT("{\"a\":[1}"), "line 1, column 8: a list is not closed: expected ] "
				     "or a comma, found '}'"},
		{TEXT("{\"a\":1]"), "line 1, column 7: an object is not closed: expected "
				    "} or a comma, found ']'"},
		{TEXT("{\"a\":[1 2]}"), "line 1, column 9: a comma is missing"},

		/* The first of several. */
		{TEXT("{\n\"a\": 1\n\"b\": 2,\n}"),
			"line 3, column 1: a comma is missing"},
		{TEXT("{\"a\" 1, 'b': 2}"), "line 1, column 6: a colon is missing"},
		{TEXT("{\"a\":[1}, // b"), "line 1, column 8: a list is not closed: "
					   "expected ] or a comma, found '}'"},
		{TEXT("{\"a\":1 \"b\":\"\n\"}"), "line 1, column 8: a comma is missing"},
		{TEXT("{} {'a'}"),
			"line 1, column 4: text after the end of the JSON object"},
		{TEXT("{\"a\":1,}, 'b'"), "line 1, column 7: a trailing comma"},
		{TEXT("{null:2}"),
			"line 1, column 2: expected a name in double quotes, found null"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		assert_refused(cases[i].text, cases[i].length, cases[i].message);
}

/* D5: one root element per file. */
static void test_one_document(void)
{
	assert_refused(TEXT("{}{}"), "line 1, column 3: text after");
	assert_refused(TEXT("{} {}"), "line 1, column 4: text after");
	assert_refused(TEXT("{}\n\n]"), "line 3, column 1: text after");
	assert_refused(TEXT("{}]]]{{{"), "line 1, column 3: text after");
	assert_refused(TEXT("{},"), "line 1, column 3: text after");
	assert_refused(TEXT("{}1"), "line 1, column 3: text after");
	assert_refused(TEXT("{}\"\""), "line 1, column 3: text after");
}

static void assert_duplicate(const char *text, const char *message)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = parse(text, strlen(text), &error);
	g_autofree char *whole = g_strconcat(
		"line 1, column ", message, " appears twice in one object", NULL);

	g_assert_null(root);
	g_assert_error(error, JSON_ERROR, JSON_ERROR_DUPLICATE);
	g_assert_cmpstr(error->message, ==, whole);
}

static void test_duplicate_names(void)
{
	assert_duplicate("{\"a\":1,\"a\":1}", "8: the member \"a\"");
	assert_duplicate("{\"a\":1,\"b\":2,\"a\":null}", "14: the member \"a\"");
	assert_duplicate("{\"\":1,\"\":2}", "7: the member \"\"");
	/* Spelt in another way. */
	assert_duplicate("{\"type\":1, \"t\\u0079pe\" :2}", "12: the member \"type\"");
	assert_duplicate("{\"/\":1,\"\\/\":2}", "8: the member \"/\"");
	assert_duplicate("{\"ä\":1,\"\\u00E4\":2}", "8: the member \"ä\"");
	/* Inside, and when the member that json-c forgets had members of its own. */
	assert_duplicate("{\"a\":[{\"b\":{\"c\":1,\"c\":2}}]}", "19: the member \"c\"");
	assert_duplicate("{\"a\":{\"b\":1,\"c\":2},\"a\":{}}", "20: the member \"a\"");
	assert_duplicate(
		"{\"a\":[{\"b\":1}],\"a\":{\"b\":1,\"c\":2}}", "16: the member \"a\"");
	/* The same name in other objects, and as a value, is no duplicate. */
	assert_duplicate("{\"a\":[{\"a\":\"a\"},{\"a\":1},\"a\"],\"b\":\"a\",\"a\":1}",
		"38: the member \"a\"");
	/* Colons in strings do not make up for it. */
	assert_duplicate("{\"a:\":\"::\",\"a:\":\":\"}", "12: the member \"a:\"");
}

#define NAME_PARTS 15

/* Returns: how long it takes to find the one name that appears twice among others, each
 * of which is made of @zero and @one. */
static double time_duplicate(const char *zero, const char *one)
{
	g_autoptr(GString) text = g_string_new("{");
	g_autoptr(GError) error = NULL;

	for (unsigned i = 0; i < 1u << NAME_PARTS; i++) {
		g_string_append_c(text, '"');
		for (unsigned bit = 0; bit < NAME_PARTS; bit++)
			g_string_append(text, i >> bit & 1 ? one : zero);
		g_string_append(text, "\":0,");
	}
	g_string_append(text, "\"x\":0,\"x\":0}");
	g_test_timer_start();
	g_assert_null(parse(text->str, text->len, &error));
	g_assert_error(error, JSON_ERROR, JSON_ERROR_DUPLICATE);
	return g_test_timer_elapsed();
}

/* "ab" and "bA" are the same to g_str_hash(). */
static void test_colliding_names(void)
{
	g_assert_cmpuint(g_str_hash("ab"), ==, g_str_hash("bA"));
	g_assert_cmpfloat(
		time_duplicate("bA", "ab"), <, 0.5 + 10 * time_duplicate("cd", "ef"));
}

/* @depth containers around @core, the outermost an object, the others as @list says. */
static GString *nest(int depth, bool list, const char *core)
{
	GString *text = g_string_new("{\"a\":");

	for (int i = 1; i < depth; i++)
		g_string_append(text, list ? "[" : "{\"a\":");
	g_string_append(text, core);
	for (int i = 1; i < depth; i++)
		g_string_append_c(text, list ? ']' : '}');
	g_string_append_c(text, '}');
	return text;
}

static void assert_depth(int depth, bool list, const char *core, bool accepted)
{
	g_autoptr(GString) text = nest(depth, list, core);
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = parse(text->str, text->len, &error);

	if (accepted)
		g_assert_no_error(error);
	else
		g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
	g_assert_true(!!root == accepted);
}

static void test_depth(void)
{
	g_autoptr(GString) deepest = nest(JSON_MAX_DEPTH, true, "[]");
	g_autoptr(GString) wide = g_string_new("{\"a\":[");

	g_assert_cmpint(JSON_MAX_DEPTH, ==, 32);
	for (int list = 0; list <= 1; list++) {
		/* Scalars are no level of their own, empty containers are one. */
		assert_depth(31, list, "{}", true);
		assert_depth(31, list, "[]", true);
		assert_depth(32, list, "1", true);
		assert_depth(32, list, "\"a\"", true);
		assert_depth(32, list, "1.5e3", true);
		assert_depth(32, list, "null", true);
		assert_depth(32, list, "{}", false);
		assert_depth(32, list, "[]", false);
		assert_depth(33, list, "1", false);
		assert_depth(1000, list, "1", false);
	}
	assert_refused(deepest->str, deepest->len,
		"line 1, column 37: nested more than 32 levels deep");

	/* What is closed does not count any more. */
	for (int i = 0; i < 1000; i++)
		g_string_append(wide, "[[{}]],");
	g_string_append(wide, "{}]}");
	assert_accepted(wide->str, wide->len, wide->str);
}

static const char sample[] =
	"{\"description\": \"GPU \\u00e4 \\ud83d\\ude00 \\\"x\\\"\", "
	"\"type\":\"gpu\",\n\t\"tags\": [\"a\", \"\"], \"n\": "
	"[-1.5e+3, 0, true, null, {\"a\": {}}]} ";

static void test_truncated(void)
{
	size_t length = strlen(sample);
	g_autoptr(json_object) whole = parse(sample, length - 1, NULL);

	g_assert_nonnull(whole);
	for (size_t i = 0; i < length - 1; i++)
		assert_refused(sample, i, "line ");
}

/*
 * Every byte of the sample in turn becomes every value: whatever is still accepted must
 * come out the same when it is printed and read again.
 */
static void test_mutated(void)
{
	g_autofree char *text = g_strdup(sample);
	size_t length = strlen(sample);
	size_t accepted = 0;

	for (size_t i = 0; i < length; i++) {
		for (int byte = 0; byte < 256; byte++) {
			g_autoptr(GError) error = NULL;
			g_autoptr(json_object) root = NULL;
			g_autoptr(json_object) again = NULL;
			g_autofree char *printed = NULL;

			text[i] = (char)byte;
			root = parse(text, length, &error);
			g_assert_true(!root == !!error);
			if (!root)
				continue;
			accepted++;
			printed = print(root);
			again = parse(printed, strlen(printed), &error);
			g_assert_no_error(error);
			g_assert_true(json_object_equal(root, again));
		}
		text[i] = sample[i];
	}
	g_assert_cmpuint(accepted, >, length);
}

/* Half a megabyte of each of these; a quadratic step anywhere would take minutes. */
static void test_linear(void)
{
	static const struct {
		const char *head, *unit, *tail;
		bool accepted;
	} cases[] = {
		{"{\"a\":", "[", "", false},
		{"{", "}", "", false},
		{"", ":", "", false},
		{"", " ", "", false},
		{"{", "\n", "'", false},
		{"{\"a\":", "9", "}", true},
		{"{\"a\":", "-", "}", false},
		{"{\"a\":", "n", "}", false},
		{"{\"a\":1", "}{", "", false},
		{"{\"a\":\"", "\\\\", "\"}", true},
		{"{\"a\":\"", "\\ud83d\\ude00", "\"}", true},
		{"{\"a\":\"", "\\ud83d", "\"}", false},
		{"{\"a\":\"", "ä", "\"}", true},
		{"{\"", "a", "\":1}", true},
		{"{\"a\":[", "1,", "1]}", true},
		{"{\"a\":[", "{},", "{}]}", true},
		{"{\"a\":1", ",\"a\":1", "}", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = g_string_new(cases[i].head);
		g_autoptr(json_object) root = NULL;

		while (text->len < 512 * 1024)
			g_string_append(text, cases[i].unit);
		g_string_append(text, cases[i].tail);
		g_test_timer_start();
		root = parse(text->str, text->len, NULL);
		g_assert_cmpfloat(g_test_timer_elapsed(), <, 20);
		if (!root == cases[i].accepted)
			g_error("%s%s... is %saccepted", cases[i].head, cases[i].unit,
				root ? "" : "not ");
	}
}

static void test_many_names(void)
{
	g_autoptr(GString) text = g_string_new("{\"0\":0");
	g_autoptr(json_object) root = NULL;

	for (int i = 1; i < 50 * 1000; i++)
		g_string_append_printf(text, ",\"%d\":0", i);
	g_string_append_c(text, '}');
	root = parse(text->str, text->len, NULL);
	g_assert_cmpint(json_object_object_length(root), ==, 50 * 1000);

	/* The last name, once more. */
	g_string_truncate(text, text->len - 1);
	g_string_append(text, ",\"49999\":0}");
	assert_duplicate(text->str, "488892: the member \"49999\"");
}

static void test_too_long(void)
{
	g_autoptr(GError) error = NULL;

	/* Refused before the first byte is looked at. */
	g_assert_null(json_parse_strict("{}", (size_t)G_MAXINT + 1, &error));
	g_assert_error(error, JSON_ERROR, JSON_ERROR_SYNTAX);
	g_assert_cmpstr(error->message, ==, "2147483648 bytes are too many");
}

static void test_error_unwanted(void)
{
	g_assert_null(json_parse_strict("{", 1, NULL));
	g_assert_null(json_parse_strict("{\"a\":1,\"a\":2}", 13, NULL));
}

typedef struct {
	char *description;
	char *binary;
	GStrv tags;
} Record;

static const JsonField fields[] = {
	{"description", JSON_FIELD_STRING, true, G_STRUCT_OFFSET(Record, description)},
	{"binary", JSON_FIELD_STRING, false, G_STRUCT_OFFSET(Record, binary)},
	{"tags", JSON_FIELD_STRING_LIST, false, G_STRUCT_OFFSET(Record, tags)},
};

static void clear_record(Record *record)
{
	g_free(record->description);
	g_free(record->binary);
	g_strfreev(record->tags);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Record, clear_record)

static bool read_record(const char *text, Record *ret, GError **error)
{
	g_autoptr(json_object) root = parse(text, strlen(text), NULL);

	g_assert_nonnull(root);
	return json_read_fields(root, fields, G_N_ELEMENTS(fields), ret, error);
}

/* M1, M2: mandatory strings and an optional list of strings; other members are ignored.
 */
static void test_fields(void)
{
	g_auto(Record) full = {0}, least = {0}, empty = {0};
	const char *const tags[] = {"b", "a", "", "b", NULL};
	const char *const none[] = {NULL};

	g_assert_true(read_record(
		"{\"x\": {\"binary\": 1}, \"tags\": [\"b\",\"a\",\"\",\"b\"], "
		"\"binary\": \"\", \"description\": \"d\\u00e4\\/\"}",
		&full, NULL));
	g_assert_cmpstr(full.description, ==, "dä/");
	g_assert_cmpstr(full.binary, ==, "");
	g_assert_cmpstrv(full.tags, tags);

	least.binary = (char *)"must be overwritten";
	least.tags = (GStrv)tags;
	g_assert_true(read_record("{\"description\": \"d\"}", &least, NULL));
	g_assert_cmpstr(least.description, ==, "d");
	g_assert_null(least.binary);
	g_assert_null(least.tags);

	g_assert_true(read_record("{\"tags\": [], \"description\": \"\"}", &empty, NULL));
	g_assert_cmpstrv(empty.tags, none);
}

/* M1: a wrong or missing member is reported by its name, and nothing is written. */
static void test_fields_refused(void)
{
	static const struct {
		const char *text;
		const char *message;
	} cases[] = {
		{"{}", "member \"description\" is missing"},
		{"{\"Description\": \"d\"}",
			"member \"description\" is missing; is \"Description\" a "
			"misspelling of it?"},
		{"{\"description\": null}",
			"member \"description\" is null, but must be a string"},
		{"{\"description\": 1}",
			"member \"description\" is a number, but must be a string"},
		{"{\"description\": 1.5}",
			"member \"description\" is a number, but must be a string"},
		{"{\"description\": true}",
			"member \"description\" is a boolean, but must be a string"},
		{"{\"description\": [\"d\"]}",
			"member \"description\" is a list, but must be a string"},
		{"{\"description\": {}}",
			"member \"description\" is an object, but must be a string"},
		{"{\"description\": \"d\", \"binary\": null}",
			"member \"binary\" is null, but must be a string"},
		{"{\"description\": \"d\", \"tags\": null}",
			"member \"tags\" is null, but must be a list of strings"},
		{"{\"description\": \"d\", \"tags\": \"a\"}",
			"member \"tags\" is a string, but must be a list of strings"},
		{"{\"description\": \"d\", \"tags\": [\"a\", 1]}",
			"element 2 of member \"tags\" is a number, but must be a string"},
		{"{\"description\": \"d\", \"tags\": [null]}",
			"element 1 of member \"tags\" is null, but must be a string"},
		{"{\"description\": \"d\", \"tags\": [[\"a\"]]}",
			"element 1 of member \"tags\" is a list, but must be a string"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		Record record, before;

		memset(&record, 0xA5, sizeof(record));
		before = record;
		g_assert_false(read_record(cases[i].text, &record, &error));
		g_assert_error(error, JSON_ERROR, JSON_ERROR_SCHEMA);
		g_assert_cmpstr(error->message, ==, cases[i].message);
		g_assert_cmpmem(&record, sizeof(record), &before, sizeof(before));
		g_assert_false(read_record(cases[i].text, &record, NULL));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/json/accepted", test_accepted);
	g_test_add_func("/json/refused", test_refused);
	g_test_add_func("/json/D5/one-document", test_one_document);
	g_test_add_func("/json/duplicate-names", test_duplicate_names);
	g_test_add_func("/json/colliding-names", test_colliding_names);
	g_test_add_func("/json/depth", test_depth);
	g_test_add_func("/json/truncated", test_truncated);
	g_test_add_func("/json/mutated", test_mutated);
	g_test_add_func("/json/linear", test_linear);
	g_test_add_func("/json/many-names", test_many_names);
	g_test_add_func("/json/too-long", test_too_long);
	g_test_add_func("/json/error-unwanted", test_error_unwanted);
	g_test_add_func("/json/M1-M2/fields", test_fields);
	g_test_add_func("/json/M1/fields-refused", test_fields_refused);
	return g_test_run();
}
