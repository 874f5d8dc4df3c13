// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A cache directory as its owner sees it: what is in it, which of that can still be
 * believed, and how the rest is removed.
 */
#include "probe/cache/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/autofd.h"
#include "common/shorten.h"
#include "probe/cache/dir.h"
#include "probe/cache/cache.h"
#include "probe/candidate.h"

/* Entries of one directory. */
#define ENTRIES_MAX 100000

static void entry_free(void *data)
{
	VpCacheEntry *entry = data;

	g_free(entry->dir);
	g_free(entry->file);
	g_free(entry->program);
	g_free(entry->profile);
	g_free(entry->outcome);
	g_free(entry->probe.stderr_text);
	g_free(entry->probe.stdout_text);
	g_free(entry);
}

/* Returns: (transfer full): names for which @wanted holds, or NULL with @error. */
static GPtrArray *read_names(
	int dir_fd, const char *dir, bool (*wanted)(const char *), GError **error)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	int copy = openat(dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *found;
	int errnum;

	if (!directory && copy >= 0)
		close(copy);
	for (errno = directory ? 0 : errno;
		directory && names->len < ENTRIES_MAX && (found = readdir(directory));
		errno = 0)
		if (wanted(found->d_name))
			g_ptr_array_add(names, g_strdup(found->d_name));
	errnum = errno;
	if (directory)
		closedir(directory);
	if (!errnum)
		return names;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum), "%s: %s", dir,
		g_strerror(errnum));
	g_ptr_array_unref(names);
	return NULL;
}

/* An entry holds what was printed, unjudged. What it is, or why it is no answer, is said
 * as for a candidate; the entry does not know what its manifests announce. */
static char *describe_answer(const SandboxResult *result)
{
	g_autoptr(VpCandidate) candidate = candidate_new();

	capabilities_read(candidate, result->out, result->out_length);
	if (candidate->capabilities)
		return g_strdup_printf("answered: %s", candidate->capabilities->type);
	return g_steal_pointer(&candidate->reason);
}

static char *describe(const SandboxResult *result)
{
	switch (result->outcome) {
	case SANDBOX_EXITED:
		return result->exit_status
			       ? g_strdup_printf("exit status %d", result->exit_status)
			       : describe_answer(result);
	case SANDBOX_SIGNALED:
		return g_strdup_printf("killed by signal %d", result->signal);
	case SANDBOX_TIMED_OUT:
		return g_strdup("timed out");
	case SANDBOX_OUTPUT:
		return g_strdup("printed too much");
	default:
		return g_strdup_printf("not started: %s", g_strerror(result->errnum));
	}
}

/* What is compared with all entries of a directory. */
typedef struct {
	int dir_fd;
	const char *dir;
	FileCaller caller;
	Stamper *stamper;
	SandboxReach *reach; /* of the entries' programs */
	char *boot_id;
	const char *ld_so_cache;
} Listing;

static void listing_clear(Listing *listing)
{
	stamper_free(listing->stamper);
	sandbox_reach_free(listing->reach);
	g_free(listing->boot_id);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Listing, listing_clear)

static Listing begin_listing(int dir_fd, const char *dir, uid_t uid)
{
	Listing listing = {dir_fd, dir, cache_dir_caller(uid), stamper_new(NULL),
		sandbox_reach_new(VP_TIMEOUT_DEFAULT_US), stamp_boot_id(), NULL};

	listing.ld_so_cache = stamp_file(listing.stamper, STAMPS_LD_SO_CACHE, NULL, NULL);
	return listing;
}

/* Returns: whether @name is where @entry is looked for. */
static bool is_its_name(const CacheEntry *entry, const char *name)
{
	g_autofree char *its =
		cache_dir_entry_name(entry->real_path, entry->argv0, entry->profile);

	return g_str_equal(its, name);
}

/*
 * Reads the entry @name.
 *
 * Returns: why it is of no use to anybody: ENTRY, GENERATOR, or what cache_find_end()
 * finds; NONE otherwise. @ret_entry and @ret_result are filled in except for the first
 * two.
 */
