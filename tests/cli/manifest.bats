#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets manifests, programs and stderr
#
# What a manifest must be (M1, M2), whom it and its program must belong to, and what the program
# must be before it is run at all. The broken ones are in tests/fixtures/bad-manifests, one breach
# each, except for those that are not text or too large to be kept.

load helper

setup() {
	prepare
	need_sandbox
	backend good sample
	file=$manifests/50-one.json
}

# verdict_is WANTED: of the one manifest; what is not healthy was not run either.
verdict_is() {
	probe_here list --json
	ended 0
	equal "$(verdict_of 50-one.json)" "$1"
	[ "$1" = match ] || equal "$(of 50-one.json .probe.source)" none
}

# ---- M1: members ----

@test "M1: description, type and binary are enough" {
	manifest 50-one.json sample good
	probe_here list --json
	ended 0
	equal "$(json -c '.candidates[] | [.verdict, .type, .description, .binary, .tags]')" \
		"[\"match\",\"sample\",\"a sample backend for tests\",\"$programs/good\",[]]"
}

@test "M1: every broken manifest is a bad-manifest with a reason, and harms no other" {
	local -a files=("$STAGE"/fixtures/bad-manifests/*.json)

	cp "${files[@]}" "$manifests"
	manifest 00-good.json sample good
	manifest zz-good.json sample good
	probe_here list --json
	ended 0
	equal "$(json '.candidates[] | select(.verdict != "bad-manifest") | "\(.name) \(.verdict)"')" \
		"$(lines "00-good.json match" "zz-good.json match")"
	equal "$(json '[.candidates[] | select(.verdict == "bad-manifest")] | length')" ${#files[@]}
	equal "$(json '.candidates[] | select(.reason | test(".") | not) | .name')" ""
	equal "$(json '[.candidates[] | select(.probe.source == "run")] | length')" 2
}

@test "M1: the reason names the member or the place" {
	cp "$STAGE"/fixtures/bad-manifests/*.json "$manifests"
	probe_here list --json
	ended 0
	matches "$(of missing-description.json .reason)" "*description*"
	matches "$(of missing-type.json .reason)" "*type*"
	matches "$(of missing-binary.json .reason)" "*binary*"
	matches "$(of binary-is-relative.json .reason)" "*absolute*bin/sh*"
	matches "$(of tags-has-a-number.json .reason)" "*element 2 of*tags*"
	matches "$(of line-feed-in-string.json .reason)" "line 1, *"
	matches "$(of line-comment.json .reason)" "line 1, *"
	matches "$(of capital-true.json .reason)" "line 1, column *"
}

@test "M1: a byte order mark, a NUL byte or invalid UTF-8: bad-manifest" {
	local rest='"type": "sample", "binary": "/bin/sh"}'

	printf '\xef\xbb\xbf{"description": "a", %s\n' "$rest" > "$manifests/mark.json"
	printf '{"description": "a", %s\0' "$rest" > "$manifests/nul-behind.json"
	printf '{"description": "a\0", %s' "$rest" > "$manifests/nul-inside.json"
	printf '{"description": "\xff", %s\n' "$rest" > "$manifests/byte.json"
	printf '{"description": "\xc0\xaf", %s\n' "$rest" > "$manifests/overlong.json"
	printf '{"description": "\xed\xa0\x80", %s\n' "$rest" > "$manifests/surrogate.json"
	printf '{\0"\0a\0"\0:\0001\0}\0' > "$manifests/utf-16.json"
	probe_here list --json
	ended 0
	equal "$(json '.candidates[] | "\(.name) \(.verdict)"')" "$(printf '%s.json bad-manifest\n' \
		byte mark nul-behind nul-inside overlong surrogate utf-16)"
}

@test "M1: text is text: any script, escapes, pairs of surrogates" {
	printf '{"description": "g\\u00fcltig \\ud83d\\ude00 \\"\\\\\\/", "type": "muster-ü",
		"binary": "%s"}' "$programs/good" > "$file"
	backend good muster-ü
	probe_here list --json
	ended 0
	equal "$(of 50-one.json .description)" 'gültig 😀 "\/'
	equal "$(of 50-one.json .type)" muster-ü
	equal "$(verdict_of 50-one.json)" match
}

@test "M1: blanks and line ends around and inside are free" {
	printf '\r\n\t {\r\n"description"\t:"a" ,\n"type":"sample","binary" : "%s"}\n\n \r\n' \
		"$programs/good" > "$file"
	verdict_is match
}

@test "M1: binary may be as long as a path, and what is longer is a bad-manifest with a short reason" {
	local path=$programs/good length

	path=$(repeated / $((4095 - ${#path})))$path
	manifest 50-one.json sample "$path"
	verdict_is match
	for length in 4096 500000; do
		# An absolute one, a relative one, one with blanks.
		manifest 50-one.json sample "/$(repeated a $((length - 1)))"
		manifest 51-one.json sample "/usr/bin/$(repeated ' x' $((length / 2)))"
		{
			printf '{"description": "a", "type": "sample", "binary": "'
			repeated a $length
			printf '"}'
		} > "$manifests/52-one.json"
		BOUND=20 probe_here list --json
		ended 0
		equal "$(verdicts)" "$(printf '%s-one.json bad-manifest\n' 50 51 52)"
		equal "$(of 50-one.json .reason)" "binary has $length bytes; the path of a file has at most 4095"
		equal "$(json '.candidates[].reason | select(length > 100)')" ""
	done
}

@test "M1: members that the schema does not know are left alone" {
	printf '{"description": "a", "type": "sample", "binary": "%s", "x": {"y": [null, 1.5e3, true]},
		"version": 2}' "$programs/good" > "$file"
	verdict_is match
}

@test "M1: features in a manifest are a hint, never the truth" {
	printf '{"description": "a", "type": "sample", "binary": "%s", "features": ["wanted"]}' \
		"$programs/good" > "$file"
	probe_here --type sample --need wanted --json
	ended 1
	equal "$(verdict_of 50-one.json)" missing-features
	equal "$(of 50-one.json '.capabilities.features | length')" 0
}

@test "M1: nested 32 deep is fine, 33 is not" {
	local depth

	# The object itself is one.
	for depth in 31 32; do
		printf '{"description": "a", "type": "sample", "binary": "%s", "x": %s%s}' \
			"$programs/good" "$(repeated '[' $depth)" "$(repeated ']' $depth)" \
			> "$manifests/$depth.json"
	done
	repeated '{"a":' 100000 > "$manifests/99.json"
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "31.json match" "32.json bad-manifest" "99.json bad-manifest")"
}

@test "M1: a manifest of 1 MiB is read, one byte more is a bad-manifest" {
	local size=$((1024 * 1024))

	manifest 50-one.json sample good
	# Blanks at its end are part of a document.
	truncate -s "$size" "$BATS_TEST_TMPDIR/blanks"
	tr '\0' ' ' < "$BATS_TEST_TMPDIR/blanks" >> "$file"
	head -c "$size" "$file" > "$manifests/60-limit.json"
	head -c $((size + 1)) "$file" > "$manifests/70-more.json"
	truncate -s 1T "$manifests/80-sparse.json"
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "50-one.json bad-manifest" "60-limit.json match" \
		"70-more.json bad-manifest" "80-sparse.json bad-manifest")"
}

# ---- M2: tags ----

@test "M2: tags are shown and have no say in the choice" {
	printf '{"description": "a", "type": "sample", "binary": "%s", "tags": ["wanted", "unwanted"]}' \
		"$programs/good" > "$file"
	probe_here --type sample --json
	ended 0
	equal "$(of 50-one.json '.tags[]')" "$(lines wanted unwanted)"
	probe_here --type sample --exclude unwanted
	answered "$programs/good"
	probe_here --type sample --need wanted
	refused
}

@test "M2: an empty list of tags is a list of tags" {
	printf '{"description": "a", "type": "sample", "binary": "%s", "tags": []}' \
		"$programs/good" > "$file"
	verdict_is match
}

# ---- the program ----

@test "a binary that does not exist: missing-binary" {
	manifest 50-one.json sample none
	verdict_is missing-binary
	ln -s nowhere "$programs/none"
	verdict_is missing-binary
	ln -sf none "$programs/none"
	verdict_is missing-binary
}

@test "a binary below a file: missing-binary" {
	manifest 50-one.json sample good/below
	verdict_is missing-binary
}

@test "a binary without any execute bit: not-executable" {
	manifest 50-one.json sample good
	chmod 644 "$programs/good"
	verdict_is not-executable
}

@test "a binary that is a directory, a FIFO or a device: not-executable, and nobody waits" {
	mkdir "$programs/directory"
	mkfifo -m 755 "$programs/fifo"
	manifest 10-directory.json sample directory
	manifest 20-fifo.json sample fifo
	manifest 30-device.json sample /dev/zero
	BOUND=20 probe_here list --json
	ended 0
	equal "$(verdicts)" "$(printf '%s not-executable\n' 10-directory.json 20-fifo.json 30-device.json)"
}

@test "a linked binary is followed, and printed as the manifest has it" {
	ln -s good "$programs/link"
	ln -s "$programs/link" "$BATS_TEST_TMPDIR/far"
	manifest 50-one.json sample "$BATS_TEST_TMPDIR/far"
	probe_here --type sample
	answered "$BATS_TEST_TMPDIR/far"
}

@test "a binary is found by whatever path, among others in the same directory" {
	local i=10 path verdict name=$programs/good
	local -a wanted=()

	ln -s "$programs" "$BATS_TEST_TMPDIR/linked"
	ln -s good "$programs/alias"
	ln -s nowhere "$programs/dangling"
	ln -s loop "$programs/loop"
	while read -r path verdict; do
		i=$((i + 1))
		printf '{"description": "a", "type": "sample", "binary": "%s"}\n' "$path" > "$manifests/$i.json"
		wanted+=("$i.json $verdict")
	done <<- end
		$name match
		$BATS_TEST_TMPDIR/linked/good match
		$BATS_TEST_TMPDIR/linked/alias match
		/${programs}//good match
		$programs/../programs/./alias match
		$name/ missing-binary
		$name/x missing-binary
		$programs/none missing-binary
		$programs/dangling missing-binary
		$programs/loop missing-binary
		$programs/none/good missing-binary
		$programs/$(repeated x 300) missing-binary
		$programs not-executable
		$programs/ not-executable
		$programs/. not-executable
		$programs/.. not-executable
		/ not-executable
		// not-executable
		$name match
	end
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "${wanted[@]}")"
}

@test "a script whose interpreter is /proc/self/exe, directly or through others: not-executable" {
	local i=10 path

	ln -s /proc/self/exe "$programs/own"
	printf '#!/proc/self/exe\n' > "$programs/plain"
	printf '#! \t/proc/self/exe' > "$programs/blanks"
	printf '#!%s\n' "$programs/own" > "$programs/linked"
	printf '#!%s\n' "$programs/plain" > "$programs/nested"
	printf '%s\n' '#!/bin/sh' "echo '{\"type\": \"sample\"}'" > "$programs/usual"
	chmod 755 "$programs"/{plain,blanks,linked,nested,usual}
	for path in plain blanks linked nested usual good; do
		i=$((i + 1))
		manifest "$i.json" sample "$path"
	done
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "11.json not-executable" "12.json not-executable" \
		"13.json not-executable" "14.json not-executable" "15.json match" "16.json match")"
}

@test "a binary that no kernel can start: exec-failed" {
	printf '\x7fELF' > "$programs/garbage"
	program interpreter
	sed -i '1s|.*|#!/no/such/interpreter|' "$programs/interpreter"
	chmod 755 "$programs/garbage"
	manifest 10-garbage.json sample garbage
	manifest 20-interpreter.json sample interpreter
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(printf '%s exec-failed\n' 10-garbage.json 20-interpreter.json)"
}

@test "M1: no character in binary that a script or terminal takes for something else: bad-manifest" {
	local character

	for character in '\n' '\r' '\t' '\u0001' '\u001b[2J' '\u007f' '\u0080' '\u0085' '\u009b31m' \
		'\u00ad' '\u061c' '\u200b' '\u200e' '\u2028' '\u2029' '\u202e' '\u2060' '\u2066' '\ufeff' \
		'\udb40\udc41'; do
		printf '{"description": "a", "type": "sample", "binary": "%s/%sgood"}' \
			"$programs" "$character" > "$file"
		verdict_is bad-manifest
		harmless "$output"
		probe_here explain --type sample
		ended 1
		matches "$output" "*binary has a control or format character: $programs/*"
		harmless "$output$stderr"
	done
}

@test "M1: characters in binary that are only far away: it is run" {
	local name

	for name in 'good-ä' 'good 日本' $'good-e\u0301' $'good-\ue000' 'good-😀' "good'\\\""; do
		backend "$name" sample
		jq -n --arg binary "$programs/$name" \
			'{description: "a", type: "sample", $binary}' > "$file"
		probe_here --type sample
		answered "$programs/$name"
		probe_here --type sample -0
		ended 0
	done
}

# ---- trust ----

@test "a manifest that everyone can write is untrusted, and its program is not run" {
	manifest 50-one.json sample good
	for mode in 646 666 602; do
		chmod $mode "$file"
		verdict_is untrusted
	done
	chmod 644 "$file"
	verdict_is match
}

@test "a program that everyone can write is untrusted, and is not run" {
	manifest 50-one.json sample good
	for mode in 757 777; do
		chmod $mode "$programs/good"
		verdict_is untrusted
	done
}

@test "a file that its group can write is untrusted, except a user's own in the user's own group" {
	manifest 10-file.json sample good
	chmod 664 "$manifests/10-file.json"
	backend group sample
	chmod 775 "$programs/group"
	manifest 20-program.json sample group
	probe_here list --json
	ended 0
	if is_root; then
		equal "$(verdicts)" "$(lines "10-file.json untrusted" "20-program.json untrusted")"
	else
		equal "$(verdicts)" "$(lines "10-file.json match" "20-program.json match")"
	fi
}

@test "another user's manifest and program are untrusted; root's are not" {
	if has_others; then
		manifest 10-file.json sample good
		chown "$TEST_UID" "$manifests/10-file.json"
		backend foreign sample
		chown "$TEST_UID" "$programs/foreign"
		manifest 20-program.json sample foreign
		probe_here list --json
		ended 0
		equal "$(verdicts)" "$(lines "10-file.json untrusted" "20-program.json untrusted")"
		matches "$(of 10-file.json .reason)" "*$TEST_UID*"
	else
		# The fakes were put there by whoever started the tests: root, or this user.
		probe --dir "$FAKES/manifests" --type input
		answered_past "$FAKES/like-input" "20-crash-input.json: signal"
	fi
}

@test "a third user's files are untrusted for an ordinary user as well" {
	# Only root can make them. The reader must be able to look into the directories.
	if has_others; then
		local third=$((TEST_UID + 1)) place=$STAGE/third.$BATS_SUITE_TEST_NUMBER

		mkdir -p "$place/programs"
		manifest "$place/manifests/10-file.json" input "$FAKES/like-input"
		chown "$third" "$place/manifests/10-file.json"
		cp "$FAKES/like-input" "$place/programs/third"
		chown "$third" "$place/programs/third"
		manifest "$place/manifests/20-program.json" input "$place/programs/third"
		manifest "$place/manifests/30-root.json" input "$FAKES/like-input"
		run --separate-stderr as_other "$VHOST_PROBE" list --json --dir "$place/manifests"
		rm -r "$place"
		ended 0
		equal "$(verdicts)" "$(lines "10-file.json untrusted" "20-program.json untrusted" \
			"30-root.json match")"
	else
		manifest 50-one.json sample good
		verdict_is match
	fi
}

@test "a setuid or setgid program is untrusted, and is not run" {
	manifest 50-one.json sample good
	for mode in 4755 2755 6755; do
		chmod $mode "$programs/good"
		verdict_is untrusted
	done
	chmod 1755 "$programs/good" # sticky means nothing here
	verdict_is match
}

@test "a program with file capabilities is untrusted, and is not run" {
	need python3
	cp "$FAKES/like-input" "$programs/good"
	manifest 50-one.json input good
	# cap_net_bind_service, permitted, in version 2 of the attribute.
	if is_root; then
		python3 -c 'import os, sys
os.setxattr(sys.argv[1], "security.capability", bytes.fromhex("0000000200040000") + bytes(12))' \
			"$programs/good" || skip_or_fail "file capabilities cannot be set here"
		verdict_is untrusted
	else
		verdict_is match
	fi
}

@test "parent directories are not judged" {
	chmod 777 "$manifests" "$programs"
	manifest 50-one.json sample good
	verdict_is match
}

@test "the target of a link counts, not the link" {
	manifest "$BATS_TEST_TMPDIR/far.json" sample good
	ln -s "$BATS_TEST_TMPDIR/far.json" "$file"
	verdict_is match
	chmod 666 "$BATS_TEST_TMPDIR/far.json"
	verdict_is untrusted
}

# ---- the first failing stage decides ----

@test "untrusted comes before bad-manifest, a mask before both" {
	echo '{' > "$manifests/10-bad.json"
	: > "$manifests/20-empty.json"
	chmod 666 "$manifests"/*.json
	probe_here list --json
	ended 0
	equal "$(verdicts)" "$(lines "10-bad.json untrusted" "20-empty.json mask")"
}

@test "bad-manifest comes before other-type, other-type before what the program is" {
	printf '{"description": "a", "type": "other", "binary": "relative"}' > "$manifests/10-bad.json"
	manifest 20-missing.json other none
	manifest 30-untrusted.json other good
	chmod 666 "$manifests/30-untrusted.json"
	probe_here --type sample --json
	ended 1
	equal "$(verdicts)" "$(lines "10-bad.json bad-manifest" "20-missing.json other-type" \
		"30-untrusted.json untrusted")"
}

@test "not-executable comes before an untrusted program" {
	manifest 50-one.json sample good
	chmod 666 "$programs/good"
	verdict_is not-executable
}

@test "bad-manifest: the first error, its own place and its line" {
	local text is

	while IFS='|' read -r text is; do
		# shellcheck disable=SC2059 # a format
		printf "$text" > "$manifests/50-bad.json"
		probe_here list --json
		equal "$text: $(of 50-bad.json .reason)" "$text: $is"
	done <<- 'KINDS'
		{\n"description": "d",\n"type": "gpu"\n"binary": "/x",\n}|line 4, column 1: a comma is missing before "binary": "binary": "/x",
		{\n"type": "gpu",\n"binary": "/x",\n}|line 3, column 15: a trailing comma, which JSON does not allow: "binary": "/x",
		{"type": “gpu”}|line 1, column 10: unexpected “, a typographic quote, where JSON requires ": {"type": “gpu”}
		{\n// a gpu\n"type": "gpu"}|line 2, column 1: a comment, which JSON does not allow: // a gpu
		{\n"type": "gpu,\n"binary": "/x"}|line 2, column 9: the string that begins here has no closing quote on this line: "type": "gpu,
		{"description": "d", "typ": "gpu", "binary": "/x"}|member "type" is missing; is "typ" a misspelling of it?
		{"Description": "d", "type": "gpu", "binary": "/x"}|member "description" is missing; is "Description" a misspelling of it?
		{"description": "d", "type": "gpu", "path": "/x"}|member "binary" is missing
	KINDS
}
