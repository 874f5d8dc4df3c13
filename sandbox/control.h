// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden's end of the control socket. Async-signal-safe.
 *
 * The caller gone, or speaking nonsense, is the end of the process, and with it of all in
 * its namespaces: none of these functions returns then.
 */
#pragma once

#include <stddef.h>

#include "sandbox/protocol.h"

/* Where the socket is; programs inside do not get it. */
#define CONTROL_FD 3

/* Why the warden's process ended, for a developer who looks at its exit status. */
enum {
	EXIT_HUNG_UP = 0,
	EXIT_PROTOCOL = 70,
	EXIT_NO_DESCRIPTORS = 71,
	EXIT_NO_ROOT = 72,
	EXIT_TOO_LITTLE = 73,
};

void control_send(const Message *message);

/*
 * Receives one message, with up to @n_fds descriptors (-1 where there is none; at most
 * 2).
 *
 * Returns: the length, at least that of a Message.
 */
size_t control_receive(void *buffer, size_t size, int *ret_fds, size_t n_fds);

/* Receives one message, which must be of @type. */
void control_expect(MessageType type, Message *ret_message);
