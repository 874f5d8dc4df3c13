// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What files hold whose times say nothing: digests of their content. Each file is read
 * once, and no more at a time than is allowed.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "probe/cache/digest.h"
#include "sandbox/sandbox.h"

typedef struct Contents Contents;

/* @left: (nullable): how many bytes may be read now, which are taken off; NULL: any
 * number. */
Contents *contents_new(size_t *left);
void contents_free(Contents *contents);

/*
 * contents_digest:
 * @path: of a regular file
 *
 * Returns: whether it is @file still, and has been read. Once it is another one it stays
 * unknown: a file that changes all the time is not read all the time. Also FALSE while
 * contents_reading().
 */
bool contents_digest(
	Contents *contents, const char *path, const SandboxFile *file, Digest ret_digest);

/* Returns: (nullable): the file of which there was more to read than was left. Nothing
 * else is read before that is. */
const char *contents_reading(const Contents *contents);

/* Goes on with it. Returns: whether it has been read, or none was to be. */
bool contents_read_on(Contents *contents);
