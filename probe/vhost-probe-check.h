// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: what a packager or the author of a backend should know about manifests
 * and programs: every breach of the specification, and what other software makes of it. A
 * request comes in, a list of findings goes out.
 *
 * Programs are run as by vp_probe(), in the sandbox that the request asks for; the cache
 * is neither read nor written. The conventions are those of vhost-probe.h.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/*
 * VpSeverity:
 * How bad a finding is.
 *
 * Since: 0.2.0
 */
typedef enum {
	VP_SEVERITY_NOTE = 0,    /* other software may see it differently */
	VP_SEVERITY_WARNING = 1, /* works, and is most likely not what was meant */
	VP_SEVERITY_ERROR = 2,   /* breaks a rule, or makes the backend useless */
} VpSeverity;

/*
 * vp_severity_name:
 * Returns: (transfer none) (nullable): the stable name: "note", "warning" or "error". It
 * is static, and NULL for a number that is no severity.
 * Since: 0.2.0
 */
const char *vp_severity_name(VpSeverity severity);

/*
 * VpDefect:
 * What may be wrong. vp_defect_about() says of each what it is, vp_defect_rule() which
 * rule it is about, and docs/check.md explains them.
 *
 * Since: 0.2.0
 */
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

/*
 * vp_defect_name:
 * vp_defect_about:
 * vp_defect_rule:
 * Returns: (transfer none) (nullable): the stable name, such as "idle-mask"; for people
 * what it is, in a few words; the id of the rule that it is about, such as "D4". All are
 * static, and NULL for a number that is no defect, so that a loop from 0 on finds all of
 * them.
 * Since: 0.2.0
 */
const char *vp_defect_name(VpDefect defect);
const char *vp_defect_about(VpDefect defect);
const char *vp_defect_rule(VpDefect defect);

/*
 * vp_defect_severity:
 * Returns: how bad a finding of this defect is; VP_SEVERITY_ERROR for a number that is no
 * defect.
 * Since: 0.2.0
 */
VpSeverity vp_defect_severity(VpDefect defect);

/* ---- the check ---- */

/*
 * VpCheck:
 * VpFinding:
 * What was found, and in it one finding. Neither changes any more, and several threads
 * may read them. All that their getters return is the check's, unless they say something
 * else, and lives as long as the check.
 *
 * Since: 0.2.0
 */
typedef struct VpCheck VpCheck;
typedef struct VpFinding VpFinding;

/*
 * vp_check:
 * @request: copied: what to search, or which binary, and how programs are run; its mode
 * counts as VP_MODE_LIST. It should have no type, except for a binary, and no features
 * @files: (nullable): absolute paths of manifests that are checked as well
 * @error: VP_ERROR_INVALID: @request makes no sense, or one of @files is relative;
 * VP_ERROR_HOST: something that every call needs is absent or refused; VP_ERROR_SHORTAGE
 *
 * Checks files, their programs and the directories, and returns when it is done. Each
 * program is run several times, as the rules P1, P3, P4 and P6 want; the total timeout of
 * @request does not count. A file or directory that cannot be read is a finding, as is
 * all else that is wrong with it.
 *
 * Returns: (transfer full): the check, to be freed by vp_check_free(); or NULL.
 * Since: 0.2.0
 */
VpCheck *vp_check(const VpRequest *request, const char *const *files, GError **error);

/*
 * vp_check_free:
 * @check: (nullable) (transfer full): freed, with all that its getters have returned
 *
 * Since: 0.2.0
 */
void vp_check_free(VpCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCheck, vp_check_free)

/*
 * vp_check_get_result:
 * Returns: (transfer none): the files with their verdicts, as in VP_MODE_LIST, and what
 * is known of the sandbox. Those of @files come last.
 * Since: 0.2.0
 */
const VpResult *vp_check_get_result(const VpCheck *check);

/*
 * vp_check_get_n_findings:
 * vp_check_get_finding:
 * @index: from 0
 *
 * Findings come in the order of the result's candidates, and for each by the place in its
 * file; those about directories come first.
 *
 * Returns: how many there are; (transfer none) (nullable): one of them, or NULL beyond
 * the last one.
 * Since: 0.2.0
 */
gsize vp_check_get_n_findings(const VpCheck *check);
const VpFinding *vp_check_get_finding(const VpCheck *check, gsize index);

/*
 * vp_check_get_n_of:
 * vp_check_get_n_unconfirmed:
 * @severity: which findings count
 *
 * Returns: how many findings are of that severity; for how many something else than the
 * program may be the reason.
 * Since: 0.2.0
 */
unsigned vp_check_get_n_of(const VpCheck *check, VpSeverity severity);
unsigned vp_check_get_n_unconfirmed(const VpCheck *check);

/*
 * vp_check_get_n_files:
 * vp_check_get_n_programs:
 * Returns: how many manifests were looked at, 0 for a binary; how many programs were run,
 * which are fewer than there are if the sandbox was not available for one.
 * Since: 0.2.0
 */
unsigned vp_check_get_n_files(const VpCheck *check);
unsigned vp_check_get_n_programs(const VpCheck *check);

/* ---- a finding ---- */

/*
 * vp_finding_get_defect:
 * Returns: what is wrong, which may be a number that the caller does not know.
 * Since: 0.2.0
 */
VpDefect vp_finding_get_defect(const VpFinding *finding);

/*
 * vp_finding_get_file:
 * Returns: (transfer none): the path of the manifest or directory, or of the binary that
 * was given.
 * Since: 0.2.0
 */
const char *vp_finding_get_file(const VpFinding *finding);

/*
 * vp_finding_get_line:
 * vp_finding_get_column:
 * Returns: the place in that file, both from 1; columns are characters, not bytes. 0: no
 * place is known.
 * Since: 0.2.0
 */
unsigned vp_finding_get_line(const VpFinding *finding);
unsigned vp_finding_get_column(const VpFinding *finding);

/*
 * vp_finding_get_text:
 * Returns: (transfer none): for people what is wrong, and what may help. It quotes
 * manifests and programs: see Texts in vhost-probe.h.
 * Since: 0.2.0
 */
const char *vp_finding_get_text(const VpFinding *finding);

/*
 * vp_check_suggest_manifest:
 * @check: of a request with a binary; of any other there is no manifest
 * @ret_name: (transfer full): the name that the file should have, such as
 * "50-vhost-user-gpu.json", to be freed by g_free(); filled in if a manifest is returned
 *
 * Returns: (transfer full) (nullable): the text of a manifest in which vp_check() would
 * find no error (M1), to be freed by g_free(). NULL: the check has found an error, or
 * the program is of a type that is not known.
 * Since: 0.2.0
 */
char *vp_check_suggest_manifest(const VpCheck *check, char **ret_name);

#pragma GCC visibility pop

G_END_DECLS
