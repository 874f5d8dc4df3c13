// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * File systems that are made for the room: its root, its /proc, its /tmp.
 */
#pragma once

typedef struct {
	const char *key, *value;
} MountOption;

/*
 * mount_new:
 * @type: of the file system
 * @options: ended by one without a key
 * @attributes: MOUNT_ATTR_*
 *
 * Returns: a descriptor of the mount, which is attached nowhere, or -1 with errno.
 */
int mount_new(const char *type, const MountOption *options, unsigned attributes);
