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

static json_object *new_list(const char *const *list)
{
	json_object *array = json_object_new_array();

	for (; list && *list; list++)
		json_object_array_add(array, document_string(*list));
	return array;
}

static json_object *new_request(const VpRequest *request)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "type", document_string(request->type));
	json_object_object_add(object, "need", new_list(request->need));
	json_object_object_add(object, "exclude", new_list(request->exclude));
	return object;
}

static json_object *new_config(const VpConfig *config)
{
	json_object *object;

	if (!config)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "path", document_string(config->path));
	json_object_object_add(object, "timeout",
		config->timeout_us
			? json_object_new_double((double)config->timeout_us / 1e6)
			: NULL);
	json_object_object_add(object, "jobs",
		config->jobs ? json_object_new_int((int)config->jobs) : NULL);
	json_object_object_add(
		object, "expose", new_list((const char *const *)config->expose));
	json_object_object_add(
		object, "disable", new_list((const char *const *)config->disable));
	return object;
}

static json_object *new_missing_layer(SandboxLayer layer, int errnum, uint32_t without)
{
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "layer", document_string(sandbox_layer_name(layer)));
	json_object_object_add(
		object, "errno", errnum ? document_string(errno_name(errnum)) : NULL);
	json_object_object_add(object, "hint",
		document_string(sandbox_layer_hint(layer, errnum, without)));
	return object;
}

static json_object *new_sandbox(const VpResult *result)
{
	const SandboxReport *report = &result->sandbox;
	json_object *object = json_object_new_object();
	json_object *layers = json_object_new_array(), *missing = json_object_new_array();

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (report->held[layer])
			json_object_array_add(
				layers, document_string(sandbox_layer_name(layer)));
		else if (output_is_missing(result, layer))
			json_object_array_add(missing,
				new_missing_layer(layer, report->missing_errno[layer],
					result->request->without));
	}
	json_object_object_add(object, "level",
		result->ran && !output_is_unavailable(result)
			? document_string(sandbox_level_name(report->level))
			: NULL);
	json_object_object_add(object, "layers", layers);
	json_object_object_add(object, "missing", missing);
	json_object_object_add(object, "landlock_abi",
		report->landlock_abi ? json_object_new_int(report->landlock_abi) : NULL);
	json_object_object_add(object, "devices",
		document_string(
			result->exposes_devices ||
					(result->ran &&
						report->level == SANDBOX_LEVEL_NONE)
				? "exposed"
				: "hidden"));
	return object;
}

static json_object *new_capabilities(const VpCapabilities *capabilities)
{
	json_object *object;

	if (!capabilities)
		return NULL;
	object = json_object_new_object();
	json_object_object_add(object, "type", document_string(capabilities->type));
	json_object_object_add(object, "features",
		new_list((const char *const *)capabilities->features));
	return object;
}

static json_object *new_probe(const VpProbe *probe)
{
	json_object *object = json_object_new_object();
	bool ran = probe->source != VP_PROBE_NONE;

	json_object_object_add(
		object, "source", document_string(output_source_name(probe->source)));
	json_object_object_add(object, "level",
		ran ? document_string(sandbox_level_name(probe->level)) : NULL);
	json_object_object_add(object, "confirmed",
		ran ? json_object_new_boolean(probe->confirmed) : NULL);
	json_object_object_add(object, "stale",
		probe->stale ? document_string(vp_stale_name(probe->stale)) : NULL);
	json_object_object_add(object, "age_s",
		probe->source == VP_PROBE_CACHE && probe->age_us >= 0
			? json_object_new_int64(probe->age_us / G_USEC_PER_SEC)
			: NULL);
	json_object_object_add(object, "duration_us",
		ran ? json_object_new_int64((int64_t)probe->duration_us) : NULL);
	json_object_object_add(object, "exit_status",
		probe->exit_status >= 0 ? json_object_new_int(probe->exit_status) : NULL);
	json_object_object_add(object, "signal",
		probe->signal ? json_object_new_int(probe->signal) : NULL);
	json_object_object_add(
		object, "stdout", ran ? document_string(probe->stdout_text) : NULL);
	json_object_object_add(
		object, "stderr", ran ? document_string(probe->stderr_text) : NULL);
	return object;
}

