// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Programs against the conventions (P1 to P4, P6). Each is asked for its capabilities
 * twice, for its help once, and once more without HOME and without each layer of the
 * sandbox that may be left out. Every run has stdin at its end: what needs more shows in
 * its verdict.
 */
#include "probe/check/stages.h"

#include <string.h>

#include "probe/check/ask.h"
#include "probe/programs.h"

/* A program that takes longer makes whoever starts a virtual machine wait. */
#define SLOW_US (1000 * 1000)

/* One program on its way through the check. */
typedef struct {
	const Program *program;
	Subject *subject;  /* the first that announces it: has what all share */
	VpCandidate *said; /* (nullable): as judged, for the reference to compare with */
	uint64_t duration_us; /* of its quickest run */
	bool unstable;        /* nothing follows from what else it says */
	/* With the sandbox switched off (nullable): as judged in one, if that differs. */
	VpCandidate *inside;
	/* Layers that make a difference, and what it says without the first of them. */
	GString *layers;
	VpCandidate *without;
	int n_held; /* layers then */
} Asked;

typedef struct {
	VpCheck *check;
	const VpRequest *request;
	const GPtrArray *subjects;
	GPtrArray *asked; /* of Asked * */
} Checker;

static void asked_free(void *data)
{
	Asked *asked = data;

	candidate_free(asked->said);
	candidate_free(asked->inside);
	candidate_free(asked->without);
	g_string_free(asked->layers, TRUE);
	g_free(asked);
}

/* ---- the first run: what counts ---- */

static Subject *find_subject(const Checker *checker, const VpCandidate *candidate)
{
	for (guint i = 0; i < checker->subjects->len; i++) {
		Subject *subject = checker->subjects->pdata[i];

		if (subject->candidate == candidate)
			return subject;
	}
	g_return_val_if_reached(NULL);
}

/* Every manifest that names it has its own verdict, since it may announce another type.
 * As far as it says what it is, that is held against the schema. */
static void judge(const Checker *checker, Asked *asked, const Reply *reply)
{
	const GPtrArray *candidates = asked->program->candidates;

	for (guint i = 0; i < candidates->len; i++) {
		const Answer answer = {&reply->result, VP_PROBE_RUN, 0};
		Subject *subject = find_subject(checker, candidates->pdata[i]);
		const VpCandidate *candidate = subject->candidate;

		if (i == 0)
			programs_judge(asked->program, checker->request, &answer);
		check_verdict(subject);
		if (!candidate->capabilities)
			continue;
		check_capabilities(subject, reply->result.out, reply->result.out_length);
		if (capabilities_are_in(candidate->probe.stderr_text))
			finding_add(subject, VP_DEFECT_JSON_TWICE,
				subject->announced.binary_at,
				"%s prints JSON on stderr too, where only messages "
				"belong",
				candidate->binary);
	}
	asked->said = ask_judge(asked->subject->candidate, checker->request, reply);
	asked->duration_us = reply->result.duration_us;
}

/* ---- further runs ---- */

static bool has_hung(const Asked *asked)
{
	return asked->said->verdict == VP_VERDICT_TIMEOUT;
}

/* The result of one further run of a program; @layer: what it ran without, or NULL. */
typedef void AskedAgain(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer);

/* Asks all, except that to see a timeout once more takes a timeout; the result of SIGTERM
 * shows only in these. */
static bool ask_again(const Checker *checker, Sandbox *sandbox, Question question,
	AskedAgain *on_reply, const char *layer, GError **error)
{
	g_autoptr(GPtrArray) programs = g_ptr_array_new(), whose = g_ptr_array_new();
	g_autoptr(GPtrArray) replies = NULL;

	for (guint i = 0; i < checker->asked->len; i++) {
		Asked *asked = checker->asked->pdata[i];

		if (has_hung(asked) != (question == QUESTION_SIGTERM))
			continue;
		g_ptr_array_add(programs, asked->subject->candidate);
		g_ptr_array_add(whose, asked);
	}
	if (!programs->len)
		return true;
	replies = ask_all(sandbox, checker->request, programs, question, error);
	for (guint i = 0; replies && i < replies->len; i++) {
		const Reply *reply = replies->pdata[i];

		/* Nothing follows from what may have another reason. */
		if (reply->result.outcome != SANDBOX_UNAVAILABLE &&
			!reply->result.doubtful)
			on_reply(checker, whose->pdata[i], reply, layer);
	}
	return replies != NULL;
}

static void compare_twice(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	g_autoptr(VpCandidate) again =
		ask_judge(asked->subject->candidate, checker->request, reply);
	g_autofree char *one = ask_describe(asked->said), *other = ask_describe(again);

	asked->duration_us = MIN(asked->duration_us, reply->result.duration_us);
	asked->unstable = !ask_is_same(asked->said, again);
	if (asked->unstable)
		finding_add(asked->subject, VP_DEFECT_UNSTABLE,
			asked->subject->announced.binary_at,
			"%s answers differently when asked again: first %s; then %s",
			asked->said->binary, one, other);
}

