// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * When an entry is made.
 *
 * An entry is made if nothing that it depends on changed while the program ran, or so
 * shortly before that another change would not show. Failures live for minutes; what was
 * not the program's doing is never kept.
 *
 * Only what root's programs could say to everybody is shared.
 */
#include "probe/cache/cache-private.h"

#include <errno.h>

#include "common/access.h"
#include "probe/cache/dir.h"

/* As cache_note_error(), of a file in the directory that is written, which @error does
 * not name. */
static void note_file_error(Cache *cache, GError *error)
{
	g_prefix_error(&error, "%s/", cache->request->cache_dir);
	cache_note_error(cache, error);
}

/* Likewise: why something was not written that could have been. */
static void G_GNUC_PRINTF(2, 3) note_failure(Cache *cache, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	cache_note_error(cache,
		g_error_new_valist(G_FILE_ERROR, G_FILE_ERROR_FAILED, format, arguments));
	va_end(arguments);
}

/* Returns: whether entries can be written. */
static bool open_for_writing(Cache *cache)
{
	GError *error = NULL;

	if (!cache->request->cache_dir || !cache_look_at_host(cache))
		return false;
	if (cache->tried_to_write)
		return cache->lock_fd >= 0;
	cache->tried_to_write = true;
	if (cache->dir_fd < 0)
		cache->dir_fd = cache_open_dir(cache, cache->request->cache_dir,
			cache->request->cache_dir_is_named ? CACHE_DIR_MAKE
							   : CACHE_DIR_MAKE_PARENTS);
	if (cache->dir_fd < 0)
		return false;
	cache->lock_fd = cache_dir_open_lock(cache->dir_fd, cache->request->uid, &error);
	if (error)
		note_file_error(cache, error);
	return cache->lock_fd >= 0;
}

gint64 cache_prepare(Cache *cache, CacheSlot *slot)
{
	const VpCandidate *candidate = slot->candidate;
	GError *error = NULL;

	if (!open_for_writing(cache))
		return 0;
	cache_name_entry(cache, slot);
	stamps_free(slot->stamps);
	slot->stamps = stamps_take(cache->stamper, candidate->real_path,
		&candidate->program, slot->alone, cache->request->expose, &error);
	if (cache_reading(cache)) {
		g_clear_error(&error);
		return 0;
	}
	if (error)
		cache_note_error(cache, error);
	g_free(slot->program);
	slot->program = slot->stamps ? g_strdup(slot->stamps->program) : NULL;
	return slot->stamps ? stamps_settle_time(slot->stamps) : 0;
}

bool cache_claim(Cache *cache, CacheSlot *slot)
{
	/* What is not to be stored needs no claim. */
	if (!slot->stamps || stamps_settle_time(slot->stamps))
		return true;
	slot->locked = cache_dir_try_lock(cache->lock_fd, slot->name);
	if (slot->locked)
		return true;
	if (errno == EAGAIN || errno == EACCES)
		return false;
	/* Some network file systems have no locks at all. */
	note_failure(cache, "%s: its entry in %s cannot be locked: %s",
		slot->candidate->real_path, cache->request->cache_dir, g_strerror(errno));
	return true;
}

void cache_miss_claim(Cache *cache, const CacheSlot *slot)
{
	note_failure(cache,
		"%s: its entry in %s is locked by another process, which did not release "
		"it within the time limit of a program",
		slot->candidate->real_path, cache->request->cache_dir);
}

void cache_release(Cache *cache, CacheSlot *slot)
{
	if (slot->locked)
		cache_dir_unlock(cache->lock_fd, slot->name);
	slot->locked = false;
}

/* Returns: (transfer full) (nullable): the entry's text. */
static char *make_entry(const Cache *cache, const CacheSlot *slot,
	const SandboxResult *result, bool failed)
{
	const VpCandidate *candidate = slot->candidate;
	const Stamps *stamps = slot->stamps;
	CacheEntry entry = {
		.generator = cache_entry_generator(),
		.boot_id = cache->boot_id,
		.real_path = candidate->real_path,
		.argv0 = candidate->binary,
		.profile = slot->profile,
		.program = stamps->program,
		.directory = stamps->directory,
		.interpreter = stamps->interpreter,
		.interpreter_file = stamps->interpreter_file,
		.ld_so_cache = stamps->ld_so_cache,
		.devices = stamps->devices,
		.made_us = cache_entry_now() -
			   (g_get_monotonic_time() - (gint64)result->start_us),
		.lifetime_us = cache_lifetime(stamps->interpreter, result, failed),
		.timeout_us = (gint64)cache->request->timeout_us,
	};

	return cache_entry_format(&entry, result);
}

