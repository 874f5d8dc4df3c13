// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Stops in the middle of a feature's name and still exits 0.
 *
 * Verdict: bad-json.
 */
#include "fake-backends/fake.h"

int main(void)
{
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"fs\",\n"
			   "  \"features\": [\n"
			   "    \"migrate-pre");
	return EXIT_SUCCESS;
}
