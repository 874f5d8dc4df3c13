// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Why a program could not be started. Nothing here decides anything: the kernel has, and
 * this says in words what is seen of it. Where nothing is seen it says that.
 */
#include "probe/start-failure.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "common/access.h"
#include "probe/executable.h"
#include "probe/interpreter.h"

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

/* As a word that a shell takes. */
static char *as_word(const char *path)
{
	bool plain = strspn(path, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._+-") ==
		     strlen(path);

	return plain ? g_strdup(path) : g_shell_quote(path);
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
	g_autofree char *word = as_word(path);
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

/* Returns: (transfer full): where the file system of @path is mounted. */
static char *find_mount(const char *path)
{
	char *at = realpath(path, NULL);
	struct statx stx;

	while (at && at[1] &&
		(statx(AT_FDCWD, at, AT_SYMLINK_NOFOLLOW | AT_STATX_DONT_SYNC, 0, &stx) <
				0 ||
			!(stx.stx_attributes & STATX_ATTR_MOUNT_ROOT)))
		*MAX(strrchr(at, '/'), at + 1) = '\0';
	return at ? at : g_strdup(path);
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
	if (statvfs(path, &fs) == 0 && fs.f_flag & ST_NOEXEC) {
		g_autofree char *mount = find_mount(path);

		return g_strdup_printf("%s lies on a file system that is mounted noexec, "
				       "at %s",
			subject, mount);
	}
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

/* What the kernel executes for a program, step by step: the program itself, a script's
 * interpreter, which may be a script again, a loader at the end. */
typedef struct {
	char *at;      /* NULL: there is no further one */
	char *subject; /* what to call it */
	bool script;   /* the one before is a script */
	int n;         /* steps that were made */
} Chain;

static Chain chain_begin(const char *path)
{
	return (Chain){.at = g_strdup(path), .subject = g_strdup("it")};
}

static void chain_clear(Chain *chain)
{
	g_free(chain->at);
	g_free(chain->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chain, chain_clear)

static void chain_next(Chain *chain)
{
	g_autofree char *path = g_steal_pointer(&chain->at);

	if (chain->n++ < INTERPRETERS_MAX)
		chain->at = interpreter_find(path, &chain->script);
	g_free(chain->subject);
	chain->subject = g_strdup_printf("its %s %s",
		chain->script ? "interpreter" : "loader", chain->at ? chain->at : "");
}

/* Returns: (transfer full): those of this kernel that may refuse a program, as far as
 * that can be seen. */
static char *name_security_modules(void)
{
	static const char *const refusing[] = {
		"selinux", "apparmor", "smack", "tomoyo", "landlock", "ipe", NULL};
	g_autofree char *list = NULL, *found = NULL;
	g_auto(GStrv) names = NULL;
	size_t n = 0;

	if (!g_file_get_contents("/sys/kernel/security/lsm", &list, NULL, NULL))
		return g_strdup("");
	names = g_strsplit(g_strstrip(list), ",", -1);
	for (char **name = names; *name; name++) {
		if (g_strv_contains(refusing, *name))
			names[n++] = *name;
		else
			g_free(*name);
	}
	names[n] = NULL;
	found = g_strjoinv(", ", names);
	return *found ? g_strdup_printf(" (this kernel has %s)", found) : g_strdup("");
}

static char *explain_denial(const Start *start, const char *path)
{
	g_auto(Chain) chain = chain_begin(path);
	g_autofree char *why = NULL, *modules = NULL;
	/* It was sent opened, which is of no use to a script's interpreter. */
	bool sent = start->as_nobody && !start->own_root;

	for (; !why && chain.at; chain_next(&chain)) {
		bool script = false;
		g_autofree char *next = interpreter_find(chain.at, &script);

		if (chain.n == 0 && sent && script) {
			g_free(chain.subject);
			chain.subject =
				g_strdup("it is a script, to be opened by its path, and");
		}
		why = explain_file(start, chain.at, chain.n == 0 ? "it" : chain.subject);
		if (!why && (chain.n > 0 || !sent || script))
			why = explain_way(start, chain.at, chain.subject);
	}
	if (why)
		return g_strdup_printf("permission denied: %s", why);
	modules = name_security_modules();
	return g_strdup_printf("permission denied: not by any mode; an access control "
			       "list or a security module%s may forbid it",
		modules);
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

/* Returns: (transfer full): for whom @program was built, whose @loader does not exist. */
static char *describe_loader(const char *program, const char *loader)
{
	g_autofree char *machine = executable_explain_machine(program);

	if (machine)
		return g_strdup_printf(": it %s", machine);
	if (strstr(loader, "/ld-musl-"))
		return g_strdup(": it was built for musl, another C library");
	return g_strdup(": it was built for another system");
}

/* Returns: (transfer full): why nothing is found where @chain has led, from @path. */
static char *explain_gap(const Chain *chain, const char *path)
{
	g_autofree char *built = NULL;

	if (chain->script && g_str_has_suffix(chain->at, "\r")) {
		built = executable_explain_windows_ends(path);
		return g_strdup_printf("the interpreter '%s' does not exist: %s",
			chain->at, built ? built : "its name ends with \\r");
	}
	if (chain->script && chain->at[0] != '/')
		return g_strdup_printf(
			"%s does not exist, and is not an absolute path", chain->subject);
	built = chain->script ? g_strdup("") : describe_loader(path, chain->at);
	return g_strdup_printf("%s does not exist%s", chain->subject, built);
}

/* Returns: (transfer full) (nullable): why the sandbox may not show what exists. */
static char *explain_hidden(const Start *start, const Chain *chain, const char *real_path)
{
	g_autofree char *needed = NULL, *word = NULL;

	if (!start->own_root || sandbox_is_system_path(real_path))
		return NULL;
	needed = needed_by_interpreter(start, real_path);
	word = as_word(needed);
	return g_strdup_printf(
		"%s cannot be seen in the sandbox; --expose %s", chain->subject, word);
}

static char *explain_absence(const Start *start, const char *path)
{
	g_auto(Chain) chain = chain_begin(path);
	g_autofree char *hidden = NULL, *last = g_strdup(path);
	char real_path[PATH_MAX];

	for (chain_next(&chain); chain.at; chain_next(&chain)) {
		if (!realpath(chain.at, real_path))
			return explain_gap(&chain, last);
		if (!hidden)
			hidden = explain_hidden(start, &chain, real_path);
		g_free(last);
		last = g_strdup(chain.at);
	}
	if (hidden)
		return g_steal_pointer(&hidden);
	/* The file itself was there when it was checked. */
	return g_strdup("its interpreter does not exist, or it cannot be seen in the "
			"sandbox");
}

/* ENOEXEC: the program, or the last of its interpreters. ELIBBAD: its loader. */
static char *explain_format(const char *path, int errnum)
{
	g_auto(Chain) chain = chain_begin(path);

	for (; chain.at; chain_next(&chain)) {
		bool script;
		g_autofree char *next = interpreter_find(chain.at, &script);
		g_autofree char *why = NULL;

		if (!script && next && errnum == ELIBBAD)
			continue;
		if (!script)
			why = executable_explain_machine(chain.at);
		if (!why)
			why = executable_explain_format(chain.at);
		if (why)
			return g_strdup_printf("%s %s", chain.subject, why);
	}
	return g_strdup(g_strerror(errnum));
}

/* ELOOP: links that lead in a circle, or scripts that interpret each other. */
static char *explain_circle(const char *path)
{
	g_auto(Chain) chain = chain_begin(path);
	char real_path[PATH_MAX];

	for (; chain.at; chain_next(&chain))
		if (!realpath(chain.at, real_path))
			return g_strdup_printf(
				"%s is a link that leads back to itself", chain.subject);
	return g_strdup_printf("its interpreter is a script, whose interpreter is a "
			       "script, and so on, more than %d times",
		INTERPRETERS_MAX);
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
	case ENOEXEC:
	case ELIBBAD:
		return explain_format(real_path, errnum);
	case ELOOP:
		return explain_circle(real_path);
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
