// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The JSON documents that --json prints: what all of them have in common.
 */
#pragma once

#include <glib.h>
#include <json-c/json.h>

#include "probe/vhost-probe.h"

/* Returns: (transfer full): a document with the schema's number and the generator. */
json_object *document_new(void);

/* Returns: (transfer full) (nullable): @text, or null for NULL. Paths and names of files
 * may be anything; JSON is UTF-8. */
json_object *document_string(const char *text);

/* Returns: (transfer full): a list of the directories that were searched. */
json_object *document_search(const VpResult *result);

/* Returns: (transfer full): its text, with a newline at its end, which can be shown on a
 * terminal. */
char *document_print(json_object *root);
