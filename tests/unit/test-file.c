// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whom to trust, as pure logic over struct stat; opening and reading with real files in a
 * directory of its own. An alarm ends the program if anything waits.
 */
#include "common/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/capability.h>
#include <signal.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/xattr.h>

#include "common/access.h"
#include "common/autofd.h"
#include "tests/skip.h"

/* What only root can do is tested where root runs the tests. */
static void skip(const char *reason)
{
	if (geteuid() == 0)
		skip_or_fail(reason);
	else
		g_test_skip(reason);
}

/* A directory for one test. */
typedef struct {
	char *path;
	int fd;
} Fixture;

static void set_up(Fixture *dir, const void *unused)
{
	g_autoptr(GError) error = NULL;

	dir->path = g_dir_make_tmp("test-file-XXXXXX", &error);
	g_assert_no_error(error);
	dir->fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	g_assert_cmpint(dir->fd, >=, 0);
}

static void tear_down(Fixture *dir, const void *unused)
{
	g_autoptr(GDir) entries = g_dir_open(dir->path, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(entries)))
		if (unlinkat(dir->fd, name, 0) < 0)
			g_assert_no_errno(unlinkat(dir->fd, name, AT_REMOVEDIR));
	g_assert_no_errno(g_rmdir(dir->path));
	close(dir->fd);
	g_free(dir->path);
}

/* Returns: a new file with @length bytes of 'a', open for reading and writing. */
static int make_file(const Fixture *dir, const char *name, size_t length)
{
	g_autofree char *content = g_strnfill(length, 'a');
	autofd fd = openat(dir->fd, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);

	g_assert_cmpint(fd, >=, 0);
	g_assert_cmpint(write(fd, content, length), ==, length);
	g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
	return steal_fd(&fd);
}

