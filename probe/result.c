// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A result: its birth and end, and what it says as a whole.
 */
#include "probe/candidate.h"
#include "probe/lists.h"

static void free_search_dir(void *data)
{
	VpSearchDir *dir = data;

	g_free(dir->dir);
	g_free(dir->error);
	g_free(dir);
}

VpResult *result_new(const VpRequest *request)
{
	VpResult *result = g_new0(VpResult, 1);

	result->request = vp_request_copy(request);
	result->search = g_ptr_array_new_with_free_func(free_search_dir);
	result->candidates =
		g_ptr_array_new_with_free_func((GDestroyNotify)candidate_free);
	return result;
}

void vp_result_free(VpResult *result)
{
	if (!result)
		return;
	vp_request_free(result->request);
	g_ptr_array_unref(result->search);
	g_ptr_array_unref(result->candidates);
	if (result->stored)
		g_hash_table_unref(result->stored);
	g_free(result->cache_error);
	g_free(result);
}

/* ---- the sandbox ---- */

/* Whether it is worth a word that @layer is not there. */
static bool is_missing(const VpResult *result, SandboxLayer layer)
{
	return !result->sandbox.held[layer] &&
	       (result->sandbox.missing_errno[layer] ||
		       (result->request->without & SANDBOX_LAYER_BIT(layer)));
}

/* Which have to be left out so that the level is met. Where a namespace is among them,
 * Landlock has to do more. */
static uint32_t find_dispensable(const VpResult *result, const SandboxReport *report)
{
	uint32_t held = 0;

	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++)
		if (report->held[layer] &&
			(layer != SANDBOX_LAYER_LANDLOCK ||
				report->landlock_abi >= LANDLOCK_ABI_SIGNALS))
			held |= SANDBOX_LAYER_BIT(layer);
	return report->accepted ? 0
				: sandbox_find_without(result->request->sandbox, held,
					  result->request->without);
}

void result_set_report(VpResult *result, const SandboxReport *report)
{
	size_t n_held = 0, n_missing = 0, n_dispensable = 0;
	uint32_t dispensable = find_dispensable(result, report);

	result->sandbox = *report;
	for (SandboxLayer layer = 0; layer < SANDBOX_N_LAYERS; layer++) {
		if (report->held[layer])
			result->held_layers[n_held++] = sandbox_layer_name(layer);
		else if (is_missing(result, layer))
			result->missing_layers[n_missing++] = sandbox_layer_name(layer);
		if (dispensable & SANDBOX_LAYER_BIT(layer))
			result->dispensable_layers[n_dispensable++] =
				sandbox_layer_name(layer);
	}
	result->held_layers[n_held] = NULL;
	result->missing_layers[n_missing] = NULL;
	result->dispensable_layers[n_dispensable] = NULL;
}

void result_note_devices(VpResult *result)
{
	g_autofree char *devices = sandbox_devices(result->request->expose, NULL);

	result->exposes_devices = devices && *devices;
}

bool vp_result_has_run(const VpResult *result)
{
	return result->ran;
}

bool vp_result_is_level_met(const VpResult *result)
{
	return result->ran && result->sandbox.accepted;
}

VpLevel vp_result_get_level(const VpResult *result)
{
	return (VpLevel)result->sandbox.level;
}

const char *const *vp_result_get_held_layers(const VpResult *result)
{
	return result->held_layers;
}

const char *const *vp_result_get_missing_layers(const VpResult *result)
{
	return result->missing_layers;
}

const char *const *vp_result_get_dispensable_layers(const VpResult *result)
{
	return result->dispensable_layers;
}

/* Returns: whether that is a layer's name, and it is missing. */
static bool find_missing(
	const VpResult *result, const char *name, SandboxLayer *ret_layer)
{
	return sandbox_layer_parse(name, ret_layer) &&
	       g_strv_contains(result->missing_layers, name);
}

int vp_result_get_missing_errno(const VpResult *result, const char *layer)
{
	SandboxLayer found;

	return find_missing(result, layer, &found) ? result->sandbox.missing_errno[found]
						   : 0;
}

const char *vp_result_get_missing_hint(const VpResult *result, const char *layer)
{
	SandboxLayer found;

	return find_missing(result, layer, &found)
		       ? sandbox_layer_hint(found, result->sandbox.missing_errno[found],
				 result->request->without)
		       : NULL;
}

int vp_result_get_landlock_abi(const VpResult *result)
{
	return result->sandbox.landlock_abi;
}

bool vp_result_exposes_devices(const VpResult *result)
{
	return result->exposes_devices;
}

/* ---- the rest ---- */

const VpRequest *vp_result_get_request(const VpResult *result)
{
	return result->request;
}

const VpCandidate *vp_result_get_selected(const VpResult *result)
{
	return result->selected;
}

gsize vp_result_get_n_candidates(const VpResult *result)
{
	return list_length(result->candidates);
}

const VpCandidate *vp_result_get_candidate(const VpResult *result, gsize index)
{
	return list_element(result->candidates, index);
}

bool vp_result_is_blocked(const VpResult *result)
{
	return result->blocked;
}

gsize vp_result_get_n_search_dirs(const VpResult *result)
{
	return list_length(result->search);
}

const VpSearchDir *vp_result_get_search_dir(const VpResult *result, gsize index)
{
	return list_element(result->search, index);
}

const VpSearchDir *vp_result_get_unreadable(const VpResult *result)
{
	return result->unreadable;
}

unsigned vp_result_get_n_stored(const VpResult *result)
{
	return result->n_stored;
}

const char *vp_result_get_cache_error(const VpResult *result)
{
	return result->cache_error;
}

const char *vp_search_dir_get_path(const VpSearchDir *dir)
{
	return dir->dir;
}

bool vp_search_dir_is_found(const VpSearchDir *dir)
{
	return dir->found;
}

unsigned vp_search_dir_get_n_files(const VpSearchDir *dir)
{
	return dir->n_files;
}

const char *vp_search_dir_get_error(const VpSearchDir *dir)
{
	return dir->error;
}
