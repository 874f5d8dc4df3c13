#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
#
# Which verb takes which option, what help says of each verb, options that are given twice, words
# that should have been an option's value, and features that are wanted and unwanted.

load helper

setup() {
	prepare
}

# refused_for OPTION TAKERS VERB WORD...: the option is not that verb's, and whose it is.
refused_for() {
	misused "${@:4}"
	equal "$stderr" "vhost-probe: $1 is for $2, not for $3"
}

# meant WORDS HINT: the words are wrong usage, and the hint says what was meant.
meant() {
	# shellcheck disable=SC2086 # words
	misused $1
	matches "$stderr" "*; did you mean $2?"
}

all_verbs() {
	probe --help
	sed -n '/^$/,/^$/s/^  \([a-z]*\) .*/\1/p' <<< "$output"
}

# ---- which verb takes what ----

@test "an option that a verb does not take names the verbs that do" {
	refused_for --all select list list --all
	refused_for --all select refresh refresh -a
	refused_for --null select explain explain --type sample -0
	refused_for --cache "select, list, explain, exec and export" refresh refresh --cache off
	refused_for --cache "select, list, explain, exec and export" "cache list" cache list --cache off
	refused_for --verbose "select, exec and cache clear" list list -v
	refused_for --verbose "select, exec and cache clear" explain explain --type sample --verbose
	refused_for --verbose "select, exec and cache clear" "cache path" cache path -v
	refused_for --quiet "select, list, explain, check, refresh, exec and export" "cache list" cache list -q
	refused_for --color "list, explain, check and refresh" select --type sample --color never
	refused_for --type "select, list, explain, refresh and exec" "cache clear" cache clear --type gpu
	refused_for --dir "select, list, explain, check, refresh, exec and export" help help --dir /etc
	refused_for --json "select, list, explain, check, refresh and cache" version version --json
	refused_for --output export list list --output x
	refused_for --type "select, list, explain, refresh and exec" "export nfd" export nfd --type gpu
	refused_for --print exec select --type sample --print
	refused_for --all select exec exec --type sample --all
}

@test "what help VERB lists is what the verb takes, and nothing else" {
	local verb option words listed every

	every=$(for verb in $(all_verbs); do
		"$VHOST_PROBE" help "$verb"
	done | grep -oP '^  .*? --\K[a-z-]+' | sort -u)
	below 20 "$(wc -l <<< "$every")"
	for verb in $(all_verbs); do
		probe help "$verb"
		listed=$output
		words=$verb
		[ "$verb" != cache ] || words="cache list"
		[ "$verb" != export ] || words="export nfd"
		for option in $every; do
			[ "$option" != help ] && [ "$option" != version ] && [ "$option" != verbose ] || continue
			# shellcheck disable=SC2086 # words
			probe $words "--$option" "--$option"
			if grep -qE -- "--$option( |$)" <<< "$listed"; then
				lacks "$stderr" "--$option is for"
			else
				ended 2
				matches "$stderr" "*--$option is for *, not for $words"
			fi
		done
	done
}

@test "quiet is taken by the verbs that have remarks" {
	for verb in list "refresh --cache-dir $BATS_TEST_TMPDIR/cache"; do
		# shellcheck disable=SC2086 # words
		probe $verb --dir "$BATS_TEST_TMPDIR/typo" --quiet
		ended 0
		equal "$stderr" ""
	done
}

# ---- help ----

@test "help VERB and VERB --help say the same, whatever else is there" {
	local verb text

	for verb in $(all_verbs); do
		probe help "$verb"
		ended 0
		matches "$output" "Usage: vhost-probe $verb*"
		equal "$stderr" ""
		below "$(wc -L <<< "$output")" 81
		text=$output
		probe "$verb" --help
		answered "$text"
		probe "$verb" -h --timeout nonsense
		answered "$text"
	done
}

