#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets stderr
#
# The backends that a distribution ships, found by the manifests that it ships: QEMU's
# vhost-user-gpu and virtiofsd, where they are installed. Where other manifests are, too, these
# are hidden.

load helper
load host

setup() {
	prepare
	need_sandbox
}

# installed TYPE: sets $name and $binary of the distribution's backend of this type.
installed() {
	local gpu

	find_backend gpu vhost-user-gpu
	gpu=$name
	furnish "$gpu" gpu "$binary" "$binary"
	find_backend fs virtiofsd
	furnish "$name" fs "$binary" "$binary"
	# shellcheck disable=SC2046 # words
	has_only $(printf '%s\n' "$gpu" "$name" | LC_ALL=C sort) || become_host
	[ "$1" = fs ] || find_backend gpu vhost-user-gpu
}

# is_real_one TYPE: of the last document: chosen, run, and at the full level.
is_real_one() {
	ended 0
	equal "$(json .selected)" "$binary"
	equal "$(json .sandbox.level)" full
	equal "$(of "$name" '[.verdict, .capabilities.type, .probe.source, .probe.level] | join(" ")')" \
		"selected $1 run full"
	equal "$(of "$name" '[.probe.exit_status, .probe.signal] | map(tostring) | join(" ")')" "0 null"
}

@test "--type gpu --need virgl: the distribution's vhost-user-gpu" {
	installed gpu
	probe --no-user --cache off --type gpu --need virgl
	answered "$binary"
	[[ ${binary##*/} = vhost-user-gpu ]]
	probe --no-user --cache off --type gpu --need virgl,render-node --json
	is_real_one gpu
	equal "$(of "$name" '.capabilities.features | sort | join(" ")')" "render-node virgl"
}

@test "--type fs: the distribution's virtiofsd" {
	installed fs
	probe --no-user --cache off --type fs
	answered "$binary"
	[[ ${binary##*/} = virtiofsd ]]
	probe --no-user --cache off --type fs --json
	is_real_one fs
}

@test "--type gpu --need nonsense: exit 1, and why" {
	installed gpu
	probe --no-user --cache off --type gpu --need nonsense
	refused
	matches "$stderr" "vhost-probe: no gpu backend has nonsense"$'\n'"*"
	matches "$stderr" "*$name*missing-features: nonsense*"
	lacks "$stderr" virtiofsd
}

@test "--binary: the same program without its manifest" {
	installed gpu
	probe --binary "$binary" --need virgl
	answered "$binary"
	find_backend fs virtiofsd
	probe --binary "$binary" --type fs
	answered "$binary"
}

@test "a user's manifest before the distribution's, and an empty one that hides it" {
	installed gpu
	cp "$FAKES/like-gpu" "$programs/mine"
	manifest "$BATS_TEST_TMPDIR/config/qemu/vhost-user/00-mine.json" gpu mine
	probe XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" --user --type gpu --need virgl
	answered "$programs/mine"
	probe XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" --no-user --type gpu --need virgl
	answered "$binary"
	rm "$BATS_TEST_TMPDIR/config/qemu/vhost-user/00-mine.json"
	: > "$BATS_TEST_TMPDIR/config/qemu/vhost-user/$name"
	probe XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" --user --type gpu --json
	equal "$(verdict_of "$name")" "$(lines mask masked)"
	lacks "$(json .selected)" "$binary"
}

@test "list: every manifest of the distribution, none of them broken" {
	installed gpu
	probe list --json --no-user --cache off
	ended 0
	equal "$(json '.candidates | length')" 2
	equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name) \(.verdict): \(.reason)"')" ""
}
