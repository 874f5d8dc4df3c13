// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Enumerations of which nothing but a name is known; and the sandbox's levels and layers,
 * as the interface has them.
 */
#include "probe/vhost-probe.h"

#include "probe/row.h"
#include "sandbox/sandbox.h"

/* What is only renamed at the edge has the same numbers. */
G_STATIC_ASSERT((int)VP_LEVEL_NONE == (int)SANDBOX_LEVEL_NONE);
G_STATIC_ASSERT((int)VP_LEVEL_PARTIAL == (int)SANDBOX_LEVEL_PARTIAL);
G_STATIC_ASSERT((int)VP_LEVEL_FULL == (int)SANDBOX_LEVEL_FULL);

const char *vp_level_name(VpLevel level)
{
	switch (level) {
	case VP_LEVEL_NONE:
	case VP_LEVEL_PARTIAL:
	case VP_LEVEL_FULL:
		return sandbox_level_name((SandboxLevel)level);
	}
	return NULL;
}

const char *vp_layer_name(gsize index)
{
	return index < SANDBOX_N_LAYERS ? sandbox_layer_name((SandboxLayer)index) : NULL;
}

// clang-format off
const char *vp_cache_mode_name(VpCacheMode mode)
{
	switch (mode) {
	NAME(VP_CACHE_AUTO, "auto")
	NAME(VP_CACHE_ONLY, "only")
	NAME(VP_CACHE_REFRESH, "refresh")
	NAME(VP_CACHE_OFF, "off")
	}
	return NULL;
}

const char *vp_probe_source_name(VpProbeSource source)
{
	switch (source) {
	NAME(VP_PROBE_NONE, "none")
	NAME(VP_PROBE_RUN, "run")
	NAME(VP_PROBE_CACHE, "cache")
	}
	return NULL;
}

const char *vp_remedy_name(VpRemedy remedy)
{
	switch (remedy) {
	NAME(VP_REMEDY_NONE, "none")
	NAME(VP_REMEDY_EXPOSE, "expose")
	NAME(VP_REMEDY_WITHOUT, "without")
	NAME(VP_REMEDY_JOBS, "jobs")
	NAME(VP_REMEDY_LEVEL, "level")
	}
	return NULL;
}
// clang-format on
