// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The result as JSON: one object, always arrays, null for what is not known. Additive
 * within schema number 1; data/schema/ has it for machines.
 */
#include "probe/cli/output.h"

#include <errno.h>
#include <string.h>

#include "common/json.h"
#include "common/text.h"

/* Paths and names of files may be anything; JSON is UTF-8. */
static json_object *new_string(const char *text)
{
	g_autofree char *valid = text ? g_utf8_make_valid(text, -1) : NULL;

	return valid ? json_object_new_string(valid) : NULL;
}

static json_object *new_list(const char *const *list)
{
	json_object *array = json_object_new_array();

	for (; list && *list; list++)
		json_object_array_add(array, new_string(*list));
	return array;
}

static json_object *new_request(const VpRequest *request)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "type", new_string(request->type));
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
	json_object_object_add(object, "path", new_string(config->path));
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

static json_object *new_search(const GPtrArray *search)
{
	json_object *array = json_object_new_array();

	for (guint i = 0; i < search->len; i++) {
		const VpSearchDir *dir = search->pdata[i];
		json_object *object = json_object_new_object();

		json_object_object_add(object, "dir", new_string(dir->dir));
		json_object_object_add(
			object, "found", json_object_new_boolean(dir->found));
		json_object_object_add(object, "error", new_string(dir->error));
		json_object_array_add(array, object);
	}
	return array;
}

static json_object *new_missing_layer(SandboxLayer layer, int errnum, uint32_t without)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "layer", new_string(sandbox_layer_name(layer)));
	json_object_object_add(
		object, "errno", errnum ? new_string(strerrorname_np(errnum)) : NULL);
	json_object_object_add(
		object, "hint", new_string(sandbox_layer_hint(layer, errnum, without)));
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
				layers, new_string(sandbox_layer_name(layer)));
		else if (output_is_missing(result, layer))
			json_object_array_add(missing,
				new_missing_layer(layer, report->missing_errno[layer],
					result->request->without));
	}
	json_object_object_add(object, "level",
		result->ran && !output_is_unavailable(result)
			? new_string(sandbox_level_name(report->level))
			: NULL);
	json_object_object_add(object, "layers", layers);
	json_object_object_add(object, "missing", missing);
	json_object_object_add(object, "landlock_abi",
		report->landlock_abi ? json_object_new_int(report->landlock_abi) : NULL);
	json_object_object_add(object, "devices",
		new_string(result->exposes_devices ||
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
	json_object_object_add(object, "type", new_string(capabilities->type));
	json_object_object_add(object, "features",
		new_list((const char *const *)capabilities->features));
	return object;
}

static json_object *new_probe(const VpProbe *probe)
{
	json_object *object = json_object_new_object();
	bool ran = probe->source != VP_PROBE_NONE;

	json_object_object_add(
		object, "source", new_string(output_source_name(probe->source)));
	json_object_object_add(object, "level",
		ran ? new_string(sandbox_level_name(probe->level)) : NULL);
	json_object_object_add(object, "confirmed",
		ran ? json_object_new_boolean(probe->confirmed) : NULL);
	json_object_object_add(object, "stale",
		probe->stale ? new_string(vp_stale_name(probe->stale)) : NULL);
	json_object_object_add(object, "duration_us",
		ran ? json_object_new_int64((int64_t)probe->duration_us) : NULL);
	json_object_object_add(object, "exit_status",
		probe->exit_status >= 0 ? json_object_new_int(probe->exit_status) : NULL);
	json_object_object_add(object, "signal",
		probe->signal ? json_object_new_int(probe->signal) : NULL);
	json_object_object_add(
		object, "stdout", ran ? new_string(probe->stdout_text) : NULL);
	json_object_object_add(
		object, "stderr", ran ? new_string(probe->stderr_text) : NULL);
	return object;
}

static json_object *new_candidate(const VpCandidate *candidate)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "name", new_string(candidate->name));
	json_object_object_add(object, "manifest", new_string(candidate->manifest));
	json_object_object_add(object, "type", new_string(candidate->type));
	json_object_object_add(object, "description", new_string(candidate->description));
	json_object_object_add(object, "binary", new_string(candidate->binary));
	json_object_object_add(
		object, "tags", new_list((const char *const *)candidate->tags));
	json_object_object_add(
		object, "verdict", new_string(vp_verdict_name(candidate->verdict)));
	json_object_object_add(object, "reason", new_string(candidate->reason));
	json_object_object_add(
		object, "capabilities", new_capabilities(candidate->capabilities));
	json_object_object_add(
		object, "missing", new_list((const char *const *)candidate->missing));
	json_object_object_add(
		object, "excluded", new_list((const char *const *)candidate->excluded));
	json_object_object_add(object, "masked_by", new_string(candidate->masked_by));
	json_object_object_add(object, "probe", new_probe(&candidate->probe));
	return object;
}

