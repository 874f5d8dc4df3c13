// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What there is in a file that was to be executed.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/*
 * executable_explain_format:
 * @real_path: of a program that no kernel can start (ENOEXEC), or of what it names as its
 * interpreter or loader
 *
 * Returns: (transfer full) (nullable): what is wrong with its content, as the end of a
 * sentence about it ("is empty"); NULL if nothing is seen, or it cannot be read.
 */
char *executable_explain_format(const char *real_path);

/* Returns: (transfer full) (nullable): likewise, if it is an ELF file for another machine
 * than this. */
char *executable_explain_machine(const char *real_path);

/* Returns: (transfer full) (nullable): likewise, if it is an ELF file that ends before
 * what it is to load: it is started, and dies. */
char *executable_explain_end(const char *real_path);

/* Returns: (transfer full) (nullable): what to do about a script whose first line ends as
 * Windows' lines do. The kernel takes the carriage return for a part of the interpreter's
 * name, or of its argument. */
char *executable_explain_windows_ends(const char *real_path);
