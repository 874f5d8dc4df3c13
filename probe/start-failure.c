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

/* What is not shown of what the kernel executes for a program. */
typedef struct {
	char *first;       /* what to call the first of it; or NULL */
	GPtrArray *expose; /* what shows all of it; NULL: nobody should be told to */
} Hidden;

static Hidden hidden_begin(void)
{
	return (Hidden){.expose = g_ptr_array_new_with_free_func(g_free)};
}

static void hidden_clear(Hidden *hidden)
{
	g_free(hidden->first);
	if (hidden->expose)
		g_ptr_array_unref(hidden->expose);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Hidden, hidden_clear)

static void hidden_add(Hidden *hidden, const char *subject, char **expose)
{
	if (!hidden->first)
		hidden->first = g_strdup(subject);
	if (!expose)
		g_clear_pointer(&hidden->expose, g_ptr_array_unref);
	for (; expose && hidden->expose && *expose; expose++)
		if (!g_ptr_array_find_with_equal_func(
			    hidden->expose, *expose, g_str_equal, NULL))
			g_ptr_array_add(hidden->expose, g_strdup(*expose));
}

/* Adds to @hidden what @chain has led to, if it is. */
static void look_for_hidden(const Chain *chain, Hidden *hidden)
{
	const Start *start = chain->start;
	g_auto(SandboxHidden) found = {0};

	/* The program itself is shown. */
	if (chain->n > 0 && start->hides &&
		sandbox_view_find_hidden_interpreter(start->view, chain->at,
			chain->script ? SANDBOX_USE_INTERPRETER : SANDBOX_USE_LOADER,
			&found))
		hidden_add(hidden, chain->subject, found.expose);
}

/* Returns: (transfer full): that of @hidden, with the remedy, which the candidate gets.
 */
static char *explain_hidden(const Start *start, Hidden *hidden)
{
	g_autofree char *remedy = NULL;

	if (hidden->expose) {
		for (guint i = 0; i < hidden->expose->len; i++)
			candidate_advise(start->candidate, VP_REMEDY_EXPOSE,
				hidden->expose->pdata[i]);
		g_ptr_array_add(hidden->expose, NULL);
		remedy = hint_exposures((char **)hidden->expose->pdata);
	}
	return g_strdup_printf("%s cannot be seen in the sandbox%s%s", hidden->first,
		remedy ? "; " : "", remedy ? remedy : "");
}

/* What is hidden is asked for first: where there is no root of its own, that is denied
 * too. */
static char *explain_denial(const Start *start)
{
	g_auto(Chain) chain = chain_begin(start);
	g_auto(Hidden) hidden = hidden_begin();
	g_autofree char *why = NULL, *modules = NULL;

	for (; !why && chain.at; chain_next(&chain)) {
		if (!hidden.first)
			why = start_denial_of_file(start, chain.at, chain.subject);
		if (!why)
			look_for_hidden(&chain, &hidden);
	}
	if (why)
		return g_strdup_printf("permission denied: %s", why);
	if (hidden.first)
		return explain_hidden(start, &hidden);
	modules = name_security_modules();
	return g_strdup_printf("permission denied: the modes allow it; an access control "
			       "list or a security module%s may forbid it",
		modules);
}

static char *explain_absence(const Start *start)
{
	g_auto(Chain) chain = chain_begin(start);
	g_auto(Hidden) hidden = hidden_begin();
	g_autofree char *last = g_strdup(chain.at);

	for (chain_next(&chain); chain.at; chain_next(&chain)) {
		g_auto(SandboxFound) found = {0};

		if (!sandbox_view_look(
			    start->view, chain.at, SANDBOX_KNOWN_TO_ANSWER, &found))
			return explain_gap(&chain, last);
		if (!found.closed)
			look_for_hidden(&chain, &hidden);
		else if (start->own_root && !sandbox_is_system_path(found.path))
			hidden_add(&hidden, chain.subject, NULL);
		g_free(last);
		last = g_strdup(chain.at);
	}
	if (hidden.first)
		return explain_hidden(start, &hidden);
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
