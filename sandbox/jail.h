// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The room that programs run in: namespaces and a private read-only root. Called by the
 * warden alone, in its own process; async-signal-safe. Each function returns 0 or an
 * errno value.
 */
#pragma once

#include <sys/types.h>

#include <stdbool.h>

/* Where a program's libraries and interpreter are; NULL-terminated. Not all exist on
 * every system. */
extern const char *const jail_system_paths[];

/* The trees that will be seen inside, held open between the two halves. */
typedef struct JailSources JailSources;

/* Gives this process' user namespace its one id, that of the process outside, unless the
 * caller has mapped another (@mapped). */
int jail_map_ids(bool mapped, unsigned outside_uid, unsigned outside_gid);

/* First half: a private mount namespace, and the system's directories cloned while the
 * ids that may look them up are still there. */
int jail_collect(JailSources **ret_sources);

/* Second half, with the inside ids: the new root from the collected trees and @paths
 * (real paths, each with its NUL, ended by an empty one); the old one is gone afterwards.
 */
int jail_build(JailSources *sources);

/* Opens @paths of the plan before the ids change. */
int jail_collect_paths(JailSources *sources, const char *paths);

/* Becomes the inside id; capabilities stay. */
int jail_drop_ids(void);

/* Has these ids and no others: real and saved ones may be another's. */
int jail_keep_ids(uid_t uid, gid_t gid);

/* No capability, now or later. */
int jail_drop_capabilities(void);

/*
 * Whether a layer is what it should be, by trying what must not work or by looking.
 * The first before Landlock, which would refuse before the read-only root does.
 */
int jail_canary_mount(void);
int jail_canary_ids(void);
int jail_canary_capabilities(void);
