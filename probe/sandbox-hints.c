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
#include "common/way.h"
#include "probe/interpreter.h"
#include "probe/named-paths.h"

#define BIT SANDBOX_LAYER_BIT

/* What hides files, where it holds. */
#define HIDES (BIT(SANDBOX_LAYER_MOUNT) | BIT(SANDBOX_LAYER_LANDLOCK))

/* ---- words that are known ---- */

#define MOUNT    BIT(SANDBOX_LAYER_MOUNT)
#define UID      (BIT(SANDBOX_LAYER_USER) | BIT(SANDBOX_LAYER_UID))
#define CAPS     BIT(SANDBOX_LAYER_CAPS)
#define LIMITS   BIT(SANDBOX_LAYER_LIMITS)
#define SECCOMP  BIT(SANDBOX_LAYER_SECCOMP)
#define LANDLOCK BIT(SANDBOX_LAYER_LANDLOCK)
#define NET      BIT(SANDBOX_LAYER_NET)
#define PID      BIT(SANDBOX_LAYER_PID)
/* What may refuse a call by EPERM: to raise a limit, and to lock memory, too; by EACCES
 * what has no path. */
#define FORBIDS  (LIMITS | SECCOMP | LANDLOCK | NET)
#define ISOLATES (LANDLOCK | NET)

/* What is said, and the remedy that it names. */
typedef struct {
	const char *text;
	uint32_t without;  /* these layers */
	const char *value; /* of @remedy; or NULL */
	VpRemedy remedy;
} Hint;

static const Hint not_executable = {
	.text = "in the sandbox, files in /tmp cannot be executed"};
static const Hint small = {
	.text = "in the sandbox, /tmp has room for 1 MiB and 60 files"};
static const Hint at_home = {
	.text = "in the sandbox, HOME is /tmp, and nothing is in it at first"};
static const Hint read_only = {
	.text = "in the sandbox, programs can write to /tmp and nowhere else"};
/* Which path is not known. */
static const Hint not_shown = {
	.text = "the sandbox shows a program its own directory, its prefix and the "
		"system; --expose PATH shows more"};
static const Hint nobody = {
	.text = "in the sandbox, root's programs run as nobody; with --without user,uid "
		"they see root's id",
	.without = UID};
static const Hint processes = {
	.text = "the sandbox limits processes and threads; --jobs 1 allows a "
		"program " G_STRINGIFY(SANDBOX_PROCESSES_ALONE),
	.remedy = VP_REMEDY_JOBS,
	.value = "1"};
static const Hint processes_of_one = {
	.text = "in the sandbox, a program that runs by itself may have " G_STRINGIFY(
		SANDBOX_PROCESSES_ALONE) " processes and threads; try --without limits",
	.without = LIMITS};
/* Some mappings are refused by the same error. */
static const Hint mapping = {
	.text = "in the sandbox, a process may have 8 GiB of data, if the machine and "
		"the control group have as much, and neither huge pages nor mappings "
		"that grow by themselves; try --without limits,seccomp",
	.without = LIMITS | SECCOMP};
static const Hint memory = {
	.text = "in the sandbox, a process may have 8 GiB of data, if the machine and "
		"the control group have as much; try --without limits",
	.without = LIMITS};
static const Hint file_size = {
	.text = "in the sandbox, a file may have 8 GiB; try --without limits",
	.without = LIMITS};
static const Hint descriptors = {
	.text = "in the sandbox, a process may have " G_STRINGIFY(
		SANDBOX_LIMIT_NOFILE) " descriptors; try --without limits",
	.without = LIMITS};
static const Hint raised_limit = {
	.text = "in the sandbox, no limit can be raised; try --without limits",
	.without = LIMITS};
static const Hint asked_limit = {
	.text = "in the sandbox, no limit can be raised, and prlimit() cannot set one "
		"and "
		"return the old one; try --without limits,seccomp",
	.without = LIMITS | SECCOMP};
static const Hint foreign_call = {
	.text = "--without seccomp allows such calls", .without = SECCOMP};
static const Hint sanitizer = {.text = "a sanitizer needs --without limits,seccomp",
	.without = LIMITS | SECCOMP};
