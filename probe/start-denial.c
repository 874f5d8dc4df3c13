// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which user was refused what, on the way to a program or by the file itself, as far as
 * modes and mounts say; and what helps. Nothing here decides anything: the kernel has.
 */
#include "probe/start-denial.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/names.h"
#include "common/statx.h"
#include "common/text.h"
#include "probe/candidate.h"

Start start_begin(
	VpCandidate *candidate, const VpRequest *request, const char *own, bool own_root)
{
	const SandboxPolicy policy = policy_of(request);
	Start start = {candidate, request, .own = own, .own_root = own_root};
	int n;

	start.as_nobody = sandbox_runs_as_nobody(&policy);
	if (start.as_nobody) {
		start.id = (AccessId){SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
		return start;
	}
	start.may_do_all = request->uid == 0 && request->sandbox == SANDBOX_LEVEL_NONE;
	n = MAX(getgroups(0, NULL), 0);
	start.groups = g_new(gid_t, n);
	n = MAX(getgroups(n, start.groups), 0);
	start.id = (AccessId){request->uid, request->gid, start.groups, (size_t)n};
	return start;
}

void start_clear(Start *start)
{
	g_free(start->groups);
}

/* ---- words ---- */

/* Whether the directory is closed for somebody's sake: root's or another's home, or what
 * is no program's place. To open it is to open all that lies there to everybody. */
static bool is_private(const Start *start, const char *path, const struct stat *st)
{
	static const char *const homes[] = {"/home/", "/var/home/", "/run/user/"};
	bool is_home =
		g_str_equal(path, "/root") || g_strcmp0(path, start->request->home) == 0;

	for (size_t i = 0; i < G_N_ELEMENTS(homes); i++)
		is_home = is_home || g_str_has_prefix(path, homes[i]);
	return S_ISDIR(st->st_mode) && (is_home || st->st_uid != 0);
}

/* Returns: (transfer full): how the mode of @path would be changed for the better. */
static char *change_mode(const Start *start, const char *path, const struct stat *st,
	AccessClass class, unsigned wanted, bool group_helps)
{
	static const char classes[] = {
		[ACCESS_OWNER] = 'u', [ACCESS_GROUP] = 'g', [ACCESS_OTHERS] = 'o'};
	g_autofree char *word = text_shell_word_to_copy(path);
	const char *shown = word ? word : "it";
	g_autofree char *by_group =
		group_helps && start->as_nobody
			? g_strdup_printf(", or chgrp %u %s", start->id.gid, shown)
			: g_strdup(group_helps ? ", or join its group" : "");

	return g_strdup_printf("chmod %c+%s %s%s", classes[class],
		wanted == ACCESS_READ                              ? "r"
		: S_ISDIR(st->st_mode) && wanted == ACCESS_EXECUTE ? "x"
								   : "rx",
		shown, by_group);
}

static bool is_below(const char *path, const char *directory)
{
	return g_str_has_prefix(path, directory) && path[strlen(directory)] == '/';
}

/* Whether it is for programs: the program itself and what lies beside it, or the
 * system's, and no file that nobody executes. A program names whatever it likes as its
 * interpreter, and nobody should open a secret for its sake. */
static bool may_be_opened(const Start *start, const char *path, const struct stat *st)
{
	return (st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) &&
	       (is_below(path, start->own) || g_str_equal(path, start->own) ||
		       is_below(start->own, path) ||
		       (sandbox_is_system_path(path) && !is_below(path, "/etc")));
}

/* Returns: (transfer full): who is refused @wanted, and what helps. */
static char *remedy(
	const Start *start, const char *path, const struct stat *st, unsigned wanted)
{
	AccessClass class = access_class(st, &start->id);
	bool group_helps =
		class == ACCESS_OTHERS && (st->st_mode >> 3 & wanted) == wanted;
	bool is_closed_to_it = class != ACCESS_OWNER && is_private(start, path, st);
	g_autofree char *help =
		is_closed_to_it ? g_strdup_printf("install the program elsewhere%s",
					  group_helps && !start->as_nobody
						  ? ", or join the directory's group"
						  : "")
		: start->reads || may_be_opened(start, path, st)
			? change_mode(start, path, st, class, wanted, group_helps)
			: g_strdup("use an interpreter that everybody may execute");

	if (!start->as_nobody) {
		g_autofree char *self = name_user(start->id.uid);

		return g_strdup_printf("%s may not %s it; %s", self,
			S_ISDIR(st->st_mode) ? "search" : "execute", help);
	}
	candidate_advise(start->candidate, VP_REMEDY_WITHOUT, "uid");
	return g_strdup_printf("root's programs run as nobody (%u); %s, or --without "
			       "uid, which lets it read what root may",
		start->id.uid, help);
}

/* ---- looking ---- */

/* With a list, the mode says little about what is allowed to whom. */
static bool is_refused(
	const Start *start, const char *path, const struct stat *st, unsigned wanted)
{
	return !start->may_do_all && !access_allows(st, &start->id, wanted) &&
	       !access_has_list(path);
}

/* Returns: (transfer full): where the file system of @path is mounted. */
static char *find_mount(const char *path)
{
	char *at = realpath(path, NULL);
	KernelStatx stx;

	while (at && at[1] &&
		(syscall(SYS_statx, AT_FDCWD, at,
			 AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, 0, &stx) < 0 ||
			!(stx.attributes & KERNEL_STATX_ATTR_MOUNT_ROOT)))
		*MAX(strrchr(at, '/'), at + 1) = '\0';
	return at ? at : g_strdup(path);
}

char *start_denial_of_file(const Start *start, const char *path, const char *subject)
{
	g_autofree char *seen = NULL, *help = NULL;
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode))
		return g_strdup_printf("%s is %s, not a regular file", subject,
			file_type_name(st.st_mode));
	if (is_refused(start, path, &st, ACCESS_EXECUTE)) {
		seen = name_owners(&st);
		help = remedy(start, path, &st, ACCESS_EXECUTE);
		return g_strdup_printf("%s is %s, and %s", subject, seen, help);
	}
	if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return g_strdup_printf("%s has no execute permission", subject);
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC) {
		g_autofree char *mount = find_mount(path);

		return g_strdup_printf("%s is on a file system that is mounted noexec, "
				       "at %s",
			subject, mount);
	}
	return NULL;
}

