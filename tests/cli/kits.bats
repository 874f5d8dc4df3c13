#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2034,SC2154 # words that no shell shall expand; the helpers set and use ours
#
# The kits of contrib/, by small callers in tests/kits. All are asked the same: a caller prints the
# path, or else a word for the kind of the error and one line per candidate, and on stderr the text.

load helper
load kits

setup() {
	prepare_kits
}

need_go() {
	[ -x "$STAGE/contrib/bin/go-caller" ] || skip "Go is not installed: make deps-kits check-kits"
	kits=(go)
}

# ---- what all are asked ----

ask_for_backends() {
	each finds "$FAKES/like-gpu" -- gpu -- --dir "$FAKES/manifests"
	each finds "$FAKES/like-gpu" -- gpu render-node virgl -- --dir "$FAKES/manifests"
	each finds "$FAKES/thread-before-main" -- gpu render-node '~virgl' -- --dir "$FAKES/manifests"
	each finds "$FAKES/can" -- can interface -- "--dir=$FAKES/manifests"
	each finds "$FAKES/like-input" -- input -- --dir="$FAKES/manifests" --exclude sample
	# What was passed over is not lost.
	each matches_stderr "*passed over 40-trailing-text-gpu.json: bad-json: *" -- gpu -- --dir "$FAKES/manifests"
}

matches_stderr() {
	ended 0 && matches "$stderr" "$1"
}

ask_for_reasons() {
	each lists no-match "40-trailing-text-gpu.json	bad-json" "50-like-gpu.json	missing-features" \
		"60-shell-wrapper-gpu.json	missing-features" "70-python-wrapper-gpu.json	missing-features" \
		"80-thread-before-main-gpu.json	missing-features" -- gpu vigrl -- --dir "$FAKES/manifests"
	each fails no-match "*no gpu backend has vigrl*did you mean virgl?*" -- gpu vigrl -- --dir "$FAKES/manifests"
	each matches_line "40-unknown-option-can.json	exit-status	*unknown*" -- can nothing -- --dir "$FAKES/manifests"
	each lists no-match -- vsock -- --dir "$manifests"
	# All but files of other types.
	candidate 10-other.json other
	candidate 20-sample.json sample
	: > "$manifests/30-mask.json"
	echo '{' > "$manifests/40-broken.json"
	each lists no-match "20-sample.json	missing-features" "30-mask.json	mask" "40-broken.json	bad-manifest" \
		-- sample missing -- --dir "$manifests"
}

matches_line() {
	ended 1 && matches "${lines[1]}" "$1"
}

ask_in_vain() {
	each lists failed -- "" -- --dir "$manifests"
	each fails failed "*--need: *" -- gpu "" -- --dir "$manifests"
	each fails failed "*--timeout*" -- gpu -- --timeout=never
	each fails failed "*--nonsense*" -- gpu -- --nonsense
	: > "$BATS_TEST_TMPDIR/file"
	each fails failed "*$BATS_TEST_TMPDIR/file*" -- gpu -- --dir "$BATS_TEST_TMPDIR/file"
	candidate 50-sample.json sample
	each lists not-cached "50-sample.json	not-cached" -- sample -- --dir "$manifests" --cache=only
	each fails not-cached "*not in the cache*" -- sample -- --dir "$manifests" --cache=only
	for program in "$BATS_TEST_TMPDIR/nothing" no-such-vhost-probe "$BATS_TEST_TMPDIR/file" "$BATS_TEST_TMPDIR"; do
		each fails missing "*$program*" -- gpu
	done
}

# User namespaces are forbidden by their limit, in a user namespace of the test's own.
ask_without_a_sandbox() {
	need unshare
	unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces' 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no user namespace in which they could be forbidden: $(< "$BATS_TEST_TMPDIR/why")"
	candidate 50-sample.json sample
	printf '%s\n' '#!/bin/sh' 'exec unshare -Ur sh -c '\''echo 0 > /proc/sys/user/max_user_namespaces &&' \
		"exec \"\$@\"' sh '$VHOST_PROBE' \"\$@\"" > "$BATS_TEST_TMPDIR/limited"
	chmod 755 "$BATS_TEST_TMPDIR/limited"
	program=$BATS_TEST_TMPDIR/limited
	each lists failed "50-sample.json	sandbox-unavailable" -- sample -- --dir "$manifests"
	each fails failed "*max_user_namespaces*--sandbox partial*" -- sample -- --dir "$manifests"
}

