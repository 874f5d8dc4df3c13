// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The names of Linux' errnos.
 */
#pragma once

/* Returns: (transfer none) (nullable): "EPERM"; NULL: there is no such one. */
const char *errno_name(int number);
