// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Asks programs more than once, and under other conditions than usual: what each of them
 * said goes out. All of it happens in the sandbox.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/candidate.h"

/* How one program ended, and what it wrote; owned by the list that it is in. */
typedef struct {
	SandboxResult result; /* outcome UNAVAILABLE: it was not run */
	char *out, *err;      /* the result's texts, with a NUL; or NULL */
} Reply;

typedef enum {
	QUESTION_CAPABILITIES,
	QUESTION_HELP,
	QUESTION_HOMELESS, /* its capabilities, without HOME */
	QUESTION_SIGTERM,  /* its capabilities, and SIGTERM after ASK_TERM_US */
} Question;

#define ASK_TERM_US (500 * 1000)

/*
 * ask_open:
 * @timeout_us: of each program
 * @level: the least that is accepted
 * @without: layers that are left out
 * @error: as sandbox_open()
 *
 * Returns: (transfer full): a sandbox for the programs of @request, to be closed by
 * sandbox_close().
 */
Sandbox *ask_open(const VpRequest *request, uint64_t timeout_us, SandboxLevel level,
	uint32_t without, GError **error);

/*
 * ask_all:
 * @request: whose progress is shown
 * @programs: of VpCandidate *: whose programs, which were checked
 *
 * Runs each once. What may have failed for another reason than itself is run once more.
 *
 * Returns: (transfer full): of Reply *, in the order of @programs, to be freed by
 * g_ptr_array_unref(). NULL with @error when the caller's side failed.
 */
GPtrArray *ask_all(Sandbox *sandbox, const VpRequest *request, const GPtrArray *programs,
	Question question, GError **error);

/* Returns: (transfer full): a candidate with nothing but the program of @of and the
 * verdict that @reply leads to, to be freed by candidate_free(). */
VpCandidate *ask_judge(
	const VpCandidate *of, const VpRequest *request, const Reply *reply);

/* Whether two lists have the same features, in whatever order and however often. */
bool ask_is_same_set(char **a, char **b);

/* Whether two candidates are judged alike: the same verdict, type and features. */
bool ask_is_same(const VpCandidate *a, const VpCandidate *b);

/* Returns: (transfer full): what a judged one has said, in one line. */
char *ask_describe(const VpCandidate *candidate);
