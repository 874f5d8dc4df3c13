// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The room's root: private, read-only except for a /tmp of its own, with nothing in it
 * but what programs need. Each function returns 0 or an errno value.
 */
#pragma once

#include <stdbool.h>

#include "sandbox/warden/plan.h"

/* The trees that will be seen inside, held open between the two halves. */
typedef struct JailSources JailSources;

/* First half: a private mount namespace, and the system's directories cloned while the
 * ids that may look them up are still there. @shows_etc: /etc is one of them, and not
 * only what libraries need of it. @ret_sources stays this module's. */
int jail_collect(JailSources **ret_sources, bool shows_etc);

/* Likewise the entries of the plan. */
int jail_collect_plan(JailSources *sources, const Plan *plan);

/* Second half, with the inside ids: the new root from the collected trees; the old one is
 * gone afterwards. */
int jail_build(JailSources *sources);

/* Whether it is what it should be, by trying what must not work. To be called before
 * Landlock, which would refuse earlier than the read-only root does. */
int jail_canary_mount(void);
