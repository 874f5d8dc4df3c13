#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # scripts have variables of their own; the helper sets ours
#
# From what the programs print to the answer: types (T1), capabilities (C1), what a program must
# do (P1) and need not say (P5), what is needed and excluded, which of many is chosen, what is
# said when none is, and that slow or broken neighbours change nothing about it.

load helper

setup() {
	prepare
	need_sandbox
}

# Four of one type and one of another, in this order.
few() {
	candidate 10-plain.json sample
	candidate 20-a.json sample a
	candidate 30-ab.json sample a b
	candidate 40-abc.json sample a b c
	candidate 50-other.json other a b c d
}

# hanging NAME: a program that has to be killed.
hanging() {
	program "$1" 'trap "" TERM INT HUP' 'while :; do sleep 1000; done'
}

# verdict_for TEXT: the verdict on a "sample" backend that prints this.
verdict_for() {
	manifest 50-one.json sample one
	printing one "$1"
	probe_here list --json
	ended 0
	verdict_of 50-one.json
}

# ---- T1: types ----

@test "T1: a backend of every type of the schema can be chosen" {
	local -a types=(9p balloon block caif console crypto gpu input net rng rpmsg rproc-serial
		scsi vsock fs)

	for type in "${types[@]}"; do
		candidate "50-$type.json" "$type"
	done
	for type in "${types[@]}"; do
		probe_here --type "$type"
		answered "$programs/50-$type"
	done
}

@test "T1: a type outside the schema is a type like any other" {
	candidate 50-one.json x-vendor.example/kind feature
	probe_here --type x-vendor.example/kind --need feature
	answered "$programs/50-one"
	probe_here list --json
	equal "$(of 50-one.json .type)" x-vendor.example/kind
}

@test "T1: types and features may be in any script" {
	candidate 50-one.json geräte fähig
	probe_here --type geräte --need fähig
	answered "$programs/50-one"
	probe LC_ALL=C.UTF-8 --type geräte --need fähig --dir "$manifests"
	answered "$programs/50-one"
}

@test "T1: types are compared whole, with their case" {
	candidate 10-one.json gpu-extra
	candidate 20-two.json GPU
	candidate 30-three.json gp
	probe_here --type gpu
	refused
	equal "$(probe_here --type gpu --json; verdicts)" "$(printf '%s other-type\n' \
		10-one.json 20-two.json 30-three.json)"
}

@test "T1: programs of another type are not run" {
	few
	probe_here --type other --json
	ended 0
	equal "$(json '.candidates[] | select(.probe.source == "run") | .name')" 50-other.json
	equal "$(json '[.candidates[] | select(.verdict == "other-type")] | length')" 4
}

@test "T1: a type that nobody announces: exit 1, and a hint at what may have been meant" {
	candidate 50-one.json gpu virgl
	probe_here --type gpuu
	refused
	matches "$stderr" "vhost-probe: *gpuu*"
	matches "$stderr" "*did you mean*gpu?*"
	probe_here --type rproc_serial
	refused
	matches "$stderr" "*did you mean*rproc-serial?*"
}

@test "T1: no hint for a type that the schema knows, though no backend has it" {
	candidate 50-one.json gpu virgl
	probe_here --type input
	refused
	lacks "$stderr" "did you mean"
}

# ---- C1: capabilities ----

@test "C1: the features of block, gpu and input" {
	candidate 50-block.json block read-only blk-file
	candidate 50-gpu.json gpu render-node virgl
	candidate 50-input.json input evdev-path no-grab
	probe_here --type block --need read-only,blk-file
	answered "$programs/50-block"
	probe_here --type gpu --need render-node,virgl
	answered "$programs/50-gpu"
	probe_here --type input --need evdev-path,no-grab
	answered "$programs/50-input"
}

