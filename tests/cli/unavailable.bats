#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# Where the sandbox is not available nothing runs, and the message says what is missing. User namespaces
# are forbidden here by their limit, in a user namespace of the test's own.

load helper

setup() {
	prepare
	need unshare
	unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces' 2> /dev/null ||
		skip_or_fail "no user namespace in which they could be forbidden"
	# The user who runs the tests is root in there, and so owns these files.
	candidate 50-one.json sample a
}

# limited N WORD...: the program where only N user namespaces may be made.
limited() {
	local limit=$1

	shift
	# shellcheck disable=SC2016 # the inner shell's
	run --separate-stderr timeout -k 5 60 unshare -Ur sh -c '
		echo "$1" > /proc/sys/user/max_user_namespaces && shift && exec "$@"
	' sh "$limit" "$VHOST_PROBE" "$@" --dir "$manifests"
}

# forbidden WORD...: where none may be made.
forbidden() {
	limited 0 "$@"
}

@test "without user namespaces nothing is chosen, and it is said why" {
	forbidden --type sample
	ended 2
	equal "$output" ""
	matches "$stderr" "vhost-probe: nothing was run: sandbox level full is not available on this host"*
	matches "$stderr" "*user *ENOSPC   the limit user.max_user_namespaces*"
}

@test "the last line is the command that accepts less, and it works" {
	local command

	forbidden --type sample --need a
	ended 2
	command=$(tail -n 1 <<< "$stderr")
	equal "$command" "  $VHOST_PROBE --type sample --need a --dir $manifests --sandbox partial"
	read -ra words <<< "$command"
	forbidden "${words[@]:1}"
	answered "$programs/50-one"
}

@test "the document says what holds, what is missing, and that nothing was run" {
	forbidden list --json
	ended 2
	equal "$(verdict_of 50-one.json)" sandbox-unavailable
	equal "$(of 50-one.json .probe.source)" none
	equal "$(json .sandbox.level)" null
	equal "$(json '.sandbox.missing[] | select(.layer == "user") | .errno')" ENOSPC
	equal "$(json '.sandbox.layers | index("user")')" null
	equal "$(json .selected)" null
}

@test "partial is available here" {
	forbidden --type sample --sandbox partial
	answered "$programs/50-one"
}

@test "where nothing has to be run the sandbox is not missed" {
	rm "$manifests/50-one.json"
	forbidden --type sample
	refused
	matches "$stderr" "vhost-probe: no manifest announces the type sample"*
}

@test "a quiet caller gets only the exit status" {
	forbidden --type sample --quiet
	ended 2
	equal "$output$stderr" ""
}

@test "a limit that allows one room only is enough for all programs" {
	for i in {60..71}; do
		candidate "$i-more.json" sample
	done
	for _ in {1..10}; do
		limited 1 list --json
		ended 0
		equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name) \(.verdict): \(.reason)"')" ""
		equal "$(json '.candidates | length')" 13
		equal "$(json .sandbox.level)" full
	done
}
