// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like vhost-user-scsi of QEMU's contrib: prints a scsi backend, a type without features.
 * Without the option it misses its disk and says how it is used, on stderr, exit 1.
 *
 * Verdict: match.
 */
#include "fake-backends/fake.h"

static const char usage[] =
	"Usage: like-scsi --iscsi-uri=URI --socket-path=PATH|--fd=FDNUM\n";

static const char *const options[] = {"--fd", "--socket-path", "--iscsi-uri", NULL};

int main(int argc, char **argv)
{
	refuse_unknown_options(argc, argv, options);
	if (given(argc, argv, "--print-capabilities")) {
		say(STDOUT_FILENO, "{\n"
				   "  \"type\": \"scsi\"\n"
				   "}\n");
		return EXIT_SUCCESS;
	}
	if (!given(argc, argv, "--iscsi-uri")) {
		say(STDERR_FILENO, usage);
		return EXIT_FAILURE;
	}
	if (!given(argc, argv, "--fd") && !given(argc, argv, "--socket-path")) {
		/* Here the real program writes to the other stream. */
		say(STDOUT_FILENO, usage);
		return EXIT_FAILURE;
	}
	return serve_nothing(argc, argv);
}
