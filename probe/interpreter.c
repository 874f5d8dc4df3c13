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

/* A file, of which the first bytes are read: linkers put there what is of interest. */
typedef struct {
	int fd;
	size_t length;
	char bytes[2048];
} Head;

/* Returns: whether there are as many bytes at @offset. */
static bool get_bytes(const Head *head, uint64_t offset, void *to, size_t size)
{
	if (offset <= head->length && size <= head->length - offset) {
		memcpy(to, head->bytes + offset, size);
		return true;
	}
	return pread(head->fd, to, size, (off_t)offset) == (ssize_t)size;
}

/* Returns: (transfer full) (nullable). */
static char *find_loader(const Head *file)
{
	ElfW(Ehdr) head;
	ElfW(Phdr) part = {.p_type = PT_NULL};

	if (!get_bytes(file, 0, &head, sizeof head) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
		head.e_phentsize != sizeof part || head.e_phnum > PROGRAM_HEADERS_MAX)
		return NULL;
	for (unsigned i = 0; i < head.e_phnum && part.p_type != PT_INTERP; i++)
		if (!get_bytes(file, head.e_phoff + i * sizeof part, &part, sizeof part))
			return NULL;
	if (part.p_type == PT_INTERP && part.p_filesz > 1 && part.p_filesz <= PATH_MAX) {
		g_autofree char *loader = g_malloc0(part.p_filesz + 1);

		if (get_bytes(file, part.p_offset, loader, part.p_filesz))
			return g_steal_pointer(&loader);
	}
	return NULL;
}

/* Returns: (transfer full) (nullable): what the kernel starts in the place of the program
 * behind @fd. */
static char *find_next(int fd, bool *ret_script)
{
	Head head = {.fd = fd};
	ssize_t length = fd < 0 ? -1 : pread(fd, head.bytes, sizeof head.bytes, 0);
	char *script;

	*ret_script = false;
	if (length < 0)
		return NULL;
	head.length = (size_t)length;
	script = stamps_parse_interpreter(head.bytes, head.length);
	*ret_script = script != NULL;
	return script ? script : find_loader(&head);
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

bool interpreter_is_starter(int program, GHashTable *known)
{
	bool script;
	g_autofree char *next = find_next(program, &script);

	for (int i = 0; next && i < INTERPRETERS_MAX; i++) {
		struct stat st;
		autofd fd = -1;

		if (is_starter(next, known))
			return true;
		fd = script ? file_open_regular(AT_FDCWD, next, &st, NULL) : -1;
		g_free(next);
		next = find_next(fd, &script);
	}
	return false;
}
