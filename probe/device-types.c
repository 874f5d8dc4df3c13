// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of device types and their features (T1, C1), for the parser, hints, help and
 * documents.
 */
#include "probe/vhost-probe.h"

#define FEATURES(...) ((const char *const[]){__VA_ARGS__ __VA_OPT__(, ) NULL})

static const VpDeviceType types[] = {
	{"9p", FEATURES(), "9p file sharing"},
	{"balloon", FEATURES(), "memory balloon"},
	{"block", FEATURES("read-only", "blk-file"), "disk"},
	{"caif", FEATURES(), "modem link"},
	{"console", FEATURES(), "serial console"},
	{"crypto", FEATURES(), "cipher engine"},
	{"fs", FEATURES(), "shared file system"},
	{"gpu", FEATURES("render-node", "virgl"), "graphics"},
	{"input", FEATURES("evdev-path", "no-grab"), "keyboard, mouse, tablet"},
	{"net", FEATURES(), "network interface"},
	{"rng", FEATURES(), "entropy source"},
	{"rpmsg", FEATURES(), "remote processor messages"},
	{"rproc-serial", FEATURES(), "remote processor serial link"},
	{"scsi", FEATURES(), "SCSI host adapter"},
	{"vsock", FEATURES(), "host-guest sockets"},
	{NULL, NULL, NULL},
};

const VpDeviceType *vp_device_types(void)
{
	return types;
}
