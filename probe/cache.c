// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * When an entry is believed, and when one is made.
 *
 * Believed is what was written by this version in this boot, for this program under the
 * same name and the same profile, of files that have not changed since. The caller's own
 * directory comes first, then root's.
 *
 * Made is an entry if nothing that it depends on changed while the program ran, or so
 * shortly before that another change would not show. Failures live for minutes; what was
 * not the program's doing is never kept.
 */
#include "probe/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/autofd.h"
#include "probe/cache-dir.h"

#define MINUTE_US ((gint64)60 * G_USEC_PER_SEC)

#define LIFETIME_OF_TIMEOUT (1 * MINUTE_US)
#define LIFETIME_OF_FAILURE (10 * MINUTE_US)
/* What a script starts is not known. */
#define LIFETIME_OF_SCRIPT (10 * MINUTE_US)

/* Between two looks at a lock that another process has, at most. */
#define LOCK_POLL_US (10 * 1000)

struct Cache {
	const VpRequest *request;
	SandboxProfiler *profiler, *plain; /* the latter NULL where it is the same */
	char *boot_id;     /* NULL: unknown, nothing is believed or made */
	char *ld_so_cache; /* when it was opened */
	char *devices;     /* likewise: those that the request exposes */
	gint64 opened_us;
	int dir_fd, shared_fd, lock_fd;
	guint n_stored;
	GError *error; /* the first that kept something from being written */
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

/* Remembers @error (consumed), unless it only says that there is nothing. */
static void note_error(Cache *cache, GError *error)
{
	if (!cache->error && !g_error_matches(error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
		cache->error = error;
	else
		g_error_free(error);
}

static int open_dir(Cache *cache, const char *path, bool create)
{
	GError *error = NULL;
	int fd = path ? cache_dir_open(path, cache->request->uid, create, &error) : -1;

	if (error)
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
	cache->opened_us = cache_entry_now();
	cache->lock_fd = -1;
	cache->profiler = new_profiler(request, false);
	if (request->without || request->sandbox == SANDBOX_LEVEL_NONE ||
		(request->expose && *request->expose))
		cache->plain = new_profiler(request, true);
	cache->dir_fd = open_dir(cache, request->cache_dir, false);
	cache->shared_fd = open_dir(cache, request->shared_cache_dir, false);
	return cache;
}

void cache_close(Cache *cache)
{
	if (!cache)
		return;
	g_free(cache->boot_id);
	g_free(cache->ld_so_cache);
	g_free(cache->devices);
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
	if (!cache->boot_id) {
		cache->boot_id = stamp_boot_id();
		cache->ld_so_cache = stamp_file(STAMPS_LD_SO_CACHE, NULL);
		cache->devices = stamp_devices(cache->request->expose, NULL);
	}
	return cache->boot_id && cache->ld_so_cache && cache->devices;
}

static const char *entry_name(const Cache *cache, Program *program)
{
	const VpCandidate *candidate = program_candidate(program);

	if (program->cache_name)
		return program->cache_name;
	program->profile = sandbox_profile(cache->profiler, candidate->real_path);
	program->cache_name = cache_dir_entry_name(
		candidate->real_path, candidate->binary, program->profile);
	return program->cache_name;
}

/* ---- believing ---- */

static bool is_for(const CacheEntry *entry, const Program *program)
{
	const VpCandidate *candidate = program_candidate(program);

	return g_str_equal(entry->real_path, candidate->real_path) &&
	       g_str_equal(entry->argv0, candidate->binary) &&
	       g_str_equal(entry->profile, program->profile);
}

static bool is_over(const CacheEntry *entry, gint64 now)
{
	/* Made in the future: the clock is another one. */
	return entry->made_us > now ||
	       (entry->lifetime_us && now - entry->made_us >= entry->lifetime_us);
}

static bool interpreter_differs(const CacheEntry *entry)
{
	g_autofree char *now =
		entry->interpreter ? stamp_file(entry->interpreter, NULL) : NULL;

	return g_strcmp0(now, entry->interpreter_file) != 0;
}

VpStamp cache_find_stale(const CacheEntry *entry, const char *boot_id,
	const char *program, const char *ld_so_cache)
{
	if (!g_str_equal(entry->boot_id, boot_id))
		return VP_STAMP_BOOT_ID;
	if (is_over(entry, cache_entry_now()))
		return VP_STAMP_AGE;
	if (g_strcmp0(entry->program, program) != 0)
		return VP_STAMP_PROGRAM;
	if (interpreter_differs(entry))
		return VP_STAMP_INTERPRETER;
	if (!g_str_equal(entry->ld_so_cache, ld_so_cache))
		return VP_STAMP_LD_SO_CACHE;
	return VP_STAMP_NONE;
}

static VpStamp find_stale(const Cache *cache, const CacheEntry *entry,
	const Program *program, const SandboxResult *result, uint32_t held)
{
	const VpRequest *request = cache->request;
	const VpCandidate *candidate = program_candidate(program);
	g_autofree char *stamp = stamp_program(candidate->real_path, &candidate->program);
	VpStamp stale =
		cache_find_stale(entry, cache->boot_id, stamp, cache->ld_so_cache);

	if (stale != VP_STAMP_NONE)
		return stale;
	if (!g_str_equal(entry->devices, cache->devices))
		return VP_STAMP_DEVICES;
	if (!sandbox_is_enough(request->sandbox, held, request->without))
		return VP_STAMP_LEVEL;
	if (result->outcome == SANDBOX_TIMED_OUT &&
		(uint64_t)entry->timeout_us < request->timeout_us)
		return VP_STAMP_TIMEOUT;
	return VP_STAMP_NONE;
}

static void set_stale(const Program *program, VpStamp stale)
{
	for (guint i = 0; i < program->candidates->len; i++)
		((VpCandidate *)program->candidates->pdata[i])->probe.stale = stale;
}

/*
 * Judges @program by its entry in one directory, if that was made at @since_us or later.
 *
 * Returns: whether it did. Otherwise @ret_stale says why there is an entry and it is not
 * believed, and stays as it is if there is none.
 */
static bool recall_from(
	Cache *cache, int dir_fd, Program *program, gint64 since_us, VpStamp *ret_stale)
{
	const VpRequest *request = cache->request;
	const VpCandidate *candidate = program_candidate(program);
	g_auto(CacheEntry) entry = {0};
	VpStamp stale;
	SandboxResult result;
	uint32_t held;
	uid_t owner;

	if (dir_fd < 0 || !cache_dir_read(dir_fd, entry_name(cache, program),
				  request->uid, &entry, &owner, &stale))
		return false;
	if (stale == VP_STAMP_NONE &&
		(!is_for(&entry, program) ||
			!cache_entry_get_result(&entry, &result, &held)))
		stale = VP_STAMP_ENTRY;
	if (stale == VP_STAMP_NONE)
		stale = find_stale(cache, &entry, program, &result, held);
	if (stale == VP_STAMP_NONE && entry.made_us < since_us)
		stale = VP_STAMP_AGE;
	/* What root may run is not what everybody may. */
	if (stale == VP_STAMP_NONE && owner != request->uid &&
		faccessat(AT_FDCWD, candidate->real_path, X_OK, AT_EACCESS) < 0)
		return false;
	if (stale != VP_STAMP_NONE) {
		*ret_stale = stale;
		return false;
	}
	programs_judge(program, request, &result, VP_PROBE_CACHE, held);
	set_stale(program, VP_STAMP_NONE);
	return true;
}

/* Whether there is an entry for the usual layers and paths, if others are wanted. */
static bool has_plain_entry(const Cache *cache, const Program *program)
{
	const VpCandidate *candidate = program_candidate(program);
	g_autofree char *profile = NULL, *name = NULL;

	if (!cache->plain)
		return false;
	profile = sandbox_profile(cache->plain, candidate->real_path);
	name = cache_dir_entry_name(candidate->real_path, candidate->binary, profile);
	return (cache->dir_fd >= 0 && faccessat(cache->dir_fd, name, F_OK, 0) == 0) ||
	       (cache->shared_fd >= 0 && faccessat(cache->shared_fd, name, F_OK, 0) == 0);
}

void cache_recall(Cache *cache, Program *program)
{
	VpStamp stale = VP_STAMP_NONE;

	if (!look_at_host(cache) ||
		recall_from(cache, cache->dir_fd, program, 0, &stale) ||
		recall_from(cache, cache->shared_fd, program, 0, &stale))
		return;
	if (stale == VP_STAMP_NONE && has_plain_entry(cache, program))
		stale = VP_STAMP_PROFILE;
	set_stale(program, stale);
}

/* ---- making ---- */

/* Returns: whether entries can be written. */
static bool open_for_writing(Cache *cache)
{
	GError *error = NULL;

	if (!cache->request->cache_dir || !look_at_host(cache))
		return false;
	if (cache->dir_fd < 0)
		cache->dir_fd = open_dir(cache, cache->request->cache_dir, true);
	if (cache->dir_fd < 0)
		return false;
	cache->lock_fd = cache_dir_open_lock(cache->dir_fd, cache->request->uid, &error);
	if (error)
		note_error(cache, error);
	return cache->lock_fd >= 0;
}

/* Waits until a change to what @programs depend on would show. */
static void wait_until_settled(const GPtrArray *programs)
{
	gint64 longest = 0;

	for (guint i = 0; i < programs->len; i++) {
		const Program *program = programs->pdata[i];

		if (program->stamps)
			longest = MAX(longest, stamps_settle_time(program->stamps));
	}
	if (longest)
		g_usleep((gulong)longest + 1000);
}

static int compare_names(const void *a, const void *b)
{
	const Program *const *program_a = a, *const *program_b = b;

	return strcmp((*program_a)->cache_name, (*program_b)->cache_name);
}

static void lock(Cache *cache, Program *program, gint64 deadline)
{
	gint64 wait = 500;

	for (;;) {
		program->locked = cache_dir_try_lock(cache->lock_fd, program->cache_name);
		/* Some network file systems have no locks at all. */
		if (program->locked || (errno != EAGAIN && errno != EACCES) ||
			g_get_monotonic_time() >= deadline)
			return;
		g_usleep((gulong)wait);
		wait = MIN(2 * wait, LOCK_POLL_US);
	}
}

static void unlock(Cache *cache, Program *program)
{
	if (program->locked)
		cache_dir_unlock(cache->lock_fd, program->cache_name);
	program->locked = false;
}

void cache_claim(Cache *cache, const GPtrArray *programs)
{
	const VpRequest *request = cache->request;
	bool refresh = request->cache == VP_CACHE_REFRESH;
	g_autoptr(GPtrArray) sorted = g_ptr_array_new();
	gint64 deadline;

	if (!open_for_writing(cache))
		return;
	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];
		const VpCandidate *candidate = program_candidate(program);

		program->stamps = stamps_take(
			candidate->real_path, &candidate->program, request->expose);
	}
	if (refresh)
		wait_until_settled(programs);
	for (guint i = 0; i < programs->len; i++) {
		Program *program = programs->pdata[i];

		entry_name(cache, program);
		if (program->stamps && stamps_settle_time(program->stamps) == 0)
			g_ptr_array_add(sorted, program);
	}
	/* Everybody in the same order, so that no two wait for each other. */
	g_ptr_array_sort(sorted, compare_names);
	deadline = g_get_monotonic_time() + (gint64)request->timeout_us;
	for (guint i = 0; i < sorted->len; i++) {
		Program *program = sorted->pdata[i];
		VpStamp stale;

		lock(cache, program, deadline);
		/* Who had the lock may have written what is wanted. */
		if (recall_from(cache, cache->dir_fd, program,
			    refresh ? cache->opened_us : 0, &stale))
			unlock(cache, program);
	}
}

/* Whether it says something about the program, rather than about this host's state, or
 * what its caller has passed on. */
static bool is_worth_keeping(const Program *program, const SandboxResult *result)
{
	VpVerdict verdict = program_candidate(program)->verdict;

	if (result->inherited && vp_verdict_stage(verdict) == VP_STAGE_RUN)
		return false;
	switch (result->outcome) {
	case SANDBOX_UNAVAILABLE:
		return false;
	case SANDBOX_SIGNALED:
		/* The host's lack of memory, or an administrator. */
		return result->signal != SIGKILL;
	case SANDBOX_EXEC_FAILED:
		/* Not what was denied: by directories, groups and mounts as well, of
		 * which there is no stamp. */
		return result->errnum == ENOENT || result->errnum == ENOEXEC ||
		       result->errnum == ELOOP || result->errnum == ELIBBAD;
	default:
		return true;
	}
}

static gint64 lifetime_of(const Program *program)
{
	VpVerdict verdict = program_candidate(program)->verdict;

	if (verdict == VP_VERDICT_TIMEOUT)
		return LIFETIME_OF_TIMEOUT;
	if (vp_verdict_stage(verdict) == VP_STAGE_RUN)
		return LIFETIME_OF_FAILURE;
	return program->stamps->interpreter ? LIFETIME_OF_SCRIPT : 0;
}

/* Returns: (transfer full) (nullable): the entry's text. */
static char *make_entry(Cache *cache, const Program *program, const SandboxResult *result)
{
	const VpCandidate *candidate = program_candidate(program);
	const Stamps *stamps = program->stamps;
	CacheEntry entry = {
		.generator = (char *)cache_entry_generator(),
		.boot_id = cache->boot_id,
		.real_path = candidate->real_path,
		.argv0 = candidate->binary,
		.profile = program->profile,
		.program = stamps->program,
		.interpreter = stamps->interpreter,
		.interpreter_file = stamps->interpreter_file,
		.ld_so_cache = stamps->ld_so_cache,
		.devices = stamps->devices,
		.made_us = cache_entry_now() -
			   (g_get_monotonic_time() - (gint64)result->start_us),
		.lifetime_us = lifetime_of(program),
		.timeout_us = (gint64)cache->request->timeout_us,
	};
	char *text;

	cache_entry_set_result(&entry, result);
	text = cache_entry_format(&entry);
	cache_entry_clear_result(&entry);
	return text;
}

/* What was read with the caller's rights is not for everybody. */
static mode_t entry_mode(
	const Cache *cache, const VpCandidate *candidate, const SandboxResult *result)
{
	bool exposed = cache->request->expose && *cache->request->expose;
	/* A failure may be of another's own making, and tells what was looked at. */
	bool failed = result->outcome != SANDBOX_EXITED || result->exit_status != 0;

	return exposed || failed || !(candidate->program.mode & S_IXOTH) ? 0600 : 0644;
}

static void keep(Cache *cache, Program *program, const SandboxResult *result)
{
	const VpCandidate *candidate = program_candidate(program);
	g_autoptr(Stamps) after = stamps_take(
		candidate->real_path, &candidate->program, cache->request->expose);
	g_autofree char *text = NULL;
	GError *error = NULL;

	if (!after || !stamps_equal(program->stamps, after))
		return;
	text = make_entry(cache, program, result);
	if (!text)
		return;
	if (cache_dir_write(cache->dir_fd, program->cache_name, text,
		    entry_mode(cache, candidate, result), &error))
		cache->n_stored++;
	else
		note_error(cache, error);
}

void cache_store(Cache *cache, Program *program, const SandboxResult *result)
{
	if (!program->locked)
		return;
	/* A room that shows less is not one to learn from for others. */
	if (!result->hides_etc && is_worth_keeping(program, result))
		keep(cache, program, result);
	unlock(cache, program);
}

void cache_report(const Cache *cache, VpResult *ret_result)
{
	ret_result->n_stored = cache->n_stored;
	if (cache->error)
		ret_result->cache_error = g_strdup(cache->error->message);
}
