// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a sandbox is made of: layers, and the levels that they make up. One table, which
 * both halves use: the caller to say what it wants, the warden to refuse to run anything
 * below that.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What keeps a program in. The names are those of sandbox_layer_name(). */
typedef enum {
	SANDBOX_LAYER_USER,         /* user namespace that maps one unprivileged id */
	SANDBOX_LAYER_MOUNT,        /* private read-only root */
	SANDBOX_LAYER_PID,          /* own process ids; all die with the warden */
	SANDBOX_LAYER_NET,          /* no network interface */
	SANDBOX_LAYER_IPC,          /* own SysV IPC and message queues */
	SANDBOX_LAYER_UTS,          /* own host name */
	SANDBOX_LAYER_CGROUP,       /* own view of the control groups */
	SANDBOX_LAYER_UID,          /* never root's user id outside */
	SANDBOX_LAYER_CAPS,         /* no capability, now or later */
	SANDBOX_LAYER_NO_NEW_PRIVS, /* setuid programs gain nothing */
	SANDBOX_LAYER_LIMITS,       /* memory, files, processes */
	SANDBOX_LAYER_SECCOMP,      /* system calls */
	SANDBOX_LAYER_LANDLOCK,     /* files, sockets and signals once more */
	SANDBOX_N_LAYERS
} SandboxLayer;

/* A set of layers is an or of these. */
#define SANDBOX_LAYER_BIT(layer) (1u << (layer))

#define SANDBOX_ALL_LAYERS (SANDBOX_LAYER_BIT(SANDBOX_N_LAYERS) - 1)

/* Without one of these, Landlock does more than repeat what other layers enforce. */
#define SANDBOX_NAMESPACES                               \
	(SANDBOX_LAYER_BIT(SANDBOX_LAYER_USER) |         \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT) | \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_PID) |   \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_NET) |   \
		SANDBOX_LAYER_BIT(SANDBOX_LAYER_IPC))

/* That takes an ABI of at least this number: signals can be kept in (Linux 6.12). */
#define LANDLOCK_ABI_SIGNALS 6

/* Ordered: a higher level holds all that a lower one does. */
typedef enum {
	SANDBOX_LEVEL_NONE,    /* only a deadline and limits on output */
	SANDBOX_LEVEL_PARTIAL, /* without namespaces */
	SANDBOX_LEVEL_FULL,    /* every layer but uts, cgroup and landlock must hold */
} SandboxLevel;

const char *sandbox_layer_name(SandboxLayer layer);
/* Returns: whether @name is a layer's name; @ret_layer is untouched otherwise. */
bool sandbox_layer_parse(const char *name, SandboxLayer *ret_layer);
const char *sandbox_level_name(SandboxLevel level);

/*
 * Whether programs may run with the layers @held. The layers that the policy leaves out
 * (@without) are not needed for @wanted, nor are those that are not available without
 * them; but where a namespace is left out, the layers of PARTIAL are needed, which take
 * its place. Nothing is enough for a number that is no level.
 */
bool sandbox_is_enough(SandboxLevel wanted, uint32_t held, uint32_t without);

/* Returns: the fewest layers that have to be left out beside @without, so that @held
 * would be enough for @wanted; 0: none has to be, or it would not be enough then either.
 */
uint32_t sandbox_find_without(SandboxLevel wanted, uint32_t held, uint32_t without);

/* Returns: the highest level that the layers @held make up. */
SandboxLevel sandbox_level_of(uint32_t held);

/* The text for people about a missing layer, for a given errno and the layers that the
 * policy left out. Returns: (transfer none). */
const char *sandbox_layer_hint(SandboxLayer layer, int errnum, uint32_t without);
