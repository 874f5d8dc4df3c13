// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: what a packager or the author of a backend should know about manifests
 * and programs: every breach of the specification, and what other software makes of it. A
 * request comes in, a list of findings goes out.
 *
 * Programs are run as by vp_probe(), in the sandbox that the request asks for; the cache
 * is neither read nor written. The conventions are those of vhost-probe.h; all of this
 * has been there since 0.2.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

typedef enum {
	VP_SEVERITY_NOTE = 0,    /* other software may see it differently */
	VP_SEVERITY_WARNING = 1, /* works, and is most likely not what was meant */
	VP_SEVERITY_ERROR = 2,   /* breaks a rule, or makes the backend useless */
} VpSeverity;

/* Returns: (transfer none) (nullable): note, warning or error; NULL for a number that is
 * none. */
const char *vp_severity_name(VpSeverity severity);

/* What may be wrong. docs/check.md explains each. */
typedef enum {
	VP_DEFECT_UNREADABLE_DIRECTORY = 0,
	VP_DEFECT_WRITABLE_DIRECTORY = 1,
	VP_DEFECT_STRAY_FILE = 2,
	VP_DEFECT_SKIPPED_NAME = 3,
	VP_DEFECT_NO_PREFIX = 4,
	VP_DEFECT_NEVER_CHOSEN = 5,
	VP_DEFECT_MASKED = 6,
	VP_DEFECT_IDLE_MASK = 7,
	VP_DEFECT_LINKED_MASK = 8,
	VP_DEFECT_DANGLING_LINK = 9,
	VP_DEFECT_UNREADABLE = 10,
	VP_DEFECT_UNTRUSTED = 11,
	VP_DEFECT_TOO_LARGE = 12,
	VP_DEFECT_SYNTAX = 13,
	VP_DEFECT_DUPLICATE_MEMBER = 14,
	VP_DEFECT_MISSING_MEMBER = 15,
	VP_DEFECT_WRONG_KIND = 16,
	VP_DEFECT_EMPTY_MEMBER = 17,
	VP_DEFECT_EMPTY_DESCRIPTION = 18,
	VP_DEFECT_UNKNOWN_MEMBER = 19,
	VP_DEFECT_MANIFEST_FEATURES = 20,
	VP_DEFECT_FEATURES_DRIFT = 21,
	VP_DEFECT_UNKNOWN_TYPE = 22,
	VP_DEFECT_RELATIVE_BINARY = 23,
	VP_DEFECT_UNPRINTABLE_BINARY = 24,
	VP_DEFECT_MISSING_BINARY = 25,
	VP_DEFECT_NOT_EXECUTABLE = 26,
	VP_DEFECT_EXEC_FAILED = 27,
	VP_DEFECT_OUTPUT_LIMIT = 28,
	VP_DEFECT_TIMEOUT = 29,
	VP_DEFECT_POLICY_KILL = 30,
	VP_DEFECT_SIGNAL = 31,
	VP_DEFECT_EXIT_STATUS = 32,
	VP_DEFECT_NO_OUTPUT = 33,
	VP_DEFECT_JSON_ON_STDERR = 34,
	VP_DEFECT_JSON_TWICE = 35,
	VP_DEFECT_BAD_JSON = 36,
	VP_DEFECT_BAD_CAPABILITIES = 37,
	VP_DEFECT_TYPE_MISMATCH = 38,
	VP_DEFECT_NO_FEATURES = 39,
	VP_DEFECT_UNKNOWN_FEATURE = 40,
	VP_DEFECT_DUPLICATE_FEATURE = 41,
	VP_DEFECT_UNKNOWN_CAPABILITY = 42,
	VP_DEFECT_UNSTABLE = 43,
	VP_DEFECT_HOME = 44,
	VP_DEFECT_SIGTERM = 45,
	VP_DEFECT_SLOW = 46,
	VP_DEFECT_LAYER = 47,
	VP_DEFECT_UNCONFIRMED = 48,
	VP_DEFECT_NO_SOCKET_PATH = 49,
	VP_DEFECT_NO_FD = 50,
} VpDefect;

/* All of these return (transfer none) (nullable): NULL for a number that is none, so that
 * a loop from 0 on finds all of them. */
const char *vp_defect_name(VpDefect defect); /* such as "idle-mask" */
/* The id of the rule that it is about. */
const char *vp_defect_rule(VpDefect defect);
/* What it is, in a few words. */
const char *vp_defect_about(VpDefect defect);
/* VP_SEVERITY_ERROR for a number that is none. */
VpSeverity vp_defect_severity(VpDefect defect);

typedef struct VpCheck VpCheck;
typedef struct VpFinding VpFinding;

/*
 * vp_check:
 * @request: copied; without type and features: what to search, or which program
 * @files: (nullable): NULL-terminated absolute paths of manifests, beside what is
 * searched
 * @error: VP_ERROR_INVALID, VP_ERROR_SHORTAGE or VP_ERROR_HOST
 *
 * Returns: (transfer full): to be freed by vp_check_free(), or NULL.
 */
VpCheck *vp_check(const VpRequest *request, const char *const *files, GError **error);
/* @check: (nullable): with all that its getters have returned */
void vp_check_free(VpCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCheck, vp_check_free)

/* The files, with verdicts as in VP_MODE_LIST; the sandbox. */
const VpResult *vp_check_get_result(const VpCheck *check);
/* In order of these files, and by the place in each. */
gsize vp_check_get_n_findings(const VpCheck *check);
const VpFinding *vp_check_get_finding(const VpCheck *check, gsize index);
/* How many findings are of this severity. */
unsigned vp_check_get_n_of(const VpCheck *check, VpSeverity severity);
/* How many files were looked at, and programs run. */
unsigned vp_check_get_n_files(const VpCheck *check);
unsigned vp_check_get_n_programs(const VpCheck *check);
/* Findings for which something else may be the reason. */
unsigned vp_check_get_n_unconfirmed(const VpCheck *check);

/* What is wrong. */
VpDefect vp_finding_get_defect(const VpFinding *finding);
/* The path of the manifest, directory or program. */
const char *vp_finding_get_file(const VpFinding *finding);
/* From 1, columns in characters; 0: no place in the file is known. */
unsigned vp_finding_get_line(const VpFinding *finding);
unsigned vp_finding_get_column(const VpFinding *finding);
/* A text for people: see Conventions in vhost-probe.h. */
const char *vp_finding_get_text(const VpFinding *finding);

/*
 * vp_check_suggest_manifest:
 * @check: of a request with a binary; of any other there is no manifest
 * @ret_name: (transfer full): the name that the file should have
 *
 * Returns: (transfer full) (nullable): a manifest in which vp_check() would find nothing,
 * or NULL if there is none: the program does not say what it is, or is of a type that the
 * schema does not know.
 */
char *vp_check_suggest_manifest(const VpCheck *check, char **ret_name);

#pragma GCC visibility pop

G_END_DECLS
