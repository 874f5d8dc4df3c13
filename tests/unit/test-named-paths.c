// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which paths a program's words contain.
 */
#include "probe/named-paths.h"

#include <string.h>

static const struct {
	const char *text, *paths; /* with a line feed between two */
} cases[] = {
	/* forms of it */
	{"/srv/x", "/srv/x"},
	{"cat: /srv/x: No such file or directory", "/srv/x"},
	{"open /srv/x: no such file or directory", "/srv/x"},
	{"open(/srv/x) failed", "/srv/x"},
	{"open(\"/srv/x\", O_RDONLY) = -1 ENOENT", "/srv/x"},
	{"[Errno 2] No such file or directory: '/srv/x'", "/srv/x"},
	{"cannot load `/srv/x', giving up", "/srv/x"},
	{"Failed to open file \xe2\x80\x9c/srv/x\xe2\x80\x9d: no", "/srv/x"},
	{"fichier \xc2\xab/srv/x\xc2\xbb", "/srv/x"},
	{"config=/srv/x", "/srv/x"},
	{"--data=/srv/x,ro", "/srv/x"},
	{"[/srv/x]", "/srv/x"},
	{"see </srv/x>", "/srv/x"},
	{"there is no /srv/x.", "/srv/x"},
	{"where is /srv/x?", "/srv/x"},
	{"loading /srv/x...", "/srv/x"},
	{"/srv/x (No such file or directory)", "/srv/x"},
	{"file:///srv/x", "/srv/x"},
	{"//srv/x", "/srv/x"},
	{"/srv/a b", "/srv/a"},
	{"first\n  second /srv/x\nthird", "/srv/x"},
	{"\x1b[31m /srv/x\x1b[0m", "/srv/x"},
	{"/srv/x\r\n", "/srv/x"},
	/* in more than one way */
	{"/srv/x:12: syntax error", "/srv/x:12\n/srv/x"},
	{"/srv/x:12:3", "/srv/x:12:3\n/srv/x"},
	{"'/srv/my data/x'", "/srv/my data/x\n/srv/my"},
	{"PATH=/srv/a:/srv/b", "/srv/a:/srv/b\n/srv/a\n/srv/b"},
	{"/srv/x and /srv/y, /srv/x", "/srv/x\n/srv/y"},
	/* none */
	{"", ""},
	{"/", ""},
	{"and/or", ""},
	{"./x ../x x/y", ""},
	{"~/x $HOME/x", ""},
	{"http://host.example/x", ""},
	{"virtio://", ""},
	{"a / b", ""},
	{"Usage: backend --socket-path=/run/x.sock", ""},
	{"  usage /srv/x", ""},
	{"+ exec /srv/x --print-capabilities", ""},
};

static void test_forms(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) found = named_paths(cases[i].text);
		g_autofree char *paths = g_strjoinv("\n", found);

		g_test_message("%s", cases[i].text);
		g_assert_cmpstr(paths, ==, cases[i].paths);
	}
}

/* Long output costs little: as much as is kept of stderr, in every bad form. */
static void test_bounds(void)
{
	static const char *const parts[] = {
		"/", "/a ", "'/", "'/a b", ":/a", "//:", "\xe2\x80\x9c/"};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		GString *text = g_string_new(NULL);
		g_auto(GStrv) found = NULL;

		while (text->len < 16 * 1024)
			g_string_append(text, parts[i]);
		found = named_paths(text->str);
		g_assert_cmpuint(g_strv_length(found), <=, 66);
		for (char **path = found; *path; path++)
			g_assert_cmpuint(strlen(*path), <, 4096);
		g_string_free(text, TRUE);
	}
}

/* What is read more than once, or comes to nothing, counts as well. */
static void test_readings(void)
{
	static const char *const parts[] = {"/:", "/ ", "/a:", "/a ", "'/'", "//x.y: /"};

	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		GString *text = g_string_new(NULL);
		g_auto(GStrv) few = NULL, many = NULL;

		for (int n = 0; n < 10; n++)
			g_string_append(text, parts[i]);
		g_string_append(text, " /srv/x");
		few = named_paths(text->str);
		g_assert_true(g_strv_contains((const char *const *)few, "/srv/x"));
		for (int n = 0; n < 500; n++)
			g_string_prepend(text, parts[i]);
		many = named_paths(text->str);
		g_test_message("%s", parts[i]);
		g_assert_false(g_strv_contains((const char *const *)many, "/srv/x"));
		g_string_free(text, TRUE);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/named-paths/forms", test_forms);
	g_test_add_func("/named-paths/bounds", test_bounds);
	g_test_add_func("/named-paths/readings", test_readings);
	return g_test_run();
}
