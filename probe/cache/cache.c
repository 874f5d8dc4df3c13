// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * When an entry is believed, and when one is made.
 *
 * Believed is what was written by this version in this boot, for this program under the
 * same name and the same profile, of files that have not changed since. Of the caller's
 * own entry and root's, the newer one counts, so that an administrator's refresh reaches
 * everybody.
 * Made is an entry if nothing that it depends on changed while the program ran, or so
 * shortly before that another change would not show. Failures live for minutes; what was
 * not the program's doing is never kept.
 * Shared is what root's programs could say to everybody, and nothing else.
 */
#include "probe/cache/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/access.h"
#include "common/autofd.h"
#include "probe/cache/dir.h"

struct Cache {
	const VpRequest *request;
	FileCaller caller;
	SandboxProfiler *profiler, *plain; /* the latter NULL where it is the same */
	char *boot_id;    /* NULL: unknown, nothing is believed or made */
	Stamper *stamper; /* of when it was opened */
	const char *ld_so_cache;
	char *devices; /* those that the request exposes */
	gint64 opened_us;
	gint64 claim_since_us; /* real time: older files are older than the opening */
	int dir_fd, shared_fd, lock_fd;
	bool looked_at_host, tried_to_write;
	GHashTable *stored; /* names of entries */
	GError *error;      /* the first that kept something from being written */
};

/* @plain: without what the caller left out and exposed. */
static SandboxProfiler *new_profiler(const VpRequest *request, bool plain)
{
	SandboxPolicy policy = {
		.level = plain ? SANDBOX_LEVEL_FULL : request->sandbox,
		.without = plain ? 0 : request->without,
		.expose = plain ? NULL : request->expose,
		.home = request->home,
	};

	return sandbox_profiler_new(&policy);
}

/* Remembers @error (consumed), unless there is one already. */
static void note_error(Cache *cache, GError *error)
{
	if (!cache->error)
		cache->error = error;
	else
		g_error_free(error);
}

/* Likewise, of a file in the directory that is written, which @error does not name. */
static void note_file_error(Cache *cache, GError *error)
{
	g_prefix_error(&error, "%s/", cache->request->cache_dir);
	note_error(cache, error);
}

/* Likewise: why something was not written that could have been. */
static void G_GNUC_PRINTF(2, 3) note_failure(Cache *cache, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	note_error(cache,
		g_error_new_valist(G_FILE_ERROR, G_FILE_ERROR_FAILED, format, arguments));
	va_end(arguments);
}

