// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Times and what is made of them.
 */
#pragma once

/* Returns: microseconds of the monotonic clock. */
double now_us(void);

/* Sorts @values. Returns: their median. */
double median(double *values, unsigned n);
