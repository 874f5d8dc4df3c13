#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154,SC2016 # the helper sets ours; scripts of programs have variables
#
# What a caller passes on to all that it starts: reset where that may be, otherwise named in the
# reason of a program that fails, which is not kept then.

load helper

setup() {
	prepare
	need_sandbox
	manifest 50-one.json sample one
}

# needing WHAT: a program that fails unless a shell's "test" of this is true.
needing() {
	program one "[ $1 ] || exit 9" "echo '{\"type\": \"sample\", \"features\": [\"a\"]}'"
}

# given WORD...: the document of a call with these words before it.
given() {
	run --separate-stderr timeout -k 5 60 "$@" "$VHOST_PROBE" list --json --cache off \
		--dir "$manifests"
	ended 0
}

# may_raise: whether this caller may raise hard limits.
may_raise() {
	prlimit --core=0:0 prlimit --core=1:1 true 2> /dev/null
}

# without_raising: sets low_limit, the words before a command that has 128 descriptors at most, and
# may not have more.
without_raising() {
	low_limit=(prlimit --nofile=128)
	! may_raise || low_limit=(setpriv --bounding-set -sys_resource --inh-caps -sys_resource prlimit --nofile=128)
	"${low_limit[@]}" sh -c '! ulimit -n 256' 2> "$BATS_TEST_TMPDIR/raised" ||
		skip_or_fail "this caller cannot give up raising limits"
}

@test "soft limits below the sandbox's own are raised" {
	skip_with_asan
	needing '"$(ulimit -Sv)" = "$(ulimit -Hv)" ] && [ "$(ulimit -Ss)" = 8192 ] && [ "$(ulimit -Sn)" = 256'
	given prlimit --as=60000000: --stack=65536: --nofile=32: --data=9000000:
	equal "$(verdict_of 50-one.json)" match
}

@test "a hard limit that cannot be raised is named with its amount, and nothing is kept" {
	skip_with_asan
	local -A limits=([as]="addresses, RLIMIT_AS, is 57 MiB" [data]="data, RLIMIT_DATA, is 57 MiB"
		[stack]="the stack, RLIMIT_STACK, is 57 MiB" [fsize]="files that are written, RLIMIT_FSIZE, is 57 MiB"
		[nofile]="descriptors, RLIMIT_NOFILE, is 128" [nproc]="processes, RLIMIT_NPROC, is 500"
		[cpu]="processor time, RLIMIT_CPU, is 30 s")
	local amount cache=$BATS_TEST_TMPDIR/cache

	may_raise && skip "this caller may raise limits"
	mkdir -m 700 "$cache"
	for limit in "${!limits[@]}"; do
		amount=60000000
		[ "$limit" != nofile ] || amount=128
		[ "$limit" != nproc ] || amount=500
		[ "$limit" != cpu ] || amount=30
		for failure in 'exit 9' 'kill -SEGV $$' true; do
			program one "$failure"
			run --separate-stderr prlimit "--$limit=$amount" "$VHOST_PROBE" refresh --json \
				--dir "$manifests" --cache-dir "$cache"
			if [ "$limit" = stack ]; then
				# It is above the sandbox's own.
				lacks "$(of 50-one.json .reason)" RLIMIT
			else
				matches "$(of 50-one.json .reason)" "* (the caller's limit on ${limits[$limit]})"
				equal "$(find "$cache" -type f -size +0 -name '[0-9a-f]*' | wc -l)" 0
			fi
			rm -rf "$cache"
			mkdir -m 700 "$cache"
		done
	done
}

