// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The level of a line that may be of a log.
 */
#pragma once

typedef enum {
	LOG_LEVEL_NONE, /* names none */
	LOG_LEVEL_INFO, /* or lower: says nothing of a failure, whatever words it has */
	LOG_LEVEL_WARNING,
	LOG_LEVEL_ERROR, /* or higher */
} LogLevel;

/* @line: one line, valid UTF-8. */
LogLevel log_level_of(const char *line);