# Of vhost-probe, nor of what it ran, whose room ends a moment later.
nothing_is_left() {
	local left

	for _ in {1..50}; do
		left=$(pgrep -f "^($VHOST_PROBE .*$manifests|$programs/hang)" || :)
		[ -n "$left" ] || break
		sleep 0.1
	done
	equal "$left" ""
}

ask_against_the_clock() {
	cp "$FAKES/hang" "$programs/hang"
	manifest 50-hang.json sample hang
	deadline=0.7
	each fails deadline "*" -- sample -- --dir "$manifests" --cache=off
	nothing_is_left
	deadline=60
	each finds "$FAKES/like-gpu" -- gpu -- --dir "$FAKES/manifests"
	# Each program has its own time as well.
	each lists no-match "50-hang.json	timeout" -- sample -- --dir "$manifests" --timeout=0.3
}

# Each is a word that a shell, an option parser or a format would do something with.
# shellcheck disable=SC1003 # a backslash
hostile_words=('--nonsense' '--sandbox=none' '-x' '-' '--=' '$(touch pwned)' '`touch pwned`' ';touch pwned;'
	'|touch pwned' '& touch pwned &' '> pwned' '"' "'" '\' '*' '~root' '%s%n' '{}' '"}],"selected":"/bin/sh'
	$'a\nb' $'\e[31mred\e[m' $'\t' $'\u202e' 'ä€😀' "$(printf '%0*d' 5000 0)")

ask_hostile_words() {
	local word

	cd "$BATS_TEST_TMPDIR" || return
	candidate 50-sample.json sample
	for word in "${hostile_words[@]}"; do
		each lists no-match "50-sample.json	missing-features" -- sample "+$word" -- --dir "$manifests"
		each lists no-match -- "$word" -- --dir "$manifests"
	done
	each fails failed "*not UTF-8*" -- sample $'\xff\xfe' -- --dir "$manifests"
	each fails failed "*not UTF-8*" -- $'\xff\xfe' -- --dir "$manifests"
	# What looks like one of its options is a mistake to vhost-probe, and never that option.
	for word in --help --all --json; do
		each fails failed "*$word*" -- "$word" -- --dir "$manifests"
	done
	for word in '--x' '$(touch pwned)' '`touch pwned`' '; touch pwned' '*' '| x' 'ä€😀' "it's"; do
		candidate 60-hostile.json "$word" "+$word"
		each finds "$programs/60-hostile" -- "$word" "+$word" -- --dir "$manifests"
	done
	[ ! -e pwned ]
}

# Names of manifests and words of programs.
ask_hostile_backends() {
	program 10-loud 'printf "\033[31mred\007\n" >&2' 'exit 1'
	manifest $'10-\e]0;title\a-$(touch pwned).json' sample 10-loud
	manifest $'20-\u202e.json' sample "$BATS_TEST_TMPDIR/missing"
	each fails no-match "*exit-status*missing-binary*" -- sample -- --dir "$manifests"
	mkdir "$BATS_TEST_TMPDIR/a dir"
	backend 'with a $(blank) and "quotes"' sample
	cp "$programs/with a \$(blank) and \"quotes\"" "$BATS_TEST_TMPDIR/a dir/back'end *"
	candidate 30-good.json sample
	manifest 25-odd.json sample "$BATS_TEST_TMPDIR/a dir/back'end *"
	each finds "$BATS_TEST_TMPDIR/a dir/back'end *" -- sample -- --dir "$manifests"
}

# prints TEXT [STATUS]: another program in the place of vhost-probe.
prints() {
	printf '%s' "$1" > "$BATS_TEST_TMPDIR/text"
	program other "cat $BATS_TEST_TMPDIR/text" "${2:-exit 0}"
	program=$programs/other
}

