#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# What the README shows is what the program prints, to the letter.

load helper
load host

setup() {
	need_sandbox
}

# commands: sets $commands and, for each, what is shown below it in $shown.
commands() {
	local command='' line block=no

	commands=() shown=()
	while IFS= read -r line; do
		if [[ $line = '```' ]]; then
			[ $block = yes ] && block=no || block=yes
			command=''
		elif [[ $block = yes && $line = '$ '* ]]; then
			command=${line#'$ '}
			commands+=("$command") shown+=('')
		elif [ -n "$command" ]; then
			shown[-1]+=$line$'\n'
		fi
	done < "$STAGE/README.md"
}

# check_commands yes|no LEAST: those that are about the fakes, or the others, in their order; there
# are LEAST of them. An empty line at the end does not count.
check_commands() {
	local i printed about n=0

	commands
	PATH=$STAGE/bin:$PATH
	for i in "${!commands[@]}"; do
		about=no
		[[ ${commands[i]} != *fake-backends* ]] || about=yes
		[ $about = "$1" ] || continue
		n=$((n + 1))
		printed=$("${host[@]}" timeout -k 5 60 bash -c "${commands[i]}" 2>&1) ||
			printf '(%s)\n' "${commands[i]}"
		equal "${commands[i]}"$'\n'"$printed" "${commands[i]}"$'\n'"$(printf '%s' "${shown[i]}")"
	done
	[ $n -ge "$2" ]
}

@test "every command of the README on the fakes prints what is shown below it" {
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
	mkdir "$BATS_TEST_TMPDIR/build"
	ln -s "$FAKES" "$BATS_TEST_TMPDIR/build/fake-backends"
	cd "$BATS_TEST_TMPDIR"
	check_commands yes 2
}

@test "every command of the README on a host with QEMU's backends prints what is shown below it" {
	local -a names=(50-qemu-gpu.json 50-qemu-virtiofsd.json)

	# Under these names, which are not the same in all distributions.
	find_backend gpu vhost-user-gpu
	furnish "${names[0]}" "$SYSTEM/$name" "$binary"
	[ "$binary" = /usr/lib/qemu/vhost-user-gpu ] ||
		skip_or_fail "vhost-user-gpu is not where the README has it, but $binary"
	find_backend fs virtiofsd
	furnish "${names[1]}" "$SYSTEM/$name" "$binary"
	has_only "${names[@]}" || become_host
	check_commands no 4
}
