// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Many processes on one cache: programs that are replaced under them, writers that are
 * killed, callers that all want the same, and a lock that somebody keeps.
 *
 * A program prints its generation, so that an answer from before the call shows. STORM=N
 * in the environment: N times as long, with N times as many kills.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <glib/gstdio.h>

#include "common/json.h"
#include "probe/cache/list.h"
#include "tests/skip.h"

#define N_PROGRAMS 8
#define N_CALLERS  64
#define STORM_US   ((gint64)12 * G_USEC_PER_SEC)
#define N_KILLS    150
/* Results are kept only for files that nobody has touched for two seconds. */
#define SETTLE_US (2200 * 1000)

static char *program; /* vhost-probe itself */
static char *top, *cache, *manifests;
static int generations[N_PROGRAMS]; /* atomic: that are in place */
static int n_hits, n_runs, n_calls, n_refreshes, n_changes, n_wrong;
static gint64 end_us;
static int times = 1;

/* ---- places and programs ---- */

static char *write_file(const char *name, const char *text, mode_t mode)
{
	char *path = g_build_filename(top, name, NULL);

	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
	return path;
}

/* In a directory of its own: what happens in one takes the entry away. */
static char *make_place(int number)
{
	char *name = g_strdup_printf("program-%d/program", number);
	g_autofree char *path = g_build_filename(top, name, NULL);
	g_autofree char *directory = g_path_get_dirname(path);

	g_assert_cmpint(g_mkdir_with_parents(directory, 0755), ==, 0);
	return name;
}

static char *script_text(int number, int generation, const char *before)
{
	return g_strdup_printf(
		"#!/bin/sh\n%secho '{\"type\": \"storm-%d\", \"features\": "
		"[\"g%08d\"]}'\n",
		before, number, generation);
}

static void announce(int number, const char *binary)
{
	g_autofree char *name = g_strdup_printf("manifests/%02d.json", number);
	g_autofree char *text = g_strdup_printf(
		"{\"description\": \"storm\", \"type\": \"storm-%d\", \"binary\": "
		"\"%s\"}\n",
		number, binary);

	g_free(write_file(name, text, 0644));
}

/* Returns: whether programs can be run here; a skip or failure if not. */
static bool set_up(void)
{
	const char *argv[] = {program, "--binary", "/bin/true", "--cache", "off", NULL};
	int status;

	g_assert_true(g_spawn_sync(NULL, (char **)argv, NULL,
		G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
		NULL, &status, NULL));
	/* It is no backend, but it was run. */
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 1) {
		skip_or_fail("no sandbox of level full on this host");
		return false;
	}
	top = g_dir_make_tmp("storm-XXXXXX", NULL);
	manifests = g_build_filename(top, "manifests", NULL);
	cache = g_build_filename(top, "cache", NULL);
	g_assert_nonnull(top);
	g_assert_cmpint(g_chmod(top, 0755), ==, 0);
	g_assert_cmpint(g_mkdir(manifests, 0755), ==, 0);
	return true;
}

static void tear_down(void)
{
	const char *argv[] = {"rm", "-rf", top, NULL};

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL);
	g_clear_pointer(&top, g_free);
	g_clear_pointer(&manifests, g_free);
	g_clear_pointer(&cache, g_free);
}

/* ---- calls ---- */

typedef struct {
	int status;
	char *source, *verdict, *feature; /* of the first candidate, or NULL */
	gint64 stored;
} Answer;

static char *dup_member(json_object *object, const char *name)
{
	json_object *member;

	return json_object_object_get_ex(object, name, &member) && member
		       ? g_strdup(json_object_get_string(member))
		       : NULL;
}

