// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Follows a path by the texts of its links, one name at a time. Nothing is opened, and
 * nothing is decided by what is found: the warden compares the file that the path leads
 * to inside.
 */
#include "sandbox/links.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 40 /* as the kernel's */

/* Returns: (transfer full) (nullable): the next name of @ahead; NULL at the end. */
static char *take_name(GString *ahead)
{
	size_t begin = strspn(ahead->str, "/");
	size_t length = strcspn(ahead->str + begin, "/");
	char *name = length ? g_strndup(ahead->str + begin, length) : NULL;

	g_string_erase(ahead, 0, (gssize)(begin + length));
	return name;
}

static void go_up(GString *at)
{
	const char *last = strrchr(at->str, '/');

	g_string_truncate(at, last ? (gsize)(last - at->str) : 0);
}

GPtrArray *links_find(const char *path)
{
	GPtrArray *links = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) at = g_string_new(NULL), ahead = g_string_new(path);
	char target[PATH_MAX], *next;

	while (links->len < LINKS_MAX && (next = take_name(ahead))) {
		g_autofree char *name = next;
		ssize_t length;

		if (g_str_equal(name, "."))
			continue;
		if (g_str_equal(name, "..")) {
			go_up(at);
			continue;
		}
		g_string_append_printf(at, "/%s", name);
		length = readlink(at->str, target, sizeof target);
		if (length <= 0)
			continue;
		g_ptr_array_add(links, g_strdup(at->str));
		g_string_prepend_len(ahead, target, length);
		if (target[0] == '/')
			g_string_truncate(at, 0);
		else
			go_up(at);
	}
	return links;
}
