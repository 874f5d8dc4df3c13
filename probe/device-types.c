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
	{"9p", no_features, "9p file sharing", NULL},
	{"balloon", no_features, "memory balloon", NULL},
	{"block", block_features, "disk", NULL},
	{"caif", no_features, "modem link", NULL},
	{"console", no_features, "serial console", NULL},
	{"crypto", no_features, "cipher engine", NULL},
	{"fs", no_features, "shared file system", NULL},
	{"gpu", gpu_features, "graphics", "/dev/dri"},
	{"input", input_features, "keyboard, mouse, tablet", "/dev/input"},
	{"net", no_features, "network interface", NULL},
	{"rng", no_features, "entropy source", NULL},
	{"rpmsg", no_features, "remote processor messages", NULL},
	{"rproc-serial", no_features, "remote processor serial link", NULL},
	{"scsi", no_features, "SCSI host adapter", NULL},
	{"vsock", no_features, "host-guest sockets", NULL},
	{NULL, NULL, NULL, NULL},
};

const VpDeviceType *vp_device_types(void)
{
	return types;
}
