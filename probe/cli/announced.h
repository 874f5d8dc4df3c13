// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What this host has, for a command line that is still being typed.
 */
#pragma once

#include "probe/cli/partial-line.h"

/*
 * announced_types:
 * Returns: (transfer full): the types that manifests announce where @line searches
 * and whose programs may work, NULL-terminated, in order of precedence, each once.
 */
char **announced_types(const PartialLine *line);

/* Likewise the features that programs are known to have, of the type of @line if it has
 * one. */
char **announced_features(const PartialLine *line);
