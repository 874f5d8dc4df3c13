// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like vhost-user-blk of QEMU's contrib: prints a block backend with both of its
 * features. Without the option it misses its disk and says how it is used, on stdout,
 * exit 1.
 *
 * Verdict: match.
 */
#include "fake-backends/fake.h"

static const char capabilities[] = "{\n"
				   "  \"type\": \"block\",\n"
				   "  \"features\": [\n"
				   "    \"read-only\",\n"
				   "    \"blk-file\"\n"
				   "  ]\n"
				   "}\n";

static const char *const options[] = {
	"--fd", "--socket-path", "--blk-file", "--read-only", NULL};

int main(int argc, char **argv)
{
	refuse_unknown_options(argc, argv, options);
	if (given(argc, argv, "--print-capabilities")) {
		say(STDOUT_FILENO, capabilities);
		return EXIT_SUCCESS;
	}
	if (!given(argc, argv, "--blk-file") ||
		(!given(argc, argv, "--fd") && !given(argc, argv, "--socket-path"))) {
		say(STDOUT_FILENO, "Usage:\n  like-blk --blk-file=PATH "
				   "--socket-path=PATH|--fd=FDNUM\n");
		return EXIT_FAILURE;
	}
	return serve_nothing(argc, argv);
}
