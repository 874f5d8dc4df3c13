// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Programs against the conventions (P1, P2, P4, P6). Each is asked for its capabilities
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
	g_free(asked);
}

/* ---- verdicts ---- */

static const struct {
	VpVerdict verdict;
	VpDefect defect;
} verdict_defects[] = {
	{VP_VERDICT_MISSING_BINARY, VP_DEFECT_MISSING_BINARY},
	{VP_VERDICT_NOT_EXECUTABLE, VP_DEFECT_NOT_EXECUTABLE},
	{VP_VERDICT_UNTRUSTED, VP_DEFECT_UNTRUSTED},
	{VP_VERDICT_EXEC_FAILED, VP_DEFECT_EXEC_FAILED},
	{VP_VERDICT_OUTPUT_LIMIT, VP_DEFECT_OUTPUT_LIMIT},
	{VP_VERDICT_TIMEOUT, VP_DEFECT_TIMEOUT},
	{VP_VERDICT_POLICY_KILL, VP_DEFECT_POLICY_KILL},
	{VP_VERDICT_SIGNAL, VP_DEFECT_SIGNAL},
	{VP_VERDICT_EXIT_STATUS, VP_DEFECT_EXIT_STATUS},
	{VP_VERDICT_NO_OUTPUT, VP_DEFECT_NO_OUTPUT},
	{VP_VERDICT_BAD_JSON, VP_DEFECT_BAD_JSON},
	{VP_VERDICT_BAD_CAPABILITIES, VP_DEFECT_BAD_CAPABILITIES},
	{VP_VERDICT_TYPE_MISMATCH, VP_DEFECT_TYPE_MISMATCH},
};

static VpDefect find_defect(const VpCandidate *candidate, VpDefect otherwise)
{
	if (candidate->verdict == VP_VERDICT_NO_OUTPUT &&
		capabilities_are_in(candidate->probe.stderr_tail))
		return VP_DEFECT_JSON_ON_STDERR;
	for (size_t i = 0; i < G_N_ELEMENTS(verdict_defects); i++)
		if (verdict_defects[i].verdict == candidate->verdict)
			return verdict_defects[i].defect;
	return otherwise;
}

