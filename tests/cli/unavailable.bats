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

# ---- root that cannot give its programs another id ----

# with_ids N WORD...: the program as root of a container with so many ids, which owns the files here.
with_ids() {
	local map="0 100000 $1" id

	chown -R 100000:100000 "$manifests" "$programs"
	unshare --user sleep 60 &
	id=$!
	until [ "$(readlink "/proc/$id/ns/user")" != "$(readlink /proc/self/ns/user)" ]; do :; done
	echo "$map" > "/proc/$id/uid_map"
	echo "$map" > "/proc/$id/gid_map"
	run --separate-stderr timeout -k 5 60 nsenter --user --target "$id" --setuid 0 --setgid 0 \
		"$VHOST_PROBE" --cache off "${@:2}"
	kill "$id"
}

# with_capabilities LIST WORD...: the program as root with these alone, as setpriv writes them.
with_capabilities() {
	run --separate-stderr timeout -k 5 60 setpriv --bounding-set "$1" --inh-caps=-all \
		"$VHOST_PROBE" --cache off "${@:2}"
}

# keeps_layers WITHOUT COMMAND WORD...: with these words there is only level none, and the command that
# is printed before that leaves out these layers, and runs.
keeps_layers() {
	local words before

	"${@:2}"
	ended 2
	mapfile -t words < <(tail -n 4 <<< "$stderr")
	matches "${words[0]}" "to keep the other layers*:"
	equal "${words[1]}" "  $VHOST_PROBE --cache off ${*:4} --without $1"
	equal "${words[2]}" "to run the programs anyway, without protection:"
	matches "${words[3]}" "  $VHOST_PROBE --cache off * --sandbox none"
	before=$stderr
	"${@:2}" --without "$1"
	answered "$programs/50-one"
	stderr=$before
}

@test "root of a container that has no id 65534: the reason names it, and layers can be kept" {
	has_others || skip "takes root"
	need_landlock 6
	open_directories
	for n in 10 1000 65534; do
		keeps_layers uid with_ids $n --binary "$programs/50-one"
		matches "$stderr" "*uid *EINVAL *65534, which have no id in this user namespace*to keep the other layers, while root's programs may read what root may:*"
		keeps_layers uid with_ids $n --binary "$programs/50-one" --sandbox partial
		matches "$stderr" "*uid *EINVAL *65534, which have no id in this user namespace*"
	done
	with_ids 65535 --binary "$programs/50-one"
	answered "$programs/50-one"
}

@test "root without the capabilities for ids: the reason names them, and layers can be kept" {
	has_others || skip "takes root"
	need_landlock 6
	open_directories
	keeps_layers user,uid with_capabilities -all --binary "$programs/50-one"
	matches "$stderr" "*user *EPERM *root has no CAP_SETUID or no CAP_SETGID here*uid *EPERM *root has no CAP_SETUID*"
	lacks "$stderr" "forbidden here"
	keeps_layers uid with_capabilities -all --binary "$programs/50-one" --sandbox partial
	keeps_layers user,uid with_capabilities -setuid --binary "$programs/50-one"
	keeps_layers uid with_capabilities -setgid --binary "$programs/50-one"
	matches "$stderr" "*uid *EPERM *root has no CAP_SETUID or no CAP_SETGID here*"
	keeps_layers user,uid with_capabilities -all,+setuid --binary "$programs/50-one"
	keeps_layers uid with_capabilities -all,+setfcap --binary "$programs/50-one"
	# What was left out already stays so, and is not named again.
	keeps_layers user with_capabilities -all --binary "$programs/50-one" --without uid
	keeps_layers uid with_capabilities -all --binary "$programs/50-one" --without user
	lacks "$(grep "^ *user" <<< "$stderr")" CAP_SETUID
	with_capabilities -all,+setuid,+setgid --binary "$programs/50-one"
	answered "$programs/50-one"
}
