// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the two domains are made by: that of the warden (landlock.c), and within it one
 * for each run (landlock-run.c). The constants stand here because the headers of the
 * oldest supported distribution know the first two ABIs only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "sandbox/warden/landlock.h"

#define FS_EXECUTE     (1u << 0)
#define FS_WRITE_FILE  (1u << 1)
#define FS_READ_FILE   (1u << 2)
#define FS_READ_DIR    (1u << 3)
#define FS_REMOVE_DIR  (1u << 4)
#define FS_REMOVE_FILE (1u << 5)
#define FS_MAKE_DIR    (1u << 7)
#define FS_MAKE_REG    (1u << 8)
#define FS_MAKE_FIFO   (1u << 10)
#define FS_MAKE_SYM    (1u << 12)
#define FS_REFER       (1u << 13)
#define FS_TRUNCATE    (1u << 14)
#define FS_IOCTL_DEV   (1u << 15)

#define READ       (FS_READ_FILE | FS_READ_DIR)
#define READ_WRITE (FS_READ_FILE | FS_WRITE_FILE | FS_TRUNCATE)
/* A FIFO connects the processes that open it, and those are of the same run. */
#define MAKE                                                                       \
	(READ_WRITE | FS_READ_DIR | FS_REMOVE_DIR | FS_REMOVE_FILE | FS_MAKE_DIR | \
		FS_MAKE_REG | FS_MAKE_FIFO | FS_MAKE_SYM | FS_REFER)

#define SCOPE_SIGNAL (1u << 1)

#define CREATE_RULESET_VERSION (1u << 0)
#define RULE_PATH_BENEATH      1

/* The first members of struct landlock_ruleset_attr. */
typedef struct {
	uint64_t fs, net, scoped;
} LandlockRights;

/*
 * landlock_create:
 * @rights: to be denied unless a rule allows them
 * @size: how much of @rights the kernel knows
 * @ret_ruleset: a descriptor, which the caller owns
 *
 * Returns: 0 or an errno value.
 */
int landlock_create(const LandlockRights *rights, size_t size, int *ret_ruleset);

/* Allows @allowed below what @fd is open on, as far as that kind of file knows it.
 * Returns: 0 or an errno value. */
int landlock_add_rule(int ruleset, int fd, uint64_t allowed);