static void test_distrust(void)
{
	static const struct {
		uid_t uid;
		gid_t gid;
		mode_t mode;
		struct {
			uid_t uid;
			gid_t gid;
		} caller;
		const char *reason; /* NULL: trusted; ids may have names on this host */
	} cases[] = {
		/* The caller is a user: root's files and his own. */
		{0, 0, 0644, {1000, 1000}, NULL},
		{0, 0, 0755, {1000, 1000}, NULL},
		{0, 50, 0644, {1000, 1000}, NULL},
		{1000, 1000, 0644, {1000, 1000}, NULL},
		{1000, 50, 0600, {1000, 1000}, NULL},
		{1000, 1000, 0444, {1000, 1000}, NULL},
		{1001, 1000, 0644, {1000, 1000},
			"belongs to *1001*, neither to root nor to *1000*"},
		{1001, 1001, 0400, {1000, 1000},
			"belongs to *1001*, neither to root nor to *1000*"},
		{65534, 65534, 0444, {1000, 1000},
			"belongs to *65534*, neither to root nor to *1000*"},

		/* The caller is root: only root's files. */
		{0, 0, 0644, {0, 0}, NULL},
		{0, 1000, 0755, {0, 0}, NULL},
		{1000, 0, 0644, {0, 0}, "belongs to *1000*, not to root"},
		{1000, 1000, 0400, {0, 0}, "belongs to *1000*, not to root"},

		/* Nobody trusts what everyone can write. */
		{0, 0, 0646, {1000, 1000}, "can be written by everyone (mode 0646)"},
		{0, 0, 0777, {1000, 1000}, "can be written by everyone (mode 0777)"},
		{1000, 1000, 0602, {1000, 1000},
			"can be written by everyone (mode 0602)"},
		{1000, 1000, 0666, {1000, 1000},
			"can be written by everyone (mode 0666)"},
		{0, 0, 0666, {0, 0}, "can be written by everyone (mode 0666)"},
		{0, 0, 01777, {0, 0}, "can be written by everyone (mode 1777)"},

		/* A group may only write the caller's own file, being his primary group.
		 */
		{1000, 1000, 0664, {1000, 1000}, NULL},
		{1000, 100, 0664, {1000, 100}, NULL},
		{1000, 1000, 0620, {1000, 1000}, NULL},
		{1000, 50, 0664, {1000, 1000},
			"can be written by group *50* (mode 0664)"},
		{1000, 0, 0664, {1000, 1000}, "can be written by group *0* (mode 0664)"},
		{0, 1000, 0664, {1000, 1000},
			"can be written by group *1000* (mode 0664)"},
		{0, 0, 0664, {1000, 0}, "can be written by group *0* (mode 0664)"},
		{0, 0, 0664, {0, 0}, "can be written by group *0* (mode 0664)"},
		{0, 0, 0620, {0, 0}, "can be written by group *0* (mode 0620)"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct stat st = {
			.st_uid = cases[i].uid,
			.st_gid = cases[i].gid,
			.st_mode = S_IFREG | cases[i].mode,
		};
		FileCaller caller = {
			.uid = cases[i].caller.uid,
			.gid = cases[i].caller.gid,
			.knows_nameless = true,
		};
		g_autofree char *reason = file_distrust(-1, &st, &caller, NULL);

		g_test_message("%zu: %s", i, reason ? reason : "trusted");
		g_assert_cmpint(reason != NULL, ==, cases[i].reason != NULL);
		g_assert_true(!reason || g_pattern_match_simple(cases[i].reason, reason));
	}
}

/* Judges the file as a program, as its owner, through an O_PATH descriptor. */
static char *distrust_program(const Fixture *dir, const char *name)
{
	autofd fd = openat(dir->fd, name, O_PATH | O_CLOEXEC);
	struct stat st;

	g_assert_no_errno(fstat(fd, &st));
	return file_distrust_program(
		fd, &st, &(FileCaller){.uid = geteuid(), .gid = getegid()}, NULL);
}

static void test_program_mode(Fixture *dir, const void *unused)
{
	static const struct {
		mode_t mode;
		const char *reason;
	} cases[] = {
		{0755, NULL},
		{0644, NULL}, /* whether it can be executed is not asked here */
		{0757, "can be written by everyone (mode 0757); to trust it: "
		       "chmod go-w */program"},
		{04755, "is setuid (mode 4755); to trust it: chmod ug-s */program"},
		{02755, "is setgid (mode 2755); to trust it: chmod ug-s */program"},
		{06755, "is setuid (mode 6755); to trust it: chmod ug-s */program"},
		{04644, "is setuid (mode 4644); to trust it: chmod ug-s */program"},
		{02644, "is setgid (mode 2644); to trust it: chmod ug-s */program"},
	};
	autofd fd = make_file(dir, "program", 1);

	/* In a directory with a group of its own, the setgid bit would be dropped. */
	g_assert_no_errno(fchown(fd, -1, getegid()));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *reason = NULL;

		g_assert_no_errno(fchmod(fd, cases[i].mode));
		reason = distrust_program(dir, "program");
		g_test_message("%zu: %s", i, reason ? reason : "trusted");
		g_assert_cmpint(reason != NULL, ==, cases[i].reason != NULL);
		g_assert_true(!reason || g_pattern_match_simple(cases[i].reason, reason));
	}
}

static void test_program_capability(Fixture *dir, const void *unused)
{
	/* CAP_NET_RAW, permitted and effective. */
	const struct vfs_cap_data cap = {
		.magic_etc = GUINT32_TO_LE(VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE),
		.data[0].permitted = GUINT32_TO_LE(1 << CAP_NET_RAW),
	};
	autofd fd = make_file(dir, "program", 1);
	g_autofree char *before = NULL, *with = NULL, *after = NULL;

	g_assert_no_errno(fchmod(fd, 0755));
	before = distrust_program(dir, "program");
	g_assert_null(before);
	if (fsetxattr(fd, "security.capability", &cap, sizeof(cap), 0) < 0) {
		g_autofree char *reason =
			g_strdup_printf("no file capabilities: %s", g_strerror(errno));

		skip(reason);
		return;
	}
	with = distrust_program(dir, "program");
	g_assert_true(g_pattern_match_simple(
		"has file capabilities; to trust it: setcap -r */program", with));
	g_assert_no_errno(fremovexattr(fd, "security.capability"));
	after = distrust_program(dir, "program");
	g_assert_null(after);
}

