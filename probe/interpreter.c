// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looks for programs whose interpreter or loader is /proc/self/exe. The kernel follows
 * that link before it has replaced the process that executes, and so would start the
 * sandbox's own program inside, with arguments of the backend's choice. It can do nothing
 * there that the backend cannot; but what came of it would be called the backend's
 * answer.
 *
 * Files are bytes from anywhere. What is not understood is left to the kernel.
 */
#include "probe/interpreter.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <glib.h>

#include "common/autofd.h"
#include "common/file.h"
#include "probe/cache/stamps.h"

/* As the kernel: an interpreter may be a script, and so on; the last one has a loader. */
#define INTERPRETERS_MAX 6

#define PROGRAM_HEADERS_MAX (64 * 1024 / sizeof(ElfW(Phdr)))

/* Returns: (transfer full) (nullable). */
static char *find_loader(const char *path)
{
	struct stat st;
	autofd fd = file_open_regular(AT_FDCWD, path, &st, NULL);
	ElfW(Ehdr) head;
	ElfW(Phdr) part = {.p_type = PT_NULL};

	if (fd < 0 || pread(fd, &head, sizeof head, 0) != sizeof head ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_phentsize != sizeof part || head.e_phnum > PROGRAM_HEADERS_MAX)
		return NULL;
	for (unsigned i = 0; i < head.e_phnum && part.p_type != PT_INTERP; i++)
		if (pread(fd, &part, sizeof part,
			    (off_t)(head.e_phoff + i * sizeof part)) != sizeof part)
			return NULL;
	if (part.p_type == PT_INTERP && part.p_filesz > 1 && part.p_filesz <= PATH_MAX) {
		g_autofree char *loader = g_malloc0(part.p_filesz + 1);

		if (pread(fd, loader, part.p_filesz, (off_t)part.p_offset) ==
			(ssize_t)part.p_filesz)
			return g_steal_pointer(&loader);
	}
	return NULL;
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

/* The second alone would name a Python that has this library loaded, and whose backend is
 * a script for it. */
static bool is_own_program(const char *path)
{
	struct stat own, st;

	return stat(path, &st) == 0 && stat("/proc/self/exe", &own) == 0 &&
	       st.st_dev == own.st_dev && st.st_ino == own.st_ino;
}

bool interpreter_is_starter(const char *real_path)
{
	char at[PATH_MAX];
	bool more = realpath(real_path, at);

	for (int i = 0; more && i < INTERPRETERS_MAX; i++) {
		g_autofree char *script = stamps_find_interpreter(at);
		g_autofree char *loader = script ? NULL : find_loader(at);
		const char *next = script ? script : loader;

		if (next && has_magic_link(next) && is_own_program(next))
			return true;
		more = script && realpath(script, at);
	}
	return false;
}
