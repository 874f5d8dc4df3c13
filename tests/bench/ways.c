// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Starts programs: bare, in the sandbox, and by other programs that do so.
 */
#include "tests/bench/ways.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "probe/vhost-probe.h"

/* The first two as in the sandbox; without the third vhost-probe would look up its home.
 */
static char *const environment[] = {(char[]){"PATH=/usr/bin:/bin"}, (char[]){"LANG=C"},
	(char[]){"HOME=/nonexistent"}, NULL};

char *warden;

void die(const char *format, ...)
{
	va_list arguments;

	fputs("bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

/* ---- bare ---- */

pid_t spawn(const char *const *argv, int *ret_fd)
{
	posix_spawn_file_actions_t actions;
	int ends[2], r;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		die("pipe: %s", g_strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	r = posix_spawn(&pid, argv[0], &actions, NULL, (char *const *)argv, environment);
	if (r)
		die("%s: %s", argv[0], g_strerror(r));
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	*ret_fd = ends[0];
	return pid;
}

/* Starts a program and reads all that it writes. Returns: its wait status. */
static int spawn_and_read(const char *const *argv, GString *out)
{
	char buffer[4096];
	int fd, status;
	pid_t pid = spawn(argv, &fd);
	ssize_t n;

	while ((n = read(fd, buffer, sizeof buffer)) > 0)
		g_string_append_len(out, buffer, n);
	close(fd);
	waitpid(pid, &status, 0);
	return status;
}

static void check(const char *program, bool well, const char *out, size_t length,
	const GString *expected)
{
	if (!well || length != expected->len || memcmp(out, expected->str, length) != 0)
		die("%s: did not end well, or wrote \"%.*s\" and not \"%s\"", program,
			(int)length, out, expected->str);
}

static void spawn_and_check(const char *const *argv, const GString *expected)
{
	g_autoptr(GString) out = g_string_new(NULL);
	int status = spawn_and_read(argv, out);

	check(argv[0], status == 0, out->str, out->len, expected);
}

void run_bare(Subject *subject, unsigned runs, const How *how)
{
	for (unsigned i = 0; i < runs; i++)
		spawn_and_check(subject->requests[0].argv, subject->said);
}

static int next_program; /* that no thread has taken yet */
static int last_program;

static void *bare_thread(void *data)
{
	const Subject *subject = data;
	int i;

	while ((i = g_atomic_int_add(&next_program, 1)) < last_program)
		spawn_and_check(subject->requests[i].argv, subject->said);
	return NULL;
}

void run_threads(Subject *subject, unsigned runs, const How *how)
{
	GThread *threads[THREADS_MAX];

	next_program = 0;
	last_program = (int)runs;
	for (unsigned i = 0; i < how->parallel; i++)
		threads[i] = g_thread_new("bare", bare_thread, subject);
	for (unsigned i = 0; i < how->parallel; i++)
		g_thread_join(threads[i]);
}

/* ---- in the sandbox ---- */

static SandboxRequest make_request(const char *path)
{
	const char **argv = g_new0(const char *, 3);
	struct stat st;

	if (stat(path, &st) < 0)
		die("%s: %s", path, g_strerror(errno));
	argv[0] = path;
	argv[1] = "--print-capabilities";
	return (SandboxRequest){
		.real_path = path, .program = sandbox_file(&st), .argv = argv};
}

static Sandbox *open_sandbox(const How *how, uint64_t timeout_us)
{
	SandboxPolicy policy = {
		.level = how->level,
		.without = how->without,
		.timeout_us = timeout_us,
		.jobs = how->parallel,
		.warden = warden,
	};
	g_autoptr(GError) error = NULL;
	Sandbox *sandbox = sandbox_open(&policy, &error);

	if (!sandbox)
		die("%s", error->message);
	return sandbox;
}

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	const Subject *subject = user_data;

	check(subject->requests[index].real_path,
		result->outcome == SANDBOX_EXITED && result->exit_status == 0,
		result->out, result->out_length, subject->said);
	return true;
}

static void run_in(Sandbox *sandbox, Subject *subject, size_t n)
{
	g_autoptr(GError) error = NULL;

	if (!sandbox_run(sandbox, subject->requests, n, on_result, subject, &error))
		die("%s", error->message);
}

void run_open(Subject *subject, unsigned runs, const How *how)
{
	Sandbox **sandbox = &subject->sandboxes[how->kept];

	if (!*sandbox)
		*sandbox = open_sandbox(how, VP_TIMEOUT_DEFAULT_US);
	for (unsigned i = 0; i < runs; i++)
		run_in(*sandbox, subject, 1);
}

void run_new(Subject *subject, unsigned runs, const How *how)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(how, VP_TIMEOUT_DEFAULT_US);

	for (unsigned i = 0; i < runs; i++)
		run_in(sandbox, subject, 1);
}

void run_workers(Subject *subject, unsigned runs, const How *how)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(how, VP_TIMEOUT_DEFAULT_US);

	run_in(sandbox, subject, runs);
}

/* ---- deadlines ---- */

