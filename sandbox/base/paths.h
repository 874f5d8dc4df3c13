// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * THE list of the system's own paths: where programs' libraries and interpreters are.
 */
#pragma once

#include <stdbool.h>

/* Those of the following that may be links to elsewhere: all but the kernel's. */
extern const char *const sandbox_trees[];

/* Shown to every program; NULL-terminated. Not all exist on every system, and some are
 * links on most. */
extern const char *const sandbox_system_paths[];

/* In /usr; a link out of it on image-based systems. */
#define SANDBOX_LOCAL "/usr/local"

/* Directories in which only root puts files: those above, and more that are not shown to
 * every program. NULL-terminated. */
extern const char *const sandbox_root_trees[];

/* The files of /etc that libraries need, for programs whose id is root's. For others all
 * of /etc is shown, except the file that makes every program load more. NULL-terminated.
 */
extern const char *const sandbox_etc_paths[];
#define SANDBOX_ETC "/etc"

/* In a room's root while it is made, and no longer. */
#define SANDBOX_EMPTY   "/.an empty file"
#define SANDBOX_PRELOAD "ld.so.preload"

/* Whether @path, a real path, lies below one of them, so that every program sees it. */
bool sandbox_is_system_path(const char *path);
