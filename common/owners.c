// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Owners of files that have no id in this user namespace. What /proc says comes in; where
 * it does not exist, every owner counts as having an id.
 *
 * The map by itself does not say whether root has one: its outside column is in the
 * parent's ids, and in a namespace within a namespace "0 0 1" may be any user. But what
 * lies in /proc/sys/kernel belongs to the machine's root, and so shows what root is
 * called here.
 */
#include "common/owners.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "common/blame.h"
#include "common/file.h"
#include "common/lack.h"

/* Of uid_t, whose last value is none. */
#define ALL_IDS UINT32_MAX

#define UID_MAP     "/proc/self/uid_map"
#define OVERFLOW_ID "/proc/sys/kernel/overflowuid"

/* What a map says, and what it says of id @overflow. */
typedef struct {
	uint64_t n_mapped;
	bool is_somebody;
} Map;

static Map parse_map(const char *uid_map, uid_t overflow)
{
	Map map = {0};

	for (const char *line = uid_map; *line;
		line += strcspn(line, "\n"), line += !!*line) {
		char *end;
		uint64_t inside = strtoull(line, &end, 10), count;

		strtoull(end, &end, 10); /* outside */
		count = strtoull(end, NULL, 10);
		map.n_mapped += count;
		map.is_somebody |= overflow >= inside && overflow - inside < count;
	}
	return map;
}

static bool maps_all(const char *uid_map)
{
	return parse_map(uid_map, 0).n_mapped >= ALL_IDS;
}

NamelessOwners owners_parse(const char *uid_map, uid_t overflow, uid_t root)
{
	Map map = parse_map(uid_map, overflow);

	if (maps_all(uid_map))
		return (NamelessOwners){0};
	return (NamelessOwners){
		.shown = overflow,
		.is_somebody = map.is_somebody,
		.has_root = !map.is_somebody && root == overflow,
		.leaves_one = map.n_mapped <= 1,
	};
}

/* Returns: whether no lack of ours is why @path cannot be read. */
static bool is_absent(const char *path, GError **error)
{
	if (!blame_is_shortage(errno))
		return true;
	return lack_set_error(error, errno, "cannot read %s", path);
}

bool owners_look(NamelessOwners *ret_nameless, GError **error)
{
	g_autofree char *uid_map = file_read_kernels(UID_MAP), *overflow = NULL;
	struct stat root;

	*ret_nameless = (NamelessOwners){0};
	if (!uid_map)
		return is_absent(UID_MAP, error);
	/* On most systems nothing else needs to be found out. */
	if (maps_all(uid_map))
		return true;
	overflow = file_read_kernels(OVERFLOW_ID);
	if (!overflow || stat(OVERFLOW_ID, &root) < 0)
		return is_absent(OVERFLOW_ID, error);
	*ret_nameless =
		owners_parse(uid_map, (uid_t)strtoul(overflow, NULL, 10), root.st_uid);
	return true;
}
