// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a request wants of the sandbox.
 */
#pragma once

#include "probe/vhost-probe.h"

/* Returns: all of it, borrowed from @request; what is different for one run is changed by
 * whoever opens that. */
SandboxPolicy policy_of(const VpRequest *request);
