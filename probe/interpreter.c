// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looks for programs whose interpreter or loader is /proc/self/exe. The kernel follows
 * that link before it has replaced the process that executes, and so would start the
 * sandbox's own program inside, with arguments of the backend's choice. It can do nothing
 * there that the backend cannot; but the result would be called the backend's
 * answer.
 *
 * Files are bytes from anywhere. What is not understood is left to the kernel.
 */
#include "probe/interpreter.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <glib.h>

#include "common/autofd.h"
#include "common/file.h"
#include "probe/cache/stamps.h"
#include "probe/elf-file.h"

/* As the kernel: an interpreter may be a script, and so on; the last one has a loader. */
#define INTERPRETERS_MAX 6

/* Returns: (transfer full) (nullable): what the kernel starts in the place of the program
 * that @fd leads to. */
static char *find_next(int fd, bool *ret_script)
{
	char bytes[2048]; /* enough for what linkers put first */
	ssize_t length = fd < 0 ? -1 : pread(fd, bytes, sizeof bytes, 0);
	ElfFile file = {.fd = fd, .head = bytes};
	char *script;

	*ret_script = false;
	if (length < 0)
		return NULL;
	file.length = (size_t)length;
	script = stamps_parse_interpreter(bytes, file.length);
	*ret_script = script != NULL;
	if (script)
		return script;
	return elf_file_read(&file) ? elf_file_find_loader(&file) : NULL;
}

char *interpreter_find(const char *path, bool *ret_script)
{
	struct stat st;
	autofd fd = file_open_regular(AT_FDCWD, path, &st, NULL);

	return find_next(fd, ret_script);
}

/* Whether a link of the kernel's own making is on the way: no path, but an open file. */
static bool has_magic_link(const char *path)
{
	struct open_how how = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_NO_MAGICLINKS,
	};
	autofd fd = (int)syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof how);

	return fd < 0 && errno == ELOOP;
}

/* The second by itself would name a Python that has this library loaded, and whose
 * backend is a script for it. */
static bool is_own_program(const char *path)
{
	struct stat own, st;

	return stat(path, &st) == 0 && stat("/proc/self/exe", &own) == 0 &&
	       st.st_dev == own.st_dev && st.st_ino == own.st_ino;
}

/* Most programs have the same loader. */
static bool is_starter(const char *path, GHashTable *known)
{
	gpointer value;
	bool starter;

	if (g_hash_table_lookup_extended(known, path, NULL, &value))
		return GPOINTER_TO_INT(value);
	starter = has_magic_link(path) && is_own_program(path);
	g_hash_table_insert(known, g_strdup(path), GINT_TO_POINTER(starter));
	return starter;
}

InterpreterKind interpreter_judge(
	int program, GHashTable *known, SandboxReach *reach, char **ret_far)
{
	bool script;
	g_autofree char *next = find_next(program, &script);

	*ret_far = NULL;
	for (int i = 0; next && i < INTERPRETERS_MAX; i++) {
		struct stat st;
		autofd fd = -1;

		if (*next == '/' && !g_hash_table_contains(known, next) &&
			sandbox_reach(reach, next) != SANDBOX_REACHED) {
			*ret_far = g_steal_pointer(&next);
			return INTERPRETER_FAR;
		}
		if (is_starter(next, known))
			return INTERPRETER_STARTER;
		fd = script ? file_open_regular(AT_FDCWD, next, &st, NULL) : -1;
		g_free(next);
		next = find_next(fd, &script);
	}
	return INTERPRETER_OTHER;
}

bool interpreter_is_of_script(const char *path)
{
	bool script = false;
	g_autofree char *interpreter = interpreter_find(path, &script);

	return interpreter && script;
}
