// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Links on the way to a path, and directories that are homes or belong to everybody by
 * where their names lead.
 */
#include "sandbox/links.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "sandbox/homes.h"
#include "sandbox/sandbox.h"
#include "tests/place.h"

/* ---- links ---- */

static const struct {
	const char *path, *links;
} ways[] = {
	{"@/a/x", ""},
	{"@/a/f", "@/a/f"},
	{"@/one", "@/one"},
	{"@/one/x", "@/one"},
	{"@/one/f", "@/one @/a/f"},
	{"@/two/x", "@/two @/one"},
	{"@/b/./../b/three/x", "@/b/three @/two @/one"},
	{"@/absolute", "@/absolute @/a/f"},
	{"@/nowhere", "@/nowhere"},
	{"@/one/none", "@/one"},
	{"@/one/../one", "@/one"},
	/* others decide from there on */
	{"@/open/link", ""},
	{"@/to-open", "@/to-open"},
	{"@/sticky/link", "@/sticky/link @/one"},
	/* a file system that is not asked */
	{"/proc/self/cwd", ""},
	{"@/to-proc", "@/to-proc"},
};

static void test_ways(void)
{
	run("mkdir a b open sticky && echo x > a/x && ln -s x a/f && ln -s a one && "
	    "ln -s one two && ln -s ../two b/three && ln -s \"$PWD/a/f\" absolute && "
	    "ln -s none/x nowhere && ln -s ../a open/link && ln -s open/link to-open && "
	    "ln -s ../one sticky/link && ln -s /proc/self/cwd to-proc && "
	    "chmod 777 open && chmod 1777 sticky");
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *path = in_place(ways[i].path);
		g_autofree char *wanted = in_place(ways[i].links);
		g_auto(GStrv) links = sandbox_find_links(path, NULL);
		g_autofree char *found = g_strjoinv(" ", links);

		g_test_message("%s", path);
		g_assert_cmpstr(found, ==, wanted);
	}
}

/* A shortage is an error, and not a link that is missing. */
static void test_shortage(void)
{
	struct rlimit before, none;
	g_autoptr(GError) error = NULL;
	g_autofree char *path = in_place("@/two");
	char **links;

	g_assert_no_errno(getrlimit(RLIMIT_NOFILE, &before));
	none = (struct rlimit){3, before.rlim_max};
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &none));
	links = sandbox_find_links(path, &error);
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &before));
	g_assert_null(links);
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_MFILE);
	g_assert_true(g_str_has_prefix(error->message, path));
}

/* Those in the root directory are all found, and nothing that is no link. */
static void test_systems(void)
{
	g_autoptr(GPtrArray) links = links_new();

	g_assert_cmpint(links_add_systems(links), ==, 0);
	for (guint i = 0; i < links->len; i++) {
		g_autofree char *target = g_file_read_link(links->pdata[i], NULL);

		g_assert_nonnull(target);
	}
}

static void test_into_usr(void)
{
	g_assert_true(links_lead_into_usr("usr/bin"));
	g_assert_true(links_lead_into_usr("/usr/lib"));
	g_assert_false(links_lead_into_usr("usr/../etc"));
	g_assert_false(links_lead_into_usr("usr/lib/x"));
	g_assert_false(links_lead_into_usr("../usr/bin"));
	g_assert_false(links_lead_into_usr("var/opt"));
	g_assert_false(links_lead_into_usr("usr/no-such-directory"));
}

/* ---- homes ---- */

static const struct {
	const char *directory;
	bool never_whole, home;
} directories[] = {
	{"/home", true, false},
	{"/home/somebody", true, true},
	{"/home/somebody/bin", false, false},
	{"/var/home/somebody", true, true},
	{"/root", true, true},
	{"/srv", true, false},
	{"/srv/vendor", false, false},
	{"@/home", true, true},
	{"@", true, false},
	{"@/other", false, false},
	{"@/marked", true, false},
	{"@/sticky", true, false},
};

/* The caller's own is a link. */
static void test_homes(void)
{
	g_autofree char *name = in_place("@/link-to-home"), *real = in_place("@/home");
	g_autoptr(Homes) homes = homes_new(name);

	run("mkdir -p home other marked && touch marked/.profile && "
	    "ln -s home link-to-home");
	g_assert_cmpstr(homes_own(homes), ==, name);
	homes_free(g_steal_pointer(&homes));
	homes = homes_new(name);
	g_assert_cmpstr(homes_own(homes), ==, real);
	g_assert_cmpuint(homes_own_links(homes)->len, ==, 1);
	g_assert_cmpstr(homes_own_links(homes)->pdata[0], ==, name);
	for (size_t i = 0; i < G_N_ELEMENTS(directories); i++) {
		g_autofree char *directory = in_place(directories[i].directory);

		g_test_message("%s", directory);
		g_assert_true(homes_is_never_whole(homes, directory) ==
			      directories[i].never_whole);
		g_assert_true(homes_is_one(homes, directory) == directories[i].home);
	}
	g_assert_true(homes_is_in_one(homes, "/home/somebody/bin/x"));
	g_assert_false(homes_is_in_one(homes, "/srv/vendor/x"));
}

int main(int argc, char **argv)
{
	int r;

	g_test_init(&argc, &argv, NULL);
	place_make("test-links-XXXXXX");
	g_test_add_func("/links/ways", test_ways);
	g_test_add_func("/links/shortage", test_shortage);
	g_test_add_func("/links/systems", test_systems);
	g_test_add_func("/links/into-usr", test_into_usr);
	g_test_add_func("/links/homes", test_homes);
	r = g_test_run();
	place_remove();
	return r;
}