/* Of the program's file the reason has the path already. */
void check_verdict(Subject *subject)
{
	const VpCandidate *candidate = subject->candidate;
	VpStage stage = vp_verdict_stage(candidate->verdict);
	bool names_it =
		stage == VP_STAGE_PROGRAM || candidate->verdict == VP_VERDICT_EXEC_FAILED;
	VpDefect defect = find_defect(candidate, VP_DEFECT_UNCONFIRMED);

	if (stage != VP_STAGE_PROGRAM && stage != VP_STAGE_RUN)
		return;
	if (stage == VP_STAGE_RUN && !candidate->probe.confirmed) {
		defect = VP_DEFECT_UNCONFIRMED;
		subject->check->n_unconfirmed++;
	}
	finding_add(subject, defect, subject->announced.binary_at, "%s%s%s%s",
		defect == VP_DEFECT_UNCONFIRMED ? "something else may be the reason: "
						: "",
		names_it ? "" : candidate->binary, names_it ? "" : ": ",
		candidate->reason);
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
		if (capabilities_are_in(candidate->probe.stderr_tail))
			finding_add(subject, VP_DEFECT_JSON_TWICE,
				subject->announced.binary_at,
				"%s prints JSON on stderr, too, where nothing but "
				"messages belongs",
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

/* What became of one further run of a program. */
typedef void AskedAgain(
	const Checker *checker, Asked *asked, const Reply *reply, const char *words);

/* Asks all, except that to see a timeout once more takes a timeout. */
static bool ask_again(const Checker *checker, Sandbox *sandbox, Question question,
	AskedAgain *on_reply, const char *words, GError **error)
{
	g_autoptr(GPtrArray) programs = g_ptr_array_new(), whose = g_ptr_array_new();
	g_autoptr(GPtrArray) replies = NULL;

	for (guint i = 0; i < checker->asked->len; i++) {
		Asked *asked = checker->asked->pdata[i];

		if (has_hung(asked))
			continue;
		g_ptr_array_add(programs, asked->subject->candidate);
		g_ptr_array_add(whose, asked);
	}
	if (!programs->len)
		return true;
	replies = ask_all(sandbox, checker->request, programs, question, error);
	for (guint i = 0; replies && i < replies->len; i++) {
		const Reply *reply = replies->pdata[i];

		/* Of what may have another reason nothing follows. */
		if (reply->result.outcome != SANDBOX_UNAVAILABLE &&
			!reply->result.doubtful)
			on_reply(checker, whose->pdata[i], reply, words);
	}
	return replies != NULL;
}

static void compare_twice(
	const Checker *checker, Asked *asked, const Reply *reply, const char *words)
{
	g_autoptr(VpCandidate) again =
		ask_judge(asked->subject->candidate, checker->request, reply);
	g_autofree char *one = ask_describe(asked->said), *other = ask_describe(again);

	asked->duration_us = MIN(asked->duration_us, reply->result.duration_us);
	if (!ask_is_same(asked->said, again))
		finding_add(asked->subject, VP_DEFECT_UNSTABLE,
			asked->subject->announced.binary_at,
			"%s does not say the same twice: first %s; then %s",
			asked->said->binary, one, other);
}

static void compare_homeless(
	const Checker *checker, Asked *asked, const Reply *reply, const char *words)
{
	g_autoptr(VpCandidate) homeless =
		ask_judge(asked->subject->candidate, checker->request, reply);
	g_autofree char *one = ask_describe(asked->said), *other = ask_describe(homeless);

	if (!ask_is_same(asked->said, homeless))
		finding_add(asked->subject, VP_DEFECT_HOME,
			asked->subject->announced.binary_at,
			"%s says something else without HOME, which services do not "
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

static void compare_help(
	const Checker *checker, Asked *asked, const Reply *reply, const char *words)
{
	const SandboxResult *result = &reply->result;

	if (result->outcome == SANDBOX_EXEC_FAILED)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(must_know); i++) {
		const char *option = must_know[i].option;

		if (names_option(result->out, result->out_length, option) ||
			names_option(result->err, result->err_length, option))
			continue;
		finding_add(asked->subject, must_know[i].defect,
			asked->subject->announced.binary_at,
			result->outcome == SANDBOX_EXITED
				? "the --help of %s does not name %s, which VM managers "
				  "use"
				: "%s does not answer to --help; it must know %s",
			asked->said->binary, option);
	}
}

/* ---- layers (P4) ---- */

static void compare_layer(
	const Checker *checker, Asked *asked, const Reply *reply, const char *words)
{
	g_autoptr(VpCandidate) without =
		ask_judge(asked->subject->candidate, checker->request, reply);
	g_autofree char *one = ask_describe(asked->said), *other = ask_describe(without);

	if (!ask_is_same(asked->said, without))
		finding_add(asked->subject, VP_DEFECT_LAYER,
			asked->subject->announced.binary_at,
			"%s says something else %s: %s; instead of: %s",
			asked->said->binary, words, other, one);
}

/* Asks in a sandbox of its own. One that is not available says nothing. */
static bool ask_apart(const Checker *checker, SandboxLevel level, uint32_t without,
	const char *words, GError **error)
{
	g_autoptr(Sandbox) sandbox = ask_open(checker->request, level, without, error);

	return sandbox && ask_again(checker, sandbox, QUESTION_CAPABILITIES,
				  compare_layer, words, error);
}

/* Single layers, as far as the level that was asked for stays. Where the sandbox was
 * switched off, programs are seen in one. */
static bool check_layers(const Checker *checker, GError **error)
{
	const VpRequest *request = checker->request;
	uint32_t layers = SANDBOX_ALL_LAYERS & ~request->without;

	if (request->sandbox == SANDBOX_LEVEL_NONE)
		return ask_apart(checker, SANDBOX_LEVEL_FULL, 0, "in the sandbox", error);
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		uint32_t bit = SANDBOX_LAYER_BIT(layer);
		g_autofree char *words = g_strdup_printf(
			"without the layer %s of the sandbox", sandbox_layer_name(layer));

		if (!(layers & bit) || sandbox_level_of(layers & ~bit) < request->sandbox)
			continue;
		if (!ask_apart(checker, request->sandbox, bit, words, error))
			return false;
	}
	return true;
}

/* ---- all of it ---- */

static void check_speed(const Asked *asked)
{
	if (asked->said->verdict == VP_VERDICT_MATCH && asked->duration_us > SLOW_US)
		finding_add(asked->subject, VP_DEFECT_SLOW,
			asked->subject->announced.binary_at,
			"%s takes %.1f s to answer, and should take less than one",
			asked->said->binary, (double)asked->duration_us / 1e6);
}

/* Returns: (transfer full): of Asked *, not asked yet. */
static GPtrArray *list_programs(const Checker *checker, const GPtrArray *programs)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(asked_free);

	for (guint i = 0; i < programs->len; i++) {
		Asked *asked = g_new0(Asked, 1);

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
	result->sandbox = *sandbox_report(sandbox);
	for (guint i = 0; i < replies->len; i++)
		judge(checker, checker->asked->pdata[i], replies->pdata[i]);
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
	check->n_programs = programs->len;
	sandbox = ask_open(checker.request, checker.request->sandbox, 0, error);
	if (!sandbox || !ask_first(&checker, sandbox, error))
		return false;
	if (!check->result->sandbox.accepted)
		return true;
	if (!ask_again(&checker, sandbox, QUESTION_CAPABILITIES, compare_twice, NULL,
		    error) ||
		!ask_again(&checker, sandbox, QUESTION_HELP, compare_help, NULL, error) ||
		!ask_again(&checker, sandbox, QUESTION_HOMELESS, compare_homeless, NULL,
			error) ||
		!check_layers(&checker, error))
		return false;
	for (guint i = 0; i < asked->len; i++)
		check_speed(asked->pdata[i]);
	return true;
}