@test "help names the actions of a verb, and the types and features where it matters" {
	probe help cache
	for word in list clear path; do
		matches "$output" "*"$'\n'"  $word *"
	done
	lacks "$output" Types
	probe help export
	for word in nfd prometheus ansible; do
		matches "$output" "*"$'\n'"  $word *"
	done
	for verb in select list explain refresh exec; do
		probe help $verb
		matches "$output" "*Types: 9p *vsock*In use, but not in the specification: can *video*gpu (render-node virgl)*Layers: user mount *"
	done
	probe help select
	matches "$output" "Usage: vhost-probe select --type TYPE|--binary FILE *"
	lacks "$output" Columns:
	probe help list
	matches "$output" "*Columns: name manifest type verdict *tags"
	probe help check
	matches "$output" "*Layers: *seccomp*landlock"
	lacks "$output" Columns:
}

@test "--help: every verb and nine options, on one screen" {
	probe --help
	below "$(wc -l <<< "$output")" 25
	equal "$(grep -c -- ' --[a-z]' <<< "$output")" 9
	for verb in select list explain check refresh exec export cache help version; do
		matches "$output" "*"$'\n'"  $verb *"
	done
	matches "$output" "*vhost-probe help VERB*"
}

@test "help for an unknown verb gives the same hint as the verb" {
	meant "help lst" list
	meant "help gpu" "--type gpu"
	meant "explian --help" explain
	misused help frobnicate
	misused version list
}

# ---- given twice ----

@test "an option that takes one value and is given twice: both values" {
	local option

	for option in type binary timeout jobs sandbox cache cache-dir color; do
		misused list "--$option" one --$option=two
		equal "$stderr" "vhost-probe: --$option is given twice, with one and two; it takes one value"
	done
	misused -t gpu -tgpu
	matches "$stderr" "*--type is given twice, with gpu and gpu;*"
	misused list -j1 --jobs 1
}

@test "lists and flags can be repeated" {
	probe list --dir "$manifests" --dir "$manifests" --need a --need a --exclude b -x c --json --json \
		--without uts --without net
	ended 0
	equal "$(json '.request | .need[], .exclude[]')" "$(lines a b c)"
}

# ---- words that should have been a value ----

@test "a type, a feature or a path where no word belongs: the option is named" {
	meant "list gpu" "--type gpu"
	meant "select gpu" "--type gpu"
	meant "explain virtiofs" "--type fs"
	meant "refresh vhost-user-blk" "--type block"
	meant "list SOUND" "--type snd"
	meant "list scmi" "--type scmi"
	meant virtio-gpu "--type gpu"
	meant disk "--type block"
	meant "list virgl" "--need virgl"
	meant "explain evdev-path" "--need evdev-path"
	meant "list /etc" "--dir /etc"
	meant "list /bin/sh" "--binary /bin/sh"
	meant /bin/sh "--binary /bin/sh"
}

@test "no hint where nothing is meant for certain" {
	for words in "list frob" "list gpux" "explain --type gpu fs" "list list"; do
		# shellcheck disable=SC2086 # words
		misused $words
		lacks "$stderr" "did you mean"
	done
}

# ---- features ----

@test "--need: blanks around names do not count, ~ excludes" {
	local need

	for need in "a, b" " a ,b " $'a,\n\tb' $'\ta,b\r\n'; do
		probe list --dir "$manifests" --need "$need" --json
		equal "$(json '.request | .need, .exclude | join("|")')" "$(lines "a|b" "")"
	done
	for need in "a,~b" "~b , a" "a, ~ b" "~b,a,~b"; do
		probe list --dir "$manifests" --need "$need" --json
		equal "$(json '.request | .need, .exclude | join("|")')" "$(lines a b)"
	done
	probe list --dir "$manifests" --need "~a" --need "~b, c" --exclude " d ,a" --json
	equal "$(json '.request | .need, .exclude | join("|")')" "$(lines c "a|b|d")"
	probe list --dir "$manifests" --exclude " a b " --json
	equal "$(json '.request.exclude[]')" "a b"
}

