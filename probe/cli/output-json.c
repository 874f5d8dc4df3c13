// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The result as JSON: one object, always arrays, null for what is not known. Additive
 * within schema number 1; data/schema/ has it for machines.
 */
#include "probe/cli/output.h"

#include <errno.h>
#include <string.h>

#include "common/errno-name.h"
#include "common/json.h"
#include "probe/cli/document.h"
#include "probe/cli/option-table.h"

/* What a caller of the program would change for each. */
static const OptionId remedy_options[] = {
	[VP_REMEDY_EXPOSE] = OPTION_EXPOSE,
	[VP_REMEDY_WITHOUT] = OPTION_WITHOUT,
	[VP_REMEDY_JOBS] = OPTION_JOBS,
	[VP_REMEDY_LEVEL] = OPTION_SANDBOX,
};

static json_object *new_list(const char *const *list)
{
	json_object *array = json_object_new_array();

	for (; *list; list++)
		json_object_array_add(array, document_string(*list));
	return array;
}

static json_object *new_request(const VpRequest *request)
{
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "type", document_string(vp_request_get_type(request)));
	json_object_object_add(object, "need", new_list(vp_request_get_need(request)));
	json_object_object_add(
		object, "exclude", new_list(vp_request_get_exclude(request)));
	return object;
}

static json_object *new_config(const VpConfig *config)
{
	uint64_t timeout_us;
	json_object *object;
	unsigned jobs;

	if (!config)
		return NULL;
	timeout_us = vp_config_get_timeout(config);
	jobs = vp_config_get_jobs(config);
	object = json_object_new_object();
	json_object_object_add(
		object, "path", document_string(vp_config_get_path(config)));
	json_object_object_add(object, "timeout",
		timeout_us ? json_object_new_double((double)timeout_us / 1e6) : NULL);
	json_object_object_add(
		object, "jobs", jobs ? json_object_new_int((int)jobs) : NULL);
	json_object_object_add(object, "expose", new_list(vp_config_get_expose(config)));
	json_object_object_add(
		object, "disable", new_list(vp_config_get_disable(config)));
	return object;
}

static json_object *new_missing_layer(const VpResult *result, const char *layer)
{
	json_object *object = json_object_new_object();
	int errnum = vp_result_get_missing_errno(result, layer);

	json_object_object_add(object, "layer", document_string(layer));
	json_object_object_add(
		object, "errno", errnum ? document_string(errno_name(errnum)) : NULL);
	json_object_object_add(object, "hint",
		document_string(vp_result_get_missing_hint(result, layer)));
	return object;
}

static bool has_devices(const VpResult *result)
{
	return vp_result_exposes_devices(result) ||
	       (vp_result_has_run(result) &&
		       vp_result_get_level(result) == VP_LEVEL_NONE);
}

static json_object *new_sandbox(const VpResult *result)
{
	const char *const *layer = vp_result_get_missing_layers(result);
	json_object *object = json_object_new_object();
	json_object *missing = json_object_new_array();
	int abi = vp_result_get_landlock_abi(result);

	for (; *layer; layer++)
		json_object_array_add(missing, new_missing_layer(result, *layer));
	json_object_object_add(object, "level",
		vp_result_is_level_met(result)
			? document_string(vp_level_name(vp_result_get_level(result)))
			: NULL);
	json_object_object_add(
		object, "layers", new_list(vp_result_get_held_layers(result)));
	json_object_object_add(object, "missing", missing);
	json_object_object_add(
		object, "landlock_abi", abi ? json_object_new_int(abi) : NULL);
	json_object_object_add(object, "devices",
		document_string(has_devices(result) ? "exposed" : "hidden"));
	return object;
}

static json_object *new_capabilities(const VpCapabilities *capabilities)
{
	json_object *object;

	if (!capabilities)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(
		object, "type", document_string(vp_capabilities_get_type(capabilities)));
	json_object_object_add(
		object, "features", new_list(vp_capabilities_get_features(capabilities)));
	return object;
}

