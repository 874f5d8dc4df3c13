// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: which vhost-user backend to use, and why.
 *
 * One call, vp_probe(), takes a request and returns a result that holds every file that
 * was seen, each with a verdict and a reason:
 *
 *   g_autoptr(GError) error = NULL;
 *   g_autoptr(VpRequest) request = vp_request_new();
 *   vp_request_set_type(request, "gpu");
 *   vp_request_set_from_environment(request);
 *   g_autoptr(VpResult) result = vp_probe(request, &error);
 *   const VpCandidate *selected = result ? vp_result_get_selected(result) : NULL;
 *   if (selected)
 *           puts(vp_candidate_get_binary(selected));
 *   else
 *           fputs(error ? error->message : "no gpu backend", stderr);
 *
 * The library reads no environment and no configuration unless it is told to by
 * vp_request_set_from_environment() and vp_request_load_config(). It logs nothing, never
 * exits, and leaves the process' signals, umask, working directory and children alone.
 *
 * Conventions. Strings are UTF-8, except paths and names of files, which are bytes; paths
 * that are given are absolute. Times are microseconds; -1 says that a time is unknown.
 * NULL may be given where (nullable) is said, for @error and each @ret_... that is not
 * wanted, and to functions that free; nowhere else. What a getter returns belongs to the
 * object that was asked, and lives as long as that, or as the next setter. Lists of
 * strings are NULL-terminated, and never NULL: there may be nothing in them. Other lists
 * have a length, and a getter of the element at an index from 0, which returns NULL
 * beyond the end. Names and numbers of all enumerations are stable; new values are added
 * at the end, so be prepared for numbers that you do not know. Every function that is
 * given a @error sets it, if it is not NULL, exactly where it returns NULL, FALSE or -1.
 * A getter without a comment returns what its setter was given, or what counts in its
 * place.
 *
 * Texts for people (reasons, hints, findings, messages of errors) are meant to be one
 * line. They quote names of files and words of programs as they are, which may hold
 * newlines, control characters, and bytes that are not UTF-8. Escape them before they go
 * to a log or a terminal.
 *
 * Threads. Nothing is shared between calls: any number may run at once, each in a thread
 * of its own. A request belongs to one thread at a time; a result does not change any
 * more, and may be read by several.
 *
 * Rule ids (D1, M2, ...) are those of docs/rules.md. All of this has been there since
 * 0.2. Further headers: vhost-probe-words.h has what a program that talks with people
 * needs besides, vhost-probe-check.h what packagers want to know, vhost-probe-cache.h the
 * cache.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/* ---- errors ---- */

/* What stops a call. What is wrong with one file or program never does: that is its
 * verdict. Messages say what is wrong and what to do; see Conventions. */
#define VP_ERROR (vp_error_quark())

typedef enum {
	VP_ERROR_FAILED = 0,   /* none of the others; see the message */
	VP_ERROR_INVALID = 1,  /* the request makes no sense */
	VP_ERROR_SHORTAGE = 2, /* memory, descriptors or processes are exhausted: the same
				  call may work later */
	VP_ERROR_HOST = 3,   /* what every call needs is not there, or is refused: /proc,
				the sandbox's program, a system call */
	VP_ERROR_CONFIG = 4, /* the configuration is not understood, or not trusted */
	VP_ERROR_CACHE = 5,  /* a directory of the cache cannot be used */
	VP_ERROR_GONE = 6,   /* the program does not exist any more */
	VP_ERROR_REPLACED = 7,  /* another program has taken its place */
	VP_ERROR_CANCELLED = 8, /* by vp_call_cancel() */
	VP_ERROR_DEADLINE = 9,  /* of the call: see vp_request_set_total_timeout() */
} VpError;

GQuark vp_error_quark(void);

/* ---- names of things: of each enumeration, by its number ----
 *
 * All of these return (transfer none) (nullable): NULL for a number that is none, so that
 * a loop from 0 on finds all of them.
 */

/* The judgement on a candidate: the first stage that fails decides. docs/rules.md has the
 * rule for each, and vp_verdict_about() says what it means. */
