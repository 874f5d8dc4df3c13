// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The configuration file: what it may say, and each way in which it may be wrong, with
 * the words that say where.
 */
#include "probe/config.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD "[vhost-probe]\n"

static char *dir;

static char *write_config(const char *text, gssize length)
{
	char *path = g_build_filename(dir, "vhost-probe.conf", NULL);

	unlink(path);
	g_assert_true(g_file_set_contents(path, text, length, NULL));
	g_assert_cmpint(chmod(path, 0644), ==, 0);
	return path;
}

static bool load(const char *path, VpConfig **ret_config, GError **error)
{
	return config_load(path, geteuid(), getegid(), ret_config, error);
}

/* ---- what is understood ---- */

static const struct {
	const char *name, *text;
	uint64_t timeout_us;
	unsigned jobs;
	const char *expose, *disable; /* joined by "|" */
} good[] = {
	{"empty", "", 0, 0, "", ""},
	{"blank", "\n \n\t\n", 0, 0, "", ""},
	{"comment", "# nothing\n", 0, 0, "", ""},
	{"group-alone", HEAD, 0, 0, "", ""},
	{"all",
		HEAD
		"timeout=10\njobs=4\nexpose=/usr;/etc\ndisable=50-a.json;60-*.json\n",
		10000000, 4, "/usr|/etc", "50-a.json|60-*.json"},
	{"blanks", HEAD "  timeout = 0.5  \n disable = a.json ; b.json ;\n", 500000, 0,
		"", "a.json|b.json"},
	{"no-newline-at-the-end", HEAD "jobs=64", 0, 64, "", ""},
	{"carriage-returns", "[vhost-probe]\r\njobs=3\r\n", 0, 3, "", ""},
	{"comments-between", "# a\n" HEAD "# b\njobs=1\n\n# c\n", 0, 1, "", ""},
	{"empty-lists", HEAD "expose=\ndisable=\n", 0, 0, "", ""},
	{"group-twice", HEAD "jobs=2\n" HEAD "timeout=3\n", 3000000, 2, "", ""},
	{"globs", HEAD "disable=*;[0-4]?-*.json;x-?;[5-6]*[n]\n", 0, 0, "",
		"*|[0-4]?-*.json|x-?|[5-6]*[n]"},
	{"missing-paths", HEAD "expose=/nowhere/at/all;/usr\n", 0, 0,
		"/nowhere/at/all|/usr", ""},
};

static void test_good(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autofree char *path = write_config(good[i].text, -1);
	g_autofree char *expose = NULL, *disable = NULL;
	g_autoptr(VpConfig) config = NULL;
	g_autoptr(GError) error = NULL;

	load(path, &config, &error);
	g_assert_no_error(error);
	g_assert_nonnull(config);
	g_assert_cmpstr(config->path, ==, path);
	g_assert_cmpuint(config->timeout_us, ==, good[i].timeout_us);
	g_assert_cmpuint(config->jobs, ==, good[i].jobs);
	expose = g_strjoinv("|", config->expose);
	g_assert_cmpstr(expose, ==, good[i].expose);
	disable = g_strjoinv("|", config->disable);
	g_assert_cmpstr(disable, ==, good[i].disable);
}

/* ---- what is refused ---- */

