// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What safety costs: programs are started in several ways, and each way is compared with a bare
 * posix_spawn() and waitpid() of the same program, whose stdout is read from a pipe.
 *
 * Machines are noisy, so the ways of one comparison take turns (A B C A B C ...), and a
 * ratio is the median of the ratios within one turn: what slows the machine down for a
 * while slows both sides of it.
 *
 * In comes the build directory. Out goes a table, and bench.json in that directory. A
 * missed requirement is shown and nothing more; a run that does not end as it should, or writes
 * anything else than the bare program does, is an error.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <json-c/json.h>

#include "common/autofd.h"
#include "probe/vhost-probe.h"

#define BATCH    100 /* runs of one program in one sandbox */
#define PROGRAMS 200 /* programs that are known under so many names */
#define THREADS  2
/* At the start of each comparison, not counted: caches fill, the processor wakes up. */
#define WARM_UP 3

/* The same environment as inside the sandbox: a locale would cost the bare program alone. */
static char *const environment[] = {(char[]){"PATH=/usr/bin:/bin"}, (char[]){"LANG=C"}, NULL};

/* A program that is started in several ways. */
typedef struct {
	const char *name;
	const char *type;
	char *path;               /* real; NULL: not installed */
	char *manifests;          /* a directory with one manifest, which names it */
	GString *said;            /* what it must write each time */
	SandboxRequest *requests; /* PROGRAMS names of the same program, the first being @path */
	Sandbox *sandboxes[SANDBOX_LEVEL_FULL + 1]; /* kept open from run to run */
} Subject;

enum { STATIC, FS, GPU };
static Subject subjects[] = {
	[STATIC] = {.name = "static program", .type = "input"},
	[FS] = {.name = "virtiofsd", .type = "fs"},
	[GPU] = {.name = "vhost-user-gpu", .type = "gpu"},
};

static char *build; /* the build directory */
static json_object *document;
static json_object *rows;

_Noreturn static void die(const char *format, ...) G_GNUC_PRINTF(1, 2);

_Noreturn static void die(const char *format, ...)
{
	va_list arguments;

	fputs("bench: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* ---- starting programs: bare ---- */

/* Returns: the process; *@ret_fd is the reading end of its stdout. */
static pid_t spawn(const char *const *argv, int *ret_fd)
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

static void check(const char *program, bool ended_well, const char *out, size_t length,
	const GString *expected)
{
	if (!ended_well || length != expected->len || memcmp(out, expected->str, length) != 0)
		die("%s: did not end well, or wrote \"%.*s\" and not \"%s\"", program,
			(int)length, out, expected->str);
}

/* Starts a program, reads all that it writes, and waits for its end. */
static void spawn_and_check(const char *const *argv, const GString *expected)
{
	char out[4096];
	size_t length = 0;
	ssize_t n;
	int fd, status;
	pid_t pid = spawn(argv, &fd);

	while ((n = read(fd, out + length, sizeof out - length)) > 0)
		length += (size_t)n;
	close(fd);
	waitpid(pid, &status, 0);
	check(argv[0], status == 0, out, length, expected);
}

static void start_bare(const char *path, const Subject *subject)
{
	const char *argv[] = {path, "--print-capabilities", NULL};

	spawn_and_check(argv, subject->said);
}

static void run_bare(Subject *subject, unsigned runs, SandboxLevel level)
{
	for (unsigned i = 0; i < runs; i++)
		start_bare(subject->path, subject);
}

static int next_program; /* that no thread has taken yet */

static void *bare_thread(void *data)
{
	const Subject *subject = data;
	int i;

	while ((i = g_atomic_int_add(&next_program, 1)) < PROGRAMS)
		start_bare(subject->requests[i].real_path, subject);
	return NULL;
}

static void run_bare_threads(Subject *subject, unsigned runs, SandboxLevel level)
{
	GThread *threads[THREADS];

	next_program = 0;
	for (int i = 0; i < THREADS; i++)
		threads[i] = g_thread_new("bare", bare_thread, subject);
	for (int i = 0; i < THREADS; i++)
		g_thread_join(threads[i]);
}

/* ---- starting programs: in the sandbox ---- */

static Sandbox *open_sandbox(SandboxLevel level, unsigned jobs)
{
	SandboxPolicy policy = {.level = level, .timeout_us = VP_TIMEOUT_DEFAULT_US, .jobs = jobs};
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
		result->outcome == SANDBOX_EXITED && result->exit_status == 0, result->out,
		result->out_length, subject->said);
	return true;
}

static void run_in(Sandbox *sandbox, Subject *subject, size_t n)
{
	g_autoptr(GError) error = NULL;

	if (!sandbox_run(sandbox, subject->requests, n, on_result, subject, &error))
		die("%s", error->message);
}

/* In a sandbox that is open already. */
static void run_open(Subject *subject, unsigned runs, SandboxLevel level)
{
	if (!subject->sandboxes[level])
		subject->sandboxes[level] = open_sandbox(level, 1);
	for (unsigned i = 0; i < runs; i++)
		run_in(subject->sandboxes[level], subject, 1);
}

/* In a sandbox that is opened for these runs, and closed. */
static void run_new(Subject *subject, unsigned runs, SandboxLevel level)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(level, 1);

	for (unsigned i = 0; i < runs; i++)
		run_in(sandbox, subject, 1);
}

