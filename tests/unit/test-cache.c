// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What an entry of the cache is made of: stamps of files, and the entry as text.
 */
#include <string.h>
#include <unistd.h>
#include <fcntl.h>
#include <signal.h>
#include <utime.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <linux/magic.h>
#include <glib/gstdio.h>

#include "common/access.h"
#include "common/autofd.h"
#include "probe/cache/dir.h"
#include "probe/cache/cache.h"
#include "probe/cache/digest.h"
#include "probe/cache/stamps.h"

/* Overrides the C library's: files may seem to be on another file system. What it asks
 * for is a neighbour's: the kernel's own structure may be another one. */
static long pretended;
static int pretended_id;

int statfs(const char *path, struct statfs *ret)
{
	autofd fd = open(path, O_PATH | O_CLOEXEC);
	int r = fd < 0 ? -1 : fstatfs(fd, ret);

	if (pretended)
		ret->f_type = pretended;
	if (pretended_id)
		ret->f_fsid.__val[1] = pretended_id;
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

/* Returns: the stamp of @file at @path, as a call takes it. */
static char *stamp_of(const char *path, const SandboxFile *file)
{
	g_autoptr(Stamper) stamper = stamper_new(NULL);

	return stamp_program(stamper, path, file, NULL);
}

/* Overrides the C library's as well: files may seem to keep these times for ever. */
static const struct timespec *frozen;

int fstat(int fd, struct stat *ret)
{
	int r = fstatat(fd, "", ret, AT_EMPTY_PATH);

	if (frozen)
		ret->st_mtim = ret->st_ctim = *frozen;
	return r;
}

/* Whether the content counts where everything else is the same. */
static bool is_content_seen(const struct timespec *times)
{
	g_autofree char *path = make_file("image", "one");
	SandboxFile file = look(path);
	g_autofree char *before = NULL, *same = NULL, *after = NULL;
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	file.mtime_sec = file.ctime_sec = times->tv_sec;
	file.mtime_nsec = file.ctime_nsec = (uint32_t)times->tv_nsec;
	frozen = times;
	before = stamp_of(path, &file);
	same = stamp_of(path, &file);
	g_assert_cmpint(pwrite(fd, "two", 3, 0), ==, 3);
	after = stamp_of(path, &file);
	frozen = NULL;
	close(fd);
	g_assert_nonnull(after);
	g_assert_cmpstr(before, ==, same);
	return g_strcmp0(before, after) != 0;
}

static const struct timespec usual = {1700000000, 123456789};

static void test_image(void)
{
	static const long images[] = {EROFS_SUPER_MAGIC_V1, SQUASHFS_MAGIC, CRAMFS_MAGIC,
		ISOFS_SUPER_MAGIC, UDF_SUPER_MAGIC, 0x7275 /* romfs */,
		OVERLAYFS_SUPER_MAGIC, 0x61756673 /* aufs */, FUSE_SUPER_MAGIC};
	static const long others[] = {
		EXT4_SUPER_MAGIC, TMPFS_MAGIC, BTRFS_SUPER_MAGIC, XFS_SUPER_MAGIC};
	g_autofree char *path = make_file("gone", "one");
	SandboxFile file = look(path);

	for (size_t i = 0; i < G_N_ELEMENTS(images); i++) {
		pretended = images[i];
		g_assert_true(is_content_seen(&usual));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		pretended = others[i];
		g_assert_false(is_content_seen(&usual));
	}
	/* A file that cannot be read, or is another one by now, has no stamp. */
	pretended = EROFS_SUPER_MAGIC_V1;
	file.ino++;
	g_assert_null(stamp_of(path, &file));
	g_assert_null(stamp_of("/nonexistent", &file));
	pretended = 0;
}

/* Those that the maker of an image sets, on a file system that keeps them otherwise. */
static void test_set_times(void)
{
	g_assert_true(is_content_seen(&(struct timespec){0, 0}));
	g_assert_true(is_content_seen(&(struct timespec){1, 0}));
	g_assert_true(is_content_seen(&(struct timespec){1700000000, 0}));
	g_assert_false(is_content_seen(&(struct timespec){1700000000, 1}));
}

/* Another one may be mounted where the first one was, with the same device number. */
static void test_file_system(void)
{
	g_autofree char *path = make_file("moved", "one");
	SandboxFile file = look(path);
	g_autofree char *first = stamp_of(path, &file);
	g_autofree char *second = NULL, *again = NULL;

	pretended_id = 0x12345678;
	second = stamp_of(path, &file);
	pretended_id = 0;
	again = stamp_of(path, &file);
	g_assert_cmpstr(first, !=, second);
	g_assert_cmpstr(first, ==, again);
}

static void test_future(void)
{
	const gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	g_autofree char *path = make_file("future", "one");
	g_autofree char *stamp = stamp_of(path, &(SandboxFile){.ctime_sec = now});
	g_autoptr(Stamper) stamper = stamper_new(NULL);
	SandboxFile file = look(path);
	g_autoptr(GError) error = NULL;

	g_assert_nonnull(stamp);
	file.ctime_sec = now + 3600;
	g_assert_null(stamp_program(stamper, path, &file, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
	g_assert_nonnull(strstr(error->message, path));
	g_assert_null(stamp_program(stamper, path, &file, NULL));
	/* Not so a file that was changed after the stamper began. */
	g_free(make_file("future", "two"));
	file = look(path);
	g_free(stamp);
	stamp = stamp_program(stamper, path, &file, NULL);
	g_assert_nonnull(stamp);
}

static void test_file(void)
{
	g_autofree char *path = make_file("file", "one");
	g_autoptr(Stamper) before = stamper_new(NULL);
	g_autoptr(Stamper) after = NULL;
	const char *first = stamp_file(before, path, NULL, NULL);
	struct utimbuf old = {1000, 1000};
	gint64 changed = 0;

	g_assert_cmpstr(
		stamp_file(before, "/nonexistent/file", NULL, NULL), ==, "absent");
	g_assert_cmpint(utime(path, &old), ==, 0);
	after = stamper_new(NULL);
	g_assert_cmpstr(first, !=, stamp_file(after, path, &changed, NULL));
	/* The change is what counts, not the time that was set. */
	g_assert_cmpint(ABS(g_get_real_time() - changed), <, 60 * G_USEC_PER_SEC);
	/* It is looked at once. */
	changed = 0;
	g_assert_cmpstr(first, ==, stamp_file(before, path, &changed, NULL));
	g_assert_cmpint(changed, >, 0);
}

static void test_directory(void)
{
	static const char *const of_packages[] = {"/usr/bin/x", "/usr/lib/qemu/x",
		"/usr/local/libexec/x", "/lib/x", "/bin/x"};
	g_autofree char *own = g_build_filename(dir, "own", NULL);
	g_autofree char *path = g_build_filename(own, "program", NULL);
	g_autofree char *sibling = g_build_filename(own, "sibling", NULL);
	g_autofree char *last = NULL;

	g_assert_cmpint(g_mkdir(own, 0755), ==, 0);
	for (int i = 0; i < 3; i++) {
		g_autoptr(Stamper) stamper = stamper_new(NULL);
		const char *now = stamp_directory(stamper, path, NULL, NULL);

		g_assert_nonnull(now);
		g_assert_cmpstr(now, !=, "");
		g_assert_cmpstr(now, !=, last);
		g_free(last);
		last = g_strdup(now);
		/* The kernel counts in ticks. */
		g_usleep(20 * 1000);
		if (i == 0)
			g_assert_true(g_file_set_contents(sibling, "x", -1, NULL));
		else if (i == 1)
			g_assert_cmpint(g_rename(sibling, path), ==, 0);
	}
	for (size_t i = 0; i < G_N_ELEMENTS(of_packages); i++) {
		g_autoptr(Stamper) stamper = stamper_new(NULL);

		g_assert_cmpstr(
			stamp_directory(stamper, of_packages[i], NULL, NULL), ==, "");
	}
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
		g_autoptr(Stamper) stamper = stamper_new(NULL);
		g_autoptr(Stamps) stamps =
			stamps_take(stamper, path, &file, true, NULL, NULL);
		g_autoptr(Stamps) again =
			stamps_take(stamper, path, &file, true, NULL, NULL);
		g_autoptr(Stamps) whole =
			stamps_take(stamper, path, &file, false, NULL, NULL);

		g_assert_nonnull(stamps);
		g_assert_cmpstr(stamps->interpreter, ==, cases[i].interpreter);
		g_assert_cmpstr(stamps->directory, ==, "");
		g_assert_true(stamps_equal(stamps, again));
		g_assert_false(stamps_equal(stamps, whole));
		file.ino++;
		g_assert_null(stamps_take(stamper, path, &file, true, NULL, NULL));
	}
}

static void test_settle(void)
{
	gint64 now = g_get_real_time();
	Stamps old = {.changed_us = now - 3 * G_USEC_PER_SEC};
	Stamps fresh = {.changed_us = now - G_USEC_PER_SEC / 2};

	g_assert_cmpint(stamps_settle_time(&old), ==, 0);
	g_assert_cmpint(stamps_settle_time(&fresh), >, 0);
	g_assert_cmpint(stamps_settle_time(&fresh), <=, STAMPS_SETTLE_US);
}

/* ---- digests ---- */

/* Makes that of @fd (consumed), reading @slice bytes in each step. Returns: the number of
 * steps. */
static guint make_digest(int fd, uint64_t size, size_t slice, Digest ret_digest)
{
	Digester *digester = digester_new(fd, size);
	DigestProgress progress = DIGEST_GOES_ON;
	guint n = 0;

	for (; progress == DIGEST_GOES_ON; n++) {
		size_t left = slice;

		progress = digester_read(digester, &left, ret_digest);
		g_assert_true(progress == DIGEST_DONE || left == 0);
	}
	g_assert_cmpint(progress, ==, DIGEST_DONE);
	digester_free(digester);
	g_assert_cmpuint(strlen(ret_digest), ==, 32);
	return n;
}

static int open_content(const unsigned char *bytes, size_t length)
{
	g_autofree char *path = g_build_filename(dir, "content", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	g_assert_cmpint(write(fd, bytes, length), ==, (gssize)length);
	return fd;
}

/* Returns: (transfer full): of @length bytes in a file that was seen to have @size. */
static char *digest_of(const unsigned char *bytes, size_t length, uint64_t size)
{
	Digest digest;

	make_digest(open_content(bytes, length), size, SIZE_MAX, digest);
	return g_strdup(digest);
}

/* Adds what must not be there yet. */
static void add_digest(GHashTable *digests, const unsigned char *bytes, size_t length)
{
	g_assert_true(g_hash_table_add(digests, digest_of(bytes, length, length)));
}

/* Each bit counts, and each pair of words that could cancel each other out. */
static void test_digest(void)
{
	static const size_t lengths[] = {0, 1, 7, 8, 9, 31, 32, 33, 64, 127, 4096};
	g_autoptr(GHashTable) digests =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	unsigned char bytes[4096] = {0};

	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++)
		add_digest(digests, bytes, lengths[i]);
	for (size_t bit = 0; bit < 8 * 256; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		add_digest(digests, bytes, 256);
		for (size_t shift = 0; bit < 64 && shift < 64; shift++) {
			/* the same lane's next word, by any rotation */
			size_t other = 256 + (bit + shift) % 64;

			bytes[other / 8] ^= (unsigned char)(1 << other % 8);
			add_digest(digests, bytes, 256);
			bytes[other / 8] ^= (unsigned char)(1 << other % 8);
		}
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
}

/* At the borders of what is read at a time, and whatever size was seen before. */
static void test_digest_chunks(void)
{
	static const size_t lengths[] = {131071, 131072, 131073, 262144, 300000};
	g_autofree unsigned char *bytes = g_malloc0(300000);

	for (size_t i = 0; i < 300000; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
		const size_t length = lengths[i];
		g_autofree char *whole = digest_of(bytes, length, length);
		g_autofree char *grown = digest_of(bytes, length, 10);
		g_autofree char *shrunk = digest_of(bytes, length, length + 100000);
		g_autofree char *other = NULL;

		bytes[length - 1] ^= 1;
		other = digest_of(bytes, length, length);
		bytes[length - 1] ^= 1;
		g_assert_cmpstr(whole, ==, grown);
		g_assert_cmpstr(whole, ==, shrunk);
		g_assert_cmpstr(whole, !=, other);
	}
}

/* However it is divided. */
static void test_digest_steps(void)
{
	static const size_t slices[] = {1, 131072, 131073, 300000};
	static const guint n_steps[] = {3, 3, 2, 1};
	g_autofree unsigned char *bytes = g_malloc(300000);
	g_autofree char *whole = NULL;

	for (size_t i = 0; i < 300000; i++)
		bytes[i] = (unsigned char)(i * 7 + i / 256);
	whole = digest_of(bytes, 300000, 300000);
	for (size_t i = 0; i < G_N_ELEMENTS(slices); i++) {
		Digest digest;
		guint n = make_digest(
			open_content(bytes, 300000), 300000, slices[i], digest);

		g_assert_cmpuint(n, ==, n_steps[i]);
		g_assert_cmpstr(digest, ==, whole);
	}
}

/* Returns: microseconds of this thread's processor time. */
static gint64 processor_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Returns: the least of some times that @work takes on @fd. */
static gint64 time_of(void (*work)(int fd, uint64_t size), int fd, uint64_t size)
{
	gint64 least = G_MAXINT64;

	for (int i = 0; i < 7; i++) {
		gint64 start = processor_time();

		work(fd, size);
		least = MIN(least, processor_time() - start);
	}
	return least;
}

static void just_read(int fd, uint64_t size)
{
	g_autofree char *chunk = g_malloc(128 * 1024);

	for (uint64_t at = 0; at < size; at += 128 * 1024)
		g_assert_cmpint(pread(fd, chunk, 128 * 1024, (off_t)at), >, 0);
}

static void just_digest(int fd, uint64_t size)
{
	Digest digest;

	make_digest(dup(fd), size, SIZE_MAX, digest);
}

/* A program of 50 MB: to look at the content takes little more than to read it; twice
 * that where a word of the digest takes two registers. */
static void test_digest_cost(void)
{
	const uint64_t size = 50 * 1000 * 1000;
	g_autofree char *path = g_build_filename(dir, "large", NULL);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	gint64 reading, digesting;

	g_assert_cmpint(posix_fallocate(fd, 0, (off_t)size), ==, 0);
	just_read(fd, size);
	reading = time_of(just_read, fd, size);
	digesting = time_of(just_digest, fd, size);
	g_test_message("50 MB: read in %" G_GINT64_FORMAT
		       " us, digested in %" G_GINT64_FORMAT " us",
		reading, digesting);
	close(fd);
	g_unlink(path);
	g_assert_cmpint(digesting, <, (sizeof(void *) < 8 ? 12 : 6) * reading);
}

/* ---- entries ---- */

static CacheEntry sample(void)
{
	return (CacheEntry){
		.generator = cache_entry_generator(),
		.boot_id = "boot",
		.real_path = "/usr/lib/\"quoted\"\n\\\\x \x7f\x01ü",
		.argv0 = " argv0 ",
		.profile = "",
		.program = "p",
		.directory = "",
		.ld_so_cache = "l",
		.devices = "",
		.made_us = 5,
		.timeout_us = G_MAXINT64 - 1,
	};
}

static const uint32_t layers = SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET) |
			       SANDBOX_LAYER_BIT(SANDBOX_LAYER_NO_NEW_PRIVS);

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
		{.outcome = SANDBOX_SIGNALED, .signal = 31, .out = "", .err = ""},
		{.outcome = SANDBOX_TIMED_OUT, .out = "", .err = ""},
		{.outcome = SANDBOX_OUTPUT, .out = "", .err = ""},
		{.outcome = SANDBOX_EXEC_FAILED, .errnum = 2, .out = "", .err = ""},
	};
	const uint32_t held[] = {
		layers, 0, (1u << SANDBOX_N_LAYERS) - 1, layers, 1, layers};

	for (size_t i = 0; i < G_N_ELEMENTS(results); i++) {
		CacheEntry entry = sample();
		g_auto(CacheEntry) read = {0};
		g_autofree char *text = NULL;
		SandboxResult made = results[i], result;

		made.held = held[i % G_N_ELEMENTS(held)];
		text = cache_entry_format(&entry, &made);
		g_assert_true(g_str_has_prefix(text, "generator vhost-probe "));
		g_assert_cmpint(
			cache_entry_parse(text, strlen(text), &read), ==, VP_STALE_NONE);
		g_assert_cmpstr(read.real_path, ==, sample().real_path);
		g_assert_cmpstr(read.argv0, ==, sample().argv0);
		g_assert_cmpstr(read.profile, ==, "");
		g_assert_cmpint(read.timeout_us, ==, G_MAXINT64 - 1);
		g_assert_null(read.interpreter);
		g_assert_true(cache_entry_get_result(&read, &result));
		g_assert_cmpuint(result.held, ==, made.held);
		g_assert_cmpint(result.outcome, ==, results[i].outcome);
		g_assert_cmpint(result.exit_status, ==, results[i].exit_status);
		g_assert_cmpint(result.signal, ==, results[i].signal);
		g_assert_true(result.doubtful == results[i].doubtful);
		g_assert_cmpint(result.errnum, ==, results[i].errnum);
		g_assert_cmpstr(result.out, ==, results[i].out);
		g_assert_cmpstr(result.err, ==, results[i].err);
	}
}

