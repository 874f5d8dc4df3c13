// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Where the sandbox may be the reason why a program failed: what it refuses, and the
 * remedy; or what the caller has passed on. A program that is refused something often
 * blames itself.
 */
#include "probe/candidate.h"

#include <string.h>

/* In one line of stderr, where the room has a root of its own. */
static const struct {
	const char *
		place; /* a path below it is named; "/": one that is not shown; or NULL */
	const char *error;
	const char *hint;
} hints[] = {
#define NOT_EXECUTABLE "in the sandbox, files in /tmp cannot be executed"
#define SMALL          "in the sandbox, /tmp has room for 1 MiB and 60 files"
#define NOT_SHOWN                                                                    \
	"the sandbox shows a program its own directory, its prefix and the system; " \
	"--expose PATH shows more"
#define SANITIZER "a sanitizer needs --without limits,seccomp"
	{"/tmp/", "Permission denied", NOT_EXECUTABLE},
	{"/tmp/", "failed to map segment", NOT_EXECUTABLE},
	{"/dev/shm/", "Permission denied", NOT_EXECUTABLE},
	{"/dev/shm/", "failed to map segment", NOT_EXECUTABLE},
	{NULL, "No space left on device", SMALL},
	{"/", "No such file or directory", NOT_SHOWN},
	{"/", "not found", NOT_SHOWN},
	{NULL, "Sanitizer", SANITIZER},
};

/* What every program sees, or nobody can show. */
static bool is_shown(const char *path)
{
	static const char *const always[] = {
		"/tmp/", "/dev/", "/proc/", "/sys/", "/etc/"};

	for (size_t i = 0; i < G_N_ELEMENTS(always); i++)
		if (g_str_has_prefix(path, always[i]))
			return true;
	return sandbox_is_system_path(path);
}

/* Whether @line names something at @place that is not in the program's @own directory. */
static bool names(const char *line, const char *place, const char *own)
{
	g_auto(GStrv) words = g_strsplit_set(line, " \t:;,'\"`()[]", -1);

	for (char **word = words; *word; word++)
		if (g_str_has_prefix(*word, place) && !g_str_has_prefix(*word, own) &&
			(!g_str_equal(place, "/") || !is_shown(*word)))
			return true;
	return false;
}

/* Returns: (transfer none) (nullable). */
static const char *find_in_words(const VpCandidate *candidate)
{
	g_auto(GStrv) lines = g_strsplit(candidate->probe.stderr_tail, "\n", -1);
	g_autofree char *own = g_path_get_dirname(candidate->real_path);

	for (char **line = lines; *line; line++)
		for (size_t i = 0; i < G_N_ELEMENTS(hints); i++)
			if (strstr(*line, hints[i].error) &&
				(!hints[i].place || names(*line, hints[i].place, own)))
				return hints[i].hint;
	return NULL;
}

#define PARTIAL \
	"at level partial a program cannot write to /tmp, nor read all of /proc; try "

/* Returns: (transfer none) (nullable). */
static const char *find_hint(const VpCandidate *candidate, const VpRequest *request)
{
	switch (candidate->probe.level) {
	case SANDBOX_LEVEL_FULL:
		return find_in_words(candidate);
	case SANDBOX_LEVEL_PARTIAL:
		return request->without & SANDBOX_NAMESPACES ? PARTIAL
			       "it with no layer left out (--without)"
							     : PARTIAL "--sandbox full";
	case SANDBOX_LEVEL_NONE:
		break;
	}
	return NULL;
}

static void add_hint(VpCandidate *candidate, const char *hint)
{
	g_autofree char *reason = g_steal_pointer(&candidate->reason);

	candidate_settle(candidate, candidate->verdict, "%s (%s)", reason, hint);
}

void hint_at_sandbox(VpCandidate *candidate, const VpRequest *request, uint32_t inherited)
{
	bool failed = candidate->verdict == VP_VERDICT_EXIT_STATUS ||
		      candidate->verdict == VP_VERDICT_SIGNAL ||
		      candidate->verdict == VP_VERDICT_NO_OUTPUT;
	const char *hint = failed ? find_hint(candidate, request) : NULL;

	if (hint)
		add_hint(candidate, hint);
	if (inherited && (failed || candidate->verdict == VP_VERDICT_TIMEOUT)) {
		g_autofree char *text = sandbox_describe_inherited(inherited);

		add_hint(candidate, text);
	}
}
