// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A candidate: one file that was seen, or the one program that was given.
 */
#include "probe/candidate.h"

#include <string.h>

#include "common/shorten.h"

/* Bytes of a reason: it quotes names and lists that may be of any length, and whoever
 * logs it has a limit. */
#define REASON_MAX (8 * 1024)

VpCandidate *candidate_new(void)
{
	VpCandidate *candidate = g_new0(VpCandidate, 1);

	candidate->probe.exit_status = -1;
	return candidate;
}

static void capabilities_free(VpCapabilities *capabilities)
{
	if (!capabilities)
		return;
	g_free(capabilities->type);
	g_strfreev(capabilities->features);
	g_free(capabilities);
}

static void forget_remedies(VpCandidate *candidate)
{
	for (size_t i = 0; i < VP_N_REMEDIES; i++)
		g_clear_pointer(&candidate->remedies[i], g_strfreev);
}

void candidate_free(VpCandidate *candidate)
{
	if (!candidate)
		return;
	g_free(candidate->name);
	g_free(candidate->manifest);
	g_free(candidate->type);
	g_free(candidate->description);
	g_free(candidate->binary);
	g_strfreev(candidate->tags);
	g_free(candidate->reason);
	g_free(candidate->masked_by);
	forget_remedies(candidate);
	capabilities_free(candidate->capabilities);
	g_strfreev(candidate->missing);
	g_strfreev(candidate->excluded);
	g_free(candidate->probe.stderr_text);
	g_free(candidate->probe.stdout_text);
	g_free(candidate->real_path);
	sandbox_way_clear(&candidate->way);
	g_free(candidate);
}

/* Consumes @reason. Returns: (transfer full): the same, or beginning and end of it. */
static char *bound(char *reason)
{
	size_t length = strlen(reason);
	char *bounded;

	if (length <= REASON_MAX)
		return reason;
	bounded = g_strdelimit(shorten_text(reason, length, REASON_MAX), "\n", ' ');
	g_free(reason);
	return bounded;
}

void candidate_settle(VpCandidate *candidate, VpVerdict verdict, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_free(candidate->reason);
	candidate->reason = bound(g_strdup_vprintf(format, arguments));
	candidate->verdict = verdict;
	va_end(arguments);
}

void candidate_advise(VpCandidate *candidate, VpRemedy remedy, const char *value)
{
	char **values = candidate->remedies[remedy];
	guint n = values ? g_strv_length(values) : 0;

	if (values && g_strv_contains((const char *const *)values, value))
		return;
	values = g_renew(char *, values, n + 2);
	values[n] = g_strdup(value);
	values[n + 1] = NULL;
	candidate->remedies[remedy] = values;
}

bool candidate_reaches(VpCandidate *candidate, SandboxReach *reach, VpVerdict verdict,
	const char *subject, const char *path)
{
	SandboxReached reached = sandbox_reach(reach, path);

	if (reached == SANDBOX_UNREACHED)
		candidate_settle(
			candidate, verdict, "%s%s", subject, sandbox_reach_hung(reach));
	return reached == SANDBOX_REACHED;
}

void candidate_forget_run(VpCandidate *candidate)
{
	forget_remedies(candidate);
	capabilities_free(g_steal_pointer(&candidate->capabilities));
	g_clear_pointer(&candidate->missing, g_strfreev);
	g_clear_pointer(&candidate->excluded, g_strfreev);
	g_free(candidate->probe.stderr_text);
	g_free(candidate->probe.stdout_text);
	candidate->probe = (VpProbe){.exit_status = -1};
	candidate->in_doubt = false;
}
