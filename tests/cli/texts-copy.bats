#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # inner shells have variables of their own; tests are subshells; the helper sets ours
#
# Commands that are shown to be copied. Whatever files, types and arguments are called, a shell that is
# given such a command runs that one, with that name as one word; or there is no command. Each is run
# here by a shell that has nothing but programs that print their words.

load helper

# Names that a command can have, and those that a terminal could not show as the shell has to get them.
safe=("a; touch x" '$(touch x)' '`touch x`' "a b" "-rf" '"; touch x; "' "*" "~" "#a" "a&touch x" "漢")
unsafe=("a'; touch x; '" $'a\ntouch x' $'a\u202eb' 'a\b' $'a\tb' $'a\eb' $'a\u2028b')

setup() {
	prepare
	need_sandbox
	open_directories
	mkdir "$BATS_TEST_TMPDIR/commands" "$BATS_TEST_TMPDIR/empty"
	for command in chmod chgrp vhost-probe script; do
		lines '#!/bin/sh' 'printf "<%s>" "${0##*/}" "$@"' > "$BATS_TEST_TMPDIR/commands/$command"
		chmod 755 "$BATS_TEST_TMPDIR/commands/$command"
	done
}

# reason [WORD...]: sets $reason: as list prints it.
reason() {
	probe list --cache off --columns reason "$@"
	ended 0
	harmless "$output"
	reason=$output
}

# copied COMMAND WORD...: a shell that is given COMMAND runs these words, and nothing else.
copied() {
	local found wanted

	wanted=$(printf '<%s>' "${@:2}")
	found=$(cd "$BATS_TEST_TMPDIR/empty" && PATH=$BATS_TEST_TMPDIR/commands /bin/sh -c "$1" 2>&1) || :
	equal "$found" "$wanted" || { echo "of: $1"; return 1; }
	[ ! -e "$BATS_TEST_TMPDIR/empty/x" ] || { echo "touched: $1"; return 1; }
}

