// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A backend as cheap as the C library allows: linked statically, one write, the end. What
 * a run of it costs is what starting a program costs, in whatever way it is started.
 */
#include <unistd.h>

static const char capabilities[] = "{\"type\": \"input\", \"features\": []}\n";

int main(void)
{
	return write(STDOUT_FILENO, capabilities, sizeof capabilities - 1) < 0;
}
