// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a warden of another version says to every caller: its protocol's number, and that
 * is the end of it. See sandbox/base/protocol.h for what never changes.
 */
#include <stdint.h>
#include <sys/socket.h>

int main(void)
{
	const uint32_t ready[] = {1, 0};
	char open[256];

	return recv(3, open, sizeof open, 0) < 8 || send(3, ready, sizeof ready, 0) < 8;
}
