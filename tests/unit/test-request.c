// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The interface as its callers see it, with only the public headers: what a request is
 * before anything was said, that it does not matter in which order things are said, who
 * owns what, what is refused, and that indexes and numbers may be anything.
 */
#include <string.h>
#include <unistd.h>
#include <sys/resource.h>
#include <glib/gstdio.h>

#include "probe/vhost-probe-cache.h"
#include "probe/vhost-probe-check.h"
#include "probe/vhost-probe-words.h"
#include "probe/vhost-probe.h"
#include "tests/launch.h"

static const char *const usual[] = {"/usr/share/qemu/vhost-user",
	"/usr/local/share/qemu/vhost-user", "/etc/qemu/vhost-user", NULL};

/* Those that count. */
static const char *const variables[] = {
	"HOME", "XDG_DATA_DIRS", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "XDG_CACHE_HOME"};

static char *directory;

static char *path_of(const char *name)
{
	return g_build_filename(directory, name, NULL);
}

static char *write_file(const char *name, const char *text)
{
	char *path = path_of(name);
	g_autoptr(GError) error = NULL;

	g_file_set_contents(path, text, -1, &error);
	g_assert_no_error(error);
	return path;
}

static void remove_file(const char *name)
{
	g_autofree char *path = path_of(name);

	g_unlink(path);
}

static bool has(const char *const *list, const char *value)
{
	return g_strv_contains(list, value);
}

static void unset_all(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
		g_unsetenv(variables[i]);
}

/* ---- what there is before anything was said ---- */

static void test_new(void)
{
	g_autoptr(VpRequest) request = vp_request_new();

	g_assert_true(g_strv_equal(vp_request_get_search(request), usual));
	g_assert_false(vp_request_search_is_named(request));
	g_assert_cmpint(vp_request_get_mode(request), ==, VP_MODE_FIRST);
	g_assert_null(vp_request_get_type(request));
	g_assert_null(vp_request_get_binary(request));
	g_assert_null(vp_request_get_config(request));
	g_assert_cmpint(vp_request_get_level(request), ==, VP_LEVEL_FULL);
	g_assert_cmpuint(vp_request_get_timeout(request), ==, VP_TIMEOUT_DEFAULT_US);
	g_assert_cmpuint(vp_request_get_jobs(request), ==, VP_JOBS_DEFAULT);
	g_assert_cmpint(vp_request_get_cache(request), ==, VP_CACHE_AUTO);
	/* Lists are never NULL. */
	g_assert_null(*vp_request_get_need(request));
	g_assert_null(*vp_request_get_exclude(request));
	g_assert_null(*vp_request_get_without(request));
	g_assert_null(*vp_request_get_expose(request));
}

/* Root, too, writes nothing that nobody has asked for. */
static void test_writes_nothing(void)
{
	g_autoptr(VpRequest) request = vp_request_new();
	const VpCachePlace *place = vp_request_get_cache_place(request, 0);

	g_assert_null(vp_request_get_cache_dir(request));
	g_assert_cmpuint(vp_request_get_n_cache_places(request), ==, 1);
	g_assert_cmpint(vp_cache_place_get_use(place), ==, VP_PLACE_SHARED);
	g_assert_cmpstr(vp_cache_place_get_dir(place), ==, "/run/vhost-probe");
	g_assert_null(vp_request_get_cache_place(request, 1));
}

/* ---- in any order ---- */

typedef void Say(VpRequest *request);

static void say_environment(VpRequest *request)
{
	vp_request_set_from_environment(request);
}

static void say_config(VpRequest *request)
{
	g_autofree char *path = path_of("order.conf");
	g_autoptr(GError) error = NULL;

	vp_request_load_config(request, path, &error);
	g_assert_no_error(error);
}

static void say_timeout(VpRequest *request)
{
	vp_request_set_timeout(request, 7);
}

static void say_expose(VpRequest *request)
{
	g_autoptr(GError) error = NULL;

	vp_request_set_expose(
		request, (const char *const[]){"/usr/bin", "/usr/lib", NULL}, &error);
	g_assert_no_error(error);
}

static void say_cache_dir(VpRequest *request)
{
	vp_request_set_cache_dir(request, "/named");
}

static void say_user(VpRequest *request)
{
	vp_request_set_search_user(request, true);
}

