// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths that stand in what a program has said.
 */
#pragma once

#include <glib.h>

/*
 * named_paths:
 * @text: valid UTF-8, of any number of lines
 *
 * Returns: (transfer full): absolute paths as @text may mean them, in its order, each
 * once; what is ambiguous, such as "/srv/x:12", in both ways. To be freed by
 * g_strfreev().
 */
char **named_paths(const char *text);
