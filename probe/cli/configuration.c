// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The configuration of this host. Its place is decided when this is built: nothing that
 * the caller says names another one.
 */
#include "probe/cli/configuration.h"

bool configure(const Options *options, GError **error)
{
	g_autoptr(GError) cause = NULL;

	if (options->no_config || vp_request_load_config(options->request, NULL, &cause))
		return true;
	/* Not for a lack of ours. */
	if (g_error_matches(cause, VP_ERROR, VP_ERROR_CONFIG))
		g_set_error(error, cause->domain, cause->code,
			"%s (fix the file, or ignore it with --no-config)",
			cause->message);
	else
		g_propagate_error(error, g_steal_pointer(&cause));
	return false;
}
