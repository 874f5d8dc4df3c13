// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which of the host's paths a program finds inside.
 */
#include "sandbox/base/protocol.h"
#include "sandbox/plan.h"

#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

static GPtrArray *nothing;
static const GPtrArray *called_through; /* links */

/* Returns: (transfer full): as plan_common(), without what this host adds by itself. */
static GPtrArray *common_of(const char *const *expose, const char *const *links)
{
	g_autoptr(GPtrArray) systems = plan_common(NULL, NULL, NULL);
	GPtrArray *common = plan_common(expose, links, NULL);

	for (guint i = 0, at; i < systems->len; i++)
		if (g_ptr_array_find_with_equal_func(
			    common, systems->pdata[i], g_str_equal, &at))
			g_ptr_array_remove_index(common, at);
	return common;
}

/* Returns: (transfer full): the plan's paths, with a colon between two. */
static char *plan_as(
	bool nobody, const GPtrArray *common, const char *program, const char *home)
{
	g_autoptr(Homes) homes = homes_new(home);
	g_autoptr(GString) text = plan_text(common,
		program ? &(PlanFor){program, called_through, homes, nobody} : NULL,
		NULL);

	g_assert_cmpuint(text->str[text->len], ==, '\0');
	for (gsize i = 0; i + 1 < text->len; i++)
		if (text->str[i] == '\0')
			text->str[i] = ':';
	return g_strdup(text->str);
}

static char *plan_of(const GPtrArray *common, const char *program, const char *home)
{
	return plan_as(false, common, program, home);
}

static const struct {
	const char *program, *shown; /* "": nothing beside the system's directories */
} cases[] = {
	{"/usr/lib/qemu/virtiofsd", ""},
	{"/opt/vendor/bin/backend", ""},
	{"/nix/store/hash-qemu/bin/backend", ""},
	{"/bin/backend", ""},
	{"/srv/backends/bin/backend", "/srv/backends/bin"},
	{"/home/u/build/backend", "/home/u/build"},
	{"/usrlocal/backend", "/usrlocal"},
	{"/tmp/build.x/backend", "/tmp/build.x"},
	{"/var/lib/x/backend", "/var/lib/x"},
	/* what belongs to everybody is not shown whole */
	{"/backend", "/backend"},
	{"/tmp/backend", "/tmp/backend"},
	{"/var/tmp/backend", "/var/tmp/backend"},
	{"/root/backend", "/root/backend"},
	{"/home/u/backend", "/home/u/backend"},
	{"/home/backend", "/home/backend"},
	{"/etc/backend", "/etc/backend"},
	{"/var/backend", "/var/backend"},
	{"/var/lib/backend", "/var/lib/backend"},
	{"/run/backend", "/run/backend"},
	{"/run/user/1000/backend", "/run/user/1000/backend"},
	{"/dev/shm/backend", "/dev/shm/backend"},
	{"/var/home/u/backend", "/var/home/u/backend"},
	{"/srv/alice/backend", "/srv/alice/backend"},
	{"/srv/backend", "/srv/backend"},
	{"/srv/alice/bin/backend", "/srv/alice/bin"},
	{"/srv/ali/backend", "/srv/ali"},
};

static void test_own_directory(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *shown = plan_of(nothing, cases[i].program, "/srv/alice");

		g_test_message("%s", cases[i].program);
		g_assert_cmpstr(shown, ==, cases[i].shown);
	}
}

/* A directory that the user nobody may not search is not shown, but the program is. */
static void test_for_nobody(void)
{
	static const struct {
		mode_t mode;
		bool shown;
	} modes[] = {{0755, true}, {0711, true}, {0701, true}, {0750, false},
		{0700, false}, {0770, false}, {0754, false}, {01776, false}};
	g_autofree char *directory = g_dir_make_tmp("test-plan-XXXXXX", NULL);
	g_autofree char *program = g_build_filename(directory, "backend", NULL);
	struct stat st;

	g_assert_nonnull(directory);
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_autofree char *entries = NULL;

		g_assert_no_errno(g_chmod(directory, modes[i].mode));
		g_assert_no_errno(stat(directory, &st));
		entries = plan_as(true, nothing, program, NULL);
		g_test_message("%04o", modes[i].mode);
		g_assert_cmpstr(entries, ==, modes[i].shown ? directory : program);
	}
	g_assert_no_errno(g_rmdir(directory));
}

