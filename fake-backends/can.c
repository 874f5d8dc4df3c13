// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A vendor's backend: a type that is not in the schema's enum, with a feature of its own.
 * Both are strings like any other to discovery.
 *
 * Verdict: match.
 */
#include "fake-backends/fake.h"

int main(int argc, char **argv)
{
	if (!given(argc, argv, "--print-capabilities")) {
		say(STDERR_FILENO, "Usage: can --print-capabilities\n");
		return EXIT_FAILURE;
	}
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"can\",\n"
			   "  \"features\": [\n"
			   "    \"interface\"\n"
			   "  ]\n"
			   "}\n");
	return EXIT_SUCCESS;
}
