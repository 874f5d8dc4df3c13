// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller and the warden say to each other, over a SOCK_SEQPACKET pair:
 *
 *   caller                              warden
 *   start it                  --OPEN---->  namespaces, id maps, system directories
 *   read manifests            --GO------>  ids, root, limits, Landlock, filter, canaries
 *                             <--READY---
 *   request + 2 or 3 fds      --RUN----->  start, wait, kill, reap
 *   the next request          --RUN----->  keep it until the run has ended
 *                             --CANCEL-->  (only the run of that number)
 *                             <--ENDED---  (it may be the last: used_up)
 *                             --RECALL-->  (only if that number has not begun)
 *                             <-RETURNED-  (it was recalled or cancelled, and not begun)
 *   close                     --hang-up->  kills everything and exits
 *
 * No program that runs inside can reach the socket: exec closes it, and the warden is not
 * dumpable.
 */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "sandbox/base/execution.h"
#include "sandbox/base/identity.h"
#include "sandbox/base/layers.h"
#include "sandbox/base/limits.h"
#include "sandbox/base/root.h"

/*
 * Counts up whenever anything below changes. Each side sends its own, in OPEN and READY;
 * in these two the first eight bytes never change, so that an old warden and a new caller
 * recognise that they do not belong together.
 */
#define WARDEN_PROTOCOL 14

/* The warden's descriptor of the socket. */
#define WARDEN_SOCKET 3

/* Supplementary groups that programs may have, for the devices that they may open. */
#define WARDEN_GROUPS_MAX 16

/* The result for each layer. */
typedef struct {
	uint32_t held; /* bits of SANDBOX_LAYER_BIT */
	int32_t missing_errno[SANDBOX_N_LAYERS];
	int32_t landlock_abi;
	uint32_t hides_etc; /* though nothing was left out */
	uint32_t inherited; /* set of what is less than it should be: inherited.h */
} WardenReport;

typedef enum {
	MESSAGE_OPEN,
	MESSAGE_READY,
	MESSAGE_GO,
	MESSAGE_RUN,
	MESSAGE_CANCEL,
	MESSAGE_RECALL,
	MESSAGE_ENDED,
	MESSAGE_RETURNED,
} MessageType;

/* What may have kept a program from ending in time, beside itself. */
typedef enum {
	HINDRANCE_NONE,
	HINDRANCE_PROCESSORS, /* others had them */
	HINDRANCE_THREADS,    /* it had nearly as many as it may have beside others */
} Hindrance;

/*
 * After this header GO carries text: the plan's entries, each with its NUL, ended by an
 * empty one; and descriptors of the last ones, which the warden could not look up itself.
 * An entry is a real path, with or without one of PLAN_... before it. RUN carries the
 * descriptors of stdout and stderr, and that of the program (O_PATH) where root's
 * programs run as nobody, unless the room is known to have a root of its own; its text is
 * the real path and the arguments, each with its NUL.
 */
typedef struct {
	uint32_t type; /* MessageType */
	/* OPEN, READY: WARDEN_PROTOCOL. Otherwise the run's number, never 0. */
	uint32_t number;
	union {
		struct {
			uint32_t level;   /* SandboxLevel: below it nothing is run */
			uint32_t without; /* layers not to be tried */
			/* Groups of devices, for root's programs; never 0. */
			uint32_t n_groups;
			uint32_t groups[WARDEN_GROUPS_MAX];
		} open;
		struct {
			uint32_t n_opened; /* descriptors that come along */
		} go;
		struct {
			/* There is no room because of a lack of processes, memory or
			 * descriptors: that is no layer's fault. */
			int32_t shortage;
			WardenReport report;
		} ready;
		struct {
			uint64_t timeout_us;
			uint64_t term_us; /* SIGTERM is sent then; 0: never */
			uint32_t cpu_seconds;
			/* Processes and threads that it may have at a time: where they
			 * are counted by themselves, and where they are counted with
			 * those of the call's other rooms. */
			uint32_t processes;
			uint32_t processes_shared;
			uint32_t argc;
			/* Nothing will follow: end as soon as its end is reported. */
			uint32_t last;
			/* No HOME in its environment, whatever /tmp is. */
			uint32_t homeless;
			/* Execution: a path, only if nobody else can change where it
			 * leads. If it does not lead to the program inside, the one
			 * above is used. */
			uint32_t execution;
			SandboxFile program;
		} run;
		struct {
			int32_t status; /* as waitpid() gives it, if no errno is set */
			int32_t start_errno; /* no process, descriptor or memory for it */
			int32_t exec_errno;  /* the program cannot be executed */
			uint32_t timed_out;
			uint32_t hindrance; /* then: Hindrance */
			/* It has left its mark in /tmp: no other program runs there, and
			 * the warden ends by itself. */
			uint32_t used_up;
			uint64_t duration_us;
			uint64_t processor_us;
		} ended;
	};
} Message;

/* A caller of one architecture has a warden of another where both can run. */
_Static_assert(sizeof(Message) == 112, "the same whatever the size of a word");

/* The bytes that OPEN and READY consist of in every version. */
#define MESSAGE_HEAD 8

#define MESSAGE_ARGC_MAX 8
#define MESSAGE_RUN_FDS  3
/* The most that come with GO, and so with any message. */
#define MESSAGE_OPENED_MAX 32
#define MESSAGE_RUN_MAX    (sizeof(Message) + 4 * PATH_MAX)
/* Within what the kernel lets a socket hold unasked. */
#define PLAN_PATHS_MAX (128 * 1024)
/* How many of these may be paths that every program sees. */
#define PLAN_COMMON_MAX 400
/* And the most links for one program. */
#define PLAN_OWN_LINKS_MAX 64

/* The character before a path of the plan, if there is one. */
#define PLAN_DEVICES 'D' /* a directory of devices: to be listed, no more */
#define PLAN_DEVICE  'd' /* a device node, which can be opened */
#define PLAN_LINK    'l' /* a link, to be made anew: it may lead nowhere */
#define PLAN_SYSTEM  '+' /* a tree of the system's, like those that are always shown */

/* Returns: the path of an entry of the plan. */
static inline const char *plan_entry_path(const char *entry)
{
	return *entry == '/' ? entry : entry + 1;
}
