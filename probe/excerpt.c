// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Chooses from a program's words the line that says why it failed. What it wrote comes
 * in, one line goes out.
 *
 * Each line has a rank by its level, if it has one as in a log, and by the words in it.
 * The first of the highest rank is taken: what follows is mostly the consequence. Only
 * where a runtime reports an exception is the last line the one. A line that ends with a
 * colon is continued by the next. What only decides how it looks on a terminal is removed
 * first.
 *
 * A wrong choice does no harm: all of it is in the JSON document.
 */
#include "probe/excerpt.h"

#include <string.h>

#include "common/shorten.h"
#include "probe/log-level.h"
#include "probe/terminal.h"

/* Bytes of a line in a reason. */
#define LINE_MAX_LENGTH 200

#define OPTION "print-capabilities"

typedef enum {
	RANK_NONE,    /* says nothing */
	RANK_NOISE,   /* of a library, or for developers */
	RANK_ASIDE,   /* a warning, or belongs to the line before */
	RANK_PLAIN,   /* anything else */
	RANK_MENTION, /* has a word for errors, which need not be of one */
	RANK_FAILURE, /* something did not work */
	RANK_ERROR,   /* calls itself an error */
	RANK_DEATH,   /* a runtime's last words */
	RANK_OPTION,  /* is about the option that we gave */
} Rank;

/* ---- words; of a line in lower case, the first row that is found counts ---- */

typedef struct {
	const char *words;
	Rank rank;
} Row;

/* Whatever else is in the line. */
static const Row noise[] = {
	{"-warning **",
		RANK_NOISE}, /* GLib's libraries; without "-" the program itself */
	{"-critical **", RANK_NOISE},
	{"-message: ", RANK_NOISE},
	{"-info: ", RANK_NOISE},
	{"-debug: ", RANK_NOISE},
	{"libegl warning", RANK_NOISE},
	{"libgl error", RANK_NOISE},
	{"libgl:", RANK_NOISE},
	{"mesa: ", RANK_NOISE},
	{"mesa-loader: ", RANK_NOISE},
	{"mesa warning", RANK_NOISE},
	{"libva ", RANK_NOISE},
	{"fontconfig ", RANK_NOISE},
	{"alsa lib ", RANK_NOISE},
	{"xlib:", RANK_NOISE},
	{"qstandardpaths", RANK_NOISE},
	{"vm warning:", RANK_NOISE},
	{"picked up java_tool_options", RANK_NOISE},
	{"cannot be preloaded", RANK_NOISE},
	{"setlocale", RANK_NOISE},
	{"setting locale failed", RANK_NOISE},
	{"deprecationwarning", RANK_NOISE},
	{"rust_backtrace", RANK_NOISE},
	{"node:internal/", RANK_NOISE},
};

