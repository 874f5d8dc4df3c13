// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a user is root.
 */
#include "sandbox/base/root.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool sandbox_is_root(uid_t uid)
{
	char map[256] = "";
	int fd = uid == 0 ? open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC) : -1;
	ssize_t n = fd >= 0 ? read(fd, map, sizeof map - 1) : 0;

	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return uid == 0;
	/* One line, whose count is 1. */
	return strchr(map, '\n') != map + n - 1 || n < 3 ||
	       strcmp(map + n - 3, " 1\n") != 0;
}
