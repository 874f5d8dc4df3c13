// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths that exist and are not shown to a program: what is found of them, what has to be
 * exposed, and what nobody looks at or is advised to open.
 */
#include "sandbox/sandbox.h"

#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include <glib/gstdio.h>

#include "sandbox/mounts.h"

static char *place; /* of the test's own, which everybody may search */

static const char *const nothing[] = {NULL};

/* Returns: (transfer full): of @name in the place. */
static char *at(const char *name)
{
	return g_build_filename(place, name, NULL);
}

static void make_directory(const char *name)
{
	g_autofree char *path = at(name);

	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
}

static void make_file(const char *name)
{
	g_autofree char *path = at(name);

	g_assert_true(g_file_set_contents(path, "x", 1, NULL));
	g_assert_cmpint(g_chmod(path, 0644), ==, 0);
}

static void make_link(const char *target, const char *name)
{
	g_autofree char *path = at(name);

	g_assert_cmpint(symlink(target, path), ==, 0);
}

/* Returns: (transfer full): what has to be exposed for @path, relative to the place, with
 * a blank between two; "-": it is not hidden, "?": nobody should be advised to. */
static char *find(const char *path, const char *home)
{
	const SandboxPolicy policy = {
		.level = SANDBOX_LEVEL_FULL, .expose = nothing, .home = home};
	g_autofree char *program = at("own/program");
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, program, NULL, true);
	g_auto(SandboxHidden) hidden = {0};
	GString *text = g_string_new(NULL);

	if (!sandbox_view_find_hidden(view, (const char *const[]){path, NULL}, &hidden))
		return g_string_free(g_string_append_c(text, '-'), FALSE);
	g_assert_cmpstr(hidden.path, ==, path);
	g_assert_null(hidden.foreign_type);
	if (!hidden.expose)
		return g_string_free(g_string_append_c(text, '?'), FALSE);
	for (char **one = hidden.expose; *one; one++) {
		g_assert_true(g_str_has_prefix(*one, place));
		g_string_append_printf(
			text, "%s%s", text->len ? " " : "", *one + strlen(place) + 1);
	}
	return g_string_free(text, FALSE);
}

static void check(const char *name, const char *wanted)
{
	g_autofree char *path = at(name);
	g_autofree char *found = find(path, NULL);

	g_test_message("%s", name);
	g_assert_cmpstr(found, ==, wanted);
}

static void test_files(void)
{
	make_directory("data");
	make_file("data/x");
	make_directory("data/empty");
	check("data/x", "data");
	check("data", "data");
	check("data/empty", "data/empty");
	check("data/./x", "data");
	check("data//x", "data");
	check("data/empty/../x", "data");
	/* there is none */
	check("data/y", "-");
	check("data/x/y", "-");
	check("data/y/x", "-");
	/* shown */
	check("own", "-");
	check("own/program", "-");
	check("own/sibling", "-");
}

static void test_links(void)
{
	make_link("data", "link");
	make_link("../data/x", "own/link");
	make_link("link", "link-to-link");
	make_link("circle", "circle");
	make_link("nowhere", "dangling");
	make_link("../own", "data/to-own");
	/* One in what is shown leads to it; others have to be seen, too, and lie here in
	 * a directory that is not everybody's. */
	check("own/link", "data");
	make_directory("other");
	make_link("../data", "other/link");
	check("other/link/x", "other data");
	make_link("../other/link/x", "own/far");
	check("own/far", "other data");
	check("circle", "-");
	check("dangling", "-");
	check("data/to-own/program", "data");
}

/* Files that are only root's, or in a home, are not to be named or opened. */
static void test_private(void)
{
	g_autofree char *home = at("home"), *path = at("home/x"), *closed = at("closed");
	g_autofree char *found = NULL;

	make_directory("home");
	make_file("home/x");
	found = find(path, home);
	g_assert_cmpstr(found, ==, "?");
	check("home/x", "home");
	make_directory("home/.ssh");
	check("home/x", "?");
	check("home/.ssh", "?");
	make_directory("data/.hidden");
	make_file("data/.hidden/x");
	check("data/.hidden/x", "?");
	make_directory("closed");
	make_file("closed/x");
	g_assert_cmpint(g_chmod(closed, 0700), ==, 0);
	check("closed/x", geteuid() == 0 ? "-" : "closed");
	/* As root sees it: root's programs would find it closed. For others it is so. */
	g_assert_cmpint(g_chmod(closed, 0), ==, 0);
	check("closed/x", "-");
	g_assert_cmpint(g_chmod(closed, 01777), ==, 0);
	check("closed/x", "closed/x");
	check("closed", "-");
}

