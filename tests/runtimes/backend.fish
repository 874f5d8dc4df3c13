#!/usr/bin/fish
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A backend in fish, which has files of its own in a home if it can.
test (uname -s) = Linux; or exit 1
test (printf '%s\n' b a | sort | head -n 1) = a; or exit 1
set -l self (status filename)
test -f $self; or exit 1
test (count (seq 5)) = 5; or exit 1
test (random 1 2) -le 2; or exit 1
printf '{"type": "sample", "features": ["healthy"]}\n'
