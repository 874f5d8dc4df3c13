// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A digest of a file's whole content, as fast as the file can be read.
 *
 * Two contents that differ have the same digest by chance once in 2^128; that is what it
 * is for. It is not made against somebody who looks for two such contents: whoever
 * chooses them has written both files, and so is root or the caller (see
 * file_distrust()), who could as well write the cache.
 */
#pragma once

#include <stdint.h>

/* 32 hexadecimal digits and a NUL. */
typedef char Digest[33];

/*
 * digest_content:
 * @fd: a regular file, open for reading
 * @size: that fstat() reports; the content may be shorter or longer meanwhile
 *
 * Returns: 0, or -1 with errno.
 */
int digest_content(int fd, uint64_t size, Digest ret_digest);