/* ---- prefixes ---- */

/* In a prefix with all that one has, and more. */
static const struct {
	const char *program, *home; /* below the prefix; "": the prefix itself */
	const char *shown;          /* names in it */
} prefix_cases[] = {
	{"bin/x", NULL, "bin:lib:lib32:lib64:libexec:pyvenv.cfg:sbin"},
	{"sbin/x", NULL, "bin:lib:lib32:lib64:libexec:pyvenv.cfg:sbin"},
	{"lib/x", NULL, "bin:lib:lib32:lib64:libexec:pyvenv.cfg:sbin"},
	{"libexec/x", NULL, "bin:lib:lib32:lib64:libexec:pyvenv.cfg:sbin"},
	{"lib/qemu/x", NULL, "bin:lib:lib/qemu:lib32:lib64:libexec:pyvenv.cfg:sbin"},
	{"libexec/qemu/x", NULL,
		"bin:lib:lib32:lib64:libexec:libexec/qemu:pyvenv.cfg:sbin"},
	/* only its own directory */
	{"x", NULL, ""},
	{"share/x", NULL, "share"},
	{"lib/qemu/deeper/x", NULL, "lib/qemu/deeper"},
	{"bin/qemu/x", NULL, "bin/qemu"},
	{"bin/x", "", "bin"},
	{"lib/x", "", "lib"},
	{"lib/qemu/x", "", "lib/qemu"},
	{"bin/x", "share", "bin"},
};

