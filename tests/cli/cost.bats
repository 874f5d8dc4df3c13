#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # the inner shell expands; tests are subshells; the helper sets ours
#
# What a candidate costs that the cache answers: system calls, which are the same everywhere, and
# instructions, which are the same where compiler and libraries are. Both are the difference between
# a list of 150 and one of 50, for each of the 100. And what a program costs that is run: system
# calls, likewise.

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
		# shellcheck disable=SC2016 # the program's
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

# count_calls TRACE: prints how many system calls there are of vhost-probe, of the warden that starts
# the programs, and of the warden's children before they become programs. Calls that wait, and those
# that look for something in vain meanwhile, are as many as there is time.
count_calls() {
	awk '
		/ resumed>/ || / --- / || / \+\+\+ / { next }
		NR == 1 { caller = $1 }
		{ name = $2; sub(/\(.*/, "", name) }
		name == "clone" && /CLONE_VFORK/ && /CLONE_PIDFD/ { warden = $1 }
		$1 == caller && name !~ /^(p?poll|epoll_wait|read|recvfrom)$/ { ++called }
		$1 != caller && !is_program[$1] { ++calls[$1] }
		name ~ /^execve/ { is_program[$1] = 1 }
		END {
			for (process in calls)
				if (process != warden && is_program[process])
					started += calls[process]
			print called, calls[warden], started
		}' "$1"
}

# each_run: sets each to what 150 programs cost more than 50 do, as count_calls says it.
each_run() {
	local n i
	local -a calls before

	for n in 50 150; do
		many $n
		rm -r "$cache"
		traced refresh --dir "$manifests" --cache-dir "$cache" --jobs 1
		ended 0
		matches "$output" "*cache: $n written, 0 removed"
		read -ra calls < <(count_calls "$BATS_TEST_TMPDIR/trace")
		[ $n = 150 ] || before=("${calls[@]}")
	done
	for i in 0 1 2; do
		each[i]=$((calls[i] - before[i]))
	done
	echo "found for 100: ${each[*]}"
}

@test "a program that is run costs 55 system calls in vhost-probe at most, 20 in the warden, 12 in its child" {
	local -a each=()

	each_run
	# On a busy machine, the next program is taken back from a slow one, and given once more.
	for _ in 1 2; do
		((each[0] >= 5550 || each[1] >= 2050)) || break
		each_run
	done
	below "${each[0]}" 5550
	below "${each[1]}" 2050
	below "${each[2]}" 1250
	# Fewer are not possible, or have not been counted: clone, wait, send and receive; exec.
	below 399 "${each[1]}"
	below 99 "${each[2]}"
	# The processors are counted once, and nobody is killed where nobody is left.
	equal "$(grep -c '"/sys/devices/system/cpu/online"' "$BATS_TEST_TMPDIR/trace")" 1
	equal "$(grep -c ' kill(-1,' "$BATS_TEST_TMPDIR/trace")" 0
}

# without_list PLACE: prints for how many of ten calls the list of mounts was not read, with a home on
# a file system of its own, mounted over PLACE. Whoever mounts something meanwhile makes the kernel
# forget for a moment what it knows.
without_list() {
	local -a apart=(unshare --mount)

	has_others || apart=(unshare --user --map-current-user --keep-caps --mount)
	run --separate-stderr "${apart[@]}" bash -ec '
		mount -t tmpfs tmpfs "$1"
		mkdir "$1/home"
		export HOME=$1/home
		for ((i = 0; i < 10; i++)); do
			strace -f -o "$2.$i" "${@:3}" > /dev/null
		done' bash "$1" "$BATS_TEST_TMPDIR/home-trace" "$VHOST_PROBE" --type gpu --dir "$manifests" --cache-dir "$cache"
	[ "$status" = 0 ] || skip_or_fail "nothing can be mounted, or traced, here: $stderr"
	grep -L '"/proc/self/mountinfo"' "$BATS_TEST_TMPDIR"/home-trace.* | wc -l
}

@test "a home on a mount of its own costs no list of mounts, unless that lies on what may not answer" {
	local minor

	need strace unshare
	IFS=.- read -r major minor _ < <(uname -r)
	[ "$((major * 1000 + minor))" -ge 6012 ] || skip "Linux before 6.12 does not say what a mount is"
	many 1
	mkdir "$BATS_TEST_TMPDIR/mounted"
	below 0 "$(without_list "$BATS_TEST_TMPDIR/mounted")"
	equal "$(without_list /proc/fs)" 0
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
