// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Callers of different sizes, each a process of its own, that take turns; and one that
 * makes a call in steps.
 */
#include "tests/bench/callers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "probe/vhost-probe-call.h"
#include "tests/bench/figures.h"

#define ROUNDS         50
#define WARM_UP        3
#define MIB            (1024ul * 1024)
#define BLOCKED_MAX_US 1000.0

static const struct {
	const char *name;
	size_t size; /* bytes that are resident */
} sizes[] = {{"1 MiB", MIB}, {"64 MiB", 64 * MIB}, {"1 GiB", 1024 * MIB}};

enum { N = G_N_ELEMENTS(sizes) };

/* One turn, in microseconds. */
typedef struct {
	double blocked, first; /* by sandbox_open(); until the first run has ended */
} Turn;

typedef struct {
	pid_t pid;
	int ask, answer;
	double blocked[ROUNDS], first[ROUNDS];
} Caller;

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	bool *well = user_data;

	*well = result->outcome == SANDBOX_EXITED && result->exit_status == 0;
	return true;
}

static Turn take_turn(const Subject *subject)
{
	SandboxPolicy policy = {.level = SANDBOX_LEVEL_FULL,
		.timeout_us = 20 * G_USEC_PER_SEC,
		.jobs = 1,
		.warden = warden};
	double start = now_us();
	Turn turn;
	bool well = false;
	g_autoptr(GError) error = NULL;
	g_autoptr(Sandbox) sandbox = sandbox_open(&policy, &error);

	turn.blocked = now_us() - start;
	if (!sandbox ||
		!sandbox_run(sandbox, subject->requests, 1, on_result, &well, &error))
		die("%s", error->message);
	turn.first = now_us() - start;
	if (!well)
		die("%s: did not end well", subject->path);
	return turn;
}

/* Answers each byte with a turn. */
_Noreturn static void serve(const Subject *subject, size_t size, int ask, int answer)
{
	char *memory = mmap(
		NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (memory == MAP_FAILED)
		die("memory of a caller: %s", g_strerror(errno));
	/* In small pages: those of a process that has grown for long. */
	madvise(memory, size, MADV_NOHUGEPAGE);
	memset(memory, 1, size);
	while (read(ask, &byte, 1) == 1) {
		Turn turn = take_turn(subject);

		if (write(answer, &turn, sizeof turn) != sizeof turn)
			break;
	}
	_exit(0);
}

static void start_caller(Caller *caller, const Subject *subject, size_t size)
{
	int asks[2], answers[2];

	if (pipe2(asks, O_CLOEXEC) < 0 || pipe2(answers, O_CLOEXEC) < 0)
		die("pipe: %s", g_strerror(errno));
	caller->pid = fork();
	if (caller->pid < 0)
		die("fork: %s", g_strerror(errno));
	if (caller->pid == 0) {
		close(asks[1]);
		serve(subject, size, asks[0], answers[1]);
	}
	close(asks[0]);
	close(answers[1]);
	caller->ask = asks[1];
	caller->answer = answers[0];
}

static Turn ask(const Caller *caller)
{
	Turn turn;

	if (write(caller->ask, "", 1) != 1 ||
		read(caller->answer, &turn, sizeof turn) != sizeof turn)
		die("a caller ended");
	return turn;
}

static void report(
	const char *name, Caller *caller, double first_of_smallest, json_object *list)
{
	json_object *object = json_object_new_object();
	double blocked = median(caller->blocked, ROUNDS);
	double first = median(caller->first, ROUNDS);

	printf("%-15s %-27s %-16s %9.1f us, at most %.0f us  %s\n", name,
		"caller of this size", "blocked", blocked, BLOCKED_MAX_US,
		blocked <= BLOCKED_MAX_US ? "ok" : "MISSED");
	printf("%-15s %-27s %-16s %9.1f us, %.2f of the smallest's\n", name,
		"caller of this size", "first run", first, first / first_of_smallest);
	json_object_object_add(object, "caller", json_object_new_string(name));
	json_object_object_add(object, "blocked_us", json_object_new_double(blocked));
	json_object_object_add(
		object, "blocked_at_most_us", json_object_new_double(BLOCKED_MAX_US));
	json_object_object_add(object, "first_run_us", json_object_new_double(first));
	json_object_array_add(list, object);
}

void measure_callers(Subject *subject, json_object *document)
{
	g_autofree Caller *callers = g_new0(Caller, N);
	json_object *list = json_object_new_array();

	fflush(stdout);
	for (size_t i = 0; i < N; i++)
		start_caller(&callers[i], subject, sizes[i].size);
	for (int round = -WARM_UP; round < ROUNDS; round++) {
		for (size_t i = 0; i < N; i++) {
			Turn turn = ask(&callers[i]);

			callers[i].blocked[MAX(round, 0)] = turn.blocked;
			callers[i].first[MAX(round, 0)] = turn.first;
		}
	}
	/* All before one is waited for: each has copies of its elders' ends. */
	for (size_t i = 0; i < N; i++) {
		close(callers[i].ask);
		close(callers[i].answer);
	}
	for (size_t i = 0; i < N; i++) {
		waitpid(callers[i].pid, NULL, 0);
		report(sizes[i].name, &callers[i], median(callers[0].first, ROUNDS),
			list);
	}
	json_object_object_add(document, "callers", list);
}

/* ---- steps of a call ---- */

#define DISPATCH_ROUNDS 20
#define DISPATCH_MAX_US 5000.0
#define HANG_US         (300 * 1000)
#define N_BESIDE        8

static void write_manifest(const char *directory, const char *name, const char *program)
{
	g_autofree char *path = g_strdup_printf("%s/%s.json", directory, name);
	g_autofree char *text = g_strdup_printf(
		"{\"description\": \"bench\", \"type\": \"input\", \"binary\": \"%s\"}\n",
		program);
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents_full(
		    path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error))
		die("%s", error->message);
}

