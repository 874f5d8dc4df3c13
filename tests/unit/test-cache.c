// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What an entry of the cache is made of: stamps of files, and the entry as text.
 */
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <utime.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <linux/magic.h>
#include <glib/gstdio.h>

#include "common/access.h"
#include "probe/cache/dir.h"
#include "probe/cache/cache.h"
#include "probe/cache/stamps.h"

/* In front of the C library's: files may seem to lie in an image. */
static long pretended;

int statfs(const char *path, struct statfs *ret)
{
	int r = (int)syscall(SYS_statfs, path, ret);

	if (pretended)
		ret->f_type = pretended;
	return r;
}

static char *dir;

static char *make_file(const char *name, const char *text)
{
	char *path = g_build_filename(dir, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, 0755), ==, 0);
	return path;
}

static SandboxFile look(const char *path)
{
	struct stat st;

	g_assert_cmpint(lstat(path, &st), ==, 0);
	return sandbox_file(&st);
}

/* ---- stamps ---- */

static void test_image(void)
{
	static const long images[] = {
		EROFS_SUPER_MAGIC_V1, SQUASHFS_MAGIC, CRAMFS_MAGIC, ISOFS_SUPER_MAGIC};
	g_autofree char *path = make_file("image", "one");
	SandboxFile file = look(path);
	g_autofree char *plain = stamp_program(path, &file);

	for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
		g_autofree char *before = NULL, *same = NULL, *after = NULL;

		g_free(make_file("image", "one"));
		pretended = images[i];
		/* Whatever the times and numbers are: those of an image do not change. */
		before = stamp_program(path, &file);
		same = stamp_program(path, &file);
		g_free(make_file("image", "two"));
		after = stamp_program(path, &file);
		pretended = 0;
		g_assert_cmpstr(before, ==, same);
		g_assert_cmpstr(before, !=, after);
		g_assert_cmpstr(before, !=, plain);
		g_assert_true(g_str_has_prefix(before, plain));
	}
	pretended = EROFS_SUPER_MAGIC_V1;
	g_assert_null(stamp_program("/nonexistent", &file));
	pretended = 0;
}

static void test_file(void)
{
	g_autofree char *path = make_file("file", "one");
	g_autofree char *absent = stamp_file("/nonexistent/file", NULL);
	g_autofree char *first = stamp_file(path, NULL);
	struct utimbuf old = {1000, 1000};
	gint64 changed = 0;
	g_autofree char *second = NULL;

	g_assert_cmpint(utime(path, &old), ==, 0);
	second = stamp_file(path, &changed);
	g_assert_cmpstr(absent, ==, "absent");
	g_assert_cmpstr(first, !=, second);
	/* The change is what counts, not the time that was set. */
	g_assert_cmpint(ABS(g_get_real_time() - changed), <, 60 * G_USEC_PER_SEC);
}

