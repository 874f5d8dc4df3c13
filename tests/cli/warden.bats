#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# The warden as a program: where it is looked for, which file is accepted, what is said where none
# can be used; what it gets of its caller's environment, and what it leaves.

load helper

setup() {
	prepare
	candidate 50-one.json sample a
	place=$BATS_TEST_TMPDIR/place
	mkdir -p "$place/bin" "$place/libexec" "$place/mnt"
	cp "$VHOST_PROBE" "$place/bin"
}

# here WORD...: the copy of the program that this test has placed.
here() {
	run --separate-stderr timeout -k 5 60 "$place/bin/vhost-probe" "$@" --dir "$manifests"
}

# warden FILE [PLACE]: this file as the copy's warden.
warden() {
	cp "$1" "$place/${2:-bin}/vhost-probe-warden"
}

# failed TEXT: exit status 2, this one line, nothing else.
failed() {
	ended 2 && equal "$output" "" && matches "$stderr" "vhost-probe: the warden $1" &&
		lacks "$stderr" $'\n'
}

@test "beside the program" {
	need_sandbox
	warden "$STAGE/bin/vhost-probe-warden"
	here --type sample
	answered "$programs/50-one"
}

@test "in ../libexec, as after an installation to another place" {
	need_sandbox
	warden "$STAGE/bin/vhost-probe-warden" libexec
	here --type sample
	answered "$programs/50-one"
}

@test "the one beside it goes before" {
	need_sandbox
	warden "$STAGE/bin/vhost-probe-warden"
	warden "$STAGE/bin/old-warden" libexec
	here --type sample
	answered "$programs/50-one"
}

@test "missing: one line that names it, and nothing is run" {
	here --type sample
	failed "$place/bin/vhost-probe-warden cannot be opened: No such file or directory; *"
	here list --json
	failed "$place/bin/vhost-probe-warden cannot be opened: No such file or directory; *"
	# Nor at a level that needs no room.
	here --type sample --sandbox none
	failed "$place/bin/vhost-probe-warden cannot be opened: *"
}

@test "not missed where nothing has to be run" {
	rm "$manifests/50-one.json"
	here --type sample
	refused
}

@test "of another version: one line that says what to do" {
	warden "$STAGE/bin/old-warden"
	here --type sample
	failed "$place/bin/vhost-probe-warden is of another version than this program: restart *"
}

@test "another program in its place: one line" {
	for program in true cat sleep; do
		warden "$(type -P $program)"
		here --type sample
		failed "$place/bin/vhost-probe-warden ended before it said anything: *"
	done
}

@test "no program at all in its place: one line" {
	warden "$programs/50-one"
	here --type sample
	failed "$place/bin/vhost-probe-warden cannot be executed: *"
	rm "$place/bin/vhost-probe-warden"
	mkdir "$place/bin/vhost-probe-warden"
	here --type sample
	failed "$place/bin/vhost-probe-warden is not to be trusted: it is not a regular file"
}

@test "without execute permission" {
	warden "$STAGE/bin/vhost-probe-warden"
	chmod 644 "$place/bin/vhost-probe-warden"
	here --type sample
	failed "$place/bin/vhost-probe-warden cannot be executed (*): Permission denied"
}

@test "on a file system that is mounted noexec" {
	need unshare
	warden "$STAGE/bin/vhost-probe-warden" libexec
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr timeout -k 5 60 unshare -Urm sh -c '
		mount -t tmpfs -o noexec none "$1/mnt" &&
		cp "$1/libexec/vhost-probe-warden" "$1/mnt" &&
		mount --bind "$1/mnt" "$1/libexec" && shift && exec "$@"
	' sh "$place" "$place/bin/vhost-probe" --type sample --dir "$manifests"
	[[ $stderr != *"Operation not permitted"* ]] || skip_or_fail "no mounts in user namespaces"
	failed "$place/bin/../libexec/vhost-probe-warden cannot be executed (a file system mounted noexec*"
}

@test "a file that somebody else could have written is not executed" {
	warden "$STAGE/bin/vhost-probe-warden"
	for mode in 0757 0777; do
		chmod $mode "$place/bin/vhost-probe-warden"
		here --type sample
		failed "$place/bin/vhost-probe-warden is not to be trusted: it can be written *"
	done
	has_others || return 0
	chmod 775 "$place/bin/vhost-probe-warden"
	here --type sample
	failed "*not to be trusted: it can be written by group root (0) *"
	chmod 755 "$place/bin/vhost-probe-warden"
	chown "$TEST_UID" "$place/bin/vhost-probe-warden"
	here --type sample
	failed "*not to be trusted: it belongs to uid $TEST_UID*"
}

@test "root trusts another user's warden as far as the program beside it" {
	has_others || skip "takes root and a user"
	need_sandbox
	warden "$STAGE/bin/vhost-probe-warden"
	chown "$TEST_UID" "$place/bin/"*
	here --type sample
	answered "$programs/50-one"
	chmod 775 "$place/bin/vhost-probe-warden"
	here --type sample
	failed "*not to be trusted: it can be written by group root (0) *"
	# As after a build with umask 002.
	chmod 775 "$place/bin/vhost-probe"
	here --type sample
	answered "$programs/50-one"
	chmod 777 "$place/bin/"*
	here --type sample
	failed "*not to be trusted: it can be written by everyone *"
}

