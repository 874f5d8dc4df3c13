// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a packager or the author of a backend should know about manifests and programs:
 * every breach of the specification, and what other software makes of it. A request comes
 * in, a list of findings goes out.
 *
 * Programs are run as by vp_probe(), in the sandbox that the request asks for; the cache
 * is neither read nor written.
 */
#pragma once

#include "probe/vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

typedef enum {
	VP_SEVERITY_NOTE,    /* other software may see it differently */
	VP_SEVERITY_WARNING, /* works, and is most likely not what was meant */
	VP_SEVERITY_ERROR,   /* breaks a rule, or makes the backend useless */
	VP_N_SEVERITIES
} VpSeverity;

/* Returns: note, warning or error. */
const char *vp_severity_name(VpSeverity severity);

/* ---- defects: one table ---- */

/* VP_DEFECT_..., the stable name, how severe it is, the rule of docs/rules.md, what it is
 * in a few words. */
/* clang-format off */
#define VP_DEFECTS(ROW) \
	ROW(UNREADABLE_DIRECTORY, "unreadable-directory", ERROR, "D1", "a directory that is searched cannot be read") \
	ROW(WRITABLE_DIRECTORY, "writable-directory", WARNING, "M1", "somebody else can replace files in a directory on the way") \
	ROW(STRAY_FILE, "stray-file", ERROR, "D5", "a file that is no manifest, under a name that libvirt reads") \
	ROW(SKIPPED_NAME, "skipped-name", NOTE, "D5", "a file whose name is not that of a manifest") \
	ROW(NO_PREFIX, "no-prefix", WARNING, "D5", "the name does not begin with two digits and a dash") \
	ROW(NEVER_CHOSEN, "never-chosen", WARNING, "D2", "an earlier backend of the type has all its features") \
	ROW(MASKED, "masked", NOTE, "D3", "a more specific file of this name took its place, or hides it") \
	ROW(IDLE_MASK, "idle-mask", WARNING, "D4", "a mask that hides nothing") \
	ROW(LINKED_MASK, "linked-mask", WARNING, "D4", "a mask that is a link, which libvirt ignores") \
	ROW(DANGLING_LINK, "dangling-link", ERROR, "M1", "a link to nothing") \
	ROW(UNREADABLE, "unreadable", ERROR, "M1", "the file cannot be read") \
	ROW(UNTRUSTED, "untrusted", ERROR, "M1", "somebody else could have written the file or the program") \
	ROW(TOO_LARGE, "too-large", ERROR, "M1", "the manifest is larger than can be") \
	ROW(SYNTAX, "syntax", ERROR, "M1", "the manifest is not strict JSON") \
	ROW(DUPLICATE_MEMBER, "duplicate-member", ERROR, "M1", "an object has two members of the same name") \
	ROW(MISSING_MEMBER, "missing-member", ERROR, "M1", "a mandatory member is missing") \
	ROW(WRONG_KIND, "wrong-kind", ERROR, "M1", "a member holds another kind of value than it must") \
	ROW(EMPTY_MEMBER, "empty-member", ERROR, "M1", "type or binary is empty") \
	ROW(EMPTY_DESCRIPTION, "empty-description", WARNING, "M1", "the description is empty") \
	ROW(UNKNOWN_MEMBER, "unknown-member", WARNING, "M1", "a member that the schema does not know") \
	ROW(MANIFEST_FEATURES, "manifest-features", NOTE, "M1", "features in a manifest, where they count for nothing") \
	ROW(FEATURES_DRIFT, "features-drift", WARNING, "C1", "features in the manifest are not those that the program prints") \
	ROW(UNKNOWN_TYPE, "unknown-type", ERROR, "T1", "a type that the schema does not know") \
	ROW(RELATIVE_BINARY, "relative-binary", ERROR, "M1", "binary is not an absolute path") \
	ROW(UNPRINTABLE_BINARY, "unprintable-binary", ERROR, "M1", "binary has a control or format character") \
	ROW(MISSING_BINARY, "missing-binary", ERROR, "M1", "the program does not exist") \
	ROW(NOT_EXECUTABLE, "not-executable", ERROR, "M1", "the program cannot be executed") \
	ROW(EXEC_FAILED, "exec-failed", ERROR, "P4", "the program could not be started in the sandbox") \
	ROW(OUTPUT_LIMIT, "output-limit", ERROR, "P1", "printed too much") \
	ROW(TIMEOUT, "timeout", ERROR, "P1", "did not end in time") \
	ROW(POLICY_KILL, "policy-kill", ERROR, "P4", "killed by the system call filter") \
	ROW(SIGNAL, "signal", ERROR, "P1", "killed by a signal") \
	ROW(EXIT_STATUS, "exit-status", ERROR, "P1", "exited with a status other than 0") \
	ROW(NO_OUTPUT, "no-output", ERROR, "P1", "printed nothing on stdout") \
	ROW(JSON_ON_STDERR, "json-on-stderr", ERROR, "P1", "printed its JSON on stderr, and nothing on stdout") \
	ROW(JSON_TWICE, "json-twice", WARNING, "P1", "printed JSON on stderr, too") \
	ROW(BAD_JSON, "bad-json", ERROR, "P1", "printed something that is not one strict JSON object") \
	ROW(BAD_CAPABILITIES, "bad-capabilities", ERROR, "C1", "printed JSON that breaks the schema") \
	ROW(TYPE_MISMATCH, "type-mismatch", ERROR, "C1", "prints another type than the manifest has") \
	ROW(NO_FEATURES, "no-features", ERROR, "C1", "prints no features, which are mandatory for its type") \
	ROW(UNKNOWN_FEATURE, "unknown-feature", WARNING, "C1", "prints a feature that the schema does not know for its type") \
	ROW(DUPLICATE_FEATURE, "duplicate-feature", WARNING, "C1", "prints a feature twice") \
	ROW(UNKNOWN_CAPABILITY, "unknown-capability", NOTE, "C1", "prints a member that the schema does not know") \
	ROW(UNSTABLE, "unstable", WARNING, "P1", "says something else when it is asked again") \
	ROW(HOME, "home", WARNING, "P1", "says something else without HOME in its environment") \
	ROW(SIGTERM, "sigterm", WARNING, "P3", "is not ended by SIGTERM") \
	ROW(SLOW, "slow", WARNING, "P1", "takes longer than a second to answer") \
	ROW(LAYER, "layer", WARNING, "P4", "says something else without a layer of the sandbox, or without all of it") \
	ROW(UNCONFIRMED, "unconfirmed", WARNING, "P1", "failed, and something else may be the reason") \
	ROW(NO_SOCKET_PATH, "no-socket-path", WARNING, "P6", "its help does not name --socket-path") \
	ROW(NO_FD, "no-fd", WARNING, "P6", "its help does not name --fd")
