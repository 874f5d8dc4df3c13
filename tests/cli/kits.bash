# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # the tests and the helper use these, or set them
#
# Asking the kits of contrib/, by the small callers in tests/kits: for the tests of an ordinary user, and those of
# root.

prepare_kits() {
	prepare
	need_sandbox
	open_directories
	[ -x /usr/bin/python3 ] || skip_or_fail "/usr/bin/python3 is not installed"
	kits=(python sh)
	program=$VHOST_PROBE
	deadline=
}

# call KIT TYPE [FEATURE...] [-- OPTION...]: of kits, or shells. With $ifs, a shell's words are separated
# by that.
call() {
	local -a caller

	case $1 in
	python) caller=(/usr/bin/python3 -B "$STAGE/kits/caller.py") ;;
	go) caller=("$STAGE/contrib/bin/go-caller") ;;
	busybox) caller=(busybox sh "$STAGE/kits/caller.sh") ;;
	*) caller=("$1" "$STAGE/kits/caller.sh") ;;
	esac
	run --separate-stderr env PYTHONPATH="$STAGE/contrib/python" KIT="$STAGE/contrib/sh/vhost-probe.sh" \
		VHOST_PROBE="$program" DEADLINE="$deadline" ${ifs+CALLER_IFS="$ifs"} timeout -k 5 60 "${caller[@]}" "${@:2}"
}

# each CHECK... -- WORD...: what each kit is asked, and what of it is checked.
each() {
	local -a check=()
	local kit

	while [ "$1" != -- ]; do
		check+=("$1")
		shift
	done
	for kit in "${kits[@]}"; do
		call "$kit" "${@:2}"
		if ! harmless "$stderr" || ! "${check[@]}"; then
			printf -- '--- of %s:' "$kit"
			printf ' %q' "${@:2}"
			printf '\n%s\n' "$stderr"
			return 1
		fi
	done
}

# finds PATH
finds() {
	ended 0 && equal "$output" "$1"
}

# fails KIND PATTERN: and the text is like this.
fails() {
	ended 1 && equal "${lines[0]}" "$1" && matches "$stderr" "$2"
}

# lists KIND LINE...: and these candidates with their verdicts.
lists() {
	ended 1 && equal "$(cut -f 1,2 <<< "$output")" "$(lines "$@")"
}
