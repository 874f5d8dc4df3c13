// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of reasons why an entry is not believed: their stable names, and what they
 * mean.
 */
#include "probe/vhost-probe.h"

static const struct {
	const char *name, *about;
} reasons[] = {
	[VP_STALE_NONE] = {"none", "nothing differs"},
	[VP_STALE_ENTRY] = {"entry", "the entry is torn, foreign or not to be trusted"},
	[VP_STALE_GENERATOR] = {"generator", "another version has written it"},
	[VP_STALE_BOOT_ID] = {"boot-id", "it is from another boot"},
	[VP_STALE_PROFILE] = {"profile", "it is for other layers or exposed paths"},
	[VP_STALE_LEVEL] = {"level", "it was made at a lower level of the sandbox"},
	[VP_STALE_TIMEOUT] = {"timeout", "the program had less time then"},
	[VP_STALE_AGE] = {"age", "it is too old"},
	[VP_STALE_PROGRAM] = {"program", "the program has changed"},
	[VP_STALE_DIRECTORY] = {"directory", "the program's directory has changed"},
	[VP_STALE_INTERPRETER] = {"interpreter", "the script's interpreter has changed"},
	[VP_STALE_LD_SO_CACHE] = {"ld-so-cache", "libraries have changed"},
	[VP_STALE_DEVICES] = {"devices",
		"an exposed device, who may open it, or a driver has changed"},
};

G_STATIC_ASSERT(G_N_ELEMENTS(reasons) == VP_N_STALE);

const char *vp_stale_name(VpStale stale)
{
	return reasons[stale].name;
}

const char *vp_stale_about(VpStale stale)
{
	return reasons[stale].about;
}
