// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What safety costs: programs are started in several ways, and each way is compared with
 * a bare posix_spawn() and waitpid() of the same program, whose stdout is read from a
 * pipe.
 *
 * Machines are noisy, so the ways of one comparison take turns (A B C A B C ...), and a
 * ratio is the median of the ratios within one turn: what slows the machine down for a
 * while slows both sides of it.
 *
 * In comes the build directory; and a pattern of rows ("static, 1,000*"), if not all are
 * wanted. Out go a table, and bench.json in that directory. A
 * missed requirement is shown and nothing more; a run that does not end as it should, or
 * writes anything but what the bare program writes, is an error.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <json-c/json.h>

#include "tests/bench/callers.h"
#include "tests/bench/figures.h"
#include "tests/bench/many.h"
#include "tests/bench/ways.h"

#define BATCH   100 /* runs of one program in one sandbox */
#define WARM_UP 3   /* first turns of a comparison, not counted: caches fill */

enum { NO_LIBC, STATIC, FS, GPU, HERE_DOCUMENT, TEMPORARY_FILE, ROOMS };
static Subject subjects[] = {
	[NO_LIBC] = {.name = "no C library", .type = "rng"},
	[STATIC] = {.name = "static", .type = "input"},
	[FS] = {.name = "virtiofsd", .type = "fs"},
	[GPU] = {.name = "vhost-user-gpu", .type = "gpu"},
	[HERE_DOCUMENT] = {.name = "here-document", .type = "block"},
	[TEMPORARY_FILE] = {.name = "temporary file", .type = "vsock"},
	[ROOMS] = {.name = "static, own room", .type = "net"},
};

static json_object *document, *rows;

/* ---- comparisons ---- */

typedef struct {
	const char *name;
	Run *run;
	How how;
	const char *needs; /* a file without which it is left out, or NULL */
} Way;

#define BIT SANDBOX_LAYER_BIT
#define NAMESPACES                                                                     \
	(BIT(SANDBOX_LAYER_USER) | BIT(SANDBOX_LAYER_MOUNT) | BIT(SANDBOX_LAYER_PID) | \
		BIT(SANDBOX_LAYER_NET) | BIT(SANDBOX_LAYER_IPC) |                      \
		BIT(SANDBOX_LAYER_UTS) | BIT(SANDBOX_LAYER_CGROUP))

#define FULL(parallel)                             \
	{                                          \
		SANDBOX_LEVEL_FULL, 0, parallel, 0 \
	}
#define PARTIAL(parallel)                                      \
	{                                                      \
		SANDBOX_LEVEL_PARTIAL, NAMESPACES, parallel, 1 \
	}
#define NONE(parallel)                             \
	{                                          \
		SANDBOX_LEVEL_NONE, 0, parallel, 2 \
	}

static const Way bare = {"bare", run_bare, {0}, NULL};
static const Way threads_1 = {"bare, 1 thread", run_threads, {.parallel = 1}, NULL};
static const Way threads_2 = {"bare, 2 threads", run_threads, {.parallel = 2}, NULL};
static const Way full_open = {"sandbox, full", run_open, FULL(1), NULL};
static const Way full_new = {"sandbox, full", run_new, FULL(1), NULL};
static const Way full_1 = {"sandbox, full", run_workers, FULL(1), NULL};
static const Way full_2 = {"sandbox, full", run_workers, FULL(2), NULL};
static const Way partial_open = {"sandbox, partial", run_open, PARTIAL(1), NULL};
static const Way partial_new = {"sandbox, partial", run_new, PARTIAL(1), NULL};
static const Way partial_1 = {"sandbox, partial", run_workers, PARTIAL(1), NULL};
static const Way partial_2 = {"sandbox, partial", run_workers, PARTIAL(2), NULL};
static const Way none_open = {"sandbox, none", run_open, NONE(1), NULL};
static const Way none_new = {"sandbox, none", run_new, NONE(1), NULL};
static const Way none_1 = {"sandbox, none", run_workers, NONE(1), NULL};
static const Way none_2 = {"sandbox, none", run_workers, NONE(2), NULL};
static const Way linking = {"linking alone", run_nothing, {0}, NULL};
static const Way vhost_probe = {"vhost-probe", run_vhost_probe, {0}, NULL};
static const Way warm = {"from the cache", run_warm, {0}, NULL};
static const Way bubblewrap = {"bubblewrap", run_bubblewrap, {0}, BUBBLEWRAP};

