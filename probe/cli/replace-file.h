// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Putting a whole file in the place of another one, wherever somebody names it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "common/file.h"

/*
 * replace_file:
 * @path: absolute, from make_absolute_file(); its directory has to exist, and may be
 * anybody's
 * @text: all of its content, up to the NUL
 * @caller: the process
 * @error: G_FILE_ERROR: one line for people, which names @path
 *
 * Readers see the old file or the new one, even after a crash; the new one has mode 0644,
 * whatever the old one had.
 * If this process is killed, it may leave a file whose name begins with a dot and has no
 * suffix that any reader looks for; the next call of the same user removes it there once
 * it is an hour old.
 *
 * No link in the place of the file is followed, nor any on the way to its directory that
 * somebody other than root and the caller could have made. Where somebody else could move
 * a directory on that way, @path must not have "..".
 *
 * Returns: whether the new file is there; otherwise the old one still is.
 */
bool replace_file(const char *path, const char *text, FileCaller *caller, GError **error);
