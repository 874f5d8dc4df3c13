// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A user who waits wants to know for what: names come first, then how many others there
 * are. A line that does not fit would be wrapped, and could no longer be wiped; so it is
 * made to fit. Where the terminal cannot wipe a line, or nobody looks, nothing is
 * written.
 */
#include "probe/cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "common/text.h"
#include "probe/cli/cells.h"
#include "probe/cli/screen.h"

#define AFTER_US (500 * 1000)
#define EVERY_US (200 * 1000)

#define WIPE "\r\033[K"

/* Shortens @text to @width cells at most. */
static void cut(GString *text, size_t width)
{
	g_string_truncate(text, cells_fit(text->str, width));
}

/* Returns: (transfer full): the names of programs at these paths. */
static char **find_names(const char *const *waiting)
{
	guint n = g_strv_length((char **)waiting);
	char **names = g_new0(char *, n + 1);

	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_path_get_basename(waiting[i]);

		names[i] = text_escape(name, -1);
	}
	return names;
}

/* Appends as many names as fit; at least one. Returns: whether that fits. */
static bool append_names(GString *line, char **names, size_t width)
{
	gsize length = line->len;
	guint n = g_strv_length(names);
	bool fits;

	do {
		g_autofree char *list = text_list((const char *const *)names, n);

		g_string_truncate(line, length);
		g_string_append(line, list);
		fits = cells_count(line->str) <= width;
	} while (!fits && --n > 0);
	return fits;
}

/* Returns: (transfer full): the line about programs, which fits: with as many names as
 * there is room for, and how many others there are. */
static char *make_line(gint64 elapsed_us, size_t done, size_t total,
	const char *const *waiting, size_t width)
{
	g_auto(GStrv) names = find_names(waiting);
	double seconds = (double)elapsed_us / 1e6;
	GString *line = g_string_new(NULL);

	g_string_printf(
		line, "%.1f s, %zu of %zu programs have ended", seconds, done, total);
	if (*names)
		g_string_append(line, "; waiting for ");
	if (*names && !append_names(line, names, width)) {
		g_string_printf(line, "%.1f s, waiting for ", seconds);
		append_names(line, names, width);
	}
	cut(line, width);
	return g_string_free(line, FALSE);
}

/* In the last column some terminals wrap already. */
static size_t find_width(void)
{
	return MAX(screen_line(STDERR_FILENO) - 1, 1);
}

void progress_start(Progress *progress, bool quiet)
{
	*progress = (Progress){
		.wanted = !quiet && isatty(STDERR_FILENO) && screen_takes_escapes(),
		.start = g_get_monotonic_time(),
	};
}

/* Returns: how long it has lasted, if that is to be shown now, or 0. */
static gint64 find_due(Progress *progress)
{
	gint64 now = g_get_monotonic_time();
	gint64 elapsed = now - progress->start;

	if (!progress->wanted || elapsed < AFTER_US || now - progress->shown < EVERY_US)
		return 0;
	progress->shown = now;
	return elapsed;
}

/* A VpProgress. @user_data: a Progress. */
static void show_programs(
	size_t done, size_t total, const char *const *waiting, void *user_data)
{
	Progress *progress = user_data;
	gint64 elapsed = find_due(progress);
	g_autofree char *line = NULL;

	if (!elapsed)
		return;
	line = make_line(elapsed, done, total, waiting, find_width());
	fprintf(stderr, WIPE "%s", line);
}

void progress_follow(Progress *progress, VpRequest *request, bool quiet)
{
	progress_start(progress, quiet);
	if (!progress->wanted)
		return;
	vp_request_set_progress(request, show_programs, progress);
}

void progress_show(Progress *progress, const char *what)
{
	gint64 elapsed = find_due(progress);
	g_autoptr(GString) line = g_string_new(NULL);

	if (!elapsed)
		return;
	g_string_printf(line, "%.1f s, waiting %s", (double)elapsed / 1e6, what);
	cut(line, find_width());
	fprintf(stderr, WIPE "%s", line->str);
}

void progress_wipe(Progress *progress)
{
	if (progress->shown)
		fputs(WIPE, stderr);
	progress->shown = 0;
}
