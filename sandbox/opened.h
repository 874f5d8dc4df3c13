// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Paths of the plan that the warden cannot look up: it has root's id, but not in the
 * user namespace that owns them, and so none of root's power over others' directories.
 */
#pragma once

#include <glib.h>

#include "sandbox/base/protocol.h"

/*
 * opened_take:
 * @plan: of plan_text()
 * @text: to which the plan's paths are appended, those last that are opened
 * @ret_fds: (array length=MESSAGE_OPENED_MAX): of those, in the same order, which the
 * caller owns: mounts that are attached nowhere
 *
 * Opens what lies below a directory that is closed to others, as far as there is room for
 * it and the caller may.
 *
 * Returns: how many, or -1 with errno where descriptors or memory are lacking.
 */
int opened_take(const GString *plan, GString *text, int *ret_fds);
