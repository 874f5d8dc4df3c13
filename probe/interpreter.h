// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the kernel executes in a program's place: a script's interpreter, an ELF file's
 * loader.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "sandbox/sandbox.h"

typedef enum {
	INTERPRETER_OTHER = 0, /* also where it cannot be seen */
	INTERPRETER_STARTER,
	INTERPRETER_FAR, /* not known: one of them was not looked at */
} InterpreterKind;

/*
 * interpreter_judge:
 * @program: open for reading, or -1
 * @known: of char *, empty at the beginning of a call: what was found out about
 * interpreters
 * @ret_far: (transfer full): for FAR, the one that @reach (nullable) does not reach;
 * else NULL
 *
 * Whether it wants to be interpreted by /proc/self/exe, by that name or by one that leads
 * there: by whichever program starts it, which here is a part of the sandbox.
 */
InterpreterKind interpreter_judge(
	int program, GHashTable *known, SandboxReach *reach, char **ret_far);

/*
 * interpreter_find:
 * @ret_script: whether the program at @path is a script; else it is an ELF file
 *
 * Returns: (transfer full) (nullable): what the kernel executes in its place: the
 * interpreter that it names, or its loader.
 */
char *interpreter_find(const char *path, bool *ret_script);

/* Whether the program at @path is a script that names one. */
bool interpreter_is_of_script(const char *path);
