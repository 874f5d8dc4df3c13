# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # status and output: set by run
#
# What the tests of the command line share: places to work in, small manifests and backends, one
# way to run the program, and checks that show what they found when it is not what was wanted.
#
# Every test has directories of its own. The type "sample" is outside the specification, so that no
# backend of this host has it and the answer depends only on the test.

bats_require_minimum_version 1.5.0

VHOST_PROBE=$STAGE/bin/vhost-probe
FAKES=$STAGE/fake-backends

# ---- places ----

# What sandbox this host has, found out once per file.
find_sandbox() {
	SANDBOX_HERE=$("$VHOST_PROBE" --binary "$FAKES/like-input" --cache off --json |
		jq -r .sandbox.level)
	export SANDBOX_HERE
}

setup_file() {
	find_sandbox
}

# For setup(): fresh directories.
prepare() {
	# Before each command bats runs a dozen of its own, to know the line that fails. In functions, which
	# print what they found, this is a fifth of all time. The test's own function keeps its trace if it has
	# begun, as it has in bats 1.8, where it calls this; in newer ones it would lose it.
	[[ " ${FUNCNAME[*]} " != *" $BATS_TEST_NAME "* ]] || set +T
	manifests=$BATS_TEST_TMPDIR/manifests
	programs=$BATS_TEST_TMPDIR/programs
	mkdir "$manifests" "$programs"
}

# For setup(), where root's programs run as nobody outside too, who cannot look into root's
# directories.
open_directories() {
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
}

# ---- level partial ----

NAMESPACES=user,mount,pid,net,ipc,uts,cgroup
# Words for it, without any namespace.
# shellcheck disable=SC2034 # of the tests
partial=(--sandbox partial --without "$NAMESPACES")

# ---- what cannot be tested here ----

# skip_or_fail REASON: where everything is said to be there, a skip is a failure.
skip_or_fail() {
	if [ "${VHOST_PROBE_MUST_WORK:-}" = 1 ]; then
		echo "no skip is allowed here: $1"
		return 1
	fi
	skip "$1"
}

# For setup() of tests that run programs.
need_sandbox() {
	[ "$SANDBOX_HERE" = full ] || skip_or_fail "no sandbox of level full on this host"
}

# has_landlock ABI: at least that.
has_landlock() {
	[ "$("$VHOST_PROBE" --binary "$FAKES/like-input" --cache off --json | jq .sandbox.landlock_abi)" -ge "$1" ]
}

# need_landlock ABI
need_landlock() {
	has_landlock "$1" || skip_or_fail "no Landlock of ABI $1 on this host"
}

# For level partial: signals have to be kept in.
need_partial() {
	need_landlock 6
}

# need COMMAND: which the test cannot do without.
need() {
	[ -x "$(type -P "$1")" ] || skip_or_fail "$1 is not installed"
}

# Whom the program takes for root. In a user namespace that may be only the caller.
is_root() {
	[ "$(id -u)" = 0 ]
}

# as_other COMMAND...: as an unprivileged user other than this one.
as_other() {
	setpriv --reuid "$TEST_UID" --regid "$TEST_UID" --clear-groups "$@"
}

# Whether files can be given to another user, and programs be run as that one.
has_others() {
	is_root && as_other true 2> "$BATS_TEST_TMPDIR/has_others"
}

# ---- manifests and backends ----

# program NAME LINE...: a shell script of these lines.
program() {
	local file=$programs/$1

	shift
	printf '%s\n' '#!/bin/sh' "$@" > "$file"
	chmod 755 "$file"
}

# printing NAME TEXT: a program that prints TEXT and a newline, and succeeds.
printing() {
	program "$1" "printf '%s\\n' '${2//\'/\'\\\'\'}'"
}

