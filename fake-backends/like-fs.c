// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like the virtiofsd in C that came with QEMU 4.2 to 7.2: prints an fs backend with no
 * `features` key. Its parser is FUSE's: --print-capabilities wins over an unknown option.
 * Without the option it misses its socket: a message on stderr, exit 1.
 *
 * Verdict: match.
 */
#include "fake-backends/fake.h"

static const char *const options[] = {
	"--fd", "--socket-path", "--socket-group", "--thread-pool-size", "-o", NULL};

int main(int argc, char **argv)
{
	const char *unknown = unknown_option(argc, argv, options);

	if (given(argc, argv, "--print-capabilities")) {
		say(STDOUT_FILENO, "{\n"
				   "  \"type\": \"fs\"\n"
				   "}\n");
		return EXIT_SUCCESS;
	}
	if (unknown) {
		say(STDERR_FILENO, "fuse: unknown option(s): `");
		say(STDERR_FILENO, unknown);
		say(STDERR_FILENO, "'\n");
		return EXIT_FAILURE;
	}
	if (!given(argc, argv, "--fd") && !given(argc, argv, "--socket-path")) {
		say(STDERR_FILENO, "fuse: missing --socket-path or --fd option\n");
		return EXIT_FAILURE;
	}
	return serve_nothing(argc, argv);
}
