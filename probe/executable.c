// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Looks into programs as the kernel does, to say what an errno value does not. A path
 * comes in, words go out. Nothing here decides anything.
 */
#include "probe/executable.h"

#include <elf.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/file.h"
#include "common/text.h"
#include "probe/elf-file.h"
#include "probe/excerpt.h"

/* What the kernel reads of a program to find out what it is (BINPRM_BUF_SIZE). */
#define KERNEL_HEAD 256

typedef struct {
	int fd;
	uint64_t size;
	size_t length;
	char bytes[KERNEL_HEAD + 1]; /* ends in NUL */
} Head;

static void head_clear(Head *head)
{
	close_fd(&head->fd);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Head, head_clear)

/* Returns: whether it is a file that can be read. */
static bool read_head(const char *path, Head *head)
{
	struct stat st;
	ssize_t length;

	*head = (Head){.fd = file_open_regular(AT_FDCWD, path, &st, NULL)};
	length = head->fd < 0 ? -1 : pread(head->fd, head->bytes, KERNEL_HEAD, 0);
	if (length < 0)
		return false;
	head->size = (uint64_t)st.st_size;
	head->length = (size_t)length;
	return true;
}

/* ---- ELF ---- */

/* Returns: whether it is an ELF file whose header can be read. */
static bool read_elf(const char *path, Head *head, ElfFile *file)
{
	bool read = read_head(path, head);

	*file = (ElfFile){.fd = head->fd, .head = head->bytes, .length = head->length};
	return read && elf_file_read(file);
}

char *executable_explain_machine(const char *real_path)
{
	g_autofree char *name = NULL, *own_name = NULL;
	g_auto(Head) head = {.fd = -1}, own_head = {.fd = -1};
	ElfFile file, own;

	if (!read_elf(real_path, &head, &file) ||
		!read_elf("/proc/self/exe", &own_head, &own) ||
		(own.machine == file.machine && own.bits == file.bits &&
			own.big_endian == file.big_endian))
		return NULL;
	name = elf_file_name_machine(&file);
	own_name = elf_file_name_machine(&own);
	return g_strdup_printf("is a %u-bit program for %s, and this machine is %s",
		file.bits, name, own_name);
}

static char *explain_cut(uint64_t size, uint64_t needed)
{
	return g_strdup_printf(
		"is cut off: it has %" PRIu64 " of %" PRIu64 " bytes", size, needed);
}

char *executable_explain_end(const char *real_path)
{
	g_auto(Head) head = {.fd = -1};
	ElfFile file;

	return read_elf(real_path, &head, &file) && elf_file_find_end(&file) > head.size
		       ? explain_cut(head.size, elf_file_find_end(&file))
		       : NULL;
}

static char *explain_elf(const Head *head)
{
	ElfFile file = {.fd = head->fd, .head = head->bytes, .length = head->length};

	if (!elf_file_read(&file))
		return g_strdup("is an ELF file that is cut off within its first header");
	if (file.type == ET_REL)
		return g_strdup("is an object file, which is not linked yet");
	if (file.type == ET_CORE)
		return g_strdup("is a core dump");
	if (elf_file_find_end(&file) > head->size)
		return explain_cut(head->size, elf_file_find_end(&file));
	return g_strdup("is an ELF file that the kernel does not understand; it may be "
			"damaged");
}

/* ---- scripts ---- */

static bool is_script(const Head *head)
{
	return g_str_has_prefix(head->bytes, "#!");
}

static bool has_windows_ends(const char *real_path)
{
	g_auto(Head) head = {.fd = -1};
	const char *end;

	if (!read_head(real_path, &head) || !is_script(&head))
		return false;
	end = strchr(head.bytes, '\n');
	return end && end[-1] == '\r';
}

/* A backslash would be doubled where the command is shown, which then could not be
 * copied. */
char *executable_explain_windows_ends(const char *real_path)
{
	g_autofree char *word = text_shell_word_to_copy(real_path);

	if (!has_windows_ends(real_path))
		return NULL;
	return g_strdup_printf("the script has Windows line endings%s%s",
		word ? "; to remove them: sed -i 's/[[:cntrl:]]$//' " : "",
		word ? word : "");
}

/* Returns: (nullable): NULL where the line is as it should be. */
static char *explain_script(const Head *head)
{
	const char *start = head->bytes + 2 + strspn(head->bytes + 2, " \t");
	const char *end = start + strcspn(start, " \t\n");

	if (end == start)
		return g_strdup("has no interpreter in its #! line");
	if (end == head->bytes + KERNEL_HEAD)
		return g_strdup_printf("has a #! line that is too long: the kernel reads "
				       "%d bytes",
			KERNEL_HEAD);
	return NULL;
}

/* ---- anything else ---- */

/* As the beginning of a file. */
static const struct {
	const char *magic;
	size_t length;
	const char *is;
} formats[] = {
#define FORMAT(magic, is)                    \
	{                                    \
		magic, sizeof(magic) - 1, is \
	}
	FORMAT("\xef\xbb\xbf#!", "has a byte order mark before its #!"),
	FORMAT("MZ", "is a program for Windows"),
	FORMAT("\xcf\xfa\xed\xfe", "is a program for macOS"),
	FORMAT("\xca\xfe\xba\xbe", "is a Java class, or a program for macOS"),
	FORMAT("PK\x03\x04", "is a zip or jar archive"),
	FORMAT("\x1f\x8b", "is compressed with gzip"),
	FORMAT("\xfd"
	       "7zXZ",
		"is compressed with xz"),
	FORMAT("\x28\xb5\x2f\xfd", "is compressed with zstd"),
	FORMAT("!<arch>\n", "is an archive (a static library, or a Debian package)"),
	FORMAT("\xed\xab\xee\xdb", "is an RPM package"),
	FORMAT("version https://git-lfs", "is a Git LFS pointer, not the file itself"),
	FORMAT("\0\0\0\0", "begins with zeros: it was not written completely"),
#undef FORMAT
};

static char *explain_other(const Head *head)
{
	g_autofree char *valid =
		g_utf8_make_valid(head->bytes, (gssize)MIN(head->length, 80));
	g_autofree char *line = NULL;
	const char *text = valid + strspn(valid, " \t\r\n");

	for (size_t i = 0; i < G_N_ELEMENTS(formats); i++)
		if (head->length >= formats[i].length &&
			memcmp(head->bytes, formats[i].magic, formats[i].length) == 0)
			return g_strdup(formats[i].is);
	if (text > valid && g_str_has_prefix(text, "#!"))
		return g_strdup(
			"has something before its #!, which must be its first two bytes");
	line = excerpt_at(valid, (size_t)(text - valid));
	if (line && (!text_is_line(line) || strstr(line, "\ufffd")))
		g_clear_pointer(&line, g_free);
	return g_strdup_printf(
		"is neither a script with a #! line nor an ELF program%s%s",
		line ? "; it begins with: " : "", line ? line : "");
}

char *executable_explain_format(const char *real_path)
{
	g_auto(Head) head = {.fd = -1};

	if (!read_head(real_path, &head))
		return NULL;
	if (head.length == 0)
		return g_strdup("is empty");
	if (is_script(&head))
		return explain_script(&head);
	if (head.length >= SELFMAG && memcmp(head.bytes, ELFMAG, SELFMAG) == 0)
		return explain_elf(&head);
	return explain_other(&head);
}
