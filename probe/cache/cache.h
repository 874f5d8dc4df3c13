// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The capability cache: one file per program, which holds the result of running it and
 * all that this depends on. It may save time and do nothing else: what cannot be believed
 * counts as missing, and what cannot be written is left unwritten.
 *
 * It answers, and does not judge. Readers take no lock. Writers hold one on the entry
 * while the program runs, so that of many callers one runs it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cache/entry.h"
#include "probe/cache/stamps.h"

typedef struct Cache Cache;

/* The place of one program's entry. */
typedef struct {
	/* One of the program's; not owned. */
	const VpCandidate *candidate;
	/* the cache's own */
	char *profile;  /* under which it is run, or NULL */
	bool alone;     /* by which it sees nothing of its directory but itself */
	char *name;     /* of the entry, or NULL */
	VpStale stale;  /* why an entry was not believed */
	char *program;  /* the program's stamp, once it was needed; or NULL */
	Stamps *stamps; /* before it ran, or NULL */
	bool locked;    /* it may be stored */
} CacheSlot;

void cache_slot_clear(CacheSlot *slot);

/* What an entry says. */
typedef struct {
	VpStale stale;        /* why it is not believed; NONE: it is, or there is none */
	SandboxResult result; /* borrows from the entry; doubtful: see programs_judge() */
	gint64 age_us;        /* since the run */
	CacheEntry entry;
} CacheAnswer;

void cache_answer_clear(CacheAnswer *answer);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CacheAnswer, cache_answer_clear)

/*
 * cache_open:
 * @ret_cache: (transfer full) (nullable): the cache of @request, to be closed by
 * cache_close(); NULL if it is not to be used. Where the file system of its directory
 * does not answer, only the shared one is read, and cache_report() says why.
 *
 * Returns: FALSE if @reach waits for that: call again once it does not.
 */
bool cache_open(const VpRequest *request, SandboxReach *reach, Cache **ret_cache);

/* Gives back all locks. */
void cache_close(Cache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Cache, cache_close)

/* ---- validity.c ---- */

/* Whether @result says something about the program, rather than about this host's state,
 * or what its caller has passed on. */
bool cache_is_worth_keeping(const SandboxResult *result);

/* Returns: for how long, in microseconds; 0: until the next boot. @interpreter: a
 * script's, or NULL. */
gint64 cache_lifetime(const char *interpreter, const SandboxResult *result, bool failed);

/* Returns: why @entry is of no use any more whatever it depends on, or NONE. No file is
 * looked at: that may take long. */
VpStale cache_find_end(const CacheEntry *entry, const char *boot_id);

/*
 * cache_find_change:
 * @stamper: of now
 * @program, @ld_so_cache: the stamps of now; @program NULL: there is none
 *
 * Returns: which of the files that @entry depends on has changed, or NONE.
 */
VpStale cache_find_change(const CacheEntry *entry, Stamper *stamper, const char *program,
	const char *ld_so_cache);

/* ---- cache.c ---- */

/* Returns: whether there may be entries that the request wants to believe. */
bool cache_may_answer(const Cache *cache);

/* Begins a step: in each, only so much is read of files that are compared by their
 * content. Returns: whether all is read that was asked for before. */
bool cache_read_on(Cache *cache);

/* Returns: (nullable): the file of which there is more to be read than this step allows:
 * what was asked for last is to be asked for again once it has been. */
const char *cache_reading(const Cache *cache);

/* Fills in what @ret_result says about the cache. */
void cache_report(const Cache *cache, VpResult *ret_result);

/* ---- lookup.c ---- */

/*
 * cache_recall:
 * @ret_answer: to be cleared by cache_answer_clear() either way
 *
 * Reads the entry, the caller's own and root's. Of two that are believed the newer one
 * counts. Once it is claimed, only what another process has written meanwhile counts. In
 * the mode REFRESH it has to be younger than the cache's opening.
 *
 * Returns: whether there is one that is believed; or cache_reading().
 */
bool cache_recall(Cache *cache, CacheSlot *slot, CacheAnswer *ret_answer);

/* ---- store.c ---- */

/*
 * cache_prepare:
 * Before a program runs, and before its entry is claimed: notes all that the answer
 * depends on.
 *
 * Returns: how long to wait until that can be relied on, in microseconds; or
 * cache_reading(). A caller that does not wait cannot claim.
 */
gint64 cache_prepare(Cache *cache, CacheSlot *slot);

/*
 * cache_claim:
 * Claims the entry, until it is stored or released, if nobody else is about to write it.
 * Where somebody is, that one may write what is wanted: see cache_recall(). It is not
 * claimed where it could not be relied on, or there are no locks; see @slot.
 *
 * Returns: FALSE if somebody else has it: try again later.
 */
bool cache_claim(Cache *cache, CacheSlot *slot);

/* Notes for cache_report() that the claim was given up. */
void cache_miss_claim(Cache *cache, const CacheSlot *slot);

void cache_release(Cache *cache, CacheSlot *slot);

/* Keeps the result of running the program, which has @failed or not, if it was claimed
 * and is worth it; and releases it, at once or by cache_keep_some(). */
void cache_store(Cache *cache, CacheSlot *slot, const SandboxResult *result, bool failed);

/* Goes on with that, as far as may be read in this step. Returns: whether all is kept,
 * and released. */
bool cache_keep_some(Cache *cache);

/* Returns: whether the result of a run was kept in @slot. */
bool cache_has_stored(const Cache *cache, const CacheSlot *slot);
