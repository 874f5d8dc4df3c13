// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Succeeds and says nothing at all.
 *
 * Verdict: no-output.
 */
int main(void)
{
	return 0;
}
