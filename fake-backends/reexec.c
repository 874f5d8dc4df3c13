// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Like passt, which has a second build of itself for newer processors beside it: asks
 * /proc/self/exe where it is and becomes the sibling `reexec.real`. Needs a true
 * /proc/self/exe and the file beside it; where one is missing, exit 1 (passt would go on
 * without its sibling).
 *
 * Verdict: match.
 */
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	char self[PATH_MAX], sibling[PATH_MAX + sizeof(".real")];
	ssize_t length = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)argc;
	if (length < 0) {
		perror("reexec: /proc/self/exe");
		return 1;
	}
	self[length] = '\0';
	snprintf(sibling, sizeof(sibling), "%s.real", self);
	execv(sibling, argv);
	perror(sibling);
	return 1;
}
