// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library in a large host with many threads: 8 of them ask at once, in all ways there
 * are, while others fork children and execute programs, one reaps every child that there
 * is, and one looks whether the process is still what it was.
 *
 * Every answer has to be right, every child has to come back to the host with its own
 * status, and no program may inherit a descriptor. With "descriptors" as its argument
 * this is that program.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <glib/gstdio.h>

#include "common/autofd.h"
#include "probe/vhost-probe-call.h"
#include "tests/skip.h"

#define N_CALLERS  8
#define N_THREADS  64
#define N_ROUNDS   3 /* of each caller, of all ways */
#define N_CHILDREN 4096

/* The sanitizer keeps several bytes for each. */
#ifdef __SANITIZE_THREAD__
#define RESIDENT ((size_t)64 << 20)
#else
#define RESIDENT ((size_t)1 << 30)
#endif

extern char **environ;

static char *self, *top, *warden, *manifests, *hanging, *cache;

/* ---- the program that is executed ---- */

/* Calls @found for each descriptor that is open, with what it is. */
static void list_descriptors(void (*found)(int fd, const char *what, void *), void *data)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		g_autofree char *what = NULL;
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] == '.' || fd == dirfd(dir))
			continue;
		what = g_strdup_printf("/proc/self/fd/%d", fd);
		found(fd, what, data);
	}
	if (dir)
		closedir(dir);
}

/* The thread sanitizer looks at its own memory by that. */
static bool is_sanitizers(const char *target)
{
#ifdef __SANITIZE_THREAD__
	return g_str_has_suffix(target, "/maps");
#else
	return false;
#endif
}

static void count_inherited(int fd, const char *what, void *n)
{
	g_autofree char *target = g_file_read_link(what, NULL);

	if (fd <= 2 || is_sanitizers(target))
		return;
	g_printerr("inherited: %d, %s\n", fd, target);
	++*(int *)n;
}

static int inherited(void)
{
	int n = 0;

	list_descriptors(count_inherited, &n);
	return n ? 99 : 42;
}

/* ---- what the process is ---- */

static void append_descriptor(int fd, const char *what, void *text)
{
	g_autofree char *target = g_file_read_link(what, NULL);

	g_string_append_printf(text, "%d %s\n", fd, target);
}

/* What GLib opens may be inherited. */
static char *read_own(const char *path)
{
	autofd fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[8192];
	ssize_t length = read(fd, text, sizeof text - 1);

	g_assert_cmpint(length, >, 0);
	return g_strndup(text, (gsize)length);
}

/* What any thread may look at, at any time. */
static char *common_state(void)
{
	GString *text = g_string_new(NULL);
	g_autofree char *status = read_own("/proc/self/status");
	g_autofree char *limits = read_own("/proc/self/limits");
	g_autofree char *cwd = g_get_current_dir();
	g_auto(GStrv) lines = g_strsplit(status, "\n", -1);
	int subreaper = -1;

	for (char **line = lines; *line; line++)
		if (g_str_has_prefix(*line, "Umask") ||
			g_str_has_prefix(*line, "SigIgn") ||
			g_str_has_prefix(*line, "SigCgt") ||
			g_str_has_prefix(*line, "Uid") ||
			g_str_has_prefix(*line, "Gid") ||
			g_str_has_prefix(*line, "Groups") ||
			g_str_has_prefix(*line, "Cap") ||
			g_str_has_prefix(*line, "NoNewPrivs") ||
			g_str_has_prefix(*line, "Seccomp:"))
			g_string_append_printf(text, "%s\n", *line);
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper, 0, 0, 0);
	g_string_append_printf(text, "%s, dumpable %d, subreaper %d\n%s", cwd,
		prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), subreaper, limits);
	for (char **variable = environ; *variable; variable++)
		g_string_append_printf(text, "%p %s\n", (void *)*variable, *variable);
	return g_string_free(text, FALSE);
}

