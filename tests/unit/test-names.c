// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/* What numbers are called: errnos, users and groups. */
#include <errno.h>
#include <string.h>
#include <glib.h>

#include "common/errno-name.h"
#include "common/names.h"

static void test_errno(void)
{
	g_assert_cmpstr(errno_name(EPERM), ==, "EPERM");
	g_assert_cmpstr(errno_name(ENOSYS), ==, "ENOSYS");
	g_assert_cmpstr(errno_name(EHWPOISON), ==, "EHWPOISON");
	g_assert_null(errno_name(0));
	g_assert_null(errno_name(-1));
	g_assert_null(errno_name(G_MAXINT));
#ifdef __GLIBC__
	for (int number = 1; number < 1000; number++)
		g_assert_cmpstr(errno_name(number), ==, strerrorname_np(number));
#endif
}

static void test_owners(void)
{
	g_autofree char *root = name_user(0), *wheel = name_group(0);
	g_autofree char *nobody = name_user(4000000000), *none = name_group(4000000000);

	g_assert_cmpstr(root, ==, "root (0)");
	g_assert_cmpstr(wheel, ==, "root (0)");
	g_assert_cmpstr(nobody, ==, "uid 4000000000");
	g_assert_cmpstr(none, ==, "4000000000");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/names/errno", test_errno);
	g_test_add_func("/names/owners", test_owners);
	return g_test_run();
}
