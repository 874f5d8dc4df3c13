// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like passt, which prints its capabilities through its log: correct JSON, but on stderr;
 * stdout stays empty, exit 0.
 *
 * Verdict: no-output.
 */
#include "fake-backends/fake.h"

int main(void)
{
	say(STDERR_FILENO, "{\n"
			   "  \"type\": \"net\"\n"
			   "}\n");
	return EXIT_SUCCESS;
}
