#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# How tests/judge.awk judges the output of a test file: no failure and no abort passes for a
# success, and no test's words get lost.

load helper

# The fakes and the sandbox are not needed here.
setup_file() {
	:
}

# judged NAME STATUS LINE...: what is said about a file that printed these lines.
judged() {
	cd "$BATS_TEST_TMPDIR" || return
	rm -f failures skips counts
	printf '%s\n' "${@:3}" > tap
	run awk -v name="$1" -v status="$2" -v seconds=1 -v failures=failures -v skips=skips \
		-v counts=counts -f "$STAGE/judge.awk" tap
	[ "$status" = 0 ]
	touch failures skips
}

# counted PASSED FAILED SKIPPED
counted() {
	equal "$(cat counts)" "$1 $2 $3"
	if [ "$2" = 0 ]; then
		matches "$output" "ok *"
		equal "$(cat failures)" ""
	else
		matches "$output" "FAILED *"
		[ -s failures ]
	fi
}

@test "results are counted, and the words of a failed test are printed, which bats writes after it" {
	judged "a.bats (root)" 1 1..4 "ok 1 first" "# not its" "not ok 2 second" "# why" "# and how" \
		"ok 3 third" "not ok 4 last" "# the last's"
	counted 2 2 0
	equal "$(cat failures)" "$(lines "FAILED  a.bats (root): second" "        # why" \
		"        # and how" "FAILED  a.bats (root): last" "        # the last's")"
}

@test "GLib prints a test's words before its result" {
	judged "test-a (root)" 1 "TAP version 13" "# random seed: x" 1..3 "# Start of a tests" \
		"# another's" "ok 1 /a/first" "# why" "not ok 2 /a/second" "ok 3 /a/third" "# End of a tests"
	counted 2 1 0
	equal "$(cat failures)" "$(lines "FAILED  test-a (root): /a/second" "        # why")"
}

@test "a file that aborts has failed, whatever has succeeded before, and whatever others have printed" {
	judged "test-a (root)" 134 1..3 "ok 1 /a/first" "Bail out! ERROR: oops"
	counted 1 1 0
	equal "$(cat failures)" "$(lines \
		"FAILED  test-a (root): the file was killed by signal 6, with 1 of 3 results; the last result was of /a/first" \
		"        Bail out! ERROR: oops")"
	judged "test-a (root)" 134 1..1 "ok 1 /a/first" "Bail out! ERROR: oops"
	counted 1 1 0
	judged "test-a (root)" 0 1..2 "ok 1 /a/first"
	counted 1 1 0
	judged "test-a (root)" 0 1..1 "ok 1 /a/first" "ok 2 /a/second"
	counted 2 1 0
	judged "test-a (root)" 23 1..1 "ok 1 /a/first" "ERROR: LeakSanitizer: detected memory leaks"
	counted 1 1 0
	matches "$(cat failures)" "*exit status 23*LeakSanitizer*"
}

@test "a file that prints nothing, or does not end, has failed" {
	judged "a.bats (root)" 127 "cannot execute"
	counted 0 1 0
	matches "$(cat failures)" "*exit status 127*no number of tests*cannot execute"
	judged "a.bats (root)" 0
	counted 0 1 0
	judged "a.bats (root)" 124 1..2 "ok 1 first"
	counted 1 1 0
	matches "$(cat failures)" "*did not end in time, with 1 of 2 results*"
}

@test "each skip is listed with its reason; many with the same reason stand below it" {
	judged "a.bats (root)" 0 1..3 "ok 1 first # skip no disk" "ok 2 /second # SKIP" "ok 3 third"
	counted 1 0 2
	equal "$(cat skips)" "$(lines "skipped a.bats (root): first: no disk" "skipped a.bats (root): /second: ")"
	judged "a.bats (root)" 0 1..5 "ok 1 a # skip no disk" "ok 2 b # skip no disk" \
		"ok 3 c # skip no disk" "ok 4 d # skip no disk" "ok 5 e"
	counted 1 0 4
	equal "$(cat skips)" "$(lines "skipped a.bats (root): these 4 tests: no disk" "        a" "        b" "        c" "        d")"
	judged "a.bats (root)" 0 1..4 "ok 1 a # skip no disk" "ok 2 b # skip no disk" \
		"ok 3 c # skip no disk" "ok 4 d # skip no disk"
	counted 0 0 4
	equal "$(cat skips)" "skipped a.bats (root): all 4 tests: no disk"
}

@test "long output is shown from its end" {
	# shellcheck disable=SC2046 # words
	judged "test-a (root)" 1 1..1 $(seq 1000) "not ok 1 /a/first"
	counted 0 1 0
	equal "$(wc -l < failures)" 201
	equal "$(tail -n 1 failures)" "        1000"
}

@test "the report: skips, failures, and the sum of all runs in the last line" {
	mkdir "$BATS_TEST_TMPDIR/results"
	cd "$BATS_TEST_TMPDIR/results"
	lines "5 0 1" "7 0 0" > counts
	lines "skipped a: b: c" > skips
	run "$STAGE/report" .
	ended 0
	equal "$output" "$(lines "" "skipped a: b: c" "" "12 passed, 0 failed, 1 skipped")"
	lines "1 1 0" >> counts
	lines "FAILED  a: b" "        why" > failures
	run "$STAGE/report" .
	ended 1
	equal "$output" "$(lines "" "skipped a: b: c" "" "FAILED  a: b" "        why" "" \
		"13 passed, 1 failed, 1 skipped")"
	rm ./*
	run "$STAGE/report" .
	ended 1
}
