// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * By what a program is executed: by a path only where nobody else can change where it
 * leads; and which links are on the way.
 */
#include "sandbox/execution.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <glib/gstdio.h>

#include "sandbox/base/paths.h"
#include "tests/place.h"

/* What is there, for every case anew. */
static const char making[] =
	"umask 022; mkdir -p v/bin a b none && cp /bin/true v/bin/x && "
	"ln -s ../v/bin/x a/name && ln -s name a/second && ln -s ../v/bin a/directory && "
	"ln -s x v/bin/name && ln -s ../a/directory/name b/far && "
	"ln -s circle b/circle && ln -s ../none/x b/nowhere && ln -s ../v/bin b/x && "
	"ln -s \"$PWD/v/bin/x\" b/absolute && ln -s ../b/../v/bin/x a/far";

#define REAL "@/v/bin/x"

static const struct {
	const char *name, *change;
	Execution wanted;
	const char *links; /* by which it is called */
} cases[] = {
	/* names */
	{REAL, "", EXECUTE_REAL_PATH, ""},
	{"@/v/bin/name", "", EXECUTE_NAME, "@/v/bin/name"},
	{"@/a/name", "", EXECUTE_NAME, "@/a/name"},
	{"@/a//./name", "", EXECUTE_NAME, "@/a/name"},
	{"@/v/./bin/x", "", EXECUTE_NAME, ""},
	{"@/a/far", "", EXECUTE_NAME, "@/a/far"},
	{"@/a/directory/x", "", EXECUTE_NAME, "@/a/directory"},
	{"@/a/second", "", EXECUTE_NAME, "@/a/second @/a/name"},
	{"@/b/far", "", EXECUTE_NAME, "@/b/far @/a/directory @/v/bin/name"},
	{"@/b/absolute", "", EXECUTE_NAME, "@/b/absolute"},
	/* through directories that are not on the way */
	{"@/b/../a/name", "", EXECUTE_REAL_PATH, ""},
	{"@/v/../v/bin/x", "", EXECUTE_REAL_PATH, ""},
	{"@/a/directory/../bin/x", "", EXECUTE_REAL_PATH, ""},
	/* that lead elsewhere, or nowhere */
	{"@/b/nowhere", "", EXECUTE_REAL_PATH, ""},
	{"@/b/circle", "", EXECUTE_REAL_PATH, ""},
	{"@/b/x", "", EXECUTE_REAL_PATH, ""},
	{"@/v/bin/none", "", EXECUTE_REAL_PATH, ""},
	{"/usr/bin/env", "", EXECUTE_REAL_PATH, ""},
	{"/proc/self/exe", "", EXECUTE_REAL_PATH, ""},
	{"x", "", EXECUTE_REAL_PATH, ""},
	{"a/name", "", EXECUTE_REAL_PATH, ""},
	{"", "", EXECUTE_REAL_PATH, ""},
	/* directories that others can write: of the link, of the program, in between */
	{"@/a/name", "chmod 777 a", EXECUTE_REAL_PATH, ""},
	{"@/b/far", "chmod 777 a", EXECUTE_REAL_PATH, ""},
	{"@/b/far", "chmod 757 b", EXECUTE_REAL_PATH, ""},
	/* where ".." leads to is in nobody's hands */
	{"@/a/far", "chmod 777 b", EXECUTE_NAME, "@/a/far"},
	{"@/a/name", "chmod 777 v/bin", EXECUTE_DESCRIPTOR, ""},
	{"@/a/name", "chmod 777 v", EXECUTE_DESCRIPTOR, ""},
	{REAL, "chmod 777 v", EXECUTE_DESCRIPTOR, ""},
	{REAL, "chmod 777 .", EXECUTE_DESCRIPTOR, ""},
	{REAL, "chmod 777 a b", EXECUTE_REAL_PATH, ""},
	{REAL, "chmod 777 v/bin/x", EXECUTE_REAL_PATH, ""},
	/* sticky ones, in which what is there stays there */
	{"@/a/name", "chmod 1777 a v v/bin", EXECUTE_NAME, "@/a/name"},
	{"@/b/far", "chmod 1777 . a b v v/bin", EXECUTE_NAME,
		"@/b/far @/a/directory @/v/bin/name"},
};