static VpRequest *request_for(const char *directory)
{
	const char *directories[] = {directory, NULL};
	VpRequest *request = vp_request_new();

	vp_request_set_type(request, "input");
	vp_request_set_search(request, directories);
	vp_request_set_warden(request, warden);
	vp_request_set_cache(request, VP_CACHE_OFF);
	vp_request_set_timeout(request, HANG_US);
	/* Two workers: the second one is started while the first program hangs. */
	vp_request_set_jobs(request, 2);
	return request;
}

/* Returns: the longest step of a call, in microseconds. */
static double find_longest(const VpRequest *request)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(VpCall) call = vp_call_new(request, &error);
	g_autoptr(VpResult) result = NULL;
	struct pollfd ready = {.events = POLLIN};
	double longest = 0, start;
	bool goes_on = true;

	if (!call)
		die("%s", error->message);
	ready.fd = vp_call_get_fd(call);
	while (goes_on) {
		poll(&ready, 1, -1);
		start = now_us();
		goes_on = vp_call_dispatch(call);
		longest = MAX(longest, now_us() - start);
	}
	result = vp_call_finish(call, &error);
	if (!result || !vp_result_get_selected(result))
		die("a call in steps: %s", error ? error->message : "nothing selected");
	return longest;
}

void measure_dispatches(const char *build, const Subject *subject, json_object *document)
{
	g_autofree char *programs = make_directory(build, "programs");
	g_autofree char *directory = make_directory(build, "dispatch");
	g_autofree char *hang = g_build_filename(programs, "hang", NULL);
	g_autoptr(VpRequest) request = request_for(directory);
	double longest[DISPATCH_ROUNDS], middle, worst;

	write_manifest(directory, "10-hang", hang);
	for (int i = 0; i < N_BESIDE; i++) {
		g_autofree char *name = g_strdup_printf("50-%d", i);

		write_manifest(directory, name, subject->path);
	}
	for (int round = 0; round < DISPATCH_ROUNDS; round++)
		longest[round] = find_longest(request);
	middle = median(longest, DISPATCH_ROUNDS);
	worst = longest[DISPATCH_ROUNDS - 1];
	printf("%-15s %-27s %-16s %9.1f us, worst %.1f, at most %.0f  %s\n",
		subject->name, "while one program hangs", "longest dispatch", middle,
		worst, DISPATCH_MAX_US, worst <= DISPATCH_MAX_US ? "ok" : "MISSED");
	json_object_object_add(
		document, "longest_dispatch_us", json_object_new_double(worst));
}
