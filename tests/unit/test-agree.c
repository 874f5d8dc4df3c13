// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Cold and warm agree: whatever is asked, in whatever way, the verdicts, the features,
 * the reasons and the choice are those of a call that has no cache; and each program gets
 * among others what it gets by itself.
 *
 * Worlds of candidates are made at random, from one seed; the variable SEED names
 * another. The right verdict for each kind of program is known, so that all ways cannot
 * agree on a wrong one. Each world is asked about once in every way, however slow the
 * machine is, and more often where that takes little time. Programs that hang are in a
 * world of their own, since each way to ask for them takes a timeout.
 */
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <glib/gstdio.h>

#include "probe/result.h"
#include "tests/launch.h"
#include "tests/skip.h"

#define SEED             1
#define N_WORLDS         6
#define WORLD_THAT_HANGS (N_WORLDS - 1)
#define ROUNDS_MAX       2
/* No further round is begun later. */
#define ENOUGH_US ((gint64)25 * G_USEC_PER_SEC)
/* The machine may have other things to do. */
#define TIMEOUT_US       (20 * 1000 * 1000)
#define TIMEOUT_SHORT_US (1000 * 1000)
/* Results are kept only for files that nobody has touched for two seconds. */
#define SETTLE_US (2200 * 1000)

static char *top, *warden, *fakes;
static GRand *rnd;
static guint32 seed = SEED;

/* ---- kinds of programs ---- */

typedef enum {
	KEPT,     /* the cache answers the next time */
	NOT_KEPT, /* a cause outside, or nothing that could be kept */
	SHORTLY,  /* for a minute, which may be over; unless it was starved */
	NOT_RUN,  /* its file decides */
} Keeping;

static const struct {
	const char *script; /* NULL: see write_program(); %s: type and features as JSON */
	VpVerdict verdict;
	Keeping keeping;
	mode_t mode;
} kinds[] = {
	{"echo '{%s}'", VP_VERDICT_MATCH, KEPT, 0755},
	{"echo 'a warning' >&2; sleep 0.02; echo '{%s}'", VP_VERDICT_MATCH, KEPT, 0755},
#define KIND_OF_ELF 2
	{NULL, VP_VERDICT_MATCH, KEPT, 0755},
	{"echo 'no device' >&2; exit 3", VP_VERDICT_EXIT_STATUS, KEPT, 0755},
	{"kill -SEGV $$", VP_VERDICT_SIGNAL, KEPT, 0755},
	{"kill -TERM $$", VP_VERDICT_SIGNAL, NOT_KEPT, 0755},
	{"sh -c 'kill -KILL $$'; exit $?", VP_VERDICT_EXIT_STATUS, NOT_KEPT, 0755},
	{"true", VP_VERDICT_NO_OUTPUT, KEPT, 0755},
	{"echo '{%s}' >&2", VP_VERDICT_NO_OUTPUT, KEPT, 0755},
	{"echo '{%s'", VP_VERDICT_BAD_JSON, KEPT, 0755},
	{"printf '\\377'", VP_VERDICT_BAD_JSON, NOT_KEPT, 0755},
	{"echo '{\"type\": 7}'", VP_VERDICT_BAD_CAPABILITIES, KEPT, 0755},
	{"echo '{\"type\": \"elsewhere\"}'", VP_VERDICT_TYPE_MISMATCH, KEPT, 0755},
	{"head -c 70000 /dev/zero", VP_VERDICT_OUTPUT_LIMIT, KEPT, 0755},
#define KIND_WITHOUT_INTERPRETER 14
	{NULL, VP_VERDICT_EXEC_FAILED, KEPT, 0755},
	{"echo '{%s}'", VP_VERDICT_NOT_EXECUTABLE, NOT_RUN, 0644},
	{"echo '{%s}'", VP_VERDICT_UNTRUSTED, NOT_RUN, 0757},
#define KIND_OF_NOTHING 17
	{NULL, VP_VERDICT_MISSING_BINARY, NOT_RUN, 0},
/* It matches where the data of its world is exposed. */
#define KIND_WITH_DATA 18
	{NULL, VP_VERDICT_EXIT_STATUS, KEPT, 0755},
/* These only in a world of their own. */
#define KINDS_THAT_HANG 19
	{"exec sleep 60", VP_VERDICT_TIMEOUT, SHORTLY, 0755},
	{"echo '{%s}'; trap '' TERM; sleep 60", VP_VERDICT_TIMEOUT, SHORTLY, 0755},
};

