// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: a result, which holds every file that was seen, each with a verdict and
 * a reason, and says what is known of the sandbox and the cache. vhost-probe.h includes
 * this header, and has the conventions.
 *
 * A result does not change any more, and several threads may read it. All that its
 * getters return is its own, and lives as long as the result.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "vhost-probe-request.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/*
 * VpResult:
 * VpSearchDir:
 * VpCandidate:
 * VpCapabilities:
 * VpProbe:
 * A result; and in it a directory that was searched, a file that was seen or the program
 * that was given, the answer of a program, and how that was run.
 *
 * Since: 0.2.0
 */
typedef struct VpResult VpResult;
typedef struct VpSearchDir VpSearchDir;
typedef struct VpCandidate VpCandidate;
typedef struct VpCapabilities VpCapabilities;
typedef struct VpProbe VpProbe;

/*
 * vp_result_free:
 * @result: (nullable) (transfer full): freed, with all that its getters have returned
 *
 * Since: 0.2.0
 */
void vp_result_free(VpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpResult, vp_result_free)

/* ---- the choice ---- */

/*
 * vp_result_get_request:
 * Returns: (transfer none): what was asked for: a copy, without the progress function.
 * Since: 0.2.0
 */
const VpRequest *vp_result_get_request(const VpResult *result);

/*
 * vp_result_get_selected:
 * Returns: (transfer none) (nullable): the first candidate that is selected (D2); NULL:
 * none is, for which each candidate has a reason.
 * Since: 0.2.0
 */
const VpCandidate *vp_result_get_selected(const VpResult *result);

/*
 * vp_result_is_blocked:
 * Returns: whether nothing may be chosen because an earlier candidate is undecided (D2):
 * see vp_candidate_is_unknown().
 * Since: 0.2.0
 */
bool vp_result_is_blocked(const VpResult *result);

/*
 * vp_result_get_n_candidates:
 * vp_result_get_candidate:
 * @index: from 0
 *
 * Every file that was seen, in order of precedence (D2): by name, and within a name the
 * most specific first. For a request with a binary there is one, the program.
 *
 * Returns: how many there are; (transfer none) (nullable): one of them, or NULL beyond
 * the last one.
 * Since: 0.2.0
 */
gsize vp_result_get_n_candidates(const VpResult *result);
const VpCandidate *vp_result_get_candidate(const VpResult *result, gsize index);

/* ---- directories ---- */

/*
 * vp_result_get_n_search_dirs:
 * vp_result_get_search_dir:
 * @index: from 0
 *
 * The directories, from general to specific (D1). For a request with a binary there are
 * none.
 *
 * Returns: how many there are; (transfer none) (nullable): one of them, or NULL beyond
 * the last one.
 * Since: 0.2.0
 */
gsize vp_result_get_n_search_dirs(const VpResult *result);
const VpSearchDir *vp_result_get_search_dir(const VpResult *result, gsize index);

/*
 * vp_result_get_unreadable:
 * Returns: (transfer none) (nullable): a directory that vp_request_set_search() has named
 * and that exists but cannot be read, so that nothing was done; NULL: there is none.
 * Since: 0.2.0
 */
const VpSearchDir *vp_result_get_unreadable(const VpResult *result);

/*
 * vp_search_dir_get_path:
 * Returns: (transfer none): its absolute path, as it was searched.
 * Since: 0.2.0
 */
const char *vp_search_dir_get_path(const VpSearchDir *dir);

/*
 * vp_search_dir_is_found:
 * Returns: whether there is something of that name. It is usual that there is not.
 * Since: 0.2.0
 */
bool vp_search_dir_is_found(const VpSearchDir *dir);

/*
 * vp_search_dir_get_n_files:
 * Returns: how many files were seen in it, whatever they are. In a directory that has two
 * names they count for the more specific one.
 * Since: 0.2.0
 */
unsigned vp_search_dir_get_n_files(const VpSearchDir *dir);

/*
 * vp_search_dir_get_error:
 * Returns: (transfer none) (nullable): for people why it was not read, or not to its end,
 * although it exists; NULL: nothing is wrong.
 * Since: 0.2.0
 */
const char *vp_search_dir_get_error(const VpSearchDir *dir);

/* ---- the sandbox (P4) ---- */

/*
 * vp_result_has_run:
 * Returns: whether there was something to run. If not, nothing is known of the sandbox:
 * the level is VP_LEVEL_NONE, and no layer is held or missing.
 * Since: 0.2.0
 */
