// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints a scsi backend where its manifest announces block, as after a wrong path in a
 * manifest.
 *
 * Verdict: type-mismatch.
 */
#include "fake-backends/fake.h"

int main(void)
{
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"scsi\"\n"
			   "}\n");
	return EXIT_SUCCESS;
}
