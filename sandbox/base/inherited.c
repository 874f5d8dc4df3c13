// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * THE list of inherited limits and settings that matter, and the check which of them are
 * less than they should be.
 */
#include "sandbox/base/inherited.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "sandbox/base/limits.h"

#ifndef PR_GET_MDWE
#define PR_GET_MDWE 66
#endif

/* Longer than any deadline. */
#define SECONDS_MAX 3602

#define LIMIT(kind, resource, least, about)             \
	{                                               \
		kind, resource, least, #resource, about \
	}

const Inherited sandbox_inherited[] = {
	LIMIT(INHERITED_BYTES, RLIMIT_AS, SANDBOX_LIMIT_AS, "addresses"),
	LIMIT(INHERITED_BYTES, RLIMIT_DATA, SANDBOX_LIMIT_DATA, "data"),
	LIMIT(INHERITED_BYTES, RLIMIT_STACK, SANDBOX_LIMIT_STACK, "the stack"),
	LIMIT(INHERITED_BYTES, RLIMIT_FSIZE, SANDBOX_LIMIT_FSIZE,
		"files that are written"),
	LIMIT(INHERITED_COUNT, RLIMIT_NOFILE, SANDBOX_LIMIT_NOFILE, "descriptors"),
	LIMIT(INHERITED_COUNT, RLIMIT_NPROC, SANDBOX_PROCESSES_ALONE, "processes"),
	LIMIT(INHERITED_SECONDS, RLIMIT_CPU, SECONDS_MAX, "processor time"),
	{INHERITED_NICENESS, 0, 0, NULL,
		"the caller's scheduling class or niceness is low"},
	{INHERITED_MDWE, 0, 0, NULL,
		"the caller denies itself memory that is written and executed"},
};

const unsigned sandbox_n_inherited = sizeof sandbox_inherited / sizeof *sandbox_inherited;

static bool is_less(const Inherited *inherited)
{
	struct rlimit limit;

	switch (inherited->kind) {
	case INHERITED_NICENESS:
		errno = 0;
		return getpriority(PRIO_PROCESS, 0) > 0 ||
		       sched_getscheduler(0) == SCHED_IDLE;
	case INHERITED_MDWE:
		return prctl(PR_GET_MDWE, 0, 0, 0, 0) > 0;
	default:
		return getrlimit(inherited->resource, &limit) == 0 &&
		       limit.rlim_max < inherited->least;
	}
}

uint32_t inherited_find(void)
{
	uint32_t found = 0;

	for (unsigned i = 0; i < sandbox_n_inherited; i++)
		if (is_less(&sandbox_inherited[i]))
			found |= 1u << i;
	return found;
}