/* It reads what /proc has of each of its threads. */
static const Hint sanitizer_in_host_root = {
	.text = "without the layer mount, a sanitizer needs --without "
		"limits,seccomp,landlock",
	.without = LIMITS | SECCOMP | LANDLOCK};
/* Names of others are files of /proc. */
static const Hint thread_name = {
	.text = "in the sandbox, a thread can name only itself; with --without "
		"mount,pid,landlock it can name others",
	.without = MOUNT | PID | LANDLOCK};

#define NO_PLACE ""

typedef enum {
	ALWAYS,
	ROOT_CALLS,
	IN_HOSTS_ROOT, /* the layer mount does not hold */
} When;

/* In one line of what it said, in letters of either case. */
static const struct {
	uint32_t layers;   /* one of which has to hold */
	const char *place; /* a path below it is named, outside of the program's
			      directory; NO_PLACE: none is; or NULL */
	const char *words;
	const Hint *hint; /* NULL: see describe_refusal() */
	When when;
} known[] = {
	{MOUNT, "/tmp/", "Permission denied", &not_executable, ALWAYS},
	{MOUNT, "/tmp/", "failed to map segment", &not_executable, ALWAYS},
	{MOUNT, "/dev/shm/", "Permission denied", &not_executable, ALWAYS},
	{MOUNT, "/dev/shm/", "failed to map segment", &not_executable, ALWAYS},
	/* What else is named there is not likely to be of a home. */
	{MOUNT, "/tmp/.", "No such file", &at_home, ALWAYS},
	{MOUNT, NULL, "No space left on device", &small, ALWAYS},
	{HIDES, NULL, "setname_np", &thread_name, ALWAYS},
	{MOUNT, NULL, "Read-only file system", &read_only, ALWAYS},
	/* Of a library the loader says no more than its name. */
	{HIDES, NULL, "cannot open shared object file", &not_shown, ALWAYS},
	{HIDES, NULL, "No module named", &not_shown, ALWAYS},
	{HIDES, NULL, "Cannot find module", &not_shown, ALWAYS},
	{UID, NULL, "must be root", &nobody, ROOT_CALLS},
	{UID, NULL, "must be run as root", &nobody, ROOT_CALLS},
	{UID, NULL, "need to be root", &nobody, ROOT_CALLS},
	{UID, NULL, "requires root", &nobody, ROOT_CALLS},
	{UID, NULL, "root privileges", &nobody, ROOT_CALLS},
	{UID | CAPS, NULL, "setpriority", NULL, ROOT_CALLS},
	{LIMITS, NULL, "setrlimit", &raised_limit, ALWAYS},
	{LIMITS | SECCOMP, NULL, "prlimit", &asked_limit, ALWAYS},
	{UID | CAPS | FORBIDS, NULL, "Operation not permitted", NULL, ROOT_CALLS},
	{FORBIDS, NULL, "Operation not permitted", NULL, ALWAYS},
	{SECCOMP, NULL, "Function not implemented", NULL, ALWAYS},
	/* They take a socket to ask the kernel, and do not say what was refused. */
	{SECCOMP, NULL, "uv_interface_addresses", NULL, ALWAYS},
	{SECCOMP, NULL, "libusb", NULL, ALWAYS},
	{ISOLATES, NO_PLACE, "Permission denied", NULL, ALWAYS},
	{ISOLATES, NO_PLACE, "Network is unreachable", NULL, ALWAYS},
	{SECCOMP, NULL, "Bad system call", &foreign_call, ALWAYS},
	{LANDLOCK, NULL, "Sanitizer", &sanitizer_in_host_root, IN_HOSTS_ROOT},
	{LIMITS | SECCOMP, NULL, "Sanitizer", &sanitizer, ALWAYS},
	{LIMITS, NULL, "Resource temporarily unavailable", &processes, ALWAYS},
	{LIMITS, NULL, "can't start new thread", &processes, ALWAYS},
	{LIMITS, NULL, "pthread_create", &processes, ALWAYS},
	{LIMITS, NULL, "create thread", &processes, ALWAYS},
	{LIMITS, NULL, "create native thread", &processes, ALWAYS},
	{LIMITS, NULL, "cannot fork", &processes, ALWAYS},
	{LIMITS | SECCOMP, NULL, "Cannot allocate memory", &mapping, ALWAYS},
	{LIMITS, NULL, "out of memory", &memory, ALWAYS},
	{LIMITS, NULL, "OutOfMemory", &memory, ALWAYS},
	{LIMITS, NULL, "MemoryError", &memory, ALWAYS},
	{LIMITS, NULL, "bad_alloc", &memory, ALWAYS},
	{LIMITS, NULL, "File size limit exceeded", &file_size, ALWAYS},
	{LIMITS, NULL, "File too large", &file_size, ALWAYS},
	{LIMITS, NULL, "Too many open files", &descriptors, ALWAYS},
	/* Ids that a user namespace does not have; requests that an older kernel does
	 * not know. */
	{UID | CAPS | SECCOMP, NULL, "Invalid argument", NULL, ROOT_CALLS},
	{SECCOMP, NULL, "Invalid argument", NULL, ALWAYS},
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

static void advise_without(VpCandidate *candidate, uint32_t layers)
{
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (layers & BIT(layer))
			candidate_advise(
				candidate, VP_REMEDY_WITHOUT, sandbox_layer_name(layer));
}

/* Returns: (transfer full): the text of @hint, whose remedy @candidate gets. */
static char *give(VpCandidate *candidate, const Hint *hint)
{
	advise_without(candidate, hint->without);
	if (hint->value)
		candidate_advise(candidate, hint->remedy, hint->value);
	return g_strdup(hint->text);
}

/* Likewise of what @layers may refuse. */
static char *give_refusal(
	VpCandidate *candidate, const VpRequest *request, uint32_t layers)
{
	advise_without(candidate, layers);
	return describe_refusal(layers, request);
}

static bool applies(When when, const VpRequest *request, uint32_t held)
{
	return when == ROOT_CALLS      ? request->uid == 0
	       : when == IN_HOSTS_ROOT ? !(held & MOUNT)
				       : true;
}

/* What a program runs short of beside others, it may have by itself. */
static const Hint *choose(const Hint *hint, bool by_itself)
{
	return hint == &processes && by_itself ? &processes_of_one : hint;
}

/* Returns: (transfer full) (nullable): the hint at the first line that is known. */
static char *find_known(VpCandidate *candidate, const VpRequest *request,
	const char *words, uint32_t held, bool by_itself)
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
				applies(known[i].when, request, held) &&
				(!known[i].place || names(*line, known[i].place, own)))
				return known[i].hint
					       ? give(candidate,
							 choose(known[i].hint, by_itself))
					       : give_refusal(candidate, request,
							 known[i].layers & refusing);
	return NULL;
}

