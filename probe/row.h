// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How a table of what is known about each value of a public enumeration is written: one
 * ROW() or NAME() per value, in a function that finds it. A value without a row is an
 * error of the build, and a number that is none has no row; neither needs a count in the
 * interface.
 */
#pragma once

#pragma GCC diagnostic error "-Wswitch"

/* Where there is nothing to know but the name. */
#define NAME(value, name) \
	case value:       \
		return name;

/* Of a struct Row. */
#define ROW(value, ...)                                      \
	case value: {                                        \
		static const struct Row row = {__VA_ARGS__}; \
		return &row;                                 \
	}
