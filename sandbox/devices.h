// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which of the paths that are exposed to programs are devices, which they can open.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <glib.h>

#include "sandbox/base/protocol.h"

/* Where the kernel describes devices. */
#define DEVICES_SYSFS "/sys"

typedef struct {
	/* Of char *: entries of the plan: the exposed paths, and what is read about the
	 * devices. */
	GPtrArray *entries;
	/* Groups that root's programs need in order to open the nodes as their members
	 * could; never 0. */
	uint32_t groups[WARDEN_GROUPS_MAX];
	uint32_t n_groups;
	char *stamp;        /* equal for equal nodes; empty: there are none */
	int64_t changed_us; /* the latest change to one of them, real time; or 0 */
} Devices;

void devices_clear(Devices *devices);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Devices, devices_clear)

/*
 * devices_find:
 * @exposed: NULL-terminated real paths, or NULL
 * @sysfs: DEVICES_SYSFS, or a tree that looks like it
 * @ret_devices: to be cleared by devices_clear() either way
 * @error: G_FILE_ERROR: there are more nodes or groups than can be exposed, or memory or
 * descriptors are lacking
 *
 * An exposed path that is a device node is live, and so is each device node that lies
 * directly in an exposed directory. Of directories in /dev that nobody but root and the
 * caller can change, so is what lies deeper, and what links there lead to in /dev, except
 * disks; of others it is not.
 */
bool devices_find(const char *const *exposed, const char *sysfs, Devices *ret_devices,
	GError **error);
