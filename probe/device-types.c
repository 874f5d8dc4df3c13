// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The table of device types and their features (T1, C1), for the parser, hints, help and
 * documents: those of the schema, and those that QEMU or known backends have beside them.
 */
#include "probe/device-types.h"

#include <string.h>

static const char *const no_features[] = {NULL}; /* P5 */
static const char *const block_features[] = {"read-only", "blk-file", NULL};
static const char *const gpu_features[] = {"render-node", "virgl", NULL};
static const char *const input_features[] = {"evdev-path", "no-grab", NULL};

/* What else people call it, beside what begins with "virtio-" or "vhost-user-". */
static const char *const p9_aliases[] = {"9pfs", "9p2000", NULL};
static const char *const block_aliases[] = {"blk", "disk", NULL};
static const char *const console_aliases[] = {"serial", NULL};
static const char *const fs_aliases[] = {"virtiofs", "virtiofsd", "filesystem", NULL};
static const char *const input_aliases[] = {"evdev", "keyboard", "mouse", "tablet", NULL};
static const char *const media_aliases[] = {"camera", NULL};
static const char *const net_aliases[] = {"network", "ethernet", NULL};
static const char *const rng_aliases[] = {"random", "entropy", NULL};
static const char *const snd_aliases[] = {"sound", "audio", NULL};

static const DeviceNotes fs_notes = {
	"virtiofsd, the usual fs backend, is often packaged separately",
	"an fs backend does not report whether it can share files as this user; that "
	"shows when it is started",
};

#define SCHEMA true
#define OTHER  false

static const VpDeviceType types[] = {
	{"9p", no_features, "9p file sharing", NULL, SCHEMA, p9_aliases, NULL},
	{"balloon", no_features, "memory balloon", NULL, SCHEMA, NULL, NULL},
	{"block", block_features, "disk", NULL, SCHEMA, block_aliases, NULL},
	{"caif", no_features, "modem link", NULL, SCHEMA, NULL, NULL},
	{"can", no_features, "CAN bus", NULL, OTHER, NULL, NULL},
	{"console", no_features, "serial console", NULL, SCHEMA, console_aliases, NULL},
	{"crypto", no_features, "cipher engine", NULL, SCHEMA, NULL, NULL},
	{"fs", no_features, "shared file system", NULL, SCHEMA, fs_aliases, &fs_notes},
	{"gpio", no_features, "digital inputs and outputs", NULL, OTHER, NULL, NULL},
	{"gpu", gpu_features, "graphics", "/dev/dri", SCHEMA, NULL, NULL},
	{"i2c", no_features, "I2C bus", NULL, OTHER, NULL, NULL},
	{"input", input_features, "keyboard, mouse, tablet", "/dev/input", SCHEMA,
		input_aliases, NULL},
	{"media", no_features, "camera and codec", NULL, OTHER, media_aliases, NULL},
	{"net", no_features, "network interface", NULL, SCHEMA, net_aliases, NULL},
	{"rng", no_features, "entropy source", NULL, SCHEMA, rng_aliases, NULL},
	{"rpmb", no_features, "replay protected memory block", NULL, OTHER, NULL, NULL},
	{"rpmsg", no_features, "remote processor messages", NULL, SCHEMA, NULL, NULL},
	{"rproc-serial", no_features, "remote processor serial link", NULL, SCHEMA, NULL,
		NULL},
	{"rtc", no_features, "clock", NULL, OTHER, NULL, NULL},
	{"scmi", no_features, "system control and management", NULL, OTHER, NULL, NULL},
	{"scsi", no_features, "SCSI host adapter", NULL, SCHEMA, NULL, NULL},
	{"snd", no_features, "sound card", NULL, OTHER, snd_aliases, NULL},
	{"spi", no_features, "SPI bus", NULL, OTHER, NULL, NULL},
	{"video", no_features, "video codec", NULL, OTHER, NULL, NULL},
	{"vsock", no_features, "host-guest sockets", NULL, SCHEMA, NULL, NULL},
};

const VpDeviceType *vp_device_type_at(gsize index)
{
	return index < G_N_ELEMENTS(types) ? &types[index] : NULL;
}

/* Whether @word is @name, whatever usual prefix it has. */
static bool is_called(const char *word, const char *name)
{
	static const char *const habits[] = {"", "vhost-user-", "vhost-", "virtio-"};

	for (size_t i = 0; i < G_N_ELEMENTS(habits); i++)
		if (g_str_has_prefix(word, habits[i]) &&
			g_str_equal(word + strlen(habits[i]), name))
			return true;
	return false;
}

const VpDeviceType *vp_device_type_find(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++)
		if (g_str_equal(name, types[i].name))
			return &types[i];
	return NULL;
}

const VpDeviceType *vp_device_type_meant(const char *word)
{
	g_autofree char *folded = g_strstrip(g_ascii_strdown(word, -1));

	g_strdelimit(folded, "_ ", '-');
	for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
		const char *const *alias = types[i].aliases;

		if (is_called(folded, types[i].name))
			return &types[i];
		for (; alias && *alias; alias++)
			if (is_called(folded, *alias))
				return &types[i];
	}
	return NULL;
}

const char *vp_device_type_get_name(const VpDeviceType *type)
{
	return type->name;
}

const char *vp_device_type_get_about(const VpDeviceType *type)
{
	return type->about;
}

const char *const *vp_device_type_get_features(const VpDeviceType *type)
{
	return type->features;
}

bool vp_device_type_is_in_schema(const VpDeviceType *type)
{
	return type->in_schema;
}

const char *vp_device_type_get_note_absent(const VpDeviceType *type)
{
	return type->notes ? type->notes->absent : NULL;
}

const char *vp_device_type_get_note_unsaid(const VpDeviceType *type)
{
	return type->notes ? type->notes->unsaid : NULL;
}