@test "--need ~FEATURE: the choice is that of --exclude" {
	need_sandbox
	candidate 10-both.json sample a b
	candidate 20-one.json sample a
	probe_here --type sample --need "a, ~b"
	answered "$programs/20-one"
	probe_here --type sample --need "~a"
	refused
	matches "$stderr" "*10-both.json *excluded-features: a*"
}

@test "both needed and excluded, by either way; ~ where it does not belong" {
	for words in "--need a,~a" "--need a --need ~a" "--need ~a,b --exclude c --need a" "--need a -x a"; do
		# shellcheck disable=SC2086 # words
		misused --type sample $words
		equal "$stderr" "vhost-probe: a is both needed and excluded"
	done
	misused --type sample --exclude "~virgl"
	matches "$stderr" "*--exclude: ~virgl: did you mean --exclude virgl, or --need virgl?"
	for need in "~" "~~a" "a,~" "~ " "a, ,b" " " $'\n' ","; do
		misused --type sample --need "$need"
		matches "$stderr" "*--need: *"
	done
}

@test "--without trims too" {
	need_sandbox
	backend one sample
	probe list --binary "$programs/one" --without $'uts, cgroup\n' --json
	equal "$(json '.sandbox.missing[].layer')" "$(lines uts cgroup)"
}

# ---- answers ----

@test "--all prints a program once, whichever manifests name it" {
	need_sandbox
	candidate 10-one.json sample a
	manifest 20-again.json sample 10-one
	candidate 30-two.json sample a
	manifest 40-again.json sample 10-one
	probe_here --type sample --all
	answered "$(lines "$programs/10-one" "$programs/30-two")"
	probe_here --type sample --all --json
	equal "$(json '.candidates[] | select(.verdict == "selected") | .name')" \
		"$(lines 10-one.json 20-again.json 30-two.json 40-again.json)"
	"$VHOST_PROBE" --type sample --all --null --dir "$manifests" | tr '\0' '|' > "$BATS_TEST_TMPDIR/all"
	equal "$(cat "$BATS_TEST_TMPDIR/all")" "$programs/10-one|$programs/30-two|"
}

@test "list --type shows that type and what may be of it, and says how many others there are" {
	need_sandbox
	candidate 10-one.json sample
	candidate 20-two.json other
	candidate 30-three.json further
	echo "{" > "$manifests/40-broken.json"
	: > "$manifests/50-mask.json"
	probe_here list --type sample
	ended 0
	equal "$(cut -f 1 <<< "$output")" "$(lines 10-one.json 40-broken.json 50-mask.json)"
	equal "$stderr" "vhost-probe: not shown: 2 files of other types"
	probe_here list --type sample --quiet
	equal "$stderr" ""
	rm "$manifests/30-three.json"
	probe_here refresh --type sample --cache-dir "$BATS_TEST_TMPDIR/cache"
	ended 0
	lacks "$output" 20-two.json
	matches "$stderr" "*not shown: 1 file of other types*"
	probe_here list --type sample --json
	equal "$stderr" ""
	equal "$(verdict_of 20-two.json)" other-type
	probe_here list
	equal "$stderr" ""
	matches "$output" "*20-two.json*"
}

@test "list --binary: a program of another type is shown" {
	need_sandbox
	backend one other
	probe list --binary "$programs/one" --type sample
	ended 0
	matches "$output" "*type-mismatch*"
	equal "$stderr" ""
}

