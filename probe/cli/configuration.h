// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The configuration of this host, and the options that beat it.
 */
#pragma once

#include <stdbool.h>
#include <glib.h>

#include "probe/cli/options.h"

/*
 * configure:
 * @error: what is wrong with the configuration, and that one can do without it
 *
 * Reads the configuration anew into the request, unless told not to.
 *
 * Returns: whether it is there and understood, or not there.
 */
bool configure(const Options *options, GError **error);
