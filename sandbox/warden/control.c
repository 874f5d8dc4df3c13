// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden's end of the socket. The filter holds for the warden, too, and denies
 * socketcall(), by which a C library for i386 may do all that follows: so these are the
 * kernel's calls themselves.
 */
#include "sandbox/warden/control.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static ssize_t send_packet(const void *packet, size_t size)
{
	return syscall(SYS_sendto, WARDEN_SOCKET, packet, size, MSG_NOSIGNAL, NULL, 0);
}

void control_send(const Message *message)
{
	ssize_t n;

	do
		n = send_packet(message, sizeof *message);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		_exit(EXIT_DONE);
}

size_t control_receive(void *buffer, size_t size, int *ret_fds, size_t n_fds)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(MESSAGE_OPENED_MAX * sizeof(int))];
	} control;
	struct iovec data = {.iov_base = buffer, .iov_len = size};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof control,
	};
	const struct cmsghdr *received;
	ssize_t n;

	do
		n = syscall(SYS_recvmsg, WARDEN_SOCKET, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(EXIT_DONE);
	if ((size_t)n < sizeof(Message) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		_exit(EXIT_PROTOCOL);
	for (size_t i = 0; i < n_fds; i++)
		ret_fds[i] = -1;
	received = CMSG_FIRSTHDR(&message);
	if (n_fds && received && received->cmsg_len <= CMSG_LEN(n_fds * sizeof(int)))
		memcpy(ret_fds, CMSG_DATA(received), received->cmsg_len - CMSG_LEN(0));
	return (size_t)n;
}

void control_open(Message *ret_open)
{
	const Message own = {.type = MESSAGE_READY, .number = WARDEN_PROTOCOL};
	ssize_t n;

	do
		n = syscall(SYS_recvfrom, WARDEN_SOCKET, ret_open, sizeof *ret_open, 0,
			NULL, NULL);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(EXIT_DONE);
	if (n >= MESSAGE_HEAD && ret_open->type == MESSAGE_OPEN &&
		ret_open->number == WARDEN_PROTOCOL && n == sizeof *ret_open)
		return;
	send_packet(&own, MESSAGE_HEAD);
	_exit(EXIT_PROTOCOL);
}

void control_shortage(int errnum)
{
	control_send(&(Message){.type = MESSAGE_READY,
		.number = WARDEN_PROTOCOL,
		.ready.shortage = errnum});
	_exit(EXIT_SHORTAGE);
}