static const struct {
	const char *name, *text, *message; /* behind the path and ": " */
} bad[] = {
	{"other-group", HEAD "[other]\n",
		"line 2: unknown group [other]; the only group is "
		"[vhost-probe]"},
	{"group-in-capitals", "[Vhost-Probe]\n", "line 1: unknown group [Vhost-Probe]*"},
	{"empty-other-group", "\n\n[]\n", "line 3: \"[]\" is neither*"},
	{"misspelt-key", HEAD "\ntiemout=3\n",
		"line 3: unknown key tiemout; did you mean "
		"timeout?"},
	{"key-of-an-option", HEAD "sandbox=none\n",
		"line 2: unknown key sandbox; the "
		"keys are timeout, jobs, expose and disable"},
	{"key-in-capitals", HEAD "Timeout=3\n", "line 2: unknown key Timeout*"},
	{"translated-key", HEAD "timeout[de]=3\n", "line 2: unknown key timeout[de]*"},
	{"key-before-group", "timeout=3\n" HEAD,
		"line 1: \"timeout=3\" stands before "
		"[vhost-probe]"},
	{"no-key", HEAD "jobs=3\nhello\njobs=4\n",
		"line 3: \"hello\" is neither "
		"[vhost-probe] nor KEY=VALUE*"},
	{"unclosed-group", "# x\n[vhost-probe\n", "line 2: \"[vhost-probe\" is neither*"},
	{"key-twice", HEAD "expose=/usr\n#\nexpose=/etc\n",
		"line 4: expose is already set on line "
		"2"},
	{"key-twice-behind-a-form-feed", HEAD "disable=50-*.json\ndisable\f=zz.json\n",
		"line 3: disable is already set on line 2"},
	{"key-twice-behind-a-tab", HEAD "jobs=1\n\t\f jobs \t\f =2\n",
		"line 3: jobs is already set on line 2"},
	{"key-twice-behind-a-carriage-return", HEAD "jobs\r=1\nexpose=\njobs=2\n",
		"line 4: jobs is already set on line 2"},
	{"other-group-and-carriage-return", HEAD "[other]\r\n",
		"line 2: unknown group [other]*"},
	{"key-twice-in-two-groups", HEAD "jobs=1\n" HEAD "jobs=1\n",
		"line 4: jobs is already "
		"set on line 2"},
	{"timeout-zero", HEAD "timeout=0\n",
		"line 2: timeout: \"0\" is not a number of "
		"seconds, more than 0 and at most 3600"},
	{"timeout-unit", HEAD "timeout=5s\n", "line 2: timeout: \"5s\" is not*"},
	{"timeout-empty", HEAD "timeout=\n", "line 2: timeout: \"\" is not*"},
	{"timeout-comment", HEAD "timeout=5 # s\n", "line 2: timeout: \"5 # s\" is not*"},
	{"timeout-too-long", HEAD "timeout=3601\n", "line 2: timeout: \"3601\" is not*"},
	{"timeout-negative", HEAD "timeout=-1\n", "line 2: timeout: \"-1\" is not*"},
	{"timeout-list", HEAD "timeout=1;2\n", "line 2: timeout: \"1;2\" is not*"},
	{"jobs-zero", HEAD "jobs=0\n",
		"line 2: jobs: \"0\" is not a number from 1 to 64"},
	{"jobs-too-many", HEAD "jobs=65\n", "line 2: jobs: \"65\" is not*"},
	{"jobs-word", HEAD "jobs=all\n", "line 2: jobs: \"all\" is not*"},
	{"expose-root", HEAD "expose=/\n", "line 2: expose: / cannot be exposed: *"},
	{"expose-dev", HEAD "expose=/usr;/dev\n", "line 2: expose: /dev cannot be*"},
	{"expose-proc", HEAD "expose=/proc/self\n", "line 2: expose: /proc/self cannot*"},
	{"expose-sys", HEAD "expose=/sys/..//sys\n",
		"line 2: expose: /sys/..//sys cannot*"},
	{"expose-relative", HEAD "expose=dri\n",
		"line 2: expose: \"dri\" is not an "
		"absolute path"},
	{"expose-empty-one", HEAD "expose=/usr;;/etc\n",
		"line 2: expose: a value is empty"},
	{"expose-colons", HEAD "expose=/usr:/etc\n",
		"line 2: expose: \"/usr:/etc\" does "
		"not exist; paths are separated by \";\""},
	{"expose-blanks", HEAD "expose=/usr /etc\n",
		"line 2: expose: \"/usr /etc\" does "
		"not exist; paths are separated by \";\""},
	{"escape", HEAD "disable=a.json;\\xff.json\n",
		"line 2: disable: unknown escape ?x; a backslash is written twice"},
	{"escape-after-known", HEAD "expose=/srv/a\\sb;/srv/\\\\\\é\n",
		"line 2: expose: unknown escape ?é; a backslash is written twice"},
	{"escape-end", HEAD "disable=a.json\\\n",
		"line 2: disable: unknown escape ?; a backslash is written twice"},
	{"escape-in-number", HEAD "timeout=\\xff\n",
		"line 2: timeout: \"?xff\" is not a number of seconds, more than 0 and "
		"at most 3600"},
	{"expose-commas", HEAD "expose=/usr,/etc\n",
		"line 2: expose: \"/usr,/etc\" does "
		"not exist; paths are separated by \";\""},
	{"expose-escape", HEAD "expose=/usr\\q\n", "line 2: expose: *"},
	{"disable-path", HEAD "disable=/usr/a.json\n",
		"line 2: disable: \"/usr/a.json\" is "
		"a path: give only the name of the "
		"file"},
	{"disable-comma", HEAD "disable=a.json,b.json\n",
		"line 2: disable: "
		"\"a.json,b.json\" has a comma: "
		"names are separated by \";\""},
	{"disable-no-json", HEAD "disable=50-qemu-gpu\n",
		"line 2: disable: "
		"\"50-qemu-gpu\" names no "
		"manifest: their names end in .json"},
	{"disable-blank", HEAD "disable= ;a.json\n", "line 2: disable: a value is empty"},
};

