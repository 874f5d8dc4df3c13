#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# The skeletons of backends in contrib/: check finds nothing in them and their manifests, a front end
# can connect to them in each way, and whatever is wrong with their options is one line. The one in
# Rust is asked all that the one in C is.

load helper

setup() {
	prepare
	need_sandbox
	open_directories
	socket=$BATS_TEST_TMPDIR/socket
	pid=
}

teardown() {
	[ -z "$pid" ] || { kill -KILL "$pid" && wait "$pid"; } 2> "$BATS_TEST_TMPDIR/ended" || :
}

in_c() {
	language=c
	backend=$STAGE/contrib/bin/vhost-user-skeleton
}

in_rust() {
	language=rust
	backend=$STAGE/contrib/bin/vhost-device-skeleton
	[ -x "$backend" ] || skip "Rust is not installed: make deps-kits check-kits"
}

# start WORD...: in the background.
start() {
	"$@" < /dev/null > "$BATS_TEST_TMPDIR/log" 2>&1 3>&- &
	pid=$!
}

wait_for_socket() {
	for _ in {1..100}; do
		[ ! -S "$socket" ] || return 0
		sleep 0.1
	done
	echo "no socket: $(< "$BATS_TEST_TMPDIR/log")"
	return 1
}

# ends STATUS: of what was started.
ends() {
	status=0
	wait "$pid" || status=$?
	pid=
	output=$(< "$BATS_TEST_TMPDIR/log")
	ended "$1"
}

# front_end TEXT: connects to the socket, says this, and hangs up.
front_end() {
	timeout -k 5 20 perl -MIO::Socket::UNIX -e '
		my $socket = IO::Socket::UNIX->new(Peer => shift) or die "socket: $!";
		print $socket shift;
	' "$socket" "$1"
}

# refuses STATUS PATTERN WORD...: one line like this, and nothing on stdout.
refuses() {
	run --separate-stderr timeout -k 5 20 "$backend" "${@:3}"
	ended "$1" && equal "$output" "" && lacks "$stderr" $'\n' && harmless "$stderr" &&
		matches "$stderr" "${backend##*/}: $2"
}

# ---- what both are asked ----

check_finds_nothing() {
	probe check --strict --binary "$backend"
	ended 0
	equal "$output" ""
	matches "$stderr" "*1 program checked: 0 errors, 0 warnings, 0 notes"
	sed "s|@libexecdir@|${backend%/*}|" "$STAGE/contrib/skeleton-$language"/50-*.json.in \
		> "$manifests/50-${backend##*/}.json"
	[ -f "$STAGE/contrib/skeleton-$language/50-${backend##*/}.json.in" ]
	probe check --strict "$manifests"
	ended 0
	equal "$output" ""
	matches "$stderr" "*1 file and 1 program checked: 0 errors, 0 warnings, 0 notes"
	probe_here --type rng
	answered "$backend"
}

answer_whatever_else_is_said() {
	for words in "" "--socket-path=$socket" "--fd=99" "--fd" "--nonsense" "-x word --" "--help"; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$backend" $words --print-capabilities
		answered '{"type": "rng", "features": []}'
		# shellcheck disable=SC2086 # words
		run --separate-stderr "$backend" --print-capabilities $words
		answered '{"type": "rng", "features": []}'
	done
	[ ! -e "$socket" ]
	for word in --print-capabilities --help; do
		run --separate-stderr sh -c '"$1" "$2" > /dev/full' sh "$backend" "$word"
		ended 1
		matches "$stderr" "${backend##*/}: stdout: *No space left*"
	done
}

serve_by_path() {
	start "$backend" "--socket-path=$socket"
	wait_for_socket
	front_end ""
	ends 0
	equal "$output" ""
	# The socket of that run is in nobody's way.
	[ -S "$socket" ]
	start "$VHOST_PROBE" exec --binary "$backend" -- --socket-path "$socket"
	for _ in {1..100}; do
		! front_end "hello" 2> "$BATS_TEST_TMPDIR/refused" || break
		sleep 0.1
	done
	ends 1
	equal "$output" "${backend##*/}: there is no device here to answer the front end"
	# A file is.
	rm "$socket"
	echo precious > "$socket"
	refuses 1 "--socket-path=*in use*" "--socket-path=$socket"
	equal "$(< "$socket")" precious
}

