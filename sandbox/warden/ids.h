// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Ids and capabilities: giving them up, and checking that they are gone. Each function
 * returns 0 or an errno value.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* Becomes the inside id; capabilities stay, and supplementary groups if @keep_groups. */
int ids_become_nobody(bool keep_groups);

/* Has these ids and no others: the real and saved ones may be different. */
int ids_keep(uid_t uid, gid_t gid);

/* No capability, now or later. */
int ids_drop_capabilities(void);

int ids_canary(void);

/* Whether the supplementary groups are @groups, as far as they have names here. */
int ids_canary_groups(const gid_t *groups, unsigned n);
int ids_canary_capabilities(void);
