// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The library's own domain of errors, and what others become there.
 */
#include "probe/error.h"

GQuark vp_error_quark(void)
{
	/* Copied: the library may be unloaded with a module that uses it. */
	return g_quark_from_string("vp-error-quark");
}

/* What may be available again the next time. */
static bool is_shortage(const GError *error)
{
	static const GFileError codes[] = {G_FILE_ERROR_NOMEM, G_FILE_ERROR_MFILE,
		G_FILE_ERROR_NFILE, G_FILE_ERROR_AGAIN};

	for (size_t i = 0; i < G_N_ELEMENTS(codes); i++)
		if (g_error_matches(error, G_FILE_ERROR, (int)codes[i]))
			return true;
	return false;
}

void error_publish(GError **error, VpError otherwise, GError *cause)
{
	if (cause->domain != VP_ERROR)
		cause->code = (int)(is_shortage(cause) ? VP_ERROR_SHORTAGE : otherwise);
	cause->domain = VP_ERROR;
	g_propagate_error(error, cause);
}