static bool are_among(const char *const *paths, char **usual)
{
	for (; paths && *paths; paths++)
		if (!usual || !g_strv_contains((const char *const *)usual, *paths))
			return false;
	return true;
}

/* Whether programs see and may do what they do on this host without any option. */
static bool is_usual(const VpRequest *request)
{
	const VpConfig *config = request->config;

	if (!are_among(request->expose, config ? config->exposed : NULL) ||
		!are_among(request->links, config ? config->links : NULL))
		return false;
	return !request->without && request->sandbox != SANDBOX_LEVEL_NONE;
}

/*
 * Whether the answer is available to everybody: root's program read nothing but what is
 * shown to all, as nobody. Beside the system's trees it sees its siblings, which a closed
 * directory may hide from others; so may one above such a tree that is a link. An entry
 * names the program as its manifest does, and with it directories. A failure may be
 * nobody's own: others may be allowed what it was refused.
 */
static bool is_for_everybody(
	const Cache *cache, const VpCandidate *candidate, bool failed)
{
	return cache->request->uid == 0 && !failed && is_usual(cache->request) &&
	       sandbox_exposes_to_all(cache->request->expose) &&
	       sandbox_is_in_system_tree(cache->profiler, candidate->real_path) &&
	       sandbox_system_trees_are_for_all(cache->profiler) &&
	       access_is_for_all(candidate->real_path) &&
	       access_is_way_for_all(candidate->binary);
}

/* ---- after the run ---- */

/* An entry that is made, and to be written if nothing has changed while the program ran.
 * To see that may take reading all of the program once more. */
typedef struct {
	CacheSlot *slot;
	char *text;
	bool failed;
	Stamper *now; /* of after the run */
} Keeping;

static void keeping_free(void *data)
{
	Keeping *keeping = data;

	g_free(keeping->text);
	stamper_free(keeping->now);
	g_free(keeping);
}

void cache_clear_keeping(Cache *cache)
{
	g_queue_clear_full(&cache->keeping, keeping_free);
}

static void write_entry(Cache *cache, const Keeping *keeping)
{
	const CacheSlot *slot = keeping->slot;
	mode_t mode =
		is_for_everybody(cache, slot->candidate, keeping->failed) ? 0644 : 0600;
	GError *error = NULL;

	if (cache_dir_write(cache->dir_fd, slot->name, keeping->text, mode, &error))
		g_hash_table_add(cache->stored, g_strdup(slot->name));
	else
		note_file_error(cache, error);
}

/* Returns: whether that is done: it is not while there is something to be read. */
static bool keep(Cache *cache, const Keeping *keeping)
{
	const CacheSlot *slot = keeping->slot;
	const VpCandidate *candidate = slot->candidate;
	g_autoptr(GError) unseen = NULL;
	g_autoptr(Stamps) after = NULL;

	if (!stamper_read_on(keeping->now))
		return false;
	after = stamps_take(keeping->now, candidate->real_path, &candidate->program,
		slot->alone, cache->request->expose, &unseen);
	if (stamper_reading(keeping->now))
		return false;
	if (!after)
		cache_note_error(cache, g_steal_pointer(&unseen));
	else if (!stamps_equal(slot->stamps, after))
		note_failure(cache, "%s, or what it depends on, was changed while it ran",
			candidate->real_path);
	else
		write_entry(cache, keeping);
	return true;
}

bool cache_keep_some(Cache *cache)
{
	Keeping *first;

	while ((first = g_queue_peek_head(&cache->keeping)) && keep(cache, first)) {
		cache_release(cache, first->slot);
		keeping_free(g_queue_pop_head(&cache->keeping));
	}
	return !first;
}

void cache_store(Cache *cache, CacheSlot *slot, const SandboxResult *result, bool failed)
{
	g_autofree char *text = NULL;
	Keeping *keeping;

	if (!slot->locked)
		return;
	/* A room that shows less than usual says nothing about other rooms. */
	if (!result->hides_etc && cache_is_worth_keeping(result))
		text = make_entry(cache, slot, result, failed);
	if (!text) {
		cache_release(cache, slot);
		return;
	}
	keeping = g_new(Keeping, 1);
	*keeping = (Keeping){
		slot, g_steal_pointer(&text), failed, stamper_new(&cache->left)};
	g_queue_push_tail(&cache->keeping, keeping);
	cache_keep_some(cache);
}

bool cache_has_stored(const Cache *cache, const CacheSlot *slot)
{
	return slot->name && g_hash_table_contains(cache->stored, slot->name);
}
