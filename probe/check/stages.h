// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The stages of a check, in their order. Each adds findings; one that lacks something of
 * ours, a descriptor for instance, gives an error and FALSE, which stops the check.
 */
#pragma once

#include "probe/check/findings.h"

/*
 * Of the file: its name, whether it can be read and by whom it could have been written.
 * Settles what is no manifest in force.
 *
 * @ret_text: (transfer full) (nullable): what is to be read as a manifest, with a NUL
 */
bool check_file(Subject *subject, FileCaller *caller, char **ret_text, size_t *ret_length,
	GError **error);

/* Of all files: which masks hide nothing, and what is not in force. */
void check_masks(VpCheck *check, const GPtrArray *subjects);

/* Of a text: every breach of the schema (M1, T1). Fills in what the manifest announces,
 * and of the candidate type, description and binary, as far as these can be used. */
void check_manifest(Subject *subject, const char *text, size_t length);

/* Of the directories in which the files and programs lie: who can write there. */
bool check_directories(VpCheck *check, FileCaller *caller, GError **error);

/* Adds what the verdict of its program says, if it is one. */
void check_verdict(Subject *subject);

/*
 * Of the programs of all that are pending: runs them, and compares what they say with the
 * conventions, with the manifests, and with what they say under other conditions.
 *
 * @subjects: of Subject *, by position
 */
bool check_programs(VpCheck *check, const GPtrArray *subjects, GError **error);

/* Of what one program printed, which is valid: against the schema (C1), and against its
 * manifest. */
void check_capabilities(Subject *subject, const char *text, size_t length);

/* Of all that work: which can never be chosen (D2). */
void check_order(const GPtrArray *subjects);
