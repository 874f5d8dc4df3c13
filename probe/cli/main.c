// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * vhost-probe: words in, an answer on stdout, everything else on stderr, an exit status.
 *
 * What the library does not do is done here: read the environment, write, exit.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/text.h"
#include "probe/cli/configuration.h"
#include "probe/cli/options.h"
#include "probe/cli/output.h"
#include "probe/cli/progress.h"
#include "probe/cli/verbs.h"

const Verb *const verbs[] = {
	&verb_select,
	&verb_list,
	&verb_explain,
	&verb_check,
	&verb_refresh,
	&verb_exec,
	&verb_export,
	&verb_cache,
	&verb_help,
	&verb_version,
	&verb_complete,
	NULL,
};

/* How SIGXFSZ was handled before this program ignored it. */
static void (*sigxfsz_before)(int);

void restore_signals(void)
{
	signal(SIGXFSZ, sigxfsz_before);
}

VpResult *probe(const Options *options, VpMode mode)
{
	g_autoptr(GError) error = NULL;
	VpRequest *request = options->request;
	Progress progress;
	VpResult *result;

	if (!configure(options, &error)) {
		report_error(error->message);
		return NULL;
	}
	progress_follow(&progress, request, options->quiet);
	vp_request_set_mode(request, mode);
	result = vp_probe(request, &error);
	progress_wipe(&progress);
	if (!result)
		report_error(error->message);
	return result;
}

int report_error(const char *message)
{
	g_autofree char *escaped = text_escape(message, -1);

	fprintf(stderr, "vhost-probe: %s\n", escaped);
	return STATUS_FAILED;
}

bool print_json(const Options *options, const VpResult *result)
{
	g_autofree char *json = options->json ? output_json(result) : NULL;

	if (json)
		print_answer(json, -1);
	return json != NULL;
}

/* Why the answer could not be written: the errno of the first write that failed, since
 * later ones have their own. */
static int answer_errno;

static void note_written(bool written)
{
	if (!written && !answer_errno)
		answer_errno = errno;
}

void print_answer(const char *text, gssize length)
{
	size_t wanted = length < 0 ? strlen(text) : (size_t)length;

	note_written(fwrite(text, 1, wanted, stdout) == wanted);
}

void consume_remark(const Options *options, char *text)
{
	/* Where both go to the same place the answer comes first. */
	if (!options->quiet && *text) {
		note_written(fflush(stdout) == 0);
		fputs(text, stderr);
	}
	g_free(text);
}

void remark_on_choice(const Options *options, const VpResult *result)
{
	const Screen screen = screen_look(STDERR_FILENO, false);

	consume_remark(options, options->verbose ? output_explanation(result, &screen)
						 : output_passed_over(result, &screen));
}

static VpMode mode_of(const VpResult *result)
{
	return vp_request_get_mode(vp_result_get_request(result));
}

static bool is_select(const VpResult *result)
{
	return mode_of(result) == VP_MODE_FIRST || mode_of(result) == VP_MODE_ALL;
}

/* An explanation, on whichever stream, has said all of it already. */
static bool is_explained(const Options *options, const VpResult *result)
{
	return is_select(result) ? options->verbose
				 : mode_of(result) == VP_MODE_EXPLAIN && !options->json;
}

static bool prints_no_table(const Options *options)
{
	return options->json || options->verb == &verb_export;
}

/* Whether stderr has the directories anyway, with what was found there. */
static bool shows_search(const Options *options, const VpResult *result)
{
	bool is_list = mode_of(result) == VP_MODE_LIST;

	if (is_explained(options, result) || (is_list && prints_no_table(options)))
		return is_select(result);
	return output_finds_nothing(result) && !output_names_nothing(result) &&
	       !vp_result_is_blocked(result) && !output_is_unavailable(result);
}

/* One that was named by --dir, and is most likely mistyped. */
static void report_missing_dirs(const Options *options, const VpResult *result)
{
	if (!vp_request_search_is_named(vp_result_get_request(result)))
		return;
	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++) {
		const VpSearchDir *dir = vp_result_get_search_dir(result, i);
		g_autofree char *path = text_escape(vp_search_dir_get_path(dir), -1);

		if (!vp_search_dir_is_found(dir))
			consume_remark(options,
				g_strdup_printf(
					"vhost-probe: %s does not exist\n", path));
	}
}

static void report_cache_error(const VpResult *result)
{
	g_autofree char *text = output_cache_error(result);

	fputs(text, stderr);
}

