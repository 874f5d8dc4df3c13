// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One request on its way, by steps: for a caller that has other things to do. vp_probe()
 * is all of them.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct Pipeline Pipeline;

/* Returns: (transfer full): of a copy of @request, to be ended by
 * pipeline_end(). */
Pipeline *pipeline_new(const VpRequest *request);

/* Does what can be done now, without waiting for programs, other callers or time.
 * Returns: whether there is more to do, later. */
bool pipeline_step(Pipeline *pipeline);

/* Waits until there is. */
void pipeline_wait(Pipeline *pipeline);

/* Frees @pipeline, at any time; what still runs is ended. Returns: as vp_probe(), or NULL
 * without @error if there were steps left. */
VpResult *pipeline_end(Pipeline *pipeline, GError **error);
