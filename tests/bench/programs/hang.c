// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Never ends by itself, except for a bound in case that nobody ends it.
 */
#include <unistd.h>

int main(void)
{
	sleep(60);
	return 1;
}
