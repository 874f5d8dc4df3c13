// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Facts: one JSON object, which Ansible reads as a local fact and Facter as an external
 * one. Facter takes each member of the root for a fact beside those of the system, so
 * there is a single one, with a name that no other fact has.
 */
#include "probe/cli/export.h"

#include "common/json.h"
#include "probe/cli/document.h"

static json_object *new_features(const GPtrArray *features)
{
	json_object *array = json_object_new_array();

	for (guint i = 0; i < features->len; i++)
		json_object_array_add(array, document_string(features->pdata[i]));
	return array;
}

static json_object *new_backend(const ExportBackend *backend)
{
	json_object *object = json_object_new_object();

	json_object_object_add(object, "type", document_string(backend->type));
	json_object_object_add(object, "manifest", document_string(backend->manifest));
	json_object_object_add(object, "program", document_string(backend->program));
	json_object_object_add(
		object, "usable", json_object_new_boolean(export_is_usable(backend)));
	json_object_object_add(
		object, "undecided", json_object_new_boolean(backend->is_undecided));
	json_object_object_add(
		object, "verdict", document_string(vp_verdict_name(backend->verdict)));
	json_object_object_add(
		object, "meaning", document_string(vp_verdict_about(backend->verdict)));
	json_object_object_add(object, "features", new_features(backend->features));
	return object;
}

static json_object *new_backends(const GPtrArray *backends)
{
	json_object *array = json_object_new_array();

	for (guint i = 0; i < backends->len; i++)
		json_object_array_add(array, new_backend(backends->pdata[i]));
	return array;
}

/* The first of several programs is the one that would be chosen. */
static void add_program(json_object *object, const char *key, const char *program)
{
	if (!json_object_object_get_ex(object, key, NULL))
		json_object_object_add(object, key, document_string(program));
}

/* Returns: (transfer none): the member @key of @object, an object, which is made if need
 * be. */
static json_object *find_member(json_object *object, const char *key)
{
	json_object *member;

	if (json_object_object_get_ex(object, key, &member))
		return member;
	member = json_object_new_object();
	json_object_object_add(object, key, member);
	return member;
}

/* For each type, and each feature of it, the program that select would print. */
static json_object *new_types(const GPtrArray *backends)
{
	json_object *types = json_object_new_object();

	for (guint i = 0; i < backends->len; i++) {
		const ExportBackend *backend = backends->pdata[i];
		json_object *type, *features;

		if (!export_is_usable(backend))
			continue;
		type = find_member(types, backend->type);
		add_program(type, "program", backend->program);
		features = find_member(type, "features");
		for (guint j = 0; j < backend->features->len; j++)
			add_program(
				features, backend->features->pdata[j], backend->program);
	}
	return types;
}

static void add_time(json_object *object, const char *key, gint64 time_s)
{
	g_autofree char *time = export_format_time(time_s);

	json_object_object_add(object, key, document_string(time));
}

char *export_ansible(const Export *export)
{
	g_autoptr(json_object) root = json_object_new_object();
	json_object *facts = document_new();

	add_time(facts, "exported", export->now_s);
	add_time(facts, "oldest_answer", export->oldest_s);
	json_object_object_add(facts, "sandbox", document_string(export->sandbox));
	json_object_object_add(facts, "failed", json_object_new_int64(export->n_failed));
	json_object_object_add(
		facts, "undecided", json_object_new_int64(export->n_undecided));
	json_object_object_add(
		facts, "left_out", json_object_new_int64(export->n_left_out));
	json_object_object_add(facts, "types", new_types(export->backends));
	json_object_object_add(facts, "backends", new_backends(export->backends));
	json_object_object_add(root, "vhost_user", facts);
	return document_print(root);
}