static void test_program_unknown(void)
{
	const struct stat st = {.st_mode = S_IFREG | 0755};
	g_autofree char *reason = file_distrust_program(-1, &st, &(FileCaller){0}, NULL);

	/* A file that cannot be examined is not trusted. */
	g_assert_true(g_str_has_prefix(reason, "may have file capabilities"));
}

/* Returns: the message, after checking that nothing was opened or written. */
static char *assert_not_opened(int dir_fd, const char *path, GFileError code)
{
	g_autoptr(GError) error = NULL;
	struct stat st, before;
	autofd lowest = dup(dir_fd);
	int expected = lowest;

	close_fd(&lowest);
	memset(&st, 0xA5, sizeof(st));
	before = st;
	g_assert_cmpint(file_open_regular(dir_fd, path, &st, &error), ==, -1);
	g_assert_error(error, G_FILE_ERROR, (int)code);
	g_assert_cmpmem(&st, sizeof(st), &before, sizeof(before));
	lowest = dup(dir_fd);
	g_assert_cmpint(lowest, ==, expected);
	return g_strdup(error->message);
}

static void assert_opened(const Fixture *dir, const char *path, const struct stat *wanted)
{
	g_autoptr(GError) error = NULL;
	struct stat st, opened;
	autofd fd = file_open_regular(dir->fd, path, &st, &error);

	g_assert_no_error(error);
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, FD_CLOEXEC);
	g_assert_cmpint(fcntl(fd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);
	g_assert_no_errno(fstat(fd, &opened));
	g_assert_cmpuint(opened.st_ino, ==, wanted->st_ino);
	g_assert_cmpuint(st.st_ino, ==, wanted->st_ino);
	g_assert_cmpuint(st.st_dev, ==, wanted->st_dev);
	g_assert_cmpint(st.st_size, ==, wanted->st_size);
}

static void test_open(Fixture *dir, const void *unused)
{
	autofd fd = make_file(dir, "file", 5);
	g_autofree char *absolute = g_build_filename(dir->path, "file", NULL);
	struct stat st;

	g_assert_no_errno(fstat(fd, &st));
	assert_opened(dir, "file", &st);
	assert_opened(dir, absolute, &st);
	g_assert_no_errno(symlinkat("file", dir->fd, "link"));
	g_assert_no_errno(symlinkat("link", dir->fd, "link-to-link"));
	assert_opened(dir, "link-to-link", &st);
}

static void test_open_missing(Fixture *dir, const void *unused)
{
	close(make_file(dir, "file", 1));
	g_assert_no_errno(symlinkat("nowhere", dir->fd, "dangling"));
	g_assert_no_errno(symlinkat("loop", dir->fd, "loop"));
	g_free(assert_not_opened(dir->fd, "missing", G_FILE_ERROR_NOENT));
	g_free(assert_not_opened(dir->fd, "", G_FILE_ERROR_NOENT));
	g_free(assert_not_opened(dir->fd, "dangling", G_FILE_ERROR_NOENT));
	g_free(assert_not_opened(dir->fd, "loop", G_FILE_ERROR_LOOP));
	g_free(assert_not_opened(dir->fd, "file/", G_FILE_ERROR_NOTDIR));
	g_free(assert_not_opened(dir->fd, "file/file", G_FILE_ERROR_NOTDIR));
}

/* A file that is not a regular one is not opened, not even for a moment. */
static void test_open_irregular(Fixture *dir, const void *unused)
{
	static const struct {
		const char *path;
		const char *message;
	} cases[] = {
		{"fifo", "a FIFO, not a regular file"},
		{"socket", "a socket, not a regular file"},
		{"directory", "a directory, not a regular file"},
		{".", "a directory, not a regular file"},
		{"null", "a device, not a regular file"},
		{"/dev/null", "a device, not a regular file"},
		{"/dev/tty", "a device, not a regular file"},
		{"to-fifo", "a FIFO, not a regular file"},
	};
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	autofd listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	autofd watch = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	struct inotify_event event;

	g_snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", dir->path);
	g_assert_no_errno(bind(listener, (struct sockaddr *)&address, sizeof(address)));
	g_assert_no_errno(mkfifoat(dir->fd, "fifo", 0644));
	g_assert_no_errno(mkdirat(dir->fd, "directory", 0755));
	g_assert_no_errno(symlinkat("/dev/null", dir->fd, "null"));
	g_assert_no_errno(symlinkat("fifo", dir->fd, "to-fifo"));
	g_assert_no_errno(inotify_add_watch(watch, dir->path, IN_OPEN));

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *message =
			assert_not_opened(dir->fd, cases[i].path, G_FILE_ERROR_INVAL);

		g_assert_cmpstr(message, ==, cases[i].message);
	}
	g_assert_cmpint(read(watch, &event, sizeof(event)), ==, -1);
	g_assert_cmpint(errno, ==, EAGAIN);
}