typedef enum {
	VP_VERDICT_PENDING = 0, /* not judged yet, never seen in a result */
	VP_VERDICT_SKIPPED_NAME = 1,
	VP_VERDICT_MASKED = 2,
	VP_VERDICT_MASK = 3,
	VP_VERDICT_UNREADABLE = 4,
	VP_VERDICT_BAD_MANIFEST = 5,
	VP_VERDICT_OTHER_TYPE = 6,
	VP_VERDICT_MISSING_BINARY = 7,
	VP_VERDICT_NOT_EXECUTABLE = 8,
	VP_VERDICT_UNTRUSTED = 9,
	VP_VERDICT_EXEC_FAILED = 10,
	VP_VERDICT_SANDBOX_UNAVAILABLE = 11,
	VP_VERDICT_NOT_CACHED = 12,
	VP_VERDICT_OUTPUT_LIMIT = 13,
	VP_VERDICT_TIMEOUT = 14,
	VP_VERDICT_POLICY_KILL = 15,
	VP_VERDICT_SIGNAL = 16,
	VP_VERDICT_EXIT_STATUS = 17,
	VP_VERDICT_NO_OUTPUT = 18,
	VP_VERDICT_BAD_JSON = 19,
	VP_VERDICT_BAD_CAPABILITIES = 20,
	VP_VERDICT_TYPE_MISMATCH = 21,
	VP_VERDICT_MISSING_FEATURES = 22,
	VP_VERDICT_EXCLUDED_FEATURES = 23,
	VP_VERDICT_NOT_NEEDED = 24,
	VP_VERDICT_MATCH = 25,
	VP_VERDICT_SELECTED = 26,
} VpVerdict;

/* Which stage of the way gives a verdict. */
typedef enum {
	VP_STAGE_NONE = 0,    /* none has yet */
	VP_STAGE_FILE = 1,    /* the manifest is judged */
	VP_STAGE_PROGRAM = 2, /* so is the program's file */
	VP_STAGE_UNKNOWN = 3, /* it would be run or looked up, but that cannot be done */
	VP_STAGE_RUN = 4,     /* it is run, or was */
	VP_STAGE_MATCH = 5,   /* its answer is compared with the request */
} VpStage;

const char *vp_verdict_name(VpVerdict verdict); /* such as "other-type" */
/* What it means, in a few words. */
const char *vp_verdict_about(VpVerdict verdict);
/* VP_STAGE_NONE for a number that is none. */
VpStage vp_verdict_stage(VpVerdict verdict);

/* Why an entry of the cache is not believed. Of several reasons the first that is seen
 * counts: what the entry says of itself before what it depends on. */
typedef enum {
	VP_STALE_NONE = 0, /* nothing differs, or there is no entry */
	VP_STALE_ENTRY = 1,
	VP_STALE_GENERATOR = 2,
	VP_STALE_BOOT_ID = 3,
	VP_STALE_PROFILE = 4,
	VP_STALE_LEVEL = 5,
	VP_STALE_TIMEOUT = 6,
	VP_STALE_AGE = 7,
	VP_STALE_PROGRAM = 8,
	VP_STALE_DIRECTORY = 9,
	VP_STALE_INTERPRETER = 10,
	VP_STALE_LD_SO_CACHE = 11,
	VP_STALE_DEVICES = 12,
	VP_STALE_DOUBTFUL = 13,
} VpStale;

const char *vp_stale_name(VpStale stale); /* such as "boot-id" */
/* What it means, in a few words. */
const char *vp_stale_about(VpStale stale);

/* How well a program is confined. Ordered: a higher level has all that a lower one has.
 */
typedef enum {
	VP_LEVEL_NONE = 0,    /* only a deadline and limits on output */
	VP_LEVEL_PARTIAL = 1, /* without namespaces */
	VP_LEVEL_FULL = 2,    /* namespaces and a private root */
} VpLevel;

const char *vp_level_name(VpLevel level); /* such as "full" */

/* A level is made of layers, such as "net" and "seccomp", which are known only by
 * their names: their number and order may change. By index. */
const char *vp_layer_name(gsize index);

