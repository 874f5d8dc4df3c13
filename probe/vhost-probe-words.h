// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * libvhost-probe: what a program that talks with people needs besides: the device types,
 * what they may have meant, values as people write them, and what the configuration says.
 * The conventions are those of vhost-probe.h.
 */
#pragma once

#include "vhost-probe.h"

G_BEGIN_DECLS

/* All else is hidden in the shared library. */
#pragma GCC visibility push(default)

/* ---- device types (T1, C1, P5) ---- */

/*
 * VpDeviceType:
 * A device type that is known: one of the schema, or another one that is in use. Any
 * other word is treated alike where it is asked for, but nothing can be said about it.
 * All types, and what their getters return, are static.
 *
 * Since: 0.2.0
 */
typedef struct VpDeviceType VpDeviceType;

/*
 * vp_device_type_at:
 * @index: from 0
 *
 * Returns: (transfer none) (nullable): one of the types, which are in order of their
 * names; NULL beyond the last one.
 * Since: 0.2.0
 */
const VpDeviceType *vp_device_type_at(gsize index);

/*
 * vp_device_type_find:
 * vp_device_type_meant:
 * @name: a type's name, exactly
 * @word: what somebody calls it: "virtiofs", "vhost-user-blk", " GPU "
 *
 * Returns: (transfer none) (nullable): the type of that name; the type that is certainly
 * meant by that word. NULL: there is none.
 * Since: 0.2.0
 */
const VpDeviceType *vp_device_type_find(const char *name);
const VpDeviceType *vp_device_type_meant(const char *word);

/*
 * vp_device_type_get_name:
 * vp_device_type_get_about:
 * Returns: (transfer none): its name, such as "gpu"; for people what such a device is, in
 * a few words.
 * Since: 0.2.0
 */
const char *vp_device_type_get_name(const VpDeviceType *type);
const char *vp_device_type_get_about(const VpDeviceType *type);

/*
 * vp_device_type_get_features:
 * Returns: (transfer none): the features that the schema names for it (C1); none for most
 * types (P5).
 * Since: 0.2.0
 */
const char *const *vp_device_type_get_features(const VpDeviceType *type);

/*
 * vp_device_type_is_in_schema:
 * Returns: whether the schema has it; FALSE: only QEMU or known backends do.
 * Since: 0.2.0
 */
bool vp_device_type_is_in_schema(const VpDeviceType *type);

/*
 * vp_device_type_get_note_absent:
 * vp_device_type_get_note_unsaid:
 * Returns: (transfer none) (nullable): what people should know where nothing announces
 * the type; what its programs leave open, whatever they print. NULL: nothing special.
 * Since: 0.2.0
 */
const char *vp_device_type_get_note_absent(const VpDeviceType *type);
const char *vp_device_type_get_note_unsaid(const VpDeviceType *type);

/* ---- hints ---- */

/*
 * vp_result_hint:
 * If a type that nothing announces and nobody knows was asked for, or a feature that
 * nothing has, this is what may have been meant (T1, C1).
 *
 * Returns: (transfer full) (nullable): a text for people, to be freed by g_free(); NULL:
 * there is nothing to hint at.
 * Since: 0.2.0
 */
char *vp_result_hint(const VpResult *result);

/* ---- values of a request, as people write them ---- */

/*
 * vp_parse_timeout:
 * @text: seconds in decimal, fractions allowed, above 0 and up to 3600; whatever the
 * locale, with a point
 * @ret_us: microseconds, at least 1
 *
 * Returns: whether @text is that; if not, @ret_us is as it was.
 * Since: 0.2.0
 */
bool vp_parse_timeout(const char *text, uint64_t *ret_us);

/*
 * vp_parse_jobs:
 * @text: a decimal number from 1 to VP_JOBS_MAX
 * @ret_jobs: that number
 *
 * Returns: whether @text is that; if not, @ret_jobs is as it was.
 * Since: 0.2.0
 */
bool vp_parse_jobs(const char *text, unsigned *ret_jobs);

/*
 * vp_why_unexposable:
 * @real_path: absolute, without links
 *
 * Returns: (transfer none) (nullable): for people why this path can never be exposed;
 * static. NULL: nothing is against it, if it exists.
 * Since: 0.2.0
 */
const char *vp_why_unexposable(const char *real_path);

/*
 * vp_path_answers:
 * @path: absolute
 * @timeout_us: how long to wait for an answer
 *
 * For a program that looks at a path for its own ends, such as to find out whether a word
 * names a directory: on a file system that does not answer, that would never return.
 *
 * Returns: whether the file system of @path answers, whether or not there is such a file.
 * Since: 0.2.0
 */
bool vp_path_answers(const char *path, uint64_t timeout_us);

/* ---- configuration ---- */

/*
 * vp_config_get_path:
 * Returns: (transfer none): the path of the file, as it was given.
 * Since: 0.2.0
 */
const char *vp_config_get_path(const VpConfig *config);

/*
 * vp_config_get_timeout:
 * vp_config_get_jobs:
 * Returns: the time limit of each program, in microseconds; how many programs may run at
 * a time. 0: the configuration says nothing about that.
 * Since: 0.2.0
 */
uint64_t vp_config_get_timeout(const VpConfig *config);
unsigned vp_config_get_jobs(const VpConfig *config);

/*
 * vp_config_get_expose:
 * Returns: (transfer none): the paths to expose, as they are written; those that are not
 * exposed after all are among them.
 * Since: 0.2.0
 */
const char *const *vp_config_get_expose(const VpConfig *config);

/*
 * vp_config_why_not_exposed:
 * @path: one of vp_config_get_expose()
 *
 * Returns: (transfer none) (nullable): for people why it is not exposed after all: it
 * does not exist, for instance. NULL: it is exposed.
 * Since: 0.2.0
 */
const char *vp_config_why_not_exposed(const VpConfig *config, const char *path);

/*
 * vp_config_get_disable:
 * Returns: (transfer none): globs of the names of manifests that are left out, in
 * whichever directory they are (D1).
 * Since: 0.2.0
 */
const char *const *vp_config_get_disable(const VpConfig *config);

#pragma GCC visibility pop

G_END_DECLS
