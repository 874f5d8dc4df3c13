// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where the sandbox may be the reason why a program failed: what is hidden or refused,
 * and the remedy; or what the caller has passed on. A program that is refused something
 * often blames itself. The path that it names comes first, then words that are known. A
 * failure that neither explains stays in doubt, for which there is one hint in the whole
 * answer.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/text.h"
#include "probe/named-paths.h"

#define BIT SANDBOX_LAYER_BIT

/* What hides files, where it holds. */
#define HIDES (BIT(SANDBOX_LAYER_MOUNT) | BIT(SANDBOX_LAYER_LANDLOCK))

/* ---- words that are known ---- */

#define MOUNT   BIT(SANDBOX_LAYER_MOUNT)
#define UID     (BIT(SANDBOX_LAYER_USER) | BIT(SANDBOX_LAYER_UID))
#define CAPS    BIT(SANDBOX_LAYER_CAPS)
#define LIMITS  BIT(SANDBOX_LAYER_LIMITS)
#define SECCOMP BIT(SANDBOX_LAYER_SECCOMP)
/* What may refuse a call by EPERM; by EACCES what has no path. */
#define FORBIDS  (SECCOMP | BIT(SANDBOX_LAYER_LANDLOCK) | BIT(SANDBOX_LAYER_NET))
#define ISOLATES (BIT(SANDBOX_LAYER_LANDLOCK) | BIT(SANDBOX_LAYER_NET))

#define NOT_EXECUTABLE "in the sandbox, files in /tmp cannot be executed"
#define SMALL          "in the sandbox, /tmp has room for 1 MiB and 60 files"
#define READ_ONLY      "in the sandbox, programs can write to /tmp and nowhere else"
#define NOT_SHOWN                                                                    \
	"the sandbox shows a program its own directory, its prefix and the system; " \
	"--expose PATH shows more"
#define NOBODY                                                                         \
	"in the sandbox, root's programs run as nobody; with --without user,uid they " \
	"see root's id"
#define PROCESSES                                                      \
	"the sandbox limits processes and threads; --jobs 1 allows a " \
	"program " G_STRINGIFY(SANDBOX_PROCESSES_ALONE)
#define MEMORY                                                                      \
	"in the sandbox, a process may have 8 GiB of data, if the machine and the " \
	"control group have as much; try --without limits"
#define FILE_SIZE "in the sandbox, a file may have 8 GiB; try --without limits"
#define DESCRIPTORS                                        \
	"in the sandbox, a process may have " G_STRINGIFY( \
		SANDBOX_LIMIT_NOFILE) " descriptors; try --without limits"
#define FOREIGN_CALL "--without seccomp allows such calls"
#define SANITIZER    "a sanitizer needs --without limits,seccomp"

#define NO_PLACE ""

/* In one line of what it said, in letters of either case. */
static const struct {
	uint32_t layers;   /* one of which has to hold */
	const char *place; /* a path below it is named, outside of the program's
			      directory; NO_PLACE: none is; or NULL */
	const char *words;
	const char *hint; /* NULL: see describe_refusal() */
	bool of_root;     /* only where root calls */
} known[] = {
	{MOUNT, "/tmp/", "Permission denied", NOT_EXECUTABLE, false},
	{MOUNT, "/tmp/", "failed to map segment", NOT_EXECUTABLE, false},
	{MOUNT, "/dev/shm/", "Permission denied", NOT_EXECUTABLE, false},
	{MOUNT, "/dev/shm/", "failed to map segment", NOT_EXECUTABLE, false},
	{MOUNT, NULL, "No space left on device", SMALL, false},
	{MOUNT, NULL, "Read-only file system", READ_ONLY, false},
	/* Of a library the loader says no more than its name. */
	{HIDES, NULL, "cannot open shared object file", NOT_SHOWN, false},
	{HIDES, NULL, "No module named", NOT_SHOWN, false},
	{HIDES, NULL, "Cannot find module", NOT_SHOWN, false},
	{UID, NULL, "must be root", NOBODY, true},
	{UID, NULL, "must be run as root", NOBODY, true},
	{UID, NULL, "need to be root", NOBODY, true},
	{UID, NULL, "requires root", NOBODY, true},
	{UID, NULL, "root privileges", NOBODY, true},
	{UID | CAPS | FORBIDS, NULL, "Operation not permitted", NULL, true},
	{FORBIDS, NULL, "Operation not permitted", NULL, false},
	{SECCOMP, NULL, "Function not implemented", NULL, false},
	{ISOLATES, NO_PLACE, "Permission denied", NULL, false},
	{ISOLATES, NO_PLACE, "Network is unreachable", NULL, false},
	{SECCOMP, NULL, "Bad system call", FOREIGN_CALL, false},
	{LIMITS, NULL, "Sanitizer", SANITIZER, false},
	{LIMITS, NULL, "Resource temporarily unavailable", PROCESSES, false},
	{LIMITS, NULL, "can't start new thread", PROCESSES, false},
	{LIMITS, NULL, "pthread_create", PROCESSES, false},
	{LIMITS, NULL, "create thread", PROCESSES, false},
	{LIMITS, NULL, "create native thread", PROCESSES, false},
	{LIMITS, NULL, "cannot fork", PROCESSES, false},
	{LIMITS, NULL, "Cannot allocate memory", MEMORY, false},
	{LIMITS, NULL, "out of memory", MEMORY, false},
	{LIMITS, NULL, "OutOfMemory", MEMORY, false},
	{LIMITS, NULL, "MemoryError", MEMORY, false},
	{LIMITS, NULL, "bad_alloc", MEMORY, false},
	{LIMITS, NULL, "File size limit exceeded", FILE_SIZE, false},
	{LIMITS, NULL, "File too large", FILE_SIZE, false},
	{LIMITS, NULL, "Too many open files", DESCRIPTORS, false},
};