/* How the cache is used. */
typedef enum {
	VP_CACHE_AUTO = 0,    /* believed where it can be, and filled */
	VP_CACHE_ONLY = 1,    /* nothing is run: what is not in it is not-cached */
	VP_CACHE_REFRESH = 2, /* everything is run, and written */
	VP_CACHE_OFF = 3,     /* neither read nor written */
} VpCacheMode;

const char *vp_cache_mode_name(VpCacheMode mode); /* such as "only" */

/* ---- request ---- */

typedef struct VpRequest VpRequest;
typedef struct VpConfig VpConfig;

/* Which candidates are run, and which are selected. */
typedef enum {
	VP_MODE_FIRST = 0,   /* as far as needed to choose the first match */
	VP_MODE_ALL = 1,     /* all of the type; every match is selected */
	VP_MODE_EXPLAIN = 2, /* all of the type; the first match is selected */
	VP_MODE_LIST = 3,    /* all of the type, or of every type; none is selected */
} VpMode;

#define VP_TIMEOUT_DEFAULT_US (5 * 1000 * 1000)
#define VP_TIMEOUT_MAX_US     (3600ull * 1000 * 1000)
#define VP_JOBS_DEFAULT       16
#define VP_JOBS_MAX           64

/*
 * vp_request_new:
 * Besides root, the process' effective user id of this moment is trusted. The directories
 * that an empty environment leads to (D1) are searched: those of the system. Root's
 * shared cache is read, and nothing is written. Level full of the sandbox is required.
 *
 * Returns: (transfer full): to be freed by vp_request_free().
 */
VpRequest *vp_request_new(void);
/* Returns: (transfer full). @user_data of a progress function is the same one. */
VpRequest *vp_request_copy(const VpRequest *request);
void vp_request_free(VpRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpRequest, vp_request_free)

/*
 * vp_request_set_from_environment:
 * Reads HOME, XDG_DATA_DIRS, XDG_CONFIG_HOME, XDG_RUNTIME_DIR and XDG_CACHE_HOME, which
 * decide what is searched (D1), the caller's own place of the cache, which from now on is
 * written, and the home directory. Where HOME is not set, the user database has it. A
 * process that is privileged (AT_SECURE) has no environment. What another setter has
 * said, or says later, takes precedence.
 */
void vp_request_set_from_environment(VpRequest *request);

/*
 * vp_request_load_config:
 * @path: (nullable): of the configuration, absolute; NULL: of this host's, the one that
 * the program reads
 * @error: VP_ERROR_CONFIG, VP_ERROR_SHORTAGE; VP_ERROR_INVALID: @path is relative
 *
 * Applies the administrator's configuration, in place of one that was loaded before: its
 * timeout and jobs where no setter says anything else, its exposed paths beside those of
 * the caller, and the manifests that it disables. A file that does not exist says
 * nothing.
 *
 * Returns: whether there is nothing wrong with it; else @request is as it was.
 */
bool vp_request_load_config(VpRequest *request, const char *path, GError **error);
/* Returns: (transfer none) (nullable): that configuration; NULL: there is none. */
const VpConfig *vp_request_get_config(const VpRequest *request);

/* VP_MODE_FIRST unless something else is said. */
void vp_request_set_mode(VpRequest *request, VpMode mode);
VpMode vp_request_get_mode(const VpRequest *request);

/* (nullable): the device type, such as "gpu" (T1). NULL: any, which VP_MODE_LIST may
 * have, and a request with a binary. */
void vp_request_set_type(VpRequest *request, const char *type);
const char *vp_request_get_type(const VpRequest *request);

/* (nullable): features that it must have, or must not have (C1); none is in both. */
void vp_request_set_need(VpRequest *request, const char *const *features);
const char *const *vp_request_get_need(const VpRequest *request);
void vp_request_set_exclude(VpRequest *request, const char *const *features);
const char *const *vp_request_get_exclude(const VpRequest *request);

/* (nullable): directories to search, absolute, general to specific; NULL: the usual ones
 * (D1). One that is named here, exists and cannot be read ends the work: see
 * vp_result_get_unreadable(). */
