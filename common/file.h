// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Reading small files that may be anything, and judging who could have written them.
 * Everything is decided on open descriptors: what was judged is what is used.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <glib.h>

#include "common/owners.h"

/* On whose behalf files are judged. */
typedef struct {
	/* the effective ids of the process */
	uid_t uid;
	gid_t gid;
	NamelessOwners nameless; /* see file_nameless() */
	bool knows_nameless;
	/* NULL-terminated: directories in which nobody but root puts files, or NULL */
	const char *const *system_trees;
} FileCaller;

/* Returns: for this process' user namespace. @system_trees has to stay as it is. */
FileCaller file_caller(uid_t uid, gid_t gid, const char *const *system_trees);

/* Returns: (nullable): what is looked up at the first file that is not root's. Most calls
 * see none. NULL with @error of G_FILE_ERROR for a lack of ours. */
const NamelessOwners *file_nameless(FileCaller *caller, GError **error);

/* Whether @path, a real one, is one of the caller's system trees, lies below one, or on
 * the way to one (/nix). */
bool file_is_in_system(const char *path, const FileCaller *caller);

/* Whether @path is @directory, or lies below it, by their texts. */
bool file_is_at_or_below(const char *path, const char *directory);

/*
 * file_blame_us:
 * @errnum: why a file could not be opened or looked up
 * @error: G_FILE_ERROR
 *
 * Returns: whether no file is to blame, with @error: the shortage is ours, or the call is
 * refused for any file.
 */
bool file_blame_us(int errnum, const char *path, GError **error);

/* Likewise, by the @cause that one of the functions below gave for @path. */
bool file_blame_us_for(const GError *cause, const char *path, GError **error);

/*
 * file_distrust:
 * @fd: of the file, O_PATH is enough
 * @st: of that
 * @caller: who is about to use it
 * @error: G_FILE_ERROR, where descriptors or memory are lacking to find out
 *
 * A file is trusted if it belongs to root or to the caller (only to root if the caller is
 * uid 0) and only its owner can write it. Write permission for the group is tolerated for
 * the caller's own file in the caller's own primary group (a umask of 002), never as uid
 * 0. An ACL that lets others write shows in the group bits.
 *
 * A file whose owner has no id in this user namespace may be anybody's. Where root has
 * none either, it is trusted in a system tree that belongs to somebody without an id, if
 * neither the file nor any directory on its real path can be written by group or others.
 *
 * Returns: (transfer full) (nullable): why the file is not trusted, for people, or NULL
 * if it is. Where @error is set, it is not trusted.
 */
char *file_distrust(int fd, const struct stat *st, FileCaller *caller, GError **error);

/*
 * file_distrust_program:
 * @fd: of the program, O_PATH is enough
 *
 * As file_distrust(), and the program must not gain privileges by being started: no
 * setuid or setgid bit, no file capabilities. The capabilities are read through
 * /proc/self/fd, since an O_PATH descriptor has no extended attributes; if they cannot be
 * read, that is a reason too.
 */
char *file_distrust_program(
	int fd, const struct stat *st, FileCaller *caller, GError **error);

/* Returns: (transfer none): what a file is that is not a regular one: "a directory". */
const char *file_type_name(mode_t mode);

/*
 * file_open_regular:
 * @dir_fd: as for openat()
 * @ret_st: of the opened file
 * @error: G_FILE_ERROR
 *
 * Opens @path for reading if it is a regular file after symlinks are followed. Never
 * blocks on a FIFO, and a device is not opened (opening one can have effects).
 *
 * Returns: a descriptor (close-on-exec), which the caller owns, or -1.
 */
int file_open_regular(int dir_fd, const char *path, struct stat *ret_st, GError **error);

/*
 * file_reopen:
 * @found: of a regular file, O_PATH is enough
 * @st: of that
 * @dir_fd, @path: by which it was found, for where /proc is not mounted
 *
 * Opens that very file for reading, whatever its path leads to by now.
 *
 * Returns: a descriptor (close-on-exec), which the caller owns, or -1 with errno.
 */
int file_reopen(int found, const struct stat *st, int dir_fd, const char *path);

/*
 * file_read_bounded:
 * @fd: a regular file, at its start
 * @size: that fstat() reports, which saves looking for the end; in /proc it is 0
 * @max: bytes
 * @ret_length: bytes read
 * @error: G_FILE_ERROR; G_FILE_ERROR_FBIG does not exist, so a file of more than @max
 * bytes is G_FILE_ERROR_NOSPC with a message that says the limit
 *
 * Reads to the end, however the file grows or shrinks meanwhile.
 *
 * Returns: (transfer full): @ret_length bytes and a NUL after them, or NULL.
 */
char *file_read_bounded(
	int fd, off_t size, size_t max, size_t *ret_length, GError **error);

/*
 * file_read_kernels:
 * @path: in /proc or /sys
 *
 * GLib's own function lets the descriptor pass to what other threads start meanwhile.
 *
 * Returns: (transfer full) (nullable): what the file says, up to 64 MiB.
 */
char *file_read_kernels(const char *path);
