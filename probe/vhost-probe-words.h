// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: what a program that talks with people needs besides: the device types,
 * what they may have meant, values as people write them, and what the configuration says.
 * The conventions are those of vhost-probe.h; all of this has been there since 0.2.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/* ---- device types (T1, C1, P5) ---- */

typedef struct VpDeviceType VpDeviceType;

/* By index: the types of the schema and others that are in use, by name. Any other type
 * is treated alike, but cannot be hinted at. Returns: (transfer none) (nullable). */
const VpDeviceType *vp_device_type_at(gsize index);
/* Returns: (transfer none) (nullable): the type of exactly this name. */
const VpDeviceType *vp_device_type_find(const char *name);
/* Returns: (transfer none) (nullable): the type that is meant for certain by @word, which
 * is what somebody calls it: "virtiofs", "vhost-user-blk", " GPU ". */
const VpDeviceType *vp_device_type_meant(const char *word);

const char *vp_device_type_get_name(const VpDeviceType *type);
/* In a few words. */
const char *vp_device_type_get_about(const VpDeviceType *type);
/* Those that the schema names for it. */
const char *const *vp_device_type_get_features(const VpDeviceType *type);
/* Else QEMU or known backends have it. */
bool vp_device_type_is_in_schema(const VpDeviceType *type);
/* (nullable): what people should know where nothing announces the type; and what its
 * programs leave open, whatever they print. */
const char *vp_device_type_get_note_absent(const VpDeviceType *type);
const char *vp_device_type_get_note_unsaid(const VpDeviceType *type);

/* ---- hints ---- */

/* Returns: (transfer full) (nullable): what may have been meant, for people, if a type
 * that nothing announces, or a feature that nothing has, was asked for. */
char *vp_result_hint(const VpResult *result);

/* ---- values of a request, as people write them ---- */

/* Seconds, fractions allowed, above 0 and up to 3600. Returns: whether @text is that; if
 * not, @ret_us is as it was. */
bool vp_parse_timeout(const char *text, uint64_t *ret_us);
/* A number from 1 to VP_JOBS_MAX; likewise. */
bool vp_parse_jobs(const char *text, unsigned *ret_jobs);
/* Returns: (transfer none) (nullable): why this real path can never be exposed, for
 * people. */
const char *vp_why_unexposable(const char *real_path);

/* ---- configuration ---- */

/* Of the file. */
const char *vp_config_get_path(const VpConfig *config);
/* 0: it says nothing about that. */
uint64_t vp_config_get_timeout(const VpConfig *config);
unsigned vp_config_get_jobs(const VpConfig *config);
/* The paths to expose, as they are written. */
const char *const *vp_config_get_expose(const VpConfig *config);
/* Returns: (transfer none) (nullable): why @path, one of these, is not exposed after all:
 * it does not exist, for instance. */
const char *vp_config_why_not_exposed(const VpConfig *config, const char *path);
/* Globs of the names of manifests that are left out, wherever they lie. */
const char *const *vp_config_get_disable(const VpConfig *config);

#pragma GCC visibility pop

G_END_DECLS
