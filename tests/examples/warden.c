// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Examples use the warden that was installed with the library, which in a build tree is
 * not there yet. Linked with --wrap=vp_request_new, their requests begin with the one
 * that VHOST_PROBE_WARDEN names, or the build tree's; nothing else is different.
 */
#include <vhost-probe.h>

VpRequest *__real_vp_request_new(void);
VpRequest *__wrap_vp_request_new(void);

VpRequest *__wrap_vp_request_new(void)
{
	const char *given = g_getenv("VHOST_PROBE_WARDEN");
	VpRequest *request = __real_vp_request_new();

	vp_request_set_warden(request, given ? given : WARDEN);
	return request;
}
