// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths of the plan that the warden cannot look up. A mount that is made here goes with
 * its descriptor, whether a room has taken it or not.
 */
#include "sandbox/opened.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
#include "common/blame.h"
#include "sandbox/base/kernel.h"

static bool is_below_closed(const char *path)
{
	for (const char *slash = strchr(path + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		g_autofree char *directory = g_strndup(path, (gsize)(slash - path));
		struct stat st;

		if (stat(directory, &st) == 0 && !(st.st_mode & S_IXOTH))
			return true;
	}
	return false;
}

/* The warden could not clone it from here: it is in a mount namespace of its own. Where
 * the caller may not either (a container's root), it is enough for Landlock's rules. */
static int open_detached(const char *path)
{
	autofd fd = sys_open_real_path(path);
	int tree;

	if (fd < 0)
		return -1;
	tree = sys_open_tree(fd, "",
		OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | KERNEL_AT_RECURSIVE |
			AT_EMPTY_PATH);
	return tree >= 0 || blame_is_shortage(errno) ? tree : steal_fd(&fd);
}

int opened_take(const GString *plan, GString *text, int *ret_fds)
{
	g_autoptr(GString) opened = g_string_new(NULL);
	int n = 0;

	for (const char *path = plan->str; *path; path += strlen(path) + 1) {
		gssize length = (gssize)strlen(path) + 1;
		int fd = -1;

		/* Marked entries lie in trees that have no mark, and stay after them. */
		if (n < MESSAGE_OPENED_MAX && *path == '/' && is_below_closed(path)) {
			fd = open_detached(path);
			if (fd < 0 && blame_is_shortage(errno)) {
				while (n)
					close_fd(&ret_fds[--n]);
				return -1;
			}
		}
		if (fd >= 0)
			ret_fds[n++] = fd;
		g_string_append_len(fd >= 0 ? opened : text, path, length);
	}
	g_string_append_len(text, opened->str, (gssize)opened->len);
	return n;
}
