// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like a program that never heard of --print-capabilities (qemu-storage-daemon is one):
 * usage on stderr, exit 1.
 *
 * Verdict: exit-status.
 */
#include "fake-backends/fake.h"

int main(void)
{
	say(STDERR_FILENO, "Usage: usage-exit-1 --socket-path=PATH\n");
	return EXIT_FAILURE;
}
