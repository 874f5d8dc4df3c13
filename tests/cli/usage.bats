#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
#
# The command line itself: what is refused and how, help and version, answers that cannot be
# written, colour, a terminal that text from elsewhere must not reach unescaped, and closed
# descriptors. Only tests that run programs need the sandbox.

load helper

setup() {
	prepare
	escape=$'\e'
}

# hints WORDS HINT
hints() {
	# shellcheck disable=SC2086 # words
	misused $1
	matches "$stderr" "*did you mean $2?*"
}

# broken_one: a backend whose every text has an escape sequence in it, and other tricks.
broken_one() {
	local red='\u001b[31m'
	local tricks='\u009b31m \u202e \u0007 \u007f \r \u0085 \u2028 \u2029 \u2066 \u200b \ufeff \u00ad \udb40\udc41'

	printf '{"description": "d %s %s", "type": "t %s %s", "binary": "%s", "tags": ["%s"]}' \
		"$red" "$tricks" "$red" "$tricks" "$programs/${1:-loud}" "$red" \
		> "$manifests/50-${escape}[31m-one.json"
	program loud "printf '%s\n' '{\"type\": \"t $red $tricks\", \"features\": [\"f $red $tricks\"]}'"
	program failing \
		"printf '\033[31m red \302\2331m \342\200\256 \007 \302\205 \342\200\250 \300\257 \355\240\200 \377\n' >&2" 'exit 1'
}

# ---- wrong usage ----

@test "select and explain need a type or a binary" {
	misused
	matches "$stderr" "*--type*"
	misused select
	misused explain
	misused --need virgl
	misused --json
}

@test "an unknown verb: what was not understood, and the nearest" {
	hints lst list
	hints "slect --type gpu" select
	hints "explian --type gpu" explain
	misused frobnicate
	matches "$stderr" "*frobnicate*"
	lacks "$stderr" "did you mean"
	misused ""
	misused LIST
	misused -
}

@test "an unknown option: what was not understood, and the nearest" {
	hints "--tpye gpu" --type
	hints "list --jsno" --json
	hints "list --tiemout=3" --timeout
	hints "list --exlude a" --exclude
	hints "list --sandbx none" --sandbox
	misused list --frobnicate
	matches "$stderr" "*--frobnicate*"
	lacks "$stderr" "did you mean"
	misused list -Z
	matches "$stderr" "*-Z*"
}

@test "an unknown option with blanks in it is quoted whole" {
	misused list "--tpye gpu"
	matches "$stderr" "*--tpye gpu*"
	misused list "--a b"
	matches "$stderr" "*--a b*"
	misused list "--x "
	matches "$stderr" "*--x *"
}

@test "help and version are verbs" {
	local word text

	for word in help version; do
		probe "--$word"
		text=$output
		probe $word
		answered "$text"
	done
}

@test "a directory of --dir that does not exist is named; a default one is not" {
	local verb

	for verb in list refresh explain select; do
		probe $verb --type fs --dir "$manifests/typo" --dir "$manifests" --cache-dir "$manifests/cache"
		[[ $verb = @(list|refresh) ]] && ended 0 || ended 1
		equal "$(grep -c "$manifests/typo  *does not exist" <<< "$stderr")" 1
		probe $verb --type fs --dir "$manifests/typo" --cache-dir "$manifests/cache" --json
		equal "$(grep -c "$manifests/typo  *does not exist" <<< "$stderr")" 1
		probe $verb --type fs --dir "$manifests/typo" --cache-dir "$manifests/cache" --quiet
		equal "$stderr" ""
	done
	probe XDG_DATA_DIRS="$manifests/typo" list
	lacks "$stderr" typo
	# Where something is found, only this line says it.
	candidate 50-one.json fs
	for verb in list refresh explain select; do
		probe $verb --type fs --dir "$manifests/typo" --dir "$manifests" --cache-dir "$manifests/cache"
		ended 0
		equal "$stderr" "vhost-probe: $manifests/typo does not exist"
	done
	probe --type fs --dir "$manifests/typo" --dir "$manifests" --cache off -v
	equal "$(grep -c "$manifests/typo  *does not exist" <<< "$stderr")" 1
}