static VpStale read_entry(Listing *listing, const char *name, CacheEntry *ret_entry,
	SandboxResult *ret_result)
{
	VpStale stale;

	if (!cache_dir_read(
		    listing->dir_fd, name, &listing->caller, 0, ret_entry, &stale) ||
		stale != VP_STALE_NONE)
		return stale;
	if (!is_its_name(ret_entry, name) ||
		!cache_entry_get_result(ret_entry, ret_result))
		return VP_STALE_ENTRY;
	return cache_find_end(ret_entry, listing->boot_id ? listing->boot_id : "");
}

/* Whether what @entry depends on may be looked at. */
static VpStale find_unreached(Listing *listing, const CacheEntry *entry)
{
	if (!sandbox_reach_now(listing->reach, entry->real_path))
		return VP_STALE_PROGRAM;
	if (entry->interpreter && !sandbox_reach_now(listing->reach, entry->interpreter))
		return VP_STALE_INTERPRETER;
	return VP_STALE_NONE;
}

/* The stamps of now for what @entry says. Nobody can use an answer of what is not
 * reached. */
static VpStale compare(Listing *listing, const CacheEntry *entry)
{
	g_autofree char *program = NULL;
	VpStale unreached = find_unreached(listing, entry);
	SandboxFile file;
	struct stat st;

	if (unreached != VP_STALE_NONE)
		return unreached;
	if (lstat(entry->real_path, &st) == 0) {
		file = sandbox_file(&st);
		program = stamp_program(listing->stamper, entry->real_path, &file, NULL);
	}
	return cache_find_change(entry, listing->stamper, program,
		listing->ld_so_cache ? listing->ld_so_cache : "");
}

static VpCacheEntry *look_at(Listing *listing, const char *name)
{
	VpCacheEntry *entry = g_new0(VpCacheEntry, 1);
	g_auto(CacheEntry) read = {0};
	SandboxResult result = {0};
	VpStale stale = read_entry(listing, name, &read, &result);

	entry->dir = g_strdup(listing->dir);
	entry->file = g_strdup(name);
	entry->probe =
		(VpProbe){.source = VP_PROBE_CACHE, .confirmed = true, .exit_status = -1};
	entry->probe.age_us = -1;
	entry->probe.stale = stale;
	if (stale == VP_STALE_ENTRY || stale == VP_STALE_GENERATOR)
		return entry;
	if (stale == VP_STALE_NONE)
		entry->probe.stale = compare(listing, &read);
	entry->probe.level = sandbox_level_of(result.held);
	entry->probe.duration_us = result.duration_us;
	if (result.outcome == SANDBOX_EXITED)
		entry->probe.exit_status = result.exit_status;
	entry->probe.signal = result.signal;
	entry->probe.stderr_text = g_strdup(read.err);
	/* Whether the answer is of use is not judged here. */
	entry->probe.stdout_text =
		shorten_text(result.out, result.out_length, CANDIDATE_STDOUT_MAX);
	entry->program = g_strdup(read.real_path);
	entry->profile = g_strdup(read.profile);
	entry->outcome = describe(&result);
	/* That of another boot is by another clock. */
	if (entry->probe.stale != VP_STALE_BOOT_ID)
		entry->probe.age_us = MAX(cache_entry_now() - read.made_us, -1);
	return entry;
}

static int compare_entries(const void *a, const void *b)
{
	const VpCacheEntry *const *entry_a = a, *const *entry_b = b;
	int order = g_strcmp0((*entry_a)->program, (*entry_b)->program);

	return order ? order : strcmp((*entry_a)->file, (*entry_b)->file);
}