#define DEADLINE_US (200 * 1000)

static bool note_overrun(size_t index, const SandboxResult *result, void *user_data)
{
	double *overrun = user_data;

	if (result->outcome == SANDBOX_TIMED_OUT)
		*overrun = (double)result->duration_us - DEADLINE_US;
	return true;
}

double measure_overrun(const char *program, const char *argument, const How *how)
{
	SandboxRequest request = make_request(program);
	g_autoptr(Sandbox) sandbox = open_sandbox(how, DEADLINE_US);
	g_autoptr(GError) error = NULL;
	double overrun = -1;

	if (argument)
		((const char **)request.argv)[1] = argument;
	if (!sandbox_run(sandbox, &request, 1, note_overrun, &overrun, &error))
		die("%s", error->message);
	g_free((gpointer)request.argv);
	return overrun;
}

/* ---- by other programs ---- */

void run_vhost_probe(Subject *subject, unsigned runs, const How *how)
{
	spawn_and_check(subject->probe, subject->answer);
}

void run_warm(Subject *subject, unsigned runs, const How *how)
{
	spawn_and_check(subject->warm, subject->answer);
}

void run_bubblewrap(Subject *subject, unsigned runs, const How *how)
{
	const char *path = subject->path;
	const char *argv[] = {BUBBLEWRAP, "--unshare-all", "--ro-bind", "/usr", "/usr",
		"--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
		"--proc", "/proc", "--dev", "/dev", "--ro-bind", path, path, path,
		"--print-capabilities", NULL};

	spawn_and_check(argv, subject->said);
}

void run_nothing(Subject *subject, unsigned runs, const How *how)
{
	static const char *const argv[] = {"/proc/self/exe", NOTHING, NULL};
	g_autoptr(GString) nothing = g_string_new(NULL);

	spawn_and_check(argv, nothing);
}

/* ---- preparing ---- */

char *find_backend(const char *type)
{
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(VpResult) result = NULL;
	const VpCandidate *selected;

	vp_request_set_type(request, type);
	vp_request_set_warden(request, warden);
	vp_request_set_cache(request, VP_CACHE_OFF);
	result = vp_probe(request, &error);
	if (!result)
		die("%s", error->message);
	selected = vp_result_get_selected(result);
	return selected ? realpath(vp_candidate_get_binary(selected), NULL) : NULL;
}

char *make_directory(const char *build, const char *name)
{
	char *path = g_build_filename(build, "tests/bench", name, NULL);

	/* Programs of another id are to read it, whatever the umask is. */
	if (g_mkdir_with_parents(path, 0755) < 0 || chmod(path, 0755) < 0)
		die("%s: %s", path, g_strerror(errno));
	return path;
}

/* Writes a manifest that is the only one in its directory. */
static void prepare_probe(Subject *subject, const char *build)
{
	char *directory = make_directory(build, subject->type);
	g_autofree char *file = g_build_filename(directory, "50-bench.json", NULL);
	g_autofree char *text = g_strdup_printf(
		"{\"description\": \"bench\", \"type\": \"%s\", \"binary\": \"%s\"}\n",
		subject->type, subject->path);
	const char *argv[] = {g_build_filename(build, "vhost-probe", NULL), "--type",
		subject->type, "--dir", directory, "--cache", "off", NULL};
	const char *warm[] = {argv[0], "--type", subject->type, "--dir", directory,
		"--cache-dir", g_build_filename(directory, "cache", NULL), NULL};
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents_full(
		    file, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error))
		die("%s", error->message);
	memcpy(subject->probe, argv, sizeof argv);
	memcpy(subject->warm, warm, sizeof warm);
	subject->answer = g_string_new(subject->path);
	g_string_append_c(subject->answer, '\n');
}

void prepare(Subject *subject, const char *build)
{
	subject->requests = g_new0(SandboxRequest, PROGRAMS);
	subject->requests[0] = make_request(subject->path);
	for (unsigned i = 1; i < PROGRAMS; i++)
		subject->requests[i] = subject->requests[0];
	/* It must always write what it writes the first time. */
	subject->said = g_string_new(NULL);
	if (spawn_and_read(subject->requests[0].argv, subject->said) ||
		!subject->said->len)
		die("%s: has no capabilities to tell", subject->path);
	prepare_probe(subject, build);
}

void give_rooms(Subject *subject, const char *build)
{
	g_autofree char *content = NULL;
	g_autoptr(GError) error = NULL;
	gsize length;

	if (!g_file_get_contents(subject->path, &content, &length, &error))
		die("%s", error->message);
	for (unsigned i = 0; i < OWN_ROOMS; i++) {
		g_autofree char *name = g_strdup_printf("rooms/%u", i);
		g_autofree char *directory = make_directory(build, name);
		char *path = g_build_filename(directory, "backend", NULL);

		if (!g_file_set_contents_full(path, content, (gssize)length,
			    G_FILE_SET_CONTENTS_NONE, 0755, &error))
			die("%s", error->message);
		subject->requests[i] = make_request(path);
	}
}
