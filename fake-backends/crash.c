// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Prints flawless capabilities and then dies of SIGSEGV: the way a program ends counts
 * more than what it has printed.
 *
 * Verdict: signal.
 */
#include <signal.h>
#include <sys/prctl.h>
#include "fake-backends/fake.h"

int main(void)
{
	/* No core file, and no report to a service that collects them. */
	prctl(PR_SET_DUMPABLE, 0);
	say(STDOUT_FILENO, "{\n"
			   "  \"type\": \"input\",\n"
			   "  \"features\": [\n"
			   "    \"evdev-path\",\n"
			   "    \"no-grab\"\n"
			   "  ]\n"
			   "}\n");
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
	return EXIT_FAILURE;
}
