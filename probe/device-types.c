// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of device types and their features (T1, C1), for the parser, hints, help and
 * documents.
 */
#include "probe/vhost-probe.h"

static const char *const no_features[] = {NULL}; /* P5 */
static const char *const block_features[] = {"read-only", "blk-file", NULL};
static const char *const gpu_features[] = {"render-node", "virgl", NULL};
static const char *const input_features[] = {"evdev-path", "no-grab", NULL};

static const VpDeviceType types[] = {
	{"9p", no_features, "9p file sharing"},
	{"balloon", no_features, "memory balloon"},
	{"block", block_features, "disk"},
	{"caif", no_features, "modem link"},
	{"console", no_features, "serial console"},
	{"crypto", no_features, "cipher engine"},
	{"fs", no_features, "shared file system"},
	{"gpu", gpu_features, "graphics"},
	{"input", input_features, "keyboard, mouse, tablet"},
	{"net", no_features, "network interface"},
	{"rng", no_features, "entropy source"},
	{"rpmsg", no_features, "remote processor messages"},
	{"rproc-serial", no_features, "remote processor serial link"},
	{"scsi", no_features, "SCSI host adapter"},
	{"vsock", no_features, "host-guest sockets"},
	{NULL, NULL, NULL},
};

const VpDeviceType *vp_device_types(void)
{
	return types;
}
