// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The stages between a file and its verdict. Each takes one candidate, of which its
 * caller has seen that it is pending, and settles it or leaves it pending for the next
 * one. Those that read the manifest, check the program and read its answer settle
 * failures; match_features() settles all that is left. Functions that add to a reason
 * come after them. A stage that lacks something of ours, a descriptor for instance, gives
 * no verdict but an error, and FALSE: that stops the call.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "common/file.h"
#include "common/json.h"
#include "probe/result.h"

/* Returns: all that @request wants of the sandbox, borrowed from it; what is different
 * for one run is changed by whoever opens that. */
SandboxPolicy policy_of(const VpRequest *request);

VpCandidate *candidate_new(void);
void candidate_free(VpCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCandidate, candidate_free)

/* Gives @candidate its verdict, with a reason for people. */
void candidate_settle(VpCandidate *candidate, VpVerdict verdict, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Adds to the values of @remedy, each once: what the reason says, for programs. */
void candidate_advise(VpCandidate *candidate, VpRemedy remedy, const char *value);

static inline bool candidate_is_pending(const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_PENDING;
}

/* Back to what it was before its program ran. */
void candidate_forget_run(VpCandidate *candidate);

/* Settles a file that is not named as manifests are: skipped-name. */
void candidate_judge_name(VpCandidate *candidate);

/* Everything that follows, up to and including program_check(), of a whole result. */
typedef struct Look Look;

/* Returns: (transfer full): to be freed by look_free(). */
Look *look_new(VpResult *result);
void look_free(Look *look);

/* To be called first, until it returns TRUE: whether it is known that the home may be
 * looked at, or it counts as none. */
bool look_home(Look *look);

/* Looks at some more. Returns: whether nothing of ours is lacking. */
bool look_step(Look *look, bool *ret_done, GError **error);

/* Of what it waits for, if it does: to poll for POLLIN, or -1; until when, in monotonic
 * microseconds, or 0; the path, or NULL. */
SandboxReach *look_get_reach(const Look *look);
int look_fd(const Look *look);
gint64 look_wake_time(const Look *look);
const char *look_waits_for(const Look *look);

/*
 * Finds all files and settles names and masked ones (D2, D3); fills search and
 * candidates. If the request wants directories to be readable and one is not, it is
 * noted as the result's unreadable, and there are no candidates.
 */
typedef struct Search Search;

/* @reach: (nullable): not owned. Returns: (transfer full): to be freed by search_free().
 */
Search *search_new(VpResult *result, SandboxReach *reach);
void search_free(Search *search);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Search, search_free)

/* Finds some more, unless it has to wait for @reach. Returns: whether nothing of ours is
 * lacking. */
bool search_step(Search *search, bool *ret_done, GError **error);

/* Whether @path of @candidate may be looked at now. Otherwise it has to wait; or the file
 * system does not answer, and the candidate is settled as @verdict. @subject: of "lies on
 * ...", with a blank, or "". */
bool candidate_reaches(VpCandidate *candidate, SandboxReach *reach, VpVerdict verdict,
	const char *subject, const char *path);

/* Reads the manifest (M1, M2, D4, D5): mask, unreadable, untrusted, bad-manifest. */
bool manifest_read(VpCandidate *candidate, FileCaller *caller, GError **ret_error);

/*
 * The first half of manifest_read(): everything but bad-manifest, except for a file that
 * is too large.
 *
 * @ret_text: (transfer full): of a candidate that is still pending, @ret_length bytes and
 * a NUL; else NULL
 */
bool manifest_load(VpCandidate *candidate, FileCaller *caller, char **ret_text,
	size_t *ret_length, GError **ret_error);

#define MANIFEST_MAX      (1024 * 1024) /* bytes */
#define MANIFEST_N_FIELDS 4

/* The members that a manifest may have (M1). */
extern const JsonField manifest_fields[MANIFEST_N_FIELDS];

/* masks.c: says in the reasons what masks hide, or that they hide nothing. */
void explain_masks(VpResult *result);

/* What is found out once for all programs of a call. */
typedef struct ProgramChecker ProgramChecker;

/* @caller, @reach (nullable): not owned. */
ProgramChecker *program_checker_new(FileCaller *caller, SandboxReach *reach);
void program_checker_free(ProgramChecker *checker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ProgramChecker, program_checker_free)

/* Looks at the program: missing-binary, not-executable, untrusted. Where it has to wait
 * for the checker's @reach, it is to be called once more. */
bool program_check(VpCandidate *candidate, ProgramChecker *checker, GError **error);

/* The result of running it (P1), now or earlier; up to and including what it printed. */
void program_judge(VpCandidate *candidate, const VpRequest *request,
	const SandboxResult *result, VpProbeSource source);

/* Parses what it printed (C1): no-output, bad-json, bad-capabilities, type-mismatch. */
void capabilities_read(VpCandidate *candidate, const char *text, size_t length);

/* Whether @text, up to the NUL, ends with a JSON object that begins a line. */
bool capabilities_are_in(const char *text);

/* Bytes of stdout that are kept of a program whose answer is of no use. */
#define CANDIDATE_STDOUT_MAX 2048

/* words.c: keeps what a failed program wrote, and appends to the reason the line that
 * says most, or one that names a hidden path. @view: of the program. Returns: (transfer
 * full) (nullable): that line. */
char *quote_words(VpCandidate *candidate, SandboxView *view, const SandboxResult *result);

/* Returns: (transfer full) (nullable): the path in @words that is hidden from @candidate.
 */
char *hint_hidden_path(
	const VpCandidate *candidate, SandboxView *view, const char *words);

/* Returns: (transfer full) (nullable): "--expose /srv/x --expose /srv/y", to be copied.
 */
char *hint_exposures(char **expose);

/* closed.c. Returns: (transfer full) (nullable): which file, among what root's program is
 * shown, only root may read, as far as @words say that it needs it. */
char *hint_closed(VpCandidate *candidate, const VpRequest *request, SandboxView *view,
	const char *words);

/* words.c. Returns: (transfer none): what a program that failed has said to people: on
 * stderr, or if that is blank, on stdout. */
const char *words_said(const VpCandidate *candidate);

/* Compares features: missing-features, excluded-features, match. */
void match_features(VpCandidate *candidate, const VpRequest *request);

/* Adds to the reason of a failure that devices were hidden, where that may be why. */
void match_hidden_devices(VpCandidate *candidate, const VpRequest *request);

/* Chooses (D2): selected, not-needed. */
void select_candidates(VpResult *result);

/* sandbox-hints.c: appends to the reason of a program that failed what the sandbox may
 * have to do with it. @view: of the program; @quoted: see quote_words(); @inherited: see
 * SandboxResult; @by_itself: it had all that one program may have. */
void hint_at_sandbox(VpCandidate *candidate, const VpRequest *request, SandboxView *view,
	const char *quoted, uint32_t inherited, bool by_itself);

/* sandbox-hints.c: appends to the reason, of a program that works too, what was
 * @inherited: it may be why, and it is why the answer is not kept. */
void hint_at_inherited(VpCandidate *candidate, uint32_t inherited);
