// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looking up device types: see vp_device_types().
 */
#pragma once

#include "probe/vhost-probe.h"

/* Returns: (transfer none) (nullable): the type of this name. */
const VpDeviceType *device_type_find(const char *name);

/*
 * device_type_meant:
 * @word: what somebody calls it: "virtiofs", "vhost-user-blk", " GPU "
 *
 * Returns: (transfer none) (nullable): the type that is meant by it for certain.
 */
const VpDeviceType *device_type_meant(const char *word);
