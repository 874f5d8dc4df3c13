// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the programs of this folder share: writing a text whole, and reading the command
 * line as QEMU's programs do. Only the long forms of the real options are known here.
 */
#pragma once

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Writes all of @text to @fd; a reader that went away ends the program. */
static inline void say(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t written = write(fd, text, left);

		if (written < 0)
			_exit(EXIT_FAILURE);
		text += written;
		left -= (size_t)written;
	}
}

/* Returns: whether @arg is @option, by itself or as @option=VALUE. */
static inline bool is_option(const char *arg, const char *option)
{
	size_t length = strlen(option);

	return strncmp(arg, option, length) == 0 && (!arg[length] || arg[length] == '=');
}

/* Returns: whether @option is among the arguments. */
static inline bool given(int argc, char **argv, const char *option)
{
	for (int i = 1; i < argc; i++)
		if (is_option(argv[i], option))
			return true;
	return false;
}

/*
 * Returns: the first option that is neither --print-capabilities nor in @known, a list
 * that ends in NULL; or NULL. Words without a dash are values of options, or ignored.
 */
static inline const char *unknown_option(int argc, char **argv, const char *const *known)
{
	for (int i = 1; i < argc; i++) {
		const char *const *option = known;

		while (*option && !is_option(argv[i], *option))
			option++;
		if (!*option && argv[i][0] == '-' &&
			!is_option(argv[i], "--print-capabilities"))
			return argv[i];
	}
	return NULL;
}

/*
 * As GLib's parser does in vhost-user-input, -blk, -scsi and -gpu: an unknown option is
 * an error even beside --print-capabilities.
 */
static inline void refuse_unknown_options(int argc, char **argv, const char *const *known)
{
	const char *unknown = unknown_option(argc, argv, known);

	if (unknown) {
		say(STDERR_FILENO, "Option parsing failed: Unknown option ");
		say(STDERR_FILENO, unknown);
		say(STDERR_FILENO, "\n");
		exit(EXIT_FAILURE);
	}
}

/* Where the real program would begin to serve a guest. Returns: the exit status. */
static inline int serve_nothing(int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		say(STDOUT_FILENO, argv[i]);
		say(STDOUT_FILENO, i + 1 < argc ? " " : ": a fake, serves nothing\n");
	}
	return EXIT_SUCCESS;
}