@test "C1: without features, of whatever type, the set is empty" {
	for type in gpu input block fs sample; do
		manifest "50-$type.json" $type "50-$type"
		printing "50-$type" "{\"type\": \"$type\"}"
	done
	probe_here list --json
	ended 0
	equal "$(json -c '.candidates[] | [.verdict, .capabilities.features]' | sort -u)" '["match",[]]'
}

@test "C1: features that the schema does not know are kept, needed and excluded" {
	candidate 10-one.json gpu virgl x-new
	candidate 20-two.json gpu virgl
	probe_here --type gpu --need x-new
	answered "$programs/10-one"
	probe_here --type gpu --exclude x-new
	answered "$programs/20-two"
	probe_here list --json
	equal "$(of 10-one.json '.capabilities.features[]')" "$(lines virgl x-new)"
}

@test "C1: members that the union does not know are left alone" {
	equal "$(verdict_for '{"type": "sample", "version": "0.8", "profiles": [{"a": null}],
		"features": ["a"]}')" match
}

@test "C1: a breach of the union is bad-capabilities" {
	for text in '{}' '{"features": ["a"]}' '{"type": null}' '{"type": 5}' '{"type": ["sample"]}' \
		'{"type": "sample", "features": "a"}' '{"type": "sample", "features": {"a": true}}' \
		'{"type": "sample", "features": [1]}' '{"type": "sample", "features": ["a", null]}' \
		'{"type": "sample", "features": [["a"]]}'; do
		equal "$text $(verdict_for "$text")" "$text bad-capabilities"
	done
}

@test "C1: what is not strictly JSON is bad-json" {
	for text in '{"type": "sample"' '{"type": "sample"} more' '{"type": "sample"}{}' \
		'{"type": "sample", "type": "sample"}' '{"type": "sample", "features": ["a",]}' \
		"{'type': 'sample'}" '{"type": "sample" /* comment */}' 'type: sample' \
		'Usage: one --socket-path=PATH' $'\xef\xbb\xbf{"type": "sample"}' \
		$'{"type": "sample\xff"}' '{"type": "sample", "x": NaN}'; do
		equal "$text $(verdict_for "$text")" "$text bad-json"
	done
}

@test "C1: a type other than the manifest's is type-mismatch, whatever the features" {
	manifest 10-one.json gpu one
	backend one input virgl
	probe_here --type gpu --need virgl --json
	ended 1
	equal "$(verdict_of 10-one.json)" type-mismatch
	# Nor does it count as a backend of the type that it prints.
	probe_here --type input
	refused
}

# ---- P1: what the program does ----

@test "P1: it is given --print-capabilities and nothing else" {
	manifest 50-one.json sample one
	program one '[ $# = 1 ] && [ "$1" = --print-capabilities ] || exit 9' \
		"echo '{\"type\": \"sample\"}'"
	probe_here --type sample
	answered "$programs/one"
}

@test "P1: it is called by the name that the manifest has" {
	# Shells begin their complaint about an unknown option with it.
	cp "$(readlink -f /bin/sh)" "$programs/shell"
	ln -s shell "$programs/alias"
	manifest 50-one.json sample alias
	probe_here list --json
	ended 0
	equal "$(verdict_of 50-one.json)" exit-status
	matches "$(of 50-one.json .probe.stderr)" "$programs/alias: *"
}

@test "P1: good capabilities do not count with an exit status other than 0" {
	manifest 50-one.json sample one
	for code in 1 2 77 126 127 128 255; do
		program one "echo '{\"type\": \"sample\"}'; exit $code"
		probe_here --type sample --json
		ended 1
		equal "$(verdict_of 50-one.json)" exit-status
		equal "$(of 50-one.json .probe.exit_status)" $code
	done
}

@test "P1: nor do they when it is killed" {
	manifest 50-one.json sample one
	for signal in SEGV ABRT TERM KILL; do
		program one "echo '{\"type\": \"sample\"}'; kill -$signal \$\$"
		probe_here --type sample --json
		ended 1
		equal "$(verdict_of 50-one.json)" signal
		equal "$(of 50-one.json .probe.signal)" "$(kill -l $signal)"
		equal "$(of 50-one.json .probe.exit_status)" null
	done
}

