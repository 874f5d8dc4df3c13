# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For the scripts beside it: apart COMMAND... runs a command in mount and pid namespaces of its own.
# Its mounts and processes end with it; when this script gets a signal to end, they end before the
# script does, so that its caller may then remove the files. Sourced.

apart() {
	# In the background, or a signal would only be seen when it is done.
	trap 'end_apart; exit 130' INT
	trap 'end_apart; exit 143' TERM HUP
	unshare --mount --propagation private --pid --fork --kill-child "$@" &
	wait $!
}

# It is unshare's child, the namespace's first process, that must be killed: it is gone only when
# all the others are.
end_apart() {
	pkill -KILL -P $! || :
	wait $! || :
}
