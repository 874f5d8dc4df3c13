#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets stderr
#
# The backends that a distribution ships, found by the manifests that it ships: QEMU's
# vhost-user-gpu and virtiofsd, where they are installed. Nothing is expected of this host but
# that its own manifests, if any, leave the distribution's alone.

load helper

SYSTEM=/usr/share/qemu/vhost-user

setup() {
	prepare
	need_sandbox
}

# installed TYPE: sets $name and $binary of the distribution's first backend of this type, whose
# program is there.
installed() {
	local file

	for dir in /usr/local/share/qemu/vhost-user /etc/qemu/vhost-user; do
		[ ! -d "$dir" ] || skip_or_fail "this host has manifests of its own in $dir"
	done
	for file in "$SYSTEM"/*.json; do
		[ -s "$file" ] || continue
		[ "$(jq -r .type "$file")" = "$1" ] || continue
		name=${file##*/}
		binary=$(jq -r .binary "$file")
		[ ! -x "$binary" ] || return 0
	done
	skip_or_fail "no $1 backend is installed here"
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
	installed fs
	probe --binary "$binary" --type fs
	answered "$binary"
}

@test "a user's manifest in front of the distribution's, and an empty one that hides it" {
	installed gpu
	manifest "$BATS_TEST_TMPDIR/config/qemu/vhost-user/00-mine.json" gpu "$FAKES/like-gpu"
	probe XDG_CONFIG_HOME="$BATS_TEST_TMPDIR/config" --user --type gpu --need virgl
	answered "$FAKES/like-gpu"
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
	probe list --json --dir "$SYSTEM"
	ended 0
	equal "$(json '.candidates | length')" "$(find "$SYSTEM" -mindepth 1 -maxdepth 1 | wc -l)"
	equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name) \(.verdict): \(.reason)"')" ""
}