/* Returns: (transfer full): what @read would be written as. */
static char *write_again(const CacheEntry *read)
{
	SandboxResult result;

	if (!cache_entry_get_result(read, &result))
		return NULL;
	return cache_entry_format(read, &result);
}

/* Whatever is cut off or changed, the result is an entry in exactly the written form, or
 * none. */
static void test_mutilated(void)
{
	CacheEntry entry = sample();
	SandboxResult result = {
		.out = "{}\n", .out_length = 3, .err = "", .held = layers};
	g_autofree char *text = NULL;
	size_t length;
	int n_entries = 0;

	entry.interpreter = "/bin/sh";
	entry.interpreter_file = "absent";
	text = cache_entry_format(&entry, &result);
	length = strlen(text);
	for (size_t i = 0; i < length; i++) {
		g_auto(CacheEntry) read = {0};

		g_assert_cmpint(cache_entry_parse(text, i, &read), !=, VP_STALE_NONE);
	}
	for (size_t i = 0; i < 50000; i++) {
		g_autofree char *copy = g_strdup(text), *again = NULL;
		g_auto(CacheEntry) read = {0};

		copy[g_test_rand_int_range(0, (gint32)length)] =
			(char)g_test_rand_int_range(0, 256);
		if (cache_entry_parse(copy, length, &read) != VP_STALE_NONE)
			continue;
		again = write_again(&read);
		/* The output of a failed program is not written. */
		if (again && read.exit_status == 0) {
			g_assert_cmpstr(again, ==, copy);
			n_entries++;
		}
	}
	g_assert_cmpint(n_entries, >, 100);
}

