// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A check from within.
 */
#pragma once

#include "probe/result.h"
#include "probe/vhost-probe-check.h"

#define CHECK_N_SEVERITIES (VP_SEVERITY_ERROR + 1)

struct VpFinding {
	VpDefect defect;
	char *file;      /* path of the manifest, directory or program */
	unsigned line;   /* from 1; 0: none is known */
	unsigned column; /* likewise, in characters */
	char *text;      /* for people, one line, not escaped */
	guint position;  /* of the file, for sorting */
};

struct VpCheck {
	/* The files, with verdicts as by list; the sandbox. Findings are in order of
	 * these files. */
	VpResult *result;
	GPtrArray *findings; /* of VpFinding * */
	SandboxReach *reach; /* while it goes on; not owned */
	guint counts[CHECK_N_SEVERITIES];
	guint n_files, n_programs; /* that were looked at; that were run */
	guint n_unconfirmed; /* findings for which something else may be the reason */
};
