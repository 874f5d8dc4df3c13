// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The rules of the system call filter, and their compilation by libseccomp. It takes
 * longer than starting a program, and its result depends on nothing that is known only
 * later: it is done when the project is built (generate.c).
 */
#pragma once

#include <seccomp.h>
#include <stdint.h>
#include <linux/filter.h>

typedef scmp_filter_ctx SeccompContext;

#define FILTER_MAX 2048 /* instructions */

/* What protects the modes, owners and times of the caller's files. */
typedef enum {
	FILTER_HOST_ROOT, /* the filter */
	FILTER_OWN_ROOT,  /* read-only mounts: a program can change those of its own */
} FilterKind;

/* Adds all rules to libseccomp's @context, which is for one architecture. Returns: 0 or
 * an errno value. */
int filter_add_rules(SeccompContext context, FilterKind kind);

/*
 * filter_compile:
 * @arch: SCMP_ARCH_*, or 0 for the running machine's
 * @ret_filter: (array length=max): untouched on failure
 * @ret_length: instructions
 *
 * Returns: 0, or an errno value (E2BIG: more than @max instructions).
 */
int filter_compile(uint32_t arch, FilterKind kind, struct sock_filter *ret_filter,
	unsigned max, unsigned *ret_length);