ask_strangers() {
	local text

	for text in '' 'no JSON' '/usr/bin/backend' '[]' '{}' 'null' '1' '{"schema": 1}' '{"schema": 2}' \
		'{"schema": "1", "selected": "/bin/sh", "candidates": []}' \
		'{"schema": 2, "selected": "/bin/sh", "candidates": []}' \
		'{"schema": null, "selected": "/bin/sh", "candidates": []}' \
		'{"schema": 1, "selected": null, "candidates": []}' \
		'{"schema": 1, "selected": "/bin/sh", "candidates": [1]}' \
		'{"schema": 1, "selected": "/bin/sh", "candidates": []' $'\xff' \
		"$(printf '%0*d' 100000 0 | tr 0 '[')"; do
		prints "$text"
		each fails foreign "*" -- gpu
	done
	prints '{"schema": 2, "selected": null, "candidates": []}' 'exit 1'
	each fails foreign "*schema 1*" -- gpu
	# What a later version may add.
	prints '{"schema": 1, "new": {}, "selected": "/bin/sh", "candidates": [{"name": "a", "verdict": "new",
		"reason": "", "new": 1}]}'
	each finds /bin/sh -- gpu
}

# ---- Python and shells ----

@test "each kit has fewer than 100 lines" {
	for kit in python/vhost_probe.py sh/vhost-probe.sh go/vhostprobe/vhostprobe.go; do
		below "$(wc -l < "$STAGE/contrib/$kit")" 100
	done
}

@test "the first backend that has what is needed, as vhost-probe would choose it" {
	kits+=(bash)
	ask_for_backends
}

@test "where none has it, the error says why, per candidate" {
	ask_for_reasons
}

@test "a malformed request, an unknown cache and no vhost-probe are different errors" {
	ask_in_vain
}

@test "without a sandbox, the error says what is missing and what accepts less" {
	ask_without_a_sandbox
}

@test "a call ends at its deadline, and leaves nothing behind" {
	ask_against_the_clock
}

@test "a deadline that is no number of seconds is malformed, for shells" {
	kits=(sh bash)
	for deadline in abc 5x 1e3 -1 . 1.2.3 " 5" '5;' 'inf' 0 00 0.0 .0 0.; do
		each fails failed "VHOST_PROBE_DEADLINE is not a number of seconds above 0*" -- gpu -- --dir "$FAKES/manifests"
	done
	for deadline in 60 60. 60.5 060; do
		each finds "$FAKES/like-gpu" -- gpu -- --dir "$FAKES/manifests"
	done
}

@test "a deadline, in each shell that is installed, whatever separates its words" {
	local shell ifs

	kits=()
	for shell in sh bash dash busybox ksh mksh yash zsh; do
		[ -z "$(type -P "$shell")" ] || kits+=("$shell")
	done
	for ifs in $' \t\n' $'\n' '' ',' 0123456789 .=-/ aeiou; do
		deadline=60
		each finds "$FAKES/like-gpu" -- gpu render-node virgl -- --dir "$FAKES/manifests"
		deadline=0.0.0
		each fails failed "VHOST_PROBE_DEADLINE is not *" -- gpu -- --dir "$FAKES/manifests"
	done
	cp "$FAKES/hang" "$programs/hang"
	manifest 50-hang.json sample hang
	deadline=0.5 ifs=
	each fails deadline "*" -- sample -- --dir "$manifests" --cache=off
}

@test "Ctrl-C ends a shell's call that has a deadline, and what it runs" {
	cp "$FAKES/hang" "$programs/hang"
	manifest 50-hang.json sample hang
	for shell in sh bash; do
		SECONDS=0
		run env KIT="$STAGE/contrib/sh/vhost-probe.sh" VHOST_PROBE="$VHOST_PROBE" DEADLINE=50 \
			timeout -k 5 60 /usr/bin/python3 -c '
import os, pty, subprocess, sys, time

pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
while subprocess.run(["pgrep", "-f", sys.argv[1]], stdout=subprocess.DEVNULL).returncode != 0:
    time.sleep(0.1)
os.write(terminal, b"\x03")
print("ended by", -os.WTERMSIG(os.waitpid(pid, 0)[1]))
' "^$programs/hang" "$shell" "$STAGE/kits/caller.sh" sample -- --dir "$manifests" --cache=off --timeout=50
		answered "ended by -2"
		below "$SECONDS" 30
		nothing_is_left
	done
}

@test "types and features are words, whatever is in them" {
	ask_hostile_words
}

@test "names, paths and texts of hostile backends" {
	ask_hostile_backends
}

@test "Python: another program than vhost-probe, or another schema, is no answer" {
	kits=(python)
	ask_strangers
}

