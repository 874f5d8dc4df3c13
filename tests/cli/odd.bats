#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# Odd environments, those of tests/refuse/environments: each gets the right answer or one clear
# error, and never a worse backend that comes after a healthy one.

load helper

setup() {
	prepare
	need_sandbox
	# Its runtime wants memory, system calls and descriptors of its own.
	skip_with_asan
	open_directories
	candidate 40-good.json sample a
	candidate 50-worse.json sample a
	PATH=$STAGE/bin:$PATH
	# Its own, to see what stays behind.
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$STAGE"/bin/vhost-probe{,-warden} "$BATS_TEST_TMPDIR/bin"
	VHOST_PROBE=$BATS_TEST_TMPDIR/bin/vhost-probe
}

# left_behind: what still runs of the warden, after a moment to end.
left_behind() {
	local end=$((SECONDS + 5)) found

	while found=$(find /proc -maxdepth 2 -name exe -lname "$BATS_TEST_TMPDIR/bin/*" 2> /dev/null || :) &&
		[ -n "$found" ] && [ $SECONDS -lt $end ]; do
		sleep 0.1
	done
	printf '%s' "$found"
}

# outcome LEVEL WORD...: "works", "error", or what it was instead.
outcome() {
	local level=$1 out status=0 err=$BATS_TEST_TMPDIR/stderr

	shift
	out=$(cd "$BATS_TEST_TMPDIR" && timeout -k 5 120 "$@" "$VHOST_PROBE" --type sample \
		--cache off --timeout 30 --sandbox "$level" --dir "$manifests" 3>&- 2> "$err") || status=$?
	if [ "$status" = 0 ] && [ "$out" = "$programs/40-good" ]; then
		echo works
	elif [ "$status" = 2 ] && [ "$out" = "" ] &&
		[ "$(grep -c ^vhost-probe: "$err")" -le 1 ] && {
			# Without stderr there is none.
			[[ "$*" = *'2>&-'* ]] || [[ $(head -n 1 "$err") = vhost-probe:\ ?* ]]
		}; then
		echo error
	else
		echo "status $status, stdout \"$out\", stderr \"$(head -n 3 "$err")\""
	fi
}

# try PATTERN: those environments that hold it, or with -v, those that do not.
try() {
	local wanted words level found left n=0 bad=0

	while read -r wanted words; do
		local -a prefix

		eval "prefix=($words)"
		# Where it cannot be made at all, there is nothing to see.
		"${prefix[@]}" true > /dev/null 2>&1 3>&- < /dev/null || [[ $words = *refuse* ]] ||
			[[ $words = *nofile=* ]] || [[ $words = *nproc=* ]] || continue
		for level in full partial; do
			found=$(outcome $level "${prefix[@]}")
			((++n))
			[ "$found" = "$wanted" ] ||
				{ [ "$wanted" = either ] && [[ $found = works || $found = error ]]; } || {
				echo "$words, $level: $found, wanted $wanted"
				bad=1
			}
		done
	done < <(grep -E '^(works|error|either) ' "$STAGE/environments" | grep "$@")
	left=$(left_behind)
	[ -z "$left" ] || {
		echo "left behind: $left"
		bad=1
	}
	[ "$bad" = 0 ] && [ "$n" -ge 20 ]
}

@test "descriptors, limits, signals, namespaces and the like: the right answer or one clear error" {
	try -v 'refuse .*='
}

@test "a system call that is refused: the right answer or one clear error" {
	need_partial
	try 'refuse [a-m].*='
}

@test "other system calls that are refused: likewise" {
	need_partial
	try 'refuse [n-z].*='
}