/* Returns: (transfer full): what @candidate has said, what is @quoted of it first, and
 * the words of its signal. */
static char *find_words(const VpCandidate *candidate, const char *quoted)
{
	int signal = candidate->probe.signal;

	return g_strconcat(quoted ? quoted : "", "\n", words_said(candidate), "\n",
		signal ? g_strsignal(signal) : "", NULL);
}

/* Whether @line names something at @place that is not in the program's @own directory. */
static bool names(const char *line, const char *place, const char *own)
{
	g_auto(GStrv) paths = named_paths(line);

	if (!*place)
		return !*paths;
	for (char **path = paths; *path; path++)
		if (g_str_has_prefix(*path, place) && !g_str_has_prefix(*path, own))
			return true;
	return false;
}

/* Returns: (transfer full): which layers may refuse what was refused. Of several each
 * refuses it by itself, so that nothing is seen until all of them are left out. */
static char *describe_refusal(uint32_t layers, const VpRequest *request)
{
	g_autoptr(GString) refusing = g_string_new(NULL), without = g_string_new(NULL);
	const char *of_root =
		layers & (UID | CAPS)
			? ", and root's programs run as nobody, without any "
			  "capability"
			: "";

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		const char *name = sandbox_layer_name(layer);

		if (layers & BIT(layer))
			g_string_append_printf(
				refusing, "%s%s", refusing->len ? ", " : "", name);
		if ((layers | request->without) & BIT(layer))
			g_string_append_printf(
				without, "%s%s", without->len ? "," : "", name);
	}
	return g_strdup_printf("the sandbox refuses some system calls, sockets among "
			       "them%s; %s may be the reason: try --without %s%s",
		of_root, refusing->str, without->str,
		strchr(without->str, ',') ? ", then leave out fewer" : "");
}

/* Returns: (transfer full) (nullable): the hint at the first line that is known. */
static char *find_known(const VpCandidate *candidate, const VpRequest *request,
	const char *words, uint32_t held)
{
	g_auto(GStrv) lines = g_strsplit(words, "\n", -1);
	g_autofree char *own = g_path_get_dirname(candidate->real_path);
	/* At level partial Landlock refuses what the full sandbox has: see PARTIAL. */
	uint32_t refusing = candidate->probe.level == SANDBOX_LEVEL_PARTIAL
				    ? held & ~BIT(SANDBOX_LAYER_LANDLOCK)
				    : held;

	for (char **line = lines; *line; line++)
		for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
			if (known[i].layers & (known[i].hint ? held : refusing) &&
				strcasestr(*line, known[i].words) &&
				(!known[i].of_root || request->uid == 0) &&
				(!known[i].place || names(*line, known[i].place, own)))
				return known[i].hint ? g_strdup(known[i].hint)
						     : describe_refusal(
							       known[i].layers & refusing,
							       request);
	return NULL;
}

/* ---- a path that is hidden ---- */

/* Returns: (transfer full) (nullable): "--expose /srv/x --expose /srv/y", to be copied.
 */
static char *describe_exposures(char **expose)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (; *expose; expose++) {
		g_autofree char *word = text_shell_word_to_copy(*expose);

		if (!word)
			return NULL;
		g_string_append_printf(text, "%s--expose %s", text->len ? " " : "", word);
	}
	return g_strdup(text->str);
}

