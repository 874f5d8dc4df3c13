// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a text is written to: a terminal of some width, or something that programs read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct {
	size_t width; /* in cells; 0: no terminal, and lines as long as they are */
	bool color;
	bool unicode; /* shows more than ASCII */
} Screen;

/* Returns: whether the terminal, if there is one, takes escape sequences: colours, and
 * lines that are wiped. */
bool screen_takes_escapes(void);

/* Returns: how many cells a line of the terminal at @fd has, whatever COLUMNS says: a
 * longer one cannot be wiped. */
size_t screen_line(int fd);

/* Returns: what @fd leads to; @color: whether it is wanted there. */
Screen screen_look(int fd, bool color);
