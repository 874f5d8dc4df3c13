// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: the errors of the library, and the enumerations that requests and
 * results share, with the stable name of each value. vhost-probe.h includes this header,
 * and has the conventions.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/* ---- errors ---- */

/*
 * VpError:
 * The codes of the domain VP_ERROR: what stops a whole call. A fault of one file or
 * program never does: that is its verdict. Messages are texts for people, and say what is
 * wrong and what to do.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_ERROR_FAILED = 0,   /* none of the others; see the message */
	VP_ERROR_INVALID = 1,  /* the request, or an argument, makes no sense */
	VP_ERROR_SHORTAGE = 2, /* memory, descriptors or processes are exhausted: the same
				  call may work later */
	VP_ERROR_HOST = 3,     /* something that every call needs is absent or refused:
				  /proc, the sandbox's program, a system call */
	VP_ERROR_CONFIG = 4,   /* the configuration is not understood, or not trusted */
	VP_ERROR_CACHE = 5,    /* a directory of the cache cannot be used */
	VP_ERROR_GONE = 6,     /* the program does not exist any more */
	VP_ERROR_REPLACED = 7, /* another program has taken its place */
	VP_ERROR_CANCELLED = 8, /* by vp_call_cancel(), or by an early vp_call_finish() */
	VP_ERROR_DEADLINE = 9,  /* of the call: see vp_request_set_total_timeout() */
} VpError;

/*
 * VP_ERROR:
 * vp_error_quark:
 * The domain of all errors of this library, whatever has caused them.
 *
 * Returns: the domain's number, which is the same for the whole life of the process.
 * Since: 0.2.0
 */
#define VP_ERROR (vp_error_quark())
GQuark vp_error_quark(void);

/* ---- verdicts ---- */

/*
 * VpVerdict:
 * The judgement on a candidate: the first stage that fails decides. The rules that give
 * each verdict are named beside it.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_VERDICT_PENDING = 0,              /* not judged yet, never seen in a result */
	VP_VERDICT_SKIPPED_NAME = 1,         /* D5 */
	VP_VERDICT_MASKED = 2,               /* D1 (disable=), D3, D4 */
	VP_VERDICT_MASK = 3,                 /* D4 */
	VP_VERDICT_UNREADABLE = 4,           /* M1 */
	VP_VERDICT_BAD_MANIFEST = 5,         /* M1, D5 */
	VP_VERDICT_OTHER_TYPE = 6,           /* T1 */
	VP_VERDICT_MISSING_BINARY = 7,       /* M1 */
	VP_VERDICT_NOT_EXECUTABLE = 8,       /* M1 */
	VP_VERDICT_UNTRUSTED = 9,            /* M1: the manifest, or the program */
	VP_VERDICT_EXEC_FAILED = 10,         /* P4 */
	VP_VERDICT_SANDBOX_UNAVAILABLE = 11, /* P4 */
	VP_VERDICT_NOT_CACHED = 12,          /* P1, in VP_CACHE_ONLY */
	VP_VERDICT_OUTPUT_LIMIT = 13,        /* C1 */
	VP_VERDICT_TIMEOUT = 14,             /* P3 */
	VP_VERDICT_POLICY_KILL = 15,         /* P4 */
	VP_VERDICT_SIGNAL = 16,              /* P1 */
	VP_VERDICT_EXIT_STATUS = 17,         /* P1 */
	VP_VERDICT_NO_OUTPUT = 18,           /* P1, C1 */
	VP_VERDICT_BAD_JSON = 19,            /* C1 */
	VP_VERDICT_BAD_CAPABILITIES = 20,    /* C1 */
	VP_VERDICT_TYPE_MISMATCH = 21,       /* C1 */
	VP_VERDICT_MISSING_FEATURES = 22,    /* C1, P5 */
	VP_VERDICT_EXCLUDED_FEATURES = 23,   /* C1, P5 */
	VP_VERDICT_NOT_NEEDED = 24,          /* D2 */
	VP_VERDICT_MATCH = 25,               /* D2: it would do, and is not chosen */
	VP_VERDICT_SELECTED = 26,            /* D2 */
} VpVerdict;

/*
 * VpStage:
 * The stages through which a candidate goes, in this order; one of them gives the
 * verdict. VP_VERDICT_UNTRUSTED counts as VP_STAGE_PROGRAM for a manifest, too.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_STAGE_NONE = 0,    /* none has yet */
	VP_STAGE_FILE = 1,    /* the manifest is judged */
	VP_STAGE_PROGRAM = 2, /* so is the program's file */
	VP_STAGE_UNKNOWN = 3, /* it would be run or looked up, but that cannot be done */
	VP_STAGE_RUN = 4,     /* it is run, or was */
	VP_STAGE_MATCH = 5,   /* its answer is compared with the request */
} VpStage;