static void compare_homeless(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	g_autoptr(VpCandidate) homeless =
		ask_judge(asked->subject->candidate, checker->request, reply);
	g_autofree char *one = ask_describe(asked->said), *other = ask_describe(homeless);

	if (!asked->unstable && !ask_is_same(asked->said, homeless))
		finding_add(asked->subject, VP_DEFECT_HOME,
			asked->subject->announced.binary_at,
			"%s answers differently without HOME, which services do not "
			"have: %s; instead of: %s",
			asked->said->binary, other, one);
}

/* ---- help (P6) ---- */

static const struct {
	const char *option;
	VpDefect defect;
} must_know[] = {
	{"--socket-path", VP_DEFECT_NO_SOCKET_PATH},
	{"--fd", VP_DEFECT_NO_FD},
};

/* Whether @text has @option, and not as the beginning of a longer one. */
static bool names_option(const char *text, size_t length, const char *option)
{
	const char *end = text + length, *at = text;
	size_t n = strlen(option);

	while ((at = memmem(at, (size_t)(end - at), option, n))) {
		at += n;
		if (at == end || !(g_ascii_isalnum(*at) || strchr("-_", *at)))
			return true;
	}
	return false;
}

/* Whether it fails in one way whatever it is asked, which has a finding. */
static bool fails_likewise(const Checker *checker, const Asked *asked, const Reply *reply)
{
	g_autoptr(VpCandidate) helped =
		ask_judge(asked->subject->candidate, checker->request, reply);

	return vp_verdict_stage(asked->said->verdict) == VP_STAGE_RUN &&
	       asked->said->verdict == helped->verdict &&
	       g_str_equal(asked->said->reason, helped->reason);
}

static void compare_help(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	const SandboxResult *result = &reply->result;

	if (result->outcome == SANDBOX_EXEC_FAILED ||
		fails_likewise(checker, asked, reply))
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(must_know); i++) {
		const char *option = must_know[i].option;

		if (names_option(result->out, result->out_length, option) ||
			names_option(result->err, result->err_length, option))
			continue;
		finding_add(asked->subject, must_know[i].defect,
			asked->subject->announced.binary_at,
			result->outcome == SANDBOX_EXITED
				? "%s --help does not name %s, which VM managers "
				  "use"
				: "%s --help did not exit by itself, and did not name "
				  "%s, "
				  "which VM managers use",
			asked->said->binary, option);
	}
}

/* ---- layers (P4) ---- */

/* What it says in the sandbox, if that is something else. */
static void note_inside(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	g_autoptr(VpCandidate) inside =
		ask_judge(asked->subject->candidate, checker->request, reply);

	if (!asked->unstable && !ask_is_same(asked->said, inside))
		asked->inside = g_steal_pointer(&inside);
}

static bool is_off(const Checker *checker)
{
	return checker->request->sandbox == SANDBOX_LEVEL_NONE;
}

/* A layer takes those along that are not available without it: the one to blame is the
 * one without which most others hold. */
static void note_layer(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	g_autoptr(VpCandidate) without =
		ask_judge(asked->subject->candidate, checker->request, reply);
	bool same = ask_is_same(asked->said, without);
	int n_held = __builtin_popcount(reply->result.held);

	if (asked->unstable || n_held < asked->n_held ||
		(is_off(checker) ? !asked->inside || !same : same))
		return;
	if (n_held > asked->n_held) {
		g_string_truncate(asked->layers, 0);
		candidate_free(asked->without);
		asked->without = g_steal_pointer(&without);
		asked->n_held = n_held;
	}
	g_string_append_printf(
		asked->layers, "%s%s", asked->layers->len ? ", " : "", layer);
}

static void report_layers(const Asked *asked)
{
	const VpCandidate *differs = asked->inside ? asked->inside : asked->without;
	g_autofree char *one = ask_describe(asked->said), *other = NULL;

	if (!differs)
		return;
	other = ask_describe(differs);
	if (!asked->inside)
		finding_add(asked->subject, VP_DEFECT_LAYER,
			asked->subject->announced.binary_at,
			"%s answers differently without the layer %s of the sandbox: %s; "
			"instead of: %s",
			asked->said->binary, asked->layers->str, other, one);
	else
		finding_add(asked->subject, VP_DEFECT_LAYER,
			asked->subject->announced.binary_at,
			"%s answers differently in the sandbox: %s; instead of: %s; %s%s",
			asked->said->binary, other, one,
			asked->layers->len ? "but not without the layer "
					   : "no single layer is the reason",
			asked->layers->str);
}

/* Asks in a sandbox of its own. One that is not available says nothing. */
static bool ask_apart(const Checker *checker, SandboxLevel level, uint32_t without,
	AskedAgain *on_reply, const char *layer, GError **error)
{
	g_autoptr(Sandbox) sandbox = ask_open(
		checker->request, checker->request->timeout_us, level, without, error);

	return sandbox &&
	       ask_again(checker, sandbox, QUESTION_CAPABILITIES, on_reply, layer, error);
}

