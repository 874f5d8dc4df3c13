// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of users and groups, for people who read a reason.
 *
 * They are looked up only in /etc/passwd and /etc/group. The name service may ask a
 * network, which can take minutes, and loads code into the process that asks: no name is
 * worth that. Where a file has no name, the id has to do.
 */
#pragma once

#include <sys/stat.h>
#include <sys/types.h>
#include <glib.h>

/* Returns: (transfer full): "build (1001)", or "uid 1001". */
char *name_user(uid_t uid);

/* Returns: (transfer full): "kvm (36)", or "36". */
char *name_group(gid_t gid);

/* Returns: (transfer full): "owned by build (1001), group kvm (36), mode 0750". */
char *name_owners(const struct stat *st);