static void refused(const char *path, const char *wanted)
{
	g_autofree char *pattern = g_strconcat("*: ", wanted, NULL);
	VpConfig *config = GINT_TO_POINTER(1);
	g_autoptr(GError) error = NULL;

	g_assert_false(load(path, &config, &error));
	g_assert_true(config == GINT_TO_POINTER(1));
	g_assert_cmpint((gint)error->domain, ==, (gint)G_KEY_FILE_ERROR);
	g_assert_true(g_str_has_prefix(error->message, path));
	if (!g_pattern_match_simple(pattern, error->message) &&
		!g_str_has_suffix(error->message, wanted))
		g_error("%s, not %s", error->message, wanted);
}

static void test_bad(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autofree char *path = write_config(bad[i].text, -1);

	refused(path, bad[i].message);
}

static void test_bad_line_anywhere(void)
{
	for (int at = 1; at < 40; at += 7) {
		g_autoptr(GString) text = g_string_new(HEAD);
		g_autofree char *message =
			g_strdup_printf("line %d: \"garbage\" is neither*", at + 2);
		g_autofree char *path = NULL;

		for (int i = 0; i < 40; i++)
			g_string_append(text, i == at ? "garbage\n" : "# comment\n");
		path = write_config(text->str, -1);
		refused(path, message);
	}
}

static void test_bytes(void)
{
	g_autofree char *path = write_config(HEAD "jobs=3\0\n", sizeof HEAD + 7);
	g_autofree char *huge = g_strnfill(64 * 1024, '#');
	g_autofree char *larger = g_strconcat(huge, "#", NULL);
	g_autoptr(VpConfig) config = NULL;

	refused(path, "the file is not UTF-8 text");
	g_free(write_config(HEAD "# \xff\n", -1));
	refused(path, "the file is not UTF-8 text");
	g_free(write_config(larger, -1));
	refused(path, "it cannot be read: larger than 65536 bytes");
	g_free(write_config(huge, -1));
	g_assert_true(load(path, &config, NULL));
}

/* ---- the file ---- */

static void test_absent(void)
{
	g_autofree char *path = write_config("", 0);
	g_autofree char *below = g_build_filename(path, "conf", NULL);
	VpConfig *config = GINT_TO_POINTER(1);

	g_assert_cmpint(unlink(path), ==, 0);
	g_assert_true(load(path, &config, NULL));
	g_assert_null(config);
	g_assert_true(load("/nowhere/at/all", &config, NULL));
	g_assert_null(config);
	g_free(write_config("", 0));
	refused(below, "it cannot be read: *");
}

static void test_links(void)
{
	g_autofree char *path = write_config(HEAD "jobs=3\n", -1);
	g_autofree char *link = g_build_filename(dir, "link", NULL);
	g_autoptr(VpConfig) config = NULL, nothing = NULL;

	g_assert_cmpint(symlink(path, link), ==, 0);
	g_assert_true(load(link, &config, NULL));
	g_assert_cmpuint(config->jobs, ==, 3);
	g_assert_cmpstr(config->path, ==, link);
	unlink(link);
	g_assert_cmpint(symlink("/dev/null", link), ==, 0);
	g_assert_true(load(link, &nothing, NULL));
	g_assert_cmpuint(nothing->jobs, ==, 0);
	unlink(link);
	g_assert_cmpint(symlink("/nowhere/at/all", link), ==, 0);
	refused(link, "it is a link to /nowhere/at/all, which does not exist");
	unlink(link);
	g_assert_cmpint(symlink(link, link), ==, 0);
	refused(link, "it cannot be read: *");
	unlink(link);
}

static void test_no_regular_file(void)
{
	g_autofree char *path = write_config("", 0);

	refused(dir, "it cannot be read: *");
	unlink(path);
	g_assert_cmpint(mkfifo(path, 0644), ==, 0);
	refused(path, "it cannot be read: *");
	refused("/dev/zero", "it cannot be read: *");
}

static void test_untrusted(void)
{
	g_autofree char *path = write_config(HEAD "jobs=3\n", -1);

	g_assert_cmpint(chmod(path, 0646), ==, 0);
	refused(path, "it is not trusted: it *");
	g_assert_cmpint(chmod(path, 0000), ==, 0);
	if (access(path, R_OK) < 0)
		refused(path, "it cannot be read: *");
	unlink(path);
}

/* ---- what it does ---- */