/* One after the other, except those that the level that was asked for needs. */
static bool ask_without_each(const Checker *checker, SandboxLevel level, GError **error)
{
	const VpRequest *request = checker->request;
	uint32_t layers = SANDBOX_ALL_LAYERS & ~request->without;

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		uint32_t bit = SANDBOX_LAYER_BIT(layer);

		if ((layers & bit) &&
			sandbox_level_of(layers & ~bit) >= request->sandbox &&
			!ask_apart(checker, level, bit, note_layer,
				sandbox_layer_name(layer), error))
			return false;
	}
	return true;
}

/* Where the sandbox was switched off, programs are seen in one, and what makes the
 * difference is looked for where there is one. */
static bool check_layers(const Checker *checker, GError **error)
{
	const GPtrArray *all = checker->asked;
	SandboxLevel level = checker->request->sandbox;
	bool look = !is_off(checker);

	if (is_off(checker)) {
		level = SANDBOX_LEVEL_FULL;
		if (!ask_apart(checker, level, 0, note_inside, NULL, error))
			return false;
		for (guint i = 0; i < all->len; i++)
			look = look || ((const Asked *)all->pdata[i])->inside;
	}
	if (look && !ask_without_each(checker, level, error))
		return false;
	for (guint i = 0; i < all->len; i++)
		report_layers(all->pdata[i]);
	return true;
}

/* ---- signals (P3) ---- */

/* How long after SIGTERM a program may still be there. */
#define TERM_GRACE_US (1000 * 1000)

static void look_at_end(
	const Checker *checker, Asked *asked, const Reply *reply, const char *layer)
{
	if (reply->result.outcome == SANDBOX_TIMED_OUT)
		finding_add(asked->subject, VP_DEFECT_SIGTERM,
			asked->subject->announced.binary_at,
			"%s is still running a second after SIGTERM, and will have to be "
			"killed",
			asked->said->binary);
}

static bool check_sigterm(const Checker *checker, GError **error)
{
	const VpRequest *request = checker->request;
	g_autoptr(Sandbox) sandbox = ask_open(
		request, ASK_TERM_US + TERM_GRACE_US, request->sandbox, 0, error);

	return sandbox &&
	       ask_again(checker, sandbox, QUESTION_SIGTERM, look_at_end, NULL, error);
}

/* ---- all of it ---- */

static void check_speed(const Asked *asked)
{
	if (asked->said->verdict == VP_VERDICT_MATCH && asked->duration_us > SLOW_US)
		finding_add(asked->subject, VP_DEFECT_SLOW,
			asked->subject->announced.binary_at,
			"%s takes %.1f s to answer, but should take less than one",
			asked->said->binary, (double)asked->duration_us / 1e6);
}

/* Returns: (transfer full): of Asked *, not asked yet. */
static GPtrArray *list_programs(const Checker *checker, const GPtrArray *programs)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(asked_free);

	for (guint i = 0; i < programs->len; i++) {
		Asked *asked = g_new0(Asked, 1);

		asked->layers = g_string_new(NULL);
		asked->program = programs->pdata[i];
		asked->subject = find_subject(checker, program_candidate(asked->program));
		g_ptr_array_add(list, asked);
	}
	return list;
}

static bool ask_first(const Checker *checker, Sandbox *sandbox, GError **error)
{
	VpResult *result = checker->check->result;
	g_autoptr(GPtrArray) programs = g_ptr_array_new(), replies = NULL;

	for (guint i = 0; i < checker->asked->len; i++)
		g_ptr_array_add(programs,
			((Asked *)checker->asked->pdata[i])->subject->candidate);
	replies = ask_all(
		sandbox, checker->request, programs, QUESTION_CAPABILITIES, error);
	if (!replies)
		return false;
	result->ran = true;
	result_set_report(result, sandbox_report(sandbox));
	for (guint i = 0; i < replies->len; i++) {
		const Reply *reply = replies->pdata[i];

		judge(checker, checker->asked->pdata[i], reply);
		checker->check->n_programs +=
			reply->result.outcome != SANDBOX_UNAVAILABLE;
	}
	return true;
}

bool check_programs(VpCheck *check, const GPtrArray *subjects, GError **error)
{
	Checker checker = {check, check->result->request, subjects, NULL};
	g_autoptr(GPtrArray) programs = programs_find(check->result);
	g_autoptr(GPtrArray) asked = NULL;
	g_autoptr(Sandbox) sandbox = NULL;

	if (!programs->len)
		return true;
	checker.asked = asked = list_programs(&checker, programs);
	sandbox = ask_open(checker.request, checker.request->timeout_us,
		checker.request->sandbox, 0, error);
	if (!sandbox || !ask_first(&checker, sandbox, error))
		return false;
	if (!check->result->sandbox.accepted)
		return true;
	if (!ask_again(&checker, sandbox, QUESTION_CAPABILITIES, compare_twice, NULL,
		    error) ||
		!ask_again(&checker, sandbox, QUESTION_HELP, compare_help, NULL, error) ||
		!ask_again(&checker, sandbox, QUESTION_HOMELESS, compare_homeless, NULL,
			error) ||
		!check_layers(&checker, error) || !check_sigterm(&checker, error))
		return false;
	for (guint i = 0; i < asked->len; i++)
		check_speed(asked->pdata[i]);
	return true;
}
