// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One file before its content: what its name says, what else reads it, whether it is
 * there at all, and who could have written it.
 */
#include "probe/check/stages.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/lack.h"
#include "probe/device-types.h"

/* ---- names ---- */

/* "50-qemu-gpu.json" (D5) */
static bool has_prefix(const char *name)
{
	return g_ascii_isdigit(name[0]) && g_ascii_isdigit(name[1]) && name[2] == '-';
}

static bool is_dangling(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) && stat(path, &st) < 0 &&
	       (errno == ENOENT || errno == ENOTDIR || errno == ELOOP);
}

/* Returns: (transfer full) (nullable): what is in it, whoever could have written it; NULL
 * with @error. */
static char *read_text(const char *path, size_t *ret_length, GError **error)
{
	struct stat st;
	autofd fd = file_open_regular(AT_FDCWD, path, &st, error);

	return fd < 0 ? NULL
		      : file_read_bounded(
				fd, st.st_size, MANIFEST_MAX, ret_length, error);
}

/* libvirt needs to know the type of every file. */
static const char *find_untyped(json_object *root)
{
	const VpDeviceType *type;
	json_object *member;

	if (!json_object_object_get_ex(root, "type", &member))
		return "\"type\" is missing";
	type = json_object_is_type(member, json_type_string)
		       ? vp_device_type_find(json_object_get_string(member))
		       : NULL;
	return type && type->in_schema ? NULL : "\"type\" is none of the specification's";
}

/* What libvirt makes of a file whose name it takes and nobody else does. Returns: what is
 * wrong with it there, or NULL: it is taken for a manifest. */
static char *find_breach(const VpCandidate *candidate, GError **error)
{
	g_autoptr(GError) cause = NULL;
	g_autoptr(json_object) root = NULL;
	size_t length;
	g_autofree char *text = read_text(candidate->manifest, &length, &cause);

	if (text)
		root = json_parse_strict(text, length, &cause);
	if (root)
		return g_strdup(find_untyped(root));
	if ((text && !length) ||
		(!text && file_blame_us_for(cause, candidate->manifest, error)))
		return NULL;
	return g_strdup(cause->message);
}

/* Returns: (transfer full) (nullable): "it is a directory"; NULL: it is a regular file,
 * or is not there. */
static char *describe_kind(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode)
		       ? g_strconcat("it is ", file_type_name(st.st_mode), NULL)
		       : NULL;
}

/* D5. Directories and dot files are nobody's. */
static bool check_skipped(Subject *subject, GError **error)
{
	const VpCandidate *candidate = subject->candidate;
	g_autofree char *breach = NULL;
	g_autofree char *kind = describe_kind(candidate->manifest);
	bool dotted = candidate->name[0] == '.';
	GError *lack = NULL;

	if (dotted || kind) {
		finding_add(subject, VP_DEFECT_SKIPPED_NAME, NOWHERE,
			"no software takes this for a manifest: %s",
			dotted ? "its name begins with a dot" : kind);
		return true;
	}
	breach = find_breach(candidate, &lack);
	if (lack) {
		g_propagate_error(error, lack);
		return false;
	}
	if (breach)
		finding_add(subject, VP_DEFECT_STRAY_FILE, NOWHERE,
			"libvirt reads every file here as a manifest, and finds no "
			"backend at all because of this one (%s); move it elsewhere",
			breach);
	else
		finding_add(subject, VP_DEFECT_SKIPPED_NAME, NOWHERE,
			"%s, and is therefore skipped; libvirt reads it anyway",
			candidate->reason);
	return true;
}

/* Returns: (transfer full): "50-fs.json" for "fs.json.in" or "fs.txt". */
static char *propose_name(const char *name)
{
	const char *start = name + strspn(name, "."), *end = strstr(start, ".json");

	if (!end)
		end = strrchr(start, '.');
	return g_strdup_printf("%s%.*s.json", has_prefix(start) ? "" : "50-",
		(int)(end ? (size_t)(end - start) : strlen(start)), start);
}

/* What is said of its name is one finding, however much is wrong with that. */
static void check_unnamed(Subject *subject)
{
	VpCandidate *candidate = subject->candidate;
	g_autofree char *name = propose_name(candidate->name);

	finding_add(subject, VP_DEFECT_SKIPPED_NAME, NOWHERE,
		"under this name it would be skipped: %s; call it %s", candidate->reason,
		g_utf8_validate(name, -1, NULL) ? name : "50-NAME.json");
	candidate->verdict = VP_VERDICT_PENDING;
}

/* ---- files ---- */

/* What somebody else could have written is not used, and checked nevertheless. */
static bool load_distrusted(
	const Subject *subject, char **ret_text, size_t *ret_length, GError **error)
{
	const char *path = subject->candidate->manifest;
	g_autoptr(GError) cause = NULL;

	*ret_text = read_text(path, ret_length, &cause);
	return !cause || !file_blame_us_for(cause, path, error);
}

/* Directories, FIFOs and the like are passed over by libvirt as well. */
static bool is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static void check_unreadable(Subject *subject)
{
	const VpCandidate *candidate = subject->candidate;
	const char *also = is_regular(candidate->manifest)
				   ? "; a libvirt that cannot read it either finds no "
				     "backend at all"
				   : "";

	if (is_dangling(candidate->manifest))
		finding_add(subject, VP_DEFECT_DANGLING_LINK, NOWHERE, "%s" FAILS_LIBVIRT,
			candidate->reason);
	else
		finding_add(subject, VP_DEFECT_UNREADABLE, NOWHERE,
			"cannot be read: %s%s", candidate->reason, also);
}

bool check_file(Subject *subject, FileCaller *caller, char **ret_text, size_t *ret_length,
	GError **error)
{
	VpCandidate *candidate = subject->candidate;

	bool unnamed = candidate->verdict == VP_VERDICT_SKIPPED_NAME;

	*ret_text = NULL;
	if (unnamed && subject->searched)
		return check_skipped(subject, error);
	/* Whoever names a file wants to know what is in it. */
	if (unnamed)
		check_unnamed(subject);
	if (candidate->verdict == VP_VERDICT_MASKED)
		return true;
	if (!manifest_load(candidate, caller, ret_text, ret_length, error))
		return false;
	if (!unnamed && !has_prefix(candidate->name) &&
		candidate->verdict != VP_VERDICT_MASK)
		finding_add(subject, VP_DEFECT_NO_PREFIX, NOWHERE,
			"the name should begin with two digits and a dash, which decide "
			"its place in the order: 50-%s",
			candidate->name);
	switch (candidate->verdict) {
	case VP_VERDICT_UNREADABLE:
		check_unreadable(subject);
		break;
	case VP_VERDICT_BAD_MANIFEST:
		finding_add(subject, VP_DEFECT_TOO_LARGE, NOWHERE, "is %s" FAILS_LIBVIRT,
			candidate->reason);
		break;
	case VP_VERDICT_UNTRUSTED:
		finding_add(
			subject, VP_DEFECT_UNTRUSTED, NOWHERE, "%s", candidate->reason);
		return load_distrusted(subject, ret_text, ret_length, error);
	default:
		break;
	}
	return true;
}
