// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Writing to a file.
 */
#pragma once

#include <stdbool.h>

/*
 * file_write_all:
 * @fd: open for writing
 * @text: up to its NUL
 *
 * A limit on the size of files is an error, EFBIG, and no signal.
 *
 * Returns: whether all of it is written; else errno says why not.
 */
bool file_write_all(int fd, const char *text);
