// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Which files an answer depends on, as they are now. A stamp is text that is compared for
 * equality and nothing else; it changes whenever the file does.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/vhost-probe.h"

typedef struct {
	char *program;          /* the file itself */
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
 * @expose: paths that it may read too; of interest are the devices among them
 *
 * Returns: (transfer full): of the program at @real_path, which must be @program still,
 * to be freed by stamps_free(); NULL if it is not, or cannot be told.
 */
Stamps *stamps_take(
	const char *real_path, const SandboxFile *program, const char *const *expose);
void stamps_free(Stamps *stamps);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stamps, stamps_free)

bool stamps_equal(const Stamps *a, const Stamps *b);

/* Returns: how long to wait until @stamps can be relied on, in microseconds; 0: they can.
 * A change in the future is as old as it will ever be: that of a change just now. */
gint64 stamps_settle_time(const Stamps *stamps);

/* Returns: (transfer full) (nullable): the stamp of @program at @real_path. */
char *stamp_program(const char *real_path, const SandboxFile *program);

/* Returns: (transfer full) (nullable): the stamp of the file that @path leads to, or of
 * its absence. @ret_changed_us is raised to its last change, unless NULL. */
char *stamp_file(const char *path, gint64 *ret_changed_us);

/* Returns: (transfer full) (nullable): of the devices among @expose, or "" if there are
 * none. @ret_changed_us as above. */
char *stamp_devices(const char *const *expose, gint64 *ret_changed_us);

/* Returns: (transfer full) (nullable): the path of the interpreter that a script names. A
 * program that may be executed but not read is no script: those have to be read. */
char *stamps_find_interpreter(const char *real_path);

#define STAMPS_LD_SO_CACHE "/etc/ld.so.cache"

/* Returns: (transfer full) (nullable): the id of the running kernel's boot. */
char *stamp_boot_id(void);