static void test_interpreter(void)
{
	static const struct {
		const char *text, *interpreter;
	} cases[] = {
		{"#!/bin/sh\n", "/bin/sh"},
		{"#! \t/bin/sh -e\n", "/bin/sh"},
		{"#!/usr/bin/env python3", "/usr/bin/env"},
		{"\177ELF#!/bin/sh\n", NULL},
		{"#", NULL},
		{"", NULL},
		{" #!/bin/sh\n", NULL},
		{"#!/no/such\n", "/no/such"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *path = make_file("script", cases[i].text);
		SandboxFile file = look(path);
		g_autoptr(Stamps) stamps = stamps_take(path, &file, NULL);
		g_autoptr(Stamps) again = stamps_take(path, &file, NULL);

		g_assert_nonnull(stamps);
		g_assert_cmpstr(stamps->interpreter, ==, cases[i].interpreter);
		g_assert_true(stamps_equal(stamps, again));
		file.ino++;
		g_assert_null(stamps_take(path, &file, NULL));
	}
}

static void test_settle(void)
{
	gint64 now = g_get_real_time();
	Stamps old = {.changed_us = now - 3 * G_USEC_PER_SEC};
	Stamps fresh = {.changed_us = now - G_USEC_PER_SEC / 2};
	Stamps future = {.changed_us = now + 3600 * (gint64)G_USEC_PER_SEC};

	g_assert_cmpint(stamps_settle_time(&old), ==, 0);
	g_assert_cmpint(stamps_settle_time(&fresh), >, 0);
	g_assert_cmpint(stamps_settle_time(&fresh), <=, STAMPS_SETTLE_US);
	/* It will never come true while anybody waits; it is never relied on. */
	g_assert_cmpint(stamps_settle_time(&future), ==, STAMPS_SETTLE_US);
}

/* ---- entries ---- */

static CacheEntry sample(void)
{
	return (CacheEntry){
		.generator = (char *)cache_entry_generator(),
		.boot_id = (char *)"boot",
		.real_path = (char *)"/usr/lib/\"quoted\"\n\\ü",
		.argv0 = (char *)"argv0",
		.profile = (char *)"policy",
		.program = (char *)"p",
		.ld_so_cache = (char *)"l",
		.devices = (char *)"",
		.made_us = 5,
		.timeout_us = G_MAXINT64 - 1,
	};
}

static void test_round_trip(void)
{
	static const SandboxResult results[] = {
		{.outcome = SANDBOX_EXITED,
			.out = "{\"type\":\"x\"}\n",
			.out_length = 13,
			.err = "\x1b[31m",
			.err_length = 5},
		{.outcome = SANDBOX_EXITED, .exit_status = 255, .out = "", .err = ""},
		{.outcome = SANDBOX_EXITED, .doubtful = true, .out = "", .err = ""},
		{.outcome = SANDBOX_EXITED, .inherited = 4, .out = "", .err = ""},
		{.outcome = SANDBOX_SIGNALED, .signal = 31, .out = "", .err = ""},
		{.outcome = SANDBOX_TIMED_OUT, .out = "", .err = ""},
		{.outcome = SANDBOX_OUTPUT, .out = "", .err = ""},
		{.outcome = SANDBOX_EXEC_FAILED, .errnum = 2, .out = "", .err = ""},
	};
	const uint32_t layers = SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET) |
				SANDBOX_LAYER_BIT(SANDBOX_LAYER_NO_NEW_PRIVS);

	for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
		CacheEntry entry = sample();
		g_auto(CacheEntry) read = {0};
		g_autofree char *text = NULL;
		SandboxResult made = results[i], result;
		uint32_t held;

		made.held = layers;
		cache_entry_set_result(&entry, &made);
		text = cache_entry_format(&entry);
		cache_entry_clear_result(&entry);
		g_assert_cmpint(
			cache_entry_parse(text, strlen(text), &read), ==, VP_STALE_NONE);
		g_assert_cmpstr(read.real_path, ==, sample().real_path);
		g_assert_cmpint(read.timeout_us, ==, G_MAXINT64 - 1);
		g_assert_null(read.interpreter);
		g_assert_true(cache_entry_get_result(&read, &result, &held));
		g_assert_cmpuint(held, ==, layers);
		g_assert_cmpint(result.outcome, ==, results[i].outcome);
		g_assert_cmpint(result.exit_status, ==, results[i].exit_status);
		g_assert_cmpint(result.signal, ==, results[i].signal);
		g_assert_true(
			result.doubtful == (results[i].doubtful || results[i].inherited));
		g_assert_cmpint(result.errnum, ==, results[i].errnum);
		g_assert_cmpstr(result.out, ==, results[i].out);
		g_assert_cmpstr(result.err, ==, results[i].err);
	}
}

/* Whatever is cut off or changed, it is an entry that says the same, or none. */
static void test_mutilated(void)
{
	CacheEntry entry = sample();
	SandboxResult result = {.out = "{}", .out_length = 2, .err = ""};
	g_autofree char *text = NULL;
	size_t length;

	cache_entry_set_result(&entry, &result);
	text = cache_entry_format(&entry);
	cache_entry_clear_result(&entry);
	length = strlen(text);
	/* But for the newline at its end. */
	for (size_t i = 0; i + 1 < length; i++) {
		g_auto(CacheEntry) read = {0};

		g_assert_cmpint(cache_entry_parse(text, i, &read), !=, VP_STALE_NONE);
	}
	for (size_t i = 0; i < 20000; i++) {
		g_autofree char *copy = g_strdup(text);
		g_auto(CacheEntry) read = {0};

		copy[g_test_rand_int_range(0, (gint32)length)] =
			(char)g_test_rand_int_range(0, 256);
		if (cache_entry_parse(copy, length, &read) == VP_STALE_NONE)
			g_assert_nonnull(read.out);
	}
}

