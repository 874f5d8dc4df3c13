#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A caller of the kit for shells: see tests/cli/kits.bats. $KIT is the kit, $SHELL_OF_CALLER what runs this.
set -eu
# shellcheck source=contrib/sh/vhost-probe.sh
. "$KIT"

VHOST_PROBE_DEADLINE=${DEADLINE:-}
status=0
path=$(vhost_probe_find "$@") || status=$?
case $status in
0)
	printf '%s\n' "$path"
	exit
	;;
1) echo no-match ;;
2) echo failed ;;
3) echo not-cached ;;
124) echo deadline ;;
126 | 127) echo missing ;;
*) echo "other: $status" ;;
esac
case $status in
1 | 2 | 3) vhost_probe_reasons "$@" || : ;;
esac
exit 1
