#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# Real backends under a real QEMU: vhost-probe exec finds the distribution's virtiofsd and
# vhost-user-gpu by their manifests and becomes them. QEMU, without KVM, a display or a running
# processor, connects, and says by QMP whether the device is realised, for which the backend has to
# have answered.

load helper
load host

setup() {
	prepare
	need_sandbox
	need qemu-system-x86_64
	socket=$BATS_TEST_TMPDIR/socket
	log=$BATS_TEST_TMPDIR/backend.log
	backend=
	mkdir "$BATS_TEST_TMPDIR/shared"
}

teardown() {
	[ -z "$backend" ] || { kill "$backend" && wait "$backend"; } 2> "$BATS_TEST_TMPDIR/ended" || :
}

# failed STEP: what did not work, with what QEMU and the backend wrote.
failed() {
	printf -- '--- %s\n' "$1"
	[ ! -s "$BATS_TEST_TMPDIR/qmp" ] || { echo "--- QMP" && cat "$BATS_TEST_TMPDIR/qmp"; }
	[ ! -s "$BATS_TEST_TMPDIR/qemu.log" ] || { echo "--- QEMU" && cat "$BATS_TEST_TMPDIR/qemu.log"; }
	[ ! -s "$log" ] || { echo "--- the backend" && cat "$log"; }
	return 1
}

# start COMMAND...: in the background, until there is a socket.
start() {
	"$@" < /dev/null > "$log" 2>&1 3>&- &
	backend=$!
	for _ in {1..100}; do
		[ ! -S "$socket" ] || return 0
		kill -0 "$backend" 2> /dev/null || failed "the backend has ended before it opened its socket"
		sleep 0.1
	done
	failed "the backend has opened no socket within 10 s"
}

# start_by_exec TYPE ARGUMENT...: the first backend of the type.
start_by_exec() {
	start "$VHOST_PROBE" exec --dir "$SYSTEM" --cache off --type "$1" -- "${@:2}"
	# It is the process that vhost-probe was.
	equal "$(tr '\0' '\n' < "/proc/$backend/cmdline")" "$(lines "$binary" "${@:2}")"
}

# ask_qemu DEVICE: sets $realized and $slots by what QEMU says of this device, which has the id
# "probed". Where it does not come to that, its words are in qemu.log.
ask_qemu() {
	local device=$1

	qemu-system-x86_64 -device help 2> /dev/null | grep -q "^name \"${device%%,*}\"" ||
		failed "this QEMU has no ${device%%,*}"
	lines '{"execute": "qmp_capabilities"}' \
		'{"execute": "qom-get", "id": "realized", "arguments":
			{"path": "/machine/peripheral/probed", "property": "realized"}}' \
		'{"execute": "query-pci", "id": "pci"}' '{"execute": "quit"}' |
		timeout -k 5 60 qemu-system-x86_64 -nodefaults -no-user-config -display none -S -accel tcg \
			-machine q35,memory-backend=memory -m 128 \
			-object memory-backend-memfd,id=memory,size=128M,share=on \
			-chardev "socket,id=backend,path=$socket" -device "$device,chardev=backend,id=probed" \
			-qmp stdio > "$BATS_TEST_TMPDIR/qmp" 2> "$BATS_TEST_TMPDIR/qemu.log" || :
	realized=$(jq -r 'select(.id? == "realized") | .return // .error.desc' "$BATS_TEST_TMPDIR/qmp")
	slots=$(jq -r 'select(.id? == "pci") | .return[].devices[] | select(.qdev_id == "probed") | .slot' \
		"$BATS_TEST_TMPDIR/qmp")
}

# is_realized: QEMU has the device, and it is on the bus.
is_realized() {
	[ "$realized" = true ] || failed "QEMU does not say that the device is realised: ${realized:-nothing}"
	[ -n "$slots" ] || failed "the device is not on QEMU's bus"
}

# virtiofsd has two programs of its name; sets $arguments for the one that is here.
find_virtiofsd() {
	find_backend fs virtiofsd
	if "$binary" --help 2>&1 | grep -q -- '--shared-dir'; then
		arguments=(--shared-dir "$BATS_TEST_TMPDIR/shared" --sandbox "$(is_root && echo chroot || echo none)")
	elif is_root; then
		arguments=(-f -o "source=$BATS_TEST_TMPDIR/shared" -o sandbox=chroot)
	else
		skip "this virtiofsd, in C, is for root"
	fi
}

@test "virtiofsd: QEMU's vhost-user-fs-pci is realised" {
	find_virtiofsd
	start_by_exec fs "${arguments[@]}" "--socket-path=$socket"
	ask_qemu vhost-user-fs-pci,tag=shared
	is_realized
}

@test "virtiofsd: a listening socket that was passed on, as a service manager does" {
	need perl
	find_virtiofsd
	start perl -MIO::Socket::UNIX -MPOSIX -e '
		my $socket = IO::Socket::UNIX->new(Local => shift, Listen => 1) or die "socket: $!";
		POSIX::dup2(fileno($socket), 7);
		exec @ARGV;
	' "$socket" "$VHOST_PROBE" exec --dir "$SYSTEM" --cache off --type fs -- "${arguments[@]}" --fd=7
	ask_qemu vhost-user-fs-pci,tag=shared
	is_realized
}

@test "vhost-user-gpu: QEMU's vhost-user-gpu-pci is realised" {
	find_backend gpu vhost-user-gpu
	start_by_exec gpu "--socket-path=$socket"
	ask_qemu vhost-user-gpu-pci
	! grep -q 'requires kvm' "$BATS_TEST_TMPDIR/qemu.log" ||
		skip "this QEMU has vhost-user-gpu-pci with KVM alone: $(tail -n 1 "$BATS_TEST_TMPDIR/qemu.log")"
	is_realized
}

# Where QEMU works without KVM, it would send this first.
@test "vhost-user-gpu: it answers the first question of the protocol" {
	need perl
	find_backend gpu vhost-user-gpu
	start_by_exec gpu "--socket-path=$socket"
	# GET_FEATURES, version 1, no payload; the answer has the same number, and eight bytes.
	run timeout -k 5 20 perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Peer => shift) or die "socket: $!";
		syswrite $socket, pack("LLL", 1, 1, 0);
		read $socket, my $answer, 20;
		printf "%u %u %u %s\n", unpack("LLL", $answer), unpack("Q", substr $answer, 12) ? "features" : "none";
	' "$socket"
	[ "$output" = "1 5 8 features" ] || failed "the backend answered: $output"
}

@test "the check sees a device that is not realised" {
	start perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Local => shift, Listen => 1) or die "socket: $!";
		close $socket->accept while 1;
	' "$socket"
	ask_qemu vhost-user-fs-pci,tag=shared
	run is_realized
	ended 1
	matches "$output" "*QEMU does not say that the device is realised*"
}
