// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What statx(2) fills in. The C libraries disagree on the header that declares its struct
 * statx, and musl has none before 1.2.5.
 */
#pragma once

#include <assert.h>
#include <stdint.h>

typedef struct {
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, unused;
	uint64_t rest[28];
} KernelStatx;
static_assert(sizeof(KernelStatx) == 256, "the kernel writes as much");

#define KERNEL_STATX_TYPE            1      /* STATX_TYPE */
#define KERNEL_STATX_ATTR_MOUNT_ROOT 0x2000 /* STATX_ATTR_MOUNT_ROOT */