/* clang-format on */

typedef enum {
#define VP_ROW(constant, name, severity, rule, about) VP_DEFECT_##constant,
	VP_DEFECTS(VP_ROW)
#undef VP_ROW
} VpDefect;

const char *vp_defect_name(VpDefect defect);
VpSeverity vp_defect_severity(VpDefect defect);
/* Returns: the id of the rule that it is about. */
const char *vp_defect_rule(VpDefect defect);

/* ---- findings ---- */

typedef struct {
	VpDefect defect;
	char *file;      /* path of the manifest, directory or program */
	unsigned line;   /* from 1; 0: none is known */
	unsigned column; /* likewise, in characters */
	char *text;      /* for people, one line, not escaped */
	guint position;  /* of the file, for sorting */
} VpFinding;

typedef struct {
	/* The files, with verdicts as by list; the sandbox. Findings are in order of
	 * these files. */
	VpResult *result;
	GPtrArray *findings; /* of VpFinding * */
	guint counts[VP_N_SEVERITIES];
	guint n_files, n_programs; /* that were looked at; that were run */
	guint n_unconfirmed; /* findings for which something else may be the reason */
} VpCheck;

/*
 * vp_check:
 * @request: of mode LIST, without type and features: what to search, or which program
 * @files: NULL-terminated absolute paths of manifests, beside what is searched; or NULL
 * @error: G_FILE_ERROR, as vp_probe()
 *
 * Returns: (transfer full): to be freed by vp_check_free(), or NULL.
 */
VpCheck *vp_check(const VpRequest *request, const char *const *files, GError **error);

void vp_check_free(VpCheck *check);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpCheck, vp_check_free)

/*
 * vp_suggest_manifest:
 * @check: of a request with a binary
 * @ret_name: (transfer full): the name that the file should have
 *
 * Returns: (transfer full) (nullable): a manifest in which vp_check() would find nothing,
 * or NULL if there is none: the program does not say what it is, or is of a type that the
 * schema does not know.
 */
char *vp_suggest_manifest(const VpCheck *check, char **ret_name);

#pragma GCC visibility pop

G_END_DECLS
