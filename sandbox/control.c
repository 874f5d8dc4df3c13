// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The warden's end of the control socket.
 */
#include "sandbox/control.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>

void control_send(const Message *message)
{
	ssize_t n;

	do
		n = send(CONTROL_FD, message, sizeof *message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		_exit(EXIT_HUNG_UP);
}

size_t control_receive(void *buffer, size_t size, int *ret_fds, size_t n_fds)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(2 * sizeof(int))];
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
		n = recvmsg(CONTROL_FD, &message, MSG_CMSG_CLOEXEC);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		_exit(EXIT_HUNG_UP);
	if ((size_t)n < sizeof(Message) || (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)))
		_exit(EXIT_PROTOCOL);
	for (size_t i = 0; i < n_fds; i++)
		ret_fds[i] = -1;
	received = CMSG_FIRSTHDR(&message);
	if (n_fds && received && received->cmsg_len <= CMSG_LEN(n_fds * sizeof(int)))
		memcpy(ret_fds, CMSG_DATA(received), received->cmsg_len - CMSG_LEN(0));
	return (size_t)n;
}

void control_expect(MessageType type, Message *ret_message)
{
	if (control_receive(ret_message, sizeof *ret_message, NULL, 0) !=
			sizeof *ret_message ||
		ret_message->type != type)
		_exit(EXIT_PROTOCOL);
}
