// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One entry of the cache: the result of running one program, and all that it depends on.
 * As text it is one field per line, "name value", in the order of a table.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cache/stamps.h"
#include "probe/result.h"

/* Bytes; a longer one is not kept, and not read. */
#define CACHE_ENTRY_MAX (128 * 1024)

/* All strings are UTF-8, and borrow from @text where that is set. */
typedef struct {
	char *text;
	const char *generator;
	const char *boot_id;
	/* whose it is: compared, for the file's name is only a digest of it */
	const char *real_path;
	const char *argv0;
	const char *profile;
	/* what it depends on: see Stamps */
	const char *program;
	const char *directory;
	const char *interpreter, *interpreter_file; /* NULL: not a script */
	const char *ld_so_cache;
	const char *devices;
	/* how it was made */
	uint32_t held;      /* bits of the sandbox's layers */
	gint64 made_us;     /* the run did not start before; CLOCK_BOOTTIME */
	gint64 lifetime_us; /* 0: until the next boot */
	gint64 timeout_us;  /* that the program was given */
	/* the result: see SandboxResult */
	const char *outcome;
	gint64 exit_status, signal, errnum, duration_us;
	gint64 doubtful; /* it may have gone without something: 1, else 0 */
	const char *out, *err;
} CacheEntry;

void cache_entry_clear(CacheEntry *entry);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CacheEntry, cache_entry_clear)

/* Microseconds of CLOCK_BOOTTIME: it counts while the machine sleeps, and nobody sets it.
 */
gint64 cache_entry_now(void);

/* Returns: what an entry of this version has as its generator. */
const char *cache_entry_generator(void);

/*
 * cache_entry_parse:
 * @text: @length bytes from a file
 * @ret_entry: to be cleared by cache_entry_clear() either way
 *
 * Returns: whether it is an entry: VP_STALE_NONE, or VP_STALE_ENTRY; VP_STALE_GENERATOR
 * if it may be one of another version. Nothing is filled in then.
 */
VpStale cache_entry_parse(const char *text, size_t length, CacheEntry *ret_entry);

/*
 * cache_entry_format:
 * @entry: except for @result, and what it ran in, which are filled in here
 *
 * Returns: (transfer full) (nullable): the text of an entry; NULL if it cannot be kept:
 * it has bytes that are not UTF-8, or is too long.
 */
char *cache_entry_format(const CacheEntry *entry, const SandboxResult *result);

/* Returns: whether @entry holds a result, which borrows from it. */
bool cache_entry_get_result(const CacheEntry *entry, SandboxResult *ret_result);