/*
 * vp_verdict_name:
 * vp_verdict_about:
 * Returns: (transfer none) (nullable): the stable name, such as "other-type"; for people
 * what it means, in a few words. Both are static, and NULL for a number that is no
 * verdict.
 * Since: 0.2.0
 */
const char *vp_verdict_name(VpVerdict verdict);
const char *vp_verdict_about(VpVerdict verdict);

/*
 * vp_verdict_stage:
 * Returns: the stage that gives @verdict, by which a caller can treat verdicts that it
 * does not know; VP_STAGE_NONE for a number that is no verdict.
 * Since: 0.2.0
 */
VpStage vp_verdict_stage(VpVerdict verdict);

/* ---- the cache ---- */

/*
 * VpStale:
 * Why an entry of the cache is not believed. Of several reasons the first that is seen
 * counts: what the entry says of itself comes before what it depends on.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_STALE_NONE = 0,      /* nothing differs, or there is no entry */
	VP_STALE_ENTRY = 1,     /* it is incomplete, not this program's, or not trusted */
	VP_STALE_GENERATOR = 2, /* another version has written it */
	VP_STALE_BOOT_ID = 3,   /* it is from another boot */
	VP_STALE_PROFILE = 4,   /* other layers were left out, or other paths exposed */
	VP_STALE_LEVEL = 5,     /* the level of the sandbox was lower */
	VP_STALE_TIMEOUT = 6,   /* the program had less time */
	VP_STALE_AGE = 7,       /* it is too old */
	VP_STALE_PROGRAM = 8,   /* the program has changed */
	VP_STALE_DIRECTORY = 9, /* its directory has */
	VP_STALE_INTERPRETER = 10, /* the interpreter of a script has */
	VP_STALE_LD_SO_CACHE = 11, /* libraries have */
	VP_STALE_DEVICES = 12,     /* an exposed device has, access to it, or a driver */
	VP_STALE_DOUBTFUL = 13,    /* the run was beside others */
} VpStale;

/*
 * vp_stale_name:
 * vp_stale_about:
 * Returns: (transfer none) (nullable): the stable name, such as "boot-id"; for people
 * what it means, in a few words. Both are static, and NULL for a number that is no
 * reason.
 * Since: 0.2.0
 */
const char *vp_stale_name(VpStale stale);
const char *vp_stale_about(VpStale stale);

/*
 * VpCacheMode:
 * How a call uses the cache.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_CACHE_AUTO = 0,    /* believed where it can be, and filled */
	VP_CACHE_ONLY = 1,    /* nothing is run: what is not in it is not-cached */
	VP_CACHE_REFRESH = 2, /* everything is run, and written */
	VP_CACHE_OFF = 3,     /* neither read nor written */
} VpCacheMode;

/*
 * vp_cache_mode_name:
 * Returns: (transfer none) (nullable): the stable name, such as "only". It is static, and
 * NULL for a number that is no mode.
 * Since: 0.2.0
 */
const char *vp_cache_mode_name(VpCacheMode mode);

/* ---- the sandbox ---- */

/*
 * VpLevel:
 * How well a program is confined (P4). Levels are ordered: a higher one has all that a
 * lower one has.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_LEVEL_NONE = 0,    /* only a deadline and limits on output */
	VP_LEVEL_PARTIAL = 1, /* without namespaces */
	VP_LEVEL_FULL = 2,    /* namespaces and a private root */
} VpLevel;

/*
 * vp_level_name:
 * Returns: (transfer none) (nullable): the stable name, such as "full". It is static, and
 * NULL for a number that is no level.
 * Since: 0.2.0
 */
const char *vp_level_name(VpLevel level);

/*
 * vp_layer_name:
 * @index: from 0
 *
 * A level is made of layers, such as "net" and "seccomp". Only their names are stable:
 * their number and their order may change.
 *
 * Returns: (transfer none) (nullable): the name of a layer. It is static, and NULL beyond
 * the last one.
 * Since: 0.2.0
 */
const char *vp_layer_name(gsize index);

/* ---- runs ---- */

/*
 * VpProbeSource:
 * Where it is known from how a program answers.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_PROBE_NONE = 0,  /* it was not run */
	VP_PROBE_RUN = 1,   /* during this call */
	VP_PROBE_CACHE = 2, /* earlier: the cache knew the result */
} VpProbeSource;

/*
 * vp_probe_source_name:
 * Returns: (transfer none) (nullable): the stable name, such as "cache". It is static,
 * and NULL for a number that is no source.
 * Since: 0.2.0
 */
const char *vp_probe_source_name(VpProbeSource source);

#pragma GCC visibility pop

G_END_DECLS