/* Likewise of the thread that asks. */
static char *thread_state(void)
{
	GString *text = g_string_new(NULL);
	sigset_t mask;

	g_assert_cmpint(pthread_sigmask(SIG_SETMASK, NULL, &mask), ==, 0);
	for (int i = 1; i < NSIG; i++)
		g_string_append_c(text, sigismember(&mask, i) == 1 ? 'x' : '-');
	g_string_append_printf(text, " nice %d, slack %d, name ",
		getpriority(PRIO_PROCESS, 0), prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
	{
		char name[32] = "";

		prctl(PR_GET_NAME, name, 0, 0, 0);
		g_string_append(text, name);
	}
	return g_string_free(text, FALSE);
}

/* All of it, while no other thread is there. */
static char *whole_state(void)
{
	g_autofree char *common = common_state(), *thread = thread_state();
	GString *text = g_string_new(NULL);

	g_string_printf(text, "%s%s\n", common, thread);
	for (int i = 1; i < NSIG; i++) {
		struct sigaction action = {0};

		sigaction(i, NULL, &action);
		g_string_append_printf(text, "%d: %p %x\n", i,
			(void *)(uintptr_t)action.sa_handler, (unsigned)action.sa_flags);
	}
	list_descriptors(append_descriptor, text);
	return g_string_free(text, FALSE);
}

static void assert_same(const char *now, const char *before)
{
	g_auto(GStrv) one = g_strsplit(now, "\n", -1),
		      other = g_strsplit(before, "\n", -1);

	for (guint i = 0; one[i] || other[i]; i++)
		g_assert_cmpstr(one[i], ==, other[i]);
}

/* ---- the host's children ---- */

/* Which are alive, and with what they will exit; a child is forked and reaped with this
 * in hand. */
static pthread_mutex_t children_lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *children, *all_children; /* alive; ever */
static guint n_forked, n_reaped, n_foreign, n_wrong;
static gint is_over;     /* atomic: no caller is left */
static int reaper_flags; /* of waitpid() */

/* Of SIGCHLD, by whom. */
static pid_t senders[N_CHILDREN];
static gint n_senders;

static void on_child(int number, siginfo_t *info, void *context)
{
	gint i = __atomic_fetch_add(&n_senders, 1, __ATOMIC_SEQ_CST);

	if (i < N_CHILDREN)
		senders[i] = info->si_pid;
}

static void note_child(pid_t pid, int status)
{
	g_assert_cmpint(pid, >, 0);
	g_hash_table_insert(children, GINT_TO_POINTER(pid), GINT_TO_POINTER(status));
	g_hash_table_add(all_children, GINT_TO_POINTER(pid));
	n_forked++;
}

static void *fork_children(void *unused)
{
	while (!g_atomic_int_get(&is_over)) {
		int status;
		pid_t pid;

		pthread_mutex_lock(&children_lock);
		status = (int)(n_forked % 100);
		pid = fork();
		if (pid == 0) {
			/* Some keep copies of what was open for a while. */
			usleep(status % 10 ? 2000 : 300 * 1000);
			_exit(status);
		}
		note_child(pid, status);
		pthread_mutex_unlock(&children_lock);
		g_usleep(20 * 1000);
	}
	return NULL;
}

/* Whatever is open that is to be open here alone closes by itself. */
static void *execute_programs(void *unused)
{
	while (!g_atomic_int_get(&is_over)) {
		char *const argv[] = {self, (char *)"descriptors", NULL};
		pid_t pid;

		pthread_mutex_lock(&children_lock);
		g_assert_cmpint(
			posix_spawn(&pid, self, NULL, NULL, argv, environ), ==, 0);
		note_child(pid, 42);
		pthread_mutex_unlock(&children_lock);
		g_usleep(5 * 1000);
	}
	return NULL;
}

/* Of every child that there is. Returns: whether there may be more. */
static bool reap(void)
{
	gpointer expected;
	int status = 0;
	pid_t pid;

	pthread_mutex_lock(&children_lock);
	pid = waitpid(-1, &status, WNOHANG | reaper_flags);
	if (pid > 0 && !g_hash_table_lookup_extended(
			       children, GINT_TO_POINTER(pid), NULL, &expected)) {
		n_foreign++;
	} else if (pid > 0) {
		n_reaped++;
		if (!WIFEXITED(status) ||
			WEXITSTATUS(status) != GPOINTER_TO_INT(expected)) {
			g_test_message("child %d: status %x", pid, (unsigned)status);
			n_wrong++;
		}
		g_hash_table_remove(children, GINT_TO_POINTER(pid));
	}
	pthread_mutex_unlock(&children_lock);
	return pid >= 0;
}

static void *reap_children(void *unused)
{
	while (!g_atomic_int_get(&is_over)) {
		reap();
		g_usleep(300);
	}
	while (reap())
		g_usleep(300);
	return NULL;
}

/* ---- whether the process stays as it is ---- */

static void *watch(void *expected)
{
	while (!g_atomic_int_get(&is_over)) {
		g_autofree char *state = common_state();

		assert_same(state, expected);
		g_usleep(1000);
	}
	return NULL;
}

static void *idle(void *unused)
{
	while (!g_atomic_int_get(&is_over))
		g_usleep(50 * 1000);
	return NULL;
}

/* ---- callers ---- */

static VpRequest *request_of(const char *const *search)
{
	VpRequest *request = vp_request_new();

	vp_request_set_type(request, "gpu");
	vp_request_set_mode(request, VP_MODE_LIST);
	vp_request_set_search(request, search);
	vp_request_set_warden(request, warden);
	vp_request_set_cache(request, VP_CACHE_OFF);
	vp_request_set_jobs(request, 2);
	vp_request_set_timeout(request, 120 * 1000 * 1000);
	return request;
}

static const char *const scripts[] = {
	"echo '{\"type\": \"gpu\", \"features\": [\"virgl\"]}'",
	"echo no device >&2; exit 3",
	"kill -SEGV $$",
	"echo '{'",
	"echo '{\"type\": \"net\"}'",
};
static const VpVerdict verdicts[] = {
	VP_VERDICT_MATCH,
	VP_VERDICT_EXIT_STATUS,
	VP_VERDICT_SIGNAL,
	VP_VERDICT_BAD_JSON,
	VP_VERDICT_TYPE_MISMATCH,
};

static void assert_right(const VpResult *result)
{
	g_assert_nonnull(result);
	g_assert_cmpuint(vp_result_get_n_candidates(result), ==, G_N_ELEMENTS(verdicts));
	for (gsize i = 0; i < G_N_ELEMENTS(verdicts); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		g_assert_cmpint(vp_candidate_get_verdict(candidate), ==, verdicts[i]);
		g_assert_true(vp_probe_is_confirmed(vp_candidate_get_probe(candidate)));
	}
}

/* Returns: whether it goes on after @n steps. */
static bool make_steps(VpCall *call, guint n)
{
	struct pollfd due = {.fd = vp_call_get_fd(call), .events = POLLIN};
	bool more = true;

	for (guint i = 0; more && i < n; i++) {
		while (poll(&due, 1, -1) != 1)
			;
		more = vp_call_dispatch(call);
	}
	return more;
}

static void *ask(void *number)
{
	const char *search[] = {manifests, NULL}, *hang[] = {hanging, NULL};
	g_autofree char *before = thread_state();

	for (guint i = 0; i < N_ROUNDS * 4; i++) {
		g_autoptr(VpRequest) request = request_of(i % 4 == 2 ? hang : search);
		g_autoptr(VpResult) result = NULL;
		g_autoptr(GError) error = NULL;
		g_autoptr(VpCall) call = NULL;
		g_autofree char *after = NULL;

		switch (i % 4) {
		case 0:
			result = vp_probe(request, &error);
			break;
		case 1:
			vp_request_set_cache(request, VP_CACHE_AUTO);
			vp_request_set_cache_dir(request, cache);
			result = vp_probe(request, &error);
			break;
		case 2:
			call = vp_call_new(request, &error);
			g_assert_no_error(error);
			g_assert_true(make_steps(call, 5 + GPOINTER_TO_UINT(number)));
			vp_call_cancel(call);
			g_assert_false(make_steps(call, G_MAXUINT));
			g_assert_null(vp_call_finish(call, &error));
			g_assert_error(error, VP_ERROR, VP_ERROR_CANCELLED);
			break;
		case 3:
			call = vp_call_new(request, &error);
			g_assert_no_error(error);
			g_assert_false(make_steps(call, G_MAXUINT));
			result = vp_call_finish(call, &error);
			break;
		}
		if (i % 4 != 2) {
			g_assert_no_error(error);
			assert_right(result);
		}
		after = thread_state();
		assert_same(after, before);
	}
	return NULL;
}

/* ---- the host ---- */

static void start(pthread_t *thread, void *(*function)(void *), void *argument)
{
	g_assert_cmpint(pthread_create(thread, NULL, function, argument), ==, 0);
}

/* Whether programs can be run here: a skip or failure if not. */
static bool can_run(void)
{
	const char *search[] = {manifests, NULL};
	g_autoptr(VpRequest) request = request_of(search);
	g_autoptr(VpResult) result = vp_probe(request, NULL);
	bool can = result && vp_result_is_level_met(result);

	if (!can)
		skip_or_fail("no sandbox of level full on this host");
	return can;
}

static void be_host(int flags)
{
	pthread_t threads[N_THREADS];
	g_autofree char *before = whole_state(), *common = common_state(), *after = NULL;
	int n = 0;

	reaper_flags = flags;
	is_over = 0;
	n_forked = n_reaped = n_foreign = n_wrong = 0;
	n_senders = 0;
	start(&threads[n++], fork_children, NULL);
	start(&threads[n++], execute_programs, NULL);
	start(&threads[n++], execute_programs, NULL);
	start(&threads[n++], reap_children, NULL);
	start(&threads[n++], watch, common);
	while (n < N_THREADS - N_CALLERS)
		start(&threads[n++], idle, NULL);
	for (guint i = 0; i < N_CALLERS; i++)
		start(&threads[n++], ask, GUINT_TO_POINTER(i));
	for (int i = N_THREADS - N_CALLERS; i < N_THREADS; i++)
		pthread_join(threads[i], NULL);
	g_atomic_int_set(&is_over, 1);
	for (int i = 0; i < N_THREADS - N_CALLERS; i++)
		pthread_join(threads[i], NULL);
	g_test_message("%u children, %u foreign ones", n_forked, n_foreign);
	g_assert_cmpuint(n_forked, >, 10);
	g_assert_cmpuint(n_reaped, ==, n_forked);
	g_assert_cmpuint(n_wrong, ==, 0);
	g_assert_cmpint(waitpid(-1, NULL, WNOHANG | __WALL), ==, -1);
	g_assert_cmpint(errno, ==, ECHILD);
	after = whole_state();
	assert_same(after, before);
}

/* Its own children are all that it ever hears of. */
static void test_own_children(void)
{
	if (!can_run())
		return;
	be_host(0);
	g_assert_cmpuint(n_foreign, ==, 0);
	g_assert_cmpint(n_senders, >, 0);
	for (int i = 0; i < MIN(n_senders, N_CHILDREN); i++)
		g_assert_true(
			g_hash_table_contains(all_children, GINT_TO_POINTER(senders[i])));
}

/* It takes the library's too, by a flag that nobody is expected to use. */
static void test_every_child(void)
{
	if (!can_run())
		return;
	be_host(__WALL);
}

/* ---- places ---- */

static void close_on_exec(int fd, const char *what, void *unused)
{
	if (fd > 2)
		fcntl(fd, F_SETFD, FD_CLOEXEC);
}

static char *make_dir(const char *name)
{
	char *path = g_build_filename(top, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
	return path;
}

static void announce(const char *dir, int number, const char *script)
{
	g_autofree char *programs = g_build_filename(top, "programs", NULL);
	g_autofree char *program =
		g_strdup_printf("%s/%s-%d", programs, strrchr(dir, '/') + 1, number);
	g_autofree char *text = g_strdup_printf("#!/bin/sh\n%s\n", script);
	g_autofree char *manifest = g_strdup_printf("%s/%d.json", dir, number);
	g_autofree char *json =
		g_strdup_printf("{\"description\": \"x\", \"type\": \"gpu\", "
				"\"binary\": \"%s\"}\n",
			program);

	g_assert_true(g_file_set_contents(program, text, -1, NULL));
	g_assert_cmpint(g_chmod(program, 0755), ==, 0);
	g_assert_true(g_file_set_contents(manifest, json, -1, NULL));
}

static void set_up(void)
{
	const struct sigaction action = {.sa_sigaction = on_child,
		.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP};
	void *resident = mmap(NULL, RESIDENT, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	pthread_t first;

	g_assert_true(resident != MAP_FAILED);
	/* With the first thread the C library installs a handler of its own. */
	is_over = 1;
	start(&first, idle, NULL);
	pthread_join(first, NULL);
	/* What this was started with is none of the library's. */
	list_descriptors(close_on_exec, NULL);
	g_assert_cmpint(sigaction(SIGCHLD, &action, NULL), ==, 0);
	children = g_hash_table_new(NULL, NULL);
	all_children = g_hash_table_new(NULL, NULL);
	top = g_dir_make_tmp("callers-XXXXXX", NULL);
	g_assert_nonnull(top);
	g_assert_cmpint(g_chmod(top, 0755), ==, 0);
	g_free(make_dir("programs"));
	manifests = make_dir("manifests");
	hanging = make_dir("hanging");
	cache = make_dir("cache");
	for (guint i = 0; i < G_N_ELEMENTS(scripts); i++)
		announce(manifests, (int)i, scripts[i]);
	announce(hanging, 0, "sleep 600");
	announce(hanging, 1, "cat /dev/zero");
}

static void tear_down(void)
{
	const char *argv[] = {"rm", "-rf", top, NULL};

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL);
	g_free(top);
	g_free(warden);
	g_free(manifests);
	g_free(hanging);
	g_free(cache);
	g_free(self);
	g_hash_table_unref(children);
	g_hash_table_unref(all_children);
}

int main(int argc, char *argv[])
{
	int status;

	if (argc == 2 && g_str_equal(argv[1], "descriptors"))
		return inherited();
	g_test_init(&argc, &argv, NULL);
	/* The thread sanitizer does not see the lock under which GLib adds a quark. */
	g_assert_cmpuint(VP_ERROR, !=, 0);
	umask(022);
	self = g_file_read_link("/proc/self/exe", NULL);
	warden = g_build_filename(g_getenv("STAGE"), "bin/vhost-probe-warden", NULL);
	set_up();
	umask(027);
	g_test_add_func("/callers/own-children", test_own_children);
	g_test_add_func("/callers/every-child", test_every_child);
	status = g_test_run();
	tear_down();
	return status;
}
