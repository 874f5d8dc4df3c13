// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden's end of the socket.
 *
 * If the caller is gone, or speaks nonsense, the process ends, and with it all in its
 * namespaces: none of these functions returns then.
 */
#pragma once

#include <stddef.h>

#include "sandbox/base/protocol.h"

/* Why the warden ended, for a developer who looks at its exit status. */
enum {
	EXIT_DONE =
		0, /* the caller has hung up, or the outer process has done its part */
	EXIT_BY_HAND = 2,
	EXIT_PROTOCOL = 70,
	EXIT_NO_ROOT = 72,
	EXIT_TOO_LITTLE = 73,
	EXIT_SHORTAGE = 74,
};

void control_send(const Message *message);

/*
 * Receives one message, with up to @n_fds descriptors (-1 where there is none; at most
 * MESSAGE_OPENED_MAX).
 *
 * Returns: the length, at least that of a Message.
 */
size_t control_receive(void *buffer, size_t size, int *ret_fds, size_t n_fds);

/* Reports that there is no room at all this time, for which no layer is to blame. */
_Noreturn void control_shortage(int errnum);

/* Receives OPEN; to a caller that speaks another protocol it only says its own. */
void control_open(Message *ret_open);