/* Returns: whether one of @paths is. */
static bool find_hidden_path(const VpCandidate *candidate, const VpRequest *request,
	char **paths, SandboxHidden *ret_hidden)
{
	const SandboxPolicy policy = policy_of(request);

	return candidate->probe.held & HIDES &&
	       sandbox_find_hidden(&policy, candidate->real_path,
		       (const char *const *)paths, ret_hidden);
}

char *hint_hidden_path(
	const VpCandidate *candidate, const VpRequest *request, const char *words)
{
	g_auto(GStrv) paths = named_paths(words);
	g_auto(SandboxHidden) hidden = {0};

	return find_hidden_path(candidate, request, paths, &hidden)
		       ? g_strdup(hidden.path)
		       : NULL;
}

/* Returns: (transfer full) (nullable). */
static char *find_hidden(
	const VpCandidate *candidate, const VpRequest *request, const char *words)
{
	g_auto(GStrv) paths = named_paths(words);
	g_auto(SandboxHidden) hidden = {0};
	g_autofree char *remedy = NULL;

	if (!find_hidden_path(candidate, request, paths, &hidden))
		return NULL;
	if (hidden.expose)
		remedy = describe_exposures(hidden.expose);
	if (hidden.foreign_type)
		return g_strdup_printf("%s is on a file system of type %s, which was "
				       "not looked at, and is not shown to programs%s%s",
			hidden.path, hidden.foreign_type,
			remedy ? "; if it exists: " : "", remedy ? remedy : "");
	if (hidden.in_home)
		return g_strdup_printf("%s exists, but homes are not shown to programs; "
				       "install it elsewhere",
			hidden.path);
	return g_strdup_printf("%s exists, but is not shown to programs%s%s", hidden.path,
		remedy ? ": " : "", remedy ? remedy : "");
}

/* ---- the story ---- */

#define PARTIAL \
	"at level partial a program cannot write to /tmp, nor read all of /proc; try "

/* Returns: (transfer full) (nullable). */
static char *find_hint(const VpCandidate *candidate, const VpRequest *request,
	const char *quoted, uint32_t inherited)
{
	/* A limit of the caller's own is lower, and is reported. */
	uint32_t held = candidate->probe.held & ~(inherited ? LIMITS : 0);
	g_autofree char *words = find_words(candidate, quoted);
	char *hint = find_hidden(candidate, request, words);

	if (!hint)
		hint = find_known(candidate, request, words, held);
	if (hint || candidate->probe.level != SANDBOX_LEVEL_PARTIAL)
		return hint;
	return g_strdup(request->without & SANDBOX_NAMESPACES ? PARTIAL
				"it with no layer left out (--without)"
							      : PARTIAL "--sandbox full");
}

static void add_hint(VpCandidate *candidate, const char *hint)
{
	g_autofree char *reason = g_steal_pointer(&candidate->reason);

	candidate_settle(candidate, candidate->verdict, "%s (%s)", reason, hint);
}

/* Whether the sandbox may be why: what has ended well, or was not even started, has its
 * own reasons. */
static bool may_be_why(const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_EXIT_STATUS ||
	       candidate->verdict == VP_VERDICT_SIGNAL ||
	       candidate->verdict == VP_VERDICT_POLICY_KILL ||
	       candidate->verdict == VP_VERDICT_NO_OUTPUT ||
	       candidate->verdict == VP_VERDICT_TIMEOUT;
}

/* Whether it says itself why: it does not know what it was asked for, or prints the
 * answer to the wrong place. */
static bool explains_itself(const VpCandidate *candidate)
{
	return strstr(words_said(candidate), "print-capabilities") ||
	       (candidate->verdict == VP_VERDICT_NO_OUTPUT &&
		       capabilities_are_in(candidate->probe.stderr_text));
}

void hint_at_sandbox(VpCandidate *candidate, const VpRequest *request, const char *quoted,
	uint32_t inherited)
{
	g_autofree char *hint = NULL;

	if (!may_be_why(candidate))
		return;
	if (candidate->probe.held)
		hint = find_hint(candidate, request, quoted, inherited);
	if (hint)
		add_hint(candidate, hint);
	if (inherited) {
		g_autofree char *text = sandbox_describe_inherited(inherited);

		add_hint(candidate, text);
	}
	candidate->in_doubt = candidate->probe.held && !hint && !inherited &&
			      !explains_itself(candidate);
}