static bool hangs(size_t kind)
{
	return kind >= KINDS_THAT_HANG;
}

#define N_FIRST 4

/* Of the first programs of each world one kind comes after another; of the others half
 * work. */
static size_t any_kind(int world, int number)
{
	static size_t next;

	if (world == WORLD_THAT_HANGS)
		return KINDS_THAT_HANG + (size_t)number < G_N_ELEMENTS(kinds)
			       ? KINDS_THAT_HANG + (size_t)number
			       : (size_t)g_rand_int_range(rnd, 0, KIND_OF_ELF + 1);
	if (number < N_FIRST)
		return next++ % KINDS_THAT_HANG;
	return g_rand_boolean(rnd) ? (size_t)g_rand_int_range(rnd, 0, KIND_OF_ELF + 1)
				   : (size_t)g_rand_int_range(rnd, 0, KINDS_THAT_HANG);
}

/* ---- worlds ---- */

static const char *const types[] = {"gpu", "sample"};
static const char *const features[] = {"a", "b", "virgl", "nothing-has-it"};

typedef struct {
	char *path;
	size_t kind;
} Made;

/* Which manifest announces which program. */
typedef struct {
	char *path, *binary;
	size_t kind;
} Announced;

typedef struct {
	char *dir, *general, *specific, *by_itself;
	char *programs; /* nothing else is put there: it is a stamp */
	char *data;     /* of programs: it is not shown to them, but may be exposed */
	const char *exposed[2]; /* that, with a NULL */
	bool hangs;             /* it is the one of programs that do */
	GArray *made;           /* of Made */
	GArray *announced;      /* of Announced: those that might be run */
} World;

static void write_text(const char *path, const char *text, mode_t mode)
{
	g_assert_true(g_file_set_contents(path, text, -1, NULL));
	g_assert_cmpint(g_chmod(path, mode), ==, 0);
}

static char *make_dir(const char *parent, const char *name)
{
	char *path = g_build_filename(parent, name, NULL);

	g_assert_cmpint(g_mkdir(path, 0755), ==, 0);
	return path;
}

static char *any_capabilities(const char *type)
{
	GString *text = g_string_new(NULL);
	const char *before = "";

	g_string_printf(text, "\"type\": \"%s\", \"features\": [", type);
	for (size_t i = 0; i + 1 < G_N_ELEMENTS(features); i++) {
		if (g_rand_boolean(rnd))
			continue;
		g_string_append_printf(text, "%s\"%s\"", before, features[i]);
		before = ", ";
	}
	g_string_append_c(text, ']');
	return g_string_free(text, FALSE);
}

static void write_program(
	const World *world, const char *path, size_t kind, const char *type)
{
	g_autofree char *capabilities = any_capabilities(type);
	g_autofree char *text = NULL;

	if (kind == KIND_OF_NOTHING)
		return;
	if (kind == KIND_OF_ELF) {
		g_autofree char *from = g_build_filename(fakes, "like-gpu", NULL);
		gsize length;

		g_assert_true(g_file_get_contents(from, &text, &length, NULL));
		g_assert_true(g_file_set_contents(path, text, (gssize)length, NULL));
		g_assert_cmpint(g_chmod(path, 0755), ==, 0);
		return;
	}
	if (kind == KIND_WITH_DATA) {
		g_autofree char *name = g_path_get_basename(path);
		g_autofree char *data = g_build_filename(world->data, name, NULL);
		g_autofree char *answer = g_strdup_printf("{%s}", capabilities);

		write_text(data, answer, 0644);
		text = g_strdup_printf("#!/bin/sh\nexec cat %s\n", data);
		write_text(path, text, kinds[kind].mode);
		return;
	}
	if (kind == KIND_WITHOUT_INTERPRETER) {
		write_text(path, "#!/nonexistent/interpreter\n", 0755);
		return;
	}
	{
		g_auto(GStrv) parts = g_strsplit(kinds[kind].script, "%s", 2);
		g_autofree char *script = g_strjoinv(capabilities, parts);

		text = g_strdup_printf("#!/bin/sh\n%s\n", script);
		write_text(path, text, kinds[kind].mode);
	}
}

