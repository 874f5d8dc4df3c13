// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a request wants of the sandbox.
 */
#include "probe/candidate.h"

SandboxPolicy policy_of(const VpRequest *request)
{
	return (SandboxPolicy){
		.level = request->sandbox,
		.without = request->without,
		.timeout_us = request->timeout_us,
		.jobs = request->jobs,
		.expose = request->expose,
		.links = request->links,
		.home = request->home,
		.warden = request->warden,
	};
}
