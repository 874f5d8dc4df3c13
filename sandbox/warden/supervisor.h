// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Serves the caller's requests, one program after another.
 */
#pragma once

#include "sandbox/warden/landlock.h"

/* How far a signal of this process to everybody (kill(-1)) reaches. */
typedef enum {
	/* It is pid 1: all other processes here belong to the run. */
	REACH_NAMESPACE,
	/* Its Landlock domain lets signals through only to its descendants. */
	REACH_DOMAIN,
	/* The whole host. Then a run is no more than its process group. */
	REACH_HOST,
} Reach;

/*
 * supervisor_serve:
 * @domain: what each program enters; kept
 * @own_root: programs must be found in the room's own root, and nowhere else
 *
 * Starts each requested program, waits for it, ends all that it left, and reports; until
 * the caller hangs up, or the room is used up.
 */
_Noreturn void supervisor_serve(Reach reach, const LandlockRun *domain, bool own_root);
