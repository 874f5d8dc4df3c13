// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which file was checked, so that the warden can say whether it is about to run that one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Which file was checked: properties of which any change to it changes one. No two files
 * are equal in all of them. */
typedef struct {
	_Alignas(8) uint64_t dev, ino, size; /* also where a word has 32 bits */
	int64_t mtime_sec, ctime_sec;
	uint32_t mtime_nsec, ctime_nsec;
	uint32_t mode;
} SandboxFile;

SandboxFile sandbox_file(const struct stat *st);
bool sandbox_file_equal(const SandboxFile *a, const SandboxFile *b);
