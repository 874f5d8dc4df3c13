// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Descriptors for the process at the other end of a socket.
 */
#pragma once

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

#define PASS_FDS_MAX 2

/*
 * pass_fds:
 * @fds: (array length=n): at most %PASS_FDS_MAX, which stay the caller's
 *
 * Sends the descriptors with one byte.
 *
 * Returns: whether they were sent; errno is set if not.
 */
static inline bool pass_fds(int socket, const int *fds, size_t n)
{
	union {
		struct cmsghdr header;
		char space[CMSG_SPACE(PASS_FDS_MAX * sizeof(int))];
	} control = {0};
	char byte = 0;
	struct iovec data = {&byte, 1};
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = CMSG_SPACE(n * sizeof(int)),
	};

	assert(n <= PASS_FDS_MAX);
	control.header.cmsg_level = SOL_SOCKET;
	control.header.cmsg_type = SCM_RIGHTS;
	control.header.cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(&control.header), fds, n * sizeof(int));
	return sendmsg(socket, &message, 0) >= 0;
}