/* There is one way to write each entry. */
static void test_strict(void)
{
	static const struct {
		const char *from, *to;
	} changes[] = {
		{"signal 0\n", "signal 00\n"},
		{"signal 0\n", "signal \n"},
		{"signal 0\n", "signal +0\n"},
		{"signal 0\n", "signal -1\n"},
		{"signal 0\n", "signal 0 \n"},
		{"signal 0\n", "signal  0\n"},
		{"signal 0\n", "signal\t0\n"},
		{"signal 0\n", "signal 9223372036854775807\n"},
		{"signal 0\n", "signal 99999999999999999999\n"},
		{"signal 0\n", "signal 18446744073709551616\n"},
		{"signal 0\n", "signal 0x0\n"},
		{"signal 0\n", "signal 0\r\n"},
		{"signal 0\n", ""},
		{"signal 0\n", "signal 0\nsignal 0\n"},
		{"signal 0\nerrno 0\n", "errno 0\nsignal 0\n"},
		{"signal 0\n", "signal 0\n\n"},
		{"signal 0\n", "Signal 0\n"},
		{"layers net no-new-privs\n", "layers no-new-privs net\n"},
		{"layers net no-new-privs\n", "layers net net no-new-privs\n"},
		{"layers net no-new-privs\n", "layers  net no-new-privs\n"},
		{"layers net no-new-privs\n", "layers net  no-new-privs\n"},
		{"layers net no-new-privs\n", "layers net no-new-privs \n"},
		{"layers net no-new-privs\n", "layers netno-new-privs\n"},
		{"layers net no-new-privs\n", "layers net tinfoil\n"},
		{"devices \n", "devices\n"},
		{"boot_id boot\n", "boot_id \\boot\n"},
		{"boot_id boot\n", "boot_id boot\\\n"},
		{"boot_id boot\n", "boot_id boot\\x\n"},
		{"boot_id boot\n", "boot_id boot\\x1\n"},
		{"boot_id boot\n", "boot_id boot\\x00\n"},
		{"boot_id boot\n", "boot_id boot\\x0a\n"},
		{"boot_id boot\n", "boot_id boot\\x1B\n"},
		{"boot_id boot\n", "boot_id boot\\x41\n"},
		{"boot_id boot\n", "boot_id boot\\t\n"},
		{"boot_id boot\n", "boot_id boot\t\n"},
		{"boot_id boot\n", "boot_id boot\x7f\n"},
		{"boot_id boot\n", "boot_id b\xffoot\n"},
		{"boot_id boot\n", "boot_id b\xc0\x8aoot\n"},
		{"stderr \n", "stderr "},
		{"stderr \n", "stderr \n "},
		{"stderr \n", "stderr \nmore x\n"},
		{"generator ", " generator "},
		{"generator ", "\xef\xbb\xbfgenerator "},
	};
	CacheEntry entry = sample();
	SandboxResult result = {.out = "{}", .out_length = 2, .err = "", .held = layers};
	g_autofree char *text = cache_entry_format(&entry, &result);

	for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
		g_auto(CacheEntry) read = {0};
		g_auto(GStrv) parts = g_strsplit(text, changes[i].from, 2);
		g_autofree char *changed = g_strjoinv(changes[i].to, parts);

		g_assert_cmpuint(g_strv_length(parts), ==, 2);
		g_assert_cmpint(cache_entry_parse(changed, strlen(changed), &read), ==,
			VP_STALE_ENTRY);
	}
	/* With a NUL after it. */
	{
		g_auto(CacheEntry) read = {0};

		g_assert_cmpint(cache_entry_parse(text, strlen(text) + 1, &read), ==,
			VP_STALE_ENTRY);
	}
}