static void read_answer(const char *text, Answer *answer)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(json_object) root = json_parse_strict(text, strlen(text), &error);
	json_object *member, *candidate;

	g_assert_no_error(error);
	json_object_object_get_ex(root, "cache", &member);
	answer->stored = json_object_get_int64(json_object_object_get(member, "stored"));
	json_object_object_get_ex(root, "candidates", &member);
	g_assert_cmpuint(json_object_array_length(member), >, 0);
	for (size_t i = 0; i < json_object_array_length(member); i++) {
		g_autofree char *verdict = NULL;

		candidate = json_object_array_get_idx(member, i);
		verdict = dup_member(candidate, "verdict");
		if (g_str_equal(verdict, "other-type"))
			continue;
		answer->verdict = g_steal_pointer(&verdict);
		if (json_object_object_get_ex(candidate, "probe", &member))
			answer->source = dup_member(member, "source");
		if (json_object_object_get_ex(candidate, "capabilities", &member) &&
			member &&
			json_object_object_get_ex(member, "features", &member) &&
			json_object_array_length(member))
			answer->feature = g_strdup(json_object_get_string(
				json_object_array_get_idx(member, 0)));
		return;
	}
}

static void answer_clear(Answer *answer)
{
	g_free(answer->source);
	g_free(answer->verdict);
	g_free(answer->feature);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

static Answer ask(int number, const char *timeout, const char *mode)
{
	g_autofree char *type = g_strdup_printf("storm-%d", number);
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	const char *argv[] = {program, "--type", type, "--json", "--dir", manifests,
		"--cache-dir", cache, "--timeout", timeout, "--cache", mode, NULL};
	Answer answer = {0};
	int status = 0;

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
		&text, NULL, &status, &error);
	g_assert_no_error(error);
	g_assert_true(WIFEXITED(status));
	answer.status = WEXITSTATUS(status);
	read_answer(text, &answer);
	return answer;
}

static pid_t start_refresh(void)
{
	const char *argv[] = {program, "refresh", "--quiet", "--dir", manifests,
		"--cache-dir", cache, NULL};
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	g_assert_cmpint(
		posix_spawn(&pid, program, &actions, NULL, (char **)argv, environ), ==,
		0);
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		g_assert_cmpint(errno, ==, EINTR);
	return status;
}

/* ---- never a wrong answer ---- */

static void replace(int number)
{
	int generation = g_atomic_int_get(&generations[number]) + 1;
	g_autofree char *name = make_place(number);
	g_autofree char *path = g_build_filename(top, name, NULL);
	g_autofree char *text = script_text(number, generation, "");

	if (generation % 2) {
		g_autofree char *new_path = write_file("new", text, 0755);

		g_assert_cmpint(rename(new_path, path), ==, 0);
	} else {
		/* In place, in one call, of the same length. */
		size_t length = strlen(text);
		int fd;

		/* While it is being executed nobody may. */
		while ((fd = open(path, O_WRONLY | O_CLOEXEC)) < 0)
			g_assert_cmpint(errno, ==, ETXTBSY);
		g_assert_cmpint(pwrite(fd, text, length, 0), ==, (ssize_t)length);
		close(fd);
	}
	g_atomic_int_set(&generations[number], generation);
	g_atomic_int_inc(&n_changes);
}

/* Some programs live long enough to be kept, others do not. */
static void *replace_programs(void *data)
{
	g_autoptr(GRand) rand = g_rand_new();

	while (g_get_monotonic_time() < end_us) {
		g_usleep((gulong)g_rand_int_range(rand, 20 * 1000, 600 * 1000));
		replace(g_rand_int_range(rand, 0, N_PROGRAMS));
	}
	return NULL;
}

static void call_once(int number)
{
	int before = g_atomic_int_get(&generations[number]);
	g_auto(Answer) answer = ask(number, "20", "auto");
	int after = g_atomic_int_get(&generations[number]);
	int found = answer.feature ? atoi(answer.feature + 1) : -1;

	g_atomic_int_inc(&n_calls);
	if (g_strcmp0(answer.source, "cache") == 0)
		g_atomic_int_inc(&n_hits);
	else
		g_atomic_int_inc(&n_runs);
	/* It was replaced between check and run, and that was noticed. */
	if (g_str_equal(answer.verdict, "exec-failed"))
		return;
	/* One that is in place already may not be counted yet. */
	if (answer.status == 0 && found >= before && found <= after + 1)
		return;
	g_atomic_int_inc(&n_wrong);
	g_printerr("# generations %d to %d: %d from %s, %s\n", before, after, found,
		answer.source, answer.verdict);
}