@test "P1: only stdout counts: JSON on stderr, or only blanks, is no-output" {
	manifest 10-stderr.json sample stderr
	manifest 20-nothing.json sample nothing
	manifest 30-blanks.json sample blanks
	program stderr "echo '{\"type\": \"sample\"}' >&2"
	program nothing :
	program blanks 'printf "\n \t\r\n"'
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(printf '%s no-output\n' 10-stderr.json 20-nothing.json 30-blanks.json)"
	equal "$(of 10-stderr.json .probe.stderr)" '{"type": "sample"}'
}

@test "P1: words on stderr do no harm, and their end is kept" {
	manifest 50-one.json sample one
	program one 'i=0; while [ $i -lt 4000 ]; do echo "line $i of chatter"; i=$((i + 1)); done >&2' \
		"echo '{\"type\": \"sample\"}'"
	probe_here --type sample --json
	ended 0
	below "$(of 50-one.json '.probe.stderr | length')" $((16 * 1024 + 1))
	matches "$(of 50-one.json .probe.stderr)" "*line 3998 of chatter?line 3999 of chatter"
}

@test "P1: 64 KiB of output are read, one byte more is output-limit" {
	local size=$((64 * 1024))

	truncate -s "$size" "$programs/zeros"
	{ printf '{"type": "sample"}'; tr '\0' ' ' < "$programs/zeros"; } > "$programs/text"
	manifest 10-limit.json sample limit
	manifest 20-more.json sample more
	program limit "head -c $size $programs/text"
	program more "head -c $((size + 1)) $programs/text"
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "10-limit.json match" "20-more.json output-limit")"
}

@test "P1: a program that several manifests name runs once, and each has the answer" {
	backend one sample a
	for i in {10..19}; do
		manifest "$i-one.json" sample one
	done
	manifest 20-other.json other one
	probe_here list --json
	ended 0
	equal "$(json '.candidates[] | .verdict' | sort | uniq -c | tr -s ' ')" \
		"$(lines " 10 match" " 1 type-mismatch")"
	equal "$(json '[.candidates[].probe.duration_us] | unique | length')" 1
}

# ---- P5: types without feature names ----

@test "P5: other types can have features too, which can be needed and excluded" {
	for type in net fs vsock; do
		candidate "10-$type.json" $type migrate-precopy
		candidate "20-$type.json" $type
		probe_here --type $type --need migrate-precopy
		answered "$programs/10-$type"
		probe_here --type $type --exclude migrate-precopy
		answered "$programs/20-$type"
		probe_here --type $type --need migrate_precopy
		refused
		matches "$stderr" "*did you mean migrate-precopy?*"
	done
}

# ---- need and exclude ----

@test "the first match by name is chosen, by what is needed and what is not wanted" {
	few
	probe_here --type sample
	answered "$programs/10-plain"
	probe_here --type sample --need a
	answered "$programs/20-a"
	probe_here --type sample --need b
	answered "$programs/30-ab"
	probe_here --type sample --need c
	answered "$programs/40-abc"
	probe_here --type sample --exclude b --need a
	answered "$programs/20-a"
	probe_here --type sample --need b --exclude c
	answered "$programs/30-ab"
}

@test "--need and --exclude can be repeated, and take lists" {
	few
	for words in "--need a,b,c" "--need a --need b --need c" "--need c,b --need a" \
		"--need=c --need=c,a,b,a"; do
		# shellcheck disable=SC2086 # words
		probe_here --type sample $words
		answered "$programs/40-abc"
	done
	probe_here --type sample --exclude a,b
	answered "$programs/10-plain"
	probe_here --type sample --need a --exclude b --exclude c
	answered "$programs/20-a"
	probe_here --type sample --need b --exclude a,c
	refused
}

