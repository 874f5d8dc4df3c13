// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which vhost-user backend to use, and why.
 *
 * One call, vp_probe(), takes a request and returns a result that holds every file that
 * was seen, each with a verdict and a reason. Nothing is logged, no environment variable
 * is read, no state of the process is changed.
 *
 *   VpRequest request = VP_REQUEST_INIT;
 *   request.type = "gpu";
 *   request.need = (const char *const[]){"virgl", NULL};
 *   request.search = search;            // see vp_default_search()
 *   g_autoptr(VpResult) result = vp_probe(&request, &error);
 *   if (result && result->selected)
 *           puts(result->selected->binary);
 *
 * Rule ids (D1, M2, ...) are those of docs/rules.md.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <glib.h>

#include "sandbox/sandbox.h"

G_BEGIN_DECLS

/* ---- types and features: one table, vp_device_types() ---- */

/* What people ask next, where a type is not as the others are. */
typedef struct {
	const char *absent; /* where nothing announces the type */
	const char *unsaid; /* what its programs leave open, whatever they print */
} VpDeviceNotes;

typedef struct {
	const char *name;
	const char *const *
		features; /* NULL-terminated: those that the schema names; may be empty */
	const char *about;
	const char
		*devices; /* directory of those of the host that backends use, or NULL */
	bool in_schema;   /* else QEMU or known backends have it */
	const char *const *aliases; /* NULL-terminated, what it is called too; or NULL */
	const VpDeviceNotes *notes; /* or NULL */
} VpDeviceType;

/* Returns: (transfer none): the types of the schema (T1, C1) and others that are in use,
 * by name, ended by one without a name. Any other is treated alike, but cannot be hinted
 * at. */
const VpDeviceType *vp_device_types(void);

/*
 * vp_device_type_meant:
 * @word: what somebody calls it: "virtiofs", "vhost-user-blk", " GPU "
 *
 * Returns: (transfer none) (nullable): the type that is meant by it for certain.
 */
const VpDeviceType *vp_device_type_meant(const char *word);

/* ---- verdicts: one table ---- */

/* Which stage of the way gives a verdict. */
typedef enum {
	VP_STAGE_NONE,    /* none has yet */
	VP_STAGE_FILE,    /* the manifest is judged */
	VP_STAGE_PROGRAM, /* so is the program's file */
	VP_STAGE_UNKNOWN, /* it would be run or looked up, but that cannot be done */
	VP_STAGE_RUN,     /* it is run, or was */
	VP_STAGE_MATCH,   /* its answer is compared with the request */
} VpStage;

/* What became of a candidate: VP_VERDICT_..., the stable name, which stage gives it, what
 * it means in a few words. The first stage that fails decides. */
/* clang-format off */
#define VP_VERDICTS(ROW) \
	ROW(PENDING, "pending", NONE, "not judged yet, never seen in a result") \
	ROW(SKIPPED_NAME, "skipped-name", FILE, "not *.json, or a dot file") \
	ROW(MASKED, "masked", FILE, "another file took its place, or it is disabled") \
	ROW(MASK, "mask", FILE, "an empty file or a link to /dev/null: hides others") \
	ROW(UNREADABLE, "unreadable", FILE, "the file cannot be read") \
	ROW(BAD_MANIFEST, "bad-manifest", FILE, "the file is not a valid manifest") \
	ROW(OTHER_TYPE, "other-type", FILE, "a backend of another type") \
	ROW(MISSING_BINARY, "missing-binary", PROGRAM, "the program does not exist") \
	ROW(NOT_EXECUTABLE, "not-executable", PROGRAM, "the program cannot be executed") \
	ROW(UNTRUSTED, "untrusted", PROGRAM, "others could have written the file or program") \
	ROW(EXEC_FAILED, "exec-failed", RUN, "the program could not be started") \
	ROW(SANDBOX_UNAVAILABLE, "sandbox-unavailable", UNKNOWN, "there is no safe way to run it") \
	ROW(NOT_CACHED, "not-cached", UNKNOWN, "the cache alone may answer, and does not") \
	ROW(OUTPUT_LIMIT, "output-limit", RUN, "printed too much") \
	ROW(TIMEOUT, "timeout", RUN, "did not end in time") \
	ROW(POLICY_KILL, "policy-kill", RUN, "killed by the system call filter") \
	ROW(SIGNAL, "signal", RUN, "killed by a signal") \
	ROW(EXIT_STATUS, "exit-status", RUN, "exited with a status other than 0") \
	ROW(NO_OUTPUT, "no-output", RUN, "printed nothing on stdout") \
	ROW(BAD_JSON, "bad-json", RUN, "printed something that is not one JSON object") \
	ROW(BAD_CAPABILITIES, "bad-capabilities", RUN, "printed JSON that breaks the schema") \
	ROW(TYPE_MISMATCH, "type-mismatch", RUN, "is of another type than it is announced") \
	ROW(MISSING_FEATURES, "missing-features", MATCH, "lacks a needed feature") \
	ROW(EXCLUDED_FEATURES, "excluded-features", MATCH, "has an unwanted feature") \
	ROW(NOT_NEEDED, "not-needed", MATCH, "an earlier one was chosen") \
	ROW(MATCH, "match", MATCH, "works and has what is needed") \
	ROW(SELECTED, "selected", MATCH, "chosen")
