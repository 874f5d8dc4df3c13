// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller's side (run.c, worker.c) and the warden say to each other: a plan and a
 * report in shared memory, and messages on a SOCK_SEQPACKET pair.
 *
 *   caller                              warden
 *   clone, write the id maps  --MAPPED-->  user namespace, the other namespaces, sources
 *   read manifests            --GO------>  root, limits, ids, Landlock, filter, canaries
 *                             <--READY---  (report filled in)
 *   request + 2 fds           --RUN----->  start, wait, kill, reap
 *                             --CANCEL-->  (only the run of that number)
 *                             <--ENDED---
 *   close                     --hang-up->  kills everything and exits
 *
 * No program that runs inside can reach either memory or socket: exec takes the mapping
 * and the descriptor away, and the warden is not dumpable.
 */
#pragma once

#include <limits.h>
#include <stdint.h>
#include <sys/types.h>

#include "sandbox/sandbox.h"

/* The id, user's and group's, that programs have inside: Linux' overflow id, "nobody". */
#define SANDBOX_INSIDE_ID 65534

#define SANDBOX_ALL_LAYERS (SANDBOX_LAYER_BIT(SANDBOX_N_LAYERS) - 1)

/* Without one of these, Landlock has more to do than to repeat what others say. */
#define SANDBOX_NAMESPACES                               \
	(SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER) |         \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT) | \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_PID) |   \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET) |   \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_IPC))

#define PLAN_PATHS_MAX (1024 * 1024)

/* Filled by the caller before GO, read by every warden. Untouched pages cost nothing. */
typedef struct {
	/* What to show inside beside the system's own directories: real paths of
	 * directories or files, each with its NUL, ended by an empty one. */
	char paths[PLAN_PATHS_MAX];
} Plan;

/* Filled by the warden before READY. */
typedef struct {
	uint32_t held; /* bits of SANDBOX_LAYER_BIT */
	int missing_errno[SANDBOX_N_LAYERS];
	int landlock_abi;
} WardenReport;

typedef enum {
	MESSAGE_MAPPED,
	MESSAGE_GO,
	MESSAGE_READY,
	MESSAGE_RUN,
	MESSAGE_CANCEL,
	MESSAGE_ENDED,
} MessageType;

/* RUN carries stdout's and stderr's descriptor, and strings behind the header:
 * the real path and the arguments, each with its NUL. */
typedef struct {
	MessageType type;
	uint32_t number; /* of the run, never 0 */
	union {
		struct {
			uint64_t timeout_us;
			uint32_t cpu_seconds;
			uint32_t argc;
			/* Nothing will follow: end as soon as its end is told. */
			uint32_t last;
			SandboxFile program;
		} run;
		struct {
			int32_t status; /* as waitpid() gives it, if no errno is set */
			int32_t start_errno; /* no process, descriptor or memory for it */
			int32_t exec_errno;  /* the program cannot be executed */
			uint32_t timed_out;
			uint64_t duration_us;
		} ended;
		struct {
			uint32_t done; /* MAPPED: whether the caller could write the maps
					*/
		} mapped;
	};
} Message;

#define MESSAGE_ARGC_MAX 8
#define MESSAGE_MAX      (sizeof(Message) + 4 * PATH_MAX)

/* Everything a warden is told at birth; it lives in memory that clone copies. */
typedef struct {
	int socket;
	/* Below this the warden runs nothing, whatever it is told. */
	SandboxLevel level;
	/* Not to be tried. */
	uint32_t without;
	pid_t caller;
	/* What others of its id may read of the caller they may read of this copy. */
	bool dumpable;
	/* Called by root, whose id programs must not have outside. */
	bool root;
	/* Effective, outside: after the clone nobody there has a name for them. */
	uid_t uid;
	gid_t gid;
	const Plan *plan;
	WardenReport *report;
} WardenConfig;

/*
 * The warden's whole life, in a process that clone made. Async-signal-safe from here on:
 * the caller may have threads, whose locks were copied in any state. No malloc, no stdio,
 * no GLib.
 */
_Noreturn void warden_main(const WardenConfig *config);
