// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What the hostile backends share (main.c), and all of them (rows.h).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#define MIB          (1024 * 1024)
#define CAPABILITIES "{\"type\": \"hostile\", \"features\": [\"tried\"]}\n"

/* What rows whose name begins with "exposed-" may use. */
#define EXPOSED_DEVICE "/dev/random"

/* By which it was called. */
extern const char *own_path;

/* ---- saying ---- */

void say_bytes(int fd, const void *bytes, size_t length);
void say(const char *text);

/* Notes that an attempt succeeded which must not. */
void breach(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether one with @text in it was noted. */
bool has_breach(const char *text);

/* Says what a healthy program says, with all breaches as features. */
void tell(void);

/* ---- bait ---- */

/* Returns: what the test has written for @key; of the last eight that were asked for. */
const char *bait(const char *key);
int bait_number(const char *key);

/* Returns: a path below the caller's home, until the next call. */
const char *at_home(const char *name);

/* Whether there is a /tmp of its own. */
bool has_tmp(void);

/* ---- attempts ---- */

bool can_read(const char *path);
/* A breach called @name if @path can be made. */
void try_to_create(const char *path, const char *name);
/* Likewise, if its mode, times or owners can be changed, to what they are. */
void try_attributes(const char *path, const char *name);
bool is_same_time(const struct timespec *a, const struct timespec *b);
/* Breaches, if a program before this one has left something. */
void look_at_tmp(void);

/* ---- all ---- */

#define BEHAVIOUR(name, function, ...) void function(void);
#include "tests/hostile/rows.h"
#undef BEHAVIOUR
