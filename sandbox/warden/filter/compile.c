// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Compiles the rules by libseccomp for one architecture, and puts before the result what
 * libseccomp cannot express.
 */
#include "sandbox/warden/filter/rules.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <linux/seccomp.h>
#include <glib.h>

#include "common/autofd.h"

G_DEFINE_AUTO_CLEANUP_FREE_FUNC(SeccompContext, seccomp_release, NULL)

/*
 * System calls up to this number were audited for this list (Linux 6.18). Newer ones do
 * not exist inside. Numbers from 424 on are the same on every architecture that matters.
 */
#define HIGHEST_AUDITED 469

/* Audited, but without a name in the oldest supported libseccomp (2.5); in order. */
static const struct {
	unsigned number;
	int errnum;
} unnamed[] = {
	{452, ENOSYS}, /* fchmodat2: programs have fchmodat() */
	{456, ENOSYS}, /* futex_requeue: a pointer leads to whether it is shared */
	{460, EPERM},  /* lsm_set_self_attr: like writing to /proc/self/attr */
	{463, ENOSYS}, /* setxattrat */
	{466, ENOSYS}, /* removexattrat */
	{467, ENOSYS}, /* open_tree_attr */
	{469, EPERM},  /* file_setattr */
};

/*
 * Rules that libseccomp cannot express, placed before what it compiled: numbers above the
 * audited ones do not exist, nor do some that it has no name for. Numbers with bit 30
 * (x32) and those of another architecture are left to libseccomp's part, which kills.
 */
static unsigned write_prefix(struct sock_filter *filter, uint32_t arch)
{
	enum {
		N = G_N_ELEMENTS(unnamed),
		FIRST = 6,
		EPERM_AT = FIRST + N + 1,
		ENOSYS_AT,
		END
	};
	const struct sock_filter head[FIRST] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, arch, 0, END - 2),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, END - 4, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, HIGHEST_AUDITED, ENOSYS_AT - 5, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, unnamed[0].number, 0, END - 6),
	};

	memcpy(filter, head, sizeof head);
	for (unsigned i = 0; i < N; i++) {
		unsigned to = unnamed[i].errnum == EPERM ? EPERM_AT : ENOSYS_AT;

		filter[FIRST + i] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
				unnamed[i].number, to - FIRST - i - 1, 0);
	}
	filter[FIRST + N] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 2, 0, 0);
	filter[EPERM_AT] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	filter[ENOSYS_AT] =
		(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS);
	return END;
}

/* The architectures that this list was audited for. 32-bit ARM has calls above
 * HIGHEST_AUDITED that every program needs, and s390 has clone()'s arguments in another
 * order. */
static bool is_supported(uint32_t arch)
{
	return arch == SCMP_ARCH_X86_64 || arch == SCMP_ARCH_X86 ||
	       arch == SCMP_ARCH_AARCH64 || arch == SCMP_ARCH_PPC64LE ||
	       arch == SCMP_ARCH_RISCV64;
}

int filter_compile(uint32_t arch, FilterKind kind, struct sock_filter *ret_filter,
	unsigned max, unsigned *ret_length)
{
	g_auto(SeccompContext) context = NULL;
	g_autofree struct sock_filter *filter = g_new(struct sock_filter, max);
	autofd fd = -1;
	unsigned length;
	ssize_t n;
	int r;

	if (arch == 0)
		arch = seccomp_arch_native();
	if (!is_supported(arch))
		return EOPNOTSUPP;
	/* Set here, so that libseccomp does not make a dozen system calls to find it out:
	 * this side loads nothing. */
	seccomp_api_set(3);
	context = seccomp_init(SCMP_ACT_ALLOW);
	if (!context)
		return ENOMEM;
	if (arch != seccomp_arch_native()) {
		r = -seccomp_arch_add(context, arch);
		if (!r)
			r = -seccomp_arch_remove(context, SCMP_ARCH_NATIVE);
		if (r)
			return r;
	}
	r = -seccomp_attr_set(context, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* A binary tree over the numbers instead of a chain. */
	if (!r)
		r = -seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (!r)
		r = filter_add_rules(context, kind);
	if (r)
		return r;
	/* libseccomp before 2.6 exports to a descriptor only. */
	fd = memfd_create("filter", MFD_CLOEXEC);
	if (fd < 0)
		return errno;
	r = -seccomp_export_bpf(context, fd);
	if (r)
		return r;
	length = write_prefix(filter, arch);
	n = pread(fd, filter + length, (max - length) * sizeof *filter, 0);
	if (n < 0)
		return errno;
	length += (unsigned)((size_t)n / sizeof *filter);
	if (length == max)
		return E2BIG;
	memcpy(ret_filter, filter, length * sizeof *filter);
	*ret_length = length;
	return 0;
}