static void test_not_kept(void)
{
	g_autofree char *long_text = g_strnfill(64 * 1024, '\001');
	const SandboxResult results[] = {
		{.out = "\377", .out_length = 1, .err = ""},
		{.out = "{}\0", .out_length = 3, .err = ""},
		{.out = long_text, .out_length = 64 * 1024, .err = ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
		CacheEntry entry = sample();
		g_autofree char *text = NULL;

		cache_entry_set_result(&entry, &results[i]);
		text = cache_entry_format(&entry);
		cache_entry_clear_result(&entry);
		g_assert_null(text);
	}
}

static void test_names(void)
{
	g_autofree char *name = cache_dir_entry_name("/a", "b", "c");
	g_autofree char *other = cache_dir_entry_name("/ab", "", "c");
	g_autofree char *leftover = g_strconcat(name, ".new", NULL);

	g_assert_cmpstr(name, !=, other);
	g_assert_true(cache_dir_is_entry_name(name));
	g_assert_true(cache_dir_is_leftover_name(leftover));
	g_assert_false(cache_dir_is_entry_name(leftover));
	g_assert_false(cache_dir_is_leftover_name(name));
	g_assert_false(cache_dir_is_entry_name("lock"));
	g_assert_false(cache_dir_is_entry_name("../x.json"));
	g_assert_false(cache_dir_is_entry_name(name + 1));
}

static void test_order(void)
{
	CacheEntry entry = sample();

	g_assert_cmpint(cache_find_stale(&entry, "boot", "p", "l"), ==, VP_STALE_NONE);
	g_assert_cmpint(
		cache_find_stale(&entry, "boot", "p", "x"), ==, VP_STALE_LD_SO_CACHE);
	entry.interpreter = (char *)"/nonexistent";
	entry.interpreter_file = (char *)"absent";
	g_assert_cmpint(cache_find_stale(&entry, "boot", "p", "l"), ==, VP_STALE_NONE);
	entry.interpreter_file = (char *)"x";
	g_assert_cmpint(
		cache_find_stale(&entry, "boot", "p", "x"), ==, VP_STALE_INTERPRETER);
	g_assert_cmpint(cache_find_stale(&entry, "boot", "x", "x"), ==, VP_STALE_PROGRAM);
	g_assert_cmpint(
		cache_find_stale(&entry, "boot", NULL, "x"), ==, VP_STALE_PROGRAM);
	entry.lifetime_us = 1;
	g_assert_cmpint(cache_find_stale(&entry, "boot", "x", "x"), ==, VP_STALE_AGE);
	g_assert_cmpint(
		cache_find_stale(&entry, "other", "x", "x"), ==, VP_STALE_BOOT_ID);
}

/* Two of one process, as two processes have them. */
static void test_locks(void)
{
	g_autofree char *path = g_build_filename(dir, "locks", NULL);
	g_autofree char *a = cache_dir_entry_name("/a", "", "");
	g_autofree char *b = cache_dir_entry_name("/b", "", "");
	g_autoptr(GError) error = NULL;
	int dir_fd = cache_dir_open(path, geteuid(), true, &error);
	int first = cache_dir_open_lock(dir_fd, geteuid(), &error);
	int second = cache_dir_open_lock(dir_fd, geteuid(), &error);

	g_assert_no_error(error);
	g_assert_true(cache_dir_try_lock(first, a));
	g_assert_false(cache_dir_try_lock(second, a));
	g_assert_true(cache_dir_try_lock(second, b));
	cache_dir_unlock(first, a);
	g_assert_true(cache_dir_try_lock(second, a));
	g_assert_false(cache_dir_try_lock(first, b));
	/* The end of the holder is the end of the lock. */
	close(second);
	g_assert_true(cache_dir_try_lock(first, b));
	close(first);
	close(dir_fd);
}

/* ---- for whom it is ---- */

static void test_for_all(void)
{
	/* Version 2; of the owner, of uid 1 nothing, of the group, of others. */
	static const unsigned char list[] = {2, 0, 0, 0, 1, 0, 7, 0, 255, 255, 255, 255,
		2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 5, 0, 255, 255, 255, 255, 16, 0, 5, 0, 255,
		255, 255, 255, 32, 0, 5, 0, 255, 255, 255, 255};
	static const struct {
		mode_t directory, file;
		bool is_for_all;
	} modes[] = {
		{0755, 0755, true},
		{0711, 0711, true},
		{0755, 0555, true},
		{0700, 0755, false},
		{0750, 0755, false},
		{0745, 0755, false},
		{0755, 0754, false},
		{0755, 0745, false},
		{0755, 0655, false},
	};
	g_autofree char *way = g_build_filename(dir, "way", NULL);
	g_autofree char *file = g_build_filename(way, "file", NULL);

	/* So is all that is above. */
	g_assert_cmpint(g_chmod(dir, 0755), ==, 0);
	g_assert_cmpint(g_mkdir(way, 0755), ==, 0);
	g_free(make_file("way/file", ""));
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		g_assert_cmpint(g_chmod(file, modes[i].file), ==, 0);
		g_assert_cmpint(g_chmod(way, modes[i].directory), ==, 0);
		g_assert_true(access_is_for_all(file) == modes[i].is_for_all);
		g_assert_cmpint(g_chmod(way, 0755), ==, 0);
	}
	g_assert_cmpint(g_chmod(file, 0755), ==, 0);
	g_assert_true(access_is_for_all(file));
	if (setxattr(way, "system.posix_acl_access", list, sizeof list, 0) < 0) {
		g_test_skip("no access control lists on this file system");
		return;
	}
	g_assert_false(access_is_for_all(file));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	dir = g_dir_make_tmp("cache-XXXXXX", NULL);
	g_test_add_func("/cache/stamps/image", test_image);
	g_test_add_func("/cache/stamps/file", test_file);
	g_test_add_func("/cache/stamps/interpreter", test_interpreter);
	g_test_add_func("/cache/stamps/settle", test_settle);
	g_test_add_func("/cache/entry/round-trip", test_round_trip);
	g_test_add_func("/cache/entry/mutilated", test_mutilated);
	g_test_add_func("/cache/entry/not-kept", test_not_kept);
	g_test_add_func("/cache/entry/order", test_order);
	g_test_add_func("/cache/for-all", test_for_all);
	g_test_add_func("/cache/names", test_names);
	g_test_add_func("/cache/locks", test_locks);
	return g_test_run();
}
