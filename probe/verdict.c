// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of verdicts: their stable names, what they mean, and which stage gives them.
 */
#include "probe/vhost-probe.h"

static const struct {
	const char *name, *about;
	VpStage stage;
} verdicts[] = {
	[VP_VERDICT_PENDING] = {"pending", "not judged yet", VP_STAGE_NONE},
	[VP_VERDICT_SKIPPED_NAME] = {"skipped-name", "not *.json, or a dot file",
		VP_STAGE_FILE},
	[VP_VERDICT_MASKED] = {"masked",
		"a more specific file of this name took its place", VP_STAGE_FILE},
	[VP_VERDICT_MASK] = {"mask", "an empty file or a link to /dev/null: hides others",
		VP_STAGE_FILE},
	[VP_VERDICT_UNREADABLE] = {"unreadable", "the file cannot be read",
		VP_STAGE_FILE},
	[VP_VERDICT_BAD_MANIFEST] = {"bad-manifest", "the file is not a valid manifest",
		VP_STAGE_FILE},
	[VP_VERDICT_OTHER_TYPE] = {"other-type", "a backend of another type",
		VP_STAGE_FILE},
	[VP_VERDICT_MISSING_BINARY] = {"missing-binary", "the program does not exist",
		VP_STAGE_PROGRAM},
	[VP_VERDICT_NOT_EXECUTABLE] = {"not-executable", "the program cannot be executed",
		VP_STAGE_PROGRAM},
	[VP_VERDICT_UNTRUSTED] = {"untrusted",
		"others could have written the file or program", VP_STAGE_PROGRAM},
	[VP_VERDICT_EXEC_FAILED] = {"exec-failed", "the program could not be started",
		VP_STAGE_RUN},
	[VP_VERDICT_SANDBOX_UNAVAILABLE] = {"sandbox-unavailable",
		"there is no safe way to run it", VP_STAGE_UNKNOWN},
	[VP_VERDICT_NOT_CACHED] = {"not-cached",
		"the cache alone may answer, and does not", VP_STAGE_UNKNOWN},
	[VP_VERDICT_OUTPUT_LIMIT] = {"output-limit", "printed too much", VP_STAGE_RUN},
	[VP_VERDICT_TIMEOUT] = {"timeout", "did not end in time", VP_STAGE_RUN},
	[VP_VERDICT_POLICY_KILL] = {"policy-kill", "killed by the system call filter",
		VP_STAGE_RUN},
	[VP_VERDICT_SIGNAL] = {"signal", "killed by a signal", VP_STAGE_RUN},
	[VP_VERDICT_EXIT_STATUS] = {"exit-status", "exited with a status other than 0",
		VP_STAGE_RUN},
	[VP_VERDICT_NO_OUTPUT] = {"no-output", "printed nothing on stdout", VP_STAGE_RUN},
	[VP_VERDICT_BAD_JSON] = {"bad-json",
		"printed something that is not one JSON object", VP_STAGE_RUN},
	[VP_VERDICT_BAD_CAPABILITIES] = {"bad-capabilities",
		"printed JSON that breaks the schema", VP_STAGE_RUN},
	[VP_VERDICT_TYPE_MISMATCH] = {"type-mismatch",
		"is of another type than it is announced", VP_STAGE_RUN},
	[VP_VERDICT_MISSING_FEATURES] = {"missing-features", "lacks a needed feature",
		VP_STAGE_MATCH},
	[VP_VERDICT_EXCLUDED_FEATURES] = {"excluded-features", "has an unwanted feature",
		VP_STAGE_MATCH},
	[VP_VERDICT_NOT_NEEDED] = {"not-needed", "an earlier one was chosen",
		VP_STAGE_MATCH},
	[VP_VERDICT_MATCH] = {"match", "works and has what is needed", VP_STAGE_MATCH},
	[VP_VERDICT_SELECTED] = {"selected", "chosen", VP_STAGE_MATCH},
};

G_STATIC_ASSERT(G_N_ELEMENTS(verdicts) == VP_N_VERDICTS);

const char *vp_verdict_name(VpVerdict verdict)
{
	return verdicts[verdict].name;
}

const char *vp_verdict_about(VpVerdict verdict)
{
	return verdicts[verdict].about;
}

VpStage vp_verdict_stage(VpVerdict verdict)
{
	return verdicts[verdict].stage;
}
