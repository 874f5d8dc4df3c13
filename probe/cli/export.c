// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A result comes in; what of it is exported goes out, counted and bounded.
 */
#include "probe/cli/export.h"

#include <string.h>

#include "probe/cli/output.h"
#include "probe/vhost-probe-words.h"

const char *const export_sandbox_states[] = {
	"full", "partial", "none", "unavailable", "untried", NULL};

static void backend_free(void *data)
{
	ExportBackend *backend = data;

	g_ptr_array_unref(backend->features);
	g_free(backend);
}

void export_free(Export *export)
{
	if (!export)
		return;
	g_ptr_array_unref(export->backends);
	g_free(export);
}

/* ---- backends ---- */

static bool is_short(const char *name)
{
	return strnlen(name, EXPORT_NAME_MAX + 1) <= EXPORT_NAME_MAX;
}

/* Returns: (nullable): the features that the specification knows for @type. */
static const char *const *known_features(const char *type)
{
	const VpDeviceType *known = vp_device_type_find(type);

	return known ? vp_device_type_get_features(known) : NULL;
}

/* Those that are @known, or those that are not. Returns: how many are too many. */
static guint add_features(GPtrArray *features, const char *const *printed,
	const char *const *known, bool want)
{
	guint n_left_out = 0;

	for (; *printed; printed++) {
		if ((known && g_strv_contains(known, *printed)) != want)
			continue;
		if (is_short(*printed) && features->len < EXPORT_FEATURES_MAX)
			g_ptr_array_add(features, (char *)*printed);
		else
			n_left_out++;
	}
	return n_left_out;
}

static bool is_usable(const VpCandidate *candidate)
{
	return vp_candidate_get_verdict(candidate) == VP_VERDICT_MATCH;
}

/* One that works may have run beside others; that it works is known. */
static bool is_undecided(const VpCandidate *candidate)
{
	return !is_usable(candidate) && vp_candidate_is_unknown(candidate);
}

static void add_backend(Export *export, const VpCandidate *candidate)
{
	const char *manifest = vp_candidate_get_manifest(candidate);
	const char *type = vp_candidate_get_type(candidate);
	const VpCapabilities *capabilities = vp_candidate_get_capabilities(candidate);
	ExportBackend *backend;
	const char *const *known;

	if ((type && !is_short(type)) || export->backends->len == EXPORT_BACKENDS_MAX) {
		export->n_left_out++;
		return;
	}
	backend = g_new0(ExportBackend, 1);
	backend->program = vp_candidate_get_binary(candidate);
	backend->manifest = manifest ? manifest : backend->program;
	backend->type = type;
	backend->verdict = vp_candidate_get_verdict(candidate);
	backend->is_undecided = is_undecided(candidate);
	backend->features = g_ptr_array_new();
	g_ptr_array_add(export->backends, backend);
	if (!export_is_usable(backend))
		return;
	known = known_features(vp_capabilities_get_type(capabilities));
	for (int want = true; want >= false; want--)
		export->n_left_out += add_features(backend->features,
			vp_capabilities_get_features(capabilities), known, want);
}

static void add_backends(Export *export, const VpResult *result, bool usable)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		if (is_usable(candidate) == usable &&
			(usable || output_is_broken(candidate) ||
				is_undecided(candidate)))
			add_backend(export, candidate);
	}
}

/* ---- what there is only one of ---- */

static void count(Export *export, const VpResult *result)
{
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpCandidate *candidate = vp_result_get_candidate(result, i);

		export->counts[vp_candidate_get_verdict(candidate)]++;
		if (is_undecided(candidate))
			export->n_undecided++;
		else if (output_is_broken(candidate))
			export->n_failed++;
	}
	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++)
		export->n_undecided += vp_search_dir_get_error(vp_result_get_search_dir(
					       result, i)) != NULL;
}

static const char *find_sandbox(const VpResult *result)
{
	VpLevel level = VP_LEVEL_FULL;
	bool is_known = false;

	if (output_is_unavailable(result))
		return "unavailable";
	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpProbe *run =
			vp_candidate_get_probe(vp_result_get_candidate(result, i));

		if (vp_probe_get_source(run) == VP_PROBE_NONE)
			continue;
		is_known = true;
		level = MIN(level, vp_probe_get_level(run));
	}
	return is_known ? vp_level_name(level) : "untried";
}

static gint64 find_oldest(const VpResult *result, gint64 now_s)
{
	gint64 age_us = 0;

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++) {
		const VpProbe *probe =
			vp_candidate_get_probe(vp_result_get_candidate(result, i));

		if (vp_probe_get_source(probe) == VP_PROBE_CACHE)
			age_us = MAX(age_us, vp_probe_get_age(probe));
	}
	return now_s - age_us / G_USEC_PER_SEC;
}

Export *export_new(const VpResult *result, gint64 now_s)
{
	Export *export = g_new0(Export, 1);

	export->backends = g_ptr_array_new_with_free_func(backend_free);
	add_backends(export, result, true);
	add_backends(export, result, false);
	count(export, result);
	export->sandbox = find_sandbox(result);
	export->now_s = now_s;
	export->oldest_s = find_oldest(result, now_s);
	return export;
}

char *export_format_time(gint64 time_s)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(time_s);

	return g_date_time_format(time, "%Y-%m-%dT%H:%M:%SZ");
}