# Listening or connected, blocking or not.
serve_by_descriptor() {
	local blocking

	for blocking in 1 0; do
		rm -f "$socket"
		start perl -MIO::Socket::UNIX -MPOSIX -e '
			my $socket = IO::Socket::UNIX->new(Local => shift, Listen => 1) or die "socket: $!";
			$socket->blocking(shift);
			POSIX::dup2(fileno($socket), 7);
			exec @ARGV;
		' "$socket" "$blocking" "$backend" --fd=7
		wait_for_socket
		front_end ""
		ends 0
		equal "$output" ""
		run timeout -k 5 20 perl -MSocket -MIO::Handle -MPOSIX -e '
			socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, 0 or die "socketpair: $!";
			$theirs->blocking(shift);
			my $pid = fork // die "fork: $!";
			if (!$pid) {
				close $ours;
				POSIX::dup2(fileno($theirs), 7);
				exec @ARGV;
			}
			close $theirs;
			select undef, undef, undef, 0.2;
			die "it did not wait\n" if waitpid $pid, WNOHANG;
			close $ours;
			waitpid $pid, 0;
			exit $? >> 8;
		' "$blocking" "$backend" --fd 7
		ended 0
		equal "$output" ""
	done
}

end_by_sigterm() {
	start "$backend" "--socket-path=$socket"
	wait_for_socket
	kill -TERM "$pid"
	SECONDS=0
	ends 143
	below "$SECONDS" 5
}

refuse_malformed_words() {
	local word long

	for word in "" " 7" "+7" "-7" 7x 0x7 7.0 "7 " seven 99999999999999999999 2147483648 $'7\n' $'\e[31m' ٧ $'\xff'; do
		refuses 2 "--fd: not the number of a descriptor: *" "--fd=$word"
		refuses 2 "--fd: not the number of a descriptor: *" --fd "$word"
	done
	for word in 99 2147483647 007777; do
		refuses 2 "--fd=$((10#$word)): Bad file descriptor*" --fd="$word"
	done
	refuses 2 "--fd=0: is no socket" --fd=0
	long=$(printf '%0200d' 0)
	for word in "" "/$long"; do
		run --separate-stderr "$backend" "--socket-path=$word"
		[ "$status" = 1 ] || [ "$status" = 2 ]
		lacks "$stderr" $'\n'
		matches "$stderr" "${backend##*/}: --socket-path*"
	done
	refuses 1 "--socket-path=*No such file or directory*" --socket-path="$BATS_TEST_TMPDIR/none/socket"
	refuses 1 "--socket-path=*" $'--socket-path=/none-of-these/a\nb\e[31m'
	for word in --fd --socket-path; do
		refuses 2 "*$word*: the value is missing" "$word"
	done
	for word in --nonsense --nonsense=x -x -xyz -f7 word "" - --help=x $'--a\nb' $'\e]0;title\a' $'--\xff' --fds=3 "--fd =3" \
		-- --=3 -fd=3 --f=3 --f --h --hel --s "--sock=$socket" --socket-pat "--socket-paths=$socket" --print \
		--print-cap --print-capabilities=; do
		refuses 2 "not understood: *" "$word"
		refuses 2 "not understood: *" --fd=3 "$word"
	done
	refuses 2 "takes one of --socket-path and --fd"
	refuses 2 "takes one of --socket-path and --fd" --fd=3 "--socket-path=$socket"
	[ ! -e "$socket" ]
}

# ---- C ----

@test "C: check finds nothing, neither in the program nor in its manifest" {
	in_c
	check_finds_nothing
}

@test "C: --print-capabilities is answered whatever else is said, and nothing else is done" {
	in_c
	answer_whatever_else_is_said
}

@test "C: a front end connects to --socket-path" {
	in_c
	serve_by_path
}

@test "C: a front end connects to --fd, which listens or is connected" {
	in_c
	serve_by_descriptor
}

@test "C: SIGTERM ends it" {
	in_c
	end_by_sigterm
}

@test "C: malformed options are one line" {
	in_c
	refuse_malformed_words
}

# ---- Rust ----

@test "Rust: check finds nothing, neither in the program nor in its manifest" {
	in_rust
	check_finds_nothing
}

@test "Rust: --print-capabilities is answered whatever else is said, and nothing else is done" {
	in_rust
	answer_whatever_else_is_said
}

@test "Rust: a front end connects to --socket-path" {
	in_rust
	serve_by_path
}

@test "Rust: a front end connects to --fd, which listens or is connected" {
	in_rust
	serve_by_descriptor
}

@test "Rust: SIGTERM ends it" {
	in_rust
	end_by_sigterm
}

@test "Rust: malformed options are one line" {
	in_rust
	refuse_malformed_words
}
