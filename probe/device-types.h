// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looking up device types: see vp_device_types().
 */
#pragma once

#include "probe/vhost-probe.h"

/* Returns: (transfer none) (nullable): the type of this name. */
const VpDeviceType *device_type_find(const char *name);
