#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# A wrapper as distributions install them: becomes the `like-gpu` beside it. Needs /bin/sh, PATH,
# dirname, and a $0 that names the script itself.
# Verdict: match.
exec "$(dirname "$0")/like-gpu" "$@"