@test "a feature is compared whole, with its case" {
	candidate 50-one.json sample virgl-extra VIRGL vir
	probe_here --type sample --need virgl
	refused
	probe_here --type sample --exclude virgl
	answered "$programs/50-one"
}

@test "the document says which features were missing and which were in the way" {
	few
	probe_here explain --type sample --need c,x,y --exclude b,z --json
	ended 1
	equal "$(json -c '.candidates[] | [.name, .verdict, .missing, .excluded]')" "$(lines \
		'["10-plain.json","missing-features",["c","x","y"],[]]' \
		'["20-a.json","missing-features",["c","x","y"],[]]' \
		'["30-ab.json","missing-features",["c","x","y"],["b"]]' \
		'["40-abc.json","missing-features",["x","y"],["b"]]' \
		'["50-other.json","other-type",[],[]]')"
	probe_here explain --type sample --need c --exclude b --json
	equal "$(verdict_of 40-abc.json)" excluded-features
	equal "$(json -c .request)" '{"type":"sample","need":["c"],"exclude":["b"]}'
}

# ---- one, all, list, explain ----

@test "everything after the chosen one is not-needed, and nothing else is said about it" {
	few
	# Slow enough for later ones to be run meanwhile.
	program 20-a 'sleep 0.5' "echo '{\"type\": \"sample\", \"features\": [\"a\"]}'"
	candidate 15-broken.json sample
	program 15-broken 'exit 3'
	probe_here --type sample --need a --json
	ended 0
	equal "$(verdicts)" "$(lines "10-plain.json missing-features" "15-broken.json exit-status" \
		"20-a.json selected" "30-ab.json not-needed" "40-abc.json not-needed" \
		"50-other.json other-type")"
	equal "$(of 30-ab.json '[.capabilities, .probe.source, .probe.duration_us] | map(tostring) | join(" ")')" \
		"null none null"
}

@test "--all: every match, one per line, in order" {
	few
	probe_here --type sample --need a --all
	answered "$(lines "$programs/20-a" "$programs/30-ab" "$programs/40-abc")"
	probe_here --type sample --need a --all --json
	ended 0
	equal "$(json .selected)" "$programs/20-a"
	equal "$(json '.candidates[] | select(.verdict == "selected") | .name')" \
		"$(lines 20-a.json 30-ab.json 40-abc.json)"
	probe_here --type sample --need x --all
	refused
}

@test "explain runs all of the type, and reports one as chosen" {
	few
	probe_here explain --type sample --need a --json
	ended 0
	equal "$(verdicts)" "$(lines "10-plain.json missing-features" "20-a.json selected" \
		"30-ab.json not-needed" "40-abc.json not-needed" "50-other.json other-type")"
	equal "$(json '[.candidates[] | select(.probe.source == "run")] | length')" 4
	probe_here explain --type sample --need a
	ended 0
	for name in 10-plain 20-a 30-ab 40-abc 50-other; do
		matches "$output" "*$name.json*"
	done
	matches "$output" "*20-a.json*selected*"
	matches "$output" "*$programs/20-a*"
}

@test "explain exits with 1 when nothing matches, and still explains" {
	few
	probe_here explain --type sample --need x
	ended 1
	matches "$output" "*40-abc.json*missing-features*x*"
}

@test "list: every file with type, verdict and features; exit 0 whatever the verdicts" {
	few
	candidate 60-broken.json sample
	program 60-broken 'exit 3'
	probe_here list
	ended 0
	equal "$(awk '{ print $1, $2, $3 }' <<< "$output")" "$(lines "10-plain.json sample match" \
		"20-a.json sample match" "30-ab.json sample match" "40-abc.json sample match" \
		"50-other.json other match" "60-broken.json sample exit-status")"
	matches "$output" "*30-ab.json*a b*"
	matches "$stderr" "hint: the sandbox may be the reason; *"
	probe_here list --json
	ended 0
	equal "$(json .selected)" null
	equal "$(json .request.type)" null
}

