// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Values of a request as people write them, in options as in the configuration: numbers
 * with bounds, and paths that may be exposed.
 */
#include "probe/vhost-probe-words.h"

#include <string.h>
#include <sys/stat.h>

#include "sandbox/sandbox.h"

bool vp_parse_timeout(const char *text, uint64_t *ret_us)
{
	char *end;
	double seconds = g_ascii_strtod(text, &end);

	/* strtod() also takes "nan", "inf" and hexadecimal. */
	if (!g_ascii_isdigit(text[0] == '.' ? text[1] : text[0]) ||
		strpbrk(text, "xXnN") || *end || !(seconds > 0) ||
		seconds > VP_TIMEOUT_MAX_US / 1e6)
		return false;
	if (ret_us)
		*ret_us = MAX((uint64_t)(seconds * 1e6), 1);
	return true;
}

bool vp_parse_jobs(const char *text, unsigned *ret_jobs)
{
	guint64 jobs;

	if (!g_ascii_string_to_unsigned(text, 10, 1, VP_JOBS_MAX, &jobs, NULL))
		return false;
	if (ret_jobs)
		*ret_jobs = (unsigned)jobs;
	return true;
}

#define ALL_DEVICES                                                                   \
	"programs could open all devices; expose only those that they need, such as " \
	"/dev/dri"

/* What is never exposed, by whatever name: with what to do instead. */
static const struct {
	const char *path, *why;
} unexposable[] = {
	{"/", "nothing would be hidden; see --sandbox none"},
	{"/dev", ALL_DEVICES},
	{"/dev/char", ALL_DEVICES},
	{"/proc", "the sandbox has a /proc of its own"},
	{"/sys", "it shows all that the kernel knows; expose only the directory that "
		 "programs need"},
};

const char *vp_why_unexposable(const char *real_path)
{
	struct stat st, never;

	for (size_t i = 0; i < G_N_ELEMENTS(unexposable); i++)
		if (g_str_equal(real_path, unexposable[i].path) ||
			(stat(real_path, &st) == 0 &&
				stat(unexposable[i].path, &never) == 0 &&
				st.st_dev == never.st_dev && st.st_ino == never.st_ino))
			return unexposable[i].why;
	return g_str_has_prefix(real_path, "/proc/")
		       ? "the sandbox has a /proc of its own"
		       : NULL;
}

bool vp_path_answers(const char *path, uint64_t timeout_us)
{
	g_autoptr(SandboxReach) reach = sandbox_reach_new(timeout_us);

	return sandbox_reach_now(reach, path);
}