#define WAYS_MAX   5
#define ROUNDS_MAX 2000

#define OPEN                                                 \
	{                                                    \
		&bare, &full_open, &partial_open, &none_open \
	}
#define NEW                                               \
	{                                                 \
		&bare, &full_new, &partial_new, &none_new \
	}
#define ONE                                              \
	{                                                \
		&threads_1, &full_1, &partial_1, &none_1 \
	}
#define TWO                                              \
	{                                                \
		&threads_2, &full_2, &partial_2, &none_2 \
	}
#define WHOLE                                              \
	{                                                  \
		&bare, &linking, &vhost_probe, &bubblewrap \
	}

static const struct {
	int subject;
	const char *about;
	unsigned rounds;
	unsigned runs; /* that one call of a way does; times are reported for one run */
	const Way *ways[WAYS_MAX];
	double at_most[WAYS_MAX]; /* times the first way; 0: no requirement */
} comparisons[] = {
	{NO_LIBC, "one of many runs", 2000, 1, OPEN, {0}},
	{STATIC, "one of many runs", 2000, 1, OPEN, {0, 1.2}},
	{FS, "one of many runs", 500, 1, OPEN, {0, 1.1}},
	{GPU, "one of many runs", 500, 1, OPEN, {0, 1.08}},
	{NO_LIBC, "100 runs, open, close", 40, BATCH, NEW, {0}},
	{STATIC, "100 runs, open, close", 40, BATCH, NEW, {0, 1.15}},
	{FS, "100 runs, open, close", 10, BATCH, NEW, {0, 1.1}},
	{GPU, "100 runs, open, close", 10, BATCH, NEW, {0, 1.05}},
	{STATIC, "whole process", 500, 1, WHOLE, {0}},
	{FS, "whole process", 300, 1, WHOLE, {0}},
	{GPU, "whole process", 300, 1, WHOLE, {0, 0, 1.78}},
	{STATIC, "the same, beside bubblewrap", 300, 1, {&bubblewrap, &vhost_probe},
		{0, 0.87}},
	{GPU, "whole process, nothing run", 500, 1, {&linking, &warm}, {0, 1.25}},
	{STATIC, "1,000 runs, 1 at a time", 5, PROGRAMS, ONE, {0}},
	/* 0.80 of the throughput */
	{STATIC, "1,000 runs, 2 at a time", 5, PROGRAMS, TWO, {0, 1.25}},
	{FS, "200 runs, 1 at a time", 5, 200, ONE, {0}},
	{FS, "200 runs, 2 at a time", 5, 200, TWO, {0}},
	{GPU, "200 runs, 1 at a time", 5, 200, ONE, {0}},
	{GPU, "200 runs, 2 at a time", 5, 200, TWO, {0}},
	{HERE_DOCUMENT, "100 runs, 2 at a time", 9, 100, TWO, {0}},
	/* At partial there is no place for it. */
	{TEMPORARY_FILE, "100 runs, 2 at a time", 9, 100, {&threads_2, &full_2, &none_2},
		{0}},
	{ROOMS, "100 runs, 2 at a time", 9, 100, TWO, {0}},
};

/* Of one run, in microseconds, and as a multiple of the first way's in the same turn. */
static double times[WAYS_MAX][ROUNDS_MAX], ratios[WAYS_MAX][ROUNDS_MAX];

