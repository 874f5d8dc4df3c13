#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154,SC2016,SC2030,SC2031 # the helper sets ours; jq has variables; tests are subshells
#
# Every layer refused, as kernels and containers do: what is missing is named with its errno and a
# hint, below the wanted level nothing runs, and a layer that was granted without effect counts as
# missing. The refusals are made by tests/refuse.

load helper

setup() {
	prepare
	need_sandbox
	open_directories
	candidate 50-one.json sample a
	options=()
}

# under WHAT...: the program's document, where WHAT is refused.
under() {
	run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" "$@" -- \
		"$VHOST_PROBE" list --json --dir "$manifests" "${options[@]}"
	[ "$status" != 125 ] || { echo "$stderr"; return 1; }
}

partial_under() {
	local -a options=("${partial[@]}")

	under "$@"
}

# missing LAYER: its errno.
missing() {
	json --arg layer "$1" '.sandbox.missing[] | select(.layer == $layer) | .errno'
}

# lacking LAYER ERRNO: named as missing, with a hint, and not held.
lacking() {
	equal "$(missing "$1")" "$2" &&
		equal "$(json --arg layer "$1" '.sandbox.layers | index($layer)')" null &&
		equal "$(json --arg layer "$1" \
			'.sandbox.missing[] | select(.layer == $layer) | .hint | length > 10')" true
}

# nothing_ran: the level was not available.
nothing_ran() {
	ended 2 && equal "$(json .sandbox.level)" null &&
		equal "$(verdict_of 50-one.json)" sandbox-unavailable &&
		equal "$(of 50-one.json .probe.source)" none &&
		matches "$stderr" "vhost-probe: nothing was run: sandbox level * is not available on this host*"
}

# ran_at LEVEL
ran_at() {
	ended 0 && equal "$(json .sandbox.level)" "$1" && equal "$(verdict_of 50-one.json)" match &&
		equal "$(of 50-one.json .probe.level)" "$1"
}

@test "nothing refused: level full, and partial without any namespace" {
	need_partial
	under
	ran_at full
	partial_under
	ran_at partial
	equal "$(json -c .sandbox.layers)" \
		'["uid","caps","no-new-privs","limits","seccomp","landlock"]'
}

@test "no keyring is available: no layer is lost, and nothing else either" {
	local -a options

	for keys in keys-used-up keys-missing; do
		options=()
		under "$keys"
		ran_at full
		options=("${partial[@]}")
		under "$keys"
		ran_at partial
	done
}

@test "as in Docker: no namespace; partial is available, and the last line says how" {
	local command

	need_partial
	under docker
	nothing_ran
	for layer in user mount pid net ipc; do
		lacking $layer EPERM
	done
	command=$(tail -n 1 <<< "$stderr")
	equal "$command" "  $VHOST_PROBE list --json --dir $manifests --sandbox partial"
	read -ra words <<< "$command"
	run --separate-stderr "$STAGE/bin/refuse" docker -- "${words[@]}"
	ran_at partial
}

@test "as in Docker, without Landlock: nothing but none is left, and the last line says so" {
	under docker landlock-missing
	nothing_ran
	lacking landlock ENOSYS
	equal "$(tail -n 1 <<< "$stderr")" \
		"  $VHOST_PROBE list --json --dir $manifests --sandbox none"
	options=(--sandbox partial)
	under docker landlock-missing
	nothing_ran
}

@test "as with AppArmor on Ubuntu: the user namespace is there, and nothing can be done in it" {
	need_partial
	under apparmor
	nothing_ran
	lacking mount EPERM
	lacking net EPERM
	equal "$(json '[.sandbox.missing[] | select(.hint | contains("apparmor_restrict_unprivileged_userns")) |
		.layer] | join(" ")')" "mount net ipc uts cgroup"
	options=(--sandbox partial)
	under apparmor
	ran_at partial
}