static void *call_often(void *data)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(GPOINTER_TO_UINT(data));

	while (g_get_monotonic_time() < end_us) {
		if (g_rand_int_range(rand, 0, 50) == 0) {
			g_assert_true(WIFEXITED(wait_for(start_refresh())));
			g_atomic_int_inc(&n_refreshes);
		} else {
			call_once(g_rand_int_range(rand, 0, N_PROGRAMS));
		}
	}
	return NULL;
}

static void test_replaced(void)
{
	GThread *callers[N_CALLERS], *replacer;

	if (!set_up())
		return;
	for (int i = 0; i < N_PROGRAMS; i++) {
		g_autofree char *name = make_place(i);
		g_autofree char *text = script_text(i, 0, "");
		g_autofree char *path = write_file(name, text, 0755);

		announce(i, path);
	}
	g_usleep(SETTLE_US);
	end_us = g_get_monotonic_time() + times * STORM_US;
	replacer = g_thread_new("replacer", replace_programs, NULL);
	for (guint i = 0; i < N_CALLERS; i++)
		callers[i] = g_thread_new("caller", call_often, GUINT_TO_POINTER(i));
	for (guint i = 0; i < N_CALLERS; i++)
		g_thread_join(callers[i]);
	g_thread_join(replacer);
	g_test_message("%d calls (%d from the cache, %d run), %d refreshes, %d changes",
		n_calls, n_hits, n_runs, n_refreshes, n_changes);
	g_assert_cmpint(n_wrong, ==, 0);
	/* All kinds of events have happened. */
	g_assert_cmpint(n_hits, >, 0);
	g_assert_cmpint(n_runs, >, 0);
	g_assert_cmpint(n_refreshes, >, 0);
	g_assert_cmpint(n_changes, >, 20);
	tear_down();
}

/* ---- many callers, one probe ---- */

static char *add_slow_program(int number, const char *before)
{
	g_autofree char *name = make_place(number);
	g_autofree char *text = script_text(number, 0, before);
	char *path = write_file(name, text, 0755);

	announce(number, path);
	return path;
}

static void *call_and_count(void *data)
{
	g_auto(Answer) answer = ask(0, "30", "auto");

	g_assert_cmpint(answer.status, ==, 0);
	g_assert_cmpstr(answer.feature, ==, "g00000000");
	g_atomic_int_add(g_str_equal(answer.source, "cache") ? &n_hits : &n_runs, 1);
	return NULL;
}

static void test_one_probe(void)
{
	GThread *callers[N_CALLERS];

	if (!set_up())
		return;
	g_free(add_slow_program(0, "sleep 0.5\n"));
	g_usleep(SETTLE_US);
	n_hits = n_runs = 0;
	for (guint i = 0; i < N_CALLERS; i++)
		callers[i] = g_thread_new("caller", call_and_count, NULL);
	for (guint i = 0; i < N_CALLERS; i++)
		g_thread_join(callers[i]);
	g_assert_cmpint(n_runs, ==, 1);
	g_assert_cmpint(n_hits, ==, N_CALLERS - 1);
	tear_down();
}

/* ---- a lock that somebody keeps ---- */

static char *only_entry(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) entries = cache_list(cache, geteuid(), &error);
	const VpCacheEntry *entry;

	g_assert_no_error(error);
	g_assert_cmpuint(entries->len, ==, 1);
	entry = entries->pdata[0];
	g_assert_cmpint(entry->probe.stale, ==, VP_STALE_NONE);
	return g_build_filename(cache, entry->file, NULL);
}