static int open_dir(Cache *cache, const char *path, CacheDirUse use)
{
	GError *error = NULL;
	int fd = path ? cache_dir_open(path, &cache->caller, use, &error) : -1;

	/* To read, what is not there is not missing. */
	if (!use && g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		g_error_free(error);
	else if (error)
		note_error(cache, error);
	return fd;
}

Cache *cache_open(const VpRequest *request)
{
	Cache *cache;

	if (request->cache == VP_CACHE_OFF ||
		!(request->cache_dir || request->shared_cache_dir))
		return NULL;
	cache = g_new0(Cache, 1);
	cache->request = request;
	cache->caller = cache_dir_caller(request->uid);
	cache->opened_us = cache_entry_now();
	cache->claim_since_us = g_get_real_time() - STAMPS_SETTLE_US;
	cache->stamper = stamper_new();
	cache->stored = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	cache->lock_fd = -1;
	cache->profiler = new_profiler(request, false);
	if (request->without || request->sandbox == SANDBOX_LEVEL_NONE ||
		(request->expose && *request->expose))
		cache->plain = new_profiler(request, true);
	cache->dir_fd = open_dir(cache, request->cache_dir, CACHE_DIR_FIND);
	cache->shared_fd = open_dir(cache, request->shared_cache_dir, CACHE_DIR_FIND);
	return cache;
}

void cache_close(Cache *cache)
{
	if (!cache)
		return;
	g_free(cache->boot_id);
	g_free(cache->devices);
	stamper_free(cache->stamper);
	g_hash_table_unref(cache->stored);
	sandbox_profiler_free(cache->profiler);
	sandbox_profiler_free(cache->plain);
	close_fd(&cache->dir_fd);
	close_fd(&cache->shared_fd);
	close_fd(&cache->lock_fd);
	g_clear_error(&cache->error);
	g_free(cache);
}

bool cache_may_answer(const Cache *cache)
{
	return cache && cache->request->cache != VP_CACHE_REFRESH &&
	       (cache->dir_fd >= 0 || cache->shared_fd >= 0);
}

/* What is the same for all programs, once it is needed. Returns: whether it is known. */
static bool look_at_host(Cache *cache)
{
	GError *error = NULL;

	if (!cache->looked_at_host) {
		cache->looked_at_host = true;
		cache->boot_id = stamp_boot_id();
		if (!cache->boot_id)
			g_set_error_literal(&error, G_FILE_ERROR, G_FILE_ERROR_NOENT,
				"/proc/sys/kernel/random/boot_id cannot be read");
		else
			cache->devices =
				stamp_devices(cache->request->expose, NULL, &error);
		if (!error)
			cache->ld_so_cache = stamp_file(
				cache->stamper, STAMPS_LD_SO_CACHE, NULL, &error);
	}
	if (error)
		note_error(cache, error);
	return cache->boot_id && cache->ld_so_cache && cache->devices;
}

void cache_slot_clear(CacheSlot *slot)
{
	g_free(slot->profile);
	g_free(slot->name);
	g_free(slot->program);
	stamps_free(slot->stamps);
	*slot = (CacheSlot){0};
}

static const char *entry_name(const Cache *cache, CacheSlot *slot)
{
	const VpCandidate *candidate = slot->candidate;

	if (slot->name)
		return slot->name;
	slot->profile =
		sandbox_profile(cache->profiler, candidate->real_path, &slot->alone);
	slot->name = cache_dir_entry_name(
		candidate->real_path, candidate->binary, slot->profile);
	return slot->name;
}

/* ---- believing ---- */

void cache_answer_clear(CacheAnswer *answer)
{
	cache_entry_clear(&answer->entry);
	*answer = (CacheAnswer){0};
}

static bool is_for(const CacheEntry *entry, const CacheSlot *slot)
{
	return g_str_equal(entry->real_path, slot->candidate->real_path) &&
	       g_str_equal(entry->argv0, slot->candidate->binary) &&
	       g_str_equal(entry->profile, slot->profile);
}

/* Why @answer is none to this request, whatever it depends on, or NONE. */
static VpStale find_mismatch(const Cache *cache, const CacheAnswer *answer)
{
	const VpRequest *request = cache->request;
	const CacheEntry *entry = &answer->entry;

	if (!g_str_equal(entry->devices, cache->devices))
		return VP_STALE_DEVICES;
	if (!sandbox_is_enough(request->sandbox, answer->result.held, request->without))
		return VP_STALE_LEVEL;
	/* Where nothing may be run, no longer one is to come. */
	if (answer->result.outcome == SANDBOX_TIMED_OUT &&
		request->cache != VP_CACHE_ONLY &&
		(uint64_t)entry->timeout_us < request->timeout_us)
		return VP_STALE_TIMEOUT;
	if (request->cache == VP_CACHE_REFRESH && entry->made_us < cache->opened_us)
		return VP_STALE_AGE;
	return VP_STALE_NONE;
}

/* Returns: (nullable): the program's stamp. It may take reading all of it, which is done
 * once, for the caller's own entry and root's. */
static const char *program_stamp(const Cache *cache, CacheSlot *slot)
{
	const VpCandidate *candidate = slot->candidate;

	if (!slot->program)
		slot->program = stamp_program(
			cache->stamper, candidate->real_path, &candidate->program, NULL);
	return slot->program;
}

static VpStale find_stale(const Cache *cache, CacheSlot *slot, const CacheAnswer *answer)
{
	VpStale stale = cache_find_end(&answer->entry, cache->boot_id);

	if (stale == VP_STALE_NONE)
		stale = find_mismatch(cache, answer);
	if (stale == VP_STALE_NONE)
		stale = cache_find_change(&answer->entry, cache->stamper,
			program_stamp(cache, slot), cache->ld_so_cache);
	return stale;
}

/*
 * Reads the entry in one directory.
 *
 * Returns: whether it is believed. Otherwise @ret_answer says why there is one and it is
 * not believed, and NONE if there is none.
 */
static bool recall_from(
	Cache *cache, int dir_fd, CacheSlot *slot, CacheAnswer *ret_answer)
{
	uid_t owner;

	*ret_answer = (CacheAnswer){0};
	if (dir_fd < 0 || !cache_dir_read(dir_fd, entry_name(cache, slot), &cache->caller,
				  slot->locked ? cache->claim_since_us : 0,
				  &ret_answer->entry, &owner, &ret_answer->stale)) {
		ret_answer->stale = slot->stale;
		return false;
	}
	/* Where nothing may be run, there is no younger answer than an old one. */
	if (cache->request->cache == VP_CACHE_ONLY)
		ret_answer->entry.lifetime_us = 0;
	if (ret_answer->stale == VP_STALE_NONE &&
		(!is_for(&ret_answer->entry, slot) ||
			!cache_entry_get_result(&ret_answer->entry, &ret_answer->result)))
		ret_answer->stale = VP_STALE_ENTRY;
	if (ret_answer->stale == VP_STALE_NONE)
		ret_answer->stale = find_stale(cache, slot, ret_answer);
	if (ret_answer->stale != VP_STALE_NONE)
		return false;
	ret_answer->age_us = cache_entry_now() - ret_answer->entry.made_us;
	/* What root may run is not what everybody may. */
	return owner == cache->request->uid ||
	       faccessat(AT_FDCWD, slot->candidate->real_path, X_OK, AT_EACCESS) == 0;
}

/* Whether there is an entry for the usual layers and paths, if others are wanted. */
static bool has_plain_entry(const Cache *cache, const VpCandidate *candidate)
{
	g_autofree char *profile = NULL, *name = NULL;

	if (!cache->plain)
		return false;
	profile = sandbox_profile(cache->plain, candidate->real_path, NULL);
	name = cache_dir_entry_name(candidate->real_path, candidate->binary, profile);
	return (cache->dir_fd >= 0 && faccessat(cache->dir_fd, name, F_OK, 0) == 0) ||
	       (cache->shared_fd >= 0 && faccessat(cache->shared_fd, name, F_OK, 0) == 0);
}

bool cache_recall(Cache *cache, CacheSlot *slot, CacheAnswer *ret_answer)
{
	g_auto(CacheAnswer) shared = {0};
	bool has_own, has_shared;

	*ret_answer = (CacheAnswer){0};
	if (!look_at_host(cache))
		return false;
	has_own = recall_from(cache, cache->dir_fd, slot, ret_answer);
	has_shared = recall_from(cache, cache->shared_fd, slot, &shared);
	if (has_shared && (!has_own || shared.age_us < ret_answer->age_us)) {
		CacheAnswer older = *ret_answer;

		*ret_answer = shared;
		shared = older;
	}
	if (has_own || has_shared)
		return true;
	if (ret_answer->stale == VP_STALE_NONE)
		ret_answer->stale = shared.stale;
	if (ret_answer->stale == VP_STALE_NONE && has_plain_entry(cache, slot->candidate))
		ret_answer->stale = VP_STALE_PROFILE;
	slot->stale = ret_answer->stale;
	return false;
}

/* ---- making ---- */

/* Returns: whether entries can be written. */
static bool open_for_writing(Cache *cache)
{
	GError *error = NULL;

	if (cache->tried_to_write)
		return cache->lock_fd >= 0;
	cache->tried_to_write = true;
	if (!cache->request->cache_dir || !look_at_host(cache))
		return false;
	if (cache->dir_fd < 0)
		cache->dir_fd = open_dir(cache, cache->request->cache_dir,
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
	entry_name(cache, slot);
	stamps_free(slot->stamps);
	slot->stamps = stamps_take(cache->stamper, candidate->real_path,
		&candidate->program, slot->alone, cache->request->expose, &error);
	if (error)
		note_error(cache, error);
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
		"%s: its entry in %s is locked by another process, and was not released "
		"in the time that a program may take",
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

/* Whether programs see and may do what they do on this host without any option. */
static bool is_usual(const VpRequest *request)
{
	const VpConfig *config = request->config;

	for (const char *const *path = request->expose; path && *path; path++)
		if (!config ||
			!g_strv_contains((const char *const *)config->exposed, *path))
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

static void keep(Cache *cache, CacheSlot *slot, const SandboxResult *result, bool failed)
{
	const VpCandidate *candidate = slot->candidate;
	g_autoptr(Stamper) now = stamper_new();
	g_autoptr(GError) unseen = NULL;
	g_autoptr(Stamps) after = stamps_take(now, candidate->real_path,
		&candidate->program, slot->alone, cache->request->expose, &unseen);
	g_autofree char *text = NULL;
	GError *error = NULL;

	if (!after) {
		note_error(cache, g_steal_pointer(&unseen));
		return;
	}
	if (!stamps_equal(slot->stamps, after)) {
		note_failure(cache, "%s, or what it depends on, was changed while it ran",
			candidate->real_path);
		return;
	}
	text = make_entry(cache, slot, result, failed);
	if (!text)
		return;
	if (cache_dir_write(cache->dir_fd, slot->name, text,
		    is_for_everybody(cache, candidate, failed) ? 0644 : 0600, &error))
		g_hash_table_add(cache->stored, g_strdup(slot->name));
	else
		note_file_error(cache, error);
}

void cache_store(Cache *cache, CacheSlot *slot, const SandboxResult *result, bool failed)
{
	if (!slot->locked)
		return;
	/* A room that shows less is not one to learn from for others. */
	if (!result->hides_etc && cache_is_worth_keeping(result, failed))
		keep(cache, slot, result, failed);
	cache_release(cache, slot);
}

bool cache_has_stored(const Cache *cache, const CacheSlot *slot)
{
	return slot->name && g_hash_table_contains(cache->stored, slot->name);
}

void cache_report(const Cache *cache, VpResult *ret_result)
{
	ret_result->n_stored = g_hash_table_size(cache->stored);
	ret_result->stored = g_hash_table_ref(cache->stored);
	if (cache->error)
		ret_result->cache_error = g_strdup(cache->error->message);
}