static Say *const sayings[] = {
	say_environment, say_config, say_timeout, say_expose, say_cache_dir, say_user};
#define N_SAYINGS G_N_ELEMENTS(sayings)

static void check_said(const VpRequest *request)
{
	const char *const *search = vp_request_get_search(request);
	const char *const *expose = vp_request_get_expose(request);

	g_assert_true(has(search, "/data/qemu/vhost-user"));
	g_assert_true(has(search, "/home/u/.config/qemu/vhost-user"));
	g_assert_false(has(search, "/usr/local/share/qemu/vhost-user"));
	g_assert_cmpuint(vp_request_get_timeout(request), ==, 7);
	g_assert_cmpuint(vp_request_get_jobs(request), ==, 3);
	/* Each once, the configuration's first. */
	g_assert_cmpuint(g_strv_length((char **)expose), ==, 3);
	g_assert_cmpstr(expose[0], ==, "/usr/share");
	g_assert_cmpstr(expose[1], ==, "/usr/bin");
	g_assert_cmpstr(vp_request_get_cache_dir(request), ==, "/named");
	g_assert_cmpuint(vp_request_get_n_cache_places(request), ==, 1);
}

/* All orders: Heap's way. */
static guint permute(Say **order, size_t n)
{
	guint count = 0;

	if (n == 1) {
		g_autoptr(VpRequest) request = vp_request_new();

		for (size_t i = 0; i < N_SAYINGS; i++)
			order[i](request);
		check_said(request);
		return 1;
	}
	for (size_t i = 0; i < n; i++) {
		size_t other = n % 2 ? 0 : i;
		Say *last;

		count += permute(order, n - 1);
		last = order[n - 1];
		order[n - 1] = order[other];
		order[other] = last;
	}
	return count;
}

static void test_order(void)
{
	g_autofree char *path = write_file("order.conf",
		"[vhost-probe]\ntimeout=9\njobs=3\nexpose=/usr/share;/usr/bin\n");
	Say *order[N_SAYINGS];

	unset_all();
	g_setenv("XDG_DATA_DIRS", "/data", TRUE);
	g_setenv("HOME", "/home/u", TRUE);
	memcpy(order, sayings, sizeof order);
	g_assert_cmpuint(permute(order, N_SAYINGS), ==, 720);
}

/* What was said can be taken back. */
static void test_taken_back(void)
{
	g_autoptr(VpRequest) request = vp_request_new();

	vp_request_set_search(request, (const char *const[]){"/a", "/b", NULL});
	g_assert_true(vp_request_search_is_named(request));
	g_assert_cmpstr(vp_request_get_search(request)[1], ==, "/b");
	vp_request_set_search(request, NULL);
	g_assert_false(vp_request_search_is_named(request));
	g_assert_true(g_strv_equal(vp_request_get_search(request), usual));
	vp_request_set_cache_dir(request, "/named");
	vp_request_set_cache_dir(request, NULL);
	g_assert_null(vp_request_get_cache_dir(request));
	vp_request_set_timeout(request, 1);
	vp_request_set_timeout(request, 0);
	g_assert_cmpuint(vp_request_get_timeout(request), ==, VP_TIMEOUT_DEFAULT_US);
	say_expose(request);
	vp_request_set_expose(request, NULL, NULL);
	g_assert_null(*vp_request_get_expose(request));
	vp_request_set_type(request, "gpu");
	vp_request_set_type(request, NULL);
	g_assert_null(vp_request_get_type(request));
}

/* What a getter returns may be said again. */
static void test_own_values(void)
{
	g_autoptr(VpRequest) request = vp_request_new();

	vp_request_set_type(request, "gpu");
	vp_request_set_type(request, vp_request_get_type(request));
	g_assert_cmpstr(vp_request_get_type(request), ==, "gpu");
	vp_request_set_search(request, vp_request_get_search(request));
	g_assert_true(g_strv_equal(vp_request_get_search(request), usual));
	vp_request_set_cache_dir(request, "/named");
	vp_request_set_cache_dir(request, vp_request_get_cache_dir(request));
	g_assert_cmpstr(vp_request_get_cache_dir(request), ==, "/named");
	say_expose(request);
	g_assert_true(
		vp_request_set_expose(request, vp_request_get_expose(request), NULL));
	g_assert_cmpstr(vp_request_get_expose(request)[1], ==, "/usr/lib");
}

