// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a plan has on other systems than this one: where the system's paths are links, and
 * where a program lies in, or just below, a directory that is never shown whole. Each
 * test is a child process in a root of its own, in which it may make what it likes; the
 * caller is root there.
 */
#include "sandbox/plan.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <glib/gstdio.h>

#include "tests/skip.h"

/* ---- a root of its own ---- */

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool written = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return written;
}

/* In a user namespace in which the caller's id is root's. */
static bool become_root(void)
{
	g_autofree char *uid_map = g_strdup_printf("0 %u 1", geteuid());
	g_autofree char *gid_map = g_strdup_printf("0 %u 1", getegid());

	return unshare(CLONE_NEWUSER) == 0 && write_file("/proc/self/uid_map", uid_map) &&
	       write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/gid_map", gid_map);
}

#define NO_ROOT 77 /* exit status of the child */

/* Runs @test in a directory as its root. */
static void in_root(gconstpointer data)
{
	void (*const *test)(void) = data;
	g_autofree char *root = g_dir_make_tmp("plan-root.XXXXXX", NULL);
	g_autofree char *command = g_strdup_printf("rm -r '%s'", root);
	pid_t child = fork();
	int status;

	g_assert_cmpint(child, >=, 0);
	if (child == 0) {
		umask(0);
		if ((geteuid() != 0 && !become_root()) || chroot(root) < 0 ||
			chdir("/") < 0)
			_exit(NO_ROOT);
		(*test)();
		_exit(0);
	}
	g_assert_cmpint(waitpid(child, &status, 0), ==, child);
	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NO_ROOT)
		skip_or_fail("no root of the test's own can be made here");
	else
		g_assert_cmpint(status, ==, 0);
}

static void make_directory(const char *path, mode_t mode)
{
	g_assert_cmpint(g_mkdir_with_parents(path, 0755), ==, 0);
	g_assert_cmpint(chmod(path, mode), ==, 0);
}

static void make_file(const char *path)
{
	g_autofree char *directory = g_path_get_dirname(path);
	int fd;

	g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
}

/* Replaces what is there. */
static void make_link(const char *path, const char *target)
{
	g_autofree char *directory = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
	g_assert_true(unlink(path) == 0 || errno == ENOENT);
	g_assert_cmpint(symlink(target, path), ==, 0);
}

/* Returns: (transfer full): the plan for @program, which may be NULL, with a blank
 * between two. */
static char *plan_for(const char *program, const char *home)
{
	g_autoptr(GPtrArray) common = plan_common(NULL, NULL, NULL);
	g_autoptr(Homes) homes = homes_new(home);
	const PlanFor made_for = {.real_path = program, .homes = homes};
	g_autoptr(GString) text = plan_text(common, program ? &made_for : NULL, NULL);

	for (gsize i = 0; i + 1 < text->len; i++)
		if (text->str[i] == '\0')
			text->str[i] = ' ';
	return g_strdup(text->str);
}

#define HOME "/data/me"

/* The directories that are never shown whole, and homes. */
static const char *const never_whole[] = {"/", "/tmp", "/var/tmp", "/root", "/home",
	"/etc", "/var", "/var/lib", "/run", "/dev", "/dev/shm", "/proc", "/sys", "/srv",
	"/mnt", "/media", "/boot", "/home/u", "/run/user", "/run/user/1000",
	/* likewise, as image-based systems call them */
	"/var/home", "/var/home/u", "/var/roothome", "/var/srv", "/var/mnt", "/run/media",
	/* somebody else's home by what lies in it; one that everybody may write to; the
	 * caller's, and what lies above */
	"/data/ssh", "/data/gnupg", "/data/profile", "/data/bashrc", "/data/history",
	"/data/dangling", "/data/open", HOME, "/data"};

static bool is_never_whole(const char *directory)
{
	for (size_t i = 0; i < G_N_ELEMENTS(never_whole); i++)
		if (g_str_equal(never_whole[i], directory))
			return true;
	return false;
}

static void make_never_whole(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(never_whole); i++)
		make_directory(never_whole[i], 0755);
	make_directory("/data/ssh/.ssh", 0700);
	make_directory("/data/gnupg/.gnupg", 0700);
	make_file("/data/profile/.profile");
	make_file("/data/bashrc/.bashrc");
	make_file("/data/history/.bash_history");
	make_link("/data/dangling/.profile", "nowhere");
	make_directory("/data/open", 01777);
}

/* ---- the system's paths are links ---- */