/* The owner of a file can make an open() of it wait for 45 s, by a lease. */
static void test_open_leased(Fixture *dir, const void *unused)
{
	autofd fd = make_file(dir, "file", 1);

	signal(SIGIO, SIG_IGN); /* the holder is told so */
	if (fcntl(fd, F_SETLEASE, F_WRLCK) < 0) {
		g_autofree char *reason =
			g_strdup_printf("no leases: %s", g_strerror(errno));

		skip(reason);
		return;
	}
	g_free(assert_not_opened(dir->fd, "file", G_FILE_ERROR_AGAIN));
}

/* Returns: that fstat() reports, or 0. */
static off_t size_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 ? st.st_size : 0;
}

static void assert_read_as(
	int fd, off_t size, size_t max, const char *content, size_t length)
{
	g_autoptr(GError) error = NULL;
	size_t read_length = 12345;
	g_autofree char *read = file_read_bounded(fd, size, max, &read_length, &error);

	g_assert_no_error(error);
	g_assert_cmpmem(read, read_length, content, length);
	g_assert_cmpint(read[read_length], ==, '\0');
}

static void assert_read(int fd, size_t max, const char *content, size_t length)
{
	assert_read_as(fd, size_of(fd), max, content, length);
}

static void assert_not_read(int fd, size_t max, GFileError code, const char *message)
{
	g_autoptr(GError) error = NULL;
	size_t length = 12345;

	g_assert_null(file_read_bounded(fd, size_of(fd), max, &length, &error));
	g_assert_error(error, G_FILE_ERROR, (int)code);
	if (message)
		g_assert_cmpstr(error->message, ==, message);
	g_assert_cmpuint(length, ==, 12345);
}

static void test_read(Fixture *dir, const void *unused)
{
	const char content[] = "with\0NUL\xFF\n";
	autofd fd = make_file(dir, "file", 0);
	autofd empty = make_file(dir, "empty", 0);

	g_assert_cmpint(write(fd, content, sizeof(content)), ==, sizeof(content));
	g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
	assert_read(fd, 100, content, sizeof(content));

	/* D4: a file of zero length is no error here, whatever the limit. */
	assert_read(empty, 100, "", 0);
	assert_read(empty, 0, "", 0);
}

static void test_read_limit(Fixture *dir, const void *unused)
{
	/* Around the limits and around the sizes in which it might be read. */
	static const size_t sizes[] = {1, 2, 4095, 4096, 4097, 16383, 16384, 16385, 65536,
		65537, 1024 * 1024, 1024 * 1024 + 1};

	for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
		size_t size = sizes[i];
		g_autofree char *content = g_strnfill(size, 'a');
		g_autofree char *name = g_strdup_printf("file-%zu", size);
		g_autofree char *message =
			g_strdup_printf("larger than %zu bytes", size - 1);
		autofd fd = make_file(dir, name, size);

		assert_read(fd, size, content, size);
		g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
		assert_not_read(fd, size - 1, G_FILE_ERROR_NOSPC, message);
		g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
		assert_read(fd, SIZE_MAX, content, size);
		/* It had another size when it was looked at. */
		for (size_t other = size - 1; other <= size + 1; other++) {
			g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
			assert_read_as(fd, (off_t)other, SIZE_MAX, content, size);
		}
		g_assert_cmpint(lseek(fd, 0, SEEK_SET), ==, 0);
		assert_not_read(fd, 0, G_FILE_ERROR_NOSPC, "larger than 0 bytes");
	}
}

