#!/bin/sh
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# A wrapper that follows symbolic links to the directory it was installed in, and becomes the
# `like-input` there. Needs every directory of its own path to be visible.
# Verdict: match.
set -eu
self=$(readlink -f "$0")
exec "${self%/*}/like-input" "$@"