void vp_request_set_search(VpRequest *request, const char *const *dirs);
const char *const *vp_request_get_search(const VpRequest *request);
/* Whether these were named, and are not the usual ones. */
bool vp_request_search_is_named(const VpRequest *request);
/* Whether the usual ones include the per-user directory, which the environment leads to;
 * by default they do unless the process is root. */
void vp_request_set_search_user(VpRequest *request, bool search);

/* (nullable): an absolute path: this program is probed, and nothing is searched. */
void vp_request_set_binary(VpRequest *request, const char *binary);
const char *vp_request_get_binary(const VpRequest *request);

/* The lowest level of the sandbox that is accepted: below it nothing is run. */
void vp_request_set_level(VpRequest *request, VpLevel level);
VpLevel vp_request_get_level(const VpRequest *request);
/* (nullable): layers that are left out on purpose; neither they nor what is not available
 * without them are needed for the level then. Returns: FALSE with VP_ERROR_INVALID where
 * no layer has such a name. */
bool vp_request_set_without(
	VpRequest *request, const char *const *layers, GError **error);
const char *const *vp_request_get_without(const VpRequest *request);
/* (nullable): absolute paths that programs may read too. Device nodes among them, and
 * those that lie directly in one of them, can be opened as the programs' id could.
 * Returns: FALSE with VP_ERROR_INVALID where one does not exist, can never be exposed, or
 * lies on a file system that does not answer within the timeout of a program. */
bool vp_request_set_expose(VpRequest *request, const char *const *paths, GError **error);
/* The real paths of these, and of the configuration's. */
const char *const *vp_request_get_expose(const VpRequest *request);

/* Of one program, from its start to its last process' end; at most VP_TIMEOUT_MAX_US. 0:
 * as the configuration says, or VP_TIMEOUT_DEFAULT_US. */
void vp_request_set_timeout(VpRequest *request, uint64_t timeout_us);
uint64_t vp_request_get_timeout(const VpRequest *request);
/* Of the whole call, in microseconds: if not all is known by then, it fails with
 * VP_ERROR_DEADLINE, and nothing is left running. 0: as long as it takes. */
void vp_request_set_total_timeout(VpRequest *request, uint64_t total_timeout_us);
uint64_t vp_request_get_total_timeout(const VpRequest *request);
/* Programs at a time at most, up to VP_JOBS_MAX. 0: as the configuration says, or
 * VP_JOBS_DEFAULT. */
void vp_request_set_jobs(VpRequest *request, unsigned jobs);
unsigned vp_request_get_jobs(const VpRequest *request);

/* (nullable): the caller's home directory, absolute, which is never exposed whole. */
void vp_request_set_home(VpRequest *request, const char *home);
/* (nullable): the absolute path of the sandbox's program, vhost-probe-warden; NULL: the
 * one that was installed with the library. */
void vp_request_set_warden(VpRequest *request, const char *warden);

/* VP_CACHE_AUTO unless something else is said. */
void vp_request_set_cache(VpRequest *request, VpCacheMode mode);
VpCacheMode vp_request_get_cache(const VpRequest *request);
/* (nullable): an absolute path: only this directory is read and written. Its parent has
 * to exist. NULL: the usual ones, see vp_request_set_from_environment(). */
void vp_request_set_cache_dir(VpRequest *request, const char *dir);
/* Returns: (nullable): the one that is written; NULL: none is. */
const char *vp_request_get_cache_dir(const VpRequest *request);

/*
 * VpProgress:
 * @done, @total: programs that have ended, and all that are to run
 * @waiting: paths of those that have not ended, in order of precedence
 *
 * Called about 50 times a second while programs run, from within vp_probe().
 */
typedef void (*VpProgress)(
	gsize done, gsize total, const char *const *waiting, void *user_data);

/* (nullable): @user_data has to live until the call ends. */
void vp_request_set_progress(VpRequest *request, VpProgress progress, void *user_data);

/* ---- the call ---- */

typedef struct VpResult VpResult;
typedef struct VpSearchDir VpSearchDir;
typedef struct VpCandidate VpCandidate;
typedef struct VpCapabilities VpCapabilities;
typedef struct VpProbe VpProbe;

