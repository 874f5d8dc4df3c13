// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Metrics in Prometheus' text format, for node_exporter's textfile collector. All are
 * gauges. Each family has its HELP and TYPE, and a sample of it always has all labels; no
 * sample has a timestamp, which the collector refuses.
 *
 * No two samples have the same labels, for which the collector would refuse all files:
 * of the files that are exported no two have the same path.
 */
#include "probe/cli/export.h"

#include "common/text.h"

/* A label: a name, and text from anywhere. */
typedef struct {
	const char *name;
	const char *value; /* NULL: the empty one */
} Label;

static void append_family(GString *text, const char *name, const char *help)
{
	g_string_append_printf(text,
		"# HELP vhost_probe_%s %s\n"
		"# TYPE vhost_probe_%s gauge\n",
		name, help, name);
}

/* Two that differ still differ: text_escape() doubles each backslash. */
static void append_value(GString *text, const char *value)
{
	g_autofree char *line = text_escape(value, -1);

	for (const char *p = line; *p; p++) {
		if (*p == '"' || *p == '\\')
			g_string_append_c(text, '\\');
		g_string_append_c(text, *p);
	}
}

/* @labels: ended by one without a name. */
static void append_sample(
	GString *text, const char *name, const Label *labels, gint64 value)
{
	const char *before = "{";

	g_string_append_printf(text, "vhost_probe_%s", name);
	for (; labels && labels->name; labels++) {
		g_string_append_printf(text, "%s%s=\"", before, labels->name);
		append_value(text, labels->value ? labels->value : "");
		g_string_append_c(text, '"');
		before = ",";
	}
	g_string_append_printf(
		text, "%s %" G_GINT64_FORMAT "\n", *before == ',' ? "}" : "", value);
}

static void append_single(GString *text, const char *name, const char *help, gint64 value)
{
	append_family(text, name, help);
	append_sample(text, name, NULL, value);
}

static void append_sandbox(GString *text, const Export *export)
{
	append_family(text, "sandbox_level",
		"Whether backends were asked at this level of the sandbox.");
	for (const char *const *state = export_sandbox_states; *state; state++)
		append_sample(text, "sandbox_level",
			(const Label[]){{"level", *state}, {NULL}},
			g_str_equal(*state, export->sandbox));
}

/* Verdicts that no file has are included: an alert needs the series before something
 * happens. */
static void append_verdicts(GString *text, const Export *export)
{
	append_family(text, "files", "Manifests and other files that were seen.");
	for (VpVerdict verdict = 0; verdict < EXPORT_N_VERDICTS; verdict++)
		if (vp_verdict_stage(verdict) != VP_STAGE_NONE &&
			(vp_verdict_stage(verdict) != VP_STAGE_MATCH ||
				verdict == VP_VERDICT_MATCH))
			append_sample(text, "files",
				(const Label[]){
					{"verdict", vp_verdict_name(verdict)}, {NULL}},
				export->counts[verdict]);
}

static void append_backend(
	GString *text, const char *name, const ExportBackend *backend, bool value)
{
	append_sample(text, name,
		(const Label[]){{"type", backend->type}, {"manifest", backend->manifest},
			{"program", backend->program},
			{"verdict", vp_verdict_name(backend->verdict)}, {NULL}},
		value);
}

/* Both with the same labels, so that a query can subtract one from the other. */
static void append_backends(GString *text, const Export *export)
{
	append_family(text, "backend_usable",
		"Whether a backend works; the verdict says why it does not.");
	for (guint i = 0; i < export->backends->len; i++) {
		const ExportBackend *backend = export->backends->pdata[i];

		append_backend(
			text, "backend_usable", backend, export_is_usable(backend));
	}
	append_family(text, "backend_undecided",
		"Whether it is unknown if a backend works, whatever the verdict.");
	for (guint i = 0; i < export->backends->len; i++) {
		const ExportBackend *backend = export->backends->pdata[i];

		append_backend(text, "backend_undecided", backend, backend->is_undecided);
	}
}

static void append_features(GString *text, const Export *export)
{
	append_family(text, "feature", "A feature of a backend that works.");
	for (guint i = 0; i < export->backends->len; i++) {
		const ExportBackend *backend = export->backends->pdata[i];

		for (guint j = 0; j < backend->features->len; j++)
			append_sample(text, "feature",
				(const Label[]){{"type", backend->type},
					{"feature", backend->features->pdata[j]},
					{"manifest", backend->manifest},
					{"program", backend->program}, {NULL}},
				1);
	}
}

char *export_prometheus(const Export *export)
{
	GString *text = g_string_new(NULL);

	append_family(text, "info", "The version of vhost-probe that wrote this.");
	append_sample(text, "info",
		(const Label[]){{"version", VHOST_PROBE_VERSION}, {NULL}}, 1);
	append_sandbox(text, export);
	append_single(text, "failed", "Backends that are announced but do not work.",
		export->n_failed);
	append_single(text, "undecided",
		"Backends that are undecided, and directories that could not be read.",
		export->n_undecided);
	append_single(text, "left_out",
		"Backends and features left out because there are too many, or their "
		"names are too long.",
		export->n_left_out);
	append_verdicts(text, export);
	append_backends(text, export);
	append_features(text, export);
	append_single(text, "export_timestamp_seconds", "When this was written.",
		export->now_s);
	append_single(text, "oldest_answer_timestamp_seconds",
		"When the backend with the oldest answer was asked.", export->oldest_s);
	return g_string_free(text, FALSE);
}
