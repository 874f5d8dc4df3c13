// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is wrong with a path that could not be opened, in words. Nothing here decides
 * anything: the kernel has, and this says what is seen of it.
 */
#pragma once

#include <glib.h>

/*
 * fault_find:
 * @path: absolute
 *
 * Goes along @path as the caller's effective ids may.
 *
 * Returns: (transfer full) (nullable): what keeps @path from being opened for reading, as
 * the end of a sentence about it: "does not exist", "is a link to /opt/x, which does not
 * exist", "lies below /srv/x, which is owned by build (1001), group build (1001), mode
 * 0700, and may not be searched". NULL where nothing is seen.
 */
char *fault_find(const char *path);
