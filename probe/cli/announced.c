// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the manifests of this host announce, and what their programs have said earlier:
 * "list --cache only" with those options of an unfinished line that decide where to
 * search. No program is run, nothing is written, and where the options are wrong nothing
 * is found.
 */
#include "probe/cli/announced.h"

#include "probe/cli/configuration.h"

/* Only options of these groups are taken over: the line is a request without any other.
 */
#define DECISIVE (TAKES_SEARCH | TAKES_RUN | TAKES_CACHE_DIR)

static void add_option(GStrvBuilder *argv, const PartialLine *line, OptionId id)
{
	const GPtrArray *values = line->values[id];
	g_autofree char *name = g_strconcat("--", option_table[id].name, NULL);

	if (option_table[id].kind == OPTION_FLAG)
		g_strv_builder_add(argv, name);
	for (guint i = 0; i < values->len; i++)
		g_strv_builder_add_many(argv, name, values->pdata[i], NULL);
}

/* Returns: (transfer full): the command line of that request. */
static char **make_argv(const PartialLine *line, bool of_type)
{
	g_autoptr(GStrvBuilder) argv = g_strv_builder_new();

	g_strv_builder_add_many(argv, "vhost-probe", verb_list.name, "--cache",
		vp_cache_mode_name(VP_CACHE_ONLY), NULL);
	for (OptionId id = 0; id < N_OPTIONS; id++)
		if (line->values[id] && ((option_table[id].group & DECISIVE) ||
						(id == OPTION_TYPE && of_type)))
			add_option(argv, line, id);
	return g_strv_builder_end(argv);
}

static void add_once(GPtrArray *names, GHashTable *seen, const char *name)
{
	if (g_hash_table_add(seen, g_strdup(name)))
		g_ptr_array_add(names, g_strdup(name));
}

/* Whether its program works, or nobody knows yet: what is broken has nothing to offer. */
static bool may_work(const VpCandidate *candidate)
{
	VpStage stage = vp_verdict_stage(vp_candidate_get_verdict(candidate));

	return stage == VP_STAGE_MATCH || stage == VP_STAGE_UNKNOWN;
}

static void collect(const VpResult *result, bool features, GPtrArray *names)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);
		const VpCapabilities *said = vp_candidate_get_capabilities(candidate);
		const char *type = vp_candidate_get_type(candidate);

		if (!may_work(candidate))
			continue;
		if (!features && type)
			add_once(names, seen, type);
		if (!features || !said)
			continue;
		for (const char *const *name = vp_capabilities_get_features(said); *name;
			name++)
			add_once(names, seen, *name);
	}
}

static char **find(const PartialLine *line, bool features)
{
	g_auto(GStrv) argv = make_argv(line, features);
	GPtrArray *names = g_ptr_array_new();
	g_autoptr(VpResult) result = NULL;
	Options options;

	if (options_parse(argv, &options, NULL) && configure(&options, NULL)) {
		vp_request_set_mode(options.request, VP_MODE_LIST);
		result = vp_probe(options.request, NULL);
	}
	if (result)
		collect(result, features, names);
	options_clear(&options);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

char **announced_types(const PartialLine *line)
{
	return find(line, false);
}

char **announced_features(const PartialLine *line)
{
	return find(line, true);
}