static bool is_left_out(const Way *way)
{
	return way->needs && access(way->needs, X_OK) < 0;
}

static void measure(size_t row, unsigned round)
{
	Subject *subject = &subjects[comparisons[row].subject];
	unsigned runs = comparisons[row].runs;

	for (int i = 0; i < WAYS_MAX && comparisons[row].ways[i]; i++) {
		const Way *way = comparisons[row].ways[i];
		double start = now_us();

		if (is_left_out(way))
			continue;
		way->run(subject, runs, &way->how);
		times[i][round] = (now_us() - start) / runs;
		ratios[i][round] = times[i][round] / times[0][round];
	}
}

static void print_columns(const char *subject, const char *about, const char *way)
{
	printf("%-15s %-27s %-16s ", subject, about, way);
}

static void add_number(json_object *object, const char *name, double number)
{
	json_object_object_add(object, name, json_object_new_double(number));
}

static void add_string(json_object *object, const char *name, const char *text)
{
	json_object_object_add(object, name, json_object_new_string(text));
}

static void report(size_t row, int i)
{
	json_object *object = json_object_new_object();
	unsigned n = comparisons[row].rounds;
	double middle = median(times[i], n), ratio = median(ratios[i], n);
	double least = times[i][0], at_most = comparisons[row].at_most[i];

	printf("%9.1f %9.1f %6.2f", middle, least, ratio);
	if (at_most > 0)
		printf(" %7.2f  %s", at_most, ratio <= at_most ? "ok" : "MISSED");
	putchar('\n');
	fflush(stdout);
	add_string(object, "program", subjects[comparisons[row].subject].name);
	add_string(object, "what", comparisons[row].about);
	add_string(object, "way", comparisons[row].ways[i]->name);
	add_number(object, "rounds", n);
	add_number(object, "median_us", middle);
	add_number(object, "min_us", least);
	add_number(object, "ratio", ratio);
	if (at_most > 0)
		add_number(object, "at_most", at_most);
	json_object_array_add(rows, object);
}

static bool is_wanted(size_t row, const char *pattern)
{
	const Subject *subject = &subjects[comparisons[row].subject];
	g_autofree char *name =
		g_strconcat(subject->name, ", ", comparisons[row].about, NULL);

	return g_pattern_match_simple(pattern, name);
}

static void compare(size_t row)
{
	const Subject *subject = &subjects[comparisons[row].subject];

	if (!subject->path) {
		print_columns(subject->name, comparisons[row].about, "");
		puts("skipped: not installed");
		return;
	}
	for (unsigned round = 0; round < WARM_UP; round++)
		measure(row, 0);
	for (unsigned round = 0; round < comparisons[row].rounds; round++)
		measure(row, round);
	for (int i = 0; i < WAYS_MAX && comparisons[row].ways[i]; i++) {
		const Way *way = comparisons[row].ways[i];

		print_columns(subject->name, comparisons[row].about, way->name);
		if (is_left_out(way))
			printf("skipped: no %s\n", way->needs);
		else
			report(row, i);
	}
}

/* ---- memory ---- */

#define MEMORY_MAX_KIB 6144

static long read_peak_kib(pid_t pid)
{
	g_autofree char *path = g_strdup_printf("/proc/%d/status", (int)pid);
	g_autofree char *status = NULL;
	const char *line = NULL;

	if (g_file_get_contents(path, &status, NULL, NULL))
		line = strstr(status, "VmHWM:");
	return line ? strtol(line + strlen("VmHWM:"), NULL, 10) : 0;
}

/*
 * The peak of vhost-probe itself. wait4() would report the largest of it and its
 * descendants, including the backend; so it is stopped when it is about to exit, and
 * asked.
 */
