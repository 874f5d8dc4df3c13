// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * What may stand at the end of a command line that is still being typed.
 */
#pragma once

#include "probe/cli/partial-line.h"

/*
 * offers_find:
 * Everything that fits where the last word of @line stands, whatever has been typed of
 * that: shells have their own ways to compare. Each is a word that no shell reads in
 * another way, and a line of its own, followed by a tab and its meaning if that is known.
 * The lines ":file" and ":directory" ask for names of files there.
 *
 * Returns: (transfer full): these lines.
 */
char *offers_find(const PartialLine *line);
