#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A wrapper that looks through symbolic links for the place it was installed to and becomes the
# `like-input` there. Needs every directory of its own path to be visible.
# Verdict: match.
set -eu
self=$(readlink -f "$0")
exec "${self%/*}/like-input" "$@"
