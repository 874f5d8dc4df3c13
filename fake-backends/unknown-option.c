// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like most programs with a modern option parser that lack --print-capabilities: calls it
 * an unknown option, on stderr, and exits 2, the status for wrong usage.
 *
 * Verdict: exit-status.
 */
#include "fake-backends/fake.h"

int main(int argc, char **argv)
{
	if (given(argc, argv, "--print-capabilities")) {
		say(STDERR_FILENO,
			"unknown-option: unknown option --print-capabilities\n");
		return 2;
	}
	return serve_nothing(argc, argv);
}
