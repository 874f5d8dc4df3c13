// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is exported to the software that looks after many hosts: the part of a result that
 * every format has, and the formats, which are pure functions from that to text.
 *
 * Whatever a program prints, the number of names is bounded, and so is the length of
 * each: a line in a file here is a time series in a database there, for each of a
 * thousand hosts.
 */
#pragma once

#include <glib.h>

#include "probe/vhost-probe.h"

#define EXPORT_BACKENDS_MAX 256
#define EXPORT_FEATURES_MAX 64  /* of one backend */
#define EXPORT_NAME_MAX     128 /* bytes of a type or feature */

/* A file that announces a backend, or should. All strings are the result's. Not the
 * reason: it may quote what a program said, which only its caller may know. */
typedef struct {
	const char *manifest; /* its path; of a program that was given, that one's */
	const char *type;     /* or NULL: unknown */
	const char *program;  /* or NULL: unknown */
	VpVerdict verdict;    /* VP_VERDICT_MATCH: it can be used */
	bool is_undecided;    /* the verdict may be another one next time: it could not be
			       * run, or its failure could not be confirmed */
	GPtrArray *features;  /* of const char *: of one that can be used; those that the
			       * specification knows come first */
} ExportBackend;

#define EXPORT_N_VERDICTS (VP_VERDICT_SELECTED + 1)

typedef struct {
	/* Of ExportBackend *: those that can be used, then the others, both in order of
	 * precedence. Masked files, and files that are not manifests, are not among them.
	 */
	GPtrArray *backends;
	guint counts[EXPORT_N_VERDICTS]; /* of all files */
	guint n_failed;
	/* Backends that are undecided, and directories that could not be read. If there
	 * are any, this host may have more than is listed. */
	guint n_undecided;
	guint n_left_out; /* backends and features, beyond the bounds */
	/* One of export_sandbox_states: the lowest level at which a backend was asked. */
	const char *sandbox;
	gint64 now_s, oldest_s; /* real time: now, and of the oldest answer */
} Export;

/* NULL-terminated: the levels; "unavailable", if it was needed and this host has none;
 * "untried", if there was nothing to run. */
extern const char *const export_sandbox_states[];

/* @result: of VP_MODE_LIST, has to live as long. Returns: (transfer full): to be freed by
 * export_free(). */
Export *export_new(const VpResult *result, gint64 now_s);
void export_free(Export *export);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Export, export_free)

static inline bool export_is_usable(const ExportBackend *backend)
{
	return backend->verdict == VP_VERDICT_MATCH;
}

/* Returns: (transfer full): @time_s as RFC 3339 has it, in UTC. */
char *export_format_time(gint64 time_s);

/* All (transfer full): the text of a whole file. */

/* Labels, as the local source of Node Feature Discovery reads them. */
char *export_nfd(const Export *export);

/* Metrics, as the textfile collector of node_exporter reads them. */
char *export_prometheus(const Export *export);

/* A JSON object, which Ansible and Facter take for facts. */
char *export_ansible(const Export *export);
