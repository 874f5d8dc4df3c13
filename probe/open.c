// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A candidate's program, opened for a caller that wants to start it: the file that was
 * checked and asked, or none. What lay at its path may have been replaced since.
 */
#include "probe/result.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/file.h"
#include "probe/error.h"
#include "sandbox/sandbox.h"

static void set_open_error(GError **error, const char *path, int errnum)
{
	bool gone = errnum == ENOENT || errnum == ENOTDIR;
	GError *cause = NULL;

	if (!file_blame_us(errnum, path, &cause))
		g_set_error(&cause, G_FILE_ERROR, g_file_error_from_errno(errnum),
			"%s: %s", path, g_strerror(errnum));
	error_publish(error, gone ? VP_ERROR_GONE : VP_ERROR_FAILED, cause);
}

int vp_candidate_open(const VpCandidate *candidate, GError **error)
{
	const char *path = candidate->binary;
	/* Whatever that is, to take hold of it has no effects. Links are followed: the
	 * file that they lead to is what is compared. */
	autofd fd = candidate->real_path ? open(path, O_PATH | O_CLOEXEC) : -1;
	SandboxFile found;
	struct stat st;

	if (!candidate->real_path) {
		g_set_error_literal(error, VP_ERROR, VP_ERROR_INVALID,
			"the program of this candidate was not checked");
		return -1;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		set_open_error(error, path, errno);
		return -1;
	}
	found = sandbox_file(&st);
	if (!sandbox_file_equal(&found, &candidate->program)) {
		g_set_error(error, VP_ERROR, VP_ERROR_REPLACED,
			"%s was replaced or changed after it had been checked; try again",
			path);
		return -1;
	}
	return steal_fd(&fd);
}

bool vp_candidate_is_path_ours(const VpCandidate *candidate)
{
	return candidate->real_path &&
	       sandbox_is_way_ours(candidate->binary, candidate->real_path);
}