static void test_exposed(void)
{
	g_autofree char *link = g_build_filename(dir, "usr", NULL);
	g_autofree char *text =
		g_strdup_printf(HEAD "expose=%s;/nowhere/at/all;/usr/lib/..\n", link);
	g_autofree char *path = write_config(text, -1);
	g_autoptr(VpConfig) config = NULL;

	g_assert_cmpint(symlink("/usr", link), ==, 0);
	g_assert_true(load(path, &config, NULL));
	g_assert_cmpstr(config->exposed[0], ==, "/usr");
	g_assert_cmpstr(config->exposed[1], ==, "/usr");
	g_assert_null(config->exposed[2]);
	g_assert_cmpstr(
		config->not_exposed[0], ==, "/nowhere/at/all: No such file or directory");
	g_assert_null(config->not_exposed[1]);
	unlink(link);
}

/* ---- what others decide of ---- */

static const struct {
	const char *name;
	const char *path; /* below the test's directory */
	mode_t mode;      /* of "open", which is below it */
	const char *why;  /* behind "PATH: "; NULL: exposed */
} ways[] = {
	{"closed", "open/shaders", 0755, NULL},
	{"sticky", "open/shaders", 01777, NULL},
	{"others", "open/shaders", 0757, "*/open can be written by others (mode 0757)*"},
	{"link-below", "open/away", 0777, "*/open can be written by others (mode 0777)*"},
	{"itself", "open", 0777, NULL},
	{"link-into", "into", 0777, "*/open can be written by others (mode 0777)*"},
	{"link-to-a-link", "twice", 0777, "*/open can be written by others (mode 0777)*"},
	{"by-dots", "open/shaders/../../usr", 0777, "*/open can be written by others*"},
	{"absent-below", "open/nothing,/here", 0777, "*/open can be written by others*"},
	{"absent", "open/nothing,here", 0755, "No such file or directory"},
	{"link-to-proc", "proc", 0755, "leads to /proc, which cannot be exposed: *"},
	{"link-to-root", "root", 0755, "leads to /, which cannot be exposed: *"},
	{"loop", "loop", 0755, "*ymbolic link*"}, /* two C libraries */
	{"relative-link", "relative", 0755, NULL},
	{"file-as-directory", "open/file/x", 0755, "Not a directory"},
};

static void test_way(const void *data)
{
	size_t i = GPOINTER_TO_SIZE(data);
	g_autofree char *expose = g_build_filename(dir, ways[i].path, NULL);
	g_autofree char *text = g_strdup_printf(HEAD "expose=%s\n", expose);
	g_autofree char *path = write_config(text, -1), *real_path = NULL;
	g_autofree char *open = g_build_filename(dir, "open", NULL);
	g_autoptr(VpConfig) config = NULL;
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(chmod(open, ways[i].mode), ==, 0);
	load(path, &config, &error);
	g_assert_no_error(error);
	if (!ways[i].why) {
		real_path = realpath(expose, NULL);
		g_assert_cmpstr(config->exposed[0], ==, real_path);
		g_assert_null(config->not_exposed[0]);
		return;
	}
	g_assert_null(config->exposed[0]);
	g_assert_true(g_str_has_prefix(config->not_exposed[0], expose));
	g_assert_true(g_str_has_prefix(config->not_exposed[0] + strlen(expose), ": "));
	if (!g_pattern_match_simple(
		    ways[i].why, config->not_exposed[0] + strlen(expose) + 2))
		g_error("%s, not %s", config->not_exposed[0], ways[i].why);
}

static void make_link(const char *target, const char *name)
{
	g_autofree char *link = g_build_filename(dir, name, NULL);

	g_assert_cmpint(symlink(target, link), ==, 0);
}

static void make_ways(void)
{
	g_autofree char *shaders = g_build_filename(dir, "open/shaders", NULL);
	g_autofree char *file = g_build_filename(dir, "open/file", NULL);
	g_autofree char *into = g_build_filename(dir, "into", NULL);

	g_assert_cmpint(g_mkdir_with_parents(shaders, 0755), ==, 0);
	g_assert_true(g_file_set_contents(file, "", 0, NULL));
	make_link("/usr", "open/away");
	make_link(shaders, "into");
	make_link(into, "twice");
	make_link("/proc", "proc");
	make_link("/", "root");
	make_link("loop", "loop");
	make_link("open//./../open/shaders/", "relative");
}

static void remove_ways(void)
{
	static const char *const made[] = {"open/shaders", "open/file", "open/away",
		"open", "into", "twice", "proc", "root", "loop", "relative"};

	for (size_t i = 0; i < G_N_ELEMENTS(made); i++) {
		g_autofree char *path = g_build_filename(dir, made[i], NULL);

		g_assert_cmpint(remove(path), ==, 0);
	}
}

