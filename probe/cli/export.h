// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What other software is told about this host: the part of a result that every format
 * has, and the formats, pure functions from that to text.
 *
 * Nothing of it is more than a bounded number of names of a bounded length, whatever a
 * program prints: what is a line in a file here may be a time series in a database there,
 * for each of a thousand hosts.
 */
#pragma once

#include <glib.h>

#include "probe/vhost-probe.h"

#define EXPORT_BACKENDS_MAX 256
#define EXPORT_FEATURES_MAX 64  /* of one backend */
#define EXPORT_NAME_MAX     128 /* bytes of a type or feature */

/* A file that announces a backend, or should. All strings are the result's. Not the
 * reason: it may quote what a program said to its caller, who alone may know that. */
typedef struct {
	const char *manifest; /* its path; of a program that was given, that one's */
	const char *type;     /* or NULL: unknown */
	const char *program;  /* or NULL: unknown */
	VpVerdict verdict;    /* VP_VERDICT_MATCH: it can be used */
	GPtrArray *features;  /* of const char *: of one that can be used; those that the
			       * specification knows come first */
} ExportBackend;

#define EXPORT_N_VERDICTS (VP_VERDICT_SELECTED + 1)

typedef struct {
	/* Of ExportBackend *: those that can be used, then the others, each in order of
	 * precedence. Masked files and such as are no manifests are not among them. */
	GPtrArray *backends;
	guint counts[EXPORT_N_VERDICTS]; /* of all files */
	guint n_failed;
	/* Of backends and directories about which nothing is known: as long as there are
	 * any, what is missing above may be there. */
	guint n_undecided;
	guint n_left_out; /* backends and features, beyond the bounds */
	/* One of export_sandbox_states: of what is known, the least. */
	const char *sandbox;
	gint64 now_s, oldest_s; /* real time: now, and when the oldest answer was given */
} Export;

/* NULL-terminated: the levels, and where there is none: "unavailable" on this host, or
 * "untried", since there was nothing to run and nothing in the cache. */
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
