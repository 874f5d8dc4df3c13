// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
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

#include "common/file.h"
#include "common/text.h"
#include "probe/candidate.h"
#include "probe/executable.h"
#include "probe/interpreter.h"
#include "probe/start-denial.h"

/* As the kernel: a script's interpreter may be a script, and so on. */
#define INTERPRETERS_MAX 5

/* What the kernel executes for a program, step by step: the program itself, a script's
 * interpreter, which may be a script again, a loader at the end. */
typedef struct {
	const Start *start;
	char *at;      /* NULL: there is no further one */
	char *subject; /* what to call it */
	bool script;   /* the one before is a script */
	int n;         /* steps that were made */
} Chain;

static Chain chain_begin(const Start *start)
{
	return (Chain){start, .at = g_strdup(start->candidate->real_path),
		.subject = g_strdup("it")};
}

static void chain_clear(Chain *chain)
{
	g_free(chain->at);
	g_free(chain->subject);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chain, chain_clear)

/* What is in the program itself, everybody may know: somebody who is trusted has named
 * it. */
static bool may_be_read(const Chain *chain)
{
	return chain->n == 0 || start_may_read(chain->start, chain->at);
}

static void chain_next(Chain *chain)
{
	bool more = chain->n < INTERPRETERS_MAX && may_be_read(chain);
	g_autofree char *path = g_steal_pointer(&chain->at);

	chain->n++;
	if (more)
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
	g_autofree char *list = file_read_kernels("/sys/kernel/security/lsm");
	g_autofree char *found = NULL;
	g_auto(GStrv) names = NULL;
	size_t n = 0;

	if (!list)
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

static char *explain_denial(const Start *start)
{
	g_auto(Chain) chain = chain_begin(start);
	g_autofree char *why = NULL, *modules = NULL;

	for (; !why && chain.at; chain_next(&chain))
		why = start_denial_of_file(start, chain.at, chain.subject);
	if (why)
		return g_strdup_printf("permission denied: %s", why);
	modules = name_security_modules();
	return g_strdup_printf("permission denied: the modes allow it; an access control "
			       "list or a security module%s may forbid it",
		modules);
}

/* Returns: (transfer full) (nullable): what an interpreter needs of its own: the prefix
 * that it was installed to; else itself; NULL where nobody should be advised to expose
 * it. */
static char *needed_by_interpreter(const Start *start, const char *real_path)
{
	const SandboxPolicy policy = policy_of(start->request);
	g_autofree char *directory = g_path_get_dirname(real_path);
	g_autofree char *prefix = g_path_get_dirname(directory);

	if (g_str_has_suffix(directory, "/bin") && sandbox_may_advise(&policy, prefix))
		return g_steal_pointer(&prefix);
	return sandbox_may_advise(&policy, real_path) ? g_strdup(real_path) : NULL;
}

/* Returns: (transfer full): for which system @program was built, whose @loader does not
 * exist. */
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

/* Returns: (transfer full) (nullable): why the sandbox may not show what exists.
 * @ret_needed: (transfer full) (nullable): what to expose */
static char *explain_hidden(const Start *start, const Chain *chain,
	const SandboxFound *found, char **ret_needed)
{
	g_autofree char *word = NULL;

	if (!start->own_root || sandbox_is_system_path(found->path))
		return NULL;
	if (!found->closed)
		*ret_needed = needed_by_interpreter(start, found->path);
	word = *ret_needed ? text_shell_word_to_copy(*ret_needed) : NULL;
	return g_strdup_printf("%s cannot be seen in the sandbox%s%s", chain->subject,
		word ? "; --expose " : "", word ? word : "");
}

static char *explain_absence(const Start *start)
{
	g_auto(Chain) chain = chain_begin(start);
	g_autofree char *hidden = NULL, *needed = NULL, *last = g_strdup(chain.at);

	for (chain_next(&chain); chain.at; chain_next(&chain)) {
		g_auto(SandboxFound) found = {0};

		if (!sandbox_view_look(
			    start->view, chain.at, SANDBOX_WAY_ANSWERS, &found))
			return explain_gap(&chain, last);
		if (!hidden)
			hidden = explain_hidden(start, &chain, &found, &needed);
		g_free(last);
		last = g_strdup(chain.at);
	}
	if (needed)
		candidate_advise(start->candidate, VP_REMEDY_EXPOSE, needed);
	if (hidden)
		return g_steal_pointer(&hidden);
	/* The file itself was there when it was checked. */
	return g_strdup("its interpreter does not exist, or it cannot be seen in the "
			"sandbox");
}

/* ENOEXEC: the program, or the last of its interpreters. ELIBBAD: its loader. */
static char *explain_format(const Start *start, int errnum)
{
	g_auto(Chain) chain = chain_begin(start);

	for (; chain.at && may_be_read(&chain); chain_next(&chain)) {
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
static char *explain_circle(const Start *start)
{
	g_auto(Chain) chain = chain_begin(start);
	char real_path[PATH_MAX];

	for (; chain.at; chain_next(&chain))
		if (!realpath(chain.at, real_path))
			return g_strdup_printf(
				"%s is a link that leads back to itself", chain.subject);
	return g_strdup_printf("its interpreter is a script, whose interpreter is a "
			       "script, and so on, more than %d times",
		INTERPRETERS_MAX);
}

static char *explain(const Start *start, int errnum)
{
	switch (errnum) {
	case ESTALE:
		return g_strdup("it was replaced between check and run");
	case EACCES:
		return explain_denial(start);
	case ENOENT:
		return explain_absence(start);
	case ENOEXEC:
	case ELIBBAD:
		return explain_format(start, errnum);
	case ELOOP:
		return explain_circle(start);
	default:
		return g_strdup(g_strerror(errnum));
	}
}

char *start_failure_explain(
	VpCandidate *candidate, const VpRequest *request, SandboxView *view, int errnum)
{
	g_auto(Start) start = start_begin(candidate, request, view);

	return explain(&start, errnum);
}