/* ---- a path that is hidden ---- */

char *hint_exposures(char **expose)
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
static bool find_hidden_path(const VpCandidate *candidate, SandboxView *view,
	char **paths, SandboxHidden *ret_hidden)
{
	/* Most programs name none, and what is hidden need not be found out. */
	return candidate->probe.held & HIDES && paths[0] &&
	       sandbox_view_find_hidden(view, (const char *const *)paths, ret_hidden);
}

char *hint_hidden_path(const VpCandidate *candidate, SandboxView *view, const char *words)
{
	g_auto(GStrv) paths = named_paths(words);
	g_auto(SandboxHidden) hidden = {0};

	return find_hidden_path(candidate, view, paths, &hidden) ? g_strdup(hidden.path)
								 : NULL;
}

/* Returns: (transfer full) (nullable). */
static char *find_hidden(VpCandidate *candidate, SandboxView *view, const char *words)
{
	g_auto(GStrv) paths = named_paths(words);
	g_auto(SandboxHidden) hidden = {0};
	g_autofree char *remedy = NULL;

	if (!find_hidden_path(candidate, view, paths, &hidden))
		return NULL;
	for (char **expose = hidden.expose; expose && *expose; expose++)
		candidate_advise(candidate, VP_REMEDY_EXPOSE, *expose);
	if (hidden.expose)
		remedy = hint_exposures(hidden.expose);
	if (hidden.foreign_type)
		return g_strdup_printf("%s is on a file system of type %s, which was "
				       "not looked at, and is not shown to programs%s%s",
			hidden.path, hidden.foreign_type,
			remedy ? "; if it exists: " : "", remedy ? remedy : "");
	if (hidden.in_home && !hidden.expose)
		return g_strdup_printf("%s exists, but homes are not shown to programs; "
				       "install it elsewhere",
			hidden.path);
	return g_strdup_printf("%s exists, but is not shown to programs%s%s", hidden.path,
		remedy ? ": " : "", remedy ? remedy : "");
}

