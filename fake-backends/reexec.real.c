// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What `reexec` becomes: prints a net backend. No manifest names it.
 *
 * Verdict: none of its own; that of `reexec` is match.
 */
#include "fake-backends/fake.h"

int main(int argc, char **argv)
{
	if (!given(argc, argv, "--print-capabilities")) {
		say(STDERR_FILENO, "Usage: reexec --print-capabilities\n");
		return EXIT_FAILURE;
	}
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"net\"\n"
			   "}\n");
	return EXIT_SUCCESS;
}
