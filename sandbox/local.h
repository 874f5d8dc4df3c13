// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Whether a path lies on file systems that answer by themselves, without the list of all
 * mounts.
 */
#pragma once

#include <stdbool.h>

/*
 * local_is_way:
 * @path: absolute
 *
 * Returns: whether the kernel knows the way to @path, which leads through no link and, up
 * to the root, through mounts of walk_is_local_type() only. FALSE where the kernel does
 * not say so (before Linux 6.12): the list of mounts does.
 */
bool local_is_way(const char *path);
