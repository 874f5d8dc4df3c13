#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in the shells' common language: substitutions, pipes, jobs, traps, configuration files.
trap 'exit 1' TERM
[ "$(uname -s)" = Linux ] || exit 1
# shellcheck source=/dev/null
[ ! -r /usr/lib/os-release ] || . /usr/lib/os-release
# shellcheck source=/dev/null
[ ! -r /etc/default/vhost-probe-test ] || . /etc/default/vhost-probe-test
[ "$(printf '%s\n' b a | sort | head -n 1)" = a ] || exit 1
true &
wait $! || exit 1
(exit 7) && exit 1
cd "${0%/*}" || exit 1
here=$(pwd) self=$(readlink -f "$0")
[ -n "$here" ] && [ -f "$self" ] || exit 1
type=sample
feature=
eval 'feature=healthy'
command -v sed > /dev/null || exit 1
printf '{"type": "%s", "features": ["%s"]}\n' "$type" "$feature"
