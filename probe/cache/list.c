// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A cache directory as its owner sees it: what is in it, which of that can still be
 * believed, and away with the rest.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "common/autofd.h"
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
	g_free(entry->probe.stderr_tail);
	g_free(entry);
}

/* Returns: (transfer full): names for which @wanted holds, or NULL with @error. */
static GPtrArray *read_names(int dir_fd, bool (*wanted)(const char *), GError **error)
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
	g_set_error_literal(
		error, G_FILE_ERROR, g_file_error_from_errno(errnum), g_strerror(errnum));
	g_ptr_array_unref(names);
	return NULL;
}

static char *describe(const SandboxResult *result)
{
	switch (result->outcome) {
	case SANDBOX_EXITED:
		return result->exit_status
			       ? g_strdup_printf("exit status %d", result->exit_status)
			       : g_strdup("answered");
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

/* The stamps of now for what @entry says. */
static VpStale compare(const CacheEntry *entry, const char *boot_id, const char *ld_so)
{
	g_autofree char *program = NULL;
	SandboxFile file;
	struct stat st;

	if (lstat(entry->real_path, &st) == 0) {
		file = sandbox_file(&st);
		program = stamp_program(entry->real_path, &file);
	}
	return cache_find_stale(entry, boot_id, program, ld_so);
}

static VpCacheEntry *look_at(int dir_fd, const char *dir, const char *name, uid_t uid,
	const char *boot_id, const char *ld_so_cache)
{
	VpCacheEntry *entry = g_new0(VpCacheEntry, 1);
	g_auto(CacheEntry) read = {0};
	SandboxResult result;
	uint32_t held;
	uid_t owner;

	entry->dir = g_strdup(dir);
	entry->file = g_strdup(name);
	entry->probe = (VpProbe){.source = VP_PROBE_CACHE, .exit_status = -1};
	entry->age_s = -1;
	if (!cache_dir_read(dir_fd, name, uid, &read, &owner, &entry->probe.stale) ||
		entry->probe.stale != VP_STALE_NONE)
		return entry;
	if (!cache_entry_get_result(&read, &result, &held)) {
		entry->probe.stale = VP_STALE_ENTRY;
		return entry;
	}
	entry->probe.stale = compare(&read, boot_id, ld_so_cache);
	entry->probe.level = sandbox_level_of(held);
	entry->probe.duration_us = result.duration_us;
	if (result.outcome == SANDBOX_EXITED)
		entry->probe.exit_status = result.exit_status;
	entry->probe.signal = result.signal;
	entry->probe.stderr_tail = g_strdup(read.err);
	entry->program = g_strdup(read.real_path);
	entry->profile = g_strdup(read.profile);
	entry->outcome = describe(&result);
	/* That of another boot is told by another clock. */
	if (entry->probe.stale != VP_STALE_BOOT_ID)
		entry->age_s = (cache_entry_now() - read.made_us) / G_USEC_PER_SEC;
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
	g_autoptr(GPtrArray) names = read_names(dir_fd, cache_dir_is_entry_name, error);
	g_autofree char *boot_id = stamp_boot_id();
	g_autofree char *ld_so_cache = stamp_file(STAMPS_LD_SO_CACHE, NULL);
	GPtrArray *entries;

	if (!names)
		return NULL;
	entries = g_ptr_array_new_with_free_func(entry_free);
	for (guint i = 0; i < names->len; i++)
		g_ptr_array_add(entries,
			look_at(dir_fd, dir, names->pdata[i], uid, boot_id ? boot_id : "",
				ld_so_cache ? ld_so_cache : ""));
	g_ptr_array_sort(entries, compare_entries);
	return entries;
}

/* Returns: whether there is @dir; *@ret_fd is -1 with @error if it is of no use. */
static bool open_existing(const char *dir, uid_t uid, int *ret_fd, GError **error)
{
	GError *problem = NULL;

	*ret_fd = cache_dir_open(dir, uid, false, &problem);
	if (g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
		g_error_free(problem);
		return false;
	}
	if (problem)
		g_propagate_error(error, problem);
	return true;
}

/* What is root's alone is nothing that others could believe. */
static void leave_out_closed(int dir_fd, GPtrArray *entries)
{
	for (guint i = entries->len; i-- > 0;) {
		const VpCacheEntry *entry = entries->pdata[i];

		if (faccessat(dir_fd, entry->file, R_OK, AT_EACCESS) < 0 &&
			errno == EACCES)
			g_ptr_array_remove_index(entries, i);
	}
}

GPtrArray *vp_cache_list(const char *dir, uid_t uid, GError **error)
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

/* One that somebody is about to replace is left to him. Returns: FALSE on failure. */
static bool remove_entry(int dir_fd, int lock_fd, const char *name, guint *count)
{
	int errnum;

	if (lock_fd >= 0 && !cache_dir_try_lock(lock_fd, name))
		return true;
	errnum = unlinkat(dir_fd, name, 0) < 0 ? errno : 0;
	*count += errnum == 0;
	if (lock_fd >= 0)
		cache_dir_unlock(lock_fd, name);
	errno = errnum;
	return !errnum || errnum == ENOENT;
}

bool vp_cache_remove(
	const char *dir, uid_t uid, bool all, guint *ret_count, GError **error)
{
	g_autoptr(GPtrArray) entries = NULL, leftovers = NULL;
	autofd dir_fd = -1, lock_fd = -1;
	guint ignored = 0;
	int errnum = 0;

	*ret_count = 0;
	if (!open_existing(dir, uid, &dir_fd, error))
		return true;
	if (dir_fd < 0)
		return false;
	entries = list(dir_fd, dir, uid, error);
	leftovers =
		entries ? read_names(dir_fd, cache_dir_is_leftover_name, error) : NULL;
	if (!leftovers)
		return false;
	/* Without one there is nobody who writes. */
	lock_fd = cache_dir_open_lock(dir_fd, uid, NULL);
	for (guint i = 0; i < entries->len; i++) {
		const VpCacheEntry *entry = entries->pdata[i];

		if ((all || entry->probe.stale != VP_STALE_NONE) &&
			!remove_entry(dir_fd, lock_fd, entry->file, ret_count))
			errnum = errno;
	}
	for (guint i = 0; i < leftovers->len; i++)
		if (!remove_entry(dir_fd, lock_fd, leftovers->pdata[i], &ignored))
			errnum = errno;
	if (errnum)
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errnum),
			"%s: %s", dir, g_strerror(errnum));
	return !errnum;
}

const char *vp_cache_mode_name(VpCacheMode mode)
{
	static const char *const names[] = {
		[VP_CACHE_AUTO] = "auto",
		[VP_CACHE_ONLY] = "only",
		[VP_CACHE_REFRESH] = "refresh",
		[VP_CACHE_OFF] = "off",
	};

	return names[mode];
}
