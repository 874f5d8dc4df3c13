// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Errors at the edge of the library: inside they are GLib's, by errno.
 */
#pragma once

#include <glib.h>

#include "probe/vhost-probe.h"

/*
 * error_publish:
 * @otherwise: the code of what is no shortage
 * @cause: consumed: an error of any other domain
 *
 * Sets @error to the same in the library's own domain.
 */
void error_publish(GError **error, VpError otherwise, GError *cause);
