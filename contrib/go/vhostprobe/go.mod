// SPDX-License-Identifier: LGPL-2.1-or-later

module vhostprobe

go 1.19
