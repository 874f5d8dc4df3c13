// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The system call filter: compiled on the caller's side, where memory may be allocated,
 * and loaded by the warden.
 */
#pragma once

#include <stdint.h>
#include <linux/filter.h>

/*
 * filter_compile:
 * @arch: SCMP_ARCH_*, or 0 for the running machine's
 * @ret_filter: (array length=max): untouched on failure
 * @ret_length: instructions
 *
 * Returns: 0, or an errno value (E2BIG: more than @max instructions).
 */
int filter_compile(uint32_t arch, struct sock_filter *ret_filter, unsigned max,
	unsigned *ret_length);

/*
 * filter_load:
 * Restricts the calling thread and all that it starts; needs no_new_privs.
 * Async-signal-safe.
 *
 * Returns: 0 or an errno value.
 */
int filter_load(const struct sock_filter *filter, unsigned length);

/* Whether the filter does what it should. Async-signal-safe. Returns: 0 or an errno
 * value. */
int filter_canary(void);