static GPtrArray *list(int dir_fd, const char *dir, uid_t uid, GError **error)
{
	g_autoptr(GPtrArray) names =
		read_names(dir_fd, dir, cache_dir_is_entry_name, error);
	g_auto(Listing) listing = begin_listing(dir_fd, dir, uid);
	GPtrArray *entries;

	if (!names)
		return NULL;
	entries = g_ptr_array_new_with_free_func(entry_free);
	for (guint i = 0; i < names->len; i++)
		g_ptr_array_add(entries, look_at(&listing, names->pdata[i]));
	g_ptr_array_sort(entries, compare_entries);
	return entries;
}

static bool is_reached(const char *dir, GError **error)
{
	g_autoptr(SandboxReach) reach = sandbox_reach_new(VP_TIMEOUT_DEFAULT_US);

	if (sandbox_reach_now(reach, dir))
		return true;
	g_propagate_error(error, cache_dir_unreached(dir, reach));
	return false;
}

/* Returns: whether there is @dir; *@ret_fd is -1 with @error if it is of no use. */
static bool open_existing(const char *dir, uid_t uid, int *ret_fd, GError **error)
{
	FileCaller caller = cache_dir_caller(uid);
	GError *problem = NULL;

	*ret_fd = -1;
	if (!is_reached(dir, error))
		return true;
	*ret_fd = cache_dir_open(dir, &caller, CACHE_DIR_FIND, &problem);
	if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_error_free(problem);
		return false;
	}
	if (problem)
		g_propagate_error(error, problem);
	return true;
}

/* What only root may read is nothing that others could believe. */
static void leave_out_closed(int dir_fd, GPtrArray *entries)
{
	for (guint i = entries->len; i-- > 0;) {
		const VpCacheEntry *entry = entries->pdata[i];

		if (faccessat(dir_fd, entry->file, R_OK, AT_EACCESS) < 0 &&
			errno == EACCES)
			g_ptr_array_remove_index(entries, i);
	}
}

GPtrArray *cache_list(const char *dir, uid_t uid, GError **error)
{
	autofd dir_fd = -1;
	GPtrArray *entries;

	if (!open_existing(dir, uid, &dir_fd, error))
		return g_ptr_array_new_with_free_func(entry_free);
	entries = dir_fd < 0 ? NULL : list(dir_fd, dir, uid, error);
	if (entries)
		leave_out_closed(dir_fd, entries);
	return entries;
}

static bool is_entry_of_any_version(const char *name)
{
	return cache_dir_is_entry_name(name) || cache_dir_is_former_name(name);
}

bool cache_count(const char *dir, uid_t uid, guint *ret_count, GError **error)
{
	g_autoptr(GPtrArray) names = NULL;
	autofd dir_fd = -1;

	*ret_count = 0;
	if (!open_existing(dir, uid, &dir_fd, error))
		return true;
	names = dir_fd < 0 ? NULL
			   : read_names(dir_fd, dir, is_entry_of_any_version, error);
	if (names)
		*ret_count = names->len;
	return names != NULL;
}