/*
 * vp_probe:
 * @request: copied; with a type or a binary, except in VP_MODE_LIST
 * @error: VP_ERROR_INVALID, VP_ERROR_SHORTAGE, VP_ERROR_HOST or VP_ERROR_DEADLINE
 *
 * Does all that @request asks for, and returns when it is done. A caller that has other
 * things to do meanwhile takes vhost-probe-call.h.
 *
 * Returns: (transfer full): to be freed by vp_result_free(), or NULL.
 */
VpResult *vp_probe(const VpRequest *request, GError **error);

/* @result: (nullable): with all that its getters have returned */
void vp_result_free(VpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpResult, vp_result_free)

/* ---- result ---- */

/* What was asked for: a copy, without the progress function. */
const VpRequest *vp_result_get_request(const VpResult *result);

/* Returns: (transfer none) (nullable): the first candidate that is selected. */
const VpCandidate *vp_result_get_selected(const VpResult *result);
/* Every file that was seen, in order of precedence (D2): by name, and within a name the
 * most specific first. */
gsize vp_result_get_n_candidates(const VpResult *result);
const VpCandidate *vp_result_get_candidate(const VpResult *result, gsize index);
/* Whether nothing may be chosen, because an earlier candidate is undecided: it could
 * not be run, its failure is not confirmed, or it is not in the cache where only
 * that may answer. */
bool vp_result_is_blocked(const VpResult *result);

/* The directories, as searched (D1). */
gsize vp_result_get_n_search_dirs(const VpResult *result);
const VpSearchDir *vp_result_get_search_dir(const VpResult *result, gsize index);
/* Returns: (transfer none) (nullable): one that was named and cannot be read, so that
 * nothing was done. */
const VpSearchDir *vp_result_get_unreadable(const VpResult *result);

/* Whether anything was to be run: only then is there something to say about the sandbox.
 */
bool vp_result_has_run(const VpResult *result);
/* Whether what is available of the sandbox is what the request wants; if not, nothing was
 * run. */
bool vp_result_is_level_met(const VpResult *result);
/* The level that was achieved. Layers that were left out on purpose lower it. */
VpLevel vp_result_get_level(const VpResult *result);
/* Names of layers that hold; of those that do not, although they were tried or were left
 * out on purpose. */
const char *const *vp_result_get_held_layers(const VpResult *result);
const char *const *vp_result_get_missing_layers(const VpResult *result);
/* Of a layer that is missing: the errno of the attempt, 0 if it was left out; and what to
 * do about it, for people. Returns: (transfer none) (nullable): NULL: it is not missing.
 */
int vp_result_get_missing_errno(const VpResult *result, const char *layer);
const char *vp_result_get_missing_hint(const VpResult *result, const char *layer);
/* Of the running kernel; 0: none. */
int vp_result_get_landlock_abi(const VpResult *result);
/* Whether programs could open some of the host's devices. */
bool vp_result_exposes_devices(const VpResult *result);

/* Entries that were written to the cache. */
unsigned vp_result_get_n_stored(const VpResult *result);
/* Returns: (nullable): why not all that could be was written. */
const char *vp_result_get_cache_error(const VpResult *result);

/* As it was searched, and whether there is such a directory. */
const char *vp_search_dir_get_path(const VpSearchDir *dir);
bool vp_search_dir_is_found(const VpSearchDir *dir);
/* How many files are in it, whatever they are. */
unsigned vp_search_dir_get_n_files(const VpSearchDir *dir);
/* Returns: (nullable): why it exists but was not read. */
const char *vp_search_dir_get_error(const VpSearchDir *dir);

/* ---- candidate ---- */

/* (nullable): the name and the path of its file; NULL for a binary that was given. */
const char *vp_candidate_get_name(const VpCandidate *candidate);
const char *vp_candidate_get_manifest(const VpCandidate *candidate);
/* (nullable): as the manifest has them (M1, M2); NULL where it could not be read. */
const char *vp_candidate_get_type(const VpCandidate *candidate);
const char *vp_candidate_get_description(const VpCandidate *candidate);
const char *vp_candidate_get_binary(const VpCandidate *candidate);
const char *const *vp_candidate_get_tags(const VpCandidate *candidate);

