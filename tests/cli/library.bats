#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2034,SC2154 # what the helper uses and sets
#
# The examples, which are built against nothing but the public headers, among them the ten lines with
# which vhost-probe.h begins. They search what the environment says; the test's own file has a name
# that sorts before all of this host's.

load helper

setup() {
	prepare
	need_sandbox
	manifests=$BATS_TEST_TMPDIR/data/qemu/vhost-user
	export XDG_DATA_DIRS=$BATS_TEST_TMPDIR/data VHOST_PROBE_WARDEN=$STAGE/bin/vhost-probe-warden
	unset XDG_RUNTIME_DIR
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
}

# example NAME ARGUMENT...
example() {
	run --separate-stderr "$STAGE/examples/$1" "${@:2}"
}

# without_host TYPE: a test that finds nothing needs a host that announces no such backend.
without_host() {
	[ -z "$(XDG_DATA_DIRS='' "$VHOST_PROBE" list --no-user --cache off --columns type --type "$1")" ] ||
		skip "this host announces the type $1"
}

@test "the ten lines of the header print the gpu backend" {
	manifest 00-first.json gpu "$FAKES/like-gpu"
	example header
	ended 0
	equal "$output" "$FAKES/like-gpu"
	equal "$stderr" ""
}

@test "the ten lines of the header pass over a gpu backend that is broken" {
	manifest 00-first.json gpu "$FAKES/no-such"
	manifest 00-second.json gpu "$FAKES/like-gpu"
	example header
	ended 0
	equal "$output" "$FAKES/like-gpu"
}

@test "sync: the first that has the features, as select prints it" {
	manifest 00-first.json gpu "$FAKES/thread-before-main"
	manifest 00-second.json gpu "$FAKES/like-gpu"
	example sync gpu virgl
	ended 0
	equal "$output" "$FAKES/like-gpu"
	equal "$output" "$("$VHOST_PROBE" --type gpu --need virgl --cache off)"
}

@test "sync: why there is none, a line per file" {
	candidate 00-first.json sample one
	manifest 00-second.json sample "$programs/no-such"
	example sync sample two
	ended 1
	equal "$output" ""
	matches "$stderr" "*/00-first.json: two*" "*/00-second.json: $programs/no-such*does not exist*"
}

@test "sync: without a type it says how it is used" {
	example sync
	ended 2
	matches "$stderr" "usage: *"
}

@test "qemu-command: a backend, and a machine that shares its memory with it" {
	manifest 00-first.json gpu "$FAKES/like-gpu"
	example qemu-command gpu "/run/a b,c.sock"
	ended 0
	equal "${lines[0]}" "'$FAKES/like-gpu' --socket-path='/run/a b,c.sock' &"
	equal "${lines[1]}" "qemu-system-x86_64 -machine q35,memory-backend=m -m 1G -object memory-backend-memfd,id=m,size=1G,share=on -chardev 'socket,id=c,path=/run/a b,,c.sock' -device vhost-user-gpu-pci,chardev=c"
}

@test "qemu-command: no backend, and no device of such a type" {
	without_host scsi
	example qemu-command scsi /run/socket
	ended 1
	equal "$output" ""
	equal "$stderr" "qemu-command: no backend"
	example qemu-command no-such /run/socket
	ended 1
	matches "$stderr" "qemu-command: usage: *"
}
