// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Node labels, in the format of Node Feature Discovery's local source: a line
 * "NAMESPACE/NAME=VALUE" for each, and comments.
 *
 * A label states what is known to be there; what is unknown gets none. Names are used
 * unchanged, or not at all: if two became one, a backend would seem to have what another
 * one has. Comments name what is left out.
 */
#include "probe/cli/export.h"

#include <string.h>

#include "common/text.h"

/* Labels in most others are refused. */
#define NAMESPACE "feature.node.kubernetes.io/"
/* Of a name, and of a value. */
#define LABEL_MAX 63
/* A larger file is ignored as a whole; and the room that is kept for the comments. */
#define FILE_SIZE_MAX (64 * 1024)
#define ROOM_BELOW    (8 * 1024)
/* How many of those that are left out are named. */
#define NAMED_MAX 8

/* Long enough for twelve runs of the timer that fail, and short enough for the labels to
 * go when this program is removed. */
#define VALID_S (60 * 60)

typedef struct {
	GString *text;
	GHashTable *names; /* of those that are there, owned */
	GString *left_out; /* comments */
	guint n_left_out;
} Labels;

static bool is_alphanumeric(char c)
{
	return g_ascii_isalnum(c);
}

/* Kubernetes' rule, for the part after the namespace. */
static bool is_label(const char *name)
{
	size_t length = strnlen(name, LABEL_MAX + 1);

	if (!length || length > LABEL_MAX)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_alphanumeric(name[i]) && !strchr("-_.", name[i]))
			return false;
	return is_alphanumeric(name[0]) && is_alphanumeric(name[length - 1]);
}

/* A type "gpu.virgl" would be a feature of the type gpu. */
static bool is_type(const char *type)
{
	g_autofree char *name = g_strconcat("vhost-user-", type, NULL);

	return !strchr(type, '.') && is_label(name);
}

static void leave_out(Labels *labels, const char *name)
{
	g_autofree char *escaped = NULL;

	if (labels->n_left_out++ >= NAMED_MAX)
		return;
	escaped = text_escape(name, -1);
	g_string_append_printf(
		labels->left_out, "# left out, no label: \"%s\"\n", escaped);
}

/* Once each, as far as there is room. */
static void add_label(Labels *labels, const char *name, const char *value)
{
	if (g_hash_table_contains(labels->names, name))
		return;
	if (!is_label(name) || !is_label(value) ||
		labels->text->len + strlen(NAMESPACE) + strlen(name) + strlen(value) + 2 >
			FILE_SIZE_MAX - ROOM_BELOW) {
		leave_out(labels, name);
		return;
	}
	g_hash_table_add(labels->names, g_strdup(name));
	g_string_append_printf(labels->text, NAMESPACE "%s=%s\n", name, value);
}

static void add_count(Labels *labels, const char *name, guint n)
{
	g_autofree char *value = g_strdup_printf("%u", n);

	add_label(labels, name, value);
}

static void add_type(Labels *labels, const ExportBackend *backend)
{
	g_autofree char *name = g_strconcat("vhost-user-", backend->type, NULL);

	if (is_type(backend->type))
		add_label(labels, name, "true");
	else
		leave_out(labels, name);
}

static void add_feature(Labels *labels, const ExportBackend *backend, guint i)
{
	g_autofree char *name = NULL;

	if (i >= backend->features->len || !is_type(backend->type))
		return;
	name = g_strconcat("vhost-user-", backend->type, ".",
		(const char *)backend->features->pdata[i], NULL);
	add_label(labels, name, "true");
}

/* In turns, so that a backend with many features leaves room for those of others. */
static void add_features(Labels *labels, const GPtrArray *backends)
{
	for (guint i = 0; i < EXPORT_FEATURES_MAX; i++)
		for (guint j = 0; j < backends->len; j++)
			add_feature(labels, backends->pdata[j], i);
}

char *export_nfd(const Export *export)
{
	g_autofree char *expiry = export_format_time(export->now_s + VALID_S);
	g_autoptr(GHashTable) names =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GString) left_out = g_string_new(NULL);
	Labels labels = {g_string_new(NULL), names, left_out, 0};

	g_string_append_printf(labels.text,
		"# vhost-probe " VHOST_PROBE_VERSION " writes this file\n"
		"# +expiry-time=%s\n",
		expiry);
	add_label(&labels, "vhost-probe.sandbox", export->sandbox);
	add_count(&labels, "vhost-probe.failed", export->n_failed);
	add_count(&labels, "vhost-probe.undecided", export->n_undecided);
	for (guint i = 0; i < export->backends->len; i++) {
		const ExportBackend *backend = export->backends->pdata[i];

		if (export_is_usable(backend))
			add_type(&labels, backend);
	}
	add_features(&labels, export->backends);
	g_string_append(labels.text, left_out->str);
	if (labels.n_left_out > NAMED_MAX || export->n_left_out)
		g_string_append_printf(labels.text, "# left out: %u more\n",
			labels.n_left_out - MIN(labels.n_left_out, NAMED_MAX) +
				export->n_left_out);
	return g_string_free(labels.text, FALSE);
}