static void run_many(Subject *subject, unsigned runs, SandboxLevel level)
{
	g_autoptr(Sandbox) sandbox = open_sandbox(level, THREADS);

	run_in(sandbox, subject, runs);
}

/* ---- starting programs: by other programs ---- */

static void run_vhost_probe(Subject *subject, unsigned runs, SandboxLevel level)
{
	g_autofree char *program = g_build_filename(build, "vhost-probe", NULL);
	const char *argv[] = {program, "--type", subject->type, "--dir", subject->manifests, NULL};
	g_autoptr(GString) answer = g_string_new(subject->path);

	g_string_append_c(answer, '\n');
	spawn_and_check(argv, answer);
}

/* What the dynamic linker alone costs: this program, which has the same libraries. */
static void run_nothing(Subject *subject, unsigned runs, SandboxLevel level)
{
	static const char *const argv[] = {"/proc/self/exe", NULL};
	g_autoptr(GString) nothing = g_string_new(NULL);

	spawn_and_check(argv, nothing);
}

static void run_bubblewrap(Subject *subject, unsigned runs, SandboxLevel level)
{
	const char *argv[] = {"/usr/bin/bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr",
		"--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "--ro-bind",
		subject->path, subject->path, subject->path, "--print-capabilities", NULL};

	spawn_and_check(argv, subject->said);
}

/* ---- comparisons ---- */

typedef struct {
	const char *name;
	void (*run)(Subject *subject, unsigned runs, SandboxLevel level);
	SandboxLevel level;
	double at_most;    /* times the first way; 0: no requirement */
	const char *needs; /* a file without which it is left out, or NULL */
} Way;

#define WAYS_MAX   4
#define ROUNDS_MAX 2000

typedef struct {
	int subject;
	const char *about;
	unsigned rounds;
	unsigned runs; /* that one call of a way does; times are told for one run */
	Way ways[WAYS_MAX];
} Comparison;

