// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which files an answer depends on, as they are now. A stamp is text that is compared for
 * equality and nothing else; it changes whenever the file does.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/result.h"

/* The host at one time: what several programs depend on is looked at once. */
typedef struct Stamper Stamper;

/* @left: (nullable): how many bytes of content may be read now, which it takes off; NULL:
 * any number. */
Stamper *stamper_new(size_t *left);
void stamper_free(Stamper *stamper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stamper, stamper_free)

/* Returns: (nullable): the file of which there was more to read than was left. Then what
 * has been asked for last is not known: it is to be asked for again once all is read. */
const char *stamper_reading(const Stamper *stamper);

/* Goes on with that. Returns: whether all is read, or nothing was to be. */
bool stamper_read_on(Stamper *stamper);

/* Of all that a program's answer depends on. */
typedef struct {
	char *program;          /* the file itself */
	char *directory;        /* that it lies in; "": see stamp_directory() */
	char *interpreter;      /* path of a script's; NULL: it is none */
	char *interpreter_file; /* its stamp, or NULL */
	char *ld_so_cache;      /* rewritten whenever a library package changes */
	char *devices;          /* of those that are exposed; "": none is */
	gint64 changed_us;      /* the latest change to one of them, real time */
} Stamps;

/* A change that is younger could be followed by another one that leaves the same times:
 * file systems count in ticks, some of them in two seconds. */
#define STAMPS_SETTLE_US (2 * 1000 * 1000)

/*
 * stamps_take:
 * @alone: it sees nothing of its directory but itself
 * @expose: paths that it may read too; of interest are the devices among them
 * @error: (nullable): G_FILE_ERROR, whatever the reason
 *
 * Returns: (transfer full): of the program at @real_path, which must be @program still,
 * to be freed by stamps_free(); NULL if it is not, or something has no stamp.
 */
Stamps *stamps_take(Stamper *stamper, const char *real_path, const SandboxFile *program,
	bool alone, const char *const *expose, GError **error);
void stamps_free(Stamps *stamps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stamps, stamps_free)

bool stamps_equal(const Stamps *a, const Stamps *b);

/* Returns: how long to wait until @stamps can be relied on, in microseconds; 0: they can.
 */
gint64 stamps_settle_time(const Stamps *stamps);

/*
 * stamp_program:
 * @error: (nullable): G_FILE_ERROR_INVAL: it was changed in the future. The next change
 * may well leave the same time, and so it has no stamp. Other failures set none
 *
 * Returns: (transfer full) (nullable): the stamp of @program at @real_path.
 */
char *stamp_program(Stamper *stamper, const char *real_path, const SandboxFile *program,
	GError **error);

/*
 * stamp_file:
 * @ret_changed_us: raised to its last change, unless NULL
 * @error: as above
 *
 * Returns: (nullable): the stamp of the file that @path leads to, or of its absence. It
 * is the stamper's, and stays.
 */
const char *stamp_file(
	Stamper *stamper, const char *path, gint64 *ret_changed_us, GError **error);

/*
 * stamp_directory:
 * @real_path: of a program
 *
 * Of the directory that it lies in, which changes when a sibling or a private library is
 * put there, replaced by another file or removed. Not below /usr and the like: there
 * packages come and go that have nothing to do with the program, and ld.so.cache says
 * what becomes of libraries.
 *
 * Returns: as stamp_file(); "" where it has none.
 */
const char *stamp_directory(
	Stamper *stamper, const char *real_path, gint64 *ret_changed_us, GError **error);

/* Returns: (transfer full) (nullable): of the devices among @expose, and of the drivers
 * that are loaded, or "" if there are none. The others as above. */
char *stamp_devices(const char *const *expose, gint64 *ret_changed_us, GError **error);

/* Returns: (transfer full) (nullable): the path of the interpreter that a script names. A
 * program that may be executed but not read is no script: those have to be read. */
char *stamps_find_interpreter(const char *real_path);

/* Likewise, of the first @length bytes of a program. */
char *stamps_parse_interpreter(const char *head, size_t length);

#define STAMPS_LD_SO_CACHE "/etc/ld.so.cache"

/* Returns: (transfer full) (nullable): the id of the running kernel's boot. */
char *stamp_boot_id(void);
