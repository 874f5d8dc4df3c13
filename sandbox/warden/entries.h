// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Entries of directories.
 */
#pragma once

#include <stdbool.h>
#include <string.h>

/* Whether it is the directory itself, or the one above. */
static inline bool is_dot(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}