/* Only files could be used, and opening a disk would give everything away. */
static void test_kinds(void)
{
	g_autofree char *fifo = at("data/fifo");

	g_assert_cmpint(mkfifo(fifo, 0666), ==, 0);
	check("data/fifo", "-");
	for (const char *const *path = (const char *const[]){"/dev/null", "/dev/mem",
		     "/dev/vda", "/dev/sda", "/dev/kmsg", "/dev/tty", "/dev", "/proc",
		     "/proc/1/environ", "/etc/shadow", "/etc", "/usr/bin/env", "/",
		     "/tmp", "/var/tmp", "/dev/shm", "/sys", "relative", NULL};
		*path; path++) {
		g_autofree char *found = find(*path, NULL);

		g_test_message("%s", *path);
		g_assert_cmpstr(found, ==, "-");
	}
}

/* The reason says that they exist, and nobody is advised to expose them. Useful paths
 * come first. */
static void test_places(void)
{
	g_autofree char *path = at("data/x");
	const SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL};
	g_autofree char *program = at("own/program");
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, program, NULL, true);

	for (const char *const *public = (const char *const[]){"/home", "/srv", "/mnt",
		     "/var/lib", "/root", "/media", NULL};
		*public; public ++) {
		g_auto(SandboxHidden) hidden = {0}, better = {0};

		g_test_message("%s", *public);
		if (!g_file_test(*public, G_FILE_TEST_IS_DIR))
			continue;
		g_assert_true(sandbox_view_find_hidden(
			view, (const char *const[]){*public, NULL}, &hidden));
		g_assert_null(hidden.expose);
		g_assert_false(hidden.in_home);
		g_assert_true(sandbox_view_find_hidden(
			view, (const char *const[]){*public, path, NULL}, &better));
		g_assert_cmpstr(better.path, ==, path);
	}
}

static void test_exposed(void)
{
	g_autofree char *data = at("data"), *path = at("data/x"), *program = at("own/x");
	const char *const expose[] = {data, NULL};
	const SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL, .expose = expose};
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, program, NULL, true);
	g_auto(SandboxHidden) hidden = {0};

	g_assert_false(sandbox_view_find_hidden(
		view, (const char *const[]){path, NULL}, &hidden));
}

/* However long the ways are that a program names, and wherever links lead back to, the
 * look ends: what comes after too many steps is not found. */
static void test_bounds(void)
{
	g_autofree char *program = at("own/program"), *hidden_path = at("data/x");
	const SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL, .expose = nothing};
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) deep = g_string_new("own");
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, program, NULL, true);
	g_auto(SandboxHidden) hidden = {0};
	g_autofree char *back = NULL;

	for (int i = 0; i < 100; i++) {
		g_string_append(deep, "/d");
		make_directory(deep->str);
	}
	back = g_strconcat(deep->str, "/back", NULL);
	make_link(program, back);
	for (int n = 0; n < 2; n++) {
		g_ptr_array_add(paths, at(back));
		g_ptr_array_add(paths, at(back));
		g_ptr_array_add(paths, g_strdup(hidden_path));
		g_ptr_array_add(paths, NULL);
		if (n == 0) {
			g_assert_true(sandbox_view_find_hidden(
				view, (const char *const *)paths->pdata, &hidden));
			sandbox_hidden_clear(&hidden);
			g_ptr_array_set_size(paths, 0);
			for (int i = 0; i < 10; i++)
				g_ptr_array_add(paths, at(back));
		}
	}
	g_assert_false(sandbox_view_find_hidden(
		view, (const char *const *)paths->pdata, &hidden));
}

/* An access control list may close to nobody what the mode leaves open. */
static void test_list(void)
{
	/* version 2: owner rwx, user 65534 nothing, group, mask and others r-x */
	static const unsigned char list[] = {2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255,
		2, 0, 0, 0, 254, 255, 0, 0, 4, 0, 5, 0, 255, 255, 255, 255, 16, 0, 5, 0,
		255, 255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255};
	g_autofree char *directory = at("listed"), *file = at("data/listed");

	make_directory("listed");
	make_file("listed/x");
	make_file("data/listed");
	check("listed/x", "listed");
	check("data/listed", "data");
	if (setxattr(directory, "system.posix_acl_access", list, sizeof list, 0) < 0 ||
		setxattr(file, "system.posix_acl_access", list, sizeof list, 0) < 0) {
		g_test_skip("no access control lists here");
		return;
	}
	check("listed/x", geteuid() == 0 ? "-" : "listed");
	check("data/listed", geteuid() == 0 ? "-" : "data");
}