/* clang-format on */

typedef enum {
#define VP_ROW(constant, name, stage, about) VP_VERDICT_##constant,
	VP_VERDICTS(VP_ROW)
#undef VP_ROW
} VpVerdict;

const char *vp_verdict_name(VpVerdict verdict);
VpStage vp_verdict_stage(VpVerdict verdict);
/* Returns: what the verdict means, in a few words. */
const char *vp_verdict_about(VpVerdict verdict);

/* ---- why an entry of the cache is not believed: one table ---- */

/* VP_STALE_..., the stable name, what it means in a few words. Of several the first that
 * is seen counts: what the entry says of itself before what it depends on. */
/* clang-format off */
#define VP_STALE_REASONS(ROW) \
	ROW(NONE, "none", "nothing differs, or there is no entry") \
	ROW(ENTRY, "entry", "the cached answer is torn, foreign or not to be trusted") \
	ROW(GENERATOR, "generator", "the cached answer is another version's") \
	ROW(BOOT_ID, "boot-id", "the cached answer is from another boot") \
	ROW(PROFILE, "profile", "the cached answer is for other layers or exposed paths") \
	ROW(LEVEL, "level", "the cached answer is from a lower level of the sandbox") \
	ROW(TIMEOUT, "timeout", "the program had less time then") \
	ROW(AGE, "age", "the cached answer is too old") \
	ROW(PROGRAM, "program", "the program has changed") \
	ROW(DIRECTORY, "directory", "the program's directory has changed") \
	ROW(INTERPRETER, "interpreter", "the script's interpreter has changed") \
	ROW(LD_SO_CACHE, "ld-so-cache", "libraries have changed") \
	ROW(DEVICES, "devices", "an exposed device, who may open it, or a driver has changed") \
	ROW(DOUBTFUL, "doubtful", "the cached answer was from a run beside others, or under a limit")
/* clang-format on */

typedef enum {
#define VP_ROW(constant, name, about) VP_STALE_##constant,
	VP_STALE_REASONS(VP_ROW)
#undef VP_ROW
} VpStale;

const char *vp_stale_name(VpStale stale);
/* Returns: what it means, in a few words. */
const char *vp_stale_about(VpStale stale);

/* ---- request ---- */

/* Which candidates are run. */
typedef enum {
	VP_MODE_FIRST,   /* as far as needed to choose the first match */
	VP_MODE_ALL,     /* all of the type; every match is selected */
	VP_MODE_EXPLAIN, /* all of the type; the first match is selected */
	VP_MODE_LIST,    /* all of the type, or of every type; none is selected */
} VpMode;

/* How the cache is used. */
typedef enum {
	VP_CACHE_AUTO,    /* believed where it can be, and filled */
	VP_CACHE_ONLY,    /* nothing is run: what is not in it is not-cached */
	VP_CACHE_REFRESH, /* everything is run, and written */
	VP_CACHE_OFF,
} VpCacheMode;

const char *vp_cache_mode_name(VpCacheMode mode);

