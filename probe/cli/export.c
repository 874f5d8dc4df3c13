// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A result comes in; what of it is exported goes out, counted and bounded.
 */
#include "probe/cli/export.h"

#include <string.h>

#include "probe/cli/output.h"

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
	for (const VpDeviceType *known = vp_device_types(); known->name; known++)
		if (g_str_equal(known->name, type))
			return known->features;
	return NULL;
}

/* Those that are @known, or those that are not. Returns: how many are too much. */
static guint add_features(
	GPtrArray *features, char *const *printed, const char *const *known, bool want)
{
	guint n_left_out = 0;

	for (; *printed; printed++) {
		if ((known && g_strv_contains(known, *printed)) != want)
			continue;
		if (is_short(*printed) && features->len < EXPORT_FEATURES_MAX)
			g_ptr_array_add(features, *printed);
		else
			n_left_out++;
	}
	return n_left_out;
}

static void add_backend(Export *export, const VpCandidate *candidate)
{
	ExportBackend *backend;
	const char *const *known;

	if ((candidate->type && !is_short(candidate->type)) ||
		export->backends->len == EXPORT_BACKENDS_MAX) {
		export->n_left_out++;
		return;
	}
	backend = g_new0(ExportBackend, 1);
	backend->manifest = candidate->manifest ? candidate->manifest : candidate->binary;
	backend->type = candidate->type;
	backend->program = candidate->binary;
	backend->verdict = candidate->verdict;
	backend->features = g_ptr_array_new();
	g_ptr_array_add(export->backends, backend);
	if (!export_is_usable(backend) || !candidate->capabilities->features)
		return;
	known = known_features(candidate->capabilities->type);
	for (int want = true; want >= false; want--)
		export->n_left_out += add_features(backend->features,
			candidate->capabilities->features, known, want);
}

static bool is_usable(const VpCandidate *candidate)
{
	return candidate->verdict == VP_VERDICT_MATCH;
}

/* One that works may have run beside others; that it works is known. */
static bool is_undecided(const VpCandidate *candidate)
{
	return !is_usable(candidate) && vp_candidate_is_unknown(candidate);
}

static void add_backends(Export *export, const VpResult *result, bool usable)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (is_usable(candidate) == usable &&
			(usable || output_is_broken(candidate) ||
				is_undecided(candidate)))
			add_backend(export, candidate);
	}
}

/* ---- what there is one of ---- */

static void count(Export *export, const VpResult *result)
{
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		export->counts[candidate->verdict]++;
		if (is_undecided(candidate))
			export->n_undecided++;
		else if (output_is_broken(candidate))
			export->n_failed++;
	}
	for (guint i = 0; i < result->search->len; i++) {
		const VpSearchDir *dir = result->search->pdata[i];

		export->n_undecided += dir->error != NULL;
	}
}

static const char *find_sandbox(const VpResult *result)
{
	SandboxLevel level = SANDBOX_LEVEL_FULL;
	bool is_known = false;

	if (output_is_unavailable(result))
		return "unavailable";
	for (guint i = 0; i < result->candidates->len; i++) {
		const VpProbe *run =
			&((const VpCandidate *)result->candidates->pdata[i])->probe;

		if (run->source == VP_PROBE_NONE)
			continue;
		is_known = true;
		level = MIN(level, run->level);
	}
	return is_known ? sandbox_level_name(level) : "untried";
}

static gint64 find_oldest(const VpResult *result, gint64 now_s)
{
	gint64 age_us = 0;

	for (guint i = 0; i < result->candidates->len; i++) {
		const VpCandidate *candidate = result->candidates->pdata[i];

		if (candidate->probe.source == VP_PROBE_CACHE)
			age_us = MAX(age_us, candidate->probe.age_us);
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
