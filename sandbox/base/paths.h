// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * THE list of the system's own paths: where programs' libraries and interpreters are.
 */
#pragma once

#include <stdbool.h>

/* Shown to every program; NULL-terminated. Not all exist on every system, and some are
 * links on most. */
extern const char *const sandbox_system_paths[];

/* In /usr; a link out of it on image-based systems. */
#define SANDBOX_LOCAL "/usr/local"

/* Of these, where they are links, the link alone is shown, so that what is shown behind
 * it for other reasons is found by this name too. NULL-terminated. */
extern const char *const sandbox_link_paths[];

/* In which nobody but root puts files: those, and more that is not shown to every
 * program. NULL-terminated. */
extern const char *const sandbox_root_trees[];

/* Of /etc, where a program's id is root's: what its libraries need. Where it is not, /etc
 * is shown whole, except the file that has every program load more. NULL-terminated. */
extern const char *const sandbox_etc_paths[];
#define SANDBOX_ETC     "/etc"
#define SANDBOX_PRELOAD "ld.so.preload"

/* Whether @path, a real path, lies below one of them: programs see it without more. */
bool sandbox_is_system_path(const char *path);
