// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The configuration once it was read (config.c): how long it lives, and which manifests
 * it leaves out.
 */
#include "probe/config.h"

#include <fnmatch.h>
#include <locale.h>

static void clear(void *data)
{
	VpConfig *config = data;

	g_free(config->path);
	g_strfreev(config->expose);
	g_strfreev(config->exposed);
	g_strfreev(config->links);
	g_strfreev(config->not_exposed);
	g_strfreev(config->disable);
}

VpConfig *config_ref(const VpConfig *config)
{
	return config ? g_atomic_rc_box_acquire((VpConfig *)config) : NULL;
}

void config_unref(VpConfig *config)
{
	if (config)
		g_atomic_rc_box_release_full(config, clear);
}

/* Bytes are compared, as where names are sorted (D2), and not what the locale of some
 * program that uses this library takes for characters, or for a range of them. */
const char *config_disabling(const VpConfig *config, const char *name)
{
	locale_t bytes = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = uselocale(bytes);
	char **glob = config->disable;

	while (*glob && fnmatch(*glob, name, 0) != 0)
		glob++;
	uselocale(before);
	if (bytes)
		freelocale(bytes);
	return *glob;
}
