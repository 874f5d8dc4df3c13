// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which warden belongs to this program: the one that was installed with it; or where the
 * program is not at its installed place, the one beside it (a build tree) or in
 * ../libexec (another prefix, a staging directory). A program that was built never uses
 * one that was installed, which may be older.
 */
#include "probe/cli/find-warden.h"

#include <stdbool.h>
#include <unistd.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <glib.h>

#include "installed.h"

#define NAME "vhost-probe-warden"

#define INSTALLED VHOST_PROBE_BINDIR "/vhost-probe"

/* Whether the file at @path is the installed program, by whatever name. */
static bool is_installed(const char *path)
{
	struct stat own, installed;

	return stat(path, &own) == 0 && stat(INSTALLED, &installed) == 0 &&
	       own.st_dev == installed.st_dev && own.st_ino == installed.st_ino;
}

char *find_warden(void)
{
	g_autofree char *own = g_file_read_link("/proc/self/exe", NULL);
	g_autofree char *directory = NULL, *beside = NULL, *libexec = NULL;

	/* Where /proc is not mounted, the name by which it was called has to suffice. */
	if (!own)
		own = g_canonicalize_filename((const char *)getauxval(AT_EXECFN), NULL);
	if (!own || g_str_equal(own, INSTALLED))
		return NULL;
	directory = g_path_get_dirname(own);
	beside = g_build_filename(directory, NAME, NULL);
	if (access(beside, F_OK) == 0)
		return g_steal_pointer(&beside);
	if (is_installed(own))
		return NULL;
	libexec = g_build_filename(directory, "..", "libexec", NAME, NULL);
	/* If neither is there, the error names the first one. */
	return access(libexec, F_OK) == 0 ? g_steal_pointer(&libexec)
					  : g_steal_pointer(&beside);
}