@test "ids that cannot be mapped: the room is made once more without the user namespace" {
	under apparmor-maps
	nothing_ran
	lacking user EACCES
	need_partial
	equal "$(tail -n 1 <<< "$stderr")" \
		"  $VHOST_PROBE list --json --dir $manifests --sandbox partial"
	options=(--sandbox partial)
	under apparmor-maps
	ran_at partial
	lacking user EACCES
}

@test "clone3 missing or forbidden: level full is still available" {
	under clone3-missing
	ran_at full
	under clone3-forbidden
	ran_at full
}

@test "Landlock missing or switched off: full holds and says so, partial cannot" {
	local -A errnos=([landlock-missing]=ENOSYS [landlock-off]=EOPNOTSUPP)

	for what in "${!errnos[@]}"; do
		under "$what"
		ran_at full
		lacking landlock "${errnos[$what]}"
		equal "$(json .sandbox.landlock_abi)" null
		partial_under "$what"
		nothing_ran
		lacking landlock "${errnos[$what]}"
	done
}

@test "an old Landlock: full holds with ABI 1 to 5, partial needs 6" {
	need_partial
	for abi in 1 2 3 4 5; do
		under landlock-abi-$abi
		ran_at full
		equal "$(json .sandbox.landlock_abi)" $abi
		equal "$(json '.sandbox.layers | index("landlock") != null')" true
		partial_under landlock-abi-$abi
		nothing_ran
		lacking landlock EPROTONOSUPPORT
		matches "$stderr" "*landlock *ABI 6*"
	done
	partial_under landlock-abi-6 landlock-flags-missing
	ran_at partial
	under landlock-abi-6 landlock-flags-missing
	ran_at full
	equal "$(json '.sandbox.layers | index("landlock") != null')" true
}

@test "a Landlock that is newer than known, or than it says: the known rights hold" {
	need_partial
	for abi in 7 8 9 10 99; do
		under landlock-abi-$abi
		ran_at full
		equal "$(json .sandbox.landlock_abi)" $abi
		equal "$(json '.sandbox.layers | index("landlock") != null')" true
		partial_under landlock-abi-$abi
		ran_at partial
	done
}

@test "no denial by Landlock is logged, be it a canary's or a program's" {
	need_landlock 7
	under landlock-logging-forbidden
	ran_at full
	equal "$(json '.sandbox.layers | index("landlock") != null')" true
	partial_under landlock-logging-forbidden
	ran_at partial
}

@test "at level partial the reason of a program that failed names the level" {
	local limits="at level partial a program cannot write to /tmp, nor read all of /proc"
	local hint=" ($limits; try it with no layer left out (--without))"

	need_partial
	program 50-one 'echo "cannot open uid_map" >&2' 'exit 1'
	partial_under
	equal "$(of 50-one.json .reason)" "exit status 1: cannot open uid_map$hint"
	program 50-one true
	partial_under
	equal "$(of 50-one.json .reason)" "printed nothing on stdout$hint"
	program 50-one 'kill -SEGV $$'
	partial_under
	equal "$(of 50-one.json .reason)" "killed by signal 11 (Segmentation fault)$hint"
	program 50-one 'echo "["'
	partial_under
	lacks "$(of 50-one.json .reason)" partial
	program 50-one 'exit 1'
	under
	equal "$(of 50-one.json .reason)" "exit status 1"
	# Nothing that was left out was available.
	options=(--sandbox partial)
	under docker
	equal "$(of 50-one.json .reason)" "exit status 1 ($limits; try --sandbox full)"
}

@test "a layer that is refused is missing, and full is not available" {
	under seccomp-missing
	nothing_ran
	lacking seccomp EINVAL
	under limits-forbidden
	nothing_ran
	lacking limits EPERM
	under setresuid-forbidden
	nothing_ran
	lacking uid EPERM
}

@test "namespaces that were granted without effect are missing" {
	under lie-unshare
	nothing_ran
	lacking net EEXIST
	lacking ipc EEXIST
	lacking uts EEXIST
}

