// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * An errno of ours comes in, an error for people goes out.
 */
#include "common/lack.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* As the filters of containers and services do. */
#define REFUSED "a system call filter around vhost-probe refuses it; allow it there"

static const struct {
	int errnum;
	const char *remedy;
} remedies[] = {
	{EMFILE, "raise the limit on descriptors (ulimit -n); 64 are enough"},
	{ENFILE, "the system has no more of them for anybody, see sysctl fs.file-max"},
	{ENOMEM, "raise the limit on memory (ulimit -v, or the control group's "
		 "memory.max), or lower --jobs"},
	{EAGAIN, "raise the limit on processes (ulimit -u, or the control group's "
		 "pids.max), or lower --jobs"},
	{E2BIG, "raise the limit on the stack (ulimit -s)"},
	{ENOSPC, "a sandbox can show 512 paths: expose fewer"},
	{EPERM, REFUSED},
	{ENOSYS, REFUSED},
};

static const char *find_remedy(int errnum)
{
	for (size_t i = 0; i < G_N_ELEMENTS(remedies); i++)
		if (remedies[i].errnum == errnum)
			return remedies[i].remedy;
	return NULL;
}

bool lack_set_error(GError **error, int errnum, const char *format, ...)
{
	const char *remedy = find_remedy(errnum);
	g_autofree char *what = NULL;
	va_list arguments;

	va_start(arguments, format);
	what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum), "%s: %s%s%s",
		what, g_strerror(errnum), remedy ? "; " : "", remedy ? remedy : "");
	return false;
}

bool lack_is_null_device(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(1, 3);
}

bool lack_check_host(GError **error)
{
	struct stat st;

	if (stat("/proc/self/fd", &st) < 0) {
		g_set_error_literal(error, G_FILE_ERROR, g_file_error_from_errno(errno),
			"no /proc is mounted here that shows this process: mount -t proc "
			"proc /proc");
		return false;
	}
	if (!lack_is_null_device("/dev/null")) {
		g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_NODEV,
			"/dev/null is not there, or not the null device: mknod -m 666 "
			"/dev/null c 1 3, or in a chroot mount --rbind /dev "
			"DIRECTORY/dev");
		return false;
	}
	return true;
}
