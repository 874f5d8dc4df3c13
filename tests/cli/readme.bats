#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# What the README shows is what the program prints, to the letter.

load helper

setup() {
	need_sandbox
	[ -e /usr/share/qemu/vhost-user/50-qemu-gpu.json ] ||
		skip_or_fail "QEMU's backends are not installed"
}

# check_command COMMAND SHOWN: an empty line at the end does not count.
check_command() {
	local printed

	printed=$(timeout -k 5 60 bash -c "$1" 2>&1) || printf '(%s)\n' "$1"
	equal "$1"$'\n'"$printed" "$1"$'\n'"$(printf '%s' "$2")"
}

@test "every command of the README prints what is shown below it" {
	local command='' shown='' line block=no n=0

	mkdir "$BATS_TEST_TMPDIR/build"
	ln -s "$FAKES" "$BATS_TEST_TMPDIR/build/fake-backends"
	cd "$BATS_TEST_TMPDIR"
	PATH=$STAGE/bin:$PATH
	while IFS= read -r line; do
		if [[ $line = '```' || ($block = yes && $line = '$ '*) ]]; then
			[ -z "$command" ] || check_command "$command" "$shown"
			command='' shown=''
		fi
		if [[ $line = '```' ]]; then
			[ $block = yes ] && block=no || block=yes
		elif [[ $block = yes && $line = '$ '* ]]; then
			command=${line#'$ '}
			n=$((n + 1))
		elif [ -n "$command" ]; then
			shown+=$line$'\n'
		fi
	done < "$STAGE/README.md"
	[ $n -ge 5 ]
}