static json_object *new_probe(const VpProbe *probe)
{
	json_object *object = json_object_new_object();
	VpProbeSource source = vp_probe_get_source(probe);
	VpStale stale = vp_probe_get_stale(probe);
	gint64 age_us = vp_probe_get_age(probe);
	int exit_status = vp_probe_get_exit_status(probe);
	int signal = vp_probe_get_signal(probe);
	bool ran = source != VP_PROBE_NONE;

	json_object_object_add(
		object, "source", document_string(vp_probe_source_name(source)));
	json_object_object_add(object, "level",
		ran ? document_string(vp_level_name(vp_probe_get_level(probe))) : NULL);
	json_object_object_add(object, "confirmed",
		ran ? json_object_new_boolean(vp_probe_is_confirmed(probe)) : NULL);
	json_object_object_add(
		object, "stale", stale ? document_string(vp_stale_name(stale)) : NULL);
	json_object_object_add(object, "age_s",
		source == VP_PROBE_CACHE && age_us >= 0
			? json_object_new_int64(age_us / G_USEC_PER_SEC)
			: NULL);
	json_object_object_add(object, "duration_us",
		ran ? json_object_new_int64((int64_t)vp_probe_get_duration(probe))
		    : NULL);
	json_object_object_add(object, "exit_status",
		exit_status >= 0 ? json_object_new_int(exit_status) : NULL);
	json_object_object_add(
		object, "signal", signal ? json_object_new_int(signal) : NULL);
	json_object_object_add(object, "stdout",
		ran ? document_string(vp_probe_get_stdout(probe)) : NULL);
	json_object_object_add(object, "stderr",
		ran ? document_string(vp_probe_get_stderr(probe)) : NULL);
	return object;
}

/* JSON would have another path in place of one that is not UTF-8. */
static json_object *new_remedy_values(const VpCandidate *candidate, VpRemedy remedy)
{
	const char *const *value = vp_candidate_get_remedy(candidate, remedy);
	json_object *array = json_object_new_array();

	for (; *value; value++)
		if (g_utf8_validate(*value, -1, NULL))
			json_object_array_add(array, document_string(*value));
	return array;
}

static json_object *new_remedies(const VpCandidate *candidate)
{
	json_object *array = json_object_new_array();

	for (VpRemedy remedy = VP_REMEDY_NONE + 1; remedy < G_N_ELEMENTS(remedy_options);
		remedy++) {
		g_autoptr(json_object) values = new_remedy_values(candidate, remedy);
		g_autofree char *option = g_strconcat(
			"--", option_table[remedy_options[remedy]].name, NULL);
		json_object *object;

		if (!json_object_array_length(values))
			continue;
		object = json_object_new_object();
		json_object_object_add(object, "option", document_string(option));
		json_object_object_add(object, "values", g_steal_pointer(&values));
		json_object_array_add(array, object);
	}
	return array;
}

static json_object *new_candidate(const VpCandidate *candidate)
{
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "name", document_string(vp_candidate_get_name(candidate)));
	json_object_object_add(object, "manifest",
		document_string(vp_candidate_get_manifest(candidate)));
	json_object_object_add(
		object, "type", document_string(vp_candidate_get_type(candidate)));
	json_object_object_add(object, "description",
		document_string(vp_candidate_get_description(candidate)));
	json_object_object_add(
		object, "binary", document_string(vp_candidate_get_binary(candidate)));
	json_object_object_add(
		object, "tags", new_list(vp_candidate_get_tags(candidate)));
	json_object_object_add(object, "verdict",
		document_string(vp_verdict_name(vp_candidate_get_verdict(candidate))));
	json_object_object_add(
		object, "reason", document_string(vp_candidate_get_reason(candidate)));
	json_object_object_add(object, "remedies", new_remedies(candidate));
	json_object_object_add(object, "capabilities",
		new_capabilities(vp_candidate_get_capabilities(candidate)));
	json_object_object_add(
		object, "missing", new_list(vp_candidate_get_missing(candidate)));
	json_object_object_add(
		object, "excluded", new_list(vp_candidate_get_excluded(candidate)));
	json_object_object_add(object, "masked_by",
		document_string(vp_candidate_get_masked_by(candidate)));
	json_object_object_add(
		object, "probe", new_probe(vp_candidate_get_probe(candidate)));
	return object;
}