@test "list --type: the others are other-type, and are not run" {
	few
	probe_here list --type other --json
	ended 0
	equal "$(json .request.type)" other
	equal "$(json '.candidates[] | select(.probe.source == "run") | .name')" 50-other.json
	equal "$(verdict_of 10-plain.json)" other-type
}

@test "select is the verb if none is given; options may come before and after it" {
	few
	probe_here select --type sample
	answered "$programs/10-plain"
	probe --type=sample --dir="$manifests" select
	answered "$programs/10-plain"
	probe --type sample list --dir "$manifests"
	ended 0
}

# ---- what is printed ----

@test "-0 ends each line with NUL instead" {
	few
	"$VHOST_PROBE" --dir "$manifests" --type sample -0 > "$BATS_TEST_TMPDIR/one"
	printf '%s\0' "$programs/10-plain" | cmp - "$BATS_TEST_TMPDIR/one"
	"$VHOST_PROBE" --dir "$manifests" --type sample --need b --all --null > "$BATS_TEST_TMPDIR/all"
	printf '%s\0' "$programs/30-ab" "$programs/40-abc" | cmp - "$BATS_TEST_TMPDIR/all"
}

@test "the answer is one line, byte for byte" {
	mkdir "$programs/a b"
	backend $'a b/\xff "q" \\ ü' sample
	probe --binary "$programs/"$'a b/\xff "q" \\ ü' -q
	ended 0
	"$VHOST_PROBE" --binary "$programs/"$'a b/\xff "q" \\ ü' > "$BATS_TEST_TMPDIR/out"
	printf '%s\n' "$programs/"$'a b/\xff "q" \\ ü' | cmp - "$BATS_TEST_TMPDIR/out"
}

@test "-q: no reasons; the exit status and the answer stay" {
	few
	for quiet in -q --quiet; do
		probe_here --type sample --need x $quiet
		refused
		equal "$stderr" ""
		probe_here --type sample $quiet
		answered "$programs/10-plain"
	done
}

@test "-v: more on stderr, only the answer on stdout" {
	few
	for verbose in -v --verbose; do
		probe_here --type sample --need b $verbose
		ended 0
		equal "$output" "$programs/30-ab"
		matches "$stderr" "*20-a.json*missing-features*b*"
	done
}

@test "nothing matches: which candidates there were, and why none was chosen, in the words of the manual" {
	manifest 20-broken-gpu.json gpu broken
	hanging broken
	candidate 50-qemu-gpu.json gpu render-node
	candidate 30-other.json input evdev-path
	manifest 40-readme gpu broken
	probe_here --type gpu --need virgl --timeout 0.5
	refused
	# Files are named, and where to see their paths.
	equal "$(as_without_devices "$(head -n 4 <<< "$stderr")")" "$(lines "vhost-probe: no gpu backend has virgl" \
		"  20-broken-gpu.json   timeout: no answer within 0.5 s" \
		"  50-qemu-gpu.json     missing-features: virgl" \
		"see vhost-probe explain --type gpu --dir $manifests")"
	matches "$stderr" "*"$'\n'"hint: the sandbox may be the reason; if you trust the programs, try without it:*"
	probe_here explain --type gpu --need virgl --timeout 0.5
	ended 1
	lacks "$output$stderr" "see vhost-probe"
	probe --type gpu --binary "$programs/50-qemu-gpu" --need virgl
	refused
	lacks "$stderr" "see vhost-probe"
}

@test "nothing matches, with -v: the explanation has said it, once" {
	candidate 50-one.json gpu a
	for words in "" "--all" "--json"; do
		# shellcheck disable=SC2086 # words
		probe_here --type gpu --need virgl -v $words
		ended 1
		equal "$(grep -c missing-features <<< "$stderr")" 1
		equal "$(grep -c '^hint: ' <<< "$stderr")" "$(uniq <<< "$stderr" | grep -c '^hint: ')"
		lacks "$stderr" "no gpu backend"
		matches "$stderr" "*"$'\n'"chosen: none*"
	done
}