/* As find(), for the interpreter @name of @program. */
static void check_interpreter(const char *program, const char *name, const char *wanted)
{
	const SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL, .expose = nothing};
	g_autofree char *real_path = at(program), *path = at(name);
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, real_path, real_path, NULL, true);
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(SandboxHidden) hidden = {0};

	g_test_message("%s", name);
	if (!sandbox_view_find_hidden_interpreter(view, path,
		    strstr(name, "ld") ? SANDBOX_USE_LOADER : SANDBOX_USE_INTERPRETER,
		    &hidden))
		g_string_append_c(text, '-');
	else if (!hidden.expose)
		g_string_append_c(text, '?');
	for (char **one = hidden.expose; one && *one; one++) {
		g_assert_true(g_str_has_prefix(*one, place));
		g_string_append_printf(
			text, "%s%s", text->len ? " " : "", *one + strlen(place) + 1);
	}
	g_assert_cmpstr(text->str, ==, wanted);
}

static void make_directories(const char *const *names)
{
	for (; *names; names++)
		make_directory(*names);
}

/* What is to be exposed of an interpreter is enough for its libraries, too. */
static void test_interpreters(void)
{
	static const char *const directories[] = {"far", "far/bin", "far/lib",
		"far/lib64", "far/lib/triplet", "far/share", "tools", "links", "own/lib",
		NULL};

	make_directories(directories);
	make_file("far/bin/sh");
	make_file("far/lib64/ld-2.so");
	make_file("far/lib/triplet/ld.so");
	make_file("far/share/x");
	make_file("far/bin/program");
	make_file("tools/sh");
	make_file("tools/ld.so");
	make_link("../lib64/ld-2.so", "far/lib/ld.so");
	make_link("../far/lib64/ld-2.so", "links/ld.so");
	make_link("../far/bin/sh", "own/sh");
	make_link("lib/triplet", "far/version");
	check_interpreter("own/program", "own/program", "-");
	check_interpreter("own/program", "far/bin/none", "-");
	check_interpreter("own/program", "far/bin/sh", "far");
	check_interpreter("own/program", "own/sh", "far");
	check_interpreter("own/program", "far/lib64/ld-2.so", "far");
	check_interpreter("own/program", "far/lib/ld.so", "far");
	check_interpreter("own/program", "far/lib/triplet/ld.so", "far");
	check_interpreter("own/program", "far/version/ld.so", "far");
	check_interpreter("own/program", "far/share/x", "far/share/x");
	check_interpreter("own/program", "tools/sh", "tools/sh");
	check_interpreter("own/program", "tools/ld.so", "tools");
	check_interpreter("own/program", "links/ld.so", "links far");
	/* To those of the prefix a link is enough. */
	check_interpreter("far/bin/program", "far/lib/ld.so", "-");
	check_interpreter("far/bin/program", "links/ld.so", "links");
	check_interpreter("far/bin/program", "far/version/ld.so", "far");
}

/* In a home, only what holds programs and libraries. */
static void test_interpreters_at_home(void)
{
	static const char *const directories[] = {"people", "people/bin", "people/.ssh",
		"people/venv", "people/venv/bin", "people/.local", "people/.local/share",
		"people/.local/share/uv", "people/.local/share/uv/bin",
		"people/.local/share/uv/lib", "people/.local/share/uv/share", NULL};

	make_directories(directories);
	make_file("people/sh");
	make_file("people/bin/sh");
	make_file("people/venv/bin/program");
	make_file("people/.ssh/id");
	make_file("people/.local/share/secret");
	make_file("people/.local/share/uv/bin/python");
	make_link("../../.local/share/uv/bin/python", "people/venv/bin/python");
	make_link("../bin/sh", "people/.ssh/link");
	check_interpreter("own/program", "people/sh", "?");
	check_interpreter("own/program", "people/bin/sh", "people/bin/sh");
	check_interpreter("own/program", "people/.ssh/id", "?");
	check_interpreter("own/program", "people/.ssh/link", "?");
	check_interpreter("own/program", "people/.local/share/secret", "?");
	check_interpreter("own/program", "people/.local/share/uv/bin/python",
		"people/.local/share/uv/bin people/.local/share/uv/lib");
	check_interpreter("own/program", "people/venv/bin/python",
		"people/venv/bin people/.local/share/uv/bin people/.local/share/uv/lib");
	check_interpreter("people/venv/bin/program", "people/venv/bin/python",
		"people/.local/share/uv/bin people/.local/share/uv/lib");
}

