// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether wardens can be started here: by a process that shares its maker's memory
 * (sandbox/launch.c), which a user-mode emulator does not make. Where it is refused, no
 * test can run a program.
 */
#pragma once

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <glib.h>

#include "tests/skip.h"

static inline int launch_nothing(void *data)
{
	return 0;
}

/* Returns: 0, or why not. */
static inline int launch_try(void)
{
	static char stack[16 * 1024] __attribute__((aligned(16)));
	pid_t pid = clone(launch_nothing, stack + sizeof stack, CLONE_VM, NULL);

	return pid < 0 || waitpid(pid, NULL, __WALL) != pid ? errno : 0;
}

/* Returns: whether they can; if not, the running test is skipped, or fails. */
static inline bool launch_or_skip(void)
{
	int errnum = launch_try();
	g_autofree char *reason = g_strdup_printf(
		"no process that shares memory is made here: %s", g_strerror(errnum));

	if (errnum)
		skip_or_fail(reason);
	return !errnum;
}

static inline void launch_test(void)
{
	launch_or_skip();
}

/*
 * launch_or_skip_all:
 * @path: of the only test, if they cannot
 *
 * Returns: whether the file's tests are to be added, all of which start wardens.
 */
static inline bool launch_or_skip_all(const char *path)
{
	if (launch_try() == 0)
		return true;
	g_test_add_func(path, launch_test);
	return false;
}