@test "started by hand it says which program starts it" {
	run --separate-stderr "$STAGE/bin/vhost-probe-warden"
	ended 2
	matches "$stderr" "vhost-probe-warden: started by vhost-probe, not by hand; *"
}

@test "the dynamic linker gets nothing of the caller's environment" {
	local level

	need_sandbox
	mkdir "$BATS_TEST_TMPDIR/ld"
	# The control: a program that gets it writes a file.
	LD_DEBUG=files LD_DEBUG_OUTPUT=$BATS_TEST_TMPDIR/ld/control "$(type -P true)"
	[ "$(find "$BATS_TEST_TMPDIR/ld" -name 'control.*' | wc -l)" = 1 ] ||
		skip "this C library cannot be asked"
	for level in full none; do
		probe LD_DEBUG=files LD_DEBUG_OUTPUT="$BATS_TEST_TMPDIR/ld/$level" \
			LD_LIBRARY_PATH="$BATS_TEST_TMPDIR" GLIBC_TUNABLES=glibc.malloc.check=3 \
			--sandbox $level --type sample --dir "$manifests" --cache off
		ended 0
		# timeout, which starts it, and vhost-probe itself
		equal "$(find "$BATS_TEST_TMPDIR/ld" -name "$level.*" | wc -l)" 2
	done
}

@test "the caller's memory is never copied" {
	need strace
	need_sandbox
	# A search for leaks is not possible in what is traced.
	run env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" timeout -k 5 60 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=clone,clone3,fork,vfork \
		"$VHOST_PROBE" --type sample --dir "$manifests" --cache off
	ended 0
	matches "$(cat "$BATS_TEST_TMPDIR/trace")" "*clone*"
	equal "$(grep -v CLONE_VM "$BATS_TEST_TMPDIR/trace")" ""
}

@test "no zombie is left where process 1 waits for nobody" {
	local init

	need unshare
	need nsenter
	need_sandbox
	unshare -Urpf --mount-proc sleep 60 3>&- &
	for _ in {1..100}; do
		init=$(cat /proc/$!/task/$!/children)
		[ -z "$init" ] || [ "$(cat "/proc/${init% }/comm")" != sleep ] || break
		sleep 0.05
	done
	[ -n "$init" ] || skip_or_fail "no pid namespace can be made"
	init=${init% }
	run nsenter -t "$init" -U -p -m --preserve-credentials \
		timeout -k 5 60 "$VHOST_PROBE" list --json --dir "$manifests" --cache off
	ended 0
	equal "$(json .sandbox.level)" full
	# shellcheck disable=SC2016 # the inner shell's
	run nsenter -t "$init" -U -p -m --preserve-credentials \
		sh -c 'grep -l "^State:.Z" /proc/[0-9]*/status; echo looked'
	kill "$init"
	equal "$output" looked
}

@test "a program, or a warden, that its caller may execute and not read" {
	has_others || skip "takes root and a user"
	need_sandbox
	warden "$STAGE/bin/vhost-probe-warden"
	open_directories
	for file in vhost-probe vhost-probe-warden; do
		chmod 755 "$place/bin/"*
		chmod 711 "$place/bin/$file"
		run --separate-stderr as_other env HOME=/nonexistent timeout -k 5 60 \
			"$place/bin/vhost-probe" explain --type sample --dir "$manifests" --json
		ended 0
		equal "$(json .sandbox.level)" full
		equal "$(json .selected)" "$programs/50-one"
	done
}

@test "where /proc is of another pid namespace, nobody else's id maps are written" {
	local -a strangers=()

	has_others || skip "takes root and a user"
	need unshare
	need_sandbox
	# More than the numbers that the program and its wardens get in there.
	for _ in {1..40}; do
		setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups \
			unshare --user sleep 60 3>&- &
		strangers+=($!)
	done
	for pid in "${strangers[@]}"; do
		for _ in {1..100}; do
			[ "$(cat "/proc/$pid/comm")" != sleep ] || break
			sleep 0.02
		done
	done
	# A pid namespace whose numbers start where the strangers' do is not needed: their maps
	# could be written as long as they are empty, whatever their numbers are.
	run --separate-stderr unshare --pid --fork env \
		ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" timeout -k 5 60 strace -f -qq \
		-o "$BATS_TEST_TMPDIR/trace" -e trace=openat \
		"$VHOST_PROBE" explain --type sample --dir "$manifests" --json --cache off
	for pid in "${strangers[@]}"; do
		equal "$(cat "/proc/$pid/uid_map" "/proc/$pid/gid_map")" ""
	done
	kill "${strangers[@]}"
	ended 0
	equal "$(json .sandbox.level)" full
	# The only directory in /proc that maps are opened in is that of the warden's own child.
	matches "$(cat "$BATS_TEST_TMPDIR/trace")" "*uid_map*"
	equal "$(grep -c '"/proc/[0-9]*/[ug]id_map"' "$BATS_TEST_TMPDIR/trace")" 0
}
