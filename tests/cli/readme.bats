#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# What README.md and docs/tour.md show is what the program prints on a terminal, to the letter.

load helper
load host

setup() {
	prepare
	need_sandbox
	need script
}

# commands: sets $commands and, for each, what is shown below it in $shown.
commands() {
	local command='' line block=no

	commands=() shown=()
	while IFS= read -r line; do
		if [[ $line = '```'* ]]; then
			[ $block = yes ] && block=no || block=yes
			command=''
		elif [[ $block = yes && $line = '$ '* ]]; then
			command=${line#'$ '}
			commands+=("$command") shown+=('')
		elif [ -n "$command" ]; then
			shown[-1]+=$line$'\n'
		fi
	done < <(cat "$STAGE/README.md" "$STAGE/docs/tour.md")
}

# on_readers_terminal COMMAND: what one of 80 columns shows, without colours.
on_readers_terminal() {
	local text status=0

	text=$("${host[@]}" env -u COLUMNS SHELL=/bin/bash TERM=dumb LC_ALL=C.UTF-8 timeout -k 5 60 \
		script -qefc "stty cols 80; $1" /dev/null < /dev/null) || status=$?
	echo "${text//$'\r'/}"
	return "$status"
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
		printed=$(on_readers_terminal "${commands[i]}") ||
			printf '(%s)\n' "${commands[i]}"
		equal "${commands[i]}"$'\n'"$printed" "${commands[i]}"$'\n'"$(printf '%s' "${shown[i]}")"
	done
	[ $n -ge "$2" ]
}

@test "every command of the documents on the fakes prints what is shown below it" {
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
	mkdir "$BATS_TEST_TMPDIR/build"
	ln -s "$FAKES" "$BATS_TEST_TMPDIR/build/fake-backends"
	cd "$BATS_TEST_TMPDIR"
	hide_devices
	check_commands yes 3
}

@test "every command of the documents on a host with QEMU's backends prints what is shown below it" {
	local gpu=/usr/lib/qemu/vhost-user-gpu

	[ -e $gpu ] || skip_or_fail "there is no $gpu"
	if ! has_only 50-qemu-gpu.json 50-qemu-virtiofsd.json; then
		# Other versions have other names and features: what they show is said by fakes.
		furnish 50-qemu-gpu.json gpu $gpu "$FAKES/like-gpu"
		furnish 50-qemu-virtiofsd.json fs /usr/lib/qemu/virtiofsd "$FAKES/like-fs"
		sed -i 's/"a gpu [^"]*"/"QEMU vhost-user-gpu"/; s/"a fs [^"]*"/"QEMU virtiofsd vhost-user-fs"/' \
			"$house"/manifests/*
		become_host
	fi
	check_commands no 7
}