static void test_generator(void)
{
	static const char *const others[] = {"generator vhost-probe 9.0.0, format 9\n",
		"generator vhost-probe 9.0.0, format 9", "generator \nwhatever",
		"generator "};

	for (size_t i = 0; i < G_N_ELEMENTS(others); i++) {
		g_auto(CacheEntry) read = {0};

		g_assert_cmpint(cache_entry_parse(others[i], strlen(others[i]), &read),
			==, VP_STALE_GENERATOR);
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

		g_assert_null(cache_entry_format(&entry, &results[i]));
	}
}

static void test_names(void)
{
	g_autofree char *name = cache_dir_entry_name("/a", "b", "c");
	g_autofree char *other = cache_dir_entry_name("/ab", "", "c");
	g_autofree char *leftover = g_strconcat(name, ".new", NULL);
	g_auto(GStrv) parts = g_strsplit(name, ".", 2);
	g_autofree char *older = g_strconcat(parts[0], ".json", NULL);
	g_autofree char *older_leftover = g_strconcat(older, ".new", NULL);

	g_assert_cmpstr(name, !=, other);
	g_assert_true(cache_dir_is_entry_name(name));
	g_assert_true(cache_dir_is_leftover_name(leftover));
	g_assert_false(cache_dir_is_entry_name(leftover));
	g_assert_false(cache_dir_is_leftover_name(name));
	/* Of versions whose entries were JSON. */
	g_assert_false(cache_dir_is_entry_name(older));
	g_assert_true(cache_dir_is_leftover_name(older));
	g_assert_true(cache_dir_is_leftover_name(older_leftover));
	g_assert_false(cache_dir_is_entry_name("lock"));
	g_assert_false(cache_dir_is_entry_name("../x.entry"));
	g_assert_false(cache_dir_is_entry_name(name + 1));
}

