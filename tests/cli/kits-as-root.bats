#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2154 # the helpers set and use kits, manifests and deadline
#
# The kits and skeletons of contrib/ for root: kits.bats and skeletons.bats, which say more, run as an
# ordinary user.

load helper
load kits

setup() {
	prepare_kits
	[ ! -x "$STAGE/contrib/bin/go-caller" ] || kits+=(go)
}

@test "each kit finds the backend for root, and says why there is none" {
	each finds "$FAKES/like-gpu" -- gpu render-node virgl -- --dir "$FAKES/manifests"
	deadline=60
	each finds "$FAKES/like-gpu" -- gpu render-node virgl -- --dir "$FAKES/manifests"
	candidate 50-sample.json sample
	each lists no-match "50-sample.json	missing-features" -- sample missing -- --dir "$manifests"
}

@test "check finds nothing in a skeleton for root" {
	local skeleton n=0

	for skeleton in "$STAGE"/contrib/bin/vhost-*-skeleton; do
		probe check --strict --binary "$skeleton"
		ended 0
		equal "$output" ""
		n=$((n + 1))
	done
	below 0 "$n"
}