/* The administrator's configuration, see vp_config_load(). */
typedef struct {
	char *path;
	/* What it says; 0: nothing. */
	uint64_t timeout_us;
	unsigned jobs;
	/* All NULL-terminated: the paths as they are written; the real paths of those
	 * that are shown; "PATH: WHY" of those that are not. */
	char **expose, **exposed, **not_exposed;
	/* Globs of the names of manifests that are left out, wherever they lie. */
	char **disable;
} VpConfig;

/* All pointers stay the caller's and must live as long as the result. */
typedef struct {
	VpMode mode;
	/* Or NULL: any, which LIST may have, and a request with a binary. */
	const char *type;
	/* Features; NULL-terminated, or NULL. */
	const char *const *need, *const *exclude;
	/* Directories, general to specific; NULL-terminated. See vp_default_search(). */
	const char *const *search;
	/* One of them that exists and cannot be read ends the work. */
	bool search_must_be_readable;
	/* An absolute path: probe this program, search nothing. Or NULL. */
	const char *binary;
	/* Effective ids of the process: who, beside root, is trusted. */
	uid_t uid;
	gid_t gid;
	/* The least that is accepted; see SandboxPolicy for this and what follows. */
	SandboxLevel sandbox;
	uint32_t without;
	uint64_t timeout_us;
	/* Of the whole call: what is not known by then is an error. 0: as long as it
	 * takes. */
	uint64_t total_timeout_us;
	unsigned jobs;
	const char *const *expose;
	/* What holds on this host: manifests that it disables are masked. Or NULL. See
	 * vp_config_apply(). */
	const VpConfig *config;
	const char *home;
	const char *warden;
	VpCacheMode cache;
	/* The caller's own directory, read and written; root's, read only. Or NULL. See
	 * vp_cache_places(). */
	const char *cache_dir, *shared_cache_dir;
	/* Somebody has named it, and may have mistyped it: its parent has to exist. */
	bool cache_dir_is_named;
	/* Called about 50 times a second while programs run, with the paths of those that
	 * have not ended, in order of precedence, NULL-terminated; or NULL. */
	void (*progress)(
		size_t done, size_t total, const char *const *waiting, void *user_data);
	void *progress_data;
} VpRequest;

#define VP_TIMEOUT_DEFAULT_US (5 * 1000 * 1000)
#define VP_TIMEOUT_MAX_US     (3600ull * 1000 * 1000)
#define VP_JOBS_DEFAULT       16
#define VP_JOBS_MAX           64

/* uid and gid are the caller's to fill in. */
#define VP_REQUEST_INIT                                                             \
	{                                                                           \
		.sandbox = SANDBOX_LEVEL_FULL, .timeout_us = VP_TIMEOUT_DEFAULT_US, \
		.jobs = VP_JOBS_DEFAULT                                             \
	}

/* ---- values of a request, as people write them ---- */

/* Seconds, fractions allowed, above 0. Returns: whether @text is that. */
bool vp_parse_timeout(const char *text, uint64_t *ret_us);

bool vp_parse_jobs(const char *text, unsigned *ret_jobs);

/* Returns: (nullable): why a request may not expose this one, for people. */
const char *vp_why_unexposable(const char *real_path);

/* ---- the administrator's configuration ---- */

/*
 * vp_config_load:
 * @path: of a key file with one group, [vhost-probe]
 * @uid, @gid: effective ids of the process: it is trusted as a manifest is
 * @ret_config: (transfer full) (nullable): to be freed by vp_config_free(); NULL: there
 * is no such file
 * @error: G_KEY_FILE_ERROR: the file is to blame, which the message names; G_FILE_ERROR:
 * descriptors or memory are lacking
 *
 * Returns: whether there is nothing wrong with it.
 */
bool vp_config_load(
	const char *path, uid_t uid, gid_t gid, VpConfig **ret_config, GError **error);
void vp_config_free(VpConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpConfig, vp_config_free)

/* Lets @request begin with what @config says, which has to live as long: the caller's own
 * timeout, jobs and further exposed paths come behind it. */
void vp_config_apply(const VpConfig *config, VpRequest *request);

/* Returns: (transfer none) (nullable): the glob by which the manifest called @name is
 * left out. */
const char *vp_config_disabling(const VpConfig *config, const char *name);