/* Likewise in what may be the program's prefix: one of the directories in it. */
static size_t find_in_prefix(const Start *start, const char *path)
{
	size_t length = strlen(start->own);

	for (unsigned up = 0; up < 2 && length > 1; up++) {
		while (length > 1 && start->own[--length] != '/')
			;
		if (strncmp(path, start->own, length) == 0 && path[length] == '/')
			return length + 1 + strcspn(path + length + 1, "/");
	}
	return strlen(path);
}

/* Returns: from where on, in @path, the sandbox shows the host's directories, which may
 * be closed. Those above, if any, are its own. */
static size_t find_shown(const Start *start, const char *path)
{
	const char *const *expose = start->request->expose;

	if (!start->own_root || sandbox_is_system_path(path))
		return 0;
	for (; expose && *expose; expose++)
		if (is_below(path, *expose))
			return strlen(*expose);
	return is_below(path, start->own) ? strlen(start->own)
					  : find_in_prefix(start, path);
}

char *start_denial_on_way(const Start *start, const char *path, const char *subject)
{
	char real_path[PATH_MAX];

	if (!realpath(path, real_path))
		return NULL;
	for (size_t at = MAX(find_shown(start, real_path), 1); real_path[at]; at++) {
		g_autofree char *directory = g_strndup(real_path, at);
		g_autofree char *seen = NULL, *help = NULL;
		struct stat st;

		if (real_path[at] != '/' || stat(directory, &st) < 0 ||
			!is_refused(start, directory, &st, ACCESS_EXECUTE))
			continue;
		seen = name_owners(&st);
		help = remedy(start, directory, &st, ACCESS_EXECUTE);
		return g_strdup_printf("%s is in %s, which is %s, and %s", subject,
			directory, seen, help);
	}
	return NULL;
}

char *start_denial_of_reading(const Start *start, const char *path, const char *subject)
{
	g_autofree char *real_path = realpath(path, NULL), *seen = NULL, *help = NULL;
	Start reading = *start;
	struct stat st;
	unsigned wanted;
	char *why;

	if (!real_path || stat(real_path, &st) < 0 ||
		(!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
		return NULL;
	reading.reads = true;
	/* The way to the program was no obstacle. */
	why = g_str_equal(real_path, start->candidate->real_path)
		      ? NULL
		      : start_denial_on_way(&reading, real_path, subject);
	wanted = S_ISDIR(st.st_mode) ? ACCESS_READ | ACCESS_EXECUTE : ACCESS_READ;
	if (why || !is_refused(start, real_path, &st, wanted))
		return why;
	seen = name_owners(&st);
	help = remedy(&reading, real_path, &st, wanted);
	return g_strdup_printf("%s is %s, and %s", subject, seen, help);
}
