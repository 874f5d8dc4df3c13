// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Runs programs and judges their candidates by what came of it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cache.h"
#include "probe/programs.h"

/*
 * run_programs:
 * @programs: of Program *: those to run
 * @cache: keeps what is worth it, or NULL
 *
 * Runs them as far as the request's mode needs it.
 *
 * Returns: FALSE with @error of G_FILE_ERROR when the caller's side failed.
 */
bool run_programs(VpResult *result, const GPtrArray *programs, Sandbox *sandbox,
	Cache *cache, GError **error);
