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

/* How a program was to be started. */
typedef struct {
	VpCandidate *candidate; /* gets the remedies */
	const VpRequest *request;
	const char *own; /* the program's directory */
	bool own_root;
	bool as_nobody;  /* root's program */
	bool may_do_all; /* root's, with its capabilities */
	bool reads;      /* it was started, and what it may not do is to read a file */
	AccessId id;     /* that it runs as */
	gid_t *groups;
} Start;

/* The arguments: see Start. Not owned. */
Start start_begin(
	VpCandidate *candidate, const VpRequest *request, const char *own, bool own_root);
void start_clear(Start *start);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Start, start_clear)

/* Returns: (transfer full) (nullable): what is wrong with the file itself; @subject is
 * what to call it. */
char *start_denial_of_file(const Start *start, const char *path, const char *subject);

/* Likewise what keeps the program from reading the file, or listing the directory, at
 * @path, which the sandbox shows to it. */
char *start_denial_of_reading(const Start *start, const char *path, const char *subject);

/* Returns: (transfer full) (nullable): which directory on the way to @path is closed. */
char *start_denial_on_way(const Start *start, const char *path, const char *subject);