@test "an answer that cannot be written: why the write failed, whatever failed later" {
	local words

	[ -c /dev/full ] || skip_or_fail "no /dev/full on this host"
	candidate 50-good.json sample
	manifest 20-broken.json sample none
	for words in "--type sample" "--type sample -a" "--type sample --json" "--type sample --cache off" \
		"--type sample -q" list "list --json" "explain --type sample" "--type sample -v" help version \
		"cache list --json"; do
		# shellcheck disable=SC2086 # words
		[[ $words = @(help|version|cache*) ]] || words+=" --dir $manifests"
		# shellcheck disable=SC2086 # words
		run --separate-stderr sh -c 'exec "$@" > /dev/full' sh "$VHOST_PROBE" $words
		ended 2
		equal "$(tail -n 1 <<< "$stderr")" "vhost-probe: cannot write the answer: No space left on device"
	done
}

@test "list and refresh hint at what was meant, as select does" {
	candidate 50-one.json fs
	for verb in list "refresh --cache-dir $manifests/cache"; do
		# shellcheck disable=SC2086 # words
		probe $verb --dir "$manifests" --type virtiofs
		ended 0
		matches "$stderr" "vhost-probe: no manifest announces the type virtiofs"$'\n'*"hint: did you mean the type fs?"
		# shellcheck disable=SC2086 # words
		probe $verb --dir "$manifests" --type fs
		equal "$stderr" ""
	done
}

@test "a word too many" {
	misused select gpu --type gpu
	matches "$stderr" "*gpu*"
	misused list list
	misused --type gpu explain now
}

@test "an option without its value, or with one that it does not take" {
	for option in --type --need --exclude --dir --binary --timeout --jobs --sandbox --expose --color \
		--without --cache --cache-dir; do
		misused list $option
		matches "$stderr" "*$option*"
	done
	for option in --all --user --no-user --json --null --quiet --verbose --help --version; do
		misused --type sample $option=yes
		matches "$stderr" "*$option*"
	done
}

@test "--timeout: a number above 0 and up to 3600" {
	for value in 0 0.0 -1 -0.5 3601 3600.1 1e9 nan NaN inf infinity 0x10 1s "1 s" " " "" 1,5 .; do
		misused list --timeout "$value"
		matches "$stderr" "*--timeout*"
	done
	for value in 3600 0.5 .5 1e-3 1; do
		probe_here list --timeout "$value"
		ended 0
	done
}

@test "--jobs: from 1 to 64" {
	for value in 0 -1 65 1000 1.5 "" " " x 1x 0x10 99999999999999999999; do
		misused list --jobs "$value"
		matches "$stderr" "*--jobs*"
	done
	for value in 1 64; do
		probe_here list --jobs "$value"
		ended 0
	done
}

@test "--sandbox and --color: words from a list" {
	for value in "" off FULL no "full " 1; do
		misused list --sandbox "$value"
		matches "$stderr" "*--sandbox*full*partial*none*"
		misused list --color "$value"
		matches "$stderr" "*--color*auto*always*never*"
	done
}

@test "--need and --exclude: an empty name is a mistake, so is a feature in both" {
	for value in "" "," "a," ",a" "a,,b"; do
		misused --type sample --need "$value"
		matches "$stderr" "*--need*"
		misused --type sample --exclude "$value"
		matches "$stderr" "*--exclude*"
	done
	misused --type sample --need a,b --exclude c,b
	matches "$stderr" "*b*"
}

@test "empty types and paths, and types that are not UTF-8" {
	misused --type ""
	misused --type sample --dir ""
	misused --binary ""
	misused --type $'\xff'
	misused --type sample --need $'\xff'
	misused --type sample --exclude $'\xff'
}

@test "options that contradict each other or mean nothing together" {
	misused list --user --no-user
	misused list --user --dir "$manifests"
	misused list --binary /bin/sh --dir "$manifests"
	misused list --binary /bin/sh --user
	misused list --all
	misused explain --all --type sample
	misused list --null
	misused explain -0 --type sample
	misused --type sample --json --null
}

@test "--expose of what is not there, or of everything" {
	misused list --expose "$BATS_TEST_TMPDIR/none"
	matches "$stderr" "*$BATS_TEST_TMPDIR/none*"
	misused list --expose ""
	misused list --expose /
	misused list --expose /usr/..
	for path in / /dev /dev/../dev /proc /proc/1 /sys; do
		misused list --expose "$path"
		matches "$stderr" "*--expose: $path cannot be exposed: *"
	done
}

