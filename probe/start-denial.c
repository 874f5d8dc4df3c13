// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which user was refused what, on the way to a program or by the file itself, as far as
 * modes and mounts say; and what helps. Nothing here decides anything: the kernel has.
 *
 * A hostile program chooses what it names and what interprets it. So nothing is said that
 * its id could not find out itself: of what lies in a directory that is closed to it, not
 * even whether it exists.
 */
#include "probe/start-denial.h"

#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "common/file.h"
#include "common/names.h"
#include "common/text.h"
#include "probe/candidate.h"
#include "probe/interpreter.h"

Start start_begin(VpCandidate *candidate, const VpRequest *request, SandboxView *view)
{
	const SandboxPolicy policy = policy_of(request);
	Start start = {.candidate = candidate, .request = request, .view = view};
	int n;

	start.own_root = candidate->probe.held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_MOUNT);
	start.hides = start.own_root ||
		      candidate->probe.held & SANDBOX_LAYER_BIT(SANDBOX_LAYER_LANDLOCK);
	start.as_nobody = sandbox_runs_as_nobody(&policy);
	if (start.as_nobody) {
		start.id = (AccessId){SANDBOX_INSIDE_ID, SANDBOX_INSIDE_ID, NULL, 0};
		start.is_script = interpreter_is_of_script(candidate->real_path);
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
		!group_helps        ? g_strdup("")
		: !start->as_nobody ? g_strdup(", or join its group")
		/* The members of another group would lose it. */
		: st->st_gid == 0
			? g_strdup_printf(", or chgrp %u %s", start->id.gid, shown)
			: g_strdup("");

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
	g_autofree char *own = g_path_get_dirname(start->candidate->real_path);

	return (st->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) &&
	       (is_below(path, own) || g_str_equal(path, own) || is_below(own, path) ||
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
static bool is_refused(const Start *start, const SandboxFound *found, unsigned wanted)
{
	return !start->may_do_all && !access_allows(&found->st, &start->id, wanted) &&
	       !found->has_list;
}

static bool is_program(const Start *start, const char *path)
{
	return g_str_equal(path, start->candidate->real_path);
}

/* A program without a root of its own is passed as a descriptor, which is of no use to a
 * script's interpreter. */
static bool is_way_open(const Start *start, const char *path)
{
	return is_program(start, path) && start->as_nobody && !start->own_root &&
	       !start->is_script;
}

/* Returns: (transfer full) (nullable): that @found->closed is closed. Whether what
 * somebody else has named is there must not be seen from it. */
static char *explain_way(const Start *start, const SandboxFound *found, const char *path,
	const char *subject)
{
	bool sent = is_program(start, path) && start->is_script && !start->own_root;
	g_autofree char *seen = NULL, *help = NULL;

	if (!is_refused(start, found, ACCESS_EXECUTE))
		return NULL;
	seen = name_owners(&found->st);
	help = remedy(start, found->closed, &found->st, ACCESS_EXECUTE);
	return g_strdup_printf("%s %s in %s, which is %s, and %s",
		sent ? "it is a script, to be opened by its path, and" : subject,
		sent || is_program(start, path) ? "is" : "would be", found->closed, seen,
		help);
}

static char *explain_file(const Start *start, const SandboxFound *found, unsigned wanted,
	const char *subject)
{
	g_autofree char *seen = name_owners(&found->st);
	g_autofree char *help = remedy(start, found->path, &found->st, wanted);

	return g_strdup_printf("%s is %s, and %s", subject, seen, help);
}

char *start_denial_of_file(const Start *start, const char *path, const char *subject)
{
	g_auto(SandboxFound) found = {0};

	if (!sandbox_view_look(start->view, path,
		    is_way_open(start, path) ? SANDBOX_KNOWN_OPEN
					     : SANDBOX_KNOWN_TO_ANSWER,
		    &found))
		return NULL;
	if (found.closed)
		return explain_way(start, &found, path, subject);
	if (!S_ISREG(found.st.st_mode))
		return g_strdup_printf("%s is %s, not a regular file", subject,
			file_type_name(found.st.st_mode));
	if (is_refused(start, &found, ACCESS_EXECUTE))
		return explain_file(start, &found, ACCESS_EXECUTE, subject);
	if (!(found.st.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)))
		return g_strdup_printf("%s has no execute permission", subject);
	if (found.noexec_at)
		return g_strdup_printf("%s is on a file system that is mounted noexec, "
				       "at %s",
			subject, found.noexec_at);
	return NULL;
}

char *start_denial_of_reading(
	const Start *start, const SandboxFound *found, const char *subject)
{
	Start reading = *start;
	unsigned wanted = ACCESS_READ;

	reading.reads = true;
	if (found->closed)
		return explain_way(&reading, found, found->path, subject);
	if (S_ISDIR(found->st.st_mode))
		wanted |= ACCESS_EXECUTE;
	else if (!S_ISREG(found->st.st_mode))
		return NULL;
	return is_refused(start, found, wanted)
		       ? explain_file(&reading, found, wanted, subject)
		       : NULL;
}

bool start_may_read(const Start *start, const char *path)
{
	g_auto(SandboxFound) found = {0};

	return sandbox_view_look(start->view, path, SANDBOX_KNOWN_TO_ANSWER, &found) &&
	       !found.closed && found.readable;
}
