// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like QEMU's vhost-user-gpu: prints a gpu backend with both of its features.
 * Without the option it misses its socket: a message on stderr, exit 1.
 *
 * Verdict: match.
 */
#include "fake-backends/fake.h"

static const char capabilities[] = "{\n"
				   "  \"type\": \"gpu\",\n"
				   "  \"features\": [\n"
				   "    \"render-node\",\n"
				   "    \"virgl\"\n"
				   "  ]\n"
				   "}\n";

static const char *const options[] = {
	"--fd", "--socket-path", "--render-node", "--virgl", NULL};

int main(int argc, char **argv)
{
	refuse_unknown_options(argc, argv, options);
	if (given(argc, argv, "--print-capabilities")) {
		say(STDOUT_FILENO, capabilities);
		return EXIT_SUCCESS;
	}
	if (given(argc, argv, "--fd") == given(argc, argv, "--socket-path")) {
		say(STDERR_FILENO, "Please specify either --fd or --socket-path\n");
		return EXIT_FAILURE;
	}
	return serve_nothing(argc, argv);
}
