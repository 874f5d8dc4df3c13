// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who is root, and as whom root's programs run: both halves have to agree on that.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* The user and group id that programs have inside: Linux' overflow id, "nobody". */
#define SANDBOX_INSIDE_ID 65534

/*
 * Whether @uid is root, of whatever system this process sees. In a user namespace with a
 * single id, root is only a name: it has an ordinary user's power, and no other id to
 * give to programs.
 */
bool sandbox_is_root(uid_t uid);