/* What decides the search path (D1). NULL: unset. */
typedef struct {
	const char *xdg_data_dirs;
	const char *xdg_config_home;
	const char *home;
	bool user; /* search the per-user directory */
	/* Where a distribution puts manifests besides: the directory itself. */
	const char *extra_dir;
} VpSearchEnvironment;

/*
 * vp_default_search:
 * Returns: (transfer full): the directories to search (D1), general to specific, to be
 * freed by g_strfreev(). None is checked for existence.
 */
char **vp_default_search(const VpSearchEnvironment *environment);

/* ---- where the cache's entries lie ---- */

/* Root's: written by root alone, readable by all. */
#define VP_SHARED_CACHE_DIR "/run/vhost-probe"
/* Root's, before it moved to /run. */
#define VP_FORMER_CACHE_DIR "/var/cache/vhost-probe"

typedef enum {
	VP_PLACE_OWN,    /* the caller's, read and written */
	VP_PLACE_SHARED, /* root's, read by all others */
	VP_PLACE_OTHER,  /* the caller's in another environment: not used now */
	VP_PLACE_FORMER, /* an earlier version's: not used any more */
} VpPlaceUse;

/* Returns: its stable name. */
const char *vp_place_use_name(VpPlaceUse use);

typedef struct {
	VpPlaceUse use;
	char *dir;
} VpCachePlace;

/* What of the environment decides it. NULL: unset. */
typedef struct {
	const char *xdg_runtime_dir; /* counts if it is @uid's, and closed to others */
	const char *xdg_cache_home;
	const char *home;
	const char *dir; /* use this one and no other; or NULL */
	uid_t uid;
} VpCacheEnvironment;

/*
 * vp_cache_places:
 * Returns: (transfer full): of VpCachePlace *, to be freed by g_ptr_array_unref(). There
 * may be none that is the caller's own. Except for the runtime directory, none is checked
 * for existence.
 */
GPtrArray *vp_cache_places(const VpCacheEnvironment *environment);

/* Returns: (transfer none) (nullable): the first directory of this use. */
const char *vp_cache_place(const GPtrArray *places, VpPlaceUse use);

/* ---- result ---- */

typedef struct {
	char *type;
	char **features; /* NULL-terminated; as printed, without duplicates */
} VpCapabilities;

typedef enum {
	VP_PROBE_NONE, /* was not run */
	VP_PROBE_RUN,
	VP_PROBE_CACHE, /* was run earlier */
} VpProbeSource;

typedef struct {
	VpProbeSource source;
	VpStale stale; /* why there was an entry that was not believed */
	/* FALSE: something else may be the reason why it failed, or lacks a feature, and
	 * it was not run once more by itself. */
	bool confirmed;
	bool kept;     /* what it said is in the cache now */
	gint64 age_us; /* of what the cache knew: how long ago it was run; -1: unknown */
	SandboxLevel level;
	uint32_t held; /* bits of SANDBOX_LAYER_BIT: the layers in which it ran */
	uint64_t duration_us;
	int exit_status; /* -1: none */
	int signal;      /* 0: none */
	/* What it wrote there: beginning and end, where that is long. Valid UTF-8. */
	char *stderr_text;
	char *stdout_text; /* "" if the answer is of use */
} VpProbe;

typedef struct {
	char *name;        /* of the file; NULL for a binary that was given */
	char *manifest;    /* its path; NULL likewise */
	char *type;        /* of the manifest, or NULL */
	char *description; /* or NULL */
	char *binary;      /* or NULL */
	char **tags;       /* or NULL (M2: for people) */
	VpVerdict verdict;
	char *reason;    /* for people, one line, not escaped */
	char *masked_by; /* path of the file that took its place, or disables it; or NULL
			  */
	VpCapabilities *capabilities; /* or NULL */
	char **missing;               /* needed features that it lacks, or NULL */
	char **excluded;              /* unwanted features that it has, or NULL */
	VpProbe probe;
	/* for the library */
	char *real_path;
	SandboxFile program;
	bool in_doubt; /* it failed in the sandbox, and nothing is known of the cause */
} VpCandidate;

typedef struct {
	char *dir;
	bool found;
	guint n_files; /* in it, whatever they are */
	char *error;   /* why it exists but was not read, or NULL */
} VpSearchDir;