static json_object *new_candidate(const VpCandidate *candidate)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "name", document_string(candidate->name));
	json_object_object_add(object, "manifest", document_string(candidate->manifest));
	json_object_object_add(object, "type", document_string(candidate->type));
	json_object_object_add(
		object, "description", document_string(candidate->description));
	json_object_object_add(object, "binary", document_string(candidate->binary));
	json_object_object_add(
		object, "tags", new_list((const char *const *)candidate->tags));
	json_object_object_add(
		object, "verdict", document_string(vp_verdict_name(candidate->verdict)));
	json_object_object_add(object, "reason", document_string(candidate->reason));
	json_object_object_add(
		object, "capabilities", new_capabilities(candidate->capabilities));
	json_object_object_add(
		object, "missing", new_list((const char *const *)candidate->missing));
	json_object_object_add(
		object, "excluded", new_list((const char *const *)candidate->excluded));
	json_object_object_add(
		object, "masked_by", document_string(candidate->masked_by));
	json_object_object_add(object, "probe", new_probe(&candidate->probe));
	return object;
}

static json_object *new_cache(const VpResult *result)
{
	const VpRequest *request = result->request;
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "mode", document_string(vp_cache_mode_name(request->cache)));
	json_object_object_add(object, "dir", document_string(request->cache_dir));
	json_object_object_add(object, "stored", json_object_new_int64(result->n_stored));
	json_object_object_add(object, "error", document_string(result->cache_error));
	return object;
}

static json_object *new_cache_entry(const VpCacheEntry *entry)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "dir", document_string(entry->dir));
	json_object_object_add(object, "file", document_string(entry->file));
	json_object_object_add(object, "program", document_string(entry->program));
	json_object_object_add(object, "profile", document_string(entry->profile));
	json_object_object_add(object, "outcome", document_string(entry->outcome));
	json_object_object_add(object, "age_s",
		entry->age_s >= 0 ? json_object_new_int64(entry->age_s) : NULL);
	json_object_object_add(
		object, "probe", entry->program ? new_probe(&entry->probe) : NULL);
	json_object_object_add(object, "stale",
		entry->probe.stale ? document_string(vp_stale_name(entry->probe.stale))
				   : NULL);
	return object;
}

static json_object *new_place(const CacheView *view)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "dir", document_string(view->place->dir));
	json_object_object_add(
		object, "use", document_string(vp_place_use_name(view->place->use)));
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

		json_object_array_add(places, new_place(view));
		for (guint j = 0; view->entries && j < view->entries->len; j++)
			json_object_array_add(
				entries, new_cache_entry(view->entries->pdata[j]));
	}
	json_object_object_add(root, "places", places);
	json_object_object_add(root, "entries", entries);
	return document_print(root);
}

char *output_json(const VpResult *result)
{
	g_autoptr(json_object) root = document_new();
	json_object *candidates = json_object_new_array();

	for (guint i = 0; i < result->candidates->len; i++)
		json_object_array_add(
			candidates, new_candidate(result->candidates->pdata[i]));
	json_object_object_add(root, "request", new_request(result->request));
	json_object_object_add(root, "config", new_config(result->request->config));
	json_object_object_add(root, "search", document_search(result->search));
	json_object_object_add(root, "sandbox", new_sandbox(result));
	json_object_object_add(root, "cache", new_cache(result));
	json_object_object_add(root, "selected",
		result->selected ? document_string(result->selected->binary) : NULL);
	json_object_object_add(root, "candidates", candidates);
	return document_print(root);
}
