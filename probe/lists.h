// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Lists as the interface hands them out: of strings, never NULL; of anything else by
 * index, which may be any number.
 */
#pragma once

#include <glib.h>

static inline const char *const *list_or_none(const char *const *list)
{
	static const char *const none[] = {NULL};

	return list ? list : none;
}

/* NULL has no elements. */
static inline gsize list_length(const GPtrArray *array)
{
	return array ? array->len : 0;
}

static inline void *list_element(const GPtrArray *array, gsize index)
{
	return index < list_length(array) ? array->pdata[index] : NULL;
}