static void test_lock_kept(void)
{
	struct flock all = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	g_autofree char *lock = NULL, *entry = NULL;
	gint64 start, took;
	int fd;

	if (!set_up())
		return;
	g_free(add_slow_program(0, ""));
	g_usleep(SETTLE_US);
	{
		g_auto(Answer) first = ask(0, "5", "auto");

		g_assert_cmpint(first.stored, ==, 1);
	}
	lock = g_build_filename(cache, "lock", NULL);
	entry = only_entry();
	fd = open(lock, O_RDWR | O_CLOEXEC);
	g_assert_cmpint(fcntl(fd, F_OFD_SETLK, &all), ==, 0);

	/* A reader does not wait. */
	start = g_get_monotonic_time();
	{
		g_auto(Answer) read = ask(0, "30", "auto");

		g_assert_cmpstr(read.source, ==, "cache");
	}
	g_assert_cmpint(g_get_monotonic_time() - start, <, 20 * G_USEC_PER_SEC);

	/* A writer waits as long as the program may take, and then does not store the
	 * result. */
	g_assert_cmpint(g_unlink(entry), ==, 0);
	start = g_get_monotonic_time();
	{
		g_auto(Answer) run = ask(0, "2", "auto");

		took = g_get_monotonic_time() - start;
		g_assert_cmpint(run.status, ==, 0);
		g_assert_cmpstr(run.source, ==, "run");
		g_assert_cmpint(run.stored, ==, 0);
	}
	g_assert_cmpint(took, >=, 2 * G_USEC_PER_SEC);
	g_assert_cmpint(took, <, 10 * G_USEC_PER_SEC);
	close(fd);
	{
		g_auto(Answer) after = ask(0, "2", "auto");

		g_assert_cmpint(after.stored, ==, 1);
	}
	tear_down();
}

/* ---- writers that are killed ---- */

/* All that is there can be believed. Returns: how many that are. */
static guint check_entries(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) entries = cache_list(cache, geteuid(), &error);

	g_assert_no_error(error);
	for (guint i = 0; i < entries->len; i++) {
		const VpCacheEntry *entry = entries->pdata[i];

		g_assert_cmpstr(vp_stale_name(entry->probe.stale), ==, "none");
		g_assert_true(g_str_has_prefix(entry->outcome, "answered: storm"));
	}
	return entries->len;
}

static void test_killed(void)
{
	const int n_programs = 20, n_kills = times * N_KILLS;
	gint64 start, whole;
	guint n_entries = 0, count, n_half = 0;
	int status;

	if (!set_up())
		return;
	for (int i = 0; i < n_programs; i++)
		g_free(add_slow_program(i, ""));
	g_usleep(SETTLE_US);
	start = g_get_monotonic_time();
	status = wait_for(start_refresh());
	whole = g_get_monotonic_time() - start;
	g_assert_cmpint(status, ==, 0);
	g_assert_cmpuint(check_entries(), ==, n_programs);
	for (int i = 0; i < n_kills; i++) {
		pid_t pid;

		if (i % 3 == 0)
			g_assert_true(
				cache_remove(cache, geteuid(), NULL, &n_entries, NULL));
		pid = start_refresh();
		g_usleep((gulong)g_random_int_range(0, (gint32)whole));
		kill(pid, SIGKILL);
		wait_for(pid);
		count = check_entries();
		n_half += count > 0 && count < (guint)n_programs;
		if (i % 25 == 0) {
			g_auto(Answer) answer = ask(i % n_programs, "20", "auto");

			g_assert_cmpint(answer.status, ==, 0);
			g_assert_cmpstr(answer.feature, ==, "g00000000");
		}
	}
	g_test_message("%u of %d left some entries and not all", n_half, n_kills);
	g_assert_cmpuint(n_half, >, 0);
	/* No lock is left, and no part of an entry. */
	g_assert_cmpint(wait_for(start_refresh()), ==, 0);
	g_assert_cmpuint(check_entries(), ==, n_programs);
	{
		g_autoptr(GDir) dir = g_dir_open(cache, 0, NULL);
		const char *name;

		while ((name = g_dir_read_name(dir)))
			g_assert_false(g_str_has_suffix(name, ".new"));
	}
	tear_down();
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	program = g_build_filename(g_getenv("STAGE"), "bin", "vhost-probe", NULL);
	if (g_getenv("STORM"))
		times = MAX(1, atoi(g_getenv("STORM")));
	g_test_add_func("/storm/one-probe", test_one_probe);
	g_test_add_func("/storm/lock-kept", test_lock_kept);
	g_test_add_func("/storm/killed", test_killed);
	g_test_add_func("/storm/replaced", test_replaced);
	return g_test_run();
}
