// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Calls that go on beside other things: many in one loop, ended at each of their steps,
 * at a deadline, by another thread. After each test no descriptor is open and no process
 * left that was not there before.
 */
#include <dirent.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <linux/magic.h>
#include <glib/gstdio.h>

#include "probe/candidate.h"
#include "probe/request.h"
#include "probe/result.h"
#include "probe/vhost-probe-call.h"
#include "probe/vhost-probe-check.h"
#include "tests/skip.h"

static char *top, *warden;
/* Directories. */
static char *manifests, *slow, *hanging, *first_hangs, *crowded, *large, *cache;

/* ---- worlds ---- */

static char *make_dir(const char *name)
{
	char *path = g_build_filename(top, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
	return path;
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
}

/* A program that does @command, and its manifest in @dir. */
static void announce(const char *dir, const char *name, const char *command)
{
	g_autofree char *program = g_strdup_printf("%s/%s", dir, name);
	g_autofree char *script = g_strdup_printf("#!/bin/sh\n%s\n", command);
	g_autofree char *manifest = g_strdup_printf("%s.json", program);
	g_autofree char *text =
		g_strdup_printf("{\"description\": \"x\", \"type\": \"gpu\", "
				"\"binary\": \"%s\"}\n",
			program);

	write_file(program, script, 0755);
	write_file(manifest, text, 0644);
}

#define ANSWER "echo '{\"type\": \"gpu\", \"features\": [\"virgl\"]}'"

static VpRequest request_of(const char *const *search)
{
	VpRequest request = VP_REQUEST_INIT;

	request.type = "gpu";
	request.mode = VP_MODE_LIST;
	request.search = search;
	request.uid = geteuid();
	request.gid = getegid();
	request.warden = warden;
	request.cache = VP_CACHE_OFF;
	request.timeout_us = 60 * 1000 * 1000;
	return request;
}

/* ---- what is left ---- */

static guint count_entries(const char *path)
{
	DIR *dir = opendir(path);
	guint n = 0;

	g_assert_nonnull(dir);
	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static guint n_before;

static void note_state(void)
{
	n_before = count_entries("/proc/self/fd");
}

/* Even children without an exit signal. */
static void assert_nothing_left(void)
{
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
	g_assert_cmpuint(count_entries("/proc/self/fd"), ==, n_before);
}

/* ---- loops ---- */

static bool is_due(const VpCall *call, int timeout_ms)
{
	struct pollfd due = {.fd = vp_call_get_fd(call), .events = POLLIN};

	return poll(&due, 1, timeout_ms) == 1;
}

/* Makes @n steps, as they are due. Returns: whether there are more. */
static bool make_steps(VpCall *call, guint n)
{
	bool more = true;

	for (guint i = 0; more && i < n; i++) {
		g_assert_true(is_due(call, 10 * 1000));
		more = vp_call_dispatch(call);
	}
	return more;
}

static VpCall *begin(const VpRequest *request)
{
	g_autoptr(GError) error = NULL;
	VpCall *call = vp_call_new(request, &error);

	g_assert_no_error(error);
	return call;
}

static void assert_answers(const VpResult *result, guint n)
{
	g_assert_nonnull(result);
	g_assert_cmpuint(result->candidates->len, ==, n);
	for (guint i = 0; i < n; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (!g_str_has_suffix(candidate->name, ".json"))
			continue;
		g_assert_cmpint(candidate->verdict, ==, VP_VERDICT_MATCH);
		g_assert_cmpstr(candidate->capabilities->features[0], ==, "virgl");
	}
}

/* Whether programs can be run here: a skip or failure if not. */
static bool can_run(void)
{
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);
	g_autoptr(VpResult) result = vp_probe(&request, NULL);
	bool can = result && result->sandbox.accepted;

	if (!can)
		skip_or_fail("no sandbox of level full on this host");
	return can;
}

/* ---- tests ---- */

/* Begins with a step that is due at once, and ends as vp_probe() does. */
static void test_one(void)
{
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;
	VpCall *call;

	if (!can_run())
		return;
	note_state();
	call = begin(&request);
	g_assert_true(is_due(call, 0));
	g_assert_false(make_steps(call, G_MAXUINT));
	g_assert_false(vp_call_dispatch(call));
	result = vp_call_finish(call, &error);
	g_assert_no_error(error);
	assert_answers(result, 4);
	g_assert_null(vp_call_finish(call, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_CANCELLED);
	g_assert_false(vp_call_dispatch(call));
	vp_call_free(call);
	assert_nothing_left();
}

/* In one loop, where some have programs that hang; those are ended when all others are.
 */
static void test_many(void)
{
	enum { N = 12 };
	const char *search[] = {manifests, NULL}, *hang[] = {hanging, NULL};
	VpRequest request = request_of(search), hangs = request_of(hang);
	VpCall *calls[N];
	struct pollfd due[N];
	guint left = 0;

	if (!can_run())
		return;
	note_state();
	for (guint i = 0; i < N; i++) {
		calls[i] = begin(i % 4 ? &request : &hangs);
		due[i] =
			(struct pollfd){.fd = vp_call_get_fd(calls[i]), .events = POLLIN};
		left += i % 4 != 0;
	}
	while (left) {
		g_assert_cmpint(poll(due, N, 30 * 1000), >, 0);
		for (guint i = 0; i < N; i++) {
			g_autoptr(VpResult) result = NULL;
			g_autoptr(GError) error = NULL;

			if (!due[i].revents || vp_call_dispatch(calls[i]))
				continue;
			g_assert_cmpuint(i % 4, !=, 0);
			result = vp_call_finish(calls[i], &error);
			g_assert_no_error(error);
			assert_answers(result, 4);
			due[i].fd = -1;
			left--;
		}
	}
	for (guint i = 0; i < N; i++)
		vp_call_free(calls[i]);
	assert_nothing_left();
}

/* Of a call that hangs, after each number of steps that it may have made. */
static void end_at_each_step(const VpRequest *request, guint n_max)
{
	for (guint n = 0; n < n_max; n++) {
		g_autoptr(VpCall) freed = begin(request);
		g_autoptr(VpCall) finished = begin(request);
		VpCall *cancelled = begin(request);
		g_autoptr(GError) error = NULL, other = NULL;

		/* Not into the end itself. */
		g_assert_true(make_steps(freed, n));
		g_clear_pointer(&freed, vp_call_free);
		g_assert_true(make_steps(finished, n));
		g_assert_null(vp_call_finish(finished, &other));
		g_assert_error(other, VP_ERROR, VP_ERROR_CANCELLED);
		g_clear_pointer(&finished, vp_call_free);
		g_assert_true(make_steps(cancelled, n));
		vp_call_cancel(cancelled);
		g_assert_true(is_due(cancelled, 0));
		g_assert_false(make_steps(cancelled, 1000));
		g_assert_null(vp_call_finish(cancelled, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_CANCELLED);
		vp_call_free(cancelled);
		assert_nothing_left();
	}
}

static void test_end_at_each_step(void)
{
	const char *search[] = {hanging, NULL}, *need[] = {"nothing-has-it", NULL};
	VpRequest request = request_of(search);

	if (!can_run())
		return;
	note_state();
	end_at_each_step(&request, 20);
	request.mode = VP_MODE_FIRST;
	request.need = need;
	request.jobs = 1;
	end_at_each_step(&request, 20);
	request.cache = VP_CACHE_AUTO;
	request.cache_dir = cache;
	end_at_each_step(&request, 20);
	/* It waits until what is new can be relied on. */
	request.cache = VP_CACHE_REFRESH;
	end_at_each_step(&request, 6);
}

/* Between the result and the end it is too late to cancel. */
static void test_cancel_too_late(void)
{
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);
	guint n_results = 0, n_errors = 0;

	if (!can_run())
		return;
	note_state();
	for (guint n = 0; n < 200; n++) {
		VpCall *call = begin(&request);
		bool more = make_steps(call, n);
		g_autoptr(VpResult) result = NULL;
		g_autoptr(GError) error = NULL;

		vp_call_cancel(call);
		g_assert_false(make_steps(call, G_MAXUINT));
		result = vp_call_finish(call, &error);
		vp_call_free(call);
		if (result)
			assert_answers(result, 4);
		else
			g_assert_error(error, VP_ERROR, VP_ERROR_CANCELLED);
		n_results += result != NULL;
		n_errors += error != NULL;
		if (!more)
			break;
	}
	g_assert_cmpuint(n_results, >, 0);
	g_assert_cmpuint(n_errors, >, 0);
	assert_nothing_left();
}

static gpointer cancel(gpointer call)
{
	g_usleep((gulong)g_random_int_range(0, 30 * 1000));
	vp_call_cancel(call);
	return NULL;
}

/* Whenever that is, it wakes the loop. */
static void test_cancel_from_thread(void)
{
	const char *search[] = {hanging, NULL};
	VpRequest request = request_of(search);

	if (!can_run())
		return;
	note_state();
	for (guint i = 0; i < 40; i++) {
		VpCall *call = begin(&request);
		GThread *thread = g_thread_new("cancel", cancel, call);
		g_autoptr(GError) error = NULL;

		g_assert_false(make_steps(call, G_MAXUINT));
		g_thread_join(thread);
		g_assert_null(vp_call_finish(call, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_CANCELLED);
		vp_call_free(call);
	}
	assert_nothing_left();
}

/* ---- deadlines ---- */

static void test_deadline(void)
{
	const char *search[] = {hanging, NULL}, *well[] = {manifests, NULL};
	const char *both[] = {hanging, first_hangs, NULL};
	VpRequest request = request_of(search);
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL, other = NULL;
	gint64 begun;

	if (!can_run())
		return;
	note_state();
	request.total_timeout_us = 700 * 1000;
	begun = g_get_monotonic_time();
	g_assert_null(vp_probe(&request, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_DEADLINE);
	g_assert_cmpint(g_get_monotonic_time() - begun, >=, 700 * 1000);
	/* The program to blame, and how long the call has waited. */
	g_assert_nonnull(strstr(error->message, "50-hang"));
	g_assert_null(strstr(error->message, "40-well"));
	g_assert_nonnull(strstr(error->message, "0.7 s"));
	/* What nobody waits for is not named either. */
	request.mode = VP_MODE_FIRST;
	request.search = both;
	g_clear_error(&error);
	g_assert_null(vp_probe(&request, &error));
	g_assert_true(g_str_has_suffix(error->message, "05-hang has not answered"));
	/* Nobody can do anything in that. */
	request.total_timeout_us = 1;
	g_assert_null(vp_probe(&request, &other));
	g_assert_error(other, VP_ERROR, VP_ERROR_DEADLINE);
	/* One that is not reached changes nothing. */
	request = request_of(well);
	request.total_timeout_us = UINT64_MAX;
	g_clear_error(&error);
	result = vp_probe(&request, &error);
	g_assert_no_error(error);
	assert_answers(result, 4);
	assert_nothing_left();
}

/* ---- how much is done in a step ---- */

static void list_one(size_t done, size_t total, const char *const *waiting, void *data)
{
}

/* A step looks at a few files or programs, whatever there is: of as many calls as there
 * may be none has more than some. */
static guint count_steps(const VpRequest *request)
{
	VpCall *call = begin(request);
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;
	guint n = 1;

	while (make_steps(call, 1))
		n++;
	result = vp_call_finish(call, &error);
	g_assert_no_error(error);
	vp_call_free(call);
	return n;
}

static void test_bounded_steps(void)
{
	const char *few[] = {manifests, NULL}, *many[] = {crowded, NULL};
	VpRequest request = request_of(few);
	guint n_few, n_many;

	request.cache = VP_CACHE_ONLY;
	request.cache_dir = cache;
	note_state();
	n_few = count_steps(&request);
	request.search = many;
	n_many = count_steps(&request);
	/* 1000 files to be looked at, and asked of the cache. */
	g_assert_cmpuint(n_many, >=, n_few + 2 * 1000 / 16 - 2);
	assert_nothing_left();
}

/* ---- how much is read in a step ---- */

#define LARGE ((size_t)64 * 1024 * 1024)
/* Of content, in a step; the last piece is begun within 512 KiB. */
#define READ_MAX ((size_t)(512 + 128) * 1024)

static bool on_overlay; /* as all file systems seem */
static size_t n_read;   /* by pread() */

/* These override the C library's. */
int statfs(const char *path, struct statfs *ret)
{
	int r = (int)syscall(SYS_statfs, path, ret);

	if (on_overlay)
		ret->f_type = OVERLAYFS_SUPER_MAGIC;
	return r;
}

ssize_t pread(int fd, void *buffer, size_t size, off_t offset)
{
	ssize_t count = syscall(SYS_pread64, fd, buffer, size, offset);

	n_read += (size_t)MAX(count, 0);
	return count;
}

/* Makes the next step, which reads no more than it may, and adds that to @total. Returns:
 * whether there are more. */
static bool read_some(VpCall *call, size_t *total)
{
	bool more;

	n_read = 0;
	g_assert_true(is_due(call, 10 * 1000));
	more = vp_call_dispatch(call);
	g_assert_cmpuint(n_read, <, READ_MAX);
	*total += n_read;
	return more;
}

static const VpCandidate *find(const VpResult *result, const char *name)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (g_str_has_suffix(candidate->manifest, name))
			return candidate;
	}
	return NULL;
}

/* Where the times of files say nothing, a large one is read step by step: before it runs
 * and afterwards, while another one hangs; and before its entry is believed. */
static void test_large(void)
{
	const char *search[] = {large, NULL};
	VpRequest request = request_of(search);
	g_autoptr(VpResult) result = NULL;
	g_autoptr(GError) error = NULL;
	const VpCandidate *candidate;
	size_t total = 0;
	VpCall *call;

	if (!can_run())
		return;
	note_state();
	on_overlay = true;
	request.cache = VP_CACHE_REFRESH;
	request.cache_dir = cache;
	call = begin(&request);
	while (total < 2 * LARGE)
		g_assert_true(read_some(call, &total));
	/* That it has made an entry of it takes no more than the next steps. */
	g_assert_true(make_steps(call, 2));
	vp_call_cancel(call);
	g_assert_false(make_steps(call, 1000));
	vp_call_free(call);
	request.cache = VP_CACHE_ONLY;
	call = begin(&request);
	for (total = 0; read_some(call, &total);)
		;
	g_assert_cmpuint(total, >=, LARGE);
	g_assert_cmpuint(total, <, 2 * LARGE);
	result = vp_call_finish(call, &error);
	g_assert_no_error(error);
	vp_call_free(call);
	candidate = find(result, "10-large.json");
	g_assert_cmpint(candidate->verdict, ==, VP_VERDICT_MATCH);
	g_assert_cmpint(candidate->probe.source, ==, VP_PROBE_CACHE);
	on_overlay = false;
	assert_nothing_left();
}

/* Whatever is being read, the call ends with the next step. */
static void test_large_ends(void)
{
	const char *search[] = {large, NULL};
	VpRequest request = request_of(search);
	VpCall *call;

	note_state();
	on_overlay = true;
	request.cache = VP_CACHE_REFRESH;
	request.cache_dir = cache;
	for (int late = 0; late <= 1; late++) {
		const int why = late ? VP_ERROR_DEADLINE : VP_ERROR_CANCELLED;
		g_autoptr(GError) error = NULL;
		size_t total = 0;

		request.total_timeout_us = late ? G_USEC_PER_SEC : 0;
		call = begin(&request);
		while (total < LARGE / 8)
			g_assert_true(read_some(call, &total));
		if (late)
			g_usleep(G_USEC_PER_SEC);
		else
			vp_call_cancel(call);
		n_read = 0;
		g_assert_false(make_steps(call, 1000));
		g_assert_cmpuint(n_read, ==, 0);
		g_assert_null(vp_call_finish(call, &error));
		g_assert_error(error, VP_ERROR, why);
		g_assert_true(!late || strstr(error->message, "10-large"));
		vp_call_free(call);
	}
	on_overlay = false;
	assert_nothing_left();
}

/* While a program hangs there is something to do 50 times a second, which takes little
 * of the processor's time. */
static void test_hanging(void)
{
	const char *search[] = {hanging, NULL};
	VpRequest request = request_of(search);
	gint64 end = g_get_monotonic_time() + G_USEC_PER_SEC;
	guint n = 0;
	VpCall *call;

	if (!can_run())
		return;
	note_state();
	request.progress = list_one;
	call = begin(&request);
	while (g_get_monotonic_time() < end) {
		g_assert_true(is_due(call, 10 * 1000));
		g_assert_true(vp_call_dispatch(call));
		n++;
	}
	/* Not again and again: 50, and what begins. */
	g_assert_cmpuint(n, <, 200);
	vp_call_free(call);
	assert_nothing_left();
}

static void count_one(size_t done, size_t total, const char *const *waiting, void *data)
{
	guint *count = data;

	(*count)++;
}

/* Neither the result nor what is asked with its request calls back once the call has
 * ended, whatever became of the data. */
static void test_progress_ends(void)
{
	const char *search[] = {slow, NULL};
	VpRequest request = request_of(search);
	g_autofree guint *count = g_new0(guint, 1);
	g_autoptr(VpResult) first = NULL, again = NULL;
	g_autoptr(VpCheck) check = NULL;
	g_autoptr(VpRequest) copy = NULL;

	if (!can_run())
		return;
	request.progress = count_one;
	request.progress_data = count;
	first = vp_probe(&request, NULL);
	g_assert_nonnull(first);
	check = vp_check(&request, NULL, NULL);
	g_assert_nonnull(check);
	/* Otherwise there would be nothing to see. */
	g_assert_cmpuint(*count, >, 0);
	g_clear_pointer(&count, g_free);
	again = vp_probe(vp_result_get_request(first), NULL);
	assert_answers(again, 2);
	g_clear_pointer(&again, vp_result_free);
	copy = vp_request_copy(vp_result_get_request(vp_check_get_result(check)));
	again = vp_probe(copy, NULL);
	assert_answers(again, 2);
	g_assert_null(vp_result_get_request(first)->progress);
	g_assert_null(copy->progress_data);
}

/* Whatever it quotes, a reason is no longer than the header says, and then one line. */
static void test_bounded_reason(void)
{
	g_autofree char *quoted = g_strnfill(100000, 'x');
	g_autoptr(VpCandidate) candidate = candidate_new();

	for (guint i = 0; i < 100000; i += 10)
		quoted[i] = '\n';
	candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST, "first %s last", quoted);
	g_assert_cmpuint(strlen(candidate->reason), <=, 8 * 1024);
	g_assert_true(g_str_has_prefix(candidate->reason, "first "));
	g_assert_true(g_str_has_suffix(candidate->reason, " last"));
	g_assert_nonnull(strstr(candidate->reason, " bytes left out "));
	g_assert_null(strchr(candidate->reason, '\n'));
}

/* Of a long request it repeats only the beginning. */
static void test_long_reason(void)
{
	enum { N = 100000 };
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);
	g_autofree const char **need = g_new0(const char *, N + 1);
	g_autoptr(VpResult) result = NULL;
	const char *reason;

	if (!can_run())
		return;
	for (guint i = 0; i < N; i++)
		need[i] = i % 2 ? "odd\n" : "even";
	request.need = need;
	result = vp_probe(&request, NULL);
	reason = ((VpCandidate *)result->candidates->pdata[1])->reason;
	g_assert_cmpuint(strlen(reason), <=, 8 * 1024);
	g_assert_true(g_str_has_prefix(reason, "even, odd"));
	g_assert_true(g_str_has_suffix(reason, " and 99980 more"));
}

