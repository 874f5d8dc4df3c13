// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of verdicts: their stable names, which stage gives them, and what they mean.
 */
#include "probe/vhost-probe.h"

#include "probe/row.h"

struct Row {
	const char *name;
	VpStage stage;
	const char *about;
};

// clang-format off
static const struct Row *find_row(VpVerdict verdict)
{
	switch (verdict) {
	ROW(VP_VERDICT_PENDING, "pending", VP_STAGE_NONE, "not judged yet, never seen in a result")
	ROW(VP_VERDICT_SKIPPED_NAME, "skipped-name", VP_STAGE_FILE, "not *.json, or a dot file")
	ROW(VP_VERDICT_MASKED, "masked", VP_STAGE_FILE, "another file took its place, or it is disabled")
	ROW(VP_VERDICT_MASK, "mask", VP_STAGE_FILE, "an empty file or a link to /dev/null: hides others")
	ROW(VP_VERDICT_UNREADABLE, "unreadable", VP_STAGE_FILE, "the file cannot be read")
	ROW(VP_VERDICT_BAD_MANIFEST, "bad-manifest", VP_STAGE_FILE, "the file is not a valid manifest")
	ROW(VP_VERDICT_OTHER_TYPE, "other-type", VP_STAGE_FILE, "a backend of another type")
	ROW(VP_VERDICT_MISSING_BINARY, "missing-binary", VP_STAGE_PROGRAM, "the program does not exist")
	ROW(VP_VERDICT_NOT_EXECUTABLE, "not-executable", VP_STAGE_PROGRAM, "the program cannot be executed")
	ROW(VP_VERDICT_UNTRUSTED, "untrusted", VP_STAGE_PROGRAM, "others could have written the file or program")
	ROW(VP_VERDICT_EXEC_FAILED, "exec-failed", VP_STAGE_RUN, "the program could not be started")
	ROW(VP_VERDICT_SANDBOX_UNAVAILABLE, "sandbox-unavailable", VP_STAGE_UNKNOWN, "there is no safe way to run it")
	ROW(VP_VERDICT_NOT_CACHED, "not-cached", VP_STAGE_UNKNOWN, "only the cache may answer, and it has no answer")
	ROW(VP_VERDICT_OUTPUT_LIMIT, "output-limit", VP_STAGE_RUN, "printed too much")
	ROW(VP_VERDICT_TIMEOUT, "timeout", VP_STAGE_RUN, "did not end in time")
	ROW(VP_VERDICT_POLICY_KILL, "policy-kill", VP_STAGE_RUN, "killed by the system call filter")
	ROW(VP_VERDICT_SIGNAL, "signal", VP_STAGE_RUN, "killed by a signal")
	ROW(VP_VERDICT_EXIT_STATUS, "exit-status", VP_STAGE_RUN, "exited with a status other than 0")
	ROW(VP_VERDICT_NO_OUTPUT, "no-output", VP_STAGE_RUN, "printed nothing on stdout")
	ROW(VP_VERDICT_BAD_JSON, "bad-json", VP_STAGE_RUN, "printed something that is not one JSON object")
	ROW(VP_VERDICT_BAD_CAPABILITIES, "bad-capabilities", VP_STAGE_RUN, "printed JSON that breaks the schema")
	ROW(VP_VERDICT_TYPE_MISMATCH, "type-mismatch", VP_STAGE_RUN, "is of another type than announced")
	ROW(VP_VERDICT_MISSING_FEATURES, "missing-features", VP_STAGE_MATCH, "lacks a needed feature")
	ROW(VP_VERDICT_EXCLUDED_FEATURES, "excluded-features", VP_STAGE_MATCH, "has an unwanted feature")
	ROW(VP_VERDICT_NOT_NEEDED, "not-needed", VP_STAGE_MATCH, "an earlier one was chosen")
	ROW(VP_VERDICT_MATCH, "match", VP_STAGE_MATCH, "works and has what is needed")
	ROW(VP_VERDICT_SELECTED, "selected", VP_STAGE_MATCH, "chosen")
	}
	return NULL;
}
// clang-format on

const char *vp_verdict_name(VpVerdict verdict)
{
	const struct Row *row = find_row(verdict);

	return row ? row->name : NULL;
}

const char *vp_verdict_about(VpVerdict verdict)
{
	const struct Row *row = find_row(verdict);

	return row ? row->about : NULL;
}

VpStage vp_verdict_stage(VpVerdict verdict)
{
	const struct Row *row = find_row(verdict);

	return row ? row->stage : VP_STAGE_NONE;
}
