// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs of programs that lead to no choice: each reply is kept, and judged as the pipeline
 * judges the one that counts.
 */
#include "probe/check/ask.h"

#include <string.h>

Sandbox *ask_open(const VpRequest *request, uint64_t timeout_us, SandboxLevel level,
	uint32_t without, GError **error)
{
	SandboxPolicy policy = policy_of(request);

	policy.level = level;
	policy.without |= without;
	policy.timeout_us = timeout_us;
	return sandbox_open(&policy, error);
}

static void reply_clear(Reply *reply)
{
	g_clear_pointer(&reply->out, g_free);
	g_clear_pointer(&reply->err, g_free);
}

static void reply_free(void *data)
{
	reply_clear(data);
	g_free(data);
}

static char *copy(const char *bytes, size_t length)
{
	char *text = g_malloc(length + 1);

	if (length)
		memcpy(text, bytes, length);
	text[length] = '\0';
	return text;
}

static bool on_result(size_t index, const SandboxResult *result, void *user_data)
{
	Reply *reply = ((GPtrArray *)user_data)->pdata[index];

	reply_clear(reply);
	reply->result = *result;
	reply->out = copy(result->out, result->out_length);
	reply->err = copy(result->err, result->err_length);
	reply->result.out = reply->out;
	reply->result.err = reply->err;
	return !result->doubtful;
}

/* What is asked at one time. */
typedef struct {
	const VpRequest *request;
	const GPtrArray *programs, *replies;
} Round;

static void on_tick(void *user_data)
{
	const Round *round = user_data;
	const VpRequest *request = round->request;
	g_autoptr(GPtrArray) waiting = g_ptr_array_new();

	for (guint i = 0; i < round->replies->len; i++)
		if (!((const Reply *)round->replies->pdata[i])->out)
			g_ptr_array_add(waiting,
				((const VpCandidate *)round->programs->pdata[i])->binary);
	g_ptr_array_add(waiting, NULL);
	request->progress(round->replies->len - (waiting->len - 1), round->replies->len,
		(const char *const *)waiting->pdata, request->progress_data);
}

GPtrArray *ask_all(Sandbox *sandbox, const VpRequest *request, const GPtrArray *programs,
	Question question, GError **error)
{
	const char *option =
		question == QUESTION_HELP ? "--help" : "--print-capabilities";
	g_autoptr(GPtrArray) replies = g_ptr_array_new_with_free_func(reply_free);
	g_autofree SandboxRequest *requests = g_new(SandboxRequest, programs->len);
	g_autofree const char *(*argvs)[3] = g_malloc_n(programs->len, sizeof *argvs);
	Round round = {request, programs, replies};
	bool ok;

	for (guint i = 0; i < programs->len; i++) {
		const VpCandidate *candidate = programs->pdata[i];
		Reply *reply = g_new0(Reply, 1);

		reply->result.outcome = SANDBOX_UNAVAILABLE;
		g_ptr_array_add(replies, reply);
		memcpy(argvs[i], ((const char *[]){candidate->binary, option, NULL}),
			sizeof argvs[i]);
		requests[i] = (SandboxRequest){
			.real_path = candidate->real_path,
			.program = candidate->program,
			.argv = argvs[i],
			.homeless = question == QUESTION_HOMELESS,
			.term_us = question == QUESTION_SIGTERM ? ASK_TERM_US : 0,
		};
	}
	if (request->progress)
		sandbox_set_tick(sandbox, on_tick, &round);
	ok = sandbox_run(sandbox, requests, programs->len, on_result, replies, error);
	sandbox_set_tick(sandbox, NULL, NULL);
	return ok ? g_steal_pointer(&replies) : NULL;
}

VpCandidate *ask_judge(
	const VpCandidate *of, const VpRequest *request, const Reply *reply)
{
	VpCandidate *judged = candidate_new();

	judged->manifest = g_strdup(of->manifest);
	judged->binary = g_strdup(of->binary);
	judged->type = g_strdup(of->manifest ? of->type : request->type);
	judged->real_path = g_strdup(of->real_path);
	judged->program = of->program;
	program_judge(judged, request, &reply->result, VP_PROBE_RUN);
	judged->probe.confirmed = !reply->result.doubtful;
	if (candidate_is_pending(judged))
		match_features(judged, request);
	hint_at_inherited(judged, reply->result.inherited);
	match_hidden_devices(judged, request);
	return judged;
}

static bool has_all(char **features, char **wanted)
{
	for (; *wanted; wanted++)
		if (!g_strv_contains((const char *const *)features, *wanted))
			return false;
	return true;
}

bool ask_is_same_set(char **a, char **b)
{
	return has_all(a, b) && has_all(b, a);
}

bool ask_is_same(const VpCandidate *a, const VpCandidate *b)
{
	const VpCapabilities *one = a->capabilities, *other = b->capabilities;

	if (a->verdict != b->verdict || !one != !other)
		return false;
	return !one || (g_str_equal(one->type, other->type) &&
			       ask_is_same_set(one->features, other->features));
}

char *ask_describe(const VpCandidate *candidate)
{
	const VpCapabilities *capabilities = candidate->capabilities;
	g_autofree char *features = NULL;

	if (!capabilities)
		return g_strdup_printf(
			"%s: %s", vp_verdict_name(candidate->verdict), candidate->reason);
	features = g_strjoinv(" ", capabilities->features);
	return g_strdup_printf("%s, %s%s", capabilities->type,
		*features ? "features " : "no features", features);
}