/* ---- the cache ---- */

static void test_cache(void)
{
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);

	if (!can_run())
		return;
	note_state();
	request.cache_dir = cache;
	for (int i = 0; i < 3; i++) {
		VpCacheMode modes[] = {VP_CACHE_REFRESH, VP_CACHE_ONLY, VP_CACHE_AUTO};
		VpProbeSource sources[] = {VP_PROBE_RUN, VP_PROBE_CACHE, VP_PROBE_CACHE};
		VpCall *call;
		g_autoptr(VpResult) result = NULL;
		g_autoptr(GError) error = NULL;

		request.cache = modes[i];
		call = begin(&request);
		g_assert_false(make_steps(call, G_MAXUINT));
		result = vp_call_finish(call, &error);
		g_assert_no_error(error);
		vp_call_free(call);
		assert_answers(result, 4);
		g_assert_cmpint(
			((VpCandidate *)result->candidates->pdata[1])->probe.source, ==,
			sources[i]);
	}
	assert_nothing_left();
}

/* What another call keeps locked is waited for, but not in a step; who is ended gives
 * back what it has. */
static void test_locks(void)
{
	const char *search[] = {hanging, NULL};
	VpRequest request = request_of(search);
	VpCall *first, *second;
	g_autoptr(GError) error = NULL;

	if (!can_run())
		return;
	/* Only what is not new is stored, and locked for that. */
	g_usleep(2200 * 1000);
	note_state();
	request.cache = VP_CACHE_AUTO;
	request.cache_dir = cache;
	first = begin(&request);
	g_assert_true(make_steps(first, 20));
	request.total_timeout_us = 300 * 1000;
	second = begin(&request);
	g_assert_false(make_steps(second, 1000));
	g_assert_null(vp_call_finish(second, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_DEADLINE);
	g_assert_nonnull(strstr(error->message, "50-hang"));
	g_assert_nonnull(strstr(error->message, cache));
	vp_call_free(second);
	vp_call_cancel(first);
	g_assert_false(make_steps(first, 1000));
	/* It has ended, and is not freed. */
	second = begin(&request);
	g_clear_error(&error);
	g_assert_false(make_steps(second, 1000));
	g_assert_null(vp_call_finish(second, &error));
	g_assert_nonnull(strstr(error->message, "50-hang"));
	vp_call_free(second);
	vp_call_free(first);
	assert_nothing_left();
}

/* ---- errors ---- */

static void test_errors(void)
{
	const char *search[] = {manifests, NULL};
	VpRequest request = request_of(search);
	struct rlimit before, none;
	g_autoptr(GError) error = NULL, other = NULL;
	VpCall *call;

	note_state();
	request.warden = "/nonexistent/warden";
	call = begin(&request);
	g_assert_false(make_steps(call, G_MAXUINT));
	g_assert_null(vp_call_finish(call, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_HOST);
	vp_call_free(call);
	assert_nothing_left();
	if (!can_run())
		return;
	/* At no number of descriptors there is anything but an error, or the answer. */
	g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
	request.warden = warden;
	for (guint n = n_before - 2; n < n_before + 20; n++) {
		g_autoptr(VpResult) result = NULL;

		none = before;
		none.rlim_cur = n;
		g_clear_error(&other);
		g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &none), ==, 0);
		result = vp_probe(&request, &other);
		g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &before), ==, 0);
		if (result)
			g_assert_cmpuint(result->candidates->len, ==, 4);
		else
			g_assert_error(other, VP_ERROR, VP_ERROR_SHORTAGE);
		assert_nothing_left();
	}
}

