#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2154 # the helper uses and sets ours
#
# examples/main-loop.c: the answer, and a loop that goes on meanwhile.

load helper

setup() {
	prepare
	open_directories
	need_sandbox
	mkdir -p "$BATS_TEST_TMPDIR/data/qemu/vhost-user"
	manifests=$BATS_TEST_TMPDIR/data/qemu/vhost-user
}

main_loop() {
	run --separate-stderr env XDG_DATA_DIRS="$BATS_TEST_TMPDIR/data" \
		"$STAGE/examples/main-loop"
}

@test "the example finds the program in its main loop" {
	backend works gpu virgl
	manifest 10-works.json gpu "$programs/works"
	main_loop
	equal "$output" "$programs/works"
	matches "$stderr" "*(.)"
}

@test "its loop goes on while a program takes its time" {
	program slow 'sleep 1; echo "{\"type\": \"gpu\"}"'
	manifest 10-slow.json gpu "$programs/slow"
	main_loop
	equal "$output" "$programs/slow"
	matches "$stderr" "......*"
}

@test "one that hangs is named at the deadline of the call, and is not left" {
	program hangs 'exec sleep 612.5'
	backend works gpu
	manifest 10-hangs.json gpu "$programs/hangs"
	manifest 20-works.json gpu "$programs/works"
	main_loop
	equal "$output" ""
	matches "$stderr" "*no answer within 3 s: $programs/hangs has not answered"
	equal "$(pgrep -fxc 'sleep 612.5')" 0
}
