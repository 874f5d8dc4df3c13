// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The network namespace. A process that shares memory and descriptors with this one makes
 * it, opens it, and ends.
 */
#include "sandbox/warden/network.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/raw.h"

#define OWN_NETWORK "/proc/self/ns/net"

static struct {
	pid_t pid;
	/* Of the maker: the namespace, or a negative errno value. */
	volatile long result;
} maker;

/* The maker's stack; nothing on it is ever needed again. */
static char stack[16 * 1024] __attribute__((aligned(16)));

RAW_FUNCTION static int make(void *nothing)
{
	long r = raw_syscall(SYS_unshare, CLONE_NEWNET, 0, 0, 0, 0);

	if (r == 0)
		r = raw_syscall(SYS_openat, AT_FDCWD, (long)OWN_NETWORK,
			O_RDONLY | O_CLOEXEC, 0, 0);
	maker.result = r;
	raw_syscall(SYS_exit_group, 0, 0, 0, 0, 0);
	return 0;
}

void network_begin(void)
{
	maker.result = -ESRCH;
	maker.pid =
		clone(make, stack + sizeof stack, CLONE_VM | CLONE_FILES | SIGCHLD, NULL);
	if (maker.pid < 0)
		maker.result = -errno;
}

void network_wait(void)
{
	if (maker.pid > 0)
		waitpid(maker.pid, NULL, 0);
	maker.pid = 0;
}

int network_enter(void)
{
	struct stat before, after;
	autofd fd = -1;

	network_wait();
	fd = (int)maker.result;
	if (stat(OWN_NETWORK, &before) < 0)
		return errno;
	/* The maker was killed, or a filter allows only one way. */
	if ((fd < 0 || setns(fd, CLONE_NEWNET) < 0) && unshare(CLONE_NEWNET) < 0)
		return errno;
	if (stat(OWN_NETWORK, &after) < 0)
		return errno;
	/* The call succeeded, but did nothing. */
	return before.st_ino == after.st_ino ? EEXIST : 0;
}
