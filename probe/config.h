// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The administrator's configuration, as it was read.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "probe/vhost-probe-words.h"

/* Counted references; it does not change. */
struct VpConfig {
	char *path;
	/* What it says; 0: nothing. */
	uint64_t timeout_us;
	unsigned jobs;
	/* All NULL-terminated: the paths as they are written; the real paths of those
	 * that are shown, and the links by which they are named; "PATH: WHY" of those
	 * that are not. */
	char **expose, **exposed, **links, **not_exposed;
	/* Globs of the names of manifests that are left out, wherever they lie. */
	char **disable;
};

/*
 * config_load:
 * @path: of a key file with one group, [vhost-probe]
 * @uid, @gid: effective ids of the process: it is trusted as a manifest is
 * @ret_config: (transfer full) (nullable): to be given back by config_unref(); NULL:
 * there is no such file
 * @error: G_KEY_FILE_ERROR: the file is to blame, which the message names; G_FILE_ERROR:
 * descriptors or memory are lacking
 *
 * Returns: whether there is nothing wrong with it.
 */
bool config_load(
	const char *path, uid_t uid, gid_t gid, VpConfig **ret_config, GError **error);

/* Both take NULL, too. */
VpConfig *config_ref(const VpConfig *config);
void config_unref(VpConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VpConfig, config_unref)

/* Returns: (transfer none) (nullable): the glob by which the manifest called @name is
 * left out. */
const char *config_disabling(const VpConfig *config, const char *name);
