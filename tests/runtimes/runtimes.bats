#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets ours
#
# Backends in other languages (tests/runtimes/table), as they are usually written there: by
# themselves, then at level full and at a partial without any namespace, one at a time and several
# at a time. Exactly those that tests/runtimes/exceptions lists are refused.

load helper

PARTIAL=(--sandbox partial --without "user,mount,pid,net,ipc,uts,cgroup")

setup() {
	prepare
	need_sandbox
	# Without namespaces root's programs are nobody, who cannot look into root's directories.
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" "$BATS_TEST_TMPDIR"
	mapfile -t names < "$STAGE/runtimes/built"
	[ ${#names[@]} -gt 5 ]
	for name in "${names[@]}"; do
		manifest "50-$name.json" sample "$(path_of "$name")"
	done
}

# path_of NAME: of its program.
path_of() {
	local path=$STAGE/runtimes/$1

	[ ! -d "$path" ] || path=$path/bin/$1
	echo "$path"
}

# exceptions LEVEL: NAME, tab, what helps, tab, why, for those of which the tools are here.
exceptions() {
	awk -F ' *\\| *' -v OFS='\t' -v level="$1" -v user="$(is_root && echo root || echo user)" '
		NR == FNR { built[$1]; next }
		!/^(#|$)/ && $1 in built && (" " $2 " ") ~ " " level "(-" user ")? " { print $1, $3, $4 }
	' "$STAGE/runtimes/built" "$STAGE/runtimes/exceptions" | sort
}

# works_except LEVEL WORD...: all do, of one document, except those that should not; a failure shows
# both kinds of difference, with reasons.
works_except() {
	local level=$1 found

	shift
	BOUND=200 probe list --json --dir "$manifests" --cache off --timeout 30 "$@"
	ended 0
	equal "$(json .sandbox.level)" "$level"
	equal "$(json '.candidates | length')" "${#names[@]}"
	found=$(json '.candidates[] | select(.verdict != "match") |
		(.name | ltrimstr("50-") | rtrimstr(".json"))' | sort)
	difference "$found" "$(exceptions "$level" | cut -f 1)"
}

# difference REFUSED EXPECTED: none.
difference() {
	local name

	[ "$1" != "$2" ] || return 0
	while read -r name; do
		[ -z "$name" ] || printf '%s is refused: %s\n%s\n' "$name" "$(of "50-$name.json" .reason)" \
			"$(of "50-$name.json" '.probe.stderr // ""' | head -n 5)"
	done < <(comm -23 <(echo "$1") <(echo "$2"))
	while read -r name; do
		[ -z "$name" ] || echo "$name works, though tests/runtimes/exceptions has it"
	done < <(comm -13 <(echo "$1") <(echo "$2"))
	return 1
}

# remedies_help LEVEL WORD...: what is refused with these words works with what helps.
remedies_help() {
	local level=$1 name remedy why wrong=0
	local -a words

	shift
	while IFS=$'\t' read -r name remedy why; do
		case $remedy in
		none) continue ;;
		full) words=() ;;
		*) read -r -a words <<< "$remedy" && words+=("$@") ;;
		esac
		probe list --json --cache off --timeout 30 --binary "$(path_of "$name")" "${words[@]}"
		[ "$(json '.candidates[].verdict')" != match ] || continue
		echo "$name ($why) is refused with $remedy as well: $(json '.candidates[].reason')$stderr"
		wrong=1
	done < <(exceptions "$level")
	return $wrong
}

@test "all of them are installed here" {
	[ ! -s "$STAGE/runtimes/missing" ] ||
		skip_or_fail "not installed: $(paste -s -d ',' "$STAGE/runtimes/missing" | sed 's/,/, /g')"
}

@test "each works by hand" {
	for name in "${names[@]}"; do
		run --separate-stderr timeout 30 "$(path_of "$name")" --print-capabilities
		ended 0
		equal "$name: $(json -c '[.type, .features]')" "$name: [\"sample\",[\"healthy\"]]"
	done
}

@test "at level full, one at a time" {
	works_except full --jobs 1
}

@test "at level full, several at a time" {
	works_except full
}

@test "at level partial, one at a time" {
	need_partial
	works_except partial "${PARTIAL[@]}" --jobs 1
}

@test "at level partial, several at a time" {
	need_partial
	works_except partial "${PARTIAL[@]}"
}

@test "programs refused at level full work with the listed remedy" {
	remedies_help full
}

@test "programs refused at level partial work with the listed remedy" {
	need_partial
	remedies_help partial "${PARTIAL[@]}"
}

@test "each exception names an existing backend and level, and says why" {
	local name levels remedy why

	while IFS=$'\t' read -r name levels remedy why; do
		grep -q "^$name *|" "$STAGE/runtimes/table"
		[[ $levels =~ ^(full|partial|full\ partial|(full|partial)-(root|user))$ ]]
		[[ $remedy =~ ^(none|full|--.*)$ ]]
		[ -n "$why" ]
	done < <(sed -E '/^(#|$)/d; s/ *\| */\t/g' "$STAGE/runtimes/exceptions")
}
