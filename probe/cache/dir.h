// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * A directory of cache entries, on its open descriptor: who may have written it, how an
 * entry is read, replaced and locked.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>
#include <glib.h>

#include "common/file.h"
#include "probe/cache/entry.h"
#include "sandbox/sandbox.h"

/* Returns: on whose behalf @uid's directories and entries are judged. */
FileCaller cache_dir_caller(uid_t uid);

/* Returns: (transfer full): the error for a directory that @reach has not reached. */
GError *cache_dir_unreached(const char *path, const SandboxReach *reach);

/* What is done about a directory that does not exist. */
typedef enum {
	CACHE_DIR_FIND = 0,     /* nothing */
	CACHE_DIR_MAKE,         /* it is made; its parent has to exist */
	CACHE_DIR_MAKE_PARENTS, /* with the directories above it */
} CacheDirUse;

/*
 * cache_dir_open:
 * @caller: of cache_dir_caller(): root's and this user's directories are trusted, root
 * trusts only root's; and nobody else may write there
 * @use: root's that is made may be read by all
 * @error: G_FILE_ERROR, of which G_FILE_ERROR_NOENT says that it does not exist
 *
 * Returns: a descriptor, which the caller owns, or -1.
 */
int cache_dir_open(const char *path, FileCaller *caller, CacheDirUse use, GError **error);

/* Returns: (transfer full): the name of a program's entry. */
char *cache_dir_entry_name(const char *real_path, const char *argv0, const char *profile);

/* Returns: whether @name is an entry's, or what an interrupted writer or an earlier
 * version left; that one's entry. */
bool cache_dir_is_entry_name(const char *name);
bool cache_dir_is_leftover_name(const char *name);
bool cache_dir_is_former_name(const char *name);

/*
 * cache_dir_read:
 * @since_us: real time; 0: any
 * @ret_entry: to be cleared by cache_entry_clear() either way
 * @ret_stale: ENTRY or GENERATOR if it is of no use
 *
 * Returns: whether there is such a file, which @caller may read and which has not been
 * there as it is since before @since_us.
 */
bool cache_dir_read(int dir_fd, const char *name, FileCaller *caller, gint64 since_us,
	CacheEntry *ret_entry, VpStale *ret_stale);

/* Puts @text in the place of an entry, whole or not at all. One writer at a time.
 * Returns: FALSE with @error of G_FILE_ERROR. */
bool cache_dir_write(
	int dir_fd, const char *name, const char *text, mode_t mode, GError **error);

/* Returns: a descriptor of the file that writers lock, which nobody else can open and so
 * not lock, or -1 with @error of G_FILE_ERROR. */
int cache_dir_open_lock(int dir_fd, uid_t uid, GError **error);

/* Returns: whether the lock on an entry is held now; errno is EAGAIN or EACCES if another
 * one has it. It ends with the descriptor. */
bool cache_dir_try_lock(int lock_fd, const char *name);
void cache_dir_unlock(int lock_fd, const char *name);

/* Of a directory that nobody uses any more. */
void cache_dir_remove_lock(int dir_fd);
