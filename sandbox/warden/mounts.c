// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A file system is opened, given its options, made, and mounted: four calls, each of
 * which may be the one that is refused.
 */
#include "sandbox/warden/mounts.h"

#include "common/autofd.h"
#include "sandbox/base/kernel.h"

int mount_new(const char *type, const MountOption *options, unsigned attributes)
{
	autofd fs = sys_fsopen(type);

	if (fs < 0)
		return -1;
	for (; options->key; options++)
		if (sys_fsconfig(fs, FSCONFIG_SET_STRING, options->key, options->value) <
			0)
			return -1;
	if (sys_fsconfig(fs, FSCONFIG_CMD_CREATE, NULL, NULL) < 0)
		return -1;
	return sys_fsmount(fs, attributes);
}
