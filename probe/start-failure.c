// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why a program could not be started. Nothing here decides anything: the kernel has, and
 * this says in words what is seen of it. Where nothing is seen it says that.
 */
#include "probe/start-failure.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/access.h"
#include "common/text.h"
#include "probe/cache/stamps.h"

/* As the kernel: a script's interpreter may be a script, and so on. */
#define INTERPRETERS_MAX 5

typedef struct {
	const VpRequest *request;
	const char *own; /* the program's directory */
	bool own_root;
	bool as_nobody;  /* root's program */
	bool may_do_all; /* root's, with its capabilities */
	AccessId id;     /* that it runs as */
	gid_t *groups;
} Start;

static void find_id(Start *start)
{
	const VpRequest *request = start->request;
	const SandboxPolicy policy = {
		.level = request->sandbox, .without = request->without};
	int n;

	start->as_nobody = sandbox_runs_as_nobody(&policy);
	if (start->as_nobody) {
		start->id = (AccessId){SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
		return;
	}
	start->may_do_all = request->uid == 0 && request->sandbox == SANDBOX_LEVEL_NONE;
	n = MAX(getgroups(0, NULL), 0);
	start->groups = g_new(gid_t, n);
	n = MAX(getgroups(n, start->groups), 0);
	start->id = (AccessId){request->uid, request->gid, start->groups, (size_t)n};
}

/* ---- words ---- */

/* Returns: (transfer full): a name only where it is always the same. To look up others a
 * network may have to be asked, which is no business of a library. */
static char *name_id(unsigned id)
{
	return id == 0 ? g_strdup("root") : g_strdup_printf("%u", id);
}

/* Returns: (transfer full): mode and owners. */
static char *describe(const struct stat *st)
{
	g_autofree char *user = name_id(st->st_uid), *group = name_id(st->st_gid);

	return g_strdup_printf("%04o %s:%s", st->st_mode & 07777, user, group);
}

/* Whether the directory is closed for somebody's sake: root's or another's home, or what
 * is no program's place. Whoever opens it opens all that lies there to everybody. */
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
	AccessClass class, bool group_helps)
{
	static const char classes[] = {
		[ACCESS_OWNER] = 'u', [ACCESS_GROUP] = 'g', [ACCESS_OTHERS] = 'o'};
	g_autofree char *word = text_shell_word(path);
	g_autofree char *by_group =
		group_helps && start->as_nobody
			? g_strdup_printf(", or chgrp %u %s", start->id.gid, word)
			: g_strdup(group_helps ? ", or join its group" : "");

	return g_strdup_printf("chmod %c+%s %s%s", classes[class],
		S_ISDIR(st->st_mode) ? "x" : "rx", word, by_group);
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
				: change_mode(start, path, st, class, group_helps);

	if (!start->as_nobody)
		return g_strdup_printf("uid %u may not %s it; %s", start->id.uid,
			S_ISDIR(st->st_mode) ? "search" : "execute", help);
	return g_strdup_printf("root's programs run as nobody (%u); %s, or --without "
			       "uid, which lets it read what root may",
		start->id.uid, help);
}

/* ---- looking ---- */

/* With a list, the mode says little about what is allowed to whom. */
static bool is_refused(const Start *start, const char *path, const struct stat *st)
{
	return !start->may_do_all && !access_allows(st, &start->id, ACCESS_EXECUTE) &&
	       !access_has_list(path);
}

/* Returns: (transfer full) (nullable): what is wrong with the file itself; @subject is
 * what to call it. */
