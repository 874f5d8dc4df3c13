// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The directories that are searched where nobody names others (D1).
 */
#pragma once

#include <stdbool.h>

/* What decides them. NULL: unset. */
typedef struct {
	const char *xdg_data_dirs;
	const char *xdg_config_home;
	const char *home;
	bool user; /* search the per-user directory */
	/* Where a distribution puts manifests besides: the directory itself. */
	const char *extra_dir;
} SearchEnvironment;

/*
 * search_path:
 * Returns: (transfer full): the directories to search, general to specific, to be freed
 * by g_strfreev(). None is checked for existence.
 */
char **search_path(const SearchEnvironment *environment);
