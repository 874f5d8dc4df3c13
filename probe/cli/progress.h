// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One line on the terminal that says what long work waits for, and is gone at its end.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct {
	bool wanted;         /* there is a terminal that can wipe a line */
	gint64 start, shown; /* monotonic, in microseconds; 0: not shown */
} Progress;

/* From now on, unless @quiet. */
void progress_start(Progress *progress, bool quiet);

/* Likewise, and @request, which keeps @progress, shows which of its programs are waited
 * for. */
void progress_follow(Progress *progress, VpRequest *request, bool quiet);

/* @what: what is waited for. Nothing is shown before the work has lasted for a moment,
 * nor too often. */
void progress_show(Progress *progress, const char *what);

void progress_wipe(Progress *progress);