static const Row meanings[] = {
	{"warning", RANK_ASIDE},
	/* The program goes on. */
	{"(ignored)", RANK_ASIDE},
	{"ignoring", RANK_ASIDE},
	{"(optional)", RANK_ASIDE},
	{"skipping", RANK_ASIDE},
	{"falling back", RANK_ASIDE},
	{"non-fatal", RANK_ASIDE},
	{"not fatal", RANK_ASIDE},
	/* Runtimes, loaders, the C library. */
	{"panicked at ", RANK_DEATH},
	{"panic: ", RANK_DEATH},
	{"fatal error: ", RANK_DEATH},
	{"exception in thread ", RANK_DEATH},
	{"unhandled exception", RANK_DEATH},
	{"uncaught ", RANK_DEATH},
	{"what(): ", RANK_DEATH},
	{"while loading shared libraries", RANK_DEATH},
	{"loading shared library", RANK_DEATH},
	{"symbol lookup error", RANK_DEATH},
	{"relocating ", RANK_DEATH},
	{": version `", RANK_DEATH},
	{"assertion ", RANK_DEATH},
	{"sanitizer: ", RANK_DEATH},
	{"stack smashing", RANK_DEATH},
	{"out of memory", RANK_DEATH},
	{"error: ", RANK_ERROR},
	{"error [err_", RANK_ERROR}, /* Node */
	{"fatal error", RANK_ERROR},
	{"critical error", RANK_ERROR},
	{"terminate called", RANK_FAILURE},
	{"cannot", RANK_FAILURE},
	{"can't", RANK_FAILURE},
	{"can not", RANK_FAILURE},
	{"could not", RANK_FAILURE},
	{"couldn't", RANK_FAILURE},
	{"unable", RANK_FAILURE},
	{"fail", RANK_FAILURE},
	{"denied", RANK_FAILURE},
	{"not permitted", RANK_FAILURE},
	{"not allowed", RANK_FAILURE},
	{"not found", RANK_FAILURE},
	{"no such ", RANK_FAILURE},
	{"not supported", RANK_FAILURE},
	{"unsupported", RANK_FAILURE},
	{"does not exist", RANK_FAILURE},
	{"doesn't exist", RANK_FAILURE},
	{"invalid", RANK_FAILURE},
	{"illegal", RANK_FAILURE},
	{"missing", RANK_FAILURE},
	{"required", RANK_FAILURE},
	{"refused", RANK_FAILURE},
	{"unavailable", RANK_FAILURE},
	{"abort", RANK_FAILURE},
	{"must ", RANK_FAILURE},
	{"bad ", RANK_FAILURE},
	{"mismatch", RANK_FAILURE},
	{"corrupt", RANK_FAILURE},
	{"timed out", RANK_FAILURE},
	{"not available", RANK_FAILURE},
	{"busy", RANK_FAILURE},
	{"i/o error", RANK_FAILURE},
	{"input/output error", RANK_FAILURE},
	{"error while", RANK_FAILURE},
	{"error opening", RANK_FAILURE},
	{"error loading", RANK_FAILURE},
	{"error reading", RANK_FAILURE},
	{"error creating", RANK_FAILURE},
	{"error initiali", RANK_FAILURE},
	/* Talk of errors that are none. */
	{"no error", RANK_ASIDE},
	{"without error", RANK_ASIDE},
	{" 0 error", RANK_ASIDE},
	{"errors: 0", RANK_ASIDE},
	{"error count", RANK_ASIDE},
	{"error handl", RANK_ASIDE},
	{"error report", RANK_ASIDE},
	{"error log", RANK_ASIDE},
	{"panic handl", RANK_ASIDE},
	{"error", RANK_MENTION},
	{"fatal", RANK_MENTION},
	{"critical", RANK_MENTION},
	{"panic", RANK_MENTION},
};

static Rank look_up(const Row *rows, size_t n, const char *lower)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(lower, rows[i].words))
			return rows[i].rank;
	return RANK_NONE;
}

/* ---- kinds of lines ---- */

/* Notes of a compiler's kind, and a shell's with -x. */
static bool is_chatter(const char *lower)
{
	return g_str_has_prefix(lower, "note:") || g_str_has_prefix(lower, "+ ") ||
	       g_str_has_prefix(lower, "++ ");
}

/* Of a list of options, which names each, known or not. */
static bool is_usage(const char *lower)
{
	return g_str_has_prefix(lower, "usage") || *lower == '-' ||
	       g_str_has_prefix(lower, "[-");
}

/* Whether @option in @line is where the program repeats how it was called. */
static bool is_echo(const char *line, const char *option)
{
	const char *end = option, *start;

	while (end > line && strchr("-'\"`,[ \t", end[-1]))
		end--;
	start = end;
	while (start > line && start[-1] != ' ')
		start--;
	return end > start && end[-1] != ':' && memchr(start, '/', (size_t)(end - start));
}

/* "NameError: ", "java.io.IOException: ". */
static bool is_exception(const char *line)
{
	static const char *const ends[] = {"Error", "Exception", "Interrupt", "Exit"};
	size_t length = 0;

	while (g_ascii_isalnum(line[length]) ||
		(length && line[length] && strchr("._$", line[length])))
		length++;
	for (size_t i = 0; line[length] == ':' && i < G_N_ELEMENTS(ends); i++)
		if (length >= strlen(ends[i]) && strncmp(line + length - strlen(ends[i]),
							 ends[i], strlen(ends[i])) == 0)
			return true;
	return false;
}

/* ---- the option ---- */

static bool has_noun(const char *at)
{
	static const char *const nouns[] = {"option", "arg", "flag", "switch",
		"parameter", "command", "predicate", "operand"};
	const char *comma = at + strcspn(at, ":;,.('\"`");

	for (size_t i = 0; i < G_N_ELEMENTS(nouns); i++) {
		const char *noun = strstr(at, nouns[i]);

		if (noun && noun < comma)
			return true;
	}
	return false;
}

