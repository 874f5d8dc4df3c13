// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A descriptor comes in, what can be shown there comes out. Where a terminal does not say
 * how wide it is, and COLUMNS does not either, 80 cells are assumed.
 */
#include "probe/cli/screen.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <glib.h>

#define WIDTH_DEFAULT 80
#define WIDTH_MAX     10000
/* Below this nothing can be read anyhow. */
#define WIDTH_MIN 20

/* As shells and people set it; what is no width counts as unset. */
static size_t width_of_environment(void)
{
	const char *columns = secure_getenv("COLUMNS");
	guint64 width = 0;

	if (!columns ||
		!g_ascii_string_to_unsigned(columns, 10, 1, WIDTH_MAX, &width, NULL))
		return 0;
	return (size_t)width;
}

/* A terminal that nobody has opened yet does not say. */
size_t screen_line(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col ? size.ws_col
								: WIDTH_DEFAULT;
}

/* Of the environment's locale; the process keeps its own. */
static bool shows_unicode(void)
{
	locale_t locale = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
	bool unicode = locale &&
		       g_ascii_strcasecmp(nl_langinfo_l(CODESET, locale), "UTF-8") == 0;

	if (locale)
		freelocale(locale);
	return unicode;
}

bool screen_takes_escapes(void)
{
	const char *term = secure_getenv("TERM");

	return term && *term && !g_str_equal(term, "dumb");
}

Screen screen_look(int fd, bool color)
{
	Screen screen = {.color = color};

	if (!isatty(fd))
		return screen;
	screen.width = width_of_environment();
	if (!screen.width)
		screen.width = screen_line(fd);
	screen.width = MAX(screen.width, WIDTH_MIN);
	screen.unicode = shows_unicode();
	return screen;
}
