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

typedef struct {
	const char *name;
	const char *const *
		features; /* NULL-terminated: those that the schema names; may be empty */
	const char *about;
} VpDeviceType;

/* Returns: (transfer none): the types of the schema (T1, C1), ended by one without a
 * name. Others are treated alike, but cannot be hinted at. */
const VpDeviceType *vp_device_types(void);

/* ---- verdicts: one table ---- */

/* What became of a candidate. The first stage that fails decides; the order is that of
 * the stages. Names are stable: vp_verdict_name(). */
typedef enum {
	VP_VERDICT_PENDING, /* never seen in a result */
	/* the file */
	VP_VERDICT_SKIPPED_NAME,
	VP_VERDICT_MASKED,
	VP_VERDICT_MASK,
	VP_VERDICT_UNREADABLE,
	VP_VERDICT_BAD_MANIFEST,
	VP_VERDICT_OTHER_TYPE,
	/* the program; UNTRUSTED also of the file */
	VP_VERDICT_MISSING_BINARY,
	VP_VERDICT_NOT_EXECUTABLE,
	VP_VERDICT_UNTRUSTED,
	VP_VERDICT_EXEC_FAILED,
	VP_VERDICT_SANDBOX_UNAVAILABLE,
	/* the run */
	VP_VERDICT_OUTPUT_LIMIT,
	VP_VERDICT_TIMEOUT,
	VP_VERDICT_POLICY_KILL,
	VP_VERDICT_SIGNAL,
	VP_VERDICT_EXIT_STATUS,
	VP_VERDICT_NO_OUTPUT,
	VP_VERDICT_BAD_JSON,
	VP_VERDICT_BAD_CAPABILITIES,
	VP_VERDICT_TYPE_MISMATCH,
	/* the match */
	VP_VERDICT_MISSING_FEATURES,
	VP_VERDICT_EXCLUDED_FEATURES,
	VP_VERDICT_NOT_NEEDED,
	VP_VERDICT_MATCH,
	VP_VERDICT_SELECTED,
	VP_N_VERDICTS
} VpVerdict;

const char *vp_verdict_name(VpVerdict verdict);
/* Returns: what the verdict means, in a few words. */
const char *vp_verdict_about(VpVerdict verdict);

/* ---- request ---- */

/* Which candidates are run. */
typedef enum {
	VP_MODE_FIRST,   /* as far as needed to choose the first match */
	VP_MODE_ALL,     /* all of the type; every match is selected */
	VP_MODE_EXPLAIN, /* all of the type; the first match is selected */
	VP_MODE_LIST,    /* all of the type, or of every type; none is selected */
} VpMode;

/* All pointers stay the caller's and must live as long as the result. */
typedef struct {
	VpMode mode;
	const char *type;           /* or NULL: any (LIST, or with a binary) */
	const char *const *need;    /* NULL-terminated, or NULL */
	const char *const *exclude; /* NULL-terminated, or NULL */
	const char *const *search;  /* NULL-terminated directories, general to specific */
	bool search_must_be_readable; /* a directory that exists and cannot be read is an
					 error */
	const char
		*binary; /* absolute path: probe this program, search nothing; or NULL */
	uid_t uid;       /* effective ids of the process: who must be trusted */
	gid_t gid;
	const char *home; /* for the sandbox: never shown whole; or NULL */
	SandboxLevel sandbox;
	uint64_t timeout_us; /* a program, killing included */
	unsigned jobs;
	const char *const *expose; /* NULL-terminated real paths, or NULL */
	/* Called about 50 times a second while programs run; or NULL. */
	void (*progress)(size_t done, size_t total, void *user_data);
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

/* What of the environment decides the search path (D1). NULL: unset. */
typedef struct {
	const char *xdg_data_dirs;
	const char *xdg_config_home;
	const char *home;
	bool user; /* search the per-user directory */
} VpSearchEnvironment;

/*
 * vp_default_search:
 * Returns: (transfer full): the directories to search (D1), general to specific, to be
 * freed by g_strfreev(). None is checked for existence.
 */
char **vp_default_search(const VpSearchEnvironment *environment);

/* ---- result ---- */

typedef struct {
	char *type;
	char **features; /* NULL-terminated; as printed, without duplicates */
} VpCapabilities;

typedef enum {
	VP_PROBE_NONE, /* was not run */
	VP_PROBE_RUN,
} VpProbeSource;

typedef struct {
	VpProbeSource source;
	SandboxLevel level;
	uint64_t duration_us;
	int exit_status;   /* -1: none */
	int signal;        /* 0: none */
	char *stderr_tail; /* valid UTF-8 */
} VpProbe;

typedef struct {
	char *name;        /* of the file; NULL for a binary that was given */
	char *manifest;    /* its path; NULL likewise */
	char *type;        /* of the manifest, or NULL */
	char *description; /* or NULL */
	char *binary;      /* or NULL */
	char **tags;       /* or NULL (M2: for people) */
	VpVerdict verdict;
	char *reason;                 /* for people, one line, not escaped */
	char *masked_by;              /* path of the file that took its place, or NULL */
	VpCapabilities *capabilities; /* or NULL */
	char **missing;               /* needed features that it lacks, or NULL */
	char **excluded;              /* unwanted features that it has, or NULL */
	VpProbe probe;
	/* for the library */
	char *real_path;
	SandboxFile program;
} VpCandidate;

typedef struct {
	char *dir;
	bool found;
	char *error; /* why it exists but was not read, or NULL */
} VpSearchDir;

typedef struct {
	const VpRequest *request;
	GPtrArray *search;     /* of VpSearchDir *, as searched */
	GPtrArray *candidates; /* of VpCandidate *, in order of precedence (D2): by name,
				  and within a name the most specific first */
	const VpCandidate *selected; /* the first one, or NULL */
	bool blocked; /* an earlier candidate could not be run: nothing may be chosen */
	const VpSearchDir
		*unreadable; /* one that must be readable is not: nothing was done */
	bool ran;            /* whether anything was to be run: sandbox is filled in */
	SandboxReport sandbox;
} VpResult;

/*
 * vp_probe:
 * Does all that @request asks for.
 *
 * Returns: (transfer full): to be freed by vp_result_free(), or NULL with @error of
 * G_FILE_ERROR: memory, descriptors or processes are exhausted.
 */
VpResult *vp_probe(const VpRequest *request, GError **error);

void vp_result_free(VpResult *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpResult, vp_result_free)

/*
 * vp_result_hint:
 * Returns: (transfer full) (nullable): what may have been meant, if a type that nothing
 * announces or a feature that nothing has and the schema does not know was asked for.
 */
char *vp_result_hint(const VpResult *result);

G_END_DECLS
