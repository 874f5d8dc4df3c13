# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2016,SC2034,SC2154 # scripts have variables of their own; tests use it; the helper sets ours
#
# Programs that lie outside the system's directories, below $vendors, with what they need.

export ANSWER='{"type": "sample", "features": ["healthy"]}'

# installed PATH LINE...: a shell script of these lines, below $vendors.
installed() {
	local file=$vendors/$1

	mkdir -p "${file%/*}"
	printf '%s\n' '#!/bin/sh' "${@:2}" > "$file"
	chmod 755 "$file"
}

# has PATH: a small file there, which answers if a shell reads it.
has() {
	mkdir -p "$vendors/${1%/*}"
	echo "echo '$ANSWER'" > "$vendors/$1"
}

# offered NAME PATH: a manifest for that.
offered() {
	manifest "$1.json" sample "$vendors/$2"
}

# works PATH [WORD...]: by hand, at full and at partial.
works() {
	local program=$vendors/$1

	run --separate-stderr "$program" --print-capabilities
	answered "$ANSWER"
	probe --binary "$program" --cache off "${@:2}"
	answered "$program"
	probe --binary "$program" --cache off "${partial[@]}" "${@:2}"
	answered "$program"
}

# is_refused PATH: by the sandbox, and only by it.
is_refused() {
	local program=$vendors/$1

	run --separate-stderr "$program" --print-capabilities
	answered "$ANSWER"
	probe --binary "$program" --cache off
	refused
	probe --binary "$program" --cache off "${partial[@]}"
	refused
}

# linked NAME TARGET: a link below $vendors.
linked() {
	mkdir -p "$vendors/$(dirname "$1")"
	ln -s "$2" "$vendors/$1"
}

# works_everywhere PATH: at none as well.
works_everywhere() {
	works "$1"
	probe --binary "$vendors/$1" --cache off --sandbox none
	answered "$vendors/$1"
}

# prepare_vendors: for setup().
prepare_vendors() {
	prepare
	need_sandbox
	open_directories
	vendors=$BATS_TEST_TMPDIR/vendors
	mkdir "$vendors"
}
