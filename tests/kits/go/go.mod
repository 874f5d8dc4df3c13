// SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
// SPDX-License-Identifier: LGPL-2.1-or-later

module caller

go 1.19

require vhostprobe v0.0.0

replace vhostprobe => ../../../contrib/go/vhostprobe