/* As root: what belongs to somebody else. */
static const struct {
	const char *name, *change;
	Execution wanted;
} foreign[] = {
	{"@/a/name", "chown 4711 a", EXECUTE_REAL_PATH},
	{"@/a/name", "chown -h 4711 a/name", EXECUTE_NAME},
	{"@/a/name", "chown 4711 v/bin", EXECUTE_DESCRIPTOR},
	{"@/a/name", "chown 4711 v/bin/x", EXECUTE_NAME},
	{REAL, "chown 4711 v", EXECUTE_DESCRIPTOR},
	{REAL, "chgrp 4711 v && chmod 775 v", EXECUTE_DESCRIPTOR},
	{REAL, "chgrp 4711 v && chmod 755 v", EXECUTE_REAL_PATH},
	{REAL, "chmod 775 v", EXECUTE_DESCRIPTOR},
	{"@/a/name", "chmod 1777 a && chown -h 4711 a/name", EXECUTE_REAL_PATH},
	{"@/a/name", "chmod 1777 v/bin && chown 4711 v/bin/x", EXECUTE_DESCRIPTOR},
	{"@/a/name", "chmod 1777 v && chown 4711 v/bin", EXECUTE_DESCRIPTOR},
	{"@/a/name", "chown 4711 a && chmod 1755 a", EXECUTE_REAL_PATH},
};

/* Makes everything anew, and changes it. */
static void begin(const char *change)
{
	run("chmod 755 . && rm -rf v a b none");
	run(making);
	if (*change)
		run(change);
}

static Execution choose_as(FileCaller caller, const char *name, char **ret_links)
{
	g_autofree char *path = in_place(name), *real_path = in_place(REAL);
	g_auto(SandboxWay) way = {0};
	g_autoptr(GError) error = NULL;

	g_test_message("%s", name);
	sandbox_way_find(real_path, path, &caller, &way, &error);
	g_assert_no_error(error);
	if (way.execution != EXECUTE_NAME)
		g_assert_null(way.links);
	if (ret_links && way.links) {
		g_ptr_array_add(way.links, NULL);
		*ret_links = g_strjoinv(" ", (char **)way.links->pdata);
	} else if (ret_links) {
		*ret_links = g_strdup("");
	}
	return way.execution;
}

static Execution choose(const char *name, char **ret_links)
{
	return choose_as(
		file_caller(geteuid(), getegid(), sandbox_root_trees), name, ret_links);
}

static void test_names(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *wanted = in_place(cases[i].links), *links = NULL;

		begin(cases[i].change);
		g_test_message("%s", cases[i].change);
		g_assert_cmpint(choose(cases[i].name, &links), ==, cases[i].wanted);
		g_assert_cmpstr(links, ==, wanted);
	}
}

static void test_foreign(void)
{
	if (geteuid() != 0) {
		g_test_skip("takes root, who can give files away");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++) {
		begin(foreign[i].change);
		g_test_message("%s", foreign[i].change);
		g_assert_cmpint(choose(foreign[i].name, NULL), ==, foreign[i].wanted);
	}
}

/* A user's private group may write, as with a umask of 002; a shared one may not. Neither
 * may those of a list, whose rights are in the same bits. */
static void test_group(void)
{
	const gid_t gid = getegid();
	bool is_private = geteuid() != 0 && geteuid() == gid;

	begin("chmod 775 a v v/bin");
	g_assert_cmpint(choose("@/a/name", NULL), ==,
		is_private ? EXECUTE_NAME : EXECUTE_DESCRIPTOR);
	/* As another user, whom the files belong to as well. */
	if (geteuid() == 0) {
		run("chown -R 4711:4712 . && chmod -R g+w .");
		g_assert_cmpint(
			choose_as(file_caller(4711, 4712, NULL), "@/a/name", NULL), ==,
			EXECUTE_DESCRIPTOR);
		run("chgrp -R 4711 .");
		g_assert_cmpint(
			choose_as(file_caller(4711, 4711, NULL), "@/a/name", NULL), ==,
			EXECUTE_NAME);
		g_assert_cmpint(
			choose_as(file_caller(4711, 4712, NULL), "@/a/name", NULL), ==,
			EXECUTE_DESCRIPTOR);
		run("chown -R 0:0 .");
	}
}

/* Where root has no id, nobody knows whose the files without an id are, except in the
 * system's trees. */
static void test_nameless(void)
{
	FileCaller caller = file_caller(4711, 4711, NULL);

	if (geteuid() != 0) {
		g_test_skip("takes root, who can give files away");
		return;
	}
	begin("chown -R 4712 v");
	caller.knows_nameless = true;
	caller.nameless = (NamelessOwners){.shown = 4712, .has_root = true};
	g_assert_cmpint(choose_as(caller, REAL, NULL), ==, EXECUTE_DESCRIPTOR);
	{
		const char *const trees[] = {place, NULL};

		caller.system_trees = trees;
		g_assert_cmpint(choose_as(caller, REAL, NULL), ==, EXECUTE_REAL_PATH);
	}
}

