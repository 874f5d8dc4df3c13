// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * One entry of the cache: what came of running one program, and all that it depends on.
 * As text it is one flat JSON object.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cache/stamps.h"
#include "probe/vhost-probe.h"

/* Bytes; a longer one is not kept, and not read. */
#define CACHE_ENTRY_MAX (128 * 1024)

/* All strings are owned, and UTF-8. */
typedef struct {
	char *generator;
	char *boot_id;
	/* whose it is: compared, for the file's name is only a digest of it */
	char *real_path;
	char *argv0;
	char *profile;
	/* what it depends on: see Stamps */
	char *program;
	char *interpreter, *interpreter_file; /* NULL: not a script */
	char *ld_so_cache;
	char *devices;
	/* how it was made */
	char **layers;      /* of the sandbox, that held */
	gint64 made_us;     /* the run did not start before; CLOCK_BOOTTIME */
	gint64 lifetime_us; /* 0: until the next boot */
	gint64 timeout_us;  /* that the program was given */
	/* what came of it: see SandboxResult */
	char *outcome;
	gint64 exit_status, signal, errnum, duration_us;
	gint64 doubtful; /* it may have gone without something: 1, else 0 */
	char *out, *err;
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
 * if it may be one of another version, with nothing else filled in.
 */
VpStale cache_entry_parse(const char *text, size_t length, CacheEntry *ret_entry);

/* Returns: (transfer full) (nullable): the text of an entry; NULL if it cannot be kept:
 * it has bytes that are not UTF-8, or is too long. */
char *cache_entry_format(const CacheEntry *entry);

/* Fills in what came of a run, and what it ran in; all of which
 * cache_entry_clear_result() clears, and nothing else. */
void cache_entry_set_result(CacheEntry *entry, const SandboxResult *result);

void cache_entry_clear_result(CacheEntry *entry);

/* Returns: whether @entry holds a result, which borrows from it, and what it ran in: bits
 * of SANDBOX_LAYER_BIT. */
bool cache_entry_get_result(
	const CacheEntry *entry, SandboxResult *ret_result, uint32_t *ret_held);
