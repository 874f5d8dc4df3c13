// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What GO says: which of the host's paths the room shows beside the system's.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sandbox/base/protocol.h"

typedef struct {
	const char *entries; /* each with its NUL; an empty one ends the list */
	unsigned n_entries, n_opened;
	int opened[MESSAGE_OPENED_MAX]; /* the last ones, as detached mounts */
} Plan;

/* Receives it. Anything that is not a plan ends the process. */
void plan_receive(Plan *ret_plan);

/*
 * plan_open:
 * @i: which entry
 * @entry: the same
 * @ret_detached: whether it is a mount already that is attached nowhere
 *
 * Returns: a descriptor (O_PATH), which the caller owns, or -1 with errno.
 */
int plan_open(const Plan *plan, unsigned i, const char *entry, bool *ret_detached);

/* The entries that were sent as open descriptors. */
void plan_close(Plan *plan);