static void test_order(void)
{
	g_autoptr(Stamper) stamper = stamper_new(NULL);
	CacheEntry entry = sample();

	g_assert_cmpint(cache_find_change(&entry, stamper, "p", "l"), ==, VP_STALE_NONE);
	g_assert_cmpint(
		cache_find_change(&entry, stamper, "p", "x"), ==, VP_STALE_LD_SO_CACHE);
	entry.interpreter = "/nonexistent";
	entry.interpreter_file = "absent";
	g_assert_cmpint(cache_find_change(&entry, stamper, "p", "l"), ==, VP_STALE_NONE);
	entry.interpreter_file = "x";
	g_assert_cmpint(
		cache_find_change(&entry, stamper, "p", "x"), ==, VP_STALE_INTERPRETER);
	entry.directory = "x";
	g_assert_cmpint(
		cache_find_change(&entry, stamper, "p", "x"), ==, VP_STALE_DIRECTORY);
	g_assert_cmpint(
		cache_find_change(&entry, stamper, "x", "x"), ==, VP_STALE_PROGRAM);
	g_assert_cmpint(
		cache_find_change(&entry, stamper, NULL, "x"), ==, VP_STALE_PROGRAM);
	g_assert_cmpint(cache_find_end(&entry, "boot"), ==, VP_STALE_NONE);
	entry.lifetime_us = 1;
	g_assert_cmpint(cache_find_end(&entry, "boot"), ==, VP_STALE_AGE);
	g_assert_cmpint(cache_find_end(&entry, "other"), ==, VP_STALE_BOOT_ID);
}