static void check_link(const char *path, const char *target, const char *wanted)
{
	g_autofree char *found = NULL;

	make_link(path, target);
	found = plan_for(NULL, NULL);
	g_test_message("%s -> %s", path, target);
	g_assert_cmpstr(found, ==, wanted);
	g_assert_cmpint(unlink(path), ==, 0);
}

static void test_links(void)
{
	static const struct {
		const char *path, *target, *shown;
	} links[] = {
		{"/opt", "var/opt", "+/var/opt"},
		{"/opt", "/var/opt", "+/var/opt"},
		{"/usr/local", "../var/usrlocal", "+/var/usrlocal"},
		{"/nix/store", "../var/store", "+/var/store"},
		{"/gnu/store", "/var/store", "+/var/store"},
		{"/bin", "system/bin", "+/system/bin"},
		{"/sbin", "system/bin", "+/system/bin"},
		{"/lib", "system/lib", "+/system/lib"},
		{"/lib64", "system/lib", "+/system/lib"},
		{"/lib32", "system/lib", "+/system/lib"},
		{"/libx32", "system/lib", "+/system/lib"},
		{"/opt", "system/to-opt", "+/var/opt l/system/to-it l/system/to-opt"},
		{"/opt", "usr/../var/opt", "+/var/opt"},
		{"/bin", "usr/moved", "+/system/bin"},
		/* shown anyway */
		{"/bin", "usr/bin", ""},
		{"/bin", "/usr/bin", ""},
		{"/lib64", "usr/lib", ""},
		{"/opt", "usr/lib/opt", ""},
		/* only the links are shown of these, and nothing of others */
		{"/home", "var/homes", "l/home"},
		{"/srv", "var/opt", "l/srv"},
		{"/etc", "var/opt", ""},
		{"/data", "var/opt", "l/data"},
		/* no directories */
		{"/opt", "var/file", ""},
		{"/opt", "var/nowhere", ""},
		{"/opt", "opt", ""},
	};

	make_directory("/var/opt", 0755);
	make_directory("/var/homes", 0755);
	make_directory("/var/usrlocal", 0755);
	make_directory("/var/store", 0755);
	make_directory("/system/bin", 0755);
	make_directory("/system/lib", 0755);
	make_directory("/usr/bin", 0755);
	make_directory("/usr/lib/opt", 0755);
	make_link("/usr/moved", "../system/bin");
	make_link("/system/to-opt", "/system/to-it");
	make_link("/system/to-it", "../var/opt");
	make_file("/var/file");
	for (size_t i = 0; i < G_N_ELEMENTS(links); i++)
		check_link(links[i].path, links[i].target, links[i].shown);
}

/* Of what everybody would be shown, nobody except root may put anything there. */
static void test_owner_and_mode(void)
{
	static const struct {
		mode_t mode;
		bool shown;
	} modes[] = {{0755, true}, {0555, true}, {0750, true}, {0700, true},
		{02755, true}, {0775, false}, {0757, false}, {0777, false},
		{01777, false}, {0720, false}, {0702, false}, {02775, false}};

	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		make_directory("/var/opt", modes[i].mode);
		g_test_message("%04o", modes[i].mode);
		check_link("/opt", "var/opt", modes[i].shown ? "+/var/opt" : "");
	}
	make_directory("/var/opt", 0755);
	/* Not in a user namespace, which has only one. */
	if (chown("/var/opt", 0, 1234) == 0)
		check_link("/opt", "var/opt", "+/var/opt");
	if (chown("/var/opt", 1234, 0) == 0)
		check_link("/opt", "var/opt", "");
}

static void test_links_to_never_whole(void)
{
	make_never_whole();
	for (size_t i = 0; i < G_N_ELEMENTS(never_whole); i++) {
		/* What is shown to every program does not depend on the caller. */
		bool shown = g_str_equal(never_whole[i], HOME) ||
			     g_str_equal(never_whole[i], "/data");
		g_autofree char *entry = g_strconcat("+", never_whole[i], NULL);

		check_link("/opt", never_whole[i], shown ? entry : "");
		check_link("/usr/local", never_whole[i], shown ? entry : "");
	}
}

static void test_for_all(void)
{
	g_autoptr(GPtrArray) open = NULL, closed = NULL;

	make_directory("/", 0755);
	make_directory("/var/opt", 0755);
	make_link("/opt", "var/opt");
	open = plan_common(NULL, NULL, NULL);
	g_assert_cmpuint(open->len, ==, 1);
	g_assert_true(plan_trees_are_for_all(open));
	make_directory("/var/opt", 0700);
	closed = plan_common(NULL, NULL, NULL);
	g_assert_cmpuint(closed->len, ==, 1);
	g_assert_false(plan_trees_are_for_all(closed));
}

