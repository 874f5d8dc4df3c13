// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the headers of an ELF file say, of any class and byte order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of a file, the first bytes that were read already: linkers put there what is of
 * interest. Both stay the caller's. */
typedef struct {
	int fd;
	const char *head;
	size_t length;
	/* filled in by elf_file_read() */
	unsigned bits; /* 32 or 64 */
	bool big_endian;
	unsigned type, machine; /* ET_..., EM_... */
	uint64_t segments_at;
	unsigned n_segments, segment_size;
} ElfFile;

/* Returns: whether it is an ELF file with a whole header. */
bool elf_file_read(ElfFile *file);

/* Returns: (transfer full) (nullable): the path of its loader. */
char *elf_file_find_loader(const ElfFile *file);

/* Returns: how many bytes it must have at least, as its headers say. */
uint64_t elf_file_find_end(const ElfFile *file);

/* Returns: (transfer full): the name of the machine that it is for. */
char *elf_file_name_machine(const ElfFile *file);