static void make_file(const char *prefix, const char *name)
{
	g_autofree char *path = g_build_filename(prefix, name, NULL);
	g_autofree char *directory = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
	g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

/* Marked entries lie in trees that have no mark, whatever their path is. */
static void test_marks(void)
{
	g_autoptr(GPtrArray) common = common_of(
		(const char *const[]){"l/sys/dev/char/226:0", "d/dev/dri/renderD128",
			"d/dev/dri/card0", "D/dev/dri", "/z", "+/var/opt", NULL},
		NULL);
	g_autofree char *entries = plan_of(common, "/usr/bin/x", NULL);

	g_assert_cmpstr(entries, ==,
		"+/var/opt:/z:D/dev/dri:d/dev/dri/card0:d/dev/dri/renderD128:"
		"l/sys/dev/char/226:0");
	g_assert_cmpstr(plan_entry_path("d/dev/dri"), ==, "/dev/dri");
	g_assert_cmpstr(plan_entry_path("/d"), ==, "/d");
}

/* Returns: (transfer full): the plan's paths without the prefix. */
static char *names_of(const char *prefix, const char *program, const char *home)
{
	g_autofree char *path = g_build_filename(prefix, program, NULL);
	g_autofree char *shown = plan_of(nothing, path, home);
	g_autofree char *slash = g_strconcat(prefix, "/", NULL);
	g_autoptr(GString) names = g_string_new(shown);

	/* What has a mark keeps it. */
	g_string_replace(names, slash, "", 0);
	return g_strdup(g_str_equal(names->str, prefix) ? "" : names->str);
}

static char *make_prefix(void)
{
	static const char *const files[] = {"x", "bin/x", "bin/qemu/x", "sbin/x", "lib/x",
		"lib/qemu/x", "lib/qemu/deeper/x", "lib32/x", "lib64/x", "libexec/x",
		"libexec/qemu/x", "share/x", "etc/x", "var/x", "libx32/x", "private/x",
		"pyvenv.cfg", "secret.cfg"};
	g_autofree char *made = g_dir_make_tmp("plan.XXXXXX", NULL);
	char *prefix = realpath(made, NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(files); i++)
		make_file(prefix, files[i]);
	return prefix;
}

static void remove_prefix(char *prefix)
{
	g_autofree char *quoted = g_shell_quote(prefix);
	g_autofree char *command = g_strconcat("rm -r ", quoted, NULL);

	g_assert_true(g_spawn_command_line_sync(command, NULL, NULL, NULL, NULL));
	free(prefix);
}

static void test_prefix(void)
{
	char *prefix = make_prefix();

	for (size_t i = 0; i < G_N_ELEMENTS(prefix_cases); i++) {
		g_autofree char *home =
			prefix_cases[i].home
				? g_build_filename(prefix, prefix_cases[i].home, NULL)
				: NULL;
		g_autofree char *shown = names_of(prefix, prefix_cases[i].program, home);

		g_test_message("%s", prefix_cases[i].program);
		g_assert_cmpstr(shown, ==, prefix_cases[i].shown);
	}
	remove_prefix(prefix);
}

/* Where the program's own is what it should be. */
static void test_prefix_of_others(void)
{
	char *prefix = make_prefix();
	g_autofree char *lib = g_build_filename(prefix, "lib", NULL);
	g_autofree char *moved = g_build_filename(prefix, "moved", NULL);
	g_autofree char *lib32 = g_build_filename(prefix, "lib32", NULL);
	g_autofree char *config = g_build_filename(prefix, "pyvenv.cfg", NULL);
	g_autofree char *shown = NULL;

	/* A link, and a directory in a file's place. */
	g_assert_cmpint(g_rename(lib, moved), ==, 0);
	g_assert_cmpint(symlink("moved", lib), ==, 0);
	g_assert_cmpint(g_unlink(config), ==, 0);
	g_assert_cmpint(g_mkdir(config, 0755), ==, 0);
	shown = names_of(prefix, "bin/x", NULL);
	g_assert_cmpstr(shown, ==, "bin:lib32:lib64:libexec:sbin:llib");
	/* Another one's, beside the program of a third. */
	if (geteuid() == 0 && chown(lib32, 12345, 12345) == 0) {
		g_autofree char *without = names_of(prefix, "bin/x", NULL);

		g_assert_cmpstr(without, ==, "bin:lib64:libexec:sbin:llib");
	}
	remove_prefix(prefix);
}

/* Those that are links: only the link, if nobody else can change it. */
static void test_links_in_prefix(void)
{
	char *prefix = make_prefix();
	g_autofree char *bin = g_build_filename(prefix, "bin", NULL);
	g_autofree char *lib = g_build_filename(prefix, "lib", NULL);
	g_autofree char *moved = g_build_filename(prefix, "moved", NULL);
	g_autofree char *config = g_build_filename(prefix, "pyvenv.cfg", NULL);
	g_autofree char *shown = NULL, *of_others = NULL;

	g_assert_cmpint(g_rename(lib, moved), ==, 0);
	g_assert_cmpint(symlink("moved", lib), ==, 0);
	g_assert_cmpint(g_unlink(config), ==, 0);
	g_assert_cmpint(symlink("none", config), ==, 0);
	shown = names_of(prefix, "bin/x", NULL);
	g_assert_cmpstr(shown, ==, "bin:lib32:lib64:libexec:sbin:llib:lpyvenv.cfg");
	g_assert_no_errno(g_chmod(prefix, 0757));
	of_others = names_of(prefix, "bin/x", NULL);
	g_assert_null(strstr(of_others, "llib"));
	remove_prefix(prefix);
}

/* For which other programs the plan is the same: those of another owner, or another file,
 * get their own. */
static void test_scope(void)
{
	static const struct {
		const char *program;
		PlanScope scope;
	} programs[] = {
		{"/usr/bin/x", PLAN_OF_DIRECTORY},
		{"/srv/v/x", PLAN_OF_DIRECTORY},
		{"/srv/v/share/x", PLAN_OF_DIRECTORY},
		{"/srv/v/bin/x", PLAN_OF_OWNER},
		{"/srv/v/lib/y/x", PLAN_OF_OWNER},
		{"/srv/bin/x", PLAN_OF_OWNER},
		{"/tmp/x", PLAN_OF_FILE},
		{"/home/u/x", PLAN_OF_FILE},
		{"/srv/alice/x", PLAN_OF_FILE},
		{"/home/bin/x", PLAN_OF_FILE},
	};
	g_autoptr(Homes) homes = homes_new("/srv/alice");

	for (size_t i = 0; i < G_N_ELEMENTS(programs); i++) {
		const PlanFor program = {
			.real_path = programs[i].program, .homes = homes};
		PlanScope scope;
		g_autoptr(GString) text = plan_text(nothing, &program, &scope);

		g_test_message("%s", program.real_path);
		g_assert_cmpint(scope, ==, programs[i].scope);
	}
}

/* By their names only. */
static void test_known_homes(void)
{
	static const struct {
		const char *path;
		bool is_home, is_in_home;
	} paths[] = {
		{"/root", true, true},
		{"/root/bin", false, true},
		{"/home/u", true, true},
		{"/home/u/.local/bin", false, true},
		{"/var/home/u", true, true},
		{"/run/user/1000", true, true},
		{"/srv/alice", true, true},
		{"/srv/alice/bin", false, true},
		{"/srv/alices", false, false},
		{"/srv", false, false},
		{"/home", false, false},
		{"/roots", false, false},
		{"/usr/home/u", false, false},
		{"/", false, false},
	};
	g_autoptr(Homes) homes = homes_new("/srv/alice");

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		g_test_message("%s", paths[i].path);
		g_assert_cmpint(homes_is_one(homes, paths[i].path), ==, paths[i].is_home);
		g_assert_cmpint(
			homes_is_in_one(homes, paths[i].path), ==, paths[i].is_in_home);
	}
}

