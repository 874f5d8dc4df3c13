#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154 # tests are subshells; the helper sets ours
#
# What a candidate costs that the cache answers: system calls, which are the same everywhere, and
# instructions, which are the same where compiler and libraries are. Both are the difference between
# a list of 150 and one of 50, for each of the 100.

load helper

setup() {
	prepare
	need_sandbox
	# Others are to look into it, too.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR" || :
	skip_with_asan
}

# many N: this many candidates with one program each, and their entries.
many() {
	local dir=$BATS_TEST_TMPDIR/many-$1 i

	manifests=$dir/manifests
	cache=$dir/cache
	mkdir -p "$dir/programs" "$manifests"
	for ((i = 100; i < 100 + $1; i++)); do
		cp "$FAKES/like-gpu" "$dir/programs/$i"
		manifest "50-$i.json" gpu "$dir/programs/$i"
	done
	probe_here refresh --cache-dir "$cache" --jobs 2
	ended 0
	matches "$output" "*cache: $1 written, 0 removed"
}

# traced WORD...: with the words, and the lines of strace are in the file trace.
traced() {
	need strace
	strace -o "$BATS_TEST_TMPDIR/trace" true || skip_or_fail "no process may be traced here"
	run --separate-stderr strace -f -y -qq -o "$BATS_TEST_TMPDIR/trace" "$VHOST_PROBE" "$@"
}

@test "a candidate that the cache answers costs 18 system calls at most" {
	local n few=0 calls

	for n in 50 150; do
		many $n
		traced list --dir "$manifests" --cache-dir "$cache"
		ended 0
		equal "$(grep -c $'\tcache\t' <<< "$output")" $n
		calls=$(grep -vc ' +++ ' "$BATS_TEST_TMPDIR/trace")
		[ $n = 150 ] || few=$calls
	done
	echo "found: $((calls - few)) calls for 100"
	# Rounded: memory and output come in pieces, of which there are a few more or less for all of them.
	below $((calls - few)) 1850
	# Fewer are not possible: open, fstat, read and close of two files, and one stat.
	below 899 $((calls - few))
}

@test "refresh reads no entry that it replaces, or has just written" {
	many 10
	sleep 2.1
	traced refresh --dir "$manifests" --cache-dir "$cache"
	ended 0
	matches "$output" "*cache: 10 written, 0 removed"
	equal "$(grep -c 'write([0-9]*<.*\.entry\.new>' "$BATS_TEST_TMPDIR/trace")" 10
	equal "$(grep -c 'read([0-9]*<.*\.entry>' "$BATS_TEST_TMPDIR/trace")" 0
	# Without calls that are not its own.
	sleep 2.1
	local -a entries=("$cache"/*.entry)
	cp "${entries[0]}" "$cache/$(printf '%064d' 0).entry"
	traced refresh --dir "$manifests" --cache-dir "$cache"
	equal "$(grep -c 'read([0-9]*<.*\.entry>' "$BATS_TEST_TMPDIR/trace")" 1
}

@test "what a program is shown is found out once, however many paths it names" {
	local n calls few

	for ((n = 1; n <= 60; n++)); do
		: > "$programs/$n"
	done
	for n in 1 60; do
		program names 'i=0; while [ $((i += 1)) -le '$n' ]; do echo "cannot open ${0%/*}/$i" >&2; done; exit 1'
		traced list --cache off --binary "$programs/names"
		ended 0
		# /opt may be a link, whose target is shown. Each room asks as well.
		calls=$(grep -c 'readlink.*"/opt"' "$BATS_TEST_TMPDIR/trace")
		[ $n = 60 ] || few=$calls
	done
	below 0 "$few"
	equal "$calls" "$few"
}

# The release of this host, which stands for its compiler and libraries.
release_here() {
	(
		. /etc/os-release
		printf '%s %s %s' "${ID-unknown}" "${VERSION_ID-}" "$(uname -m)"
	)
}

@test "a candidate that the cache answers costs as many instructions as are recorded, 120,000 at most" {
	local release recorded most=120000 n few=0 instructions each

	release=$(release_here)
	recorded=$(sed -n "s/^\([0-9]*\) $release\$/\1/p" "$STAGE/fixtures/instructions")
	# Only the machine of .ci/run has to have it, not the other releases that are tried there.
	[ -n "$recorded" ] || [ -n "$(type -P valgrind)" ] ||
		skip "valgrind is not installed, and no figure is recorded for $release"
	need valgrind
	# Of other compilers and libraries it is only known that they do not cost much more.
	[ -n "$recorded" ] || most=$((most + most / 10))
	for n in 50 150; do
		many $n
		run --separate-stderr valgrind --tool=callgrind --callgrind-out-file=/dev/null \
			"$VHOST_PROBE" list --dir "$manifests" --cache-dir "$cache"
		ended 0
		equal "$(grep -c $'\tcache\t' <<< "$output")" $n
		instructions=$(sed -n 's/.* Collected : *//p' <<< "$stderr")
		[ $n = 150 ] || few=$instructions
	done
	each=$(((instructions - few) / 100))
	echo "found: $each instructions, recorded for $release: ${recorded:-nothing}"
	below $each $((most + 1))
	[ -n "$recorded" ] || return 0
	below $each $((recorded + recorded / 10))
	# Less is welcome: record it.
	below $((recorded - recorded / 10)) $each
}
