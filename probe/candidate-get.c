// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a candidate says to those who read a result.
 */
#include "probe/result.h"

#include "probe/lists.h"

const char *vp_candidate_get_name(const VpCandidate *candidate)
{
	return candidate->name;
}

const char *vp_candidate_get_manifest(const VpCandidate *candidate)
{
	return candidate->manifest;
}

const char *vp_candidate_get_type(const VpCandidate *candidate)
{
	return candidate->type;
}

const char *vp_candidate_get_description(const VpCandidate *candidate)
{
	return candidate->description;
}

const char *vp_candidate_get_binary(const VpCandidate *candidate)
{
	return candidate->binary;
}

const char *const *vp_candidate_get_tags(const VpCandidate *candidate)
{
	return list_or_none((const char *const *)candidate->tags);
}

VpVerdict vp_candidate_get_verdict(const VpCandidate *candidate)
{
	return candidate->verdict;
}

const char *vp_candidate_get_reason(const VpCandidate *candidate)
{
	return candidate->reason;
}

const char *const *vp_candidate_get_remedy(const VpCandidate *candidate, VpRemedy remedy)
{
	return list_or_none((unsigned)remedy < VP_N_REMEDIES
				    ? (const char *const *)candidate->remedies[remedy]
				    : NULL);
}

const char *vp_candidate_get_masked_by(const VpCandidate *candidate)
{
	return candidate->masked_by;
}

const VpCapabilities *vp_candidate_get_capabilities(const VpCandidate *candidate)
{
	return candidate->capabilities;
}

const char *const *vp_candidate_get_missing(const VpCandidate *candidate)
{
	return list_or_none((const char *const *)candidate->missing);
}

const char *const *vp_candidate_get_excluded(const VpCandidate *candidate)
{
	return list_or_none((const char *const *)candidate->excluded);
}

const VpProbe *vp_candidate_get_probe(const VpCandidate *candidate)
{
	return &candidate->probe;
}

bool vp_candidate_is_in_doubt(const VpCandidate *candidate)
{
	return candidate->in_doubt;
}

const char *vp_capabilities_get_type(const VpCapabilities *capabilities)
{
	return capabilities->type;
}

const char *const *vp_capabilities_get_features(const VpCapabilities *capabilities)
{
	return list_or_none((const char *const *)capabilities->features);
}

VpProbeSource vp_probe_get_source(const VpProbe *probe)
{
	return probe->source;
}

VpStale vp_probe_get_stale(const VpProbe *probe)
{
	return probe->stale;
}

bool vp_probe_is_confirmed(const VpProbe *probe)
{
	return probe->confirmed;
}

bool vp_probe_is_kept(const VpProbe *probe)
{
	return probe->kept;
}

int64_t vp_probe_get_age(const VpProbe *probe)
{
	return probe->age_us;
}

VpLevel vp_probe_get_level(const VpProbe *probe)
{
	return (VpLevel)probe->level;
}

bool vp_probe_is_sandboxed(const VpProbe *probe)
{
	return probe->held != 0;
}

uint64_t vp_probe_get_duration(const VpProbe *probe)
{
	return probe->duration_us;
}

int vp_probe_get_exit_status(const VpProbe *probe)
{
	return probe->exit_status;
}

int vp_probe_get_signal(const VpProbe *probe)
{
	return probe->signal;
}

const char *vp_probe_get_stderr(const VpProbe *probe)
{
	return probe->stderr_text;
}

const char *vp_probe_get_stdout(const VpProbe *probe)
{
	return probe->stdout_text;
}