#define ONE_RUN(level_, at_most_)                                                         \
	{"sandbox " #level_, run_open, SANDBOX_LEVEL_##level_, at_most_}
#define OPENED(level_, at_most_)                                                          \
	{"sandbox " #level_, run_new, SANDBOX_LEVEL_##level_, at_most_}

static const Comparison comparisons[] = {
	{STATIC, "one of many runs", 2000, 1,
		{{"bare", run_bare}, ONE_RUN(FULL, 1.4), ONE_RUN(NONE, 0)}},
	{STATIC, "100 runs with open and close", 40, BATCH,
		{{"bare", run_bare}, OPENED(FULL, 1.4), OPENED(NONE, 0)}},
	{FS, "one of many runs", 500, 1,
		{{"bare", run_bare}, ONE_RUN(FULL, 1.4), ONE_RUN(NONE, 0)}},
	{FS, "100 runs with open and close", 10, BATCH,
		{{"bare", run_bare}, OPENED(FULL, 1.4), OPENED(NONE, 0)}},
	{GPU, "one of many runs", 500, 1,
		{{"bare", run_bare}, ONE_RUN(FULL, 1.4), ONE_RUN(NONE, 0)}},
	{GPU, "100 runs with open and close", 10, BATCH,
		{{"bare", run_bare}, OPENED(FULL, 1.4), OPENED(NONE, 0)}},
	{STATIC, "whole process", 500, 1,
		{{"bare", run_bare}, {"dynamic linking alone", run_nothing},
			{"vhost-probe", run_vhost_probe},
			{"bubblewrap", run_bubblewrap, .needs = "/usr/bin/bwrap"}}},
	{GPU, "whole process", 500, 1,
		{{"bare", run_bare}, {"dynamic linking alone", run_nothing},
			{"vhost-probe", run_vhost_probe, .at_most = 1.9}}},
	{STATIC, "200 programs, 2 at a time", 20, PROGRAMS,
		{{"bare, 2 threads", run_bare_threads},
			{"sandbox FULL, 2 workers", run_many, SANDBOX_LEVEL_FULL}}},
};

static double times[WAYS_MAX][ROUNDS_MAX]; /* of one run, in microseconds */

static int compare_doubles(const void *a, const void *b)
{
	double difference = *(const double *)a - *(const double *)b;

	return (difference > 0) - (difference < 0);
}

/* Sorts @values. */
static double median(double *values, unsigned n)
{
	qsort(values, n, sizeof *values, compare_doubles);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void print_row(const char *subject, const char *about, const char *way, double value,
	double least, double ratio, double at_most)
{
	printf("%-15s %-28s %-23s %9.1f %9.1f %7.2f", subject, about, way, value, least, ratio);
	if (at_most > 0)
		printf(" %7.2f  %s", at_most, ratio <= at_most ? "ok" : "MISSED");
	putchar('\n');
	fflush(stdout);
}

static void add_number(json_object *row, const char *name, double number)
{
	json_object_object_add(row, name, json_object_new_double(number));
}

static void report(const Comparison *comparison, const Way *way, double value, double least,
	double ratio)
{
	const char *subject = subjects[comparison->subject].name;
	json_object *row = json_object_new_object();

	print_row(subject, comparison->about, way->name, value, least, ratio, way->at_most);
	json_object_object_add(row, "program", json_object_new_string(subject));
	json_object_object_add(row, "what", json_object_new_string(comparison->about));
	json_object_object_add(row, "way", json_object_new_string(way->name));
	add_number(row, "rounds", comparison->rounds);
	add_number(row, "median_us", value);
	add_number(row, "min_us", least);
	add_number(row, "ratio", ratio);
	if (way->at_most > 0)
		add_number(row, "at_most", way->at_most);
	json_object_array_add(rows, row);
}

static bool is_left_out(const Way *way)
{
	return way->needs && access(way->needs, X_OK) < 0;
}

static void measure(const Comparison *comparison)
{
	Subject *subject = &subjects[comparison->subject];

	for (unsigned round = 0; round < comparison->rounds + WARM_UP; round++) {
		for (int i = 0; i < WAYS_MAX && comparison->ways[i].run; i++) {
			const Way *way = &comparison->ways[i];
			double start = now_us();

			if (is_left_out(way))
				continue;
			way->run(subject, comparison->runs, way->level);
			if (round >= WARM_UP)
				times[i][round - WARM_UP] =
					(now_us() - start) / comparison->runs;
		}
	}
}

static void compare(const Comparison *comparison)
{
	const Subject *subject = &subjects[comparison->subject];
	unsigned n = comparison->rounds;
	double ratios[WAYS_MAX][ROUNDS_MAX];

	if (!subject->path) {
		printf("%-15s %-28s skipped: not installed\n", subject->name, comparison->about);
		return;
	}
	measure(comparison);
	for (int i = 0; i < WAYS_MAX; i++)
		for (unsigned round = 0; round < n; round++)
			ratios[i][round] = times[i][round] / times[0][round];
	for (int i = 0; i < WAYS_MAX && comparison->ways[i].run; i++) {
		const Way *way = &comparison->ways[i];
		double middle = median(times[i], n); /* sorts */

		if (is_left_out(way))
			printf("%-15s %-28s %-23s skipped: no %s\n", subject->name,
				comparison->about, way->name, way->needs);
		else
			report(comparison, way, middle, times[i][0], median(ratios[i], n));
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
 * The peak of vhost-probe itself. wait4() would tell the largest of it and its descendants,
 * the backend included; so it is stopped when it is about to exit, and asked.
 */
static void measure_memory(const Subject *subject)
{
	g_autofree char *program = g_build_filename(build, "vhost-probe", NULL);
	const char *argv[] = {program, "--type", subject->type, "--dir", subject->manifests, NULL};
	int fd, status;
	pid_t pid = spawn(argv, &fd);
	long kib = 0;

	if (ptrace(PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACEEXIT) < 0)
		die("cannot trace vhost-probe: %s", g_strerror(errno));
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		if (status >> 16 == PTRACE_EVENT_EXIT)
			kib = read_peak_kib(pid);
		ptrace(PTRACE_CONT, pid, NULL, NULL);
	}
	close(fd);
	if (status != 0 || kib == 0)
		die("vhost-probe: ended badly under trace");
	printf("%-15s peak memory of vhost-probe itself: %ld KiB, at most %d  %s\n",
		subject->name, kib, MEMORY_MAX_KIB, kib <= MEMORY_MAX_KIB ? "ok" : "MISSED");
	json_object_object_add(document, "peak_kib", json_object_new_int64(kib));
}

/* ---- preparing ---- */

/* Asks the library which backend of @type this host has. */
static char *find_backend(const char *type)
{
	const VpSearchEnvironment nothing = {0};
	g_auto(GStrv) search = vp_default_search(&nothing);
	VpRequest request = VP_REQUEST_INIT;
	g_autoptr(GError) error = NULL;
	g_autoptr(VpResult) result = NULL;

	request.type = type;
	request.search = (const char *const *)search;
	request.uid = geteuid();
	request.gid = getegid();
	result = vp_probe(&request, &error);
	if (!result)
		die("%s", error->message);
	return result->selected ? g_strdup(result->selected->real_path) : NULL;
}

static char *make_directory(const char *name)
{
	char *path = g_build_filename(build, "tests/bench", name, NULL);

	/* Programs of another id are to read it, whatever the umask is. */
	if (g_mkdir_with_parents(path, 0755) < 0 || chmod(path, 0755) < 0)
		die("%s: %s", path, g_strerror(errno));
	return path;
}

static void write_manifest(Subject *subject)
{
	g_autofree char *file = NULL, *text = NULL;
	g_autoptr(GError) error = NULL;

	subject->manifests = make_directory(subject->type);
	file = g_build_filename(subject->manifests, "50-bench.json", NULL);
	text = g_strdup_printf("{\"description\": \"bench\", \"type\": \"%s\", \"binary\": \"%s\"}\n",
		subject->type, subject->path);
	if (!g_file_set_contents_full(file, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error))
		die("%s", error->message);
}

/* Whatever the program says the first time it must always say. */
static GString *listen_to(const char *path)
{
	const char *argv[] = {path, "--print-capabilities", NULL};
	GString *said = g_string_new(NULL);
	char out[4096];
	ssize_t n;
	int fd, status;
	pid_t pid = spawn(argv, &fd);

	while ((n = read(fd, out, sizeof out)) > 0)
		g_string_append_len(said, out, n);
	close(fd);
	waitpid(pid, &status, 0);
	if (status != 0 || said->len == 0)
		die("%s: has no capabilities to tell", path);
	return said;
}

static SandboxRequest make_request(const char *path)
{
	const char **argv = g_new0(const char *, 3);
	struct stat st;

	if (stat(path, &st) < 0)
		die("%s: %s", path, g_strerror(errno));
	argv[0] = path;
	argv[1] = "--print-capabilities";
	return (SandboxRequest){.real_path = path, .program = sandbox_file(&st), .argv = argv};
}

static void prepare(Subject *subject)
{
	if (!subject->path)
		return;
	write_manifest(subject);
	subject->said = listen_to(subject->path);
	subject->requests = g_new0(SandboxRequest, PROGRAMS);
	subject->requests[0] = make_request(subject->path);
}

/* Links to the static program, in its own directory. */
static void prepare_many(Subject *subject)
{
	for (unsigned i = 1; i < PROGRAMS; i++) {
		char *path = g_strdup_printf("%s-%03u", subject->path, i);

		unlink(path);
		if (link(subject->path, path) < 0)
			die("%s: %s", path, g_strerror(errno));
		subject->requests[i] = make_request(path);
	}
	/* Every link has changed its ctime. */
	for (unsigned i = 0; i < PROGRAMS; i++)
		subject->requests[i] = make_request(subject->requests[i].real_path);
}

int main(int argc, char **argv)
{
	g_autofree char *directory = NULL, *file = NULL;
	struct utsname machine;

	if (argc < 2)
		return EXIT_SUCCESS; /* run_nothing() */
	build = realpath(argv[1], NULL);
	if (!build || uname(&machine) < 0)
		die("%s: %s", argv[1], g_strerror(errno));
	document = json_object_new_object();
	rows = json_object_new_array();
	directory = make_directory("programs");
	subjects[STATIC].path = g_build_filename(directory, "static", NULL);
	for (size_t i = FS; i < G_N_ELEMENTS(subjects); i++)
		subjects[i].path = find_backend(subjects[i].type);
	for (size_t i = 0; i < G_N_ELEMENTS(subjects); i++)
		prepare(&subjects[i]);
	prepare_many(&subjects[STATIC]);

	printf("Linux %s, %s, %u processors\n", machine.release, machine.machine,
		g_get_num_processors());
	printf("%-15s %-28s %-23s %9s %9s %7s %7s\n", "program", "what", "way", "median us",
		"min us", "ratio", "at most");
	for (size_t i = 0; i < G_N_ELEMENTS(comparisons); i++)
		compare(&comparisons[i]);
	measure_memory(&subjects[subjects[GPU].path ? GPU : STATIC]);

	json_object_object_add(document, "kernel", json_object_new_string(machine.release));
	json_object_object_add(
		document, "processors", json_object_new_int((int)g_get_num_processors()));
	json_object_object_add(document, "rows", rows);
	file = g_build_filename(build, "bench.json", NULL);
	if (json_object_to_file_ext(file, document, JSON_C_TO_STRING_PRETTY) < 0)
		die("%s: %s", file, json_util_get_last_err());
	json_object_put(document);
	return EXIT_SUCCESS;
}
