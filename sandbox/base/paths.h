// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * THE list of the system's own paths: where programs' libraries and interpreters are.
 */
#pragma once

#include <stdbool.h>

/* Shown to every program; NULL-terminated. Not all exist on every system, and some are
 * links on most. */
extern const char *const sandbox_system_paths[];

/* Whether @path, a real path, lies below one of them: programs see it without more. */
bool sandbox_is_system_path(const char *path);