/* ---- its name ---- */

/* Of a script that was executed by another path than it is called by. Returns: (transfer
 * full) (nullable): why, since it may act by its name. */
static char *explain_name(const VpCandidate *candidate, const VpRequest *request)
{
	const char *name = candidate->binary, *real_path = candidate->real_path;
	FileCaller caller = file_caller(request->uid, request->gid, sandbox_root_trees);
	g_autoptr(GError) lack = NULL;
	g_auto(Way) way = {0};

	if (g_str_equal(name, real_path) || candidate->way.execution == EXECUTE_NAME ||
		!interpreter_is_of_script(real_path))
		return NULL;
	if (strstr(name, "/../"))
		return g_strdup_printf(
			"its $0 was %s, since its name has .. in it", real_path);
	way_follow(name, &caller, &way, &lack);
	return g_strdup_printf("its $0 was %s, since %s", real_path,
		way.distrust ? way.distrust
			     : "others may be able to change where its name leads");
}

/* ---- the story ---- */

#define PARTIAL \
	"at level partial a program cannot write to /tmp, nor read all of /proc; try "

static const Hint partial = {
	.text = PARTIAL "--sandbox full", .remedy = VP_REMEDY_LEVEL, .value = "full"};
/* What to leave out no longer is known to the caller. */
static const Hint partial_on_request = {
	.text = PARTIAL "it with no layer left out (--without)"};

/* Returns: (transfer full) (nullable). */
static char *find_hint(VpCandidate *candidate, const VpRequest *request,
	SandboxView *view, const char *quoted, uint32_t inherited, bool by_itself)
{
	/* A limit of the caller's own is lower, and is reported. */
	uint32_t held = candidate->probe.held & ~(inherited ? LIMITS : 0);
	g_autofree char *words = find_words(candidate, quoted);
	char *hint = find_hidden(candidate, view, words);

	if (!hint)
		hint = hint_closed(candidate, request, view, words);
	if (!hint)
		hint = find_known(candidate, request, words, held, by_itself);
	if (!hint)
		hint = explain_name(candidate, request);
	if (hint || candidate->probe.level != SANDBOX_LEVEL_PARTIAL)
		return hint;
	return give(candidate,
		request->without & SANDBOX_NAMESPACES ? &partial_on_request : &partial);
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

void hint_at_inherited(VpCandidate *candidate, uint32_t inherited)
{
	VpStage stage = vp_verdict_stage(candidate->verdict);
	g_autofree char *what = NULL, *hint = NULL;

	if (!inherited || (stage != VP_STAGE_RUN && stage != VP_STAGE_MATCH))
		return;
	what = sandbox_describe_inherited(inherited);
	hint = g_strconcat(
		stage == VP_STAGE_MATCH ? "may lack features: " : "", what, NULL);
	add_hint(candidate, hint);
}

void hint_at_sandbox(VpCandidate *candidate, const VpRequest *request, SandboxView *view,
	const char *quoted, uint32_t inherited, bool by_itself)
{
	g_autofree char *hint = NULL;

	if (!may_be_why(candidate))
		return;
	hint = candidate->probe.held
		       ? find_hint(candidate, request, view, quoted, inherited, by_itself)
		       : explain_name(candidate, request);
	if (hint)
		add_hint(candidate, hint);
	candidate->in_doubt = candidate->probe.held && !hint && !inherited &&
			      !explains_itself(candidate);
}