/* Whether @name was written before this machine started. */
static bool is_of_earlier_boot(int dir_fd, const char *name)
{
	gint64 boot_us = g_get_real_time() - cache_entry_now();
	struct stat st;

	return fstatat(dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	       st.st_ctim.tv_sec < boot_us / G_USEC_PER_SEC;
}

/*
 * Another reader may see other programs and libraries: a container that shares the
 * directory, a service with a /tmp of its own. What is stale from here may be valid from
 * there, by another boot id too, which some give to each container. What is torn, or of
 * an earlier boot, is valid nowhere. What is of another version goes as well: a container
 * may have that one, whose next call makes it anew.
 */
static bool is_dead(Listing *listing, const char *name)
{
	g_auto(CacheEntry) read = {0};
	SandboxResult result;
	VpStale stale = read_entry(listing, name, &read, &result);

	return stale == VP_STALE_ENTRY || stale == VP_STALE_GENERATOR ||
	       (stale == VP_STALE_BOOT_ID && is_of_earlier_boot(listing->dir_fd, name));
}

/* Leaves out of @names those of the entries that @refreshed has written. */
static void leave_out_stored(GPtrArray *names, const VpResult *refreshed)
{
	for (guint i = names->len; i-- > 0;)
		if (g_hash_table_contains(refreshed->stored, names->pdata[i]))
			g_ptr_array_remove_index_fast(names, i);
}

/*
 * @lock_fd: files that somebody is about to replace are left alone; -1: they are not
 * @dead: (nullable): only what is dead by that goes; asked under the lock, since others
 * write meanwhile
 *
 * Returns: 0, or the last errno.
 */
static int remove_files(
	int dir_fd, int lock_fd, Listing *dead, const GPtrArray *names, guint *count)
{
	int errnum = 0;

	for (guint i = 0; i < names->len; i++) {
		const char *name = names->pdata[i];

		if (lock_fd >= 0 && !cache_dir_try_lock(lock_fd, name))
			continue;
		if (!dead || is_dead(dead, name)) {
			if (unlinkat(dir_fd, name, 0) == 0)
				++*count;
			else if (errno != ENOENT)
				errnum = errno;
		}
		if (lock_fd >= 0)
			cache_dir_unlock(lock_fd, name);
	}
	return errnum;
}

/* @ret_all: whether there were no more. Adds to @ret_count. */
static bool remove_some(int dir_fd, const char *dir, uid_t uid, const VpResult *refreshed,
	guint *ret_count, bool *ret_all, GError **error)
{
	g_autoptr(GPtrArray) names =
		read_names(dir_fd, dir, cache_dir_is_entry_name, error);
	g_autoptr(GPtrArray) leftovers =
		names ? read_names(dir_fd, dir, cache_dir_is_leftover_name, error) : NULL;
	g_auto(Listing) listing = begin_listing(dir_fd, dir, uid);
	autofd lock_fd = -1;
	guint ignored = 0;
	int errnum, of_leftovers;

	if (!leftovers)
		return false;
	*ret_all = names->len < ENTRIES_MAX && leftovers->len < ENTRIES_MAX;
	/* Any directory may be named: nothing is made where there is nothing to remove.
	 */
	if (!names->len && !leftovers->len)
		return true;
	/* Without one there is nobody who writes. */
	lock_fd = cache_dir_open_lock(dir_fd, uid, NULL);
	if (refreshed)
		leave_out_stored(names, refreshed);
	errnum = refreshed ? remove_files(dir_fd, lock_fd, &listing, names, ret_count)
			   : remove_files(dir_fd, -1, NULL, names, ret_count);
	/* What somebody is still writing is nobody's leftover. */
	of_leftovers = remove_files(
		dir_fd, lock_fd, NULL, leftovers, refreshed ? &ignored : ret_count);
	errnum = errnum ? errnum : of_leftovers;
	if (errnum)
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum),
			"%s: %s", dir, g_strerror(errnum));
	return !errnum;
}

bool cache_remove(const char *dir, uid_t uid, const VpResult *refreshed, guint *ret_count,
	GError **error)
{
	autofd dir_fd = -1;
	bool all = true, done;
	guint count;

	*ret_count = 0;
	if (!open_existing(dir, uid, &dir_fd, error))
		return true;
	if (dir_fd < 0)
		return false;
	/* There may be more than are looked at in one go. */
	do {
		count = 0;
		done = remove_some(dir_fd, dir, uid, refreshed, &count, &all, error);
		*ret_count += count;
	} while (done && !all && count);
	return done;
}

bool cache_remove_place(const char *dir, uid_t uid, guint *ret_count, GError **error)
{
	autofd dir_fd = -1;
	struct stat st;

	*ret_count = 0;
	if (!is_reached(dir, error))
		return false;
	if (lstat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return true;
	if (!cache_remove(dir, uid, NULL, ret_count, error))
		return false;
	if (open_existing(dir, uid, &dir_fd, error) && dir_fd < 0)
		return false;
	cache_dir_remove_lock(dir_fd);
	/* Unless there is something else in it. */
	rmdir(dir);
	return true;
}