/* Announces @made in @dir, by its path or by a link's of its own. */
static void announce(World *world, const char *dir, const char *name, const Made *made,
	const char *type)
{
	Announced announced = {
		.path = g_build_filename(dir, name, NULL),
		.binary = g_strdup(made->path),
		.kind = made->kind,
	};
	g_autofree char *text = NULL;

	if (g_rand_int_range(rnd, 0, 4) == 0) {
		g_free(announced.binary);
		announced.binary =
			g_strdup_printf("%s-link-%u", made->path, world->announced->len);
		g_assert_cmpint(symlink(made->path, announced.binary), ==, 0);
	}
	text = g_strdup_printf(
		"{\"description\": \"x\", \"type\": \"%s\", \"binary\": \"%s\"}\n", type,
		announced.binary);
	write_text(announced.path, text, 0644);
	g_array_append_val(world->announced, announced);
}

/* A file that nothing is run for. */
static void put_aside(const char *dir, const char *name)
{
	g_autofree char *path = g_build_filename(dir, name, NULL);

	switch (g_rand_int_range(rnd, 0, 4)) {
	case 0:
		write_text(path, "", 0644);
		break;
	case 1:
		write_text(path, "{\"type\": \"gpu\"", 0644);
		break;
	case 2:
		g_assert_cmpint(symlink("/dev/null", path), ==, 0);
		break;
	default:
		g_assert_cmpint(symlink("/nonexistent", path), ==, 0);
		break;
	}
}

#define FIRST_NAME 10

static World world_new(int number)
{
	g_autofree char *name = g_strdup_printf("world-%d", number);
	World world = {.dir = make_dir(top, name), .hangs = number == WORLD_THAT_HANGS};
	int n = world.hangs ? 4 : g_rand_int_range(rnd, 5, 11);

	world.programs = make_dir(world.dir, "programs");
	world.data = make_dir(world.dir, "data");
	world.exposed[0] = world.data;
	world.general = make_dir(world.dir, "general");
	world.specific = make_dir(world.dir, "specific");
	world.by_itself = make_dir(world.dir, "by-itself");
	world.made = g_array_new(FALSE, FALSE, sizeof(Made));
	world.announced = g_array_new(FALSE, FALSE, sizeof(Announced));
	for (int i = 0; i < n; i++) {
		g_autofree char *file = g_strdup_printf("%02d-x.json", FIRST_NAME + i);
		g_autofree char *program = g_strdup_printf("program-%d", i);
		const char *type = types[g_rand_int_range(rnd, 0, G_N_ELEMENTS(types))];
		Made made = {g_build_filename(world.programs, program, NULL),
			any_kind(number, i)};

		if (made.kind == KIND_OF_ELF)
			type = "gpu";
		write_program(&world, made.path, made.kind, type);
		g_array_append_val(world.made, made);
		announce(&world, world.general, file, &made, type);
	}
	/* Before, in place of, and after those: the same programs once more, also with
	 * another type, and files that are not manifests. */
	for (int i = 0; i < n / 2; i++) {
		int order = g_rand_int_range(rnd, 0, 25) + i;
		g_autofree char *file = g_strdup_printf("%02d-x.json", order);
		g_autofree char *path = g_build_filename(world.specific, file, NULL);
		const Made *made =
			&g_array_index(world.made, Made, g_rand_int_range(rnd, 0, n));
		const char *type = types[g_rand_int_range(rnd, 0, G_N_ELEMENTS(types))];

		/* Of each kind one has to be seen. */
		if (order >= FIRST_NAME && order < FIRST_NAME + N_FIRST)
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_SYMLINK | G_FILE_TEST_EXISTS))
			continue;
		/* Each way to announce what hangs takes as long. */
		if (hangs(made->kind) || g_rand_int_range(rnd, 0, 3) == 0)
			put_aside(world.specific, file);
		else
			announce(&world, world.specific, file, made, type);
	}
	put_aside(world.general, "README");
	return world;
}

static void world_clear(World *world)
{
	for (guint i = 0; i < world->made->len; i++)
		g_free(g_array_index(world->made, Made, i).path);
	for (guint i = 0; i < world->announced->len; i++) {
		Announced *announced = &g_array_index(world->announced, Announced, i);

		g_free(announced->path);
		g_free(announced->binary);
	}
	g_array_unref(world->made);
	g_array_unref(world->announced);
	g_free(world->dir);
	g_free(world->programs);
	g_free(world->data);
	g_free(world->general);
	g_free(world->specific);
	g_free(world->by_itself);
}

