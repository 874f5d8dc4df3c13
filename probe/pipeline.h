// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One request on its way, in steps, none of which waits. call.c says when the next one is
 * due, and ends it before its time.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct Pipeline Pipeline;

/* Returns: (transfer full): of a copy of @request, to be ended by
 * pipeline_end(). */
Pipeline *pipeline_new(const VpRequest *request);

/* Does what can be done now, without waiting for programs, other callers or time, or
 * some of that. Returns: whether there is more to do. */
bool pipeline_step(Pipeline *pipeline);

/* Returns: monotonic microseconds: when there is; 0: at once. Each step changes it. */
gint64 pipeline_wake_time(const Pipeline *pipeline);

/* Returns: to poll for POLLIN: then there is more to do before that; or -1. Each step
 * changes it. */
int pipeline_fd(const Pipeline *pipeline);

/* Whether nothing but the end of what ran is waited for. */
bool pipeline_is_settled(const Pipeline *pipeline);

/* Returns: (transfer full): what is waited for now, for people. */
char *pipeline_describe(const Pipeline *pipeline);

/* Kills what runs, and fails with @error (consumed). Not of one that is settled. Some
 * steps are left, since wardens take a moment to end. */
void pipeline_stop(Pipeline *pipeline, GError *error);

/* Frees @pipeline, at any time; where steps are left, it waits for the end of what still
 * runs. Returns: as vp_probe(), or NULL without @error if it did not get so far. */
VpResult *pipeline_end(Pipeline *pipeline, GError **error);
