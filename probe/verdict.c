// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of verdicts: their stable names, what they mean, and which stage gives them.
 */
#include "probe/vhost-probe.h"

static const struct {
	const char *name, *about;
	VpStage stage;
} verdicts[] = {
#define VP_ROW(constant, name, stage, about) {name, about, VP_STAGE_##stage},
	VP_VERDICTS(VP_ROW)
#undef VP_ROW
};

const char *vp_verdict_name(VpVerdict verdict)
{
	return verdicts[verdict].name;
}

const char *vp_verdict_about(VpVerdict verdict)
{
	return verdicts[verdict].about;
}

VpStage vp_verdict_stage(VpVerdict verdict)
{
	return verdicts[verdict].stage;
}
