#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2034,SC2154 # the inner shell expands; the helper uses and sets ours
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
	# Other users run this test at the same time.
	local nap=612.$BASHPID

	program hangs "exec sleep $nap"
	backend works gpu
	manifest 10-hangs.json gpu "$programs/hangs"
	manifest 20-works.json gpu "$programs/works"
	main_loop
	equal "$output" ""
	matches "$stderr" "*no answer within 3 s: $programs/hangs has not answered*"
	equal "$(pgrep -fxc "sleep $nap")" 0
}

@test "a large program on an overlay is read for the cache by slices, and its loop goes on between them" {
	local -a apart=(unshare --mount --propagation private) slices
	need strace
	strace -o /dev/null true || skip_or_fail "no process may be traced here"
	is_root || apart=(unshare --user --map-root-user --mount)
	program large 'echo "{\"type\": \"gpu\"}"; exit'
	program hangs 'exec sleep 614.5'
	truncate -s 64M "$programs/large"
	manifest 10-hangs.json gpu "$programs/hangs"
	manifest 20-large.json gpu "$programs/large"
	mkdir "$BATS_TEST_TMPDIR/empty"
	run --separate-stderr "${apart[@]}" bash -c '
		mount -t overlay -o "lowerdir=$1:$2/empty" overlay "$1" || exit 99
		mount -t tmpfs -o mode=755 tmpfs /run || exit 99
		export XDG_DATA_DIRS=$2/data ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0
		exec strace -o "$2/trace" -e trace=pread64,poll,ppoll "$3"
	' bash "$programs" "$BATS_TEST_TMPDIR" "$STAGE/examples/main-loop"
	[ "$status" != 99 ] || skip_or_fail "nothing can be mounted: $stderr"
	matches "$stderr" "*no answer within 3 s: $programs/hangs *has not answered*"
	# What is read between two polls: at most, and all together.
	mapfile -t slices < <(awk '
		/^(poll|restart_sys)|^ppoll/ { slice = 0 }
		/^pread64/ { slice += $NF; all += $NF; if (slice > most) most = slice }
		END { print most; print all }' "$BATS_TEST_TMPDIR/trace")
	below "${slices[0]}" $((640 * 1024 + 1))
	below $((64 * 1024 * 1024 - 1)) "${slices[1]}"
}