bool vp_result_has_run(const VpResult *result);

/*
 * vp_result_is_level_met:
 * Returns: whether there was something to run, and the level that was asked for is
 * available. If there was and the level is not, nothing was run.
 * Since: 0.2.0
 */
bool vp_result_is_level_met(const VpResult *result);

/*
 * vp_result_get_level:
 * Returns: the level that is available, which layers that were left out on purpose lower.
 * A request for this level can be met.
 * Since: 0.2.0
 */
VpLevel vp_result_get_level(const VpResult *result);

/*
 * vp_result_get_held_layers:
 * vp_result_get_missing_layers:
 * Returns: (transfer none): names of the layers that hold;
 * of those that do not, although they were tried or because they were left out.
 * Since: 0.2.0
 */
const char *const *vp_result_get_held_layers(const VpResult *result);
const char *const *vp_result_get_missing_layers(const VpResult *result);

/*
 * vp_result_get_dispensable_layers:
 * Returns: (transfer none): names of the fewest layers that have to be left out, beside
 * those that are, for the level to be met with what is available; empty if it is met, or
 * would not be then either.
 * Since: 0.2.0
 */
const char *const *vp_result_get_dispensable_layers(const VpResult *result);

/*
 * vp_result_get_missing_errno:
 * @layer: a name, as in vp_result_get_missing_layers()
 *
 * Returns: the errno of the attempt; 0: there was none since the layer was left out, or
 * this layer is not missing.
 * Since: 0.2.0
 */
int vp_result_get_missing_errno(const VpResult *result, const char *layer);

/*
 * vp_result_get_missing_hint:
 * @layer: a name, as in vp_result_get_missing_layers()
 *
 * Returns: (transfer none) (nullable): for people why it is missing, and what to do about
 * it; static. NULL: this layer is not missing.
 * Since: 0.2.0
 */
const char *vp_result_get_missing_hint(const VpResult *result, const char *layer);

/*
 * vp_result_get_landlock_abi:
 * Returns: the version of Landlock's interface that the running kernel has; 0: none, or
 * nothing was run.
 * Since: 0.2.0
 */
int vp_result_get_landlock_abi(const VpResult *result);

/*
 * vp_result_exposes_devices:
 * Returns: whether there are devices of the host among the exposed paths, which programs
 * can open as far as their id allows.
 * Since: 0.2.0
 */
bool vp_result_exposes_devices(const VpResult *result);

/* ---- the cache ---- */

/*
 * vp_result_get_n_stored:
 * Returns: how many entries were written to the cache.
 * Since: 0.2.0
 */
unsigned vp_result_get_n_stored(const VpResult *result);

/*
 * vp_result_get_cache_error:
 * Returns: (transfer none) (nullable): for people what kept the cache from being used or
 * written; the first of several. It has no influence on the choice. NULL: nothing did.
 * That root's cache cannot be read is none except in VP_CACHE_ONLY: see
 * vp_cache_place_count().
 * Since: 0.2.0
 */
const char *vp_result_get_cache_error(const VpResult *result);

/* ---- a candidate: what it is ---- */

/*
 * vp_candidate_get_name:
 * vp_candidate_get_manifest:
 * Returns: (transfer none) (nullable): the name of its file, and its path; bytes, which
 * need not be UTF-8. NULL for a binary that was given.
 * Since: 0.2.0
 */
const char *vp_candidate_get_name(const VpCandidate *candidate);
const char *vp_candidate_get_manifest(const VpCandidate *candidate);

/*
 * vp_candidate_get_type:
 * vp_candidate_get_description:
 * vp_candidate_get_binary:
 * Returns: (transfer none) (nullable): what the manifest says (M1); NULL where that is
 * not known. Of a binary that was given: the type that was asked for, or else the
 * one that it has printed; no description; its path.
 * Since: 0.2.0
 */
const char *vp_candidate_get_type(const VpCandidate *candidate);
const char *vp_candidate_get_description(const VpCandidate *candidate);
const char *vp_candidate_get_binary(const VpCandidate *candidate);

/*
 * vp_candidate_get_tags:
 * Returns: (transfer none): the tags of the manifest, for
 * people (M2).
 * Since: 0.2.0
 */
const char *const *vp_candidate_get_tags(const VpCandidate *candidate);

/* ---- a candidate: the judgement ---- */

