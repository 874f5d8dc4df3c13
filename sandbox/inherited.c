// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the caller has passed on, in words. The numbers are this process' own: a setting
 * that a warden could not reset is the one that this process has.
 */
#include "sandbox/sandbox.h"

#include <sys/resource.h>

#include "sandbox/base/inherited.h"

/* Returns: (transfer full): @value as people write it. */
static char *amount(InheritedKind kind, guint64 value)
{
	switch (kind) {
	case INHERITED_BYTES:
		if (value >= 1 << 20)
			return g_strdup_printf("%" G_GUINT64_FORMAT " MiB", value >> 20);
		return g_strdup_printf("%" G_GUINT64_FORMAT " bytes", value);
	case INHERITED_SECONDS:
		return g_strdup_printf("%" G_GUINT64_FORMAT " s", value);
	default:
		return g_strdup_printf("%" G_GUINT64_FORMAT, value);
	}
}

char *sandbox_describe_inherited(uint32_t inherited)
{
	GString *text = g_string_new(NULL);

	for (unsigned i = 0; i < sandbox_n_inherited; i++) {
		const Inherited *one = &sandbox_inherited[i];
		struct rlimit limit = {0};
		g_autofree char *value = NULL;

		if (!(inherited & 1u << i))
			continue;
		if (text->len)
			g_string_append(text, "; ");
		if (!one->name) {
			g_string_append(text, one->about);
			continue;
		}
		getrlimit(one->resource, &limit);
		value = amount(one->kind, limit.rlim_max);
		g_string_append_printf(text, "the caller's limit on %s, %s, is %s",
			one->about, one->name, value);
	}
	return g_string_free(text, FALSE);
}
