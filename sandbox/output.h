// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a program writes: two pipes, read without waiting and up to a bound.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/shorten.h"
#include "sandbox/sandbox.h"

/* Of stderr, the two ends that are kept. */
#define OUTPUT_HEAD_MAX (4 * 1024)
#define OUTPUT_TAIL_MAX (SANDBOX_STDERR_MAX - SHORTEN_MARK_MAX - OUTPUT_HEAD_MAX)

typedef struct {
	int out_fd, err_fd; /* reading ends; -1: closed */
	bool overflowed;    /* more than is accepted came on stdout */
	size_t out_length, err_length;
	char out[SANDBOX_STDOUT_MAX + 1];
	/* The beginning, and after it what came last, of which OUTPUT_TAIL_MAX bytes
	 * count. */
	char err[OUTPUT_HEAD_MAX + 2 * OUTPUT_TAIL_MAX];
	uint64_t err_left_out; /* bytes between them */
	char err_shown[SANDBOX_STDERR_MAX];
} Output;

/*
 * output_open:
 * @as_nobody: the program is root's, and has another id
 * @ret_ends: stdout's and stderr's writing end, which the caller owns
 *
 * Forgets what was written before. @output must be closed.
 *
 * Returns: whether there are two pipes; errno if not.
 */
bool output_open(Output *output, bool as_nobody, int ret_ends[2]);

/* Reads what is there; of a flood on stderr only a part, unless @all. */
void output_read(Output *output, bool all);

/* Nothing more is wanted. */
void output_close(Output *output);

/* Sets stdout and stderr of @result, which stay @output's. */
void output_show(Output *output, SandboxResult *result);
