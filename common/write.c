// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Writing to a file, under whatever limit there is.
 */
#include "common/write.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static bool write_all(int fd, const char *text)
{
	size_t length = strlen(text);

	while (length) {
		ssize_t count = write(fd, text, length);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return false;
		text += count;
		length -= (size_t)count;
	}
	return true;
}

/*
 * Beyond a limit on the size of files (RLIMIT_FSIZE) a write sends SIGXFSZ to the thread
 * that makes it, which ends the process. How that handles signals is not ours to change:
 * this thread lets none in meanwhile, and takes back the one that it has caused.
 */
bool file_write_all(int fd, const char *text)
{
	const struct timespec now = {0};
	sigset_t too_large, before, pending;
	bool written;
	int errnum;

	sigemptyset(&too_large);
	sigaddset(&too_large, SIGXFSZ);
	pthread_sigmask(SIG_BLOCK, &too_large, &before);
	sigpending(&pending);
	written = write_all(fd, text);
	errnum = errno;
	if (!written && !sigismember(&pending, SIGXFSZ))
		sigtimedwait(&too_large, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return written;
}
