// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The inner process: pid 1 of the room, or the outer process itself where no pid
 * namespace is available.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "sandbox/base/protocol.h"

/* What it is born with. */
typedef struct {
	SandboxLevel level; /* below it nothing is run */
	uint32_t without;   /* layers not to be tried */
	bool root;          /* started by root, whose id programs must not have outside */
	bool own_etc;       /* programs can get no other id, and this one owns /etc */
	uid_t uid;          /* effective, outside: inside there may be no name for them */
	gid_t gid;
	unsigned n_groups; /* the supplementary ones are these; 0: are to be given up */
	gid_t groups[WARDEN_GROUPS_MAX];
	WardenReport report; /* so far: user and pid */
} Birth;

/* What the outer process says of the id maps, by one byte. */
typedef enum {
	MAPPED_NOBODY, /* 65534 outside for root, the caller's own id for others */
	MAPPED_ROOT,   /* root's own id: it may give no other one */
	MAPPED_UNNAMED /* likewise: that one has no id in root's user namespace */
} Mapped;

/*
 * inner_live:
 * @mapped_fd: where the outer process says Mapped, or -1 where it is this process
 */
_Noreturn void inner_live(Birth *birth, int mapped_fd);
