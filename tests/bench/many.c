// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Many manifests, each with a program of its own, and whole calls of vhost-probe on them.
 */
#include "tests/bench/many.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mount.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "tests/bench/figures.h"

#define ROUNDS 9
/* Files that were changed a moment ago are not relied on. */
#define SETTLE_US (2200 * 1000)

#define LIST_MAX_US    80.0
#define MEMORY_MAX_KIB (64 * 1024)
/* To bare runs. The aim is 0.60 of their throughput, 1.67. */
#define REFRESH_MAX 1.9
/* Of a program whose content is compared. */
#define LARGE_SIZE   ((gsize)50 << 20)
#define LARGE_MAX_MS 15.0

typedef struct {
	char *vhost_probe, *manifests, *cache;
	unsigned n;
} Host;

static void write_or_die(const char *path, const char *text, gsize length, int mode)
{
	g_autoptr(GError) error = NULL;

	if (!g_file_set_contents_full(
		    path, text, (gssize)length, G_FILE_SET_CONTENTS_NONE, mode, &error))
		die("%s", error->message);
}

/* @copied: as files of their own; else as names of one file. */
static Host make_host(const char *build, const char *name, const char *type,
	const char *program, unsigned n, bool copied)
{
	g_autofree char *top = make_directory(build, name);
	g_autofree char *programs = g_build_filename(top, "programs", NULL);
	Host host = {
		.vhost_probe = g_build_filename(build, "vhost-probe", NULL),
		.manifests = g_build_filename(top, "manifests", NULL),
		.cache = g_build_filename(top, "cache", NULL),
		.n = n,
	};
	g_autofree char *content = NULL;
	gsize length;

	if (mkdir(programs, 0755) < 0 || mkdir(host.manifests, 0755) < 0 ||
		!g_file_get_contents(program, &content, &length, NULL))
		die("%s: %s", top, g_strerror(errno));
	for (unsigned i = 0; i < n; i++) {
		g_autofree char *path = g_strdup_printf("%s/%05u", programs, i);
		g_autofree char *manifest =
			g_strdup_printf("%s/%05u.json", host.manifests, i);
		g_autofree char *text =
			g_strdup_printf("{\"description\": \"bench\", \"type\": \"%s\", "
					"\"binary\": \"%s\"}\n",
				type, path);

		if (copied)
			write_or_die(path, content, length, 0755);
		else if (link(program, path) < 0)
			die("%s: %s", path, g_strerror(errno));
		write_or_die(manifest, text, strlen(text), 0644);
	}
	g_usleep(SETTLE_US);
	return host;
}

/* Or what an interrupted bench has left. */
static void remove_host(const char *build, const char *name)
{
	g_autofree char *top = g_build_filename(build, "tests/bench", name, NULL);
	const char *argv[] = {"rm", "-rf", top, NULL};

	g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
		NULL, NULL, NULL);
}

static void clear_host(Host *host)
{
	g_free(host->vhost_probe);
	g_free(host->manifests);
	g_free(host->cache);
}

/* Returns: microseconds of the whole process, which has to print @n_lines at least.
 * @ret_kib: its peak of memory, or NULL. */
static double run(const char *const *argv, unsigned n_lines, long *ret_kib)
{
	double start = now_us(), took;
	struct rusage usage;
	char buffer[65536];
	unsigned lines = 0;
	int status, fd;
	pid_t pid = spawn(argv, &fd);
	ssize_t count;

	while ((count = read(fd, buffer, sizeof buffer)) > 0)
		for (ssize_t i = 0; i < count; i++)
			lines += buffer[i] == '\n';
	close(fd);
	if (wait4(pid, &status, 0, &usage) != pid || status != 0 || lines < n_lines)
		die("vhost-probe %s: has not done its work", argv[1]);
	took = now_us() - start;
	if (ret_kib)
		*ret_kib = usage.ru_maxrss;
	return took;
}

static double call(const Host *host, const char *verb, long *ret_kib)
{
	const char *argv[] = {host->vhost_probe, verb, "--dir", host->manifests,
		"--cache-dir", host->cache, "--jobs", "2", NULL};

	return run(argv, host->n, ret_kib);
}

/* What a timer costs each host of a fleet: the file is synced and replaced each time. */
static double call_export(const Host *host)
{
	g_autofree char *output = g_strconcat(host->cache, ".prom", NULL);
	const char *argv[] = {host->vhost_probe, "export", "prometheus", "--dir",
		host->manifests, "--cache-dir", host->cache, "--output", output, NULL};
	double took = run(argv, 0, NULL);

	if (unlink(output) < 0)
		die("%s: %s", output, g_strerror(errno));
	return took;
}

static void report(json_object *list, const char *what, const char *way, double value,
	const char *unit, double at_most)
{
	json_object *object = json_object_new_object();

	printf("%-15s %-27s %-16s %9.2f %s", "", what, way, value, unit);
	if (at_most > 0)
		printf(", at most %.2f  %s", at_most, value <= at_most ? "ok" : "MISSED");
	putchar('\n');
	fflush(stdout);
	json_object_object_add(object, "what", json_object_new_string(what));
	json_object_object_add(object, "way", json_object_new_string(way));
	json_object_object_add(object, "value", json_object_new_double(value));
	json_object_object_add(object, "unit", json_object_new_string(unit));
	if (at_most > 0)
		json_object_object_add(
			object, "at_most", json_object_new_double(at_most));
	json_object_array_add(list, object);
}

