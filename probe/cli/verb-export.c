// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * export: what list knows, for the software that looks after many hosts. The whole text
 * of a file in the format that it reads goes to stdout or, with --output, takes the place
 * of that file.
 *
 * What is undecided is exported as undecided, and never as absent. If the work cannot be
 * done at all, nothing is written, and the previous file stays.
 */
#include "probe/cli/verbs.h"

#include <fnmatch.h>
#include <unistd.h>

#include "probe/cli/export.h"
#include "probe/cli/output.h"
#include "probe/cli/replace-file.h"

/* The name, what it is for, the patterns of the names by which its reader finds files
 * (the second may be NULL), and what to say of others. */
/* clang-format off */
#define FORMATS(ROW) \
	ROW(nfd, "node labels, for Node Feature Discovery", "*", NULL, \
		"Node Feature Discovery reads no file whose name begins with a dot") \
	ROW(prometheus, "metrics, for node_exporter's textfile collector", "*.prom", NULL, \
		"node_exporter reads only files that are named *.prom") \
	ROW(ansible, "facts, for Ansible and Facter", "*.fact", "*.json", \
		"Ansible reads only files that are named *.fact, and Facter *.json")

static const VerbAction actions[] = {
#define ROW(name, about, pattern, other, advice) {#name, about, 0},
	FORMATS(ROW)
#undef ROW
	{0},
};

typedef struct {
	char *(*print)(const Export *export);
	const char *patterns[3];
	const char *advice;
} Format;

/* Each at the place of its action. */
static const Format formats[] = {
#define ROW(name, about, pattern, other, advice) \
	{export_##name, {pattern, other, NULL}, advice},
	FORMATS(ROW)
#undef ROW
};
/* clang-format on */

static bool is_read(const Format *format, const char *path)
{
	g_autofree char *name = g_path_get_basename(path);

	for (const char *const *pattern = format->patterns; *pattern; pattern++)
		if (fnmatch(*pattern, name, FNM_PERIOD) == 0)
			return true;
	return false;
}

/* Returns: whether @text (consumed) is there. */
static bool consume_text(const Options *options, const Format *format, char *text)
{
	FileCaller caller = file_caller(geteuid(), getegid(), NULL);
	g_autoptr(GError) error = NULL;

	if (!options->output)
		print_answer(text, -1);
	else if (!replace_file(options->output, text, &caller, &error))
		report_error(error->message);
	else if (!is_read(format, options->output))
		consume_remark(
			options, g_strdup_printf("vhost-probe: %s\n", format->advice));
	g_free(text);
	return !error;
}

static int run(const Options *options)
{
	const Format *format = &formats[options->action - actions];
	g_autoptr(VpResult) result = probe(options, VP_MODE_LIST);
	bool written = true;
	int status;

	if (!result)
		return STATUS_FAILED;
	/* Otherwise nothing was looked at, and the previous file says more. */
	if (!vp_result_get_unreadable(result)) {
		g_autoptr(Export) export =
			export_new(result, g_get_real_time() / G_USEC_PER_SEC);

		written = consume_text(options, format, format->print(export));
		/* Also where remarks are not wanted, as in a service. */
		if (options->quiet && output_is_unavailable(result))
			report_error("the sandbox is not available, so some backends are "
				     "undecided; see vhost-probe list");
	}
	status = report_obstacles(options, result);
	return written ? status : STATUS_FAILED;
}

const Verb verb_export = {
	.name = "export",
	.about = "print this host's backends for fleet software",
	.help = "Prints the text of the file that this software reads or, with "
		"--output,\n"
		"replaces that file. A backend of which nothing is known, because it "
		"could not\n"
		"be run, is exported as undecided.\n",
	.run = run,
	.takes = TAKES_SEARCH | TAKES_RUN | TAKES_CACHE | TAKES_CACHE_DIR | TAKES_QUIET |
		 TAKES_OUTPUT,
	.actions = actions,
};