@test "a root that was not changed is missing" {
	under lie-mount
	nothing_ran
	equal "$(json '.sandbox.layers | index("mount")')" null
	matches "$(missing mount)" E*
}

@test "a filter that was granted without effect is missing" {
	under lie-seccomp
	nothing_ran
	lacking seccomp EEXIST
}

@test "Landlock that was granted without effect is missing: full holds, partial cannot" {
	under lie-landlock
	ran_at full
	lacking landlock EEXIST
	partial_under lie-landlock
	nothing_ran
	lacking landlock EEXIST
}

@test "Landlock that was granted without effect is missing where nothing else has a /tmp, either" {
	options=(--expose /tmp --expose /dev/shm)
	under
	ran_at full
	equal "$(json '.sandbox.layers | index("landlock") != null')" true
	under lie-landlock
	ran_at full
	lacking landlock EEXIST
}

# in_root MODE COMMAND...: in a root of this mode, which has what the host's has.
in_root() {
	unshare --mount sh -c '
		mount -t tmpfs -o "mode=$1" none /mnt && shift && cd /mnt || exit
		for name in /*; do
			case $name in
			/mnt | /proc | /lost+found) continue ;;
			esac
			if [ -L "$name" ]; then
				cp -P "$name" ".$name"
			elif [ -d "$name" ]; then
				mkdir ".$name" && mount --rbind "$name" ".$name" || exit
			fi
		done
		mkdir proc mnt && mount --rbind /proc proc && pivot_root . mnt && umount -l /mnt && cd / && exec "$@"
	' sh "$@"
}

@test "the host's root may be closed: Landlock's domain is tried elsewhere, or counts as missing" {
	has_others || skip "takes root and a user"
	need_landlock 1
	need pivot_root
	options=(--without mount)
	for mode in 755 711; do
		run --separate-stderr in_root $mode timeout -k 5 60 "$VHOST_PROBE" list --json --dir "$manifests" "${options[@]}"
		ran_at partial
		equal "$(json '.sandbox.layers | index("landlock") != null')" true
		run --separate-stderr in_root $mode timeout -k 5 60 "$STAGE/bin/refuse" lie-landlock-warden -- \
			"$VHOST_PROBE" list --json --dir "$manifests" "${options[@]}"
		nothing_ran
		lacking landlock EEXIST
	done
	# All of it is closed to the programs' id.
	run --separate-stderr in_root 700 timeout -k 5 60 "$VHOST_PROBE" list --json --dir "$manifests" "${options[@]}"
	nothing_ran
	lacking landlock ENOENT
	matches "$stderr" "*landlock*whether it holds cannot be tried*"
}

@test "a run's own Landlock domain that was granted without effect: partial is not available, full needs none" {
	need_partial
	partial_under lie-landlock-run
	nothing_ran
	lacking landlock EEXIST
	under lie-landlock-run
	ran_at full
	# With a private root, and no pid namespace, it keeps in only signals. That takes root.
	has_others || return 0
	options=(--without "user,pid")
	under lie-landlock-run
	equal "$(json '.sandbox.layers | index("mount") != null')" true
	nothing_ran
	lacking landlock EEXIST
	under
	ran_at partial
}

@test "a caller in as many Landlock domains as there can be: the hint says so" {
	need_partial
	under landlock_restrict_self=E2BIG
	ran_at full
	lacking landlock E2BIG
	partial_under landlock_restrict_self=E2BIG
	nothing_ran
	lacking landlock E2BIG
	matches "$stderr" "*landlock*as many Landlock domains as there can be (16)*"
	# Its own, and none for a run in it.
	partial_under landlock-run-full
	nothing_ran
	lacking landlock E2BIG
}

@test "a shortage in Landlock is an error of the call, at level full too" {
	need_landlock 1
	for call in landlock_create_ruleset landlock_add_rule landlock_restrict_self; do
		for errno in ENOMEM EMFILE; do
			under "$call=$errno"
			ended 2
			equal "$output" ""
			matches "$stderr" "vhost-probe: the warden *"
			lacks "$stderr" "--sandbox"
		done
	done
}

@test "capabilities, ids and limits that were given up without effect are missing" {
	# Without a user namespace an ordinary user has no capability that could stay.
	under lie-capset
	nothing_ran
	lacking caps EPERM
	# An ordinary user's id is the inside one already, and so is that of a root without other
	# ids.
	if has_others; then
		under lie-setresuid
		nothing_ran
		lacking uid EPERM
	fi
	under lie-limits
	nothing_ran
	lacking limits EPERM
}

@test "no_new_privs that was granted without effect is missing" {
	# An ordinary user could not have set a filter without having it already.
	is_root || return 0
	under lie-no-new-privs
	nothing_ran
	lacking no-new-privs EPERM
}

# beneath SCRIPT: the document where a script has changed what there is, in namespaces of the
# test's own; there it is root.
beneath() {
	need unshare
	run --separate-stderr timeout -k 5 60 unshare -Urm sh -c "$1"' && exec "$@"' - \
		"$VHOST_PROBE" list --json --dir "$manifests" "${options[@]}"
}

@test "no /proc, no /dev/null, or something else in its place: one line that says so" {
	skip_with_asan
	for level in full partial none; do
		options=(--sandbox "$level")
		beneath 'mount -t tmpfs none /proc'
		ended 2
		equal "$output" ""
		matches "$stderr" "vhost-probe: no /proc is mounted here *"
		equal "$(wc -l <<< "$stderr")" 1
		for change in 'mount -t tmpfs none /dev' 'mount --bind /dev/zero /dev/null' \
			'mount --bind /etc/passwd /dev/null'; do
			beneath "$change"
			ended 2
			equal "$output" ""
			matches "$stderr" "vhost-probe: /dev/null is not there, or not the null device*"
			equal "$(wc -l <<< "$stderr")" 1
		done
	done
}

@test "a null device that cannot be written or not even read: programs run all the same" {
	local -a modes=(666 644 444 600 400 0)

	has_others || skip "takes root, who can make a device"
	for mode in "${modes[@]}"; do
		mknod -m "$mode" "$BATS_TEST_TMPDIR/null" c 1 3
		for level in full partial none; do
			for user in "" "setpriv --reuid $TEST_UID --regid $TEST_UID --clear-groups"; do
				# shellcheck disable=SC2086 # words
				run --separate-stderr timeout -k 5 60 unshare --mount sh -c '
					mount --bind "$1" /dev/null && shift && exec "$@"
				' sh "$BATS_TEST_TMPDIR/null" $user "$VHOST_PROBE" --type sample \
					--dir "$manifests" --cache off --sandbox $level
				answered "$programs/50-one"
			done
		done
		rm "$BATS_TEST_TMPDIR/null"
	done
}

@test "a system call that is refused to all is no program's fault: one line, and no advice to do without" {
	candidate 40-first.json sample a
	candidate 60-last.json sample a
	for what in openat2-missing openat2-forbidden openat2-denied execveat-missing \
		execveat-forbidden execve-later; do
		for level in full partial; do
			for verb in select list; do
				run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" "$what" -- \
					"$VHOST_PROBE" $verb --type sample --dir "$manifests" \
					--sandbox $level
				ended 2
				equal "$output" ""
				equal "$(wc -l <<< "$stderr")" 1
				matches "$stderr" "vhost-probe: *: *"
				lacks "$stderr" --sandbox
				[ $what = openat2-denied ] ||
					matches "$stderr" "*a system call filter around vhost-probe refuses *; allow it there*"
			done
		done
	done
}

@test "a call that is refused to all, of a program that is executed by its descriptor" {
	has_others || skip "takes root, whose programs run as nobody"
	need_partial
	mkdir -m 700 "$programs/closed"
	cp "$FAKES/like-input" "$programs/closed/program"
	for what in openat2-denied execveat-later; do
		run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" $what -- \
			"$VHOST_PROBE" --binary "$programs/closed/program" --cache off "${partial[@]}"
		ended 2
		equal "$output" ""
		equal "$(wc -l <<< "$stderr")" 1
	done
	matches "$stderr" "*a system call filter around vhost-probe refuses *; allow it there*"
	# Others need this call no more.
	run --separate-stderr timeout -k 5 60 "$STAGE/bin/refuse" execveat-later -- \
		"$VHOST_PROBE" --binary "$FAKES/like-input" --cache off "${partial[@]}"
	answered "$FAKES/like-input"
}

@test "a /proc that is covered in parts, as in containers: mount is missing, partial is available" {
	need_partial
	beneath 'mount --bind /dev/null /proc/version'
	nothing_ran
	lacking mount EPERM
	matches "$stderr" "*mount *partly covered*"
	equal "$(tail -n 1 <<< "$stderr")" \
		"  $VHOST_PROBE list --json --dir $manifests --sandbox partial"
	options=(--sandbox partial)
	beneath 'mount --bind /dev/null /proc/version'
	ran_at partial
}

@test "--without: each single layer can be left out, and the level is that of the others" {
	local -A levels=([uts]=full [cgroup]=full [landlock]=full [user]=partial [mount]=partial
		[pid]=partial [net]=partial [ipc]=partial [uid]=none [caps]=none
		[no-new-privs]=none [limits]=none [seccomp]=none)

	need_partial
	for layer in "${!levels[@]}"; do
		options=(--without "$layer")
		under
		# Root's own id has no name in the sandbox' user namespace, and root's files
		# cannot be executed by nobody.
		[ "$layer" != uid ] || { is_root && continue; }
		ran_at "${levels[$layer]}"
		equal "$(json --arg layer "$layer" '.sandbox.layers | index($layer)')" null
		equal "$(missing "$layer")" null
		equal "$(json -f "$STAGE/fixtures/document.jq")" ""
	done
	options=(--without "uts,cgroup" --without=landlock)
	under
	ran_at full
	equal "$(json -c '[.sandbox.missing[].layer]')" '["uts","cgroup","landlock"]'
}

@test "--without: what explain says, and an unknown layer" {
	probe explain --type sample --dir "$manifests" --without net,uts
	ended 0
	matches "$output" "*"$'\n'"sandbox: partial, "*" of 13 layers hold; left out: net, uts"$'\n'"*"
	probe list --without nett
	ended 2
	equal "$stderr" 'vhost-probe: --without: unknown layer "nett"; did you mean net?'
	probe list --without net,
	ended 2
}

# short_of OPTION ERROR N...: the program where its caller has no more than N of something gives an
# answer, or one line that says so and does not advise to do without a sandbox; the last is enough.
short_of() {
	local option=$1 error=$2

	shift 2
	for n; do
		# A sanitizer's search for leaks needs a process of its own.
		run --separate-stderr env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
			timeout -k 5 60 prlimit "$option=$n" "$VHOST_PROBE" \
			--type sample --dir "$manifests" 3>&- 4>&-
		if [ "$status" = 0 ]; then
			equal "$output" "$programs/50-one"
			continue
		fi
		ended 2
		equal "$output" ""
		matches "$stderr" "vhost-probe: *: $error; raise the limit on *"
		equal "$(wc -l <<< "$stderr")" 1
		lacks "$stderr" --sandbox
	done
	ended 0
}

@test "too few descriptors: an answer, or one line that says so, and no advice to do without" {
	short_of --nofile "Too many open files" {4..16} 18 20 24 32 64
}

@test "too few processes: likewise" {
	# Root is not counted.
	is_root && return 0
	short_of --nproc "Resource temporarily unavailable" 1 2 3 4 5 6 8 64 4096
}
