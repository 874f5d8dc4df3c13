// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What a caller passes on to all that it starts, and what may make a healthy program fail
 * where it is less than the sandbox would give. The warden resets what it may; the rest
 * is reported, so that no program is blamed for it.
 */
#pragma once

#include <stdint.h>

typedef enum {
	INHERITED_COUNT,
	INHERITED_BYTES,
	INHERITED_SECONDS,
	INHERITED_NICENESS, /* no limit: at most 0, or another policy than the usual */
	INHERITED_MDWE,     /* no limit: what is written cannot be executed */
} InheritedKind;

typedef struct {
	InheritedKind kind;
	int resource;   /* RLIMIT_..., of limits */
	uint64_t least; /* the value that the sandbox would give; of limits */
	const char *name, *about;
} Inherited;

/* A set of these is an or of 1 << index. */
extern const Inherited sandbox_inherited[];
extern const unsigned sandbox_n_inherited;

/* Returns: the set of those that are less than they should be, for this process. */
uint32_t inherited_find(void);