static void test_home(void)
{
	g_autoptr(Homes) home = NULL, none = NULL, missing = NULL;

	make_directory("/var/home/u", 0700);
	make_link("/home", "var/home");
	home = homes_new("/home/u");
	g_assert_cmpstr(homes_own(home), ==, "/var/home/u");
	none = homes_new(NULL);
	g_assert_null(homes_own(none));
	missing = homes_new("/home/nobody");
	g_assert_cmpstr(homes_own(missing), ==, "/home/nobody");
}

/* ---- what is never shown whole ---- */

/* Checks what is shown of @parent for the program at @name in it; @shown: names, too,
 * with a blank between two. */
static void check_program(const char *parent, const char *name, const char *shown)
{
	const char *top = g_str_equal(parent, "/") ? "" : parent;
	g_autofree char *program = g_strconcat(top, "/", name, NULL);
	g_autofree char *found = NULL;
	g_autoptr(GString) wanted = g_string_new(shown);
	g_autofree char *between = g_strconcat(" ", top, "/", NULL);

	make_file(program);
	found = plan_for(program, HOME);
	g_string_replace(wanted, " ", between, 0);
	g_string_prepend_c(wanted, '/');
	g_string_prepend(wanted, top);
	g_test_message("%s", program);
	g_assert_cmpstr(found, ==, wanted->str);
}

/* A program that lies in such a directory sees only itself there; of a directory below
 * it, whatever its name is, all that is there, unless that is another such, and nothing
 * beside it. */
static void test_never_whole(void)
{
	static const char *const names[] = {"own", "bin", "sbin", "lib", "lib32", "lib64",
		"libexec", "lib/y", "libexec/y", "lib/y/z"};
	static const char *const homes[] = {"/home", "/var/home", "/run/user", NULL};

	make_never_whole();
	for (size_t i = 0; i < G_N_ELEMENTS(never_whole); i++)
		for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
			g_autofree char *file = g_build_filename(
				never_whole[i], names[n], "other/file", NULL);

			make_file(file);
		}
	for (size_t i = 0; i < G_N_ELEMENTS(never_whole); i++) {
		check_program(never_whole[i], "x", "x");
		for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
			g_autofree char *program = g_build_filename(names[n], "x", NULL);
			g_autofree char *directory =
				g_build_filename(never_whole[i], names[n], NULL);
			/* Whatever is in these is somebody's. */
			bool alone = is_never_whole(directory) ||
				     (g_strv_contains(homes, never_whole[i]) &&
					     !strchr(names[n], '/'));

			/* In the root most of them are the system's. */
			if (i > 0 || g_str_has_prefix(names[n], "libexec"))
				check_program(never_whole[i], program,
					alone ? program : names[n]);
		}
	}
}

/* One level deeper each is a prefix like any other; in a home, only ~/.local. */
static void test_prefixes(void)
{
	static const char *const prefixes[] = {"/srv/v", "/var/lib/v", "/mnt/v",
		"/media/v", "/run/v", "/boot/v", "/root/.local", "/home/u/.local",
		"/var/home/u/.local", "/data/ssh/.local", HOME "/.local", "/elsewhere"};
	static const char *const names[] = {"bin", "lib", "libexec", "share", "state"};

	make_never_whole();
	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		for (size_t n = 0; n < G_N_ELEMENTS(names); n++) {
			g_autofree char *path = g_build_filename(
				prefixes[i], names[n], "other/file", NULL);

			make_file(path);
		}
		check_program(prefixes[i], "bin/x", "bin lib libexec");
		check_program(prefixes[i], "lib/y/x", "bin lib lib/y libexec");
		check_program(prefixes[i], "share/x", "share");
	}
}

static const struct {
	const char *name;
	void (*test)(void);
} tests[] = {
	{"links", test_links},
	{"owner-and-mode", test_owner_and_mode},
	{"links-to-never-whole", test_links_to_never_whole},
	{"for-all", test_for_all},
	{"home", test_home},
	{"never-whole", test_never_whole},
	{"prefixes", test_prefixes},
};

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/plan-root/", tests[i].name, NULL);

		g_test_add_data_func(path, &tests[i].test, in_root);
	}
	return g_test_run();
}
