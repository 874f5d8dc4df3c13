// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the environment says, for a request that is asked to read it. Nothing else in the
 * library reads it. That is done by secure_getenv(), so that a privileged process does
 * not obey its caller.
 */
#include "probe/request.h"

#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/auxv.h>

/* As much as any user's entry takes. */
#define ENTRY_MAX (64 * 1024)

/* Also where HOME says nothing of use, as under some service managers. */
static char *find_home(void)
{
	const char *home = secure_getenv("HOME");
	g_autofree char *buffer = NULL;
	struct passwd entry, *found = NULL;

	if (home && home[0] == '/')
		return g_strdup(home);
	if (getauxval(AT_SECURE))
		return NULL;
	buffer = g_malloc(ENTRY_MAX);
	getpwuid_r(geteuid(), &entry, buffer, ENTRY_MAX, &found);
	return found && found->pw_dir[0] == '/' ? g_strdup(found->pw_dir) : NULL;
}

void request_read_environment(RequestEnvironment *ret_environment)
{
	*ret_environment = (RequestEnvironment){
		.known = true,
		.data_dirs = g_strdup(secure_getenv("XDG_DATA_DIRS")),
		.config_home = g_strdup(secure_getenv("XDG_CONFIG_HOME")),
		.runtime_dir = g_strdup(secure_getenv("XDG_RUNTIME_DIR")),
		.cache_home = g_strdup(secure_getenv("XDG_CACHE_HOME")),
		.home = find_home(),
	};
}