/* ---- the environment ---- */

/* Its own variables, and none for a request that does not ask for them. */
static void test_environment(void)
{
	g_autoptr(VpRequest) request = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(variables); i++)
		g_setenv(variables[i], "/set", TRUE);
	request = vp_request_new();
	g_assert_true(g_strv_equal(vp_request_get_search(request), usual));
	g_assert_null(vp_request_get_cache_dir(request));
	vp_request_set_from_environment(request);
	g_assert_true(has(vp_request_get_search(request), "/set/qemu/vhost-user"));
	g_assert_cmpstr(vp_request_get_cache_dir(request), ==,
		geteuid() == 0 ? "/run/vhost-probe" : "/set/vhost-probe");
	/* Once more, as of now. */
	g_setenv("XDG_DATA_DIRS", "/other", TRUE);
	vp_request_set_from_environment(request);
	g_assert_true(has(vp_request_get_search(request), "/other/qemu/vhost-user"));
}

/* Not of root, unless somebody says so. */
static void test_user_directory(void)
{
	g_autoptr(VpRequest) request = vp_request_new();

	unset_all();
	g_setenv("XDG_CONFIG_HOME", "/config", TRUE);
	vp_request_set_from_environment(request);
	g_assert_true(has(vp_request_get_search(request), "/config/qemu/vhost-user") ==
		      (geteuid() != 0));
	vp_request_set_search_user(request, false);
	g_assert_false(has(vp_request_get_search(request), "/config/qemu/vhost-user"));
	vp_request_set_search_user(request, true);
	g_assert_true(has(vp_request_get_search(request), "/config/qemu/vhost-user"));
}

/* ---- the configuration ---- */

static void test_config(void)
{
	g_autofree char *good = write_file("good.conf",
		"[vhost-probe]\nexpose=/usr/no-such;/usr\ndisable=50-*.json\n");
	g_autofree char *bad = write_file("bad.conf", "[vhost-probe]\ntimeout=soon\n");
	g_autofree char *none = path_of("none.conf");
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) error = NULL;
	const VpConfig *config;

	g_assert_true(vp_request_load_config(request, good, &error));
	config = vp_request_get_config(request);
	g_assert_cmpstr(vp_config_get_path(config), ==, good);
	g_assert_cmpuint(vp_config_get_timeout(config), ==, 0);
	g_assert_cmpuint(vp_config_get_jobs(config), ==, 0);
	g_assert_cmpstr(vp_config_get_expose(config)[0], ==, "/usr/no-such");
	g_assert_cmpstr(vp_config_get_disable(config)[0], ==, "50-*.json");
	g_assert_cmpstr(vp_config_why_not_exposed(config, "/usr/no-such"), ==,
		"No such file or directory");
	g_assert_null(vp_config_why_not_exposed(config, "/usr"));
	g_assert_cmpstr(vp_request_get_expose(request)[0], ==, "/usr");
	/* As it was, where the next one is of no use. */
	g_assert_false(vp_request_load_config(request, bad, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, bad));
	g_assert_true(vp_request_get_config(request) == config);
	g_assert_true(vp_request_load_config(request, none, NULL));
	g_assert_null(vp_request_get_config(request));
	g_assert_null(*vp_request_get_expose(request));
}

/* ---- who owns what ---- */

static void test_copy(void)
{
	char *type = g_strdup("gpu");
	char *need[] = {g_strdup("virgl"), NULL};
	VpRequest *request = vp_request_new();
	g_autoptr(VpRequest) copy = NULL;

	say_config(request);
	say_expose(request);
	vp_request_set_type(request, type);
	vp_request_set_need(request, (const char *const *)need);
	g_free(type);
	g_free(need[0]);
	copy = vp_request_copy(request);
	vp_request_set_type(request, "fs");
	vp_request_free(request);
	g_assert_cmpstr(vp_request_get_type(copy), ==, "gpu");
	g_assert_cmpstr(vp_request_get_need(copy)[0], ==, "virgl");
	g_assert_cmpuint(vp_request_get_jobs(copy), ==, 3);
	g_assert_cmpuint(vp_config_get_timeout(vp_request_get_config(copy)), ==, 9000000);
	vp_request_set_timeout(copy, 5);
	g_assert_cmpuint(vp_request_get_timeout(copy), ==, 5);
	g_assert_cmpuint(vp_request_get_n_cache_places(copy), ==, 1);
}

