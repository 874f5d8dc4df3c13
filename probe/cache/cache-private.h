// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the parts of the cache share: cache.c, lookup.c and store.c.
 */
#pragma once

#include "common/file.h"
#include "probe/cache/cache.h"
#include "probe/cache/dir.h"

struct Cache {
	const VpRequest *request;
	FileCaller caller;
	SandboxProfiler *profiler, *plain; /* the latter NULL where it is the same */
	char *boot_id;    /* NULL: unknown, nothing is believed or made */
	size_t left;      /* of what may be read in this step */
	Stamper *stamper; /* of when it was opened */
	const char *ld_so_cache;
	char *devices; /* those that the request exposes */
	gint64 opened_us;
	gint64 claim_since_us; /* real time: older files are older than the opening */
	int dir_fd, shared_fd, lock_fd;
	bool looked_at_host, tried_to_write;
	GQueue keeping;           /* see store.c */
	GHashTable *stored;       /* names of entries */
	GHashTable *interpreters; /* whether they may be executed, by path */
	GError *error;            /* the first that kept something from being written */
};

/* Remembers @error (consumed), unless there is one already. */
void cache_note_error(Cache *cache, GError *error);

/* Returns: the directory at @path, made if @create; -1 if there is none. */
int cache_open_dir(Cache *cache, const char *path, CacheDirUse use);

/* What is the same for all programs, once it is needed. Returns: whether it is known. */
bool cache_look_at_host(Cache *cache);

/* Forgets what was to be kept, and is not yet. */
void cache_clear_keeping(Cache *cache);

/* Returns: (transfer none): the name of the entry. */
const char *cache_name_entry(const Cache *cache, CacheSlot *slot);
