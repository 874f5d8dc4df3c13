// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A warden that has no room for plans with a directory called "refused", and says of all
 * other programs that they have succeeded, without running them.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

#include "sandbox/base/protocol.h"

static char buffer[sizeof(Message) + PLAN_PATHS_MAX] __attribute__((aligned(8)));

static size_t receive(void)
{
	ssize_t n = recv(WARDEN_SOCKET, buffer, sizeof buffer, 0);

	if (n < (ssize_t)sizeof(Message))
		_exit(0);
	return (size_t)n;
}

static void reply(const Message *message)
{
	if (send(WARDEN_SOCKET, message, sizeof *message, MSG_NOSIGNAL) < 0)
		_exit(0);
}

int main(void)
{
	Message ready = {.type = MESSAGE_READY, .number = WARDEN_PROTOCOL};
	const Message *request = (const Message *)buffer;
	size_t length;

	receive();
	length = receive();
	ready.ready.report.held = SANDBOX_ALL_LAYERS;
	if (memmem(buffer, length, "refused", strlen("refused"))) {
		ready.ready.report.held &= ~SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT);
		ready.ready.report.missing_errno[SANDBOX_LAYER_MOUNT] = ENOENT;
		reply(&ready);
		return 0;
	}
	reply(&ready);
	for (;;) {
		receive();
		if (request->type == MESSAGE_RUN)
			reply(&(Message){
				.type = MESSAGE_ENDED, .number = request->number});
	}
}
