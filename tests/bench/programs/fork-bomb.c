// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Each of its processes forks as often as it can; bounded by time and by the number of
 * generations, in case that nothing else bounds it.
 */
#include <signal.h>
#include <unistd.h>

int main(void)
{
	signal(SIGCHLD, SIG_IGN);
	alarm(10);
	for (int generation = 0; generation < 10; generation++)
		if (fork() == 0)
			alarm(10);
	for (;;)
		if (fork() == 0)
			_exit(0);
}
