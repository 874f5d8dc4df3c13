// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/* Escaping for terminals, and the nearest word. */
#include "common/text.h"

#include <string.h>

#define BYTES(literal) (literal), sizeof(literal) - 1

static void test_escape(void)
{
	static const struct {
		const char *bytes;
		gssize length;
		const char *escaped;
	} cases[] = {
		{BYTES(""), ""},
		{"", -1, ""},
		{"plain text, 'quotes' and \"more\"", -1,
			"plain text, 'quotes' and \"more\""},
		{"ends\0here", -1, "ends"},
		{BYTES("goes\0on"), "goes\\x00on"},
		{"abc", 2, "ab"},
		{"ä€😀 日本", -1, "ä€😀 日本"},
		/* One line. */
		{"a\nb\tc\rd", -1, "a\\nb\\tc\\rd"},
		{"\v\f\x85", -1, "\\x0b\\x0c\\x85"},
		{"\xC2\x85", -1, "\\xc2\\x85"},
		{"\u2028\u2029", -1, "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
		/* Nothing that a terminal obeys. */
		{"\x1B[2J\a\b\x7F", -1, "\\x1b[2J\\x07\\x08\\x7f"},
		{"\xC2\x9B"
		 "31m",
			-1, "\\xc2\\x9b31m"},
		/* Nothing that reads otherwise than it is. */
		{"\u202Egnp", -1, "\\xe2\\x80\\xaegnp"},
		{"\u2066\u200F\u200B\uFEFF", -1,
			"\\xe2\\x81\\xa6\\xe2\\x80\\x8f\\xe2\\x80\\x8b\\xef\\xbb\\xbf"},
		{"\\n and \\", -1, "\\\\n and \\\\"},
		/* Not UTF-8: stray, cut off, overlong, a surrogate, beyond the last. */
		{"\xFF\x80", -1, "\\xff\\x80"},
		{"\xC3", -1, "\\xc3"},
		{"ä", 1, "\\xc3"},
		{"\xE2\x82(", -1, "\\xe2\\x82("},
		{"\xC0\xAF", -1, "\\xc0\\xaf"},
		{"\xED\xA0\x80", -1, "\\xed\\xa0\\x80"},
		{"\xF4\x90\x80\x80", -1, "\\xf4\\x90\\x80\\x80"},
		{BYTES("\xE2\0\x80"), "\\xe2\\x00\\x80"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *escaped = text_escape(cases[i].bytes, cases[i].length);

		g_assert_cmpstr(escaped, ==, cases[i].escaped);
	}
}

static void assert_harmless(const char *text)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p; p = g_utf8_next_char(p)) {
		switch (g_unichar_type(g_utf8_get_char(p))) {
		case G_UNICODE_CONTROL:
		case G_UNICODE_FORMAT:
		case G_UNICODE_SURROGATE:
		case G_UNICODE_UNASSIGNED:
		case G_UNICODE_LINE_SEPARATOR:
		case G_UNICODE_PARAGRAPH_SEPARATOR:
			g_error("U+%04X has got through", g_utf8_get_char(p));
		default:
			break;
		}
	}
}