static void measure_memory(const Subject *subject)
{
	int fd, status;
	pid_t pid = spawn(subject->probe, &fd);
	bool traced = ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT) == 0;
	long kib = 0;

	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (status >> 16 == PTRACE_EVENT_EXIT)
			kib = read_peak_kib(pid);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
	close(fd);
	if (status != 0 || (traced && kib == 0))
		die("vhost-probe: did not end well when traced");
	print_columns(subject->name, "peak memory", "vhost-probe");
	if (traced)
		printf("%5ld KiB, at most %d KiB  %s\n", kib, MEMORY_MAX_KIB,
			kib <= MEMORY_MAX_KIB ? "ok" : "MISSED");
	else
		puts("skipped: no process may be traced here");
	add_number(document, "peak_kib", (double)kib);
}

/* ---- deadlines ---- */

#define OVERRUN_ROUNDS   20
#define ORDINARY_USER_ID 64001

static const struct {
	const char *program; /* of this folder */
	const char *argument;
	double at_most; /* microseconds, for the worst */
	const char *way;
	How how;
} overruns[] = {
	{"hang", NULL, 50000, "sandbox, full", FULL(1)},
	{"hang", NULL, 50000, "sandbox, partial", PARTIAL(1)},
	{"fork-bomb", NULL, 300000, "sandbox, full", FULL(1)},
	{"fork-bomb", NULL, 300000, "sandbox, partial", PARTIAL(1)},
	{"spin", "64", 50000, "sandbox, full", FULL(1)},
	{"spin", "64", 50000, "sandbox, partial", PARTIAL(1)},
	{"spin", "500", 300000, "sandbox, full", FULL(1)},
	{"spin", "500", 300000, "sandbox, partial", PARTIAL(1)},
};

/* Filled in by the processes that measure, in memory that they share with this one. */
typedef struct {
	double median_us, worst_us; /* 0: not measured */
} Overrun;

/* In a process of its own, since what it gives up does not come back. */
static void measure_overruns(const char *programs, bool as_user, Overrun *ret)
{
	const char *who = as_user ? "deadline, as a user" : "deadline";

	if (as_user &&
		(setresgid(ORDINARY_USER_ID, ORDINARY_USER_ID, ORDINARY_USER_ID) < 0 ||
			setresuid(ORDINARY_USER_ID, ORDINARY_USER_ID, ORDINARY_USER_ID) <
				0))
		die("setresuid: %s", g_strerror(errno));
	for (size_t i = 0; i < G_N_ELEMENTS(overruns); i++) {
		g_autofree char *path =
			g_build_filename(programs, overruns[i].program, NULL);
		double values[OVERRUN_ROUNDS], middle, at_most = overruns[i].at_most;
		g_autofree char *name = overruns[i].argument
						? g_strconcat(overruns[i].program, ", ",
							  overruns[i].argument, NULL)
						: g_strdup(overruns[i].program);

		print_columns(name, who, overruns[i].way);
		if (access(path, X_OK) < 0) {
			printf("skipped: %s\n", g_strerror(errno));
			continue;
		}
		for (int round = 0; round < OVERRUN_ROUNDS; round++) {
			values[round] = measure_overrun(
				path, overruns[i].argument, &overruns[i].how);
			if (values[round] < 0)
				die("%s: was not killed at its deadline", path);
		}
		middle = median(values, OVERRUN_ROUNDS);
		ret[i] = (Overrun){middle, values[OVERRUN_ROUNDS - 1]};
		printf("%9.1f us beyond it, worst %.1f, at most %.0f  %s\n", middle,
			values[OVERRUN_ROUNDS - 1], at_most,
			values[OVERRUN_ROUNDS - 1] <= at_most ? "ok" : "MISSED");
		fflush(stdout);
	}
}

