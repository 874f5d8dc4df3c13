// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Landlock: files, sockets and signals once more, by means that no mount or namespace
 * shares. Called by the warden in its own process.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/warden/plan.h"

/* Returns: the ABI version of the running kernel, or 0 with errno set (ENOSYS: not built
 * in, EOPNOTSUPP: switched off at boot). */
int landlock_abi(void);

/* What is shown of the host's root, where there is no private one. */
typedef struct {
	const Plan *plan; /* what is shown beside the system's directories */
	bool shows_etc;   /* /etc is one of the system's directories */
} LandlockHost;

/*
 * landlock_prepare:
 * @abi: of landlock_abi(); set to the one whose rights and scopes are denied
 * @host: NULL: all below "/", in a root that holds nothing else, can be read and executed
 * @plan: its devices can be opened for writing too
 * @ret_ruleset: a descriptor, which the caller owns
 *
 * Looks up and allocates what is needed, which the limits do not allow any more.
 *
 * Returns: 0 or an errno value.
 */
int landlock_prepare(
	int *abi, const LandlockHost *host, const Plan *plan, int *ret_ruleset);

/* Also allows programs to make, change and remove files below @path, of every kind except
 * sockets and devices. Returns: 0 or an errno value. */
int landlock_allow_making(int abi, int ruleset, const char *path);

/*
 * From now on nothing but that, and writing to the harmless and the exposed devices,
 * works; every right and scope that the kernel handles is denied otherwise. In the host's
 * root all of /proc can be read, until the domain of a run takes that away. Returns: 0 or
 * an errno value.
 */
int landlock_enter(int ruleset);

/* ---- the domain of a run, within the warden's ---- */

/* Directories in "/" of which anything is shown, and some files of /proc. */
#define LANDLOCK_RUN_SHOWN_MAX 80

typedef struct {
	bool shows_host;    /* false: the root is private, and its /proc needs no rules */
	bool keeps_signals; /* they reach the run's own processes only */
	unsigned n_shown;
	struct {
		int fd; /* opened without any right */
		dev_t dev;
		ino_t ino;
	} shown[LANDLOCK_RUN_SHOWN_MAX];
} LandlockRun;

/*
 * landlock_run_open:
 * @host: NULL: a private root
 *
 * Prepares what is the same for all runs. Returns: 0 or an errno value.
 */
int landlock_run_open(LandlockRun *run, const LandlockHost *host, bool keeps_signals);

/*
 * landlock_run_prepare:
 * @ret_ruleset: a descriptor, which the caller owns; -1 if nothing is needed
 *
 * In the warden. Returns: 0 or an errno value.
 */
int landlock_run_prepare(const LandlockRun *run, int *ret_ruleset);

/*
 * landlock_run_enter:
 * @ruleset: of landlock_run_prepare(), -1 included
 *
 * To be called in the process that is to execute the program, which may share the
 * warden's memory. Of the processes in /proc, it can then read only its own entries.
 * Needs LANDLOCK_ABI_SIGNALS. Returns: 0 or an errno value.
 */
int landlock_run_enter(const LandlockRun *run, int ruleset);

/* Whether a process of such a domain is refused what /proc says of the calling one and of
 * the host, and cannot signal it, as far as @run wants that. Returns: 0 or an errno
 * value. */
int landlock_canary_run(const LandlockRun *run);

/* ---- canaries of the warden's ---- */

/*
 * Whether files are refused as they should be, in the host's root: a directory that could
 * be listed when landlock_canary_host_prepare() was called, with the ids and capabilities
 * of programs, cannot be any more.
 *
 * Returns: 0 or an errno value; ENOENT: there is no such directory.
 */
int landlock_canary_host_prepare(const LandlockHost *host);
int landlock_canary_host(void);

/*
 * Likewise in a private root, where nearly all that it refuses is refused by something
 * else, too.
 * @directory: in which nothing else keeps this process from making files
 */
int landlock_canary_making(int directory);

/*
 * Whether signals are refused: a process of the same id, started earlier and waiting
 * outside, must not be reached. It ends with this process, or by the second call.
 *
 * Returns: 0 or an errno value.
 */
int landlock_canary_signals_prepare(void);
int landlock_canary_signals(void);
