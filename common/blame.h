// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whose fault it is that a call failed: a file's, or ours. The one place that knows, for
 * those who read manifests, for the caller of the sandbox and for the warden, which links
 * only the C library.
 *
 * For an errno that is not listed here the file is to blame, as long as the same call
 * works on something else: a file system may answer anything, and so may a security
 * module. A call that works on nothing is refused by a system call filter around us; the
 * code that makes the call tries that.
 */
#pragma once

#include <errno.h>
#include <stdbool.h>

/* Whether the cause is a shortage, which no layer, file or program is to blame for, and
 * which may be over the next time. */
static inline bool blame_is_shortage(int errnum)
{
	return errnum == EAGAIN || errnum == ENOMEM || errnum == ENFILE ||
	       errnum == EMFILE;
}

/* Of execve(): arguments are counted against the limit on the stack, and ours are few. */
static inline bool blame_is_shortage_to_execute(int errnum)
{
	return blame_is_shortage(errnum) || errnum == E2BIG;
}
