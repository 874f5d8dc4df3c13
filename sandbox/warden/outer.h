// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * The outer process: gives birth to pid 1 of the room.
 */
#pragma once

#include "sandbox/base/protocol.h"

_Noreturn void outer_live(const Message *open);