typedef struct {
	const VpRequest *request;
	/* Of VpSearchDir *, as searched. */
	GPtrArray *search;
	/* One that must be readable and is not: nothing was done. Or NULL. */
	const VpSearchDir *unreadable;
	/* Of VpCandidate *, in order of precedence (D2): by name, and within a name the
	 * most specific first. */
	GPtrArray *candidates;
	/* The first one, or NULL. */
	const VpCandidate *selected;
	/* An earlier candidate could not be run, its failure is not confirmed, or it is
	 * not in the cache that alone may answer: nothing may be chosen. */
	bool blocked;
	/* Whether anything was to be run: only then is the report filled in. */
	bool ran;
	SandboxReport sandbox;
	bool exposes_devices; /* programs can open some of the host's */
	guint n_stored;       /* entries written to the cache */
	GHashTable *stored;   /* their names; or NULL */
	char *cache_error;    /* why not all that could be was written, or NULL */
} VpResult;

/*
 * vp_probe:
 * Does all that @request asks for.
 *
 * Returns: (transfer full): to be freed by vp_result_free(), or NULL with @error of
 * G_FILE_ERROR: memory, descriptors or processes are exhausted; or VP_ERROR_DEADLINE. For
 * a caller that has other things to do meanwhile see vhost-probe-call.h.
 */
VpResult *vp_probe(const VpRequest *request, GError **error);

void vp_result_free(VpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpResult, vp_result_free)

/* Whether nobody knows what its program would say: it could not be run, or failed or
 * lacks something and may not be to blame, or is not in the cache that alone may answer.
 */
bool vp_candidate_is_unknown(const VpCandidate *candidate);

/* Opens the program of a selected candidate: the file that was checked and asked, or
 * none. Execute it by execveat() with AT_EMPTY_PATH. A script says ENOENT to that, and
 * has to be executed by its path (binary) at once. Returns: a descriptor (O_PATH,
 * close-on-exec), or -1 with @error of G_FILE_ERROR: it is gone (NOENT, NOTDIR), is
 * another one by now, or something of ours is lacking. */
int vp_candidate_open(const VpCandidate *candidate, GError **error);

/*
 * vp_result_hint:
 * Returns: (transfer full) (nullable): what may have been meant, if a type that nothing
 * announces or a feature that nothing has and the schema does not know was asked for.
 */
char *vp_result_hint(const VpResult *result);

/* ---- the cache as such ---- */

/* One entry; see VpProbe for what came of the run. */
typedef struct {
	char *dir, *file;
	char *program; /* its real path; NULL if the entry is not readable */
	char *profile; /* what was left out and exposed */
	char *outcome; /* for people */
	VpProbe probe; /* source: cache; stale: what differs now */
	gint64 age_s;  /* -1: unknown */
} VpCacheEntry;

/*
 * vp_cache_list:
 * @dir: a cache directory
 * @uid: on whose behalf it is judged
 * @error: G_FILE_ERROR: it exists, but cannot be read or is not trusted
 *
 * Returns: (transfer full): of VpCacheEntry *, by program, to be freed by
 * g_ptr_array_unref(); empty if there is no such directory. NULL on failure.
 */
GPtrArray *vp_cache_list(const char *dir, uid_t uid, GError **error);

/*
 * vp_cache_count:
 * @dir, @uid, @error: as for vp_cache_list()
 * @ret_count: how many entries there are, 0 if there is no such directory
 *
 * Returns: whether that is known. No entry is looked at.
 */
bool vp_cache_count(const char *dir, uid_t uid, guint *ret_count, GError **error);

/*
 * vp_cache_remove:
 * @dir, @uid, @error: as for vp_cache_list()
 * @refreshed: NULL: all entries go, even such as somebody is about to replace; else those
 * of another boot or version, or torn. What that call has written is not read again
 * @ret_count: how many were removed
 *
 * Returns: whether all of them could be.
 */
bool vp_cache_remove(const char *dir, uid_t uid, const VpResult *refreshed,
	guint *ret_count, GError **error);

/* As vp_cache_remove() of all entries, and away with the lock and, if it is empty then,
 * the directory. For a place that is not used any more. One that is a link, or anything
 * else but a directory, is left alone. */
bool vp_cache_remove_place(const char *dir, uid_t uid, guint *ret_count, GError **error);

G_END_DECLS