static const Announced *find_announced(const World *world, const char *manifest)
{
	for (guint i = 0; i < world->announced->len; i++) {
		const Announced *announced =
			&g_array_index(world->announced, Announced, i);

		if (g_str_equal(announced->path, manifest))
			return announced;
	}
	return NULL;
}

/* ---- asking ---- */

typedef struct {
	VpMode mode;
	const char *type;
	const char *need[2], *exclude[2];
	bool exposes; /* the data of the world */
} Question;

static Question any_question(const World *world, VpMode mode)
{
	Question question = {.mode = mode};

	/* Only a list may do without. */
	if (mode != VP_MODE_LIST || g_rand_boolean(rnd))
		question.type = types[g_rand_int_range(rnd, 0, G_N_ELEMENTS(types))];
	if (g_rand_boolean(rnd))
		question.need[0] =
			features[g_rand_int_range(rnd, 0, G_N_ELEMENTS(features))];
	if (g_rand_int_range(rnd, 0, 3) == 0)
		question.exclude[0] =
			features[g_rand_int_range(rnd, 0, G_N_ELEMENTS(features))];
	/* To need and to exclude the same is refused. */
	if (question.exclude[0] == question.need[0])
		question.exclude[0] = NULL;
	question.exposes = !world->hangs && g_rand_boolean(rnd);
	return question;
}

static char *join(char **words)
{
	return words ? g_strjoinv(" ", words) : g_strdup("-");
}

/* All that has to be the same, one line per item. */
static char *describe(const VpCandidate *candidate)
{
	g_autofree char *has =
		join(candidate->capabilities ? candidate->capabilities->features : NULL);
	g_autofree char *missing = join(candidate->missing);
	g_autofree char *excluded = join(candidate->excluded);

	return g_strdup_printf("%s: %s; %s; has %s; lacks %s; unwanted %s; %d, %d\n",
		candidate->manifest, vp_verdict_name(candidate->verdict),
		candidate->reason, has, missing, excluded, candidate->probe.exit_status,
		candidate->probe.signal);
}

/* @world: (nullable) */
static VpRequest request_of(const World *world, const Question *question,
	const char *const *search, VpCacheMode mode, const char *cache_dir)
{
	VpRequest request = VP_REQUEST_INIT;

	request.mode = question->mode;
	request.type = question->type;
	request.need = question->need;
	request.exclude = question->exclude;
	request.search = search;
	request.uid = geteuid();
	request.gid = getegid();
	request.warden = warden;
	request.cache = mode;
	request.cache_dir = cache_dir;
	request.timeout_us = world && world->hangs ? TIMEOUT_SHORT_US : TIMEOUT_US;
	if (question->exposes)
		request.expose = world->exposed;
	return request;
}

static guint n_answers, n_from_cache, seen[G_N_ELEMENTS(kinds)];

static VpResult *ask(const VpRequest *request)
{
	g_autoptr(GError) error = NULL;
	VpResult *result = vp_probe(request, &error);

	g_assert_no_error(error);
	n_answers++;
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		n_from_cache += candidate->probe.source == VP_PROBE_CACHE;
	}
	return result;
}

/* Returns: (transfer full): the whole answer. Of --cache only, NULL if it has to say that
 * something is not cached, which is checked. */
static char *answer(const World *world, const VpRequest *request)
{
	g_autoptr(VpResult) result = ask(request);
	GString *text = g_string_new(NULL);
	bool complete = true;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		g_autofree char *line = describe(candidate);

		g_string_append(text, line);
		if (candidate->probe.source == VP_PROBE_CACHE)
			g_assert_cmpint(
				kinds[find_announced(world, candidate->manifest)->kind]
					.keeping,
				!=, NOT_KEPT);
		if (candidate->verdict != VP_VERDICT_NOT_CACHED)
			continue;
		complete = false;
		g_assert_cmpint(request->cache, ==, VP_CACHE_ONLY);
		g_assert_cmpint(
			kinds[find_announced(world, candidate->manifest)->kind].keeping,
			!=, KEPT);
	}
	g_string_append_printf(text, "chosen: %s\n",
		result->selected ? result->selected->manifest : "none");
	if (!complete)
		g_string_assign(text, "");
	return g_string_free(text, FALSE);
}

/* ---- what has to be ---- */

