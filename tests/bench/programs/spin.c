// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * As many processes as its argument says, all of which compute until they are ended;
 * bounded by time, in case that nobody ends them. They begin together, so that making
 * them is not slowed down by those that are there already.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	int n = argc > 1 ? atoi(argv[1]) : 0, gate[2];
	char byte;

	alarm(10);
	if (n < 1 || pipe(gate) < 0)
		return 1;
	for (int i = 1; i < n; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (pid > 0)
			continue;
		alarm(10);
		close(gate[1]);
		while (read(gate[0], &byte, 1) > 0)
			;
		for (;;)
			;
	}
	close(gate[1]);
	for (;;)
		;
}