/* Two of one process, as two processes have them. */
static void test_locks(void)
{
	g_autofree char *path = g_build_filename(dir, "locks", NULL);
	g_autofree char *a = cache_dir_entry_name("/a", "", "");
	g_autofree char *b = cache_dir_entry_name("/b", "", "");
	g_autoptr(GError) error = NULL;
	FileCaller caller = cache_dir_caller(geteuid());
	int dir_fd = cache_dir_open(path, &caller, CACHE_DIR_MAKE_PARENTS, &error);
	int first, second;

	g_assert_no_error(error);
	first = cache_dir_open_lock(dir_fd, geteuid(), &error);
	g_assert_no_error(error);
	second = cache_dir_open_lock(dir_fd, geteuid(), &error);
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

/* Whether a write beyond the limit on files fails, in a process that would die of the
 * signal, and leaves only what was there before. */
static int write_beyond_limit(int dir_fd, bool pending_before)
{
	const struct rlimit limit = {0, 0};
	g_autofree char *name = cache_dir_entry_name("/limit", "", "");
	g_autoptr(GError) error = NULL;
	sigset_t too_large, mask, pending;

	sigemptyset(&too_large);
	sigaddset(&too_large, SIGXFSZ);
	if (pending_before) {
		sigprocmask(SIG_BLOCK, &too_large, NULL);
		raise(SIGXFSZ);
	}
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0 ||
		cache_dir_write(dir_fd, name, "text", 0600, &error))
		return 1;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	sigpending(&pending);
	return !strstr(error->message, "File too large") ||
	       sigismember(&mask, SIGXFSZ) != pending_before ||
	       sigismember(&pending, SIGXFSZ) != pending_before;
}

