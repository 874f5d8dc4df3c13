// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A digest of a file's whole content, as fast as the file can be read, and in steps: the
 * file may be large.
 *
 * Two contents that differ have the same digest by chance once in 2^128; that is what it
 * is for. It is not made against somebody who looks for two such contents: whoever
 * chooses them has written both files, and so is root or the caller (see
 * file_distrust()), who could as well write the cache.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* 32 hexadecimal digits and a NUL. */
typedef char Digest[33];

/* One that is being made. */
typedef struct Digester Digester;

/*
 * digester_new:
 * @fd: (consumed): a regular file, open for reading
 * @size: that fstat() reports; the content may be shorter or longer meanwhile
 *
 * Returns: (transfer full): to be freed by digester_free().
 */
Digester *digester_new(int fd, uint64_t size);
void digester_free(Digester *digester);

typedef enum { DIGEST_GOES_ON, DIGEST_DONE, DIGEST_FAILED } DigestProgress;

/* Reads on by chunks of 128 KiB, which are taken off @left, until that is 0. Returns:
 * FAILED with errno. */
DigestProgress digester_read(Digester *digester, size_t *left, Digest ret_digest);
