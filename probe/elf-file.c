// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reads the headers of ELF files. They are bytes from anywhere: nothing is believed
 * except as a place to read from, and what is not there is not found.
 */
#include "probe/elf-file.h"

#include <elf.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include <glib.h>

#ifndef EM_LOONGARCH /* musl 1.2.3 */
#define EM_LOONGARCH 258
#endif

/* As the kernel. */
#define SEGMENTS_MAX_BYTES (64 * 1024)

/* Where a member of both classes' structs is, and how long it is. */
typedef struct {
	size_t at[2], size[2];
} Member;

#define MEMBER(type, member)                                                      \
	{                                                                         \
		{offsetof(Elf32_##type, member), offsetof(Elf64_##type, member)}, \
		{                                                                 \
			sizeof(((Elf32_##type *)NULL)->member),                   \
				sizeof(((Elf64_##type *)NULL)->member),           \
		}                                                                 \
	}

static const Member e_type = MEMBER(Ehdr, e_type), e_machine = MEMBER(Ehdr, e_machine),
		    e_phoff = MEMBER(Ehdr, e_phoff), e_phnum = MEMBER(Ehdr, e_phnum),
		    e_phentsize = MEMBER(Ehdr, e_phentsize),
		    p_type = MEMBER(Phdr, p_type), p_offset = MEMBER(Phdr, p_offset),
		    p_filesz = MEMBER(Phdr, p_filesz);

/* Returns: whether there are as many bytes at @offset. */
static bool get_bytes(const ElfFile *file, uint64_t offset, void *to, size_t size)
{
	if (offset <= file->length && size <= file->length - offset) {
		memcpy(to, file->head + offset, size);
		return true;
	}
	return pread(file->fd, to, size, (off_t)offset) == (ssize_t)size;
}

static uint64_t get_member(const ElfFile *file, const char *from, Member member)
{
	int class = file->bits == 64;
	size_t size = member.size[class];
	const unsigned char *bytes = (const unsigned char *)from + member.at[class];
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value = value << 8 | bytes[file->big_endian ? i : size - 1 - i];
	return value;
}

bool elf_file_read(ElfFile *file)
{
	char header[sizeof(Elf64_Ehdr)] = "";

	if (file->length < EI_NIDENT || memcmp(file->head, ELFMAG, SELFMAG) != 0)
		return false;
	file->bits = file->head[EI_CLASS] == ELFCLASS32 ? 32 : 64;
	file->big_endian = file->head[EI_DATA] == ELFDATA2MSB;
	if (!get_bytes(file, 0, header,
		    file->bits == 64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr)))
		return false;
	file->type = (unsigned)get_member(file, header, e_type);
	file->machine = (unsigned)get_member(file, header, e_machine);
	file->segments_at = get_member(file, header, e_phoff);
	file->n_segments = (unsigned)get_member(file, header, e_phnum);
	file->segment_size = (unsigned)get_member(file, header, e_phentsize);
	return true;
}

typedef struct {
	uint64_t type, offset, size;
} Segment;

static bool get_segment(const ElfFile *file, unsigned i, Segment *ret_segment)
{
	size_t size = file->bits == 64 ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);
	char bytes[sizeof(Elf64_Phdr)];

	if (i >= file->n_segments || file->segment_size != size ||
		file->n_segments > SEGMENTS_MAX_BYTES / size ||
		!get_bytes(file, file->segments_at + i * size, bytes, size))
		return false;
	ret_segment->type = get_member(file, bytes, p_type);
	ret_segment->offset = get_member(file, bytes, p_offset);
	ret_segment->size = get_member(file, bytes, p_filesz);
	return true;
}

char *elf_file_find_loader(const ElfFile *file)
{
	Segment segment;

	for (unsigned i = 0; get_segment(file, i, &segment); i++) {
		g_autofree char *loader = NULL;

		if (segment.type != PT_INTERP)
			continue;
		if (segment.size <= 1 || segment.size > PATH_MAX)
			return NULL;
		loader = g_malloc0(segment.size + 1);
		return get_bytes(file, segment.offset, loader, segment.size)
			       ? g_steal_pointer(&loader)
			       : NULL;
	}
	return NULL;
}

uint64_t elf_file_find_end(const ElfFile *file)
{
	uint64_t end =
		file->segments_at + (uint64_t)file->n_segments * file->segment_size;
	Segment segment;

	for (unsigned i = 0; get_segment(file, i, &segment); i++)
		if (segment.type == PT_LOAD || segment.type == PT_INTERP)
			end = MAX(end, segment.offset + segment.size);
	return end;
}

/* ---- machines ---- */

#define LITTLE 1u
#define BIG    2u
#define EITHER (LITTLE | BIG)

static const struct {
	unsigned machine, bits, order;
	const char *name;
} machines[] = {
	{EM_X86_64, 64, EITHER, "x86-64"},
	{EM_X86_64, 32, EITHER, "x32"},
	{EM_386, 32, EITHER, "i386"},
	{EM_AARCH64, 64, LITTLE, "aarch64"},
	{EM_AARCH64, 64, BIG, "aarch64_be"},
	{EM_ARM, 32, LITTLE, "arm"},
	{EM_ARM, 32, BIG, "armeb"},
	{EM_RISCV, 64, EITHER, "riscv64"},
	{EM_RISCV, 32, EITHER, "riscv32"},
	{EM_PPC64, 64, LITTLE, "ppc64le"},
	{EM_PPC64, 64, BIG, "ppc64"},
	{EM_PPC, 32, EITHER, "ppc"},
	{EM_S390, 64, EITHER, "s390x"},
	{EM_S390, 32, EITHER, "s390"},
	{EM_LOONGARCH, 64, EITHER, "loongarch64"},
	{EM_MIPS, 64, LITTLE, "mips64el"},
	{EM_MIPS, 64, BIG, "mips64"},
	{EM_MIPS, 32, LITTLE, "mipsel"},
	{EM_MIPS, 32, BIG, "mips"},
	{EM_SPARCV9, 64, EITHER, "sparc64"},
	{EM_SPARC, 32, EITHER, "sparc"},
	{EM_ALPHA, 64, EITHER, "alpha"},
	{EM_PARISC, 32, EITHER, "hppa"},
	{EM_IA_64, 64, EITHER, "ia64"},
	{EM_68K, 32, EITHER, "m68k"},
	{EM_SH, 32, EITHER, "sh4"},
	{EM_BPF, 64, EITHER, "eBPF"},
};

char *elf_file_name_machine(const ElfFile *file)
{
	unsigned order = file->big_endian ? BIG : LITTLE;

	for (size_t i = 0; i < G_N_ELEMENTS(machines); i++)
		if (machines[i].machine == file->machine &&
			machines[i].bits == file->bits && (machines[i].order & order))
			return g_strdup(machines[i].name);
	return g_strdup_printf("machine number %u", file->machine);
}
