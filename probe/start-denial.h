// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which mode, or mount, keeps a program from being started, and the remedy.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <glib.h>

#include "common/access.h"
#include "probe/vhost-probe.h"
#include "sandbox/sandbox.h"

/* How a program was to be started. */
typedef struct {
	VpCandidate *candidate; /* gets the remedies */
	const VpRequest *request;
	SandboxView *view; /* of the program */
	bool own_root;
	bool hides;      /* not everything is shown */
	bool as_nobody;  /* root's program */
	bool is_script;  /* likewise, and one */
	bool may_do_all; /* root's, with its capabilities */
	bool reads;      /* it was started, and what it may not do is to read a file */
	AccessId id;     /* that it runs as */
	gid_t *groups;
} Start;

/* The arguments: see Start. Not owned. */
Start start_begin(VpCandidate *candidate, const VpRequest *request, SandboxView *view);
void start_clear(Start *start);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Start, start_clear)

/* Returns: (transfer full) (nullable): what keeps the program from executing the file at
 * @path, its own or an interpreter's: the file itself, or a directory on the way; or what
 * else is wrong with that file. @subject is what to call it. */
char *start_denial_of_file(const Start *start, const char *path, const char *subject);

/* Likewise what keeps the program from reading the file, or listing the directory, that
 * was @found, which the sandbox shows to it. */
char *start_denial_of_reading(
	const Start *start, const SandboxFound *found, const char *subject);

/* Whether the program's id may read the interpreter at @path, so that what is in it may
 * be reported. */
bool start_may_read(const Start *start, const char *path);
