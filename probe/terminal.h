// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Text that was meant for a terminal.
 */
#pragma once

#include <glib.h>

/*
 * terminal_strip:
 * @text: valid UTF-8
 *
 * Returns: (transfer full): what is read of it in the end: without colours and other
 * control sequences, and of a line that was written over several times (a progress) the
 * last. To be freed by g_free().
 */
char *terminal_strip(const char *text);
