// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program writes. A pipe holds as much as a program may write, so that a healthy
 * one never waits for its reader.
 */
#include "sandbox/output.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/autofd.h"
#include "sandbox/base/protocol.h"

/* Returns: whether there is a pipe, whose reading end never blocks. */
static bool open_pipe(bool as_nobody, int *ret_read, int *ret_write)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return false;
	*ret_read = ends[0];
	*ret_write = ends[1];
	/* Otherwise they could not open their own /dev/stderr. */
	if (as_nobody && fchown(ends[1], SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID) < 0)
		errno = 0; /* only that convenience is missing */
	return fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

bool output_open(Output *output, bool as_nobody, int ret_ends[2])
{
	autofd out = -1, err = -1;

	output->overflowed = false;
	output->out_length = output->err_length = 0;
	output->err_left_out = 0;
	if (!open_pipe(as_nobody, &output->out_fd, &out) ||
		!open_pipe(as_nobody, &output->err_fd, &err)) {
		output_close(output);
		return false;
	}
	ret_ends[0] = steal_fd(&out);
	ret_ends[1] = steal_fd(&err);
	return true;
}

/* Returns: bytes read into @buffer; 0 when there are none now. Closes *@fd at its end. */
static size_t read_some(int *fd, char *buffer, size_t size)
{
	ssize_t n = *fd < 0 ? -1 : read(*fd, buffer, size);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		close_fd(fd);
	return n > 0 ? (size_t)n : 0;
}

void output_read(Output *output, bool all)
{
	size_t n;

	/* One byte more than allowed shows that it was too much. */
	while ((n = read_some(&output->out_fd, output->out + output->out_length,
			sizeof output->out - output->out_length))) {
		output->out_length += n;
		if (output->out_length > SANDBOX_STDOUT_MAX) {
			output->overflowed = true;
			close_fd(&output->out_fd);
		}
	}
	/* A program that floods stderr must not keep the caller from the others. */
	for (int bites = 0; bites < (all ? 64 : 4); bites++) {
		if (output->err_length == sizeof output->err) {
			char *tail = output->err + OUTPUT_HEAD_MAX;

			memcpy(tail, tail + OUTPUT_TAIL_MAX, OUTPUT_TAIL_MAX);
			output->err_length -= OUTPUT_TAIL_MAX;
			output->err_left_out += OUTPUT_TAIL_MAX;
		}
		n = read_some(&output->err_fd, output->err + output->err_length,
			sizeof output->err - output->err_length);
		if (n == 0)
			break;
		output->err_length += n;
	}
}

void output_close(Output *output)
{
	close_fd(&output->out_fd);
	close_fd(&output->err_fd);
}

void output_show(Output *output, SandboxResult *result)
{
	bool whole = !output->err_left_out && output->err_length <= SANDBOX_STDERR_MAX;

	result->out = output->out;
	result->out_length = MIN(output->out_length, SANDBOX_STDOUT_MAX);
	if (whole) {
		result->err = output->err;
		result->err_length = output->err_length;
	} else {
		size_t tail = output->err_length - OUTPUT_TAIL_MAX;

		result->err = output->err_shown;
		result->err_length = shorten_join(output->err_shown, output->err,
			OUTPUT_HEAD_MAX, output->err_left_out + tail - OUTPUT_HEAD_MAX,
			output->err + tail, OUTPUT_TAIL_MAX);
	}
}