/* Packages find each other's files by links, in what may be called a home. */
static void test_homebrew(void)
{
	static const char *const directories[] = {"brew", "brew/.linuxbrew",
		"brew/.linuxbrew/Cellar", "brew/.linuxbrew/Cellar/a",
		"brew/.linuxbrew/Cellar/a/bin", "brew/.linuxbrew/Cellar/libc",
		"brew/.linuxbrew/lib", "brew/.linuxbrew/opt", "brew/.linuxbrew/var",
		NULL};
	const char *program = "brew/.linuxbrew/Cellar/a/bin/program";
	const char *software =
		"brew/.linuxbrew/Cellar brew/.linuxbrew/lib brew/.linuxbrew/opt";

	make_directories(directories);
	make_file(program);
	make_file("brew/.linuxbrew/var/x");
	make_file("brew/.linuxbrew/Cellar/libc/ld-2.so");
	make_link("../Cellar/libc", "brew/.linuxbrew/opt/libc");
	make_link("../opt/libc/ld-2.so", "brew/.linuxbrew/lib/ld.so");
	check_interpreter(program, "brew/.linuxbrew/lib/ld.so", software);
	check_interpreter(program, "brew/.linuxbrew/Cellar/libc/ld-2.so", software);
	check_interpreter(program, "brew/.linuxbrew/var/x", "?");
	check_interpreter("own/program", "brew/.linuxbrew/Cellar/libc/ld-2.so", "?");
}

/* By whatever name a program is called, it never lacks itself. */
static void test_own_name(void)
{
	static const char *const directories[] = {"names", "names/more", NULL};
	const SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL, .expose = nothing};
	g_autofree char *program = at("own/program"), *name = at("names/x");
	g_autofree char *link = at("names/more/x"), *other = at("names/y");
	g_autofree char *hidden_path = at("names/data");
	g_autoptr(SandboxView) view =
		sandbox_view_new(&policy, program, name, NULL, true);
	const char *const paths[] = {name, link, program, hidden_path, NULL};
	g_auto(SandboxHidden) hidden = {0};

	make_directories(directories);
	make_link("more/x", "names/x");
	make_link("../../own/program", "names/more/x");
	make_link("../own/program", "names/y");
	make_file("names/data");
	g_assert_true(sandbox_view_find_hidden(view, paths, &hidden));
	g_assert_cmpstr(hidden.path, ==, hidden_path);
	sandbox_hidden_clear(&hidden);
	/* Not by another one. */
	g_assert_true(sandbox_view_find_hidden(
		view, (const char *const[]){other, NULL}, &hidden));
}

static void test_types(void)
{
	static const char *const local[] = {"ext4", "xfs", "btrfs", "tmpfs", "overlay",
		"squashfs", "erofs", "zfs", "sysfs", "devtmpfs"};
	static const char *const foreign[] = {"nfs", "nfs4", "cifs", "smb3", "autofs",
		"fuse", "fuse.sshfs", "fuseblk", "9p", "ceph", "afs", "virtiofs", "ocfs2",
		"gfs2", "lustre", "proc", "unknown", ""};

	for (size_t i = 0; i < G_N_ELEMENTS(local); i++)
		g_assert_true(mounts_is_local_type(local[i]));
	for (size_t i = 0; i < G_N_ELEMENTS(foreign); i++)
		g_assert_false(mounts_is_local_type(foreign[i]));
}

int main(int argc, char **argv)
{
	g_autofree char *template =
		g_build_filename(g_get_tmp_dir(), "hidden.XXXXXX", NULL);
	int status;

	g_test_init(&argc, &argv, NULL);
	place = g_mkdtemp_full(template, 0755);
	g_assert_nonnull(place);
	make_directory("own");
	make_file("own/program");
	make_file("own/sibling");
	g_test_add_func("/hidden/files", test_files);
	g_test_add_func("/hidden/links", test_links);
	g_test_add_func("/hidden/private", test_private);
	g_test_add_func("/hidden/kinds", test_kinds);
	g_test_add_func("/hidden/places", test_places);
	g_test_add_func("/hidden/exposed", test_exposed);
	g_test_add_func("/hidden/bounds", test_bounds);
	g_test_add_func("/hidden/list", test_list);
	g_test_add_func("/hidden/interpreters", test_interpreters);
	g_test_add_func("/hidden/interpreters/home", test_interpreters_at_home);
	g_test_add_func("/hidden/interpreters/homebrew", test_homebrew);
	g_test_add_func("/hidden/own-name", test_own_name);
	g_test_add_func("/hidden/types", test_types);
	status = g_test_run();
	return status;
}