/* A directory of another user's, whatever its mode is, and a link in a sticky one. */
static void test_way_of_others(void)
{
	g_autofree char *open = g_build_filename(dir, "open", NULL);
	g_autofree char *away = g_build_filename(open, "away", NULL);
	g_autofree char *text =
		g_strdup_printf(HEAD "expose=%s;%s/shaders\n", away, open);
	g_autofree char *path = write_config(text, -1);
	g_autofree char *one =
		g_strdup_printf("%s: %s belongs to uid 64002, *", away, away);
	g_autofree char *all =
		g_strdup_printf("%s: %s belongs to uid 64002, *", away, open);
	g_autoptr(VpConfig) config = NULL;

	if (geteuid() != 0 || lchown(away, 64002, 64002) < 0) {
		g_test_skip("takes root, who can give files away");
		return;
	}
	g_assert_cmpint(chmod(open, 01777), ==, 0);
	g_assert_true(load(path, &config, NULL));
	g_assert_true(g_pattern_match_simple(one, config->not_exposed[0]));
	g_assert_null(config->not_exposed[1]);
	g_assert_true(g_str_has_suffix(config->exposed[0], "/open/shaders"));
	g_clear_pointer(&config, config_unref);
	g_assert_cmpint(chmod(open, 0755) | chown(open, 64002, 64002), ==, 0);
	g_assert_true(load(path, &config, NULL));
	g_assert_true(g_pattern_match_simple(all, config->not_exposed[0]));
	g_assert_nonnull(config->not_exposed[1]);
	g_assert_null(config->exposed[0]);
	g_assert_cmpint(chown(open, 0, 0), ==, 0);
}

static const struct {
	const char *globs, *name, *wanted;
} names[] = {
	{"50-a.json", "50-a.json", "50-a.json"},
	{"50-a.json", "50-b.json", NULL},
	{"50-a.json", "x50-a.json", NULL},
	{"50-*", "50-a.json", "50-*"},
	{"40-*;50-?.json;*", "50-a.json", "50-?.json"},
	{"[4-5]?-a.json", "50-a.json", "[4-5]?-a.json"},
	{"[!4-5]?-a.json", "50-a.json", NULL},
	{"*", ".50-a.json", "*"},
	{"*A.json", "50-a.json", NULL},
	/* Bytes, of which this letter has two. */
	{"50-?.json;50-??.json", "50-\303\251.json", "50-??.json"},
	{"50-*.json", "50-\303\251.json", "50-*.json"},
	{"50-\303\251.json", "50-\303\251.json", "50-\303\251.json"},
	{"50-[!x].json", "50-\303\251.json", NULL},
	{"[[:alpha:]]-?.json", "\303\251-a.json", NULL},
};

/* Whatever locale the program that asks has. */
static void test_names(void)
{
	static const char *const locales[] = {"C", "C.UTF-8"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *text =
			g_strconcat(HEAD "disable=", names[i].globs, "\n", NULL);
		g_autofree char *path = write_config(text, -1);
		g_autoptr(VpConfig) config = NULL;

		g_assert_true(load(path, &config, NULL));
		for (size_t j = 0; j < G_N_ELEMENTS(locales); j++) {
			/* Where it is installed. */
			setlocale(LC_ALL, locales[j]);
			g_assert_cmpstr(config_disabling(config, names[i].name), ==,
				names[i].wanted);
		}
		setlocale(LC_ALL, "C");
	}
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	dir = g_dir_make_tmp("test-config-XXXXXX", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autofree char *path = g_strconcat("/config/", good[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_good);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autofree char *path =
			g_strconcat("/config/refused/", bad[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_bad);
	}
	g_test_add_func(
		"/config/refused/the-line-wherever-it-is", test_bad_line_anywhere);
	g_test_add_func("/config/refused/bytes", test_bytes);
	g_test_add_func("/config/absent-is-fine", test_absent);
	g_test_add_func("/config/links", test_links);
	g_test_add_func("/config/refused/no-regular-file", test_no_regular_file);
	g_test_add_func("/config/refused/untrusted", test_untrusted);
	g_test_add_func("/config/exposed-paths-are-real", test_exposed);
	make_ways();
	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *path = g_strconcat("/config/ways/", ways[i].name, NULL);

		g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_way);
	}
	g_test_add_func("/config/ways/of-others", test_way_of_others);
	g_test_add_func("/config/disabled-names", test_names);
	status = g_test_run();
	remove_ways();
	rmdir(dir);
	g_free(dir);
	return status;
}
