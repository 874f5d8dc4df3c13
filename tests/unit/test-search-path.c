// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * D1: which directories are searched, for every odd value of the environment.
 */
#include "probe/search-path.h"

#include <glib.h>

#define SUB     "/qemu/vhost-user"
#define USR     "/usr/share" SUB
#define LOCAL   "/usr/local/share" SUB
#define ETC     "/etc" SUB
#define HOME    "/home/u"
#define HOMECFG HOME "/.config" SUB

static const struct {
	const char *name;
	SearchEnvironment environment;
	const char *expected; /* joined by spaces */
} cases[] = {
	{"nothing-set", {NULL, NULL, NULL, true, NULL}, USR " " LOCAL " " ETC},
	{"user", {NULL, NULL, HOME, true, NULL}, USR " " LOCAL " " ETC " " HOMECFG},
	{"no-user", {NULL, "/cfg", HOME, false, NULL}, USR " " LOCAL " " ETC},
	{"config-home", {NULL, "/cfg", HOME, true, NULL},
		USR " " LOCAL " " ETC " /cfg" SUB},
	{"config-home-empty", {NULL, "", HOME, true, NULL},
		USR " " LOCAL " " ETC " " HOMECFG},
	{"config-home-relative", {NULL, "cfg", HOME, true, NULL},
		USR " " LOCAL " " ETC " " HOMECFG},
	{"home-relative", {NULL, NULL, "u", true, NULL}, USR " " LOCAL " " ETC},
	{"data-dirs-empty", {"", NULL, NULL, true, NULL}, USR " " LOCAL " " ETC},
	{"data-dirs-first-is-most-specific", {"/a:/b", NULL, NULL, true, NULL},
		USR " /b" SUB " /a" SUB " " ETC},
	{"usr-share-is-most-general", {"/usr/share:/a", NULL, NULL, true, NULL},
		USR " /a" SUB " " ETC},
	{"usr-share-with-slash", {"/usr/share/:/a", NULL, NULL, true, NULL},
		USR " /a" SUB " " ETC},
	{"data-dirs-relative", {"a:/b:.:", NULL, NULL, true, NULL},
		USR " /b" SUB " " ETC},
	{"duplicates-keep-most-specific", {"/a:/b:/a//", NULL, NULL, true, NULL},
		USR " /b" SUB " /a" SUB " " ETC},
	{"config-home-is-etc", {"/a", "/etc", NULL, true, NULL}, USR " /a" SUB " " ETC},
	{"extra", {.home = HOME, .user = true, .extra_dir = "/var/lib/qemu/vhost-user"},
		USR " " LOCAL " /var/lib/qemu/vhost-user " ETC " " HOMECFG},
	{"extra-is-any-directory", {"/a:/b", .extra_dir = "/run/backends"},
		USR " /b" SUB " /a" SUB " /run/backends " ETC},
	{"extra-is-a-data-dir", {"/a:/b", .extra_dir = "/a" SUB},
		USR " /b" SUB " /a" SUB " " ETC},
	{"extra-is-etc", {"/a", .extra_dir = "/etc" SUB}, USR " /a" SUB " " ETC},
	{"extra-empty", {"/a", .extra_dir = ""}, USR " /a" SUB " " ETC},
	{"root-directory", {"/", NULL, NULL, true, NULL}, USR " " SUB " " ETC},
};

static void test_search_path(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_auto(GStrv) directories = search_path(&cases[i].environment);
	g_autofree char *joined = g_strjoinv(" ", directories);

	g_assert_cmpstr(joined, ==, cases[i].expected);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = g_strconcat("/D1/", cases[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_search_path);
	}
	return g_test_run();
}
