// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Opening a candidate's program: the file that was checked, or none.
 */
#include "probe/candidate.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <glib/gstdio.h>

typedef struct {
	char *dir, *program, *other;
	VpCandidate *candidate;
} Fixture;

static void put(const char *path, const char *content)
{
	g_assert_true(g_file_set_contents(path, content, -1, NULL));
	g_assert_no_errno(chmod(path, 0755));
}

static void set_up(Fixture *fixture, gconstpointer data)
{
	struct stat st;

	fixture->dir = g_dir_make_tmp("test-open-XXXXXX", NULL);
	fixture->program = g_build_filename(fixture->dir, "program", NULL);
	fixture->other = g_build_filename(fixture->dir, "other", NULL);
	put(fixture->program, "#!/bin/sh\n");
	g_assert_no_errno(stat(fixture->program, &st));
	fixture->candidate = candidate_new();
	fixture->candidate->binary = g_strdup(fixture->program);
	fixture->candidate->real_path = g_strdup(fixture->program);
	fixture->candidate->program = sandbox_file(&st);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	g_unlink(fixture->program);
	g_unlink(fixture->other);
	g_rmdir(fixture->program);
	g_assert_no_errno(g_rmdir(fixture->dir));
	candidate_free(fixture->candidate);
	g_free(fixture->dir);
	g_free(fixture->program);
	g_free(fixture->other);
}

static void assert_refused(const Fixture *fixture, VpError code)
{
	g_autoptr(GError) error = NULL;

	g_assert_cmpint(vp_candidate_open(fixture->candidate, &error), ==, -1);
	g_assert_error(error, VP_ERROR, (int)code);
	g_assert_cmpint(vp_candidate_open(fixture->candidate, NULL), ==, -1);
}

static void test_same(Fixture *fixture, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	int fd = vp_candidate_open(fixture->candidate, &error);
	struct stat st;

	g_assert_no_error(error);
	g_assert_cmpint(fcntl(fd, F_GETFD), ==, FD_CLOEXEC);
	g_assert_cmpint(fcntl(fd, F_GETFL) & O_PATH, ==, O_PATH);
	g_assert_no_errno(fstat(fd, &st));
	g_assert_cmpint(st.st_ino, ==, fixture->candidate->program.ino);
	close(fd);
}

/* By another name that leads to it, and whatever lies elsewhere. */
static void test_link(Fixture *fixture, gconstpointer data)
{
	int fd;

	g_assert_no_errno(symlink("program", fixture->other));
	g_free(fixture->candidate->binary);
	fixture->candidate->binary = g_strdup(fixture->other);
	fd = vp_candidate_open(fixture->candidate, NULL);
	g_assert_cmpint(fd, >=, 0);
	close(fd);
	g_unlink(fixture->other);
	put(fixture->other, "#!/bin/sh\n");
	assert_refused(fixture, VP_ERROR_REPLACED);
}

static void test_replaced(Fixture *fixture, gconstpointer data)
{
	put(fixture->other, "#!/bin/sh\n");
	g_assert_no_errno(g_rename(fixture->other, fixture->program));
	assert_refused(fixture, VP_ERROR_REPLACED);
}

static void test_changed(Fixture *fixture, gconstpointer data)
{
	g_assert_no_errno(chmod(fixture->program, 0555));
	assert_refused(fixture, VP_ERROR_REPLACED);
}

/* With its size and times as they were. */
static void test_forged(Fixture *fixture, gconstpointer data)
{
	struct stat st;
	int fd = open(fixture->program, O_WRONLY | O_CLOEXEC);

	g_assert_no_errno(fstat(fd, &st));
	g_usleep(20 * 1000);
	g_assert_cmpint(pwrite(fd, "#!/bin/ed\n", 10, 0), ==, 10);
	g_assert_no_errno(futimens(fd, (struct timespec[]){st.st_atim, st.st_mtim}));
	close(fd);
	assert_refused(fixture, VP_ERROR_REPLACED);
}

/* It would be waited for, or have effects, if it were opened. */
static void test_fifo(Fixture *fixture, gconstpointer data)
{
	g_unlink(fixture->program);
	g_assert_no_errno(mkfifo(fixture->program, 0755));
	assert_refused(fixture, VP_ERROR_REPLACED);
}

static void test_directory(Fixture *fixture, gconstpointer data)
{
	g_unlink(fixture->program);
	g_assert_no_errno(g_mkdir(fixture->program, 0755));
	assert_refused(fixture, VP_ERROR_REPLACED);
}

static void test_gone(Fixture *fixture, gconstpointer data)
{
	g_unlink(fixture->program);
	assert_refused(fixture, VP_ERROR_GONE);
}

static void test_unchecked(Fixture *fixture, gconstpointer data)
{
	g_clear_pointer(&fixture->candidate->real_path, g_free);
	assert_refused(fixture, VP_ERROR_INVALID);
	g_clear_pointer(&fixture->candidate->binary, g_free);
	assert_refused(fixture, VP_ERROR_INVALID);
}

/* A shortage is ours, and says nothing about the program. */
static void test_shortage(Fixture *fixture, gconstpointer data)
{
	struct rlimit before, none;
	g_autoptr(GError) error = NULL;

	g_assert_no_errno(getrlimit(RLIMIT_NOFILE, &before));
	none = (struct rlimit){0, before.rlim_max};
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &none));
	vp_candidate_open(fixture->candidate, &error);
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &before));
	g_assert_error(error, VP_ERROR, VP_ERROR_SHORTAGE);
	g_assert_nonnull(strstr(error->message, "raise the limit"));
}

/* A script has to be executed by its path, as the header says. */
static void test_execute(Fixture *fixture, gconstpointer data)
{
	int fd = vp_candidate_open(fixture->candidate, NULL), status;
	char *const argv[] = {fixture->program, NULL};
	pid_t pid = fork();

	if (pid == 0) {
		syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
		if (errno == ENOENT)
			execv(*argv, argv);
		_exit(99);
	}
	g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
	g_assert_cmpint(status, ==, 0);
	close(fd);
}

static const struct {
	const char *name;
	void (*run)(Fixture *fixture, gconstpointer data);
} tests[] = {
	{"same", test_same},
	{"link", test_link},
	{"replaced", test_replaced},
	{"changed", test_changed},
	{"forged", test_forged},
	{"fifo", test_fifo},
	{"directory", test_directory},
	{"gone", test_gone},
	{"unchecked", test_unchecked},
	{"shortage", test_shortage},
	{"execute", test_execute},
};

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(tests); i++) {
		g_autofree char *path = g_strconcat("/open/", tests[i].name, NULL);

		g_test_add(path, Fixture, NULL, set_up, tests[i].run, tear_down);
	}
	return g_test_run();
}