/* ---- for every program ---- */

static void test_common(void)
{
	g_autoptr(GPtrArray) common =
		common_of((const char *const[]){"/a", "/srv/v/bin", "/a/b", NULL}, NULL);
	g_autofree char *alone = plan_of(common, NULL, NULL);
	g_autofree char *system = plan_of(common, "/usr/bin/x", NULL);
	g_autofree char *own = plan_of(common, "/srv/v/bin/x", NULL);

	/* Parents first, each once. */
	g_assert_cmpstr(alone, ==, "/a:/a/b:/srv/v/bin");
	g_assert_cmpstr(system, ==, alone);
	g_assert_cmpstr(own, ==, alone);
	g_assert_true(plan_fits(common));
}

/* Links by which exposed paths are named, unless they lie in one of these. */
static void test_common_links(void)
{
	g_autoptr(GPtrArray) common =
		common_of((const char *const[]){"/data/x", "D/dev/dri", NULL},
			(const char *const[]){"/srv/x", "/data/x/in", "/tmp", "/opt",
				"/srv/x", "/dev/dri/by-path/x", "/dev/char/226:0",
				"/opt/in", "/etc/in", "/proc/in", "/sys/class/in", NULL});
	g_autofree char *entries = plan_of(common, "/usr/bin/x", NULL);

	g_assert_cmpstr(
		entries, ==, "/data/x:D/dev/dri:l/dev/char/226:0:l/srv/x:l/sys/class/in");
}

static void test_too_many(void)
{
	g_autoptr(GPtrArray) many = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GPtrArray) longer = g_ptr_array_new_with_free_func(g_free);

	for (int i = 0; i < PLAN_COMMON_MAX; i++)
		g_ptr_array_add(many, g_strdup_printf("/%d", i));
	g_assert_true(plan_fits(many));
	g_ptr_array_add(many, g_strdup("/x"));
	g_assert_false(plan_fits(many));
	for (int i = 0; i < 200; i++)
		g_ptr_array_add(longer, g_strdup_printf("/%01000d", i));
	g_assert_false(plan_fits(longer));
}

