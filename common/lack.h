// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is lacking here, as an error that stops the call: the cause, and what to do. It is
 * never a file's or program's verdict, and no reason to do without the sandbox.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

/*
 * lack_set_error:
 * @error: (nullable): G_FILE_ERROR
 * @errnum: the cause; a remedy is added where there is one
 * @format: what could not be done
 *
 * Returns: FALSE.
 */
bool lack_set_error(GError **error, int errnum, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/*
 * lack_check_host:
 *
 * Returns: FALSE, with @error of G_FILE_ERROR, where this system lacks what every process
 * may rely on: /proc and the null device.
 */
bool lack_check_host(GError **error);

/* Whether @path leads to the null device, by whatever name. */
bool lack_is_null_device(const char *path);
