// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of defects: their stable names, how severe each is, the rule of docs/rules.md
 * that it is about, and what it is in a few words.
 */
#include "probe/vhost-probe-check.h"

#include "probe/row.h"

struct Row {
	const char *name;
	VpSeverity severity;
	const char *rule, *about;
};

#define NOTE    VP_SEVERITY_NOTE
#define WARNING VP_SEVERITY_WARNING
#define ERROR   VP_SEVERITY_ERROR

// clang-format off
static const struct Row *find_row(VpDefect defect)
{
	switch (defect) {
	ROW(VP_DEFECT_UNREADABLE_DIRECTORY, "unreadable-directory", ERROR, "D1", "a directory that is searched cannot be read")
	ROW(VP_DEFECT_WRITABLE_DIRECTORY, "writable-directory", WARNING, "M1", "somebody else can replace files in a directory on the way")
	ROW(VP_DEFECT_STRAY_FILE, "stray-file", ERROR, "D5", "a file that is not a manifest, under a name that libvirt reads")
	ROW(VP_DEFECT_SKIPPED_NAME, "skipped-name", NOTE, "D5", "a file whose name is not that of a manifest")
	ROW(VP_DEFECT_NO_PREFIX, "no-prefix", WARNING, "D5", "the name does not begin with two digits and a dash")
	ROW(VP_DEFECT_NEVER_CHOSEN, "never-chosen", WARNING, "D2", "an earlier backend of the type has all its features")
	ROW(VP_DEFECT_MASKED, "masked", NOTE, "D3", "a more specific file of this name took its place, or hides it")
	ROW(VP_DEFECT_IDLE_MASK, "idle-mask", WARNING, "D4", "a mask that hides nothing")
	ROW(VP_DEFECT_LINKED_MASK, "linked-mask", WARNING, "D4", "a mask that is a link, which libvirt ignores")
	ROW(VP_DEFECT_DANGLING_LINK, "dangling-link", ERROR, "M1", "a dangling link")
	ROW(VP_DEFECT_UNREADABLE, "unreadable", ERROR, "M1", "the file cannot be read")
	ROW(VP_DEFECT_UNTRUSTED, "untrusted", ERROR, "M1", "somebody else could have written the file or the program")
	ROW(VP_DEFECT_TOO_LARGE, "too-large", ERROR, "M1", "the manifest is larger than allowed")
	ROW(VP_DEFECT_SYNTAX, "syntax", ERROR, "M1", "the manifest is not strict JSON")
	ROW(VP_DEFECT_DUPLICATE_MEMBER, "duplicate-member", ERROR, "M1", "an object has two members of the same name")
	ROW(VP_DEFECT_MISSING_MEMBER, "missing-member", ERROR, "M1", "a mandatory member is missing")
	ROW(VP_DEFECT_WRONG_KIND, "wrong-kind", ERROR, "M1", "a member has a value of the wrong kind")
	ROW(VP_DEFECT_EMPTY_MEMBER, "empty-member", ERROR, "M1", "type or binary is empty")
	ROW(VP_DEFECT_EMPTY_DESCRIPTION, "empty-description", WARNING, "M1", "the description is empty")
	ROW(VP_DEFECT_UNKNOWN_MEMBER, "unknown-member", WARNING, "M1", "a member that the schema does not know")
	ROW(VP_DEFECT_MANIFEST_FEATURES, "manifest-features", NOTE, "M1", "features in a manifest, where they have no effect")
	ROW(VP_DEFECT_FEATURES_DRIFT, "features-drift", WARNING, "C1", "features in the manifest are not those that the program prints")
	ROW(VP_DEFECT_UNKNOWN_TYPE, "unknown-type", ERROR, "T1", "a type that the schema does not know")
	ROW(VP_DEFECT_RELATIVE_BINARY, "relative-binary", ERROR, "M1", "binary is not an absolute path")
	ROW(VP_DEFECT_UNPRINTABLE_BINARY, "unprintable-binary", ERROR, "M1", "binary has a control or format character")
	ROW(VP_DEFECT_MISSING_BINARY, "missing-binary", ERROR, "M1", "the program does not exist")
	ROW(VP_DEFECT_NOT_EXECUTABLE, "not-executable", ERROR, "M1", "the program cannot be executed")
	ROW(VP_DEFECT_EXEC_FAILED, "exec-failed", ERROR, "P4", "the program could not be started in the sandbox")
	ROW(VP_DEFECT_OUTPUT_LIMIT, "output-limit", ERROR, "P1", "printed too much")
	ROW(VP_DEFECT_TIMEOUT, "timeout", ERROR, "P1", "did not end in time")
	ROW(VP_DEFECT_POLICY_KILL, "policy-kill", ERROR, "P4", "killed by the system call filter")
	ROW(VP_DEFECT_SIGNAL, "signal", ERROR, "P1", "killed by a signal")
	ROW(VP_DEFECT_EXIT_STATUS, "exit-status", ERROR, "P1", "exited with a status other than 0")
	ROW(VP_DEFECT_NO_OUTPUT, "no-output", ERROR, "P1", "printed nothing on stdout")
	ROW(VP_DEFECT_JSON_ON_STDERR, "json-on-stderr", ERROR, "P1", "printed its JSON on stderr, and nothing on stdout")
	ROW(VP_DEFECT_JSON_TWICE, "json-twice", WARNING, "P1", "printed JSON on stderr too")
	ROW(VP_DEFECT_BAD_JSON, "bad-json", ERROR, "P1", "printed something that is not one strict JSON object")
	ROW(VP_DEFECT_BAD_CAPABILITIES, "bad-capabilities", ERROR, "C1", "printed JSON that breaks the schema")
	ROW(VP_DEFECT_TYPE_MISMATCH, "type-mismatch", ERROR, "C1", "prints another type than the manifest has")
	ROW(VP_DEFECT_NO_FEATURES, "no-features", ERROR, "C1", "prints no features, which are mandatory for its type")
	ROW(VP_DEFECT_UNKNOWN_FEATURE, "unknown-feature", WARNING, "C1", "prints a feature that the schema does not know for its type")
	ROW(VP_DEFECT_DUPLICATE_FEATURE, "duplicate-feature", WARNING, "C1", "prints a feature twice")
	ROW(VP_DEFECT_UNKNOWN_CAPABILITY, "unknown-capability", NOTE, "C1", "prints a member that the schema does not know")
	ROW(VP_DEFECT_UNSTABLE, "unstable", WARNING, "P1", "answers differently when it is asked again")
	ROW(VP_DEFECT_HOME, "home", WARNING, "P1", "answers differently without HOME in its environment")
	ROW(VP_DEFECT_SIGTERM, "sigterm", WARNING, "P3", "does not end on SIGTERM")
	ROW(VP_DEFECT_SLOW, "slow", WARNING, "P1", "takes longer than a second to answer")
	ROW(VP_DEFECT_LAYER, "layer", WARNING, "P4", "answers differently without a layer of the sandbox, or without the whole sandbox")
	ROW(VP_DEFECT_UNCONFIRMED, "unconfirmed", WARNING, "P1", "failed, and something else may be the reason")
	ROW(VP_DEFECT_NO_SOCKET_PATH, "no-socket-path", WARNING, "P6", "its help does not name --socket-path")
	ROW(VP_DEFECT_NO_FD, "no-fd", WARNING, "P6", "its help does not name --fd")
	}
	return NULL;
}
// clang-format on

const char *vp_defect_name(VpDefect defect)
{
	const struct Row *row = find_row(defect);

	return row ? row->name : NULL;
}

const char *vp_defect_rule(VpDefect defect)
{
	const struct Row *row = find_row(defect);

	return row ? row->rule : NULL;
}

const char *vp_defect_about(VpDefect defect)
{
	const struct Row *row = find_row(defect);

	return row ? row->about : NULL;
}

VpSeverity vp_defect_severity(VpDefect defect)
{
	const struct Row *row = find_row(defect);

	return row ? row->severity : VP_SEVERITY_ERROR;
}

// clang-format off
const char *vp_severity_name(VpSeverity severity)
{
	switch (severity) {
	NAME(VP_SEVERITY_NOTE, "note")
	NAME(VP_SEVERITY_WARNING, "warning")
	NAME(VP_SEVERITY_ERROR, "error")
	}
	return NULL;
}
// clang-format on
