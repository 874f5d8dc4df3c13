// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The caller's half of sandbox/base/protocol.h.
 */
#include "sandbox/messages.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"
#include "sandbox/base/protocol.h"
#include "sandbox/opened.h"

static bool send_message(int socket, const void *message, size_t length)
{
	return send(socket, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)length;
}

static bool send_with_fds(
	int socket, void *message, size_t length, const int *fds, size_t n)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(MESSAGE_OPENED_MAX * sizeof(int))];
	} control = {0};
	struct iovec data = {.iov_base = message, .iov_len = length};
	struct msghdr packet = {.msg_iov = &data, .msg_iovlen = 1};

	if (n) {
		packet.msg_control = &control;
		packet.msg_controllen = CMSG_SPACE(n * sizeof(int));
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));
	}
	return sendmsg(socket, &packet, MSG_NOSIGNAL | MSG_DONTWAIT) == (ssize_t)length;
}

void message_open(int socket, const WorkerSetup *setup)
{
	Message open = {
		.type = MESSAGE_OPEN,
		.number = WARDEN_PROTOCOL,
		.open = {.level = setup->level,
			.without = setup->without,
			.n_groups = setup->n_groups},
	};

	memcpy(open.open.groups, setup->groups, sizeof open.open.groups);
	send_message(socket, &open, sizeof open);
}

int message_go(int socket, const GString *plan, bool as_nobody)
{
	Message go = {.type = MESSAGE_GO};
	g_autoptr(GString) text = g_string_new_len((const char *)&go, sizeof go);
	int fds[MESSAGE_OPENED_MAX], n = 0, r = 0;

	if (as_nobody)
		n = opened_take(plan, text, fds);
	else
		g_string_append_len(text, plan->str, (gssize)plan->len);
	if (n < 0)
		return errno;
	go.go.n_opened = (uint32_t)n;
	memcpy(text->str, &go, sizeof go);
	/* The string's own NUL is the empty entry that ends the list. */
	if (!send_with_fds(socket, text->str, text->len + 1, fds, (size_t)n))
		r = errno;
	while (n)
		close_fd(&fds[--n]);
	return r;
}

static bool append(char *buffer, size_t *length, const char *text)
{
	size_t n = strlen(text) + 1;

	if (n > MESSAGE_RUN_MAX - *length)
		return false;
	memcpy(buffer + *length, text, n);
	*length += n;
	return true;
}

int message_run(int socket, uint32_t number, const SandboxRequest *request,
	const RunTerms *terms, int out, int err, bool opened)
{
	char buffer[MESSAGE_RUN_MAX] __attribute__((aligned(8)));
	Message *message = (Message *)buffer;
	size_t length = sizeof *message;
	autofd program = -1;
	uint32_t argc = 0;

	*message = (Message){.type = MESSAGE_RUN, .number = number};
	message->run.timeout_us = terms->timeout_us;
	message->run.processes = terms->processes;
	message->run.processes_shared = terms->processes_shared;
	message->run.program = request->program;
	message->run.last = terms->last;
	message->run.execution = terms->execution;
	message->run.homeless = request->homeless;
	message->run.term_us = request->term_us;
	/* Whole seconds, more than the deadline: a single busy thread meets the deadline
	 * first. */
	message->run.cpu_seconds = (uint32_t)(terms->timeout_us / 1000000) + 2;
	if (!append(buffer, &length, request->real_path))
		return E2BIG;
	for (; request->argv[argc]; argc++)
		if (argc == MESSAGE_ARGC_MAX ||
			!append(buffer, &length, request->argv[argc]))
			return E2BIG;
	message->run.argc = argc;
	/* If the program is not there any more, the warden reports it. */
	if (opened)
		program = sys_open_real_path(request->real_path);
	if (opened && program < 0 && blame_is_shortage(errno))
		return errno;
	return send_with_fds(socket, buffer, length, (int[]){out, err, program},
		       program < 0 ? 2 : 3)
		       ? 0
		       : EPIPE;
}

bool message_about(int socket, MessageType type, uint32_t number)
{
	const Message message = {.type = type, .number = number};

	return send_message(socket, &message, sizeof message);
}