/* The request is gone before the result is looked at. */
static void test_result(void)
{
	g_autofree char *text =
		g_strdup_printf("{\"description\": \"d\", \"type\": \"sample\", "
				"\"binary\": \"%s/no-such\", \"tags\": [\"a\", \"b\"]}",
			directory);
	g_autofree char *path = write_file("50-a.json", text);
	const char *const search[] = {directory, NULL};
	VpRequest *request = vp_request_new();
	g_autoptr(GError) error = NULL;
	g_autoptr(VpResult) result = NULL;
	const VpCandidate *candidate = NULL;
	gsize n;

	vp_request_set_type(request, "sample");
	vp_request_set_search(request, search);
	vp_request_set_cache(request, VP_CACHE_OFF);
	result = vp_probe(request, &error);
	vp_request_free(request);
	g_assert_no_error(error);
	g_assert_cmpstr(vp_request_get_type(vp_result_get_request(result)), ==, "sample");
	n = vp_result_get_n_candidates(result);
	for (gsize i = 0; i < n; i++) {
		candidate = vp_result_get_candidate(result, i);
		if (g_str_equal(vp_candidate_get_manifest(candidate), path))
			break;
	}
	g_assert_nonnull(candidate);
	g_assert_cmpint(
		vp_candidate_get_verdict(candidate), ==, VP_VERDICT_MISSING_BINARY);
	g_assert_cmpstr(vp_candidate_get_tags(candidate)[1], ==, "b");
	g_assert_null(vp_candidate_get_capabilities(candidate));
	g_assert_null(*vp_candidate_get_missing(candidate));
	g_assert_cmpint(vp_probe_get_source(vp_candidate_get_probe(candidate)), ==,
		VP_PROBE_NONE);
	g_assert_null(vp_result_get_selected(result));
	g_assert_false(vp_result_has_run(result));
	g_assert_null(*vp_result_get_held_layers(result));
	g_assert_cmpuint(vp_result_get_n_search_dirs(result), ==, 1);
	g_assert_cmpstr(vp_search_dir_get_path(vp_result_get_search_dir(result, 0)), ==,
		directory);
	/* Beyond the end. */
	g_assert_null(vp_result_get_candidate(result, n));
	g_assert_null(vp_result_get_candidate(result, G_MAXSIZE));
	g_assert_null(vp_result_get_search_dir(result, 1));
	remove_file("50-a.json");
}

/* ---- texts ---- */

/* Returns: (transfer full): the result of looking for @type below the directory. */
static VpResult *look_for(const char *type)
{
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) error = NULL;
	VpResult *result;

	vp_request_set_type(request, type);
	vp_request_set_search(request, (const char *const[]){directory, NULL});
	vp_request_set_cache(request, VP_CACHE_OFF);
	result = vp_probe(request, &error);
	g_assert_no_error(error);
	return result;
}

/* It quotes what it speaks of as that is. */
static void test_reason(void)
{
	g_autofree char *path =
		write_file("50-odd.json", "{\"description\": \"d\", \"type\": \"odd\", "
					  "\"binary\": \"/no\\nsuch\"}");
	g_autoptr(VpResult) result = look_for("odd");

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (g_str_equal(vp_candidate_get_manifest(candidate), path))
			g_assert_nonnull(
				strstr(vp_candidate_get_reason(candidate), "/no\nsuch"));
	}
	g_assert_cmpuint(vp_result_get_n_candidates(result), >, 0);
	remove_file("50-odd.json");
}

/* What is not wanted need not be taken. */
static void test_unwanted(void)
{
	g_autofree char *dir = path_of("unwanted");
	const char *const search[] = {directory, NULL};
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(VpResult) result = NULL;
	g_autoptr(VpCheck) check = NULL;
	const VpCachePlace *place;

	g_assert_true(vp_parse_timeout("1.5", NULL));
	g_assert_false(vp_parse_timeout("soon", NULL));
	g_assert_true(vp_parse_jobs("2", NULL));
	g_assert_false(vp_parse_jobs("0", NULL));
	vp_request_set_search(request, search);
	vp_request_set_cache_dir(request, dir);
	vp_request_set_cache(request, VP_CACHE_REFRESH);
	place = vp_request_get_cache_place(request, 0);
	g_assert_true(vp_cache_place_count(place, NULL, NULL));
	g_assert_true(vp_cache_place_clear(place, NULL, NULL));
	vp_request_set_mode(request, VP_MODE_LIST);
	result = vp_probe(request, NULL);
	g_assert_true(vp_cache_sweep(result, NULL, NULL));
	check = vp_check(request, NULL, NULL);
	g_assert_null(vp_check_suggest_manifest(check, NULL));
	g_rmdir(dir);
}

