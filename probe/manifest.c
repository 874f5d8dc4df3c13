// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads a manifest: one strict JSON object with description, type and binary (M1); tags
 * are for people (M2). Members that the schema does not know are left alone.
 *
 * Whatever is wrong with the file becomes the candidate's verdict, and nobody else's.
 */
#include "probe/candidate.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "common/autofd.h"
#include "common/json.h"
#include "common/text.h"

#define MANIFEST_MAX (1024 * 1024) /* bytes */

static const JsonField fields[] = {
	{"description", JSON_FIELD_STRING, true, offsetof(VpCandidate, description)},
	{"type", JSON_FIELD_STRING, true, offsetof(VpCandidate, type)},
	{"binary", JSON_FIELD_STRING, true, offsetof(VpCandidate, binary)},
	{"tags", JSON_FIELD_STRING_LIST, false, offsetof(VpCandidate, tags)},
};

static bool is_null_device(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

static void check_values(VpCandidate *candidate)
{
	if (!*candidate->type)
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST, "type is empty");
	else if (candidate->binary[0] != '/')
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST,
			"binary is not an absolute path: %s", candidate->binary);
	/* It is printed as a line of its own, as it is. */
	else if (!text_is_line(candidate->binary))
		candidate_settle(candidate, VP_VERDICT_BAD_MANIFEST,
			"binary has a control or format character: %s",
			candidate->binary);
}

void manifest_read(VpCandidate *candidate, const FileCaller *caller)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *distrust = NULL, *text = NULL;
	g_autoptr(json_object) root = NULL;
	struct stat st;
	size_t length;
	autofd fd = -1;

	if (is_null_device(candidate->manifest)) {
		candidate_settle(candidate, VP_VERDICT_MASK, "is /dev/null");
		return;
	}
	fd = file_open_regular(AT_FDCWD, candidate->manifest, &st, &error);
	if (fd < 0) {
		candidate_settle(candidate, VP_VERDICT_UNREADABLE, "%s", error->message);
		return;
	}
	if (st.st_size == 0) {
		candidate_settle(candidate, VP_VERDICT_MASK, "is empty");
		return;
	}
	distrust = file_distrust(fd, &st, caller);
	if (distrust) {
		candidate_settle(
			candidate, VP_VERDICT_UNTRUSTED, "the manifest %s", distrust);
		return;
	}
	text = file_read_bounded(fd, MANIFEST_MAX, &length, &error);
	if (!text) {
		candidate_settle(candidate,
			g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOSPC)
				? VP_VERDICT_BAD_MANIFEST
				: VP_VERDICT_UNREADABLE,
			"%s", error->message);
		return;
	}
	root = json_parse_strict(text, length, &error);
	if (!root || !json_read_fields(
			     root, fields, G_N_ELEMENTS(fields), candidate, &error)) {
		candidate_settle(
			candidate, VP_VERDICT_BAD_MANIFEST, "%s", error->message);
		return;
	}
	check_values(candidate);
}