/*
 * vp_candidate_get_verdict:
 * Returns: the judgement on it, never VP_VERDICT_PENDING.
 * Since: 0.2.0
 */
VpVerdict vp_candidate_get_verdict(const VpCandidate *candidate);

/*
 * vp_candidate_get_reason:
 * Returns: (transfer none): for people why it has this verdict, and what may help, in
 * 8 KiB at most. It quotes manifests and programs: see Texts in vhost-probe.h.
 * Since: 0.2.0
 */
const char *vp_candidate_get_reason(const VpCandidate *candidate);

/*
 * VpRemedy:
 * What a caller may change in its request, so that a program that failed in the sandbox
 * has what it lacks, or to find out what that is. Where the reason of a candidate names
 * an option of the program vhost-probe, this says the same to a program.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_REMEDY_NONE = 0,    /* nothing: it has no values */
	VP_REMEDY_EXPOSE = 1,  /* further paths, for vp_request_set_expose() */
	VP_REMEDY_WITHOUT = 2, /* further layers, for vp_request_set_without() */
	VP_REMEDY_JOBS = 3,    /* a number, for vp_request_set_jobs() */
	VP_REMEDY_LEVEL = 4,   /* a level's name, for vp_request_set_level() */
} VpRemedy;

/*
 * vp_remedy_name:
 * Returns: (transfer none) (nullable): the stable name, such as "expose". It is static,
 * and NULL for a number that is no remedy; remedies are numbered without gaps.
 * Since: 0.2.0
 */
const char *vp_remedy_name(VpRemedy remedy);

/*
 * vp_candidate_get_remedy:
 * @remedy: what might be changed
 *
 * Several values of one remedy are meant together. Since a setter replaces what it was
 * given before, it has to be given these and the earlier ones. Paths are bytes, which
 * need not be UTF-8.
 *
 * Paths come from what the program or its manifest says, which is hostile: to expose one
 * is for the caller's user to decide. So is to leave out layers.
 *
 * Returns: (transfer none): the values that may help, beside those that the request has;
 * none if nothing is known, or for a number that is no remedy.
 * Since: 0.2.0
 */
const char *const *vp_candidate_get_remedy(const VpCandidate *candidate, VpRemedy remedy);

/*
 * vp_candidate_get_masked_by:
 * Returns: (transfer none) (nullable): the path of the file that takes its place or hides
 * it (D3, D4), or of the configuration that disables it (D1); NULL: it is not masked.
 * Since: 0.2.0
 */
const char *vp_candidate_get_masked_by(const VpCandidate *candidate);

/*
 * vp_candidate_get_capabilities:
 * Returns: (transfer none) (nullable): what its program has printed (C1), even if its
 * type is another one than the manifest's; NULL: that is not known, or not valid.
 * Since: 0.2.0
 */
const VpCapabilities *vp_candidate_get_capabilities(const VpCandidate *candidate);

/*
 * vp_candidate_get_missing:
 * vp_candidate_get_excluded:
 * Returns: (transfer none): needed features that it lacks;
 * excluded ones that it has (C1). There are none unless it has answered.
 * Since: 0.2.0
 */
const char *const *vp_candidate_get_missing(const VpCandidate *candidate);
const char *const *vp_candidate_get_excluded(const VpCandidate *candidate);

/*
 * vp_candidate_get_probe:
 * Returns: (transfer none): how its program was run; of VP_PROBE_NONE if it was not.
 * Since: 0.2.0
 */
const VpProbe *vp_candidate_get_probe(const VpCandidate *candidate);

/*
 * vp_candidate_is_unknown:
 * Returns: whether it is undecided, so that nothing after it may be chosen: it could not
 * be run; or it failed, or lacks a feature, and something else may be the reason; or only
 * the cache may answer, and does not.
 * Since: 0.2.0
 */
bool vp_candidate_is_unknown(const VpCandidate *candidate);

/*
 * vp_candidate_is_in_doubt:
 * Returns: whether it failed in the sandbox, and nothing is known of the cause, which may
 * be the sandbox.
 * Since: 0.2.0
 */
bool vp_candidate_is_in_doubt(const VpCandidate *candidate);