/* ---- what is refused ---- */

static void say_nothing(VpRequest *request)
{
}

static void say_relative_search(VpRequest *request)
{
	vp_request_set_type(request, "gpu");
	vp_request_set_search(request, (const char *const[]){"/a", "b", NULL});
}

static void say_relative_binary(VpRequest *request)
{
	vp_request_set_binary(request, "backend");
}

static void say_relative_cache_dir(VpRequest *request)
{
	vp_request_set_type(request, "gpu");
	vp_request_set_cache_dir(request, "cache");
}

static void say_all_of_any_type(VpRequest *request)
{
	vp_request_set_mode(request, VP_MODE_ALL);
}

static void say_unknown_mode(VpRequest *request)
{
	vp_request_set_type(request, "gpu");
	vp_request_set_mode(request, (VpMode)(VP_MODE_LIST + 1));
}

static void say_unknown_level(VpRequest *request)
{
	vp_request_set_type(request, "gpu");
	vp_request_set_level(request, (VpLevel)(VP_LEVEL_FULL + 1));
}

static void say_unknown_cache_mode(VpRequest *request)
{
	vp_request_set_type(request, "gpu");
	vp_request_set_cache(request, (VpCacheMode)-1);
}

static void test_refused(void)
{
	static Say *const cases[] = {say_unknown_mode, say_unknown_level,
		say_unknown_cache_mode, say_nothing, say_relative_search,
		say_relative_binary, say_relative_cache_dir, say_all_of_any_type};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(VpRequest) request = vp_request_new();
		g_autoptr(GError) error = NULL;

		cases[i](request);
		g_assert_null(vp_probe(request, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
		g_assert_null(vp_probe(request, NULL));
	}
}

/* Of paths none is relative, or empty. */
static void test_refused_paths(void)
{
	static void (*const setters[])(VpRequest * request, const char *path) = {
		vp_request_set_binary, vp_request_set_cache_dir, vp_request_set_home,
		vp_request_set_warden};
	static const char *const paths[] = {
		"", "rel", "./rel", "../rel", "~/rel", " /usr"};

	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++) {
		const char *const search[] = {"/usr", paths[i], NULL};
		g_autoptr(VpRequest) other = vp_request_new();
		g_autoptr(GError) error = NULL;

		for (size_t k = 0; k < G_N_ELEMENTS(setters); k++) {
			g_autoptr(VpRequest) request = vp_request_new();

			vp_request_set_type(request, "gpu");
			setters[k](request, paths[i]);
			g_assert_null(vp_probe(request, &error));
			g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
			g_assert_nonnull(strstr(error->message, paths[i]));
			g_clear_error(&error);
		}
		g_assert_false(vp_request_load_config(other, paths[i], &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
		g_clear_error(&error);
		vp_request_set_type(other, "gpu");
		vp_request_set_search(other, search);
		g_assert_null(vp_probe(other, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
	}
}

/* Types and features are words of UTF-8; a feature is either needed or excluded. */
static void test_refused_words(void)
{
	static const struct {
		const char *type, *need[3], *exclude[3];
		bool fine; /* as a request; nothing is called so */
	} cases[] = {
		{"", {NULL}, {NULL}, false},
		{"\xff", {NULL}, {NULL}, false},
		{"gpu\xc3", {NULL}, {NULL}, false},
		{"none", {""}, {NULL}, false},
		{"none", {"a", ""}, {NULL}, false},
		{"none", {"a\xff"}, {NULL}, false},
		{"none", {NULL}, {""}, false},
		{"none", {NULL}, {"a", "\xed\xa0\x80"}, false},
		{"none", {"a", "b"}, {"c", "b"}, false},
		{"none", {"a"}, {"a"}, false},
		{"none", {"a", "a"}, {"A", "b"}, true},
		{"n\xc3\xb6ne", {"\xe2\x82\xac"}, {NULL}, true},
	};
	const char *const search[] = {directory, NULL};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(VpRequest) request = vp_request_new();
		g_autoptr(VpResult) result = NULL;
		g_autoptr(GError) error = NULL;

		vp_request_set_search(request, search);
		vp_request_set_type(request, cases[i].type);
		vp_request_set_need(request, cases[i].need);
		vp_request_set_exclude(request, cases[i].exclude);
		result = vp_probe(request, &error);
		g_test_message("%zu: %s", i, error ? error->message : "fine");
		if (cases[i].fine) {
			g_assert_no_error(error);
			continue;
		}
		g_assert_null(result);
		g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
		g_assert_true(g_utf8_validate(error->message, -1, NULL));
	}
}

/* It takes no time to speak of. */
static void test_many_features(void)
{
	enum { N = 100000 };
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GStrvBuilder) needed = g_strv_builder_new();
	g_autoptr(GStrvBuilder) excluded = g_strv_builder_new();
	g_auto(GStrv) need = NULL, exclude = NULL;
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < N; i++) {
		g_autofree char *name = g_strdup_printf("feature-%d", i);
		g_autofree char *other = g_strdup_printf("%d", i);

		g_strv_builder_add(needed, name);
		g_strv_builder_add(excluded, i == N - 1 ? name : other);
	}
	need = g_strv_builder_end(needed);
	exclude = g_strv_builder_end(excluded);
	vp_request_set_type(request, "gpu");
	vp_request_set_need(request, (const char *const *)need);
	vp_request_set_exclude(request, (const char *const *)exclude);
	g_assert_null(vp_probe(request, &error));
	g_assert_cmpstr(error->message, ==, "feature-99999 is both needed and excluded");
}

static void test_refused_check(void)
{
	static const char *const files[] = {"/no/such", "50-a.json", NULL};
	static const char *const empty[] = {"", NULL};
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) error = NULL;

	g_assert_null(vp_check(request, empty, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
	g_clear_error(&error);
	g_assert_null(vp_check(request, files, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "\"50-a.json\""));
	g_clear_error(&error);
	vp_request_set_binary(request, "backend");
	g_assert_null(vp_check(request, NULL, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
}

static void test_refused_values(void)
{
	static const char *const exposed[] = {
		"/", "/dev", "/proc", "/proc/self", "/no/such", "usr", ""};
	g_autoptr(VpRequest) request = vp_request_new();
	g_autoptr(GError) error = NULL;

	g_assert_true(vp_request_set_without(
		request, (const char *const[]){"uts", "net", "net", NULL}, &error));
	g_assert_cmpuint(g_strv_length((char **)vp_request_get_without(request)), ==, 2);
	g_assert_false(vp_request_set_without(
		request, (const char *const[]){"ipc", "nets", NULL}, &error));
	g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
	g_assert_nonnull(strstr(error->message, "nets"));
	g_assert_true(has(vp_request_get_without(request), "net"));
	say_expose(request);
	for (size_t i = 0; i < G_N_ELEMENTS(exposed); i++) {
		const char *const paths[] = {"/usr", exposed[i], NULL};

		g_clear_error(&error);
		g_assert_false(vp_request_set_expose(request, paths, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_INVALID);
		g_assert_cmpstr(vp_request_get_expose(request)[0], ==, "/usr/bin");
	}
	vp_request_set_timeout(request, UINT64_MAX);
	g_assert_cmpuint(vp_request_get_timeout(request), ==, VP_TIMEOUT_MAX_US);
	vp_request_set_jobs(request, G_MAXUINT);
	g_assert_cmpuint(vp_request_get_jobs(request), ==, VP_JOBS_MAX);
}

/* Its own path, which the message names; then what is lacking here, which is another
 * thing. */
static void test_stopped(void)
{
	static const char *const lost[] = {
		"/no/such/warden", "/etc/passwd", "/dev/null", "/usr"};
	g_autoptr(VpRequest) request = vp_request_new();
	struct rlimit before, none;
	GError *error = NULL;
	VpResult *result;

	if (!launch_or_skip())
		return;
	vp_request_set_binary(request, "/bin/true");
	vp_request_set_cache(request, VP_CACHE_OFF);
	for (size_t i = 0; i < G_N_ELEMENTS(lost); i++) {
		vp_request_set_warden(request, lost[i]);
		g_assert_null(vp_probe(request, &error));
		g_assert_error(error, VP_ERROR, VP_ERROR_HOST);
		g_assert_nonnull(strstr(error->message, lost[i]));
		g_clear_error(&error);
	}
	g_assert_no_errno(getrlimit(RLIMIT_NOFILE, &before));
	none = (struct rlimit){0, before.rlim_max};
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &none));
	result = vp_probe(request, &error);
	g_assert_no_errno(setrlimit(RLIMIT_NOFILE, &before));
	g_assert_null(result);
	g_assert_error(error, VP_ERROR, VP_ERROR_SHORTAGE);
	g_error_free(error);
}

/* ---- names ---- */

static const char *name_of_verdict(int i)
{
	return vp_verdict_name((VpVerdict)i);
}

static const char *name_of_stale(int i)
{
	return vp_stale_name((VpStale)i);
}

static const char *name_of_level(int i)
{
	return vp_level_name((VpLevel)i);
}

static const char *name_of_mode(int i)
{
	return vp_cache_mode_name((VpCacheMode)i);
}

static const char *name_of_source(int i)
{
	return vp_probe_source_name((VpProbeSource)i);
}

static const char *name_of_use(int i)
{
	return vp_place_use_name((VpPlaceUse)i);
}

static const char *name_of_severity(int i)
{
	return vp_severity_name((VpSeverity)i);
}

static const char *name_of_defect(int i)
{
	return vp_defect_name((VpDefect)i);
}

/* Numbers stay: the last of today are where they were. */
static void test_names(void)
{
	static const struct {
		const char *(*name)(int i);
		int last;
		const char *last_name;
	} tables[] = {
		{name_of_verdict, 26, "selected"},
		{name_of_stale, 13, "doubtful"},
		{name_of_level, 2, "full"},
		{name_of_mode, 3, "off"},
		{name_of_source, 2, "cache"},
		{name_of_use, 3, "former"},
		{name_of_severity, 2, "error"},
		{name_of_defect, 50, "no-fd"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
		g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
		const char *name;
		int n = 0;

		for (; (name = tables[i].name(n)); n++)
			g_assert_true(g_hash_table_add(names, (char *)name));
		g_assert_cmpint(n, >, tables[i].last);
		g_assert_cmpstr(tables[i].name(tables[i].last), ==, tables[i].last_name);
		g_assert_null(tables[i].name(-1));
		g_assert_null(tables[i].name(G_MAXINT));
	}
	g_assert_cmpstr(vp_layer_name(0), ==, "user");
	g_assert_null(vp_layer_name(G_MAXSIZE));
	g_assert_null(vp_device_type_at(G_MAXSIZE));
	g_assert_null(vp_device_type_find("no-such"));
}

int main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	directory = g_dir_make_tmp("vhost-probe-request-XXXXXX", NULL);
	g_assert_nonnull(directory);
	g_test_add_func("/request/new", test_new);
	g_test_add_func("/request/writes-nothing", test_writes_nothing);
	g_test_add_func("/request/order", test_order);
	g_test_add_func("/request/taken-back", test_taken_back);
	g_test_add_func("/request/own-values", test_own_values);
	g_test_add_func("/request/user-directory", test_user_directory);
	g_test_add_func("/request/environment", test_environment);
	g_test_add_func("/request/config", test_config);
	g_test_add_func("/request/copy", test_copy);
	g_test_add_func("/result/reason", test_reason);
	g_test_add_func("/request/unwanted", test_unwanted);
	g_test_add_func("/request/refused", test_refused);
	g_test_add_func("/request/refused-paths", test_refused_paths);
	g_test_add_func("/request/refused-words", test_refused_words);
	g_test_add_func("/request/many-features", test_many_features);
	g_test_add_func("/check/refused", test_refused_check);
	g_test_add_func("/request/refused-values", test_refused_values);
	g_test_add_func("/request/stopped", test_stopped);
	g_test_add_func("/result/owns", test_result);
	g_test_add_func("/names", test_names);
	status = g_test_run();
	remove_file("order.conf");
	remove_file("good.conf");
	remove_file("bad.conf");
	g_rmdir(directory);
	g_free(directory);
	return status;
}