/* The verdicts that the kinds of programs must get, where no feature is asked for. */
static void check_kinds(const World *world, bool exposes)
{
	const char *search[] = {world->general, world->specific, NULL};
	const Question all = {.mode = VP_MODE_LIST, .exposes = exposes};
	VpRequest request = request_of(world, &all, search, VP_CACHE_OFF, NULL);
	g_autoptr(VpResult) result = ask(&request);

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];
		const Announced *announced = find_announced(world, candidate->manifest);
		VpVerdict wanted;

		if (!announced || vp_verdict_stage(candidate->verdict) == VP_STAGE_FILE)
			continue;
		wanted = kinds[announced->kind].verdict;
		if (exposes && announced->kind == KIND_WITH_DATA)
			wanted = VP_VERDICT_MATCH;
		/* Another manifest may have announced it by another type. */
		if (candidate->verdict == VP_VERDICT_TYPE_MISMATCH)
			g_assert_true(wanted == VP_VERDICT_MATCH ||
				      wanted == VP_VERDICT_TYPE_MISMATCH);
		else
			g_assert_cmpstr(vp_verdict_name(candidate->verdict), ==,
				vp_verdict_name(wanted));
		seen[announced->kind]++;
	}
}

static void check_only_one(const VpRequest *request, const VpCandidate *wanted)
{
	g_autoptr(VpResult) result = ask(request);
	const VpCandidate *found = result->candidates->pdata[0];

	g_assert_cmpuint(result->candidates->len, ==, 1);
	g_assert_cmpstr(
		vp_verdict_name(found->verdict), ==, vp_verdict_name(wanted->verdict));
	/* One that was given directly is "asked for" and not "announced". */
	if (!request->binary || found->verdict != VP_VERDICT_TYPE_MISMATCH)
		g_assert_cmpstr(found->reason, ==, wanted->reason);
}

/* By itself, a program gets the same verdict as among others, by its manifest and
 * directly. */
static void check_by_itself(
	const World *world, const Question *question, const char *cache_dir)
{
	static const VpCacheMode modes[] = {VP_CACHE_OFF, VP_CACHE_AUTO};
	const char *search[] = {world->general, world->specific, NULL};
	const char *by_itself[] = {world->by_itself, NULL};
	VpRequest request = request_of(world, question, search, VP_CACHE_OFF, NULL);
	g_autoptr(VpResult) among = ask(&request);

	for (guint i = 0; i < among->candidates->len; i++) {
		const VpCandidate *one = among->candidates->pdata[i];
		g_autofree char *link =
			g_build_filename(world->by_itself, one->name, NULL);

		if (vp_verdict_stage(one->verdict) == VP_STAGE_FILE)
			continue;
		g_assert_cmpint(symlink(one->manifest, link), ==, 0);
		for (size_t j = 0; j < G_N_ELEMENTS(modes); j++) {
			VpRequest only = request_of(
				world, question, by_itself, modes[j], cache_dir);

			check_only_one(&only, one);
			only.binary = one->binary;
			only.type = one->type;
			check_only_one(&only, one);
		}
		g_assert_cmpint(unlink(link), ==, 0);
	}
}

/* Returns: (transfer full): the cache that fill_cache() has filled. */
static char *cache_filled(const World *world, bool exposes)
{
	return g_build_filename(world->dir, exposes ? "filled-exposed" : "filled", NULL);
}

static void fill_cache(const World *world, bool exposes)
{
	const char *search[] = {world->general, world->specific, NULL};
	const Question all = {.mode = VP_MODE_LIST, .exposes = exposes};
	g_autofree char *dir = cache_filled(world, exposes);
	VpRequest request = request_of(world, &all, search, VP_CACHE_REFRESH, dir);
	g_autoptr(VpResult) result = ask(&request);
}