@test "Python: words that no program can be given" {
	run env PYTHONPATH="$STAGE/contrib/python" /usr/bin/python3 -B -c '
import vhost_probe

for word in ("\0", "a\0b", "\ud800"):
    for words in ([word], ["gpu", word]):
        try:
            vhost_probe.find(*words)
        except vhost_probe.Failed as error:
            print("failed", error.candidates)
' 
	answered "$(yes 'failed ()' | head -n 6)"
}

@test "Python: a timeout that is no number of seconds, one that is too long, and one that has passed" {
	run env PYTHONPATH="$STAGE/contrib/python" /usr/bin/python3 -B -c '
import sys
import vhost_probe

for timeout in ("nan", "inf", "1e300", "1e7", "0", "-1", "-inf"):
    try:
        vhost_probe.find("gpu", timeout=float(timeout), program=sys.argv[1])
    except vhost_probe.Error as error:
        print(type(error).__name__, error)
' "$VHOST_PROBE"
	answered "$(
		for timeout in nan inf 1e+300 10000000.0; do
			echo "Failed timeout: $timeout is not a number of seconds below a million"
		done
		for timeout in 0 -1 -inf; do
			echo "Timeout $VHOST_PROBE: no answer within $timeout s"
		done
	)"
}

@test "shell: without a type" {
	run --separate-stderr sh -euc '. "$1" && vhost_probe_find' sh "$STAGE/contrib/sh/vhost-probe.sh"
	ended 2
	equal "$stderr" "vhost_probe_find, vhost_probe_reasons: the type is missing"
}

@test "shell: variables, words and options of the caller stay" {
	run --separate-stderr env VHOST_PROBE="$VHOST_PROBE" sh -c '
		set -fu
		. "$1"
		type=mine verb=mine left=mine as_they_are=mine
		set -- "a b" c
		vhost_probe_find nothing x y -- --dir /nonexistent
		echo "$? $type $verb $left $as_they_are $# $1 $-"
	' sh "$STAGE/contrib/sh/vhost-probe.sh"
	matches "$output" "1 mine mine mine mine 2 a b *f*"
}

# ---- Go ----

@test "Go: the first backend that has what is needed" {
	need_go
	ask_for_backends
}

@test "Go: where none has it, the error says why, per candidate" {
	need_go
	ask_for_reasons
}

@test "Go: a malformed request, an unknown cache and no vhost-probe are different errors" {
	need_go
	ask_in_vain
}

@test "Go: without a sandbox, the error says what is missing and what accepts less" {
	need_go
	ask_without_a_sandbox
}

@test "Go: a call ends at its deadline, and leaves nothing behind" {
	need_go
	ask_against_the_clock
}

@test "Go: a call ends when it is cancelled" {
	need_go
	VHOST_PROBE="$VHOST_PROBE" "$STAGE/contrib/bin/go-caller" rng -- --dir "$FAKES/manifests" --cache=off \
		--timeout=60 > "$BATS_TEST_TMPDIR/out" 2> "$BATS_TEST_TMPDIR/err" 3>&- &
	pid=$!
	for _ in {1..100}; do
		child=$(pgrep -P "$pid") || child=
		[ -z "$child" ] || break
		sleep 0.1
	done
	kill -INT "$pid"
	SECONDS=0 status=0
	wait "$pid" || status=$?
	output=$(< "$BATS_TEST_TMPDIR/out")
	ended 1
	equal "$output" canceled
	below "$SECONDS" 20
	[ ! -e "/proc/$child" ]
}

@test "Go: types and features are words, whatever is in them" {
	need_go
	ask_hostile_words
}

@test "Go: names, paths and texts of hostile backends" {
	need_go
	ask_hostile_backends
}

@test "Go: another program than vhost-probe, or another schema, is no answer" {
	need_go
	ask_strangers
}

@test "Go: a program of 15 lines prints the gpu backend" {
	need_go
	[ "$(grep -vc SPDX- "$STAGE/contrib/go/vhostprobe/example/main.go")" -le 15 ]
	manifest "$BATS_TEST_TMPDIR/share/qemu/vhost-user/00-first-gpu.json" gpu "$FAKES/like-gpu"
	run --separate-stderr env PATH="$STAGE/bin:$PATH" XDG_DATA_DIRS="$BATS_TEST_TMPDIR/share" \
		"$STAGE/contrib/bin/go-example"
	answered "$FAKES/like-gpu"
}
