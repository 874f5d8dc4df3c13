// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
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
 * Reads the configuration anew into the request, unless the options say not to.
 *
 * Returns: FALSE if it is there and not understood.
 */
bool configure(const Options *options, GError **error);
