// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Begins like JSON and then writes blanks without end: until nobody reads any more, or
 * 256 MiB are out, so that it does no harm when run by hand.
 *
 * Verdict: output-limit.
 */
#include "fake-backends/fake.h"

int main(void)
{
	static char blanks[64 * 1024];

	say(STDOUT_FILENO, "{\n  \"type\": \"crypto\"");
	memset(blanks, ' ', sizeof(blanks) - 1);
	for (size_t left = 256 * 1024 * 1024 / sizeof(blanks); left > 0; left--)
		say(STDOUT_FILENO, blanks);
	return EXIT_SUCCESS;
}