@test "wrong usage is reported before anything is searched, and without JSON" {
	misused list --json --timeout 0 --dir "$BATS_TEST_TMPDIR/none"
}

@test "what was not understood reaches the terminal escaped, and in one line" {
	misused "${escape}[31mred"
	misused "--${escape}[31mred"
	misused $'--two\nlines'
	misused $'two\nlines'
	misused list --timeout "${escape}[31m"
	misused list --jobs $'\n'
	misused list --sandbox $'\e]0;title\a'
	misused list --expose "$BATS_TEST_TMPDIR/${escape}[31m"
	touch "$BATS_TEST_TMPDIR/${escape}[31m"
	misused list --dir "$BATS_TEST_TMPDIR/${escape}[31m"
}

# ---- help and version ----

@test "--help fits a screen of 80 columns and 24 lines" {
	for option in --help -h; do
		probe $option
		ended 0
		equal "$stderr" ""
		below "$(wc -l <<< "$output")" 25
		below "$(wc -L <<< "$output")" 81
	done
}

@test "--help and --version win over the rest, wherever they stand" {
	probe list --help --timeout 3
	ended 0
	matches "$output" "Usage: vhost-probe *"
	probe --type gpu --version
	ended 0
}

@test "--version is one line, the same as the document's generator" {
	probe --version
	ended 0
	local version=$output

	[[ $version =~ ^vhost-probe\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	probe_here list --json
	equal "$(json .generator)" "$version"
}

# ---- answers that cannot be written ----

@test "an answer that cannot be written: exit 2, and the reason" {
	need_sandbox
	backend one sample
	cd "$programs"
	for words in --help --version "list --json" "explain --type sample --json" \
		"--binary ./one" "list --binary ./one" "explain --binary ./one" \
		"--binary ./one --null"; do
		# shellcheck disable=SC2016,SC2086 # words
		run --separate-stderr sh -c '"$@" > /dev/full' - "$VHOST_PROBE" $words
		ended 2
		matches "$stderr" "*vhost-probe: *write*"
	done
}

@test "nothing to write is not a failure to write" {
	# shellcheck disable=SC2016 # sh's own
	run --separate-stderr sh -c '"$@" > /dev/full' - "$VHOST_PROBE" --type sample --dir "$manifests"
	ended 1
}

# closed REDIRECTION WORD...: the program with descriptors closed.
closed() {
	run --separate-stderr sh -c "exec timeout -k 5 60 \"\$@\" $1" - "$VHOST_PROBE" "${@:2}"
}

@test "stdin closed: nothing changes" {
	need_sandbox
	backend one sample
	closed "<&-" --binary "$programs/one"
	answered "$programs/one"
}

@test "stderr closed: the answer and the exit status stay, and nothing of it ends up elsewhere" {
	need_sandbox
	candidate 50-one.json sample
	closed "2>&-" --type sample --dir "$manifests"
	answered "$programs/50-one"
	closed "2>&-" --type sample --need x --dir "$manifests"
	refused
	closed "2>&-" --type sample --need x --dir "$manifests" --json
	ended 1
	equal "$(verdict_of 50-one.json)" missing-features
	closed "2>&-" --nonsense
	ended 2
}

@test "stdout closed: there is no answer: exit 2" {
	need_sandbox
	candidate 50-one.json sample
	for words in "--type sample" "list" "--type sample --json" "--type sample -0"; do
		# shellcheck disable=SC2086 # words
		closed ">&-" $words --dir "$manifests"
		ended 2
		matches "$stderr" "vhost-probe: *write*"
	done
	closed ">&-" --version
	ended 2
}

@test "all three closed: exit 2 and no more" {
	need_sandbox
	candidate 50-one.json sample
	closed "<&- >&- 2>&-" --type sample --dir "$manifests"
	ended 2
	equal "$output$stderr" ""
}

@test "all three closed: without an answer the exit status still says so" {
	need_sandbox
	candidate 50-one.json sample
	closed "<&- >&- 2>&-" --type sample --need x --dir "$manifests"
	ended 1
}

# ---- colour ----

@test "--color: always, never, and never by itself where no terminal is" {
	need_sandbox
	candidate 50-one.json sample
	for verb in list "explain --type sample"; do
		# shellcheck disable=SC2086 # words
		{
			probe_here $verb --color always
			matches "$output" "*${escape}[[]*"
			probe_here $verb --color=never
			harmless "$output"
			probe_here $verb --color auto
			harmless "$output"
			probe_here $verb
			harmless "$output"
		}
	done
}

@test "on a terminal there is colour, but not with NO_COLOR, on a dumb one, or with --color never" {
	need_sandbox
	candidate 50-one.json sample
	on_terminal list --dir "$manifests"
	ended 0
	matches "$output" "*${escape}[[]*"
	on_terminal list --dir "$manifests" --color never
	ended 0
	lacks "$output" "$escape"
	NO_COLOR=1 on_terminal list --dir "$manifests"
	ended 0
	lacks "$output" "$escape"
	# Empty counts as unset.
	NO_COLOR='' on_terminal list --dir "$manifests"
	matches "$output" "*${escape}[[]*"
	NO_COLOR=1 on_terminal list --dir "$manifests" --color always
	matches "$output" "*${escape}[[]*"
	TERMINAL=dumb on_terminal list --dir "$manifests"
	ended 0
	lacks "$output" "$escape"
}

@test "select's answer and --json are never coloured" {
	need_sandbox
	candidate 50-one.json sample
	on_terminal --type sample --dir "$manifests"
	ended 0
	equal "${output%$'\r'}" "$programs/50-one"
	probe_here list --type sample --color always --json
	lacks "$output" "$escape"
}

@test "on a terminal long work shows a progress line and wipes it; short work does not, nor does -q" {
	need_sandbox
	manifest 50-slow.json sample slow
	program slow 'sleep 1.5' "echo '{\"type\": \"sample\"}'"
	on_terminal --type sample --dir "$manifests"
	ended 0
	matches "$output" "*$escape*$programs/slow*"
	equal "${output##*"${escape}[K"}" "$programs/slow"$'\r'
	on_terminal --type sample --dir "$manifests" -q
	equal "${output%$'\r'}" "$programs/slow"
	program slow "echo '{\"type\": \"sample\"}'"
	on_terminal --type sample --dir "$manifests"
	equal "${output%$'\r'}" "$programs/slow"
}

@test "where stderr is no terminal there is no progress line" {
	need_sandbox
	manifest 50-slow.json sample slow
	program slow 'sleep 1' "echo '{\"type\": \"sample\"}'"
	probe_here --type sample
	answered "$programs/slow"
}

# ---- text from elsewhere ----

@test "escapes in a manifest and in what a program prints: harmless in text, unchanged in JSON" {
	need_sandbox
	broken_one
	probe_here list
	ended 0
	matches "$output" "*match*f *"
	harmless "$output$stderr"
	probe_here list --color never --json
	ended 0
	harmless "$output"
	equal "$(json '.candidates[].name')" "50-${escape}[31m-one.json"
	equal "$(json '.candidates[] | .description, .type, .tags[0], .capabilities.features[0] |
		contains("\u001b[31m")')" "$(lines true true true true)"
}

@test "escapes in an explanation and in reasons: harmless" {
	need_sandbox
	broken_one
	local type

	probe_here list --json
	type=$(json '.candidates[].type')
	for words in "" "--need ${escape}[31mx" "--exclude ${escape}[31mx"; do
		# shellcheck disable=SC2086 # words
		{
			probe_here explain --type "$type" $words
			harmless "$output$stderr"
			probe_here --type "$type" $words -v
			harmless "$stderr"
		}
	done
	probe_here --type "${escape}[31m"
	refused
	harmless "$stderr"
}

@test "escapes on a program's stderr: harmless in text, unchanged in JSON" {
	need_sandbox
	broken_one failing
	probe_here list
	ended 0
	matches "$output" "*exit-status*"
	harmless "$output$stderr"
	probe_here list --json
	matches "$(json '.candidates[].probe.stderr')" "${escape}\[31m red *"
	harmless "$output"
}

@test "escapes in the name of a program or directory: harmless" {
	need_sandbox
	mkdir "$BATS_TEST_TMPDIR/${escape}[31m"
	backend "${escape}[31mone" sample
	probe --binary "$programs/${escape}[31mone" --need x
	refused
	harmless "$stderr"
	probe explain --binary "$programs/${escape}[31mone"
	ended 0
	harmless "$output$stderr"
	probe explain --type sample --dir "$BATS_TEST_TMPDIR/${escape}[31m"
	ended 1
	harmless "$output$stderr"
}