/* Whether the line says of something on the command line that it is not known, in the
 * words of getopt, argparse, clap, Go, GOption, Boost, Getopt::Long, picocli, ... */
static bool says_unknown(const char *lower)
{
	static const char *const before[] = {"unknown ", "unrecognized ", "unrecognised ",
		"unexpected ", "invalid ", "illegal ", "bad ", "no such ", "undefined ",
		"unsupported ", "unused ", "extra "};
	static const char *const behind[] = {"provided but not defined",
		"which wasn't expected", "was not expected", "is not expected",
		"not recognized", "not recognised", "does not exist",
		"is not a valid option", "is not a known option", "is unknown",
		"is not understood", "there is no "};

	for (size_t i = 0; i < G_N_ELEMENTS(before); i++) {
		const char *at = strstr(lower, before[i]);

		if (at && has_noun(at))
			return true;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(behind); i++)
		if (strstr(lower, behind[i]))
			return true;
	return false;
}

/* getopt() without long options takes ours for the short one "-". */
static bool is_short_dash(const char *lower)
{
	const char *option = strstr(lower, "option --");

	option = option ? option + strlen("option --") : "x";
	option += strspn(option, " '\"`");
	return *option == '\0' || (*option == '-' && !g_ascii_isalnum(option[1]));
}

/* Whether @lower says so of ours, and not of one that a wrapper has given. */
static bool says_unknown_of_ours(const char *lower)
{
	return says_unknown(lower) && (strstr(lower, OPTION) || is_short_dash(lower));
}

static bool is_about_option(const char *line, const char *lower)
{
	const char *option = strstr(lower, OPTION);

	return option && !is_usage(lower) && !is_echo(line, line + (option - lower));
}

/* ---- choosing ---- */

/* @line: without blanks around it; @indented: there were some. */
static Rank rank_of(const char *line, bool indented, bool *ret_unknown)
{
	g_autofree char *lower = g_ascii_strdown(line, -1);
	LogLevel level = log_level_of(line);
	Rank rank;

	*ret_unknown = says_unknown_of_ours(lower);
	if (*ret_unknown)
		return RANK_OPTION;
	if (!strpbrk(lower, "abcdefghijklmnopqrstuvwxyz0123456789") &&
		g_utf8_strlen(lower, -1) == (glong)strlen(lower))
		return RANK_NONE;
	if (level == LOG_LEVEL_INFO || is_chatter(lower) ||
		(indented && g_str_has_prefix(lower, "at ")))
		return RANK_NOISE;
	if (!indented && is_about_option(line, lower))
		return RANK_OPTION;
	rank = look_up(noise, G_N_ELEMENTS(noise), lower);
	if (rank != RANK_NONE)
		return rank;
	if (is_usage(lower))
		return indented ? RANK_ASIDE : RANK_PLAIN;
	if (!indented && is_exception(line))
		return RANK_DEATH;
	if (level == LOG_LEVEL_WARNING)
		return RANK_ASIDE;
	rank = look_up(meanings, G_N_ELEMENTS(meanings), lower);
	if (level == LOG_LEVEL_ERROR)
		rank = MAX(rank, RANK_ERROR);
	if (rank == RANK_NONE)
		return indented ? RANK_ASIDE : RANK_PLAIN;
	return indented && rank == RANK_ERROR ? RANK_FAILURE : rank;
}

typedef struct {
	char **lines;
	size_t best;
	Rank rank;
	bool unknown;
} Choice;

static bool is_indented(const char *line)
{
	return *line == ' ' || *line == '\t';
}

/* "Traceback (most recent call last):" and what belongs to it: its last line is the first
 * that is not indented. Returns: its index, or that of the last line. */
static size_t find_last_of_traceback(char **lines, size_t i)
{
	while (lines[i + 1] && is_indented(lines[i + 1]))
		i++;
	return lines[i + 1] ? i + 1 : i;
}

