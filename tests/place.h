// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A directory of a test's own, in which shell commands make what it looks at.
 */
#pragma once

#include <stdlib.h>
#include <glib.h>

static char *place; /* its real path */

/* Runs @command there. */
static void run(const char *command)
{
	g_autofree char *quoted = g_shell_quote(place);
	g_autofree char *script = g_strdup_printf("cd %s && %s", quoted, command);

	g_assert_cmpint(system(script), ==, 0);
}

/* Returns: (transfer full): @text with the place's path for each "@". */
static char *in_place(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, "@", -1);

	return g_strjoinv(place, parts);
}

/* @pattern: as for g_dir_make_tmp() */
static void place_make(const char *pattern)
{
	g_autofree char *made = g_dir_make_tmp(pattern, NULL);

	g_assert_nonnull(made);
	place = realpath(made, NULL);
}

static void place_remove(void)
{
	run("rm -rf ../\"${PWD##*/}\"");
	free(place);
}
