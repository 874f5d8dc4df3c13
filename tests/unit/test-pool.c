// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How many processes and threads each program may have: of whatever number of programs
 * that run at a time, all together have no more than a call may have.
 */
#include "sandbox/pool.h"

#include <glib.h>

static unsigned share(unsigned jobs, bool shared)
{
	const WorkerSetup setup = {.watch = -1};
	g_autoptr(GError) error = NULL;
	Pool *pool = pool_new(&setup, jobs, &error);
	unsigned processes;

	g_assert_no_error(error);
	pool_begin(pool);
	processes = pool_share_of_processes(pool, shared);
	pool_free(pool);
	return processes;
}

static void test_counted_together(void)
{
	g_assert_cmpuint(share(1, true), ==, 512);
	g_assert_cmpuint(share(2, true), ==, 512);
	g_assert_cmpuint(share(8, true), ==, 512);
	g_assert_cmpuint(share(16, true), ==, 256);
	g_assert_cmpuint(share(64, true), ==, 64);
	for (unsigned jobs = 1; jobs <= 64; jobs++)
		g_assert_cmpuint(jobs * share(jobs, true), <=, 4096);
}

/* More processors start more threads. */
static void test_counted_apart(void)
{
	unsigned usual = 64 + 4 * g_get_num_processors();

	g_assert_cmpuint(share(1, false), ==, 512);
	g_assert_cmpuint(share(2, false), ==, MIN(usual, 2048));
	g_assert_cmpuint(share(16, false), ==, MIN(usual, 256));
	g_assert_cmpuint(share(64, false), ==, 64);
	for (unsigned jobs = 1; jobs <= 64; jobs++)
		g_assert_cmpuint(jobs * share(jobs, false), <=, 4096);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pool/counted-together", test_counted_together);
	g_test_add_func("/pool/counted-apart", test_counted_apart);
	return g_test_run();
}