static void measure_all_overruns(const char *build)
{
	g_autofree char *programs = make_directory(build, "programs");
	const size_t n = G_N_ELEMENTS(overruns);
	json_object *list = json_object_new_array();
	Overrun *measured = mmap(NULL, 2 * n * sizeof *measured, PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (measured == MAP_FAILED)
		die("mmap: %s", g_strerror(errno));
	json_object_object_add(document, "deadlines", list);
	for (int as_user = 0; as_user <= (geteuid() == 0); as_user++) {
		int status;
		pid_t pid;

		fflush(stdout);
		pid = fork();
		if (pid == 0) {
			measure_overruns(programs, as_user, measured + as_user * n);
			exit(EXIT_SUCCESS);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
			die("deadlines: could not be measured");
		for (size_t i = 0; i < n; i++) {
			json_object *object = json_object_new_object();

			add_string(object, "program", overruns[i].program);
			if (overruns[i].argument)
				add_string(object, "argument", overruns[i].argument);
			add_string(object, "way", overruns[i].way);
			json_object_object_add(
				object, "as_user", json_object_new_boolean(as_user));
			add_number(
				object, "median_us", measured[as_user * n + i].median_us);
			add_number(
				object, "worst_us", measured[as_user * n + i].worst_us);
			add_number(object, "at_most", overruns[i].at_most);
			json_object_array_add(list, object);
		}
	}
	munmap(measured, 2 * n * sizeof *measured);
}

/* ---- the whole ---- */

static void prepare_all(const char *build)
{
	g_autofree char *programs = make_directory(build, "programs");

	subjects[NO_LIBC].path = g_build_filename(programs, "no-libc", NULL);
	subjects[STATIC].path = g_build_filename(programs, "static", NULL);
	subjects[FS].path = find_backend("fs");
	subjects[GPU].path = find_backend("gpu");
	subjects[HERE_DOCUMENT].path = g_build_filename(programs, "here-document", NULL);
	subjects[TEMPORARY_FILE].path =
		g_build_filename(programs, "temporary-file", NULL);
	subjects[ROOMS].path = g_build_filename(programs, "static", NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
		if (subjects[i].path)
			prepare(&subjects[i], build);
	give_rooms(&subjects[ROOMS], build);
}

static void write_document(const struct utsname *machine, const char *build)
{
	g_autofree char *file = g_build_filename(build, "bench.json", NULL);

	add_string(document, "kernel", machine->release);
	add_string(document, "machine", machine->machine);
	add_number(document, "processors", g_get_num_processors());
	json_object_object_add(document, "rows", rows);
	if (json_object_to_file_ext(file, document, JSON_C_TO_STRING_PRETTY) < 0)
		die("%s: %s", file, json_util_get_last_err());
	json_object_put(document);
}

int main(int argc, char **argv)
{
	g_autofree char *build = NULL;
	struct utsname machine;

	if (argc != 2 && argc != 3)
		die("needs the build directory, and may have a pattern of rows");
	if (g_str_equal(argv[1], NOTHING))
		return EXIT_SUCCESS;
	build = realpath(argv[1], NULL);
	if (!build || uname(&machine) < 0)
		die("%s: %s", argv[1], g_strerror(errno));
	warden = g_build_filename(build, "vhost-probe-warden", NULL);
	document = json_object_new_object();
	rows = json_object_new_array();
	prepare_all(build);
	printf("Linux %s, %s, %u processors\n", machine.release, machine.machine,
		g_get_num_processors());
	print_columns("program", "what", "way");
	printf("%9s %9s %6s %7s\n", "median us", "min us", "ratio", "at most");
	for (size_t i = 0; i < G_N_ELEMENTS(comparisons); i++)
		if (argc == 2 || is_wanted(i, argv[2]))
			compare(i);
	/* Some rows are only for people who work on them, and are in no document. */
	if (argc == 3)
		return EXIT_SUCCESS;
	measure_memory(&subjects[subjects[GPU].path ? GPU : STATIC]);
	measure_callers(&subjects[STATIC], document);
	measure_dispatches(build, &subjects[STATIC], document);
	measure_many(build, &subjects[STATIC], &subjects[NO_LIBC], document);
	measure_all_overruns(build);
	write_document(&machine, build);
	return EXIT_SUCCESS;
}