static void test_limit(void)
{
	g_autofree char *path = g_build_filename(dir, "limit", NULL);
	FileCaller caller = cache_dir_caller(geteuid());
	int dir_fd = cache_dir_open(path, &caller, CACHE_DIR_MAKE_PARENTS, NULL);

	for (int pending_before = 0; pending_before < 2; pending_before++) {
		int status;
		pid_t pid = fork();

		if (pid == 0)
			_exit(write_beyond_limit(dir_fd, pending_before));
		g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
		g_assert_cmpint(status, ==, 0);
	}
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
	g_test_add_func("/cache/stamps/set-times", test_set_times);
	g_test_add_func("/cache/stamps/file-system", test_file_system);
	g_test_add_func("/cache/stamps/future", test_future);
	g_test_add_func("/cache/stamps/directory", test_directory);
	g_test_add_func("/cache/stamps/file", test_file);
	g_test_add_func("/cache/stamps/interpreter", test_interpreter);
	g_test_add_func("/cache/stamps/settle", test_settle);
	g_test_add_func("/cache/digest/each-bit", test_digest);
	g_test_add_func("/cache/digest/chunks", test_digest_chunks);
	g_test_add_func("/cache/digest/steps", test_digest_steps);
	g_test_add_func("/cache/digest/cost", test_digest_cost);
	g_test_add_func("/cache/entry/round-trip", test_round_trip);
	g_test_add_func("/cache/entry/mutilated", test_mutilated);
	g_test_add_func("/cache/entry/strict", test_strict);
	g_test_add_func("/cache/entry/generator", test_generator);
	g_test_add_func("/cache/entry/not-kept", test_not_kept);
	g_test_add_func("/cache/entry/order", test_order);
	g_test_add_func("/cache/for-all", test_for_all);
	g_test_add_func("/cache/names", test_names);
	g_test_add_func("/cache/locks", test_locks);
	g_test_add_func("/cache/limit", test_limit);
	return g_test_run();
}
