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
 * @path: absolute; its directory has to exist, and may be anybody's
 * @text: all of its content, up to the NUL
 * @caller: the process
 * @error: G_FILE_ERROR: one line for people, which names @path
 *
 * Readers see the old file or the new one, with mode 0644, and after a crash as well. A
 * file that is left over by one that was killed begins with a dot, and ends with no
 * suffix that means anything.
 *
 * Nothing is followed that somebody other than root and the caller decides: no link in
 * place of the file, and no link on the way to its directory that others could change.
 *
 * Returns: whether it is there; otherwise what was there before still is.
 */
bool replace_file(
	const char *path, const char *text, const FileCaller *caller, GError **error);