static Choice choose(const char *text)
{
	g_autofree char *plain = terminal_strip(text);
	Choice choice = {.lines = g_strsplit(plain, "\n", -1)};

	for (size_t i = 0; choice.lines[i]; i++) {
		bool indented = is_indented(choice.lines[i]), unknown = false;
		bool last = strstr(choice.lines[i], "Traceback (most recent call last)");
		g_autofree char *line = NULL;
		Rank rank;

		if (last)
			i = find_last_of_traceback(choice.lines, i);
		line = g_strstrip(g_strdup(choice.lines[i]));
		last = last || (!indented && g_str_has_prefix(line, "Caused by: "));
		rank = !*line || shorten_is_mark(line)
			       ? RANK_NONE
			       : rank_of(line, indented, &unknown);
		if (last && rank != RANK_NONE)
			rank = MAX(rank, RANK_DEATH);
		if (rank > choice.rank || (last && rank == choice.rank)) {
			choice.best = i;
			choice.rank = rank;
			choice.unknown = unknown;
		}
	}
	return choice;
}

/* Appends the lines that a colon at the end of the best one announces: one, or those that
 * are indented. */
static char *join(const Choice *choice)
{
	GString *joined = g_string_new(g_strstrip(choice->lines[choice->best]));
	char **line = choice->lines + choice->best + 1;
	bool colon = g_str_has_suffix(joined->str, ":");

	while (colon && *line && **line && !shorten_is_mark(*line) &&
		joined->len <= LINE_MAX_LENGTH) {
		bool indented = is_indented(*line);

		g_string_append_c(joined, ' ');
		g_string_append(joined, g_strstrip(*line));
		colon = indented && is_indented(line[1] ? line[1] : "");
		line++;
	}
	return g_string_free(joined, FALSE);
}

/* Cuts @line, which it takes, at a character. */
static char *cut(char *line)
{
	g_autofree char *whole = line;
	const char *end = line + LINE_MAX_LENGTH;

	if (strlen(line) <= LINE_MAX_LENGTH)
		return g_steal_pointer(&whole);
	end = g_utf8_find_prev_char(line, end + 1);
	return g_strdup_printf("%.*s...", (int)(end - line), line);
}

void excerpt_clear(Excerpt *excerpt)
{
	g_free(excerpt->line);
}

void excerpt_choose(const char *err, const char *out, Excerpt *ret_excerpt)
{
	Choice of_err = choose(err), of_out = choose(out);
	const Choice *best = of_err.rank <= RANK_NOISE && of_out.rank > of_err.rank
				     ? &of_out
				     : &of_err;

	ret_excerpt->line = best->rank == RANK_NONE ? NULL : cut(join(best));
	ret_excerpt->unknown_option = best->unknown;
	g_strfreev(of_err.lines);
	g_strfreev(of_out.lines);
}

char *excerpt_line_with(const char *text, const char *words)
{
	g_autofree char *plain = terminal_strip(text);
	g_auto(GStrv) lines = g_strsplit(plain, "\n", -1);

	for (char **line = lines; *line; line++) {
		bool indented = is_indented(*line), unknown;

		g_strstrip(*line);
		if (strstr(*line, words) &&
			rank_of(*line, indented, &unknown) > RANK_NOISE)
			return cut(g_strdup(*line));
	}
	return NULL;
}

/* ---- a place ---- */

/* Characters around the place that are shown of a long line. */
#define BEFORE_PLACE 40
#define BEHIND_PLACE 60

char *excerpt_at(const char *text, size_t offset)
{
	const char *at = text + offset, *start = at, *end = at;
	g_autofree char *raw = NULL, *line = NULL;
	bool cut_start, cut_end;

	for (int i = 0; i < BEFORE_PLACE && start > text; i++) {
		const char *before = g_utf8_prev_char(start);

		if (*before == '\n')
			break;
		start = before;
	}
	for (int i = 0; i < BEHIND_PLACE && *end && *end != '\n'; i++)
		end = g_utf8_next_char(end);
	cut_start = start > text && start[-1] != '\n';
	cut_end = *end && *end != '\n';
	raw = g_strndup(start, (gsize)(end - start));
	line = g_strstrip(terminal_strip(raw));
	if (!*line)
		return NULL;
	return g_strdup_printf(
		"%s%s%s", cut_start ? "..." : "", line, cut_end ? "..." : "");
}

char *excerpt_at_bytes(const char *text, size_t length, const char *at)
{
	g_autofree char *before = g_utf8_make_valid(text, at - text);
	g_autofree char *behind = g_utf8_make_valid(at, (gssize)length - (at - text));
	g_autofree char *whole = g_strconcat(before, behind, NULL);

	return excerpt_at(whole, strlen(before));
}
