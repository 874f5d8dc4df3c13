// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The network namespace. Making one takes longer than all the others and the root
 * together, so it is made at the same time, on another processor if there is one.
 */
#pragma once

/* Begins to make it. */
void network_begin(void);

/* Waits until it is made. */
void network_wait(void);

/* Waits for it and enters it, or makes it here if that has failed; CAP_SYS_ADMIN must
 * still be there. Returns: 0 or an errno value. */
int network_enter(void);