@test "chmod of what others can write" {
	local name

	for name in "${safe[@]}"; do
		manifest "$name.json" sample good
		chmod 666 "$manifests/$name.json"
		reason --dir "$manifests"
		matches "$reason" "the manifest can be written by everyone (mode 0666); to trust it: *"
		copied "${reason#*to trust it: }" chmod go-w "$manifests/$name.json"
		rm -f "$manifests"/*
	done
	for name in "${unsafe[@]}"; do
		echo '{}' > "$manifests/$name.json"
		chmod 666 "$manifests/$name.json"
		reason --dir "$manifests"
		equal "$reason" "the manifest can be written by everyone (mode 0666)"
		rm -f "$manifests"/*
	done
}

# closed DIRECTORY: makes a program there that may not be started.
closed() {
	mkdir "$1"
	lines '#!/bin/sh' "echo '{\"type\": \"sample\"}'" > "$1/program"
	chmod 755 "$1"
	# Of root's it is nobody who starts it.
	if is_root; then chmod 700 "$1/program"; else chmod 011 "$1/program"; fi
}

@test "chmod of what may not be executed" {
	local name class=u

	! is_root || class=o
	for name in "${safe[@]}"; do
		closed "$programs/$name"
		reason --binary "$programs/$name/program"
		matches "$reason" "*; chmod $class+rx *"
		reason=chmod${reason#*; chmod}
		copied "${reason%, or --without uid, which*}" chmod $class+rx "$programs/$name/program"
	done
	for name in "${unsafe[@]}"; do
		closed "$programs/$name"
		reason --binary "$programs/$name/program"
		matches "$reason" "*; chmod $class+rx it*([,;]*)"
	done
}

@test "--expose of what is hidden" {
	local name directory=$BATS_TEST_TMPDIR/data

	mkdir "$directory"
	for name in "${safe[@]}" "${unsafe[@]}"; do
		mkdir "$directory/$name"
		: > "$directory/$name/x"
	done
	for name in "${safe[@]}"; do
		[[ $name != *'"'* ]] || continue
		program says "cat >&2 <<'END'" "cannot open \"$directory/$name/x\"" END "exit 1"
		reason --binary "$programs/says"
		matches "$reason" "*exists, but is not shown to programs: --expose *)"
		reason=${reason##*to programs: }
		copied "vhost-probe ${reason%)}" vhost-probe --expose "$directory/$name"
	done
	for name in "${unsafe[@]}"; do
		[[ $name != *$'\n'* ]] || continue
		program says "cat >&2 <<'END'" "cannot open \"$directory/$name/x\"" END "exit 1"
		reason --binary "$programs/says"
		lacks "$reason" "--expose"
	done
}

@test "--expose of an interpreter" {
	local name directory=$BATS_TEST_TMPDIR/data

	mkdir "$directory"
	for name in '$(touch-x)' "-rf" "*" "a;touch" "漢"; do
		mkdir "$directory/$name"
		cp "$(type -P dash sh | head -n 1)" "$directory/$name/sh"
		lines "#!$directory/$name/sh" : > "$programs/script"
		chmod 755 "$programs/script"
		reason --binary "$programs/script"
		matches "$reason" "*cannot be seen in the sandbox; --expose *"
		copied "vhost-probe --expose${reason##*; --expose}" vhost-probe --expose "$directory/$name/sh"
	done
	for name in "a'touch'" 'a\b' $'a\u202eb'; do
		mkdir "$directory/$name"
		cp "$(type -P dash sh | head -n 1)" "$directory/$name/sh"
		lines "#!$directory/$name/sh" : > "$programs/script"
		reason --binary "$programs/script"
		matches "$reason" "*cannot be seen in the sandbox"
	done
}

@test "see vhost-probe explain: where nothing is found, and where something was passed over" {
	local name

	for name in "${safe[@]}"; do
		mkdir "$manifests/$name"
		probe --type rng --cache off --dir "$manifests/$name"
		refused
		reason=$(tail -n 1 <<< "$stderr")
		copied "${reason#see }" vhost-probe explain --type rng --dir "$manifests/$name"
		manifest "$manifests/$name/50-good.json" "${name//\"/}" good
		backend good "${name//\"/}"
		manifest "$manifests/$name/20-broken.json" "${name//\"/}" none
		probe --type "${name//\"/}" --cache off --dir "$manifests/$name"
		ended 0
		matches "$stderr" "vhost-probe: passed over 20-broken.json: missing-binary: *; see *"
		copied "${stderr##*; see }" vhost-probe explain --type "${name//\"/}" --dir "$manifests/$name"
	done
	backend good sample
	for name in "${unsafe[@]}"; do
		mkdir "$manifests/$name"
		probe --type rng --cache off --dir "$manifests/$name"
		refused
		harmless "$stderr"
		lacks "$stderr" "vhost-probe explain"
		manifest "$manifests/$name/50-good.json" sample good
		manifest "$manifests/$name/20-broken.json" sample none
		probe --type sample --cache off --dir "$manifests/$name"
		ended 0
		matches "$stderr" "vhost-probe: passed over 20-broken.json: *"
		harmless "$stderr"
		lacks "$stderr" "vhost-probe explain"
	done
}

@test "what is passed over on a terminal: the command is a line of its own, and whole" {
	local command

	backend good sample
	manifest 50-good.json sample good
	manifest 20-broken.json sample none
	COLUMNS=40 on_terminal --type sample --cache off --dir "$manifests"
	ended 0
	output=${output//$'\r'/}
	command=$(tail -n 1 <<< "$output")
	copied "${command#see }" vhost-probe explain --type sample --dir "$manifests"
	matches "$output" "*vhost-probe: passed over"$'\n'"  20-broken.json:"$'\n'"  missing-binary: "*
}

# unavailable WORD...: select where no user namespace may be made.
unavailable() {
	run --separate-stderr timeout -k 5 60 unshare -Ur sh -c '
		echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"
	' sh "$VHOST_PROBE" "$@" --cache off --dir "$manifests"
	ended 2
	harmless "$stderr"
}

@test "the command that accepts less of the sandbox" {
	local name last

	need unshare
	unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces' 2> "$BATS_TEST_TMPDIR/why" ||
		skip_or_fail "no user namespace in which they could be forbidden"
	candidate 50-one.json sample
	for name in "${safe[@]/#'~'/~x}"; do
		unavailable --type sample --need "$name"
		last=$(tail -n 1 <<< "$stderr")
		last=${last#  "$VHOST_PROBE"}
		copied "vhost-probe$last" vhost-probe --type sample --need "$name" --cache off \
			--dir "$manifests" --sandbox partial
	done
	for name in "${unsafe[@]}"; do
		unavailable --type sample --need "$name"
		equal "$(tail -n 1 <<< "$stderr")" "  the same command with --sandbox partial"
	done
}

@test "arguments of a manifest that a script can give" {
	local words

	backend one sample
	missing() {
		jq -n --arg binary "$programs/one $1" '{description: "a", type: "sample", binary: $binary}' \
			> "$manifests/50-one.json"
		reason --dir "$manifests"
		matches "$reason" "*: make a script that executes $programs/one *, and name the script in binary"
		reason=${reason##*executes "$programs/one "}
		reason=${reason%, and name *}
	}
	missing '; touch x'
	copied "script $reason" script ";" touch x
	missing '--fd $(touch x) `touch x` && touch x > x'
	copied "script $reason" script --fd '$(touch' 'x)' '`touch' 'x`' '&&' touch x '>' x
	missing '--virgl -x'
	equal "$reason" "--virgl -x"
	# No binary has a control or format character.
	for words in "a'; touch x; '" 'a\b' "--fd '1'"; do
		missing "$words"
		equal "$reason" "with these"
	done
}

@test "options that may have been meant" {
	local name

	for name in "${safe[@]}"; do
		misused list "$programs/$name"
		reason=${stderr##*did you mean }
		copied "vhost-probe ${reason%\?}" vhost-probe --binary "$programs/$name"
		mkdir "$programs/$name"
		misused list "$programs/$name"
		reason=${stderr##*did you mean }
		copied "vhost-probe ${reason%\?}" vhost-probe --dir "$programs/$name"
		misused --type sample --exclude "~$name"
		reason=${stderr##*did you mean }
		copied "vhost-probe ${reason%%, or*}" vhost-probe --exclude "$name"
	done
	for name in "${unsafe[@]}"; do
		misused list "$programs/$name"
		matches "$stderr" "*; did you mean --binary FILE\?"
		misused --type sample --exclude "~$name"
		matches "$stderr" "*: name the feature without ~ here"
	done
	misused --type sample --exclude "~"
	matches "$stderr" "*: name the feature without ~ here"
}
