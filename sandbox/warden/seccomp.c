// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Loads the system call filter, whose rules are in sandbox/warden/filter/.
 */
#include "sandbox/warden/seccomp.h"

#include <errno.h>
#include <sys/socket.h>
#include <linux/audit.h>
#include <linux/seccomp.h>

#include "common/autofd.h"
#include "sandbox/base/kernel.h"
#include "sandbox/warden/filter.h"

/* A filter for another machine would kill everything. */
#if !FILTER_IS_KNOWN
#elif defined(__x86_64__)
_Static_assert(FILTER_ARCH == AUDIT_ARCH_X86_64, "the filter's architecture");
#elif defined(__i386__)
_Static_assert(FILTER_ARCH == AUDIT_ARCH_I386, "the filter's architecture");
#elif defined(__aarch64__)
_Static_assert(FILTER_ARCH == AUDIT_ARCH_AARCH64, "the filter's architecture");
#elif defined(__powerpc64__)
_Static_assert(FILTER_ARCH == AUDIT_ARCH_PPC64LE, "the filter's architecture");
#elif defined(__riscv)
_Static_assert(FILTER_ARCH == AUDIT_ARCH_RISCV64, "the filter's architecture");
#else
#error "a filter for an architecture that has none"
#endif

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

int filter_load(bool own_root)
{
	/* It is only read. */
	struct sock_fprog program = {
		.len = own_root ? N_ELEMENTS(filter_of_own_root)
				: N_ELEMENTS(filter_of_host_root),
		.filter = (struct sock_filter *)(own_root ? filter_of_own_root
							  : filter_of_host_root),
	};

	if (!FILTER_IS_KNOWN)
		return EOPNOTSUPP;
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0 ? errno : 0;
}

int filter_canary(void)
{
	autofd fd = (int)syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0);

	if (fd >= 0)
		return EEXIST;
	return errno == EPERM ? 0 : errno;
}
