// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * By what a program is executed: its $0 and AT_EXECFN are made of that.
 */
#pragma once

typedef enum {
	/* The descriptor of the file that was compared. Scripts cannot be: they are
	 * executed by the real path, and compared again. */
	EXECUTE_DESCRIPTOR,
	EXECUTE_REAL_PATH,
	EXECUTE_NAME, /* argv[0] */
} Execution;