static void measure_lists(const char *build, const Subject *small, json_object *list)
{
	Host few, many;
	double few_us[ROUNDS], many_us[ROUNDS], ratios[ROUNDS];
	double export_us[ROUNDS];
	long kib = 0;

	few = make_host(build, "few", small->type, small->path, 1000, true);
	many = make_host(build, "many", small->type, small->path, 10000, true);
	call(&few, "refresh", NULL);
	call(&many, "refresh", NULL);
	for (int i = 0; i < ROUNDS; i++) {
		few_us[i] = call(&few, "list", NULL) / few.n;
		many_us[i] = call(&many, "list", &kib) / many.n;
		ratios[i] = many_us[i] / few_us[i];
		export_us[i] = call_export(&few);
	}
	report(list, "list, each of 1,000", "from the cache", median(few_us, ROUNDS),
		"us", LIST_MAX_US);
	report(list, "list, each of 10,000", "from the cache", median(many_us, ROUNDS),
		"us", LIST_MAX_US);
	report(list, "the same, to that of 1,000", "from the cache",
		median(ratios, ROUNDS), "", 0);
	report(list, "peak memory at 10,000", "from the cache", (double)kib, "KiB",
		MEMORY_MAX_KIB);
	report(list, "export prometheus, 1,000", "from the cache",
		median(export_us, ROUNDS), "us per call", 0);
	clear_host(&few);
	clear_host(&many);
}

static void measure_refresh(const char *build, Subject *subject, json_object *list)
{
	const How two = {.parallel = 2};
	double bare_us[ROUNDS], refresh_us[ROUNDS], ratios[ROUNDS];
	Host host;

	host = make_host(build, "cold", subject->type, subject->path, PROGRAMS, false);
	for (int i = 0; i < ROUNDS; i++) {
		double start = now_us();

		run_threads(subject, PROGRAMS, &two);
		bare_us[i] = now_us() - start;
		g_free(host.cache);
		host.cache = g_strdup_printf("%s-%d", host.manifests, i);
		refresh_us[i] = call(&host, "refresh", NULL);
		ratios[i] = refresh_us[i] / bare_us[i];
	}
	report(list, "1,000 runs, 2 at a time", "bare, 2 threads",
		median(bare_us, ROUNDS) / PROGRAMS, "us each", 0);
	report(list, "refresh of 1,000, cold", "vhost-probe",
		median(refresh_us, ROUNDS) / PROGRAMS, "us each", 0);
	report(list, "the same, to bare", "vhost-probe", median(ratios, ROUNDS), "",
		REFRESH_MAX);
	clear_host(&host);
}

/* @program, and so much after its end that nothing compresses or skips. */
static char *make_large(const char *build, const char *program)
{
	g_autofree char *top = make_directory(build, "large-program");
	char *path = g_build_filename(top, "program", NULL);
	g_autofree char *content = NULL, *large = g_malloc(LARGE_SIZE);
	gsize length, done;

	if (!g_file_get_contents(program, &content, &length, NULL))
		die("%s: cannot be read", program);
	memcpy(large, content, length);
	for (done = length; done < LARGE_SIZE;) {
		ssize_t n = getrandom(large + done, MIN(LARGE_SIZE - done, 1 << 20), 0);

		if (n < 0)
			die("getrandom: %s", g_strerror(errno));
		done += (gsize)n;
	}
	write_or_die(path, large, LARGE_SIZE, 0755);
	return path;
}

/* Mounts an overlay on @programs, in mounts of this process' own: there, as in an image,
 * times say little, and the content decides. @other: any directory that is not in it.
 * Returns: FALSE where that may not be done. */
static bool cover_with_overlay(const char *programs, const char *other)
{
	g_autofree char *options = g_strdup_printf("lowerdir=%s:%s", programs, other);

	return unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	       mount("overlay", programs, "overlay", MS_RDONLY, options) == 0;
}

static void measure_large(const char *build, const Subject *small, json_object *list)
{
	g_autofree char *program = make_large(build, small->path);
	g_autofree char *other = g_path_get_dirname(program);
	g_autofree char *programs =
		g_build_filename(build, "tests/bench/large/programs", NULL);
	Host host = make_host(build, "large", small->type, program, 1, false);
	double took_ms[ROUNDS];

	if (cover_with_overlay(programs, other)) {
		call(&host, "refresh", NULL);
		for (int i = 0; i < ROUNDS; i++)
			took_ms[i] = call(&host, "list", NULL) / 1000;
		report(list, "50 MiB on an overlay, warm", "from the cache",
			median(took_ms, ROUNDS), "ms", LARGE_MAX_MS);
		umount2(programs, MNT_DETACH);
	} else {
		printf("%-15s %-27s skipped: %s\n", "", "50 MiB on an overlay, warm",
			g_strerror(errno));
	}
	clear_host(&host);
}

void measure_many(
	const char *build, Subject *subject, const Subject *small, json_object *document)
{
	static const char *const hosts[] = {
		"few", "many", "cold", "large", "large-program"};
	json_object *list = json_object_new_array();

	json_object_object_add(document, "many", list);
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
		remove_host(build, hosts[i]);
	/* Before many files are removed: for minutes after that, an ext4 without a
	 * journal takes long to make others. */
	measure_refresh(build, subject, list);
	measure_lists(build, small, list);
	measure_large(build, small, list);
	for (size_t i = 0; i < G_N_ELEMENTS(hosts); i++)
		remove_host(build, hosts[i]);
}