@test "values that are invalid: each message says what is wrong" {
	local long

	# said TEXT WORD...: exit 2 and this one line.
	said() {
		probe "${@:2}"
		ended 2
		equal "$stderr" "vhost-probe: $1"
	}
	said "--expose: the value is empty" list --expose ''
	said "the verb is empty; see vhost-probe --help" ''
	said "cache: expected one of: list, clear, path" cache ''
	said "cache: expected one of: list, clear, path" cache
	said "cache list: unexpected argument clear" cache list clear
	said "help: unexpected argument list; only one is allowed" help select list
	said '--without: unknown layer "SECCOMP"; did you mean seccomp?' list --without SECCOMP
	said '--without: unknown layer "No-New-Privs"; did you mean no-new-privs?' list --without No-New-Privs
	said "--type is followed by --json; is its value missing?" --type --json
	said "--dir is followed by --all; is its value missing?" --type gpu --dir --all
	said "--dir is followed by --all=no; is its value missing?" --type gpu --dir --all=no
	said "--type is followed by --all=no; is its value missing?" --type --all=no
	said "--type is followed by --json=; is its value missing?" --type --json=
	said "--need is followed by -q=1; is its value missing?" --type gpu -n -q=1
	long=$(printf 'x%.0s' {1..500})
	said "--jobs: \"${long:0:60}...\" is not a number from 1 to 64" list --jobs "$long"
	said "--sandbox: \"${long:0:60}...\" is not full, partial or none" list --sandbox "$long"
	for word in "/usr:/etc" "/usr,/etc" "/usr;/etc" "/usr /etc"; do
		said "--expose: $word cannot be exposed: No such file or directory; for several paths repeat --expose" list --expose "$word"
	done
	said "--expose: /no:where cannot be exposed: No such file or directory" list --expose /no:where
}

@test "no message repeats a value whole that is endless" {
	local huge call

	# repeats WORD...: its beginning, and no more.
	repeats() {
		"$@"
		below "$(wc -c <<< "$output$stderr")" 4000
		matches "$output$stderr" "*xxx...*"
	}
	huge=/$(printf 'x%.0s' {1..100000})
	need_sandbox
	candidate 50-one.json gpu one
	for call in "--exclude ~$huge" "--dir $huge" "--expose $huge" "--cache $huge" "--cache-dir $huge" \
		"--type $huge" "--without $huge" "$huge"; do
		# shellcheck disable=SC2086 # words
		repeats probe --type gpu $call
	done
	for call in "--binary $huge" "list --columns $huge" "list --color $huge" "list $huge" "$huge" "--x$huge" \
		"check $huge" "cache $huge" "export nfd --output $huge"; do
		# shellcheck disable=SC2086 # words
		repeats probe $call
	done
	for call in "--type $huge" "--type gpu --need $huge" "list --type $huge" "list --need $huge" \
		"explain --type $huge" "explain --type gpu --need $huge"; do
		# shellcheck disable=SC2086 # words
		repeats probe_here $call
	done
	probe_here --type gpu --need "$(printf 'x%s,' {1..5000})y"
	matches "$stderr" "vhost-probe: no gpu backend has all of x1, x2, * and 4981 more"$'\n'"*"
	below "$(wc -c <<< "$stderr")" 4000
}

@test "a type that is misspelt: the one that is meant is hinted at" {
	manifest 50-one.json gpu one
	manifest 60-two.json fs one
	probe_here --type "gpu "
	refused
	matches "$stderr" 'vhost-probe: no manifest announces the type "gpu "'$'\n'"*hint: did you mean the type gpu?"
	probe_here --type gpu,fs
	matches "$stderr" '*hint: only one type can be asked for at a time, not "gpu,fs"'
	probe_here --type "$(printf 'x%.0s' {1..500})"
	matches "$(head -n 1 <<< "$stderr")" "vhost-probe: no manifest announces the type xxx*xxx..."
	below "$(head -n 1 <<< "$stderr" | wc -c)" 200
	probe_here explain -t=gpu --json
	equal "$(json .request.type)" gpu
	manifest 55-mistyped.json gup one
	probe_here --type gpu
	lacks "$stderr" "did it mean"
	rm "$manifests/50-one.json"
	probe_here --type gpu
	matches "$stderr" "*"$'\n'"  gup *55-mistyped.json (did it mean gpu?)*"
	lacks "$stderr" "60-two.json (gpu"
}

@test "--need in capitals: the name that is meant is hinted at" {
	need_sandbox
	candidate 50-one.json gpu virgl
	probe_here --type gpu --need VIRGL
	refused
	matches "$stderr" "*hint: unknown feature VIRGL; did you mean virgl?"
}
