#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets programs and stderr
#
# The fake backends: each gets the verdict that its manifest's tag announces, and in every type
# that has a good program it is the one that is chosen, whatever stands before it.

load helper

setup() {
	prepare
	need_sandbox
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
}

# chosen NAME WORD...: this program is the answer, after a broken one.
chosen() {
	probe --dir "$FAKES/manifests" "${@:2}"
	answered_past "$FAKES/$1" "*.json"
}

@test "every fake gets the verdict that it announces, in one run" {
	local -a files=("$FAKES"/manifests/*.json)

	probe list --json --timeout 1 --dir "$FAKES/manifests"
	ended 0
	equal "$(json '.candidates[] | select(.tags != ["expect=" + .verdict]) |
		"\(.name) \(.tags) \(.verdict): \(.reason)"')" ""
	equal "$(json '.candidates | length')" ${#files[@]}
	# More than the bare minimum, so that an empty directory is not a success.
	[ ${#files[@]} -ge 21 ]
}

@test "the verdicts do not depend on how many run at a time" {
	local verdicts

	probe list --json --timeout 1 --dir "$FAKES/manifests"
	verdicts=$(verdicts)
	probe list --json --timeout 1 --jobs 1 --dir "$FAKES/manifests"
	ended 0
	equal "$(verdicts)" "$verdicts"
}

@test "in every type that has a good program it is chosen" {
	chosen like-blk --type block
	chosen can --type can
	chosen like-fs --type fs
	chosen like-gpu --type gpu
	chosen like-input --type input
	chosen reexec --type net
	chosen like-scsi --type scsi
}

@test "needed and excluded features decide among the good ones" {
	chosen like-blk --type block --need blk-file,read-only
	chosen can --type can --need interface
	chosen like-gpu --type gpu --need virgl
	chosen thread-before-main --type gpu --need render-node --exclude virgl
	chosen like-input --type input --need evdev-path,no-grab
}

@test "--all: the wrappers are as good as what they become" {
	probe --dir "$FAKES/manifests" --type gpu --need virgl --all
	answered_past "$(lines "$FAKES/like-gpu" "$FAKES/shell-wrapper" "$FAKES/python-wrapper")" "*.json"
	probe --dir "$FAKES/manifests" --type input --all
	answered_past "$(lines "$FAKES/like-input" "$FAKES/readlink-wrapper")" "*.json"
}

@test "a type that has only broken programs: exit 1, and why" {
	probe --dir "$FAKES/manifests" --type crypto
	refused
	matches "$stderr" "*50-flood-crypto.json*output-limit: *"
	probe --dir "$FAKES/manifests" --type rng --timeout 0.5
	refused
	matches "$stderr" "*50-hang-rng.json*timeout: *0.5 s*"
}

@test "the words of a broken one are kept, if they help to understand it" {
	probe list --json --dir "$FAKES/manifests" --type can
	matches "$(of 40-unknown-option-can.json .probe.stderr)" "*--print-capabilities*"
	equal "$(of 40-unknown-option-can.json .probe.exit_status)" 2
	matches "$(of 40-unknown-option-can.json .reason)" "*2*--print-capabilities*"
	probe list --json --dir "$FAKES/manifests" --type net
	matches "$(of 40-json-on-stderr-net.json .reason)" "*stderr*"
	probe list --json --dir "$FAKES/manifests" --type input
	equal "$(of 20-crash-input.json .probe.signal)" "$(kill -l SEGV)"
}