static void test_seconds(void)
{
	static const struct {
		uint64_t us;
		const char *text;
	} cases[] = {{1, "0.000001 s"}, {20, "0.00002 s"}, {999, "0.000999 s"},
		{1000, "0.001 s"}, {1499, "0.001 s"}, {1500000, "1.5 s"},
		{1002345, "1.002 s"}, {9999999, "10 s"}, {20000000, "20 s"},
		{100000000, "100 s"}, {3600000000, "3600 s"}, {0, "0 s"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = text_seconds(cases[i].us);

		g_assert_cmpstr(text, ==, cases[i].text);
	}
}

static void test_escape_every_character(void)
{
	/* The others are empty, or like the third or the last. */
	static const gunichar planes[] = {0, 1, 2, 14, 16};

	for (size_t i = 0; i < G_N_ELEMENTS(planes); i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_autofree char *escaped = NULL;

		/* Surrogates and NUL among them, which are no characters. */
		for (gunichar c = 0; c <= 0xFFFF; c++)
			g_string_append_unichar(text, planes[i] << 16 | c);
		escaped = text_escape(text->str, (gssize)text->len);
		assert_harmless(escaped);
	}
}

/* All pairs of bytes, at the very end of their memory. */
static void test_escape_every_pair(void)
{
	for (int i = 0; i < 256 * 256; i++) {
		const char pair[] = {(char)(i >> 8), (char)i};
		g_autofree char *exact = g_memdup2(pair, sizeof(pair));
		g_autofree char *escaped = text_escape(exact, sizeof(pair));

		assert_harmless(escaped);
		g_assert_cmpuint(strlen(escaped), >=, 2);
	}
}

static void test_line(void)
{
	static const char *const lines[] = {"", "/usr/libexec/virtiofsd",
		"/opt/a b/c\\d '\"$(x)", "/opt/ä€😀 日本", "/opt/e\u0301", "/opt/\uE000",
		/* assigned by nobody yet */
		"/opt/\u0378", "/opt/\U000E0080", "/opt/\uFFFF"};
	static const char *const others[] = {"a\n", "a\tb", "\r", "\x1B[m", "\x7F",
		"\xC2\x80", "\xC2\x85", "\xC2\x9B", "\u00AD", "\u061C", "\u180E",
		"\u200B", "\u200D", "\u200F", "\u2028", "\u2029", "\u202A", "\u202E",
		"\u2060", "\u2066", "\u2069", "\u206F", "\uFEFF", "\uFFF9", "\U0001D173",
		"\U000E0001", "\U000E0041", "\xFF", "\xC3", "\xC0\xAF", "\xE0\x80\x8A",
		"\xED\xA0\x80", "\xF4\x90\x80\x80"};

	for (size_t i = 0; i < G_N_ELEMENTS(lines); i++)
		g_assert_true(text_is_line(lines[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *within = g_strconcat("/usr/", others[i], "/x", NULL);

		g_test_message("%zu", i);
		g_assert_false(text_is_line(others[i]));
		g_assert_false(text_is_line(within));
	}
}

static void test_duration(void)
{
	static const struct {
		gint64 seconds;
		const char *words;
	} cases[] = {{0, "0 s"}, {59, "59 s"}, {60, "1 min"}, {3599, "59 min"},
		{3600, "1 h"}, {86399, "23 h"}, {200000, "2 d"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *words = text_duration(cases[i].seconds);

		g_assert_cmpstr(words, ==, cases[i].words);
	}
}

static void test_without_subject(void)
{
	static const char *const cases[][3] = {
		{"/a/b: is empty", "/a/b", "is empty"},
		{"/a/b does not exist", "/a/b", "does not exist"},
		{"/a/b: ", "/a/b", ""},
		/* Of something else. */
		{"/a/bc: is empty", "/a/b", "/a/bc: is empty"},
		{"/a/b/c does not exist", "/a/b", "/a/b/c does not exist"},
		{"/a/b", "/a/b", "/a/b"},
		{"/a/b:", "/a/b", "/a/b:"},
		{"", "/a/b", ""},
		{"exit status 7", "/a/b", "exit status 7"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(
			text_without_subject(cases[i][0], cases[i][1]), ==, cases[i][2]);
}

static void test_list(void)
{
	static const char *const names[] = {"a", "b", "c", NULL};
	static const char *const none[] = {NULL};
	static const struct {
		guint n_named;
		const char *list;
	} cases[] = {{1, "a and 2 more"}, {2, "a, b and 1 more"}, {3, "a, b, c"},
		{9, "a, b, c"}};
	g_autofree char *empty = text_list(none, 3);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *list = text_list(names, cases[i].n_named);

		g_assert_cmpstr(list, ==, cases[i].list);
	}
	g_assert_cmpstr(empty, ==, "");
}

static void test_nearest(void)
{
	static const char *const types[] = {
		"block", NULL, "gpu", "input", "net", "vsock", "fs", "rproc-serial"};
	static const struct {
		const char *word;
		const char *nearest;
	} cases[] = {
		{"gpu", "gpu"},
		{"gpi", "gpu"},
		{"gup", "gpu"}, /* a swap counts 1, two replacements would be too many */
		{"gp", "gpu"},
		{"gpus", "gpu"},
		{"xgpu", "gpu"},
		{"pgu", "gpu"},
		{"upg", NULL},
		{"GPU", NULL},
		{"blcok", "block"},
		{"blk", "block"}, /* 2 of 5: a third, rounded up */
		{"bk", NULL},     /* 3 of 5 */
		{"bolkc", "block"},
		{"rproc_serial", "rproc-serial"},
		{"rprocsrl", "rproc-serial"},            /* 4 of 12 */
		{"rprcsrl", NULL},                       /* 5 of 12 */
		{"rproc-serial-12345", "rproc-serial"},  /* 6 of 18 */
		{"rproc-serial-123456", "rproc-serial"}, /* 7 of 19, rounded up */
		{"rproc-serial-1234567", NULL},          /* 8 of 20 */
		{"s", "fs"},
		{"x", NULL},
		{"", NULL},
		{"\xFF\xFF", NULL},
		{"sandwich", NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(text_nearest(cases[i].word, types, G_N_ELEMENTS(types)),
			==, cases[i].nearest);
	g_assert_null(text_nearest("gpu", NULL, 0));
}

static void test_nearest_choice(void)
{
	static const char *const known[] = {"abcx", "abcd", "abcy", "abcd"};
	static const char *const one[] = {"a"};
	static const char *const nothing[] = {""};

	/* The first of equals; a better one later wins; the pointer is that of the list.
	 */
	g_assert_true(text_nearest("abcz", known, 4) == known[0]);
	g_assert_true(text_nearest("abcd", known, 4) == known[1]);
	g_assert_true(text_nearest("abcyd", known, 4) == known[1]);
	/* A third of 1, rounded up, is 1. */
	g_assert_cmpstr(text_nearest("", one, 1), ==, "a");
	g_assert_cmpstr(text_nearest("b", one, 1), ==, "a");
	g_assert_cmpstr(text_nearest("", nothing, 1), ==, "");
}

/* A long word costs nothing where its length rules it out. */
static void test_nearest_long(void)
{
	g_autofree char *word = g_strnfill(16 * 1024 * 1024, 'a');
	static const char *const known[] = {"a", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};

	g_test_timer_start();
	g_assert_null(text_nearest(word, known, G_N_ELEMENTS(known)));
	g_assert_cmpfloat(g_test_timer_elapsed(), <, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/duration", test_duration);
	g_test_add_func("/text/escape", test_escape);
	g_test_add_func("/text/escape/every-character", test_escape_every_character);
	g_test_add_func("/text/escape/every-pair", test_escape_every_pair);
	g_test_add_func("/text/line", test_line);
	g_test_add_func("/text/list", test_list);
	g_test_add_func("/text/nearest", test_nearest);
	g_test_add_func("/text/nearest/choice", test_nearest_choice);
	g_test_add_func("/text/nearest/long", test_nearest_long);
	g_test_add_func("/text/seconds", test_seconds);
	g_test_add_func("/text/without-subject", test_without_subject);
	return g_test_run();
}