/* A user's entries are written and read all the same. */
static void remark_on_shared_cache(const Options *options)
{
	const VpRequest *request = options->request;

	for (gsize i = 0; i < vp_request_get_n_cache_places(request); i++) {
		const VpCachePlace *place = vp_request_get_cache_place(request, i);
		g_autoptr(GError) error = NULL;

		if (vp_cache_place_get_use(place) == VP_PLACE_SHARED &&
			!vp_cache_place_count(place, NULL, &error))
			consume_remark(options, output_shared_error(error->message));
	}
}

/* What a table does not show: nothing at all, or what was not asked for. */
static void report_unlisted(
	const Options *options, const VpResult *result, const Screen *screen)
{
	g_autofree char *nothing = output_nothing_listed(result, screen);

	if (*nothing)
		consume_remark(options, g_steal_pointer(&nothing));
	else
		consume_remark(options, output_others(result));
}

int report_obstacles(const Options *options, const VpResult *result)
{
	VpCacheMode mode = vp_request_get_cache(vp_result_get_request(result));
	const Screen screen = screen_look(STDERR_FILENO, false);

	for (gsize i = 0; i < vp_result_get_n_search_dirs(result); i++) {
		const VpSearchDir *dir = vp_result_get_search_dir(result, i);

		if (vp_search_dir_get_error(dir) &&
			(!options->quiet || dir == vp_result_get_unreadable(result))) {
			g_autofree char *path =
				text_escape(vp_search_dir_get_path(dir), -1);

			fprintf(stderr, "vhost-probe: cannot read %s: %s\n", path,
				vp_search_dir_get_error(dir));
		}
	}
	if (vp_result_get_unreadable(result))
		return STATUS_FAILED;
	if (!shows_search(options, result))
		report_missing_dirs(options, result);
	/* Where writing was asked for, it is an error; where only this directory was, it
	 * explains why every call runs programs. */
	if (vp_result_get_cache_error(result) && mode == VP_CACHE_REFRESH)
		report_cache_error(result);
	else if (vp_result_get_cache_error(result) &&
		 (options->verbose || options->cache_dir))
		consume_remark(options, output_cache_error(result));
	if (mode == VP_CACHE_REFRESH || (mode == VP_CACHE_AUTO && options->verbose))
		remark_on_shared_cache(options);
	if (mode == VP_CACHE_ONLY && vp_result_is_blocked(result)) {
		consume_remark(options, output_not_cached(result, &screen));
		return STATUS_NOT_CACHED;
	}
	if (vp_result_is_blocked(result) || output_is_unavailable(result)) {
		consume_remark(options,
			output_sandbox_unavailable(result, options->words, &screen));
		return STATUS_FAILED;
	}
	return STATUS_DONE;
}

int report(const Options *options, const VpResult *result)
{
	const Screen screen = screen_look(STDERR_FILENO, false);
	int status = report_obstacles(options, result);

	if (status != STATUS_DONE)
		return status;
	if (mode_of(result) == VP_MODE_LIST) {
		if (!options->json)
			report_unlisted(options, result, &screen);
		consume_remark(options, output_hint(result, &screen));
	}
	if (!vp_result_get_selected(result) && mode_of(result) != VP_MODE_LIST &&
		!is_explained(options, result))
		consume_remark(options, output_no_match(result, &screen));
	/* What fails in the sandbox is not to become this process without it. */
	consume_remark(options,
		output_doubt(result, options->words,
			options->verb == &verb_exec && !options->print ? "--print" : NULL,
			&screen));
	return vp_result_get_selected(result) || mode_of(result) == VP_MODE_LIST
		       ? STATUS_DONE
		       : STATUS_NO_MATCH;
}

/* An answer that could not be written is no answer. */
static int finish(int status)
{
	note_written(fflush(stdout) == 0);
	if (!answer_errno)
		return status;
	fprintf(stderr, "vhost-probe: cannot write the answer: %s\n",
		g_strerror(answer_errno));
	return STATUS_FAILED;
}

int main(int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	Options options;
	int status;

	/* A limit on the size of files (ulimit -f) is an error of the call that meets it.
	 */
	sigxfsz_before = signal(SIGXFSZ, SIG_IGN);
	if (options_parse(argv, &options, &error))
		status = options.verb->run(&options);
	else
		status = report_error(error->message);
	options_clear(&options);
	return finish(status);
}
