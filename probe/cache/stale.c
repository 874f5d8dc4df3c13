// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of reasons why an entry is not believed: their stable names, and what they
 * mean.
 */
#include "probe/vhost-probe.h"

static const struct {
	const char *name, *about;
} reasons[] = {
#define VP_ROW(constant, name, about) {name, about},
	VP_STALE_REASONS(VP_ROW)
#undef VP_ROW
};

const char *vp_stale_name(VpStale stale)
{
	return reasons[stale].name;
}

const char *vp_stale_about(VpStale stale)
{
	return reasons[stale].about;
}
