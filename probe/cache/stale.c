// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of reasons why an entry is not believed: their stable names, and what they
 * mean.
 */
#include "probe/vhost-probe.h"

#include "probe/row.h"

struct Row {
	const char *name, *about;
};

// clang-format off
static const struct Row *find_row(VpStale stale)
{
	switch (stale) {
	ROW(VP_STALE_NONE, "none", "nothing differs, or there is no entry")
	ROW(VP_STALE_ENTRY, "entry", "the cached answer is incomplete, not this program's, or not trusted")
	ROW(VP_STALE_GENERATOR, "generator", "the cached answer is from another version")
	ROW(VP_STALE_BOOT_ID, "boot-id", "the cached answer is from another boot")
	ROW(VP_STALE_PROFILE, "profile", "the cached answer is for other layers or exposed paths")
	ROW(VP_STALE_LEVEL, "level", "the cached answer is from a lower level of the sandbox")
	ROW(VP_STALE_TIMEOUT, "timeout", "the program had less time then")
	ROW(VP_STALE_AGE, "age", "the cached answer is too old")
	ROW(VP_STALE_PROGRAM, "program", "the program has changed")
	ROW(VP_STALE_DIRECTORY, "directory", "the program's directory has changed")
	ROW(VP_STALE_INTERPRETER, "interpreter", "the script's interpreter has changed")
	ROW(VP_STALE_LD_SO_CACHE, "ld-so-cache", "libraries have changed")
	ROW(VP_STALE_DEVICES, "devices", "an exposed device, access to it, or a driver has changed")
	ROW(VP_STALE_DOUBTFUL, "doubtful", "the cached answer may be incomplete: other programs ran beside it")
	}
	return NULL;
}
// clang-format on

const char *vp_stale_name(VpStale stale)
{
	const struct Row *row = find_row(stale);

	return row ? row->name : NULL;
}

const char *vp_stale_about(VpStale stale)
{
	const struct Row *row = find_row(stale);

	return row ? row->about : NULL;
}
