// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A vhost-user backend without a device: what each has to do around its device, by the
 * conventions of QEMU's docs/interop/vhost-user.rst, so that VM managers can find and
 * start it.
 *
 *   --print-capabilities  prints its type and features as JSON on stdout, and does
 * nothing else
 *   --socket-path=PATH    makes a socket there, and serves the front end that connects
 *   --fd=FDNUM            the same with a socket that was passed on, listening or
 * connected
 *   --help                names these options, by which check looks for them
 *
 * It stays in the foreground. There is no handler for SIGTERM, whose default ends it at
 * once. The exit status is 0 when the front end has hung up, 1 for a failure, 2 for wrong
 * usage; a failure has one line on stderr. A backend of your own has other capabilities
 * and another serve().
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME  "vhost-user-skeleton"
#define USAGE 2

/* What it can do on this host, which may depend on what it finds there. Of the types that
 * have features in the schema (block, gpu, input) libvirt wants the list even if it is
 * empty. */
static const char capabilities[] = "{\"type\": \"rng\", \"features\": []}\n";

static const char help[] = "Usage: " NAME " --socket-path=PATH | --fd=FDNUM\n"
			   "  --socket-path=PATH    listen on this socket\n"
			   "  --fd=FDNUM            serve on this inherited socket\n"
			   "  --print-capabilities  print type and features as JSON\n"
			   "  --help                print this\n";

/* Ends the program with one line, whatever there is in the words that it quotes. */
static _Noreturn void __attribute__((format(printf, 2, 3)))
fail(int status, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (char *at = text; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	fprintf(stderr, NAME ": %s\n", text);
	exit(status);
}

/* The device: the front end's messages come by @connection. */
static void serve(int connection)
{
	char byte;
	ssize_t n = recv(connection, &byte, sizeof(byte), 0);

	if (n < 0)
		fail(EXIT_FAILURE, "the front end: %s", strerror(errno));
	if (n > 0)
		fail(EXIT_FAILURE, "there is no device here to answer the front end");
}

static int parse_fd(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);
	struct stat stat;

	/* Neither blanks nor a sign. */
	if (!isdigit((unsigned char)*text) || *end || number > INT_MAX)
		fail(USAGE, "--fd: not the number of a descriptor: \"%s\"", text);
	if (fstat((int)number, &stat) < 0)
		fail(USAGE, "--fd=%ld: %s", number, strerror(errno));
	if (!S_ISSOCK(stat.st_mode))
		fail(USAGE, "--fd=%ld: is no socket", number);
	return (int)number;
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct stat stat;
	int fd;

	/* An empty one would be an abstract address. */
	if (!*path || strlen(path) >= sizeof(address.sun_path))
		fail(USAGE, "--socket-path: has 1 to %zu bytes, not %zu",
			sizeof(address.sun_path) - 1, strlen(path));
	memcpy(address.sun_path, path, strlen(path) + 1);
	/* An earlier run has left its socket. Anything else stays. */
	if (lstat(path, &stat) == 0 && S_ISSOCK(stat.st_mode))
		unlink(path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(fd, 1) < 0)
		fail(EXIT_FAILURE, "--socket-path=%s: %s", path, strerror(errno));
	return fd;
}

/* Returns: the connection of the first front end. */
static int wait_for_front_end(int fd)
{
	struct pollfd waiting = {.fd = fd, .events = POLLIN};
	int connection;

	/* What was passed on may be non-blocking. */
	poll(&waiting, 1, -1);
	connection = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	/* It listens to nobody: it is the connection. */
	if (connection < 0 && errno == EINVAL)
		return fd;
	if (connection < 0)
		fail(EXIT_FAILURE, "waiting for the front end: %s", strerror(errno));
	return connection;
}

static int print(const char *text)
{
	if (fputs(text, stdout) == EOF || fflush(stdout) == EOF)
		fail(EXIT_FAILURE, "stdout: %s", strerror(errno));
	return EXIT_SUCCESS;
}

/* Whether @word is the option @name, with or without a value. An abbreviation is not:
 * another option could take it away later. */
static bool is_option(const char *word, const char *name)
{
	size_t length = strlen(name);

	return strncmp(word, name, length) == 0 && (!word[length] || word[length] == '=');
}

int main(int argc, char **argv)
{
	const char *socket_path = NULL, *fd = NULL;

	/* All other options are ignored then. */
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--print-capabilities") == 0)
			return print(capabilities);
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i], *equals = strchr(word, '='), **target;

		if (strcmp(word, "--help") == 0)
			return print(help);
		if (is_option(word, "--socket-path"))
			target = &socket_path;
		else if (is_option(word, "--fd"))
			target = &fd;
		else
			fail(USAGE, "not understood: \"%s\"; see --help", word);
		/* Behind the last word there is NULL. */
		*target = equals ? equals + 1 : argv[++i];
		if (!*target)
			fail(USAGE, "\"%s\": the value is missing", word);
	}
	if (!socket_path == !fd)
		fail(USAGE, "takes one of --socket-path and --fd");
	serve(wait_for_front_end(fd ? parse_fd(fd) : listen_at(socket_path)));
	return EXIT_SUCCESS;
}
