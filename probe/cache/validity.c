// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * How long a result may stand for a run of its program: whether it is worth an entry at
 * all, for how long that lives, and what ends it earlier. Entries and stamps come in;
 * nothing here opens an entry or knows of a request.
 */
#include "probe/cache/cache.h"

#include <errno.h>
#include <string.h>

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

#define LIFETIME_OF_TIMEOUT (1 * MINUTE_US)
#define LIFETIME_OF_FAILURE (10 * MINUTE_US)
/* What a script starts is not known. */
#define LIFETIME_OF_SCRIPT (10 * MINUTE_US)

/* ---- at birth ---- */

bool cache_is_worth_keeping(const SandboxResult *result)
{
	/* Under a limit of the caller's it may have gone without something, which nobody
	 * sees in an answer that is given to others. */
	if (result->outside || result->inherited)
		return false;
	switch (result->outcome) {
	case SANDBOX_UNAVAILABLE:
		return false;
	case SANDBOX_EXEC_FAILED:
		/* What was denied is not kept: directories, groups and mounts may have
		 * denied it, too, of which there is no stamp. */
		return result->errnum == ENOENT || result->errnum == ENOEXEC ||
		       result->errnum == ELOOP || result->errnum == ELIBBAD;
	default:
		return true;
	}
}

gint64 cache_lifetime(const char *interpreter, const SandboxResult *result, bool failed)
{
	if (result->outcome == SANDBOX_TIMED_OUT)
		return LIFETIME_OF_TIMEOUT;
	if (failed)
		return LIFETIME_OF_FAILURE;
	return interpreter ? LIFETIME_OF_SCRIPT : 0;
}

/* ---- afterwards ---- */

static bool is_over(const CacheEntry *entry, gint64 now)
{
	/* Made in the future: the clock is another one. */
	return entry->made_us > now ||
	       (entry->lifetime_us && now - entry->made_us >= entry->lifetime_us);
}

static bool directory_differs(const CacheEntry *entry, Stamper *stamper)
{
	return *entry->directory &&
	       g_strcmp0(entry->directory,
		       stamp_directory(stamper, entry->real_path, NULL, NULL)) != 0;
}

static bool interpreter_differs(const CacheEntry *entry, Stamper *stamper)
{
	const char *now = entry->interpreter
				  ? stamp_file(stamper, entry->interpreter, NULL, NULL)
				  : NULL;

	return g_strcmp0(now, entry->interpreter_file) != 0;
}

VpStale cache_find_end(const CacheEntry *entry, const char *boot_id)
{
	if (!g_str_equal(entry->boot_id, boot_id))
		return VP_STALE_BOOT_ID;
	return is_over(entry, cache_entry_now()) ? VP_STALE_AGE : VP_STALE_NONE;
}

VpStale cache_find_change(const CacheEntry *entry, Stamper *stamper, const char *program,
	const char *ld_so_cache)
{
	if (g_strcmp0(entry->program, program) != 0)
		return VP_STALE_PROGRAM;
	if (directory_differs(entry, stamper))
		return VP_STALE_DIRECTORY;
	if (interpreter_differs(entry, stamper))
		return VP_STALE_INTERPRETER;
	if (!g_str_equal(entry->ld_so_cache, ld_so_cache))
		return VP_STALE_LD_SO_CACHE;
	return VP_STALE_NONE;
}