/* A program of 64 MB, and one that hangs. */
static void make_large(void)
{
	g_autofree char *program = NULL;

	large = make_dir("large");
	announce(large, "10-large", ANSWER "; exit");
	announce(large, "50-hang", "sleep 600");
	program = g_build_filename(large, "10-large", NULL);
	g_assert_cmpint(truncate(program, (off_t)LARGE), ==, 0);
}

static void set_up(void)
{
	top = g_dir_make_tmp("call-XXXXXX", NULL);
	g_assert_nonnull(top);
	g_assert_cmpint(g_chmod(top, 0755), ==, 0);
	cache = make_dir("cache");
	manifests = make_dir("manifests");
	announce(manifests, "10-one", ANSWER);
	announce(manifests, "20-two", ANSWER);
	/* Long enough for some calls of a progress function. */
	slow = make_dir("slow");
	announce(slow, "10-slow", "sleep 0.2; " ANSWER);
	hanging = make_dir("hanging");
	announce(hanging, "40-well", ANSWER);
	announce(hanging, "50-hang", "sleep 600");
	first_hangs = make_dir("first-hangs");
	announce(first_hangs, "05-hang", "sleep 600");
	make_large();
	crowded = make_dir("crowded");
	for (int i = 0; i < 1000; i++) {
		g_autofree char *name = g_strdup_printf("%04d", i);

		announce(crowded, name, ANSWER);
	}
}