/*
 * vp_candidate_open:
 * @error: VP_ERROR_GONE: there is no such program any more; VP_ERROR_REPLACED: it is
 * another one, or has changed; VP_ERROR_INVALID: the program was not checked, as that of
 * a candidate with an earlier verdict; VP_ERROR_SHORTAGE; VP_ERROR_FAILED: anything else
 *
 * Opens the program of a candidate, in most cases the selected one: the very file that
 * was checked and asked, or none. If vp_candidate_is_path_ours(), execute it by its path,
 * vp_candidate_get_binary(), at once; otherwise by execveat() with AT_EMPTY_PATH. For a
 * script that fails with ENOENT, since the descriptor is closed when the interpreter
 * begins: execute it by its path as well.
 *
 * Returns: a descriptor (O_PATH, close-on-exec), which the caller owns, or -1.
 * Since: 0.2.0
 */
int vp_candidate_open(const VpCandidate *candidate, GError **error);

/*
 * vp_candidate_is_path_ours:
 * Returns: whether nobody but root and the caller can change where its path leads, links
 * included. FALSE where that cannot be found out without waiting (network file systems).
 * Since: 0.2.0
 */
bool vp_candidate_is_path_ours(const VpCandidate *candidate);

/*
 * vp_capabilities_get_type:
 * vp_capabilities_get_features:
 * Returns: (transfer none): the type that the program says it is (T1, C1); its features
 * as printed, each once (C1, P5).
 * Since: 0.2.0
 */
const char *vp_capabilities_get_type(const VpCapabilities *capabilities);
const char *const *vp_capabilities_get_features(const VpCapabilities *capabilities);

/* ---- how a program was run (P1) ---- */

/*
 * vp_probe_get_source:
 * Returns: where the answer comes from. Of VP_PROBE_NONE nothing else is known, except
 * why an entry of the cache was not believed.
 * Since: 0.2.0
 */
VpProbeSource vp_probe_get_source(const VpProbe *probe);

/*
 * vp_probe_get_stale:
 * Returns: why an entry of the cache was not believed, so that the program was run, or
 * has no answer; VP_STALE_NONE: there was none, or it was not asked.
 * Since: 0.2.0
 */
VpStale vp_probe_get_stale(const VpProbe *probe);

/*
 * vp_probe_is_confirmed:
 * Returns: of a program that has run, whether the result is its own; FALSE: something
 * else may be the reason why it failed, or lacks a feature, and it was not run once more
 * by itself.
 * Since: 0.2.0
 */
bool vp_probe_is_confirmed(const VpProbe *probe);

/*
 * vp_probe_is_kept:
 * Returns: whether the answer came from the cache, or was written there by this call. In
 * VP_CACHE_REFRESH that is whether it is in the cache now.
 * Since: 0.2.0
 */
bool vp_probe_is_kept(const VpProbe *probe);

/*
 * vp_probe_get_age:
 * Returns: of VP_PROBE_CACHE, how long ago the program was run, in microseconds; -1: that
 * is not known. Of the others it is 0.
 * Since: 0.2.0
 */
int64_t vp_probe_get_age(const VpProbe *probe);

/*
 * vp_probe_get_level:
 * vp_probe_is_sandboxed:
 * vp_probe_get_duration:
 * Returns: the level of the sandbox in which it ran; whether any layer held at all, which
 * is possible at VP_LEVEL_NONE, too; how long it ran, in microseconds.
 * Since: 0.2.0
 */
VpLevel vp_probe_get_level(const VpProbe *probe);
bool vp_probe_is_sandboxed(const VpProbe *probe);
uint64_t vp_probe_get_duration(const VpProbe *probe);

/*
 * vp_probe_get_exit_status:
 * vp_probe_get_signal:
 * Returns: its exit status, from 0 to 255, or -1 if it did not exit; the number of the
 * signal that has killed it, or 0 if none has. A program that was killed for its time
 * limit or for too much output has neither.
 * Since: 0.2.0
 */
int vp_probe_get_exit_status(const VpProbe *probe);
int vp_probe_get_signal(const VpProbe *probe);

/*
 * vp_probe_get_stderr:
 * vp_probe_get_stdout:
 * Returns: (transfer none) (nullable): what it wrote, as UTF-8 and not escaped: beginning
 * and end where that is longer than 16 KiB, or on stdout 2 KiB. Of stdout "" if the
 * answer is of use. NULL: it was not run.
 * Since: 0.2.0
 */
const char *vp_probe_get_stderr(const VpProbe *probe);
const char *vp_probe_get_stdout(const VpProbe *probe);

#pragma GCC visibility pop

G_END_DECLS