static void test_linked_tree(void)
{
	static const struct {
		const char *path;
		bool is_in;
	} places[] = {
		{"/var/usrlocal/bin/backend", true},
		{"/var/usrlocal/backend", true},
		{"/var/usrlocals/backend", false},
		{"/var/backend", false},
		{"/srv/shown/backend", false},
	};
	g_autoptr(GPtrArray) common = g_ptr_array_new();

	/* What is exposed is no tree of the system's. */
	g_ptr_array_add(common, (char *)"+/var/usrlocal");
	g_ptr_array_add(common, (char *)"/srv/shown");
	for (size_t i = 0; i < G_N_ELEMENTS(places); i++)
		g_assert_true(
			plan_has_linked_tree(common, places[i].path) == places[i].is_in);
}

/* ---- links of a name ---- */

static const struct {
	const char *link, *shown; /* beside the program's directory */
} link_cases[] = {
	{"/far/a/name", "l/far/a/name"},
	{"/run/current", "l/run/current"},
	{"/home/me/bin", "l/home/me/bin"},
	{"/home", "l/home"},
	/* in what is shown anyway */
	{"/v/bin/name", ""},
	{"/usr/bin/name", ""},
	{"/bin", ""},
	{"/nix/store/x/bin", ""},
	{"/etc/alternatives/name", ""},
	/* the room's own */
	{"/proc/self/cwd", ""},
	{"/dev/fd", ""},
	{"/dev/stdout", ""},
	{"/dev/shm", ""},
	{"/etc", ""},
	{"/tmp", ""},
	{"/.an empty file", ""},
	/* the kernel's: only for what is exposed */
	{"/dev/char/226:128", ""},
	{"/sys/class/drm/card0", ""},
	/* beside that */
	{"/tmp/x/name", "l/tmp/x/name"},
};

static void test_links(void)
{
	g_autoptr(GPtrArray) links = g_ptr_array_new_with_free_func(g_free);
	g_autofree char *many = NULL;

	called_through = links;
	for (size_t i = 0; i < G_N_ELEMENTS(link_cases); i++) {
		const char *shown = link_cases[i].shown;
		g_autofree char *wanted =
			g_strjoin(*shown ? ":" : NULL, "/v/bin", shown, NULL);
		g_autofree char *found = NULL;

		g_ptr_array_set_size(links, 0);
		g_ptr_array_add(links, g_strdup(link_cases[i].link));
		g_test_message("%s", link_cases[i].link);
		found = plan_of(nothing, "/v/bin/x", NULL);
		g_assert_cmpstr(found, ==, wanted);
	}
	/* More than a name may have. */
	g_ptr_array_set_size(links, 0);
	for (int i = 0; i < 30; i++)
		g_ptr_array_add(links, g_strdup_printf("/a/%0200d", i));
	many = plan_of(nothing, "/v/bin/x", NULL);
	g_assert_cmpstr(many, ==, "/v/bin");
	called_through = NULL;
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	nothing = g_ptr_array_new();
	g_test_add_func("/plan/own-directory", test_own_directory);
	g_test_add_func("/plan/prefix", test_prefix);
	g_test_add_func("/plan/prefix-of-others", test_prefix_of_others);
	g_test_add_func("/plan/links-in-prefix", test_links_in_prefix);
	g_test_add_func("/plan/scope", test_scope);
	g_test_add_func("/plan/known-homes", test_known_homes);
	g_test_add_func("/plan/common", test_common);
	g_test_add_func("/plan/common-links", test_common_links);
	g_test_add_func("/plan/linked-tree", test_linked_tree);
	g_test_add_func("/plan/too-many", test_too_many);
	g_test_add_func("/plan/marks", test_marks);
	g_test_add_func("/plan/for-nobody", test_for_nobody);
	g_test_add_func("/plan/links", test_links);
	return g_test_run();
}