static void tear_down(void)
{
	const char *argv[] = {"rm", "-rf", top, NULL};

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL);
	g_free(top);
	g_free(warden);
	g_free(manifests);
	g_free(slow);
	g_free(hanging);
	g_free(first_hangs);
	g_free(crowded);
	g_free(large);
	g_free(cache);
}

int main(int argc, char *argv[])
{
	int status;

	g_test_init(&argc, &argv, NULL);
	umask(022);
	warden = g_build_filename(g_getenv("STAGE"), "bin/vhost-probe-warden", NULL);
	set_up();
	g_test_add_func("/call/one", test_one);
	g_test_add_func("/call/many-in-one-loop", test_many);
	g_test_add_func("/call/end-at-each-step", test_end_at_each_step);
	g_test_add_func("/call/cancel-too-late", test_cancel_too_late);
	g_test_add_func("/call/cancel-from-thread", test_cancel_from_thread);
	g_test_add_func("/call/deadline", test_deadline);
	g_test_add_func("/call/bounded-steps", test_bounded_steps);
	g_test_add_func("/call/large", test_large);
	g_test_add_func("/call/large-ends", test_large_ends);
	g_test_add_func("/call/hanging", test_hanging);
	g_test_add_func("/call/progress-ends", test_progress_ends);
	g_test_add_func("/call/bounded-reason", test_bounded_reason);
	g_test_add_func("/call/long-reason", test_long_reason);
	g_test_add_func("/call/cache", test_cache);
	g_test_add_func("/call/locks", test_locks);
	g_test_add_func("/call/errors", test_errors);
	status = g_test_run();
	tear_down();
	return status;
}
