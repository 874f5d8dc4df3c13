// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What GO says: which paths of the host's the room shows beside the system's, and how
 * many processes a program may have.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/base/protocol.h"

typedef struct {
	uint32_t processes;
	const char *paths; /* each with its NUL; an empty one ends the list */
	unsigned n_paths, n_opened;
	int opened[MESSAGE_OPENED_MAX]; /* the last ones, as detached mounts */
} Plan;

/* Receives it. What is no plan ends the process. */
void plan_receive(Plan *ret_plan);

/*
 * plan_open:
 * @i: which path
 * @path: the same
 * @ret_detached: whether it is a mount already that is attached nowhere
 *
 * Returns: a descriptor (O_PATH), or -1 with errno. One that was sent opened can be had
 * once.
 */
int plan_open(Plan *plan, unsigned i, const char *path, bool *ret_detached);

/* Those that were sent opened and nobody has asked for. */
void plan_close(Plan *plan);