/* One question, in all ways. Returns: how many of them could be compared. */
static guint check_question(
	const World *world, const Question *question, const char *name, int number)
{
	const char *search[] = {world->general, world->specific, NULL};
	g_autofree char *fresh =
		g_strdup_printf("%s/fresh-%s-%d", world->dir, name, number);
	g_autofree char *filled = cache_filled(world, question->exposes);
	g_autofree char *mixed = g_build_filename(world->dir, "mixed", NULL);
	const struct {
		const char *what;
		VpCacheMode mode;
		const char *cache_dir;
	} ways[] = {
		{"empty", VP_CACHE_AUTO, fresh},
		{"filled by the same", VP_CACHE_AUTO, fresh},
		{"only the same", VP_CACHE_ONLY, fresh},
		{"filled by refresh", VP_CACHE_AUTO, filled},
		{"only what refresh has", VP_CACHE_ONLY, filled},
		{"refreshed", VP_CACHE_REFRESH, mixed},
		{"filled by all of these", VP_CACHE_AUTO, mixed},
	};
	VpRequest cold = request_of(world, question, search, VP_CACHE_OFF, NULL);
	g_autofree char *truth = answer(world, &cold);
	guint n = 0;

	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		VpRequest request = request_of(
			world, question, search, ways[i].mode, ways[i].cache_dir);
		g_autofree char *text = answer(world, &request);

		/* The first match may have left later ones unknown, and that is not a
		 * difference. */
		if (!*text)
			continue;
		if (!g_str_equal(text, truth))
			g_test_message("%s, type %s, need %s, exclude %s: %s", name,
				question->type, question->need[0], question->exclude[0],
				ways[i].what);
		g_assert_cmpstr(text, ==, truth);
		n++;
	}
	return n;
}

/* @round: 0: the first time that this world is asked about */
static void check_world(const World *world, int round)
{
	static const struct {
		const char *name;
		VpMode mode;
	} modes[] = {
		{"select", VP_MODE_FIRST},
		{"list", VP_MODE_LIST},
		{"all", VP_MODE_ALL},
		{"explain", VP_MODE_EXPLAIN},
	};
	/* Fewer have to do where each way takes a timeout. */
	const size_t n_modes = world->hangs ? 2 : G_N_ELEMENTS(modes);
	Question wanted = any_question(world, VP_MODE_LIST);
	g_autofree char *filled = cache_filled(world, wanted.exposes);
	guint n = 0;

	for (int exposes = false; round == 0 && exposes <= !world->hangs; exposes++) {
		check_kinds(world, exposes);
		fill_cache(world, exposes);
	}
	for (size_t i = 0; i < n_modes; i++) {
		Question question = any_question(world, modes[i].mode);

		n += check_question(world, &question, modes[i].name, round);
	}
	wanted.type = NULL;
	if (round == 0)
		check_by_itself(world, &wanted, filled);
	/* All ways except --cache only always have an answer. */
	g_assert_cmpuint(n, >=, 5 * n_modes);
}

static void test_agree(void)
{
	const Question question = {.mode = VP_MODE_LIST};
	const char *nowhere[] = {NULL};
	VpRequest request = request_of(NULL, &question, nowhere, VP_CACHE_OFF, NULL);
	World worlds[N_WORLDS];
	gint64 start;
	int rounds = 0;

	request.binary = "/bin/true";
	{
		g_autoptr(VpResult) result = ask(&request);

		if (result->sandbox.level != SANDBOX_LEVEL_FULL) {
			skip_or_fail("no sandbox of level full on this host");
			return;
		}
	}
	g_test_message("seed %u", seed);
	for (int i = 0; i < N_WORLDS; i++)
		worlds[i] = world_new(i);
	g_usleep(SETTLE_US);
	start = g_get_monotonic_time();
	do
		for (int i = 0; i < N_WORLDS; i++)
			if (rounds == 0 || !worlds[i].hangs)
				check_world(&worlds[i], rounds);
	while (++rounds < ROUNDS_MAX && g_get_monotonic_time() - start < ENOUGH_US);
	g_test_message("%d rounds, %u answers, %u candidates from the cache", rounds,
		n_answers, n_from_cache);
	g_assert_cmpuint(n_from_cache, >, n_answers / 2);
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_assert_cmpuint(seen[i], >, 0);
	for (int i = 0; i < N_WORLDS; i++)
		world_clear(&worlds[i]);
}

int main(int argc, char **argv)
{
	const char *stage = g_getenv("STAGE");

	g_test_init(&argc, &argv, NULL);
	if (!launch_or_skip_all("/agree"))
		return g_test_run();
	if (g_getenv("SEED") && *g_getenv("SEED"))
		seed = (guint32)g_ascii_strtoull(g_getenv("SEED"), NULL, 10);
	rnd = g_rand_new_with_seed(seed);
	top = g_dir_make_tmp("agree-XXXXXX", NULL);
	/* Root's programs run as nobody, and look at themselves. */
	g_assert_cmpint(g_chmod(top, 0755), ==, 0);
	warden = g_build_filename(stage, "bin/vhost-probe-warden", NULL);
	fakes = g_build_filename(stage, "fake-backends", NULL);
	g_test_add_func("/agree/cold-and-warm", test_agree);
	return g_test_run();
}
