#!/usr/bin/env bats
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# What the README shows is what the program prints, to the letter.

load helper
load host

setup() {
	prepare
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
		printed=$(as_without_devices "$printed")
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
	local gpu=/usr/lib/qemu/vhost-user-gpu

	[ -e $gpu ] || skip_or_fail "there is no $gpu"
	if ! has_only 50-qemu-gpu.json 50-qemu-virtiofsd.json; then
		# Other versions have other names and features: what the README shows is said by fakes.
		furnish 50-qemu-gpu.json gpu $gpu "$FAKES/like-gpu"
		furnish 50-qemu-virtiofsd.json fs /usr/share/qemu/virtiofsd "$FAKES/like-fs"
		become_host
	fi
	check_commands no 4
}
