#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A caller of the kit for shells: see tests/cli/kits.bats. $KIT is the kit, $CALLER_IFS what separates
# words here, if it is set.
set -eu
# shellcheck source=contrib/sh/vhost-probe.sh
. "$KIT"

[ -z "${CALLER_IFS+set}" ] || IFS=$CALLER_IFS
VHOST_PROBE_DEADLINE=${DEADLINE:-}
# Not "status" or "path", which mean something to zsh.
code=0
found=$(vhost_probe_find "$@") || code=$?
case $code in
0)
	printf '%s\n' "$found"
	exit
	;;
1) echo no-match ;;
2) echo failed ;;
3) echo not-cached ;;
124 | 143) echo deadline ;;
126 | 127) echo missing ;;
*) echo "other: $code" ;;
esac
case $code in
1 | 2 | 3) vhost_probe_reasons "$@" || : ;;
esac
exit 1