# backend NAME TYPE FEATURE...: a program that prints these capabilities.
backend() {
	local name=$1 type=$2 features=

	shift 2
	[ $# = 0 ] || features=$(printf ', "%s"' "$@")
	printing "$name" "{\"type\": \"$type\", \"features\": [${features#, }]}"
}

# manifest FILE TYPE PROGRAM: of this name under $manifests, or with this path; likewise the program.
manifest() {
	local file=$1 program=$3

	[[ $file = /* ]] || file=$manifests/$file
	[[ $program = /* ]] || program=$programs/$program
	mkdir -p "${file%/*}"
	printf '{"description": "a %s backend for tests", "type": "%s", "binary": "%s"}\n' \
		"$2" "$2" "$program" > "$file"
}

# candidate FILE TYPE FEATURE...: a manifest under $manifests, and its backend of the same name.
candidate() {
	manifest "$1" "$2" "${1%.json}"
	backend "${1%.json}" "$2" "${@:3}"
}

# ---- running ----

# probe [VARIABLE=VALUE...] WORD...: the program with these words, and bounded in time.
# Sets $status, $output and $stderr. BOUND=SECONDS: other than one minute. With $host, see
# host.bash, on another host than this one.
probe() {
	local -a variables=()

	while [[ ${1-} =~ ^[A-Z_]+= ]]; do
		variables+=("$1")
		shift
	done
	run --separate-stderr env "${variables[@]}" "${host[@]}" \
		timeout -k 5 "${BOUND:-60}" "$VHOST_PROBE" "$@"
}

# probe_here WORD...: the same on the manifests of the test.
probe_here() {
	probe "$@" --dir "$manifests"
}

# on_terminal WORD...: the program with a terminal as stdout and stderr, both in $output.
# TERMINAL=NAME: other than xterm.
on_terminal() {
	need script
	run env TERM="${TERMINAL:-xterm}" timeout -k 5 60 \
		script -qefc "$(printf '%q ' "$VHOST_PROBE" "$@")" /dev/null < /dev/null
}

# ---- looking ----

# json FILTER...: of the document in $output. A filter that fails has not found nothing.
json() {
	jq -r "$@" <<< "$output" || echo "jq failed"
}

# of NAME FILTER: of the candidate with this name.
of() {
	json --arg name "$1" ".candidates[] | select(.name == \$name) | $2"
}

verdict_of() {
	of "$1" .verdict
}

# NAME VERDICT, one line per candidate.
verdicts() {
	json '.candidates[] | "\(.name) \(.verdict)"'
}

# as_without_devices TEXT: without what reasons add where the host has devices that were hidden.
as_without_devices() {
	# shellcheck disable=SC2001 # of each line
	sed 's/; devices were hidden, see --expose [^ ]*//' <<< "$1"
}

# ---- checking ----

# lines WORD...: one per line.
lines() {
	printf '%s\n' "$@"
}

# repeated TEXT N: in one piece. It may be long, and bash takes seconds for what is.
repeated() {
	perl -e 'print $ARGV[0] x $ARGV[1]' -- "$1" "$2"
}

# equal FOUND WANTED
equal() {
	[ "$1" != "$2" ] || return 0
	printf -- '--- found\n%s\n--- wanted\n%s\n' "$1" "$2"
	return 1
}

# matches FOUND PATTERN: a shell pattern for all of it.
matches() {
	# shellcheck disable=SC2053 # a pattern
	[[ $1 != $2 ]] || return 0
	printf -- '--- found\n%s\n--- wanted, as a pattern\n%s\n' "$1" "$2"
	return 1
}

# lacks FOUND TEXT
lacks() {
	[[ $1 = *"$2"* ]] || return 0
	printf -- '--- found\n%s\n--- in which there must not be\n%s\n' "$1" "$2"
	return 1
}

# below FOUND LIMIT: whole numbers.
below() {
	[ "$1" -ge "$2" ] || return 0
	printf 'found %s, which is not below %s\n' "$1" "$2"
	return 1
}

# ended STATUS: how the last run ended.
ended() {
	[ "$status" != "$1" ] || return 0
	printf -- '--- exit status %s, wanted %s\n--- stdout\n%s\n--- stderr\n%s\n' \
		"$status" "$1" "$output" "${stderr-}"
	return 1
}

# answered TEXT: it succeeded and printed this and nothing else.
answered() {
	ended 0 && equal "$output" "$1" && equal "${stderr-}" ""
}

# misused WORD...: wrong usage: exit 2, one line that begins with the program's name, no answer.
misused() {
	probe "$@"
	[ "$status" = 2 ] || printf 'not refused: %s\n' "$*"
	ended 2 && equal "$output" "" && matches "$stderr" "vhost-probe: ?*" &&
		lacks "$stderr" $'\n' && harmless "$stderr"
}

# answered_past TEXT NAME: the same, except for one line about this one, which is broken.
answered_past() {
	ended 0 && equal "$output" "$1" && matches "${stderr-}" "vhost-probe: passed over ?(* files, the first of them )$2: *" &&
		equal "$(wc -l <<< "$stderr")" 1
}

# refused: nothing matched; stdout is empty.
refused() {
	ended 1 && equal "$output" ""
}

# harmless TEXT: UTF-8 with nothing in it, beside the ends of its lines and the tabs between columns,
# that a terminal would obey or show as something else: no control or format character, no other end
# of a line.
harmless() {
	perl -0777 -ne 'exit !(utf8::decode($_) && !/[^\P{Cc}\n\t]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/)' <<< "$1" ||
		{ echo "--- not harmless" && od -c <<< "$1"; return 1; }
}

# skip_with_asan: where the address sanitizer itself needs more than the test leaves.
skip_with_asan() {
	[[ $(ldd "$VHOST_PROBE") != *libasan* ]] || skip "not with the address sanitizer"
}
