// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Hostile backends, one function per behaviour (rows.h), chosen by the name the program
 * is called by. This file has what they share: saying what they found, and the bait that
 * the test has laid out; and a healthy one, which looks whether others have left
 * something.
 *
 * Those that attack print which of their attempts succeeded as features, after "tried",
 * which says that they came that far. They read the targets of their attacks from a file
 * "bait" beside the program. Everything here is bounded by itself too, in case that the
 * sandbox under test does not bound it.
 */
#include "tests/hostile/backend/backend.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *own_path;

/* ---- saying ---- */

void say_bytes(int fd, const void *bytes, size_t length)
{
	const char *p = bytes;

	while (length) {
		ssize_t n = write(fd, p, length);

		if (n < 0)
			_exit(1);
		p += n;
		length -= (size_t)n;
	}
}

void say(const char *text)
{
	say_bytes(1, text, strlen(text));
}

static char features[16 * 1024] = "\"tried\"";

/* Notes that an attempt succeeded which must not. */
void breach(const char *format, ...)
{
	size_t length = strlen(features);
	va_list arguments;

	length += (size_t)snprintf(features + length, sizeof features - length, ", \"");
	va_start(arguments, format);
	length += (size_t)vsnprintf(
		features + length, sizeof features - length, format, arguments);
	va_end(arguments);
	snprintf(features + length, sizeof features - length, "\"");
}

bool has_breach(const char *text)
{
	return strstr(features, text) != NULL;
}

void tell(void)
{
	say("{\"type\": \"hostile\", \"features\": [");
	say(features);
	say("]}\n");
}

/* ---- bait ---- */

static char bait_text[4096];

const char *bait(const char *key)
{
	static char values[8][512];
	static int turn;
	char *value = values[turn++ % 8];
	char path[4096];
	size_t length = strlen(key);
	FILE *file;

	snprintf(path, sizeof path, "%.*s/bait", (int)(strrchr(own_path, '/') - own_path),
		own_path);
	if (!*bait_text && (file = fopen(path, "re"))) {
		size_t n = fread(bait_text, 1, sizeof bait_text - 1, file);

		bait_text[n] = '\0';
		fclose(file);
	}
	for (char *line = bait_text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, key, length) == 0 && line[length] == '=') {
			line += length + 1;
			snprintf(value, sizeof values[0], "%.*s",
				(int)strcspn(line, "\n"), line);
			return value;
		}
	}
	say_bytes(2, "no bait\n", 8);
	_exit(99);
}

int bait_number(const char *key)
{
	return atoi(bait(key));
}

/* A path below the caller's home. */
const char *at_home(const char *name)
{
	static char path[1024];

	snprintf(path, sizeof path, "%s/%s", bait("home"), name);
	return path;
}

/* ---- where it is ---- */

/* There is one of its own where it is called home. */
bool has_tmp(void)
{
	const char *home = getenv("HOME");

	return home && strcmp(home, "/tmp") == 0;
}

/* ---- the table ---- */

static const struct {
	const char *name;
	void (*run)(void);
} behaviours[] = {
#define BEHAVIOUR(name, function, ...) {name, function},
#include "tests/hostile/rows.h"
#undef BEHAVIOUR
};

int main(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');

	own_path = argv[0];
	name = name ? name + 1 : argv[0];
	for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
		if (strcmp(behaviours[i].name, name) == 0) {
			behaviours[i].run();
			return 0;
		}
	}
	if (has_tmp())
		look_at_tmp();
	tell();
	return 0;
}
