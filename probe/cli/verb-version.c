// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * version: one line.
 */
#include "probe/cli/verbs.h"

static int run(const Options *options)
{
	print_answer("vhost-probe " VHOST_PROBE_VERSION "\n", -1);
	return STATUS_DONE;
}

const Verb verb_version = {
	.name = "version",
	.about = "print the version",
	.run = run,
};
