// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Who waits wants to know for what: names come first, then how many others there are. A
 * line that does not fit would be wrapped, and then no longer be wiped; so it is made to
 * fit. Where the terminal cannot wipe a line, or nobody looks, nothing is written.
 */
#include "probe/cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/text.h"

#define AFTER_US (500 * 1000)
#define EVERY_US (200 * 1000)

/* Where the terminal does not say. */
#define WIDTH_DEFAULT 80

#define WIPE "\r\033[K"

/* Columns on a terminal. */
static int cells(const char *text)
{
	int n = 0;

	for (; *text; text = g_utf8_next_char(text)) {
		gunichar c = g_utf8_get_char(text);

		n += g_unichar_iszerowidth(c) ? 0 : g_unichar_iswide(c) ? 2 : 1;
	}
	return n;
}

/* Shortens @text to @width columns at most. */
static void cut(GString *text, int width)
{
	while (text->len && cells(text->str) > width)
		g_string_truncate(text,
			(gsize)(g_utf8_prev_char(text->str + text->len) - text->str));
}

/* Returns: (transfer full): "a, b and 3 others": the first @n_named of them. */
static char *name_some(const char *const *waiting, guint n_named)
{
	guint n_others = g_strv_length((char **)waiting) - n_named;
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < n_named; i++) {
		g_autofree char *name = g_path_get_basename(waiting[i]);
		g_autofree char *escaped = text_escape(name, -1);

		g_string_append_printf(text, "%s%s", i ? ", " : "", escaped);
	}
	if (n_others)
		g_string_append_printf(
			text, " and %u other%s", n_others, n_others == 1 ? "" : "s");
	return g_string_free(text, FALSE);
}

/* Appends as many names as fit; at least one. Returns: whether that fits. */
static bool append_names(GString *line, const char *const *waiting, int width)
{
	guint n = 1, n_all = g_strv_length((char **)waiting);
	g_autofree char *names = name_some(waiting, n);
	int left = width - cells(line->str);

	while (n < n_all) {
		char *more = name_some(waiting, n + 1);

		if (cells(more) > left) {
			g_free(more);
			break;
		}
		g_free(names);
		names = more;
		n++;
	}
	g_string_append(line, names);
	return cells(names) <= left;
}

char *progress_line(gint64 elapsed_us, size_t done, size_t total,
	const char *const *waiting, int width)
{
	double seconds = (double)elapsed_us / 1e6;
	GString *line = g_string_new(NULL);

	g_string_printf(
		line, "%.1f s, %zu of %zu programs have ended", seconds, done, total);
	if (*waiting)
		g_string_append(line, "; waiting for ");
	if (*waiting && !append_names(line, waiting, width)) {
		g_string_printf(line, "%.1f s, waiting for ", seconds);
		append_names(line, waiting, width);
	}
	cut(line, width);
	return g_string_free(line, FALSE);
}

static int terminal_width(void)
{
	struct winsize size;

	return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col
		       ? size.ws_col
		       : WIDTH_DEFAULT;
}

void progress_start(Progress *progress, bool quiet)
{
	const char *term = secure_getenv("TERM");

	*progress = (Progress){
		.wanted = !quiet && isatty(STDERR_FILENO) && term && *term &&
			  !g_str_equal(term, "dumb"),
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

void progress_show_programs(
	Progress *progress, size_t done, size_t total, const char *const *waiting)
{
	gint64 elapsed = find_due(progress);
	g_autofree char *line = NULL;

	if (!elapsed)
		return;
	/* In the last column some terminals wrap already. */
	line = progress_line(elapsed, done, total, waiting, MAX(terminal_width() - 1, 1));
	fprintf(stderr, WIPE "%s", line);
}

void progress_show(Progress *progress, const char *what)
{
	gint64 elapsed = find_due(progress);
	g_autoptr(GString) line = g_string_new(NULL);

	if (!elapsed)
		return;
	g_string_printf(line, "%.1f s, waiting %s", (double)elapsed / 1e6, what);
	cut(line, MAX(terminal_width() - 1, 1));
	fprintf(stderr, WIPE "%s", line->str);
}

void progress_wipe(Progress *progress)
{
	if (progress->shown)
		fputs(WIPE, stderr);
	progress->shown = 0;
}
