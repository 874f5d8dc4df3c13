// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints correct capabilities and then a line of its log, on stdout too. A lenient parser
 * stops at the last brace and never notices.
 *
 * Verdict: bad-json.
 */
#include "fake-backends/fake.h"

int main(void)
{
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"gpu\",\n"
			   "  \"features\": [\n"
			   "    \"virgl\"\n"
			   "  ]\n"
			   "}\n"
			   "trailing-text: capabilities printed\n");
	return EXIT_SUCCESS;
}
