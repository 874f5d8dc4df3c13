// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * File descriptors that close themselves at the end of their scope, the counterpart of
 * g_autofree. A descriptor that is handed over is taken out with steal_fd().
 */
#pragma once

#include <errno.h>
#include <unistd.h>

/* Closes *@fd unless it is negative; errno is kept, for use on error paths. */
static inline void close_fd(int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

/* Returns: *@fd, which the caller owns now. */
static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define autofd __attribute__((cleanup(close_fd))) int