@test "nothing matches: unreadable and bad manifests count as candidates too" {
	echo '{' > "$manifests/10-bad.json"
	ln -s nowhere "$manifests/20-dangling.json"
	manifest 30-missing.json sample none
	probe_here --type sample
	refused
	matches "$stderr" "*10-bad.json*bad-manifest: *"
	matches "$stderr" "*20-dangling.json*unreadable: *"
	matches "$stderr" "*30-missing.json*missing-binary: *"
}

@test "nothing matches: a mask is reported, since it may hide what was wanted" {
	: > "$manifests/50-one.json"
	probe_here --type sample
	refused
	matches "$stderr" "*50-one.json*mask: *"
}

@test "nothing matches because of an unwanted feature: the message says so" {
	candidate 50-one.json sample a b
	probe_here --type sample --need a --exclude b
	refused
	matches "$stderr" "*50-one.json*excluded-features: b"$'\n'"see vhost-probe explain *"
}

@test "a needed feature that nobody knows is allowed, with a hint" {
	candidate 50-one.json gpu render-node
	probe_here --type gpu --need vigrl
	refused
	matches "$stderr" "*50-one.json*missing-features: vigrl*"
	matches "$stderr" "*did you mean virgl?*"
	# What a backend prints is known as well.
	candidate 60-two.json gpu x-special
	probe_here --type gpu --need x-specail
	refused
	matches "$stderr" "*did you mean x-special?*"
}

@test "no hint where the schema knows the feature, or something else is wrong" {
	candidate 50-one.json gpu render-node
	probe_here --type gpu --need virgl
	refused
	lacks "$stderr" "did you mean"
	lacks "$stderr" hint
}

# ---- --binary ----

@test "--binary: only this program; its path is printed in full" {
	backend one sample a
	probe --binary "$programs/one"
	answered "$programs/one"
	probe --binary "$programs/one" --json
	ended 0
	equal "$(json -c '[.search, .request.type, .selected]')" "[[],null,\"$programs/one\"]"
	equal "$(json -c '.candidates[] | [.name, .manifest, .type, .binary, .verdict]')" \
		"[null,null,\"sample\",\"$programs/one\",\"selected\"]"
}

@test "--binary takes a relative path" {
	backend one sample a
	cd "$BATS_TEST_TMPDIR"
	probe --binary programs/one
	answered "$programs/one"
	cd "$programs"
	probe --binary one
	answered "$programs/one"
	probe --binary ./../programs//one
	ended 0
	matches "$output" "/*"
	[ "$output" -ef "$programs/one" ]
}

@test "--binary means what the kernel means by it, also with .. after a linked directory" {
	mkdir -p "$BATS_TEST_TMPDIR/far/away" "$programs/far"
	backend one sample wrong
	backend far/one sample right
	mkdir "$programs/far/away"
	ln -s far/away "$programs/link"
	cd "$programs/link"
	probe --binary ../one --need right -q
	ended 0
	probe --binary "$programs/link/../one" --need right -q
	ended 0
}

@test "--binary with --type: compared with what the program prints" {
	backend one sample a
	probe --binary "$programs/one" --type sample
	answered "$programs/one"
	probe --binary "$programs/one" --type other --json
	ended 1
	equal "$(json '.candidates[].verdict')" type-mismatch
	probe --binary "$programs/one" --type other
	refused
	matches "$stderr" "vhost-probe: *type-mismatch*"
}

@test "--binary with needed and excluded features" {
	backend one sample a
	probe --binary "$programs/one" --need a --exclude b
	answered "$programs/one"
	probe --binary "$programs/one" --need b
	refused
	matches "$stderr" "*missing-features: b*"
	probe --binary "$programs/one" --exclude a
	refused
	matches "$stderr" "*excluded-features: a*"
}

