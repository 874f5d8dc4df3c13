// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a C test does where something is missing that it needs. The caller returns; later
 * tests go on.
 */
#pragma once

#include <glib.h>

/*
 * skip_or_fail:
 * @reason: what is missing
 *
 * Skips the running test, or fails it if VHOST_PROBE_MUST_WORK=1 says that everything
 * must be there.
 */
static inline void skip_or_fail(const char *reason)
{
	if (g_strcmp0(g_getenv("VHOST_PROBE_MUST_WORK"), "1") == 0)
		g_test_fail_printf("no skip is allowed here: %s", reason);
	else
		g_test_skip(reason);
}