static void test_list(void)
{
	/* user:4711:rwx, as the kernel keeps it; the mask becomes the group's bits */
	static const unsigned char list[] = {2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255,
		2, 0, 7, 0, 0x67, 0x12, 0, 0, 4, 0, 5, 0, 255, 255, 255, 255, 0x10, 0, 7,
		0, 255, 255, 255, 255, 0x20, 0, 5, 0, 255, 255, 255, 255};
	g_autofree char *a = in_place("@/a"), *v = in_place("@/v");

	begin("");
	if (setxattr(a, "system.posix_acl_access", list, sizeof list, 0) < 0) {
		g_test_skip("no access control lists here");
		return;
	}
	g_assert_cmpint(choose("@/a/name", NULL), ==, EXECUTE_REAL_PATH);
	g_assert_cmpint(
		setxattr(v, "system.posix_acl_access", list, sizeof list, 0), ==, 0);
	g_assert_cmpint(choose("@/a/name", NULL), ==, EXECUTE_DESCRIPTOR);
}

/* A lack of descriptors is no word about the way. */
static void test_shortage(void)
{
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_autofree char *path = in_place("@/a/name"), *real_path = in_place(REAL);
	struct rlimit usual, none;
	int first;

	begin("");
	getrlimit(RLIMIT_NOFILE, &usual);
	first = open("/", O_PATH | O_CLOEXEC);
	g_assert_cmpint(first, >=, 0);
	for (int more = 0; more < 3; more++) {
		g_auto(SandboxWay) way = {0};
		g_autoptr(GError) error = NULL;
		bool known;

		none = (struct rlimit){(rlim_t)(first + 1 + more), usual.rlim_max};
		setrlimit(RLIMIT_NOFILE, &none);
		known = sandbox_way_find(real_path, path, &caller, &way, &error);
		setrlimit(RLIMIT_NOFILE, &usual);
		g_assert_true(known == (way.execution == EXECUTE_NAME));
		if (known)
			continue;
		g_assert_cmpint(more, <, 2);
		g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_MFILE);
		g_assert_nonnull(strstr(error->message, path));
	}
	close(first);
}

/* What is known of a directory holds for what lies there, and is not a link. */
static void test_known_directory(void)
{
	static const char *const making_more = "cd v/bin && cp x y && ln -s x z && mkdir "
					       "-m 777 ../open && cp x ../open/x "
					       "&& cp x ../open/y";
	static const struct {
		const char *path;
		Execution wanted;
	} known[] = {
		{"@/v/bin/x", EXECUTE_REAL_PATH},
		{"@/v/bin/y", EXECUTE_REAL_PATH},
		{"@/v/bin/z", EXECUTE_DESCRIPTOR},
		{"@/v/bin/x", EXECUTE_REAL_PATH},
		{"@/v/bin/none", EXECUTE_DESCRIPTOR},
		{"@/v/open/x", EXECUTE_DESCRIPTOR},
		{"@/v/open/y", EXECUTE_DESCRIPTOR},
	};
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_auto(Walker) walker = walker_begin_for(&caller);

	begin(making_more);
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++) {
		g_autofree char *path = in_place(known[i].path);
		g_auto(SandboxWay) way = {0};

		g_test_message("%s", known[i].path);
		g_assert_true(execution_find(&walker, path, path, &way, NULL));
		g_assert_cmpint(way.execution, ==, known[i].wanted);
	}
}

/* Root's programs may not search these, but the caller may. */
static void test_closed(void)
{
	begin("chmod 700 a v");
	g_assert_cmpint(choose("@/a/name", NULL), ==, EXECUTE_NAME);
}

int main(int argc, char **argv)
{
	int r;

	g_test_init(&argc, &argv, NULL);
	place_make("test-execution-XXXXXX");
	g_test_add_func("/execution/names", test_names);
	g_test_add_func("/execution/foreign", test_foreign);
	g_test_add_func("/execution/group", test_group);
	g_test_add_func("/execution/nameless", test_nameless);
	g_test_add_func("/execution/list", test_list);
	g_test_add_func("/execution/shortage", test_shortage);
	g_test_add_func("/execution/closed", test_closed);
	g_test_add_func("/execution/known-directory", test_known_directory);
	r = g_test_run();
	place_remove();
	return r;
}