/* What is read counts, not the size that was reported before. */
static void test_read_changing(Fixture *dir, const void *unused)
{
	g_autoptr(GError) error = NULL;
	struct stat st;
	autofd writer = make_file(dir, "file", 10);
	autofd reader = file_open_regular(dir->fd, "file", &st, &error);
	autofd proc = file_open_regular(AT_FDCWD, "/proc/self/status", &st, &error);
	autofd endless = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	g_autofree char *status = NULL;
	size_t length = 0;

	g_assert_no_error(error);
	g_assert_no_errno(ftruncate(writer, 3));
	assert_read_as(reader, 10, 10, "aaa", 3);
	g_assert_cmpint(pwrite(writer, "bbb", 3, 3), ==, 3);
	assert_read(reader, 10, "bbb", 3); /* the end was not the end for ever */
	g_assert_cmpint(lseek(reader, 0, SEEK_SET), ==, 0);
	g_assert_cmpint(pwrite(writer, "ccccc", 5, 6), ==, 5);
	assert_not_read(reader, 10, G_FILE_ERROR_NOSPC, "larger than 10 bytes");

	g_assert_cmpint(st.st_size, ==, 0);
	status = file_read_bounded(proc, st.st_size, 64 * 1024, &length, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(length, >, 100);
	g_assert_true(g_str_has_prefix(status, "Name:"));

	assert_not_read(endless, 1024 * 1024, G_FILE_ERROR_NOSPC, NULL);
}

static void test_read_failing(Fixture *dir, const void *unused)
{
	assert_not_read(dir->fd, 10, G_FILE_ERROR_ISDIR, g_strerror(EISDIR));
	assert_not_read(-1, 10, G_FILE_ERROR_BADF, g_strerror(EBADF));
	g_assert_null(file_read_bounded(dir->fd, 0, 10, &(size_t){0}, NULL));
}

static void add(const char *path, void (*test)(Fixture *, const void *))
{
	g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

static void test_nameless_owners(void)
{
	static const struct {
		const char *uid_map;
		uid_t overflow, root;
		NamelessOwners owners;
	} cases[] = {
		/* All have an id: the machine's own namespace, and one that maps it all.
		 */
		{"         0          0 4294967295\n", 65534, 0, {0}},
		{"0 0 4294967295\n", 65533, 0, {0}},
		{"0 1 1000\n1000 0 1\n1001 1001 4294966294\n", 65534, 1000, {0}},

		/* An ordinary user's: unshare -Ur, Flatpak, none at all. */
		{"0 1000 1\n", 65534, 65534, {65534, false, true, true}},
		{"1000 1000 1\n", 65534, 65534, {65534, false, true, true}},
		{"", 65534, 65534, {65534, false, true, true}},
		/* Within that another: root of the parent is not the machine's. */
		{"0 0 1\n", 65534, 65534, {65534, false, true, true}},
		/* Made by root: strangers have no id, root has one. */
		{"0 0 1\n", 65534, 0, {65534, false, false, true}},
		{"1000 0 1\n", 65534, 1000, {65534, false, false, true}},

		/* Containers: 65534 is somebody's there, or only almost. */
		{"0 100000 65536\n", 65534, 65534, {65534, true, false, false}},
		{"0 100000 65535\n", 65534, 65534, {65534, true, false, false}},
		{"0 100000 65534\n", 65534, 65534, {65534, false, true, false}},
		{"0 1000 1\n1 100000 65536\n", 65534, 65534, {65534, true, false, false}},
		{"0 100000 1000\n65535 101000 1\n", 65534, 65534,
			{65534, false, true, false}},
		{"65534 1000 1\n", 65534, 65534, {65534, true, false, true}},
		/* Root's name is that very id. */
		{"65534 0 1\n", 65534, 65534, {65534, true, false, true}},
		/* The overflow id is a setting. */
		{"65534 1000 1\n", 99, 99, {99, false, true, true}},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const NamelessOwners *wanted = &cases[i].owners;
		NamelessOwners found =
			owners_parse(cases[i].uid_map, cases[i].overflow, cases[i].root);

		g_test_message("%zu: %s", i, cases[i].uid_map);
		g_assert_cmpuint(found.shown, ==, wanted->shown);
		g_assert_cmpint(found.is_somebody, ==, wanted->is_somebody);
		g_assert_cmpint(found.has_root, ==, wanted->has_root);
		g_assert_cmpint(found.leaves_one, ==, wanted->leaves_one);
	}
}

/* Without descriptors it is not known who owns a file, and that is not remembered. */
static void test_owner_unknown(void)
{
	const uid_t somebody = 12345;
	FileCaller caller = file_caller(somebody, somebody, NULL);
	g_autoptr(GError) error = NULL;
	g_autofree char *reason = NULL;
	struct stat st = {
		.st_uid = somebody, .st_gid = somebody, .st_mode = S_IFREG | 0644};
	struct rlimit before, none;
	autofd fd = open("/dev/null", O_PATH | O_CLOEXEC);

	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
	none = before;
	none.rlim_cur = 0;
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
	reason = file_distrust(fd, &st, &caller, &error);
	g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
	g_assert_nonnull(reason);
	g_assert_nonnull(error);
	g_assert_null(file_distrust(fd, &st, &caller, NULL));
}

/* Where there is no system tree, what a nameless owner's file is. */
static void test_distrust_nameless(void)
{
	static const NamelessOwners flatpak = {65534, false, true, true},
				    nobody = {65534, true, false, false};
	const struct {
		uid_t uid;
		NamelessOwners nameless;
		const char *reason;
	} cases[] = {
		{1000, flatpak, "may be anybody's: its owner has no id *"},
		{0, flatpak, "may be anybody's: its owner has no id *"},
		/* A caller without an id: not even what shows that one is its own. */
		{65534, flatpak, "may be anybody's: its owner has no id *"},
		{0, nobody, "belongs to uid 65534, which in this * may be anybody"},
		{65534, nobody, "belongs to uid 65534, which in this * may be anybody"},
	};
	const struct stat st = {.st_uid = 65534, .st_gid = 65534, .st_mode = 0100644};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		FileCaller caller = {
			.uid = cases[i].uid,
			.gid = cases[i].uid,
			.nameless = cases[i].nameless,
			.knows_nameless = true,
		};
		g_autofree char *reason = file_distrust(-1, &st, &caller, NULL);

		g_assert_nonnull(reason);
		g_test_message("%zu: %s", i, reason);
		g_assert_true(g_pattern_match_simple(cases[i].reason, reason));
	}
}

static void test_access(void)
{
	static const gid_t groups[] = {36, 44};
	static const AccessId user = {1000, 1000, groups, 2},
			      nobody = {65534, 65534, NULL, 0};
	static const struct {
		uid_t uid;
		gid_t gid;
		mode_t mode;
		const AccessId *id;
		unsigned wanted;
		bool allowed;
	} cases[] = {
		{0, 0, 0755, &nobody, ACCESS_EXECUTE | ACCESS_READ, true},
		{0, 0, 0751, &nobody, ACCESS_EXECUTE, true},
		{0, 0, 0751, &nobody, ACCESS_EXECUTE | ACCESS_READ, false},
		{0, 36, 0750, &nobody, ACCESS_EXECUTE, false},
		{0, 36, 0750, &user, ACCESS_EXECUTE, true},
		{0, 44, 0710, &user, ACCESS_EXECUTE, true},
		{0, 45, 0750, &user, ACCESS_EXECUTE, false},
		{0, 65534, 0750, &nobody, ACCESS_EXECUTE, true},
		{65534, 0, 0700, &nobody, ACCESS_EXECUTE, true},
		/* The first class that fits is the only one. */
		{1000, 1000, 0010, &user, ACCESS_EXECUTE, false},
		{1000, 1000, 0077, &user, ACCESS_EXECUTE, false},
		{0, 36, 0705, &user, ACCESS_EXECUTE, false},
		{0, 1000, 0701, &user, ACCESS_EXECUTE, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const struct stat st = {
			.st_uid = cases[i].uid,
			.st_gid = cases[i].gid,
			.st_mode = S_IFREG | cases[i].mode,
		};

		g_test_message("%zu", i);
		g_assert_cmpint(access_allows(&st, cases[i].id, cases[i].wanted), ==,
			cases[i].allowed);
	}
}

/* An access control list, of entries of tag, rights and id. */
#define ENTRY(tag, allowed, id) \
	tag, 0, allowed, 0, (id)&0xff, (id) >> 8 & 0xff, (id) >> 16 & 0xff, (id) >> 24
#define NOBODY_ID 65534u
#define NO_ID     0xffffffffu

static void test_access_list(Fixture *dir, const void *unused)
{
	static const unsigned char lists[][44] = {
		{2, 0, 0, 0, ENTRY(1, 7, NO_ID), ENTRY(2, 5, NOBODY_ID),
			ENTRY(4, 0, NO_ID), ENTRY(16, 5, NO_ID), ENTRY(32, 0, NO_ID)},
		{2, 0, 0, 0, ENTRY(1, 7, NO_ID), ENTRY(2, 0, NOBODY_ID),
			ENTRY(4, 5, NO_ID), ENTRY(16, 5, NO_ID), ENTRY(32, 5, NO_ID)},
		{2, 0, 0, 0, ENTRY(1, 7, NO_ID), ENTRY(2, 7, NOBODY_ID),
			ENTRY(4, 0, NO_ID), ENTRY(16, 4, NO_ID), ENTRY(32, 0, NO_ID)},
		{2, 0, 0, 0, ENTRY(1, 7, NO_ID), ENTRY(4, 0, NO_ID),
			ENTRY(8, 1, NOBODY_ID), ENTRY(16, 5, NO_ID), ENTRY(32, 5, NO_ID)},
		/* Its mask is empty, so that others' rights count. */
		{2, 0, 0, 0, ENTRY(1, 7, NO_ID), ENTRY(2, 0, NOBODY_ID),
			ENTRY(4, 0, NO_ID), ENTRY(16, 0, NO_ID), ENTRY(32, 5, NO_ID)},
	};
	static const AccessId nobody = {65534, 65534, NULL, 0},
			      other = {64002, 64002, NULL, 0};
	static const struct {
		const AccessId *id;
		unsigned wanted;
		bool allowed[G_N_ELEMENTS(lists)];
	} cases[] = {
		{&nobody, ACCESS_EXECUTE, {true, false, false, true, true}},
		{&nobody, ACCESS_READ, {true, false, true, false, true}},
		{&nobody, ACCESS_READ | ACCESS_EXECUTE,
			{true, false, false, false, true}},
		{&other, ACCESS_EXECUTE, {false, true, false, true, true}},
	};
	g_autofree char *path = g_build_filename(dir->path, "listed", NULL);

	g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
	for (size_t list = 0; list < G_N_ELEMENTS(lists); list++) {
		struct stat st;

		if (setxattr(path, "system.posix_acl_access", lists[list],
			    sizeof lists[list], 0) < 0) {
			g_test_skip("no access control lists here");
			return;
		}
		g_assert_cmpint(stat(path, &st), ==, 0);
		for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
			g_test_message("list %zu, case %zu", list, i);
			g_assert_cmpint(
				access_allows_at(path, &st, cases[i].id, cases[i].wanted),
				==, cases[i].allowed[list]);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	alarm(60);
	umask(022);
	g_test_add_func("/file/access", test_access);
	g_test_add_func("/file/nameless-owners", test_nameless_owners);
	g_test_add_func("/file/distrust/owner-unknown", test_owner_unknown);
	g_test_add_func("/file/distrust/nameless", test_distrust_nameless);
	g_test_add_func("/file/distrust", test_distrust);
	add("/file/distrust/program-mode", test_program_mode);
	add("/file/distrust/program-capability", test_program_capability);
	g_test_add_func("/file/distrust/program-unknown", test_program_unknown);
	add("/file/access-list", test_access_list);
	add("/file/open", test_open);
	add("/file/open/missing", test_open_missing);
	add("/file/open/irregular", test_open_irregular);
	add("/file/open/leased", test_open_leased);
	add("/file/D4/read", test_read);
	add("/file/read/limit", test_read_limit);
	add("/file/read/changing", test_read_changing);
	add("/file/read/failing", test_read_failing);
	return g_test_run();
}
