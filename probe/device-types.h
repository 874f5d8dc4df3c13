// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What is known about a device type.
 */
#pragma once

#include "probe/vhost-probe-words.h"

/* What people ask next, where a type is not as the others are. */
typedef struct {
	const char *absent; /* where nothing announces the type */
	const char *unsaid; /* what its programs leave open, whatever they print */
} DeviceNotes;

struct VpDeviceType {
	const char *name;
	const char *const *
		features; /* NULL-terminated: those that the schema names; may be empty */
	const char *about;
	const char
		*devices; /* directory of those of the host that backends use, or NULL */
	bool in_schema;   /* else QEMU or known backends have it */
	const char *const *aliases; /* NULL-terminated, what it is called too; or NULL */
	const DeviceNotes *notes;   /* or NULL */
};