static json_object *new_cache(const VpResult *result)
{
	const VpRequest *request = vp_result_get_request(result);
	json_object *object = json_object_new_object();

	json_object_object_add(object, "mode",
		document_string(vp_cache_mode_name(vp_request_get_cache(request))));
	json_object_object_add(
		object, "dir", document_string(vp_request_get_cache_dir(request)));
	json_object_object_add(
		object, "stored", json_object_new_int64(vp_result_get_n_stored(result)));
	json_object_object_add(
		object, "error", document_string(vp_result_get_cache_error(result)));
	return object;
}

static json_object *new_cache_entry(const VpCacheEntry *entry)
{
	json_object *object = json_object_new_object();
	const char *program = vp_cache_entry_get_program(entry);
	const VpProbe *probe = vp_cache_entry_get_probe(entry);
	VpStale stale = vp_probe_get_stale(probe);
	int64_t age_us = vp_probe_get_age(probe);

	json_object_object_add(
		object, "dir", document_string(vp_cache_entry_get_dir(entry)));
	json_object_object_add(
		object, "file", document_string(vp_cache_entry_get_file(entry)));
	json_object_object_add(object, "program", document_string(program));
	json_object_object_add(
		object, "profile", document_string(vp_cache_entry_get_profile(entry)));
	json_object_object_add(
		object, "outcome", document_string(vp_cache_entry_get_outcome(entry)));
	json_object_object_add(object, "age_s",
		age_us >= 0 ? json_object_new_int64(age_us / G_USEC_PER_SEC) : NULL);
	json_object_object_add(object, "probe", program ? new_probe(probe) : NULL);
	json_object_object_add(
		object, "stale", stale ? document_string(vp_stale_name(stale)) : NULL);
	return object;
}

static json_object *new_place(const CacheView *view)
{
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "dir", document_string(vp_cache_place_get_dir(view->place)));
	json_object_object_add(object, "use",
		document_string(vp_place_use_name(vp_cache_place_get_use(view->place))));
	json_object_object_add(object, "entries", json_object_new_int64(view->n_entries));
	json_object_object_add(object, "removed", json_object_new_int64(view->n_removed));
	json_object_object_add(object, "error", document_string(view->error));
	return object;
}

char *output_cache_json(const GPtrArray *views)
{
	g_autoptr(json_object) root = document_new();
	json_object *places = json_object_new_array(), *entries = json_object_new_array();

	for (guint i = 0; i < views->len; i++) {
		const CacheView *view = views->pdata[i];
		gsize n = view->entries ? vp_cache_list_get_n_entries(view->entries) : 0;

		json_object_array_add(places, new_place(view));
		for (gsize j = 0; j < n; j++)
			json_object_array_add(entries,
				new_cache_entry(
					vp_cache_list_get_entry(view->entries, j)));
	}
	json_object_object_add(root, "places", places);
	json_object_object_add(root, "entries", entries);
	return document_print(root);
}

char *output_json(const VpResult *result)
{
	g_autoptr(json_object) root = document_new();
	json_object *candidates = json_object_new_array();
	const VpRequest *request = vp_result_get_request(result);
	const VpCandidate *selected = vp_result_get_selected(result);

	for (gsize i = 0; i < vp_result_get_n_candidates(result); i++)
		json_object_array_add(
			candidates, new_candidate(vp_result_get_candidate(result, i)));
	json_object_object_add(root, "request", new_request(request));
	json_object_object_add(
		root, "config", new_config(vp_request_get_config(request)));
	json_object_object_add(root, "search", document_search(result));
	json_object_object_add(root, "sandbox", new_sandbox(result));
	json_object_object_add(root, "cache", new_cache(result));
	json_object_object_add(root, "selected",
		selected ? document_string(vp_candidate_get_binary(selected)) : NULL);
	json_object_object_add(root, "candidates", candidates);
	return document_print(root);
}