static char *explain_file(const Start *start, const char *path, const char *subject)
{
	g_autofree char *seen = NULL, *help = NULL;
	struct statvfs fs;
	struct stat st;

	if (stat(path, &st) < 0)
		return NULL;
	if (!S_ISREG(st.st_mode))
		return g_strdup_printf("%s is no regular file", subject);
	if (is_refused(start, path, &st)) {
		seen = describe(&st);
		help = remedy(start, path, &st, ACCESS_EXECUTE);
		return g_strdup_printf("%s is %s, and %s", subject, seen, help);
	}
	if (!(st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return g_strdup_printf("%s has no execute permission", subject);
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC)
		return g_strdup_printf(
			"%s lies on a file system that is mounted noexec", subject);
	return NULL;
}

static bool is_below(const char *path, const char *directory)
{
	return g_str_has_prefix(path, directory) && path[strlen(directory)] == '/';
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
	return strlen(is_below(path, start->own) ? start->own : path);
}

/* Returns: (transfer full) (nullable): which directory on the way to @path is closed. */
static char *explain_way(const Start *start, const char *path, const char *subject)
{
	char real_path[PATH_MAX];

	if (!realpath(path, real_path))
		return NULL;
	for (size_t at = MAX(find_shown(start, real_path), 1); real_path[at]; at++) {
		g_autofree char *directory = g_strndup(real_path, at);
		g_autofree char *seen = NULL, *help = NULL;
		struct stat st;

		if (real_path[at] != '/' || stat(directory, &st) < 0 ||
			!is_refused(start, directory, &st))
			continue;
		seen = describe(&st);
		help = remedy(start, directory, &st, ACCESS_EXECUTE);
		return g_strdup_printf("%s lies below %s, which is %s, and %s", subject,
			directory, seen, help);
	}
	return NULL;
}

/* ---- the story ---- */

static char *explain_denial(const Start *start, const char *path)
{
	g_autofree char *at = g_strdup(path);
	g_autofree char *subject = g_strdup("it");
	g_autofree char *why = NULL;
	/* It was sent opened, which is of no use to a script's interpreter. */
	bool sent = start->as_nobody && !start->own_root;

	for (int i = 0; !why && at && i < INTERPRETERS_MAX; i++) {
		g_autofree char *interpreter = stamps_find_interpreter(at);

		if (i == 0 && sent && interpreter) {
			g_free(subject);
			subject =
				g_strdup("it is a script, to be opened by its path, and");
		}
		why = explain_file(start, at, i == 0 ? "it" : subject);
		if (!why && (i > 0 || !sent || interpreter))
			why = explain_way(start, at, subject);
		g_free(at);
		at = g_steal_pointer(&interpreter);
		g_free(subject);
		subject = at ? g_strdup_printf("its interpreter %s", at) : NULL;
	}
	return g_strdup_printf("permission denied: %s",
		why ? why
		    : "not by any mode; an access control list or a security module may "
		      "forbid it, or it wants a loader that may not be executed");
}

/* Returns: (transfer full): what an interpreter needs of its own: the prefix that it was
 * installed to, unless that is the caller's home; else itself. */
static char *needed_by_interpreter(const Start *start, const char *real_path)
{
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_autofree char *prefix = g_path_get_dirname(directory);

	return g_str_has_suffix(directory, "/bin") &&
			       g_strcmp0(prefix, start->request->home) != 0
		       ? g_steal_pointer(&prefix)
		       : g_strdup(real_path);
}

static char *explain_absence(const Start *start, const char *path)
{
	g_autofree char *interpreter = stamps_find_interpreter(path);
	char real_path[PATH_MAX];

	if (interpreter && !realpath(interpreter, real_path))
		return g_strdup_printf("its interpreter %s does not exist", interpreter);
	if (interpreter && start->own_root) {
		g_autofree char *needed = needed_by_interpreter(start, real_path);
		g_autofree char *word = text_shell_word(needed);

		return g_strdup_printf("its interpreter %s cannot be seen in the "
				       "sandbox; --expose %s",
			interpreter, word);
	}
	/* The file itself was there when it was checked. */
	return g_strdup("its interpreter does not exist, or it cannot be seen in the "
			"sandbox");
}

static char *explain(const Start *start, const char *real_path, int errnum)
{
	switch (errnum) {
	case ESTALE:
		return g_strdup("it was replaced between check and run");
	case EACCES:
		return explain_denial(start, real_path);
	case ENOENT:
		return explain_absence(start, real_path);
	default:
		return g_strdup(g_strerror(errnum));
	}
}

char *start_failure_explain(
	const VpCandidate *candidate, const VpRequest *request, int errnum, bool own_root)
{
	g_autofree char *own = g_path_get_dirname(candidate->real_path);
	Start start = {.request = request, .own = own, .own_root = own_root};
	char *why;

	find_id(&start);
	why = explain(&start, candidate->real_path, errnum);
	g_free(start.groups);
	return why;
}