/*
 * What json-c leaves as it is in strings, but a terminal would obey or show as something
 * else, such as U+009B and the bidirectional overrides: the same in JSON's own escapes.
 */
static char *escape_unprintable(const char *json)
{
	GString *text = g_string_new(NULL);

	for (const char *p = json; *p; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);

		if (c == '\n' || text_is_printable(c))
			g_string_append_unichar(text, c);
		else if (c < 0x10000)
			g_string_append_printf(text, "\\u%04x", c);
		else
			g_string_append_printf(text, "\\u%04x\\u%04x",
				0xd800 + ((c - 0x10000) >> 10),
				0xdc00 + ((c - 0x10000) & 0x3ff));
	}
	g_string_append_c(text, '\n');
	return g_string_free(text, FALSE);
}

static json_object *new_cache(const VpResult *result)
{
	const VpRequest *request = result->request;
	json_object *object = json_object_new_object();

	json_object_object_add(
		object, "mode", new_string(vp_cache_mode_name(request->cache)));
	json_object_object_add(object, "dir", new_string(request->cache_dir));
	json_object_object_add(object, "stored", json_object_new_int64(result->n_stored));
	json_object_object_add(object, "error", new_string(result->cache_error));
	return object;
}

static char *print_document(json_object *root)
{
	return escape_unprintable(json_object_to_json_string_ext(
		root, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			      JSON_C_TO_STRING_NOSLASHESCAPE));
}

static json_object *new_document(void)
{
	json_object *root = json_object_new_object();

	json_object_object_add(root, "schema", json_object_new_int(1));
	json_object_object_add(root, "generator",
		json_object_new_string("vhost-probe " VHOST_PROBE_VERSION));
	return root;
}

static json_object *new_cache_entry(const VpCacheEntry *entry)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "dir", new_string(entry->dir));
	json_object_object_add(object, "file", new_string(entry->file));
	json_object_object_add(object, "program", new_string(entry->program));
	json_object_object_add(object, "profile", new_string(entry->profile));
	json_object_object_add(object, "outcome", new_string(entry->outcome));
	json_object_object_add(object, "age_s",
		entry->age_s >= 0 ? json_object_new_int64(entry->age_s) : NULL);
	json_object_object_add(
		object, "probe", entry->program ? new_probe(&entry->probe) : NULL);
	json_object_object_add(object, "stale",
		entry->probe.stale ? new_string(vp_stale_name(entry->probe.stale))
				   : NULL);
	return object;
}

static json_object *new_place(const CacheView *view)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "dir", new_string(view->place->dir));
	json_object_object_add(
		object, "use", new_string(vp_place_use_name(view->place->use)));
	json_object_object_add(object, "entries", json_object_new_int64(view->n_entries));
	json_object_object_add(object, "removed", json_object_new_int64(view->n_removed));
	json_object_object_add(object, "error", new_string(view->error));
	return object;
}

char *output_cache_json(const GPtrArray *views)
{
	g_autoptr(json_object) root = new_document();
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
	return print_document(root);
}

char *output_json(const VpResult *result)
{
	g_autoptr(json_object) root = new_document();
	json_object *candidates = json_object_new_array();

	for (guint i = 0; i < result->candidates->len; i++)
		json_object_array_add(
			candidates, new_candidate(result->candidates->pdata[i]));
	json_object_object_add(root, "request", new_request(result->request));
	json_object_object_add(root, "config", new_config(result->request->config));
	json_object_object_add(root, "search", new_search(result->search));
	json_object_object_add(root, "sandbox", new_sandbox(result));
	json_object_object_add(root, "cache", new_cache(result));
	json_object_object_add(root, "selected",
		result->selected ? new_string(result->selected->binary) : NULL);
	json_object_object_add(root, "candidates", candidates);
	return print_document(root);
}
