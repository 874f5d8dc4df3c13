// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which warden belongs to this program.
 */
#pragma once

/*
 * find_warden:
 * Returns: (transfer full) (nullable): its path, to be freed by g_free(); NULL: the
 * installed one.
 */
char *find_warden(void);