/* The judgement on it; in a result it is never VP_VERDICT_PENDING. */
VpVerdict vp_candidate_get_verdict(const VpCandidate *candidate);
/* A text for people (see Conventions), of 8 KiB at most. */
const char *vp_candidate_get_reason(const VpCandidate *candidate);
/* (nullable): the path of the file that took its place or disables it (D3, D4). */
const char *vp_candidate_get_masked_by(const VpCandidate *candidate);
/* (nullable): what its program printed, where that is valid (C1). */
const VpCapabilities *vp_candidate_get_capabilities(const VpCandidate *candidate);
/* Needed features that it lacks; unwanted ones that it has. */
const char *const *vp_candidate_get_missing(const VpCandidate *candidate);
const char *const *vp_candidate_get_excluded(const VpCandidate *candidate);
/* (not nullable): how it was run, if it was. */
const VpProbe *vp_candidate_get_probe(const VpCandidate *candidate);

/* Whether nobody knows what its program would say: it could not be run, or failed or
 * lacks something and may not be to blame, or is not in the cache where only that may
 * answer.
 */
bool vp_candidate_is_unknown(const VpCandidate *candidate);
/* Whether it failed in the sandbox, and nothing is known of the cause. */
bool vp_candidate_is_in_doubt(const VpCandidate *candidate);

/*
 * vp_candidate_open:
 * @error: VP_ERROR_GONE, VP_ERROR_REPLACED, VP_ERROR_SHORTAGE; VP_ERROR_INVALID: its
 * program was not checked
 *
 * Opens the program of a selected candidate: the file that was checked and asked, or
 * none. Execute it by execveat() with AT_EMPTY_PATH. For a script that fails with ENOENT:
 * execute it by its path, vp_candidate_get_binary(), at once.
 *
 * Returns: a descriptor (O_PATH, close-on-exec), which the caller owns, or -1.
 */
int vp_candidate_open(const VpCandidate *candidate, GError **error);

/* The type that the program says it is. */
const char *vp_capabilities_get_type(const VpCapabilities *capabilities);
/* As printed, without duplicates. */
const char *const *vp_capabilities_get_features(const VpCapabilities *capabilities);

/* ---- how a program was run ---- */

typedef enum {
	VP_PROBE_NONE = 0,  /* it was not run */
	VP_PROBE_RUN = 1,   /* during this call */
	VP_PROBE_CACHE = 2, /* earlier: the cache knew the result */
} VpProbeSource;

const char *vp_probe_source_name(VpProbeSource source); /* such as "cache" */

/* Where the answer comes from. */
VpProbeSource vp_probe_get_source(const VpProbe *probe);
/* Why an entry of the cache was not believed, if there was one. */
VpStale vp_probe_get_stale(const VpProbe *probe);
/* FALSE: something else may be the reason why it failed, or lacks a feature, and it was
 * not run once more by itself. */
bool vp_probe_is_confirmed(const VpProbe *probe);
/* Whether what it said is in the cache now. Known in VP_CACHE_REFRESH. */
bool vp_probe_is_kept(const VpProbe *probe);
/* Of an answer from the cache: how long ago it was run, in microseconds; -1: unknown. */
int64_t vp_probe_get_age(const VpProbe *probe);
/* How it ran: the level, and whether any layer held at all. */
VpLevel vp_probe_get_level(const VpProbe *probe);
bool vp_probe_is_sandboxed(const VpProbe *probe);
uint64_t vp_probe_get_duration(const VpProbe *probe); /* microseconds */
int vp_probe_get_exit_status(const VpProbe *probe);   /* -1: none */
int vp_probe_get_signal(const VpProbe *probe);        /* 0: none */
/* (nullable): what it wrote: beginning and end, where that is long. Of stdout, "" if the
 * answer is of use. */
const char *vp_probe_get_stderr(const VpProbe *probe);
const char *vp_probe_get_stdout(const VpProbe *probe);

#pragma GCC visibility pop

G_END_DECLS