@test "--binary of a program that cannot be run: exit 1, and the verdict" {
	backend one sample
	touch "$programs/plain"
	chmod 777 "$programs/one"
	for pair in "none missing-binary" "plain not-executable" "one untrusted" ". not-executable"; do
		probe --binary "$programs/${pair% *}" --json
		ended 1
		equal "$(json '.candidates[].verdict')" "${pair#* }"
	done
}

@test "--binary with list and explain" {
	backend one sample a
	probe list --binary "$programs/one" --json
	ended 0
	equal "$(json '.candidates[].verdict')" match
	probe explain --binary "$programs/one"
	ended 0
	matches "$output" "*$programs/one*"
}

# ---- slow and broken neighbours ----

@test "an earlier backend that hangs is waited for, up to its timeout; the answer is the same" {
	manifest 10-hang.json sample hang
	hanging hang
	candidate 50-good.json sample a
	probe_here --type sample --need a --timeout 0.5
	answered_past "$programs/50-good" 10-hang.json
	probe_here --type sample --need a --timeout 0.5 --json
	ended 0
	equal "$(verdicts)" "$(lines "10-hang.json timeout" "50-good.json selected")"
}

@test "a backend that hangs after the first match does not delay the answer" {
	candidate 10-good.json sample a
	manifest 50-hang.json sample hang
	hanging hang
	BOUND=10 probe_here --type sample --need a --timeout 30
	answered "$programs/10-good"
	BOUND=10 probe_here --type sample --need a --timeout 30 --json
	ended 0
	equal "$(verdicts)" "$(lines "10-good.json selected" "50-hang.json not-needed")"
}

@test "hanging backends are waited for side by side" {
	for i in {10..17}; do
		manifest "$i-hang.json" sample "hang-$i"
		hanging "hang-$i"
	done
	candidate 50-good.json sample a
	# One after another they would take 16 s.
	BOUND=10 probe_here --type sample --timeout 2
	answered_past "$programs/50-good" 10-hang.json
}

@test "broken backends of every kind change nothing about the good one" {
	local -a broken=("exit 1" "kill -9 \$\$" "echo nonsense" "echo '{}'" ":"
		"echo '{\"type\": \"other\"}'" "exec 1>&-" "cat /dev/zero")

	for i in "${!broken[@]}"; do
		manifest "1$i-broken.json" sample "broken-$i"
		program "broken-$i" "${broken[i]}"
		manifest "9$i-broken.json" sample "broken-$i"
	done
	candidate 50-good.json sample a
	probe_here --type sample
	answered_past "$programs/50-good" 10-broken.json
	probe_here --type sample --json
	equal "$(json '.candidates[0:8][].verdict')" "$(lines exit-status signal bad-json \
		bad-capabilities no-output type-mismatch no-output output-limit)"
}

@test "--jobs changes the time, never the answer" {
	few
	for jobs in 1 2 16 64; do
		probe_here --type sample --need b --all --jobs $jobs
		answered "$(lines "$programs/30-ab" "$programs/40-abc")"
	done
}

@test "the same request gives the same document, 20 times" {
	local first document

	few
	program slow 'sleep 0.05' 'echo "{\"type\": \"sample\", \"features\": [\"b\"]}"'
	manifest 25-slow.json sample slow
	manifest 26-broken.json sample broken
	program broken 'echo oh no >&2' 'exit 1'
	hanging hang
	manifest 35-hang.json sample hang
	echo '{' > "$manifests/60-bad.json"
	for i in {1..20}; do
		probe_here --type sample --need b --json
		ended 0
		document=$(json -S 'del(.candidates[].probe.duration_us)')
		equal "$document" "${first:=$document}"
	done
	equal "$(jq -r .selected <<< "$first")" "$programs/slow"
	equal "$(jq '.candidates | length' <<< "$first")" 9
}
