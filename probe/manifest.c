// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads a manifest: one strict JSON object with description, type and binary (M1); tags
 * are for people (M2). Members that the schema does not know are left alone.
 *
 * Whatever is wrong with the file becomes the candidate's verdict, and that of no other.
 */
#include "probe/candidate.h"

#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/fault.h"
#include "common/json.h"
#include "common/lack.h"
#include "common/text.h"
#include "probe/excerpt.h"

const JsonField manifest_fields[MANIFEST_N_FIELDS] = {
	{"description", JSON_FIELD_STRING, true, offsetof(VpCandidate, description)},
	{"type", JSON_FIELD_STRING, true, offsetof(VpCandidate, type)},
	{"binary", JSON_FIELD_STRING, true, offsetof(VpCandidate, binary)},
	{"tags", JSON_FIELD_STRING_LIST, false, offsetof(VpCandidate, tags)},
};

static void check_values(VpCandidate *candidate)
{
	if (!*candidate->type)
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST, "type is empty");
	/* It is in no reason either: whoever reads that has only so much patience. */
	else if (strlen(candidate->binary) >= PATH_MAX)
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST,
			"binary has %zu bytes; the path of a file has at most %d",
			strlen(candidate->binary), PATH_MAX - 1);
	else if (candidate->binary[0] != '/')
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST,
			"binary is not an absolute path: \"%s\"", candidate->binary);
	/* It is printed as a line of its own, as it is. */
	else if (!text_is_line(candidate->binary))
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST,
			"binary has a control or format character: %s",
			candidate->binary);
}

/* @at: (nullable): where in @text, whose line there is quoted. */
static void settle_bad_json(VpCandidate *candidate, const char *text, size_t length,
	const char *at, const GError *cause)
{
	g_autofree char *line = at ? excerpt_at_bytes(text, length, at) : NULL;

	candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST, "%s%s%s", cause->message,
		line ? ": " : "", line ? line : "");
}

/* Where the file could not be opened: why not, as far as that is seen. */
static bool settle_unopened(VpCandidate *candidate, const GError *cause, GError **error)
{
	g_autofree char *fault = NULL;

	if (file_blame_us_for(cause, candidate->manifest, error))
		return false;
	fault = fault_find(candidate->manifest);
	candidate_settle(
		candidate, VP_VERDICT_UNREADABLE, "%s", fault ? fault : cause->message);
	return true;
}

/* A file that cannot be read is @verdict, unless something of ours is lacking. */
static bool settle(
	VpCandidate *candidate, VpVerdict verdict, const GError *cause, GError **error)
{
	if (file_blame_us_for(cause, candidate->manifest, error))
		return false;
	candidate_settle(candidate, verdict, "%s", cause->message);
	return true;
}

bool manifest_load(VpCandidate *candidate, FileCaller *caller, char **ret_text,
	size_t *ret_length, GError **ret_error)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *distrust = NULL;
	struct stat st;
	autofd fd = -1;

	*ret_text = NULL;
	fd = file_open_regular(AT_FDCWD, candidate->manifest, &st, &error);
	if (fd < 0 && lack_is_null_device(candidate->manifest)) {
		candidate_settle(candidate, VP_VERDICT_MASK, "is /dev/null");
		return true;
	}
	if (fd < 0)
		return settle_unopened(candidate, error, ret_error);
	if (st.st_size == 0) {
		candidate_settle(candidate, VP_VERDICT_MASK, "is empty");
		return true;
	}
	distrust = file_distrust(fd, &st, caller, &error);
	if (error) {
		g_propagate_error(ret_error, g_steal_pointer(&error));
		return false;
	}
	if (distrust) {
		candidate_settle(
			candidate, VP_VERDICT_UNTRUSTED, "the manifest %s", distrust);
		return true;
	}
	*ret_text = file_read_bounded(fd, st.st_size, MANIFEST_MAX, ret_length, &error);
	if (!*ret_text)
		return settle(candidate,
			g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
				? VP_VERDICT_BAD_MANIFEST
				: VP_VERDICT_UNREADABLE,
			error, ret_error);
	return true;
}

bool manifest_read(VpCandidate *candidate, FileCaller *caller, GError **ret_error)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;
	g_autoptr(json_object) root = NULL;
	const char *at;
	size_t length;

	if (!manifest_load(candidate, caller, &text, &length, ret_error))
		return false;
	if (!text)
		return true;
	root = json_parse_strict_at(text, length, &at, &error);
	if (!root)
		settle_bad_json(candidate, text, length, at, error);
	else if (!json_read_fields(
			 root, manifest_fields, MANIFEST_N_FIELDS, candidate, &error))
		candidate_settle(
			candidate, VP_VERDICT_BAD_MANIFEST, "%s", error->message);
	else
		check_values(candidate);
	return true;
}
