// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Limits on what a program may use; a healthy one never meets them. Where the caller has
 * passed on a lower one, a program that fails by it is not to blame (inherited.h).
 */
#pragma once

/* Runtimes reserve addresses for a heap that may grow, and the C library an arena of 64
 * MiB for each thread: with less than 6 GiB of data a virtual machine that believes in
 * 256 GiB of memory does not start. */
#define SANDBOX_LIMIT_AS   (1ull << 40)
#define SANDBOX_LIMIT_DATA (8ull << 30)
/* For memfds, which compilers and heaps make as large as they may ever become: no more
 * than data, and less than memory that is shared anyhow. /tmp is smaller. */
#define SANDBOX_LIMIT_FSIZE (8ull << 30)
/* R insists on more than 128. */
#define SANDBOX_LIMIT_NOFILE 256
/* Unlimited changes the memory layout. */
#define SANDBOX_LIMIT_STACK (8ull << 20)

/* Processes and threads of one program that runs beside others (more with more
 * processors), of one that runs by itself, and of all programs of a call that run at a
 * time. Where these are counted together, each may have its share of the last: a limit is
 * added to what is there already. */
#define SANDBOX_PROCESSES       64
#define SANDBOX_PROCESSES_ALONE 512
#define SANDBOX_PROCESSES_ALL   4096
