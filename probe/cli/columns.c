// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The columns of list: what each says about a candidate.
 */
#include "probe/cli/columns.h"

#include <string.h>

#include "probe/cli/output-parts.h"
#include "probe/cli/output.h"

static char *get_name(const VpCandidate *candidate)
{
	return g_strdup(output_name(candidate));
}

static char *get_manifest(const VpCandidate *candidate)
{
	return g_strdup(vp_candidate_get_manifest(candidate));
}

static char *get_type(const VpCandidate *candidate)
{
	return g_strdup(vp_candidate_get_type(candidate));
}

static char *get_verdict(const VpCandidate *candidate)
{
	return g_strdup(vp_verdict_name(vp_candidate_get_verdict(candidate)));
}

/* "cache", "run", "run, stale: program" */
static char *get_source(const VpCandidate *candidate)
{
	const VpProbe *probe = vp_candidate_get_probe(candidate);
	VpProbeSource source = vp_probe_get_source(probe);
	VpStale stale = vp_probe_get_stale(probe);

	if (source == VP_PROBE_NONE && !stale)
		return NULL;
	return g_strdup_printf("%s%s%s",
		source == VP_PROBE_NONE ? "-" : vp_probe_source_name(source),
		stale ? ", stale: " : "", stale ? vp_stale_name(stale) : "");
}

static char *get_program(const VpCandidate *candidate)
{
	return g_strdup(vp_candidate_get_binary(candidate));
}

static char *get_features(const VpCandidate *candidate)
{
	const VpCapabilities *capabilities = vp_candidate_get_capabilities(candidate);

	return capabilities ? g_strjoinv(" ",
				      (char **)vp_capabilities_get_features(capabilities))
			    : NULL;
}

static char *get_reason(const VpCandidate *candidate)
{
	return g_strdup(vp_candidate_get_reason(candidate));
}

/* What is most useful beside a verdict. A feature by itself would be one that is there.
 */
static char *get_details(const VpCandidate *candidate)
{
	const char *reason = vp_candidate_get_reason(candidate);

	switch (vp_candidate_get_verdict(candidate)) {
	case VP_VERDICT_MATCH:
		return get_features(candidate);
	case VP_VERDICT_MISSING_FEATURES:
		return g_strconcat("lacks ", reason, NULL);
	case VP_VERDICT_EXCLUDED_FEATURES:
		return g_strconcat("has ", reason, NULL);
	default:
		return g_strdup(reason);
	}
}

static char *get_description(const VpCandidate *candidate)
{
	return g_strdup(vp_candidate_get_description(candidate));
}

static char *get_tags(const VpCandidate *candidate)
{
	return g_strjoinv(" ", (char **)vp_candidate_get_tags(candidate));
}

static const Column columns[] = {
	{"name", CELL_NAME, get_name},
	{"manifest", CELL_PATH, get_manifest},
	{"type", CELL_WHOLE, get_type},
	{"verdict", CELL_WHOLE, get_verdict},
	{"source", CELL_WHOLE, get_source},
	{"program", CELL_PATH, get_program},
	{"features", CELL_WORDS, get_features},
	{"reason", CELL_WORDS, get_reason},
	{"details", CELL_WORDS, get_details},
	{"description", CELL_WORDS, get_description},
	{"tags", CELL_WORDS, get_tags},
	{0},
};

const Column *columns_all(void)
{
	return columns;
}

const Column *columns_find(const char *name)
{
	for (const Column *column = columns; column->name; column++)
		if (g_str_equal(column->name, name))
			return column;
	return NULL;
}
