// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which of the host's paths a program finds inside.
 */
#include "sandbox/base/protocol.h"
#include "sandbox/plan.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *program, *exposed; /* NULL: nothing beside the system's directories */
} cases[] = {
	{"/usr/lib/qemu/virtiofsd", NULL},
	{"/opt/vendor/bin/backend", NULL},
	{"/nix/store/hash-qemu/bin/backend", NULL},
	{"/bin/backend", NULL},
	{"/srv/backends/bin/backend", "/srv/backends/bin"},
	{"/home/u/build/backend", "/home/u/build"},
	{"/usrlocal/backend", "/usrlocal"},
	{"/tmp/build.x/backend", "/tmp/build.x"},
	/* what belongs to everybody is not shown whole */
	{"/backend", "/backend"},
	{"/tmp/backend", "/tmp/backend"},
	{"/var/tmp/backend", "/var/tmp/backend"},
	{"/root/backend", "/root/backend"},
	{"/home/u/backend", "/home/u/backend"},
	{"/home/backend", "/home/backend"},
	{"/etc/backend", "/etc/backend"},
	{"/var/backend", "/var/backend"},
	{"/run/backend", "/run/backend"},
	{"/run/user/1000/backend", "/run/user/1000/backend"},
	{"/dev/shm/backend", "/dev/shm/backend"},
	{"/var/home/u/backend", "/var/home/u/backend"},
	{"/srv/alice/backend", "/srv/alice/backend"},
	{"/srv/backend", "/srv/backend"},
	{"/srv/alice/bin/backend", "/srv/alice/bin"},
	{"/srv/ali/backend", "/srv/ali"},
};

static void test_exposed_path(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = plan_exposed_path(cases[i].program, "/srv/alice");

		g_test_message("%s", cases[i].program);
		g_assert_cmpstr(path, ==, cases[i].exposed);
	}
}

/* Where nobody may not search a directory it is not shown, but the program is. */
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
		g_autofree char *path = NULL;

		g_assert_no_errno(g_chmod(directory, modes[i].mode));
		g_assert_no_errno(stat(directory, &st));
		path = plan_for_nobody(g_strdup(directory), program);
		g_test_message("%04o", modes[i].mode);
		g_assert_cmpstr(path, ==, modes[i].shown ? directory : program);
	}
	g_assert_null(plan_for_nobody(NULL, program));
	g_assert_no_errno(g_rmdir(directory));
}

static void test_text(void)
{
	g_autoptr(GHashTable) paths =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) empty = plan_text(paths);
	g_autoptr(GString) text = NULL;

	g_assert_cmpuint(empty->len, ==, 0);
	g_hash_table_add(paths, g_strdup("/a/b"));
	g_hash_table_add(paths, g_strdup("/a"));
	text = plan_text(paths);
	/* the parent first */
	g_assert_cmpmem(text->str, text->len + 1, "/a\0/a/b\0", 9);
}

static void test_too_many_paths(void)
{
	g_autoptr(GHashTable) paths =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) text = NULL;

	for (int i = 0; i < 2000; i++)
		g_hash_table_add(paths, g_strdup_printf("/%01000d", i));
	text = plan_text(paths);
	g_assert_cmpuint(text->len, <, PLAN_PATHS_MAX);
	g_assert_cmpuint(text->len, >, PLAN_PATHS_MAX - 2000);
	/* None was cut. */
	g_assert_cmpuint(text->len % 1002, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/plan/exposed-path", test_exposed_path);
	g_test_add_func("/plan/for-nobody", test_for_nobody);
	g_test_add_func("/plan/text", test_text);
	g_test_add_func("/plan/too-many-paths", test_too_many_paths);
	return g_test_run();
}