@test "where a limit is low, programs that work are not kept either; refresh and explain say why" {
	skip_with_asan
	local cache=$BATS_TEST_TMPDIR/cache low="(may lack features: the caller's limit on descriptors, RLIMIT_NOFILE, is 128)"

	without_raising
	mkdir -m 700 "$cache"
	backend one sample a
	run --separate-stderr "${low_limit[@]}" "$VHOST_PROBE" refresh --dir "$manifests" --cache-dir "$cache"
	ended 0
	matches "$output" "*1 usable; cache: 0 written, 1 not kept, 0 removed"
	matches "$stderr" "vhost-probe: not kept in the cache, *"$'\n'"  50-one.json   match: works $low"
	equal "$(find "$cache" -name '*.entry')" ""
	for verb in explain list; do
		run --separate-stderr "${low_limit[@]}" "$VHOST_PROBE" $verb --type sample --json --dir "$manifests" --cache-dir "$cache"
		ended 0
		equal "$(of 50-one.json .reason) $(json .cache.stored)" "works $low 0"
	done
	run --separate-stderr "${low_limit[@]}" "$VHOST_PROBE" --type sample --need b --json \
		--dir "$manifests" --cache-dir "$cache"
	ended 1
	equal "$(of 50-one.json '"\(.verdict) \(.reason)"')" "missing-features b $low"
	printing one '[]'
	run --separate-stderr "${low_limit[@]}" "$VHOST_PROBE" refresh --json --dir "$manifests" --cache-dir "$cache"
	matches "$(of 50-one.json '"\(.verdict) \(.reason)"')" "bad-json * (the caller's limit on descriptors, *)"
}

@test "a failure without any such limit is kept, with a plain reason" {
	mkdir -m 700 "$BATS_TEST_TMPDIR/cache"
	program one 'exit 9'
	probe refresh --json --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	equal "$(of 50-one.json .reason)" "exit status 9"
	probe_here list --json --cache only --cache-dir "$BATS_TEST_TMPDIR/cache"
	equal "$(of 50-one.json '.probe.source + " " + .reason')" "cache exit status 9"
}

@test "what a limit of the caller's took from an answer, callers without it do not miss" {
	local cache=$BATS_TEST_TMPDIR/cache

	without_raising
	program one '[ "$(ulimit -n)" -lt 256 ] || more="\"many\""' \
		'echo "{\"type\": \"sample\", \"features\": [$more]}"'
	sleep 2.1
	run --separate-stderr "${low_limit[@]}" "$VHOST_PROBE" refresh --json \
		--dir "$manifests" --cache-dir "$cache"
	equal "$(of 50-one.json .verdict) $(json .cache.stored)" "match 0"
	probe_here list --json --cache-dir "$cache"
	equal "$(of 50-one.json '"\(.probe.source) \(.capabilities.features)"')" 'run ["many"]'
	probe_here list --json --cache-dir "$cache"
	equal "$(of 50-one.json '"\(.probe.source) \(.capabilities.features)"')" 'cache ["many"]'
}

@test "another personality is not passed on" {
	needing '"$(uname -m)" = "'"$(uname -m)"'" ] && grep -q ^00000000 /proc/self/personality && [ 1'
	for words in linux32 --addr-no-randomize --read-implies-exec --addr-compat-layout \
		--mmap-page-zero --uname-2.6 --whole-seconds; do
		given setarch $words
		equal "$words $(verdict_of 50-one.json)" "$words match"
	done
}

@test "niceness and idle classes are reset, or named in the reason" {
	needing '"$(nice)" = 0'
	for words in "nice -n 19" "nice -n 5" "chrt --idle 0 nice -n 3"; do
		# shellcheck disable=SC2086 # words
		given $words
		[ "$(verdict_of 50-one.json)" = match ] ||
			equal "$(of 50-one.json .reason)" \
				"exit status 9 (the caller's scheduling class or niceness is low)"
	done
	is_root || return 0
	given nice -n 19
	equal "$(verdict_of 50-one.json)" match
}

@test "the umask of the caller is not passed on" {
	needing '"$(umask)" = 0022'
	given sh -c 'umask 077; exec "$@"' sh
	equal "$(verdict_of 50-one.json)" match
}
