#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2016,SC2154 # programs have variables of their own; the helper sets ours
#
# check: each defect is planted by itself in a tree in which nothing is found; then it is found,
# with its place, severity and rule, and nothing else is.

load helper

setup() {
	prepare
	need_sandbox
	open_directories
	tree=$manifests
	specific=$BATS_TEST_TMPDIR/specific
	searched=("$tree")
	words=()
}

# ---- a clean tree ----

# backend_of NAME TYPE LINE...: a program that prints its capabilities by these lines, and knows its
# options.
backend_of() {
	program "$1" 'case $1 in' \
		'--help) echo "Usage: backend --socket-path=PATH | --fd=NUMBER"; exit ;;' 'esac' "${@:2}"
}

# says NAME JSON: likewise, by printing it.
says() {
	backend_of "$1" "echo '$2'"
}

# announce FILE TYPE PROGRAM: a manifest laid out as people do.
announce() {
	local file=$1

	[[ $file = /* ]] || file=$tree/$file
	lines '{' '  "description": "a backend for tests",' "  \"type\": \"$2\"," \
		"  \"binary\": \"$programs/$3\"" '}' > "$file"
}

clean() {
	chmod -R u+rwx "$tree" "$programs"
	rm -rf "$tree" "$programs" "$specific"
	mkdir "$tree" "$programs" "$specific"
	announce 50-good.json fs good
	says good '{"type": "fs", "features": ["migrate-precopy"]}'
}

# edit SCRIPT: sed's, of the manifest.
edit() {
	sed -i "$1" "$tree/50-good.json"
}

# ---- rows ----

# What was found: "FILE:LINE:COLUMN severity RULE defect", without directories.
findings() {
	json '.findings[] | "\(.file / "/" | last):\(.line // 0):\(.column // 0) \(.severity) \(.rule) \(.defect)"'
}

# row PLANT FINDING...: what is found after these commands, in the order of files and places.
row() {
	local wanted=0

	clean
	eval "$1"
	probe check --json "${words[@]}" "${searched[@]}"
	[[ "${*:2}" != *" error "* ]] || wanted=1
	ended $wanted
	equal "$1: $(findings)" "$1: $(lines "${@:2}")"
	equal "$(json --slurpfile schema "$STAGE/data/schema/check.schema.json" -f "$STAGE/fixtures/schema.jq")" ""
}

# text PATTERN: of one finding of the last row.
text() {
	matches "$(json '.findings[].text')" "*$1*"
}

# answered_clean COUNT: as many files and programs were checked, and nothing was found.
answered_clean() {
	ended 0
	equal "$output" ""
	matches "$stderr" "vhost-probe: $1 file* and $1 program* checked: 0 errors, 0 warnings, 0 notes"
}

@test "nothing is found in a clean tree" {
	clean
	announce 20-gpu.json gpu gpu
	says gpu '{"type": "gpu", "features": ["render-node", "virgl"]}'
	announce 60-blk.json block blk
	says blk '{"type": "block"}'
	probe check "$tree" --strict
	answered_clean 3
	probe check "$tree"/* --strict
	answered_clean 3
	probe check --dir "$tree" --strict -q
	answered ""
	probe XDG_DATA_DIRS="$BATS_TEST_TMPDIR" check --binary "$programs/gpu" --strict
	ended 0
	equal "$output" ""
}

@test "D5: names" {
	row 'mv "$tree"/50-good.json "$tree"/good.json' "good.json:0:0 warning D5 no-prefix"
	row 'mv "$tree"/50-good.json "$tree"/5-good.json' "5-good.json:0:0 warning D5 no-prefix"
	row 'cp "$tree"/50-good.json "$tree"/50-good.json.bak' "50-good.json.bak:0:0 note D5 skipped-name"
	text "libvirt reads it"
	row 'cp "$tree"/50-good.json "$tree"/50-good.json.dpkg-old' "50-good.json.dpkg-old:0:0 note D5 skipped-name"
	row 'cp "$tree"/50-good.json "$tree"/.50-good.json' ".50-good.json:0:0 note D5 skipped-name"
	row 'mkdir "$tree"/old' "old:0:0 note D5 skipped-name"
	row 'echo "Put manifests here." > "$tree"/README' "README:0:0 error D5 stray-file"
	text "libvirt reads every file * and finds no backend at all because of this one"
	# What it can parse and does not know.
	for old in '/"type"/d' 's/"fs"/"can"/' 's/"fs"/""/' 's/"fs"/["fs"]/' 's/"fs"/null/'; do
		row "sed ${old@Q} \"\$tree\"/50-good.json > \"\$tree\"/50-good.json.bak" "50-good.json.bak:0:0 error D5 stray-file"
		text "finds no backend at all because of this one (\"type\" is *)"
	done
	row 'ln -s nowhere "$tree"/notes' "notes:0:0 error D5 stray-file"
}

@test "D3, D4: masks" {
	searched=("$tree" "$specific")
	row 'announce "$specific"/50-good.json fs good' "50-good.json:0:0 note D3 masked"
	row ': > "$specific"/50-good.json' "50-good.json:0:0 note D3 masked"
	row ': > "$specific"/50-other.json' "50-other.json:0:0 warning D4 idle-mask"
	row 'ln -s /dev/null "$specific"/50-good.json' "50-good.json:0:0 warning D4 linked-mask" \
		"50-good.json:0:0 note D3 masked"
	text "libvirt ignores"
}

@test "M1: files that cannot be read, or that somebody else could have written" {
	row 'ln -s nowhere "$tree"/60-link.json' "60-link.json:0:0 error M1 dangling-link"
	row 'ln -s 60-loop.json "$tree"/60-loop.json' "60-loop.json:0:0 error M1 dangling-link"
	row 'mkdir "$tree"/60-dir.json' "60-dir.json:0:0 error M1 unreadable"
	row 'mkfifo "$tree"/60-fifo.json' "60-fifo.json:0:0 error M1 unreadable"
	row 'chmod o+w "$tree"/50-good.json' "50-good.json:0:0 error M1 untrusted"
	row 'chmod o+w "$tree"/50-good.json; edit /type/d' "50-good.json:0:0 error M1 untrusted" \
		"50-good.json:1:1 error M1 missing-member"
	row 'head -c 1048577 /dev/zero > "$tree"/60-large.json' "60-large.json:0:0 error M1 too-large"
	text "because of this file, libvirt finds no backend at all"
	is_root || {
		row 'announce 60-closed.json fs good; chmod 0 "$tree"/60-closed.json' "60-closed.json:0:0 error M1 unreadable"
		text "a libvirt that cannot read it either finds no backend at all"
	}
	row 'chmod o+w "$tree"' "manifests:0:0 warning M1 writable-directory"
	row 'chmod o+w "$programs"' "programs:0:0 warning M1 writable-directory"
}

@test "M1: what is no JSON, with its place" {
	row 'edit "3s/,//"' "50-good.json:4:3 error M1 syntax"
	# The place of the comma, at the end of the line.
	clean
	row 'edit "4s/$/,/"' "50-good.json:4:$(sed -n 4p "$manifests/50-good.json" | wc -m) error M1 syntax"
	row 'edit "2i // a comment"' "50-good.json:2:1 error M1 syntax"
	row 'edit "s/\"fs\"/'"'fs'"'/"' "50-good.json:3:11 error M1 syntax"
	row 'edit 5d' "50-good.json:5:1 error M1 syntax"
	row 'edit "5s/$/ x/"' "50-good.json:5:3 error M1 syntax"
	row 'edit "2s/tests/\xc3\xa9 \x01/"' "50-good.json:2:35 error M1 syntax"
	row 'printf "\xef\xbb\xbf%s" "$(cat "$tree"/50-good.json)" > "$tree"/x && mv "$tree"/x "$tree"/50-good.json' \
		"50-good.json:1:1 error M1 syntax"
}

@test "M1, T1: every breach of the schema, each at its place" {
	row 'edit "2i \  \"type\": \"net\","' "50-good.json:4:3 error M1 duplicate-member"
	row 'edit "2i \  \"x\": [{\"a\": 1, \"a\": 2}],"' "50-good.json:2:3 warning M1 unknown-member" \
		"50-good.json:2:18 error M1 duplicate-member"
	row 'edit /description/d' "50-good.json:1:1 error M1 missing-member"
	row 'echo {} > "$tree"/50-good.json' "50-good.json:1:1 error M1 missing-member" \
		"50-good.json:1:1 error M1 missing-member" "50-good.json:1:1 error M1 missing-member"
	row 'edit "s/\"a backend.*\"/7/"' "50-good.json:2:18 error M1 wrong-kind"
	row 'edit "s/\"fs\"/[\"fs\"]/"' "50-good.json:3:11 error M1 wrong-kind"
	row 'edit "s/\"\/.*\"/null/"' "50-good.json:4:13 error M1 wrong-kind"
	row 'edit "2i \  \"tags\": \"x\","' "50-good.json:2:11 error M1 wrong-kind"
	row 'edit "2i \  \"tags\": [\"a\", 1, {}],"' "50-good.json:2:17 error M1 wrong-kind" \
		"50-good.json:2:20 error M1 wrong-kind"
	row 'edit "s/\"fs\"/\"\"/"' "50-good.json:3:11 error M1 empty-member"
	row 'edit "s/\"\/.*\"/\"\"/"' "50-good.json:4:13 error M1 empty-member"
	row 'edit "s/a backend.*\"/ \"/"' "50-good.json:2:18 warning M1 empty-description"
	row 'edit "2i \  \"tag\": [],"' "50-good.json:2:3 warning M1 unknown-member"
	text 'did you mean "tags"'
	row 'edit "s/\"\//\"/"' "50-good.json:4:13 error M1 relative-binary"
	row 'edit "s/good/go\\\\u001bod/"' "50-good.json:4:13 error M1 unprintable-binary"
	row 'edit "s/\"fs\"/\"virtiofs\"/"; says good "{\"type\": \"virtiofs\"}"' "50-good.json:3:11 error T1 unknown-type"
	text "did you mean fs"
	row 'edit "s/\"fs\"/\"can\"/"; says good "{\"type\": \"can\"}"' "50-good.json:3:11 error T1 unknown-type"
	text "because of this file, libvirt finds no backend at all"
	row 'edit "s/\"fs\"/1/; s/\"a b.*\"/2/; s/\"\//\"/; 2i \  \"tags\": {},"' "50-good.json:2:11 error M1 wrong-kind" \
		"50-good.json:3:18 error M1 wrong-kind" "50-good.json:4:11 error M1 wrong-kind" \
		"50-good.json:5:13 error M1 relative-binary"
}

@test "M1: a file without a type that libvirt knows hides all backends from it; another broken member does not" {
	for script in /type/d 's/"fs"/""/' 's/"fs"/["fs"]/' 's/"fs"/{}/' 's/"fs"/null/' 's/"fs"/7/' 's/"fs"/true/'; do
		clean
		edit "$script"
		probe check "$tree"
		ended 1
		matches "$output" "*\"type\" is *; because of this file, libvirt finds no backend at all \[M1\]"
	done
	for script in /description/d '3s/,//; /binary/d' 's/"\/.*"/[]/' 's/"\/.*"/""/'; do
		clean
		edit "$script"
		probe check "$tree"
		ended 1
		matches "$output" "* is @(missing|empty|a list, but must be a string) \[M1\]"
	done
}

@test "M1: programs that cannot be run, also where the manifest is broken as well" {
	row 'rm "$programs"/good' "50-good.json:4:13 error M1 missing-binary"
	row 'rm "$programs"/good; edit /type/d' "50-good.json:1:1 error M1 missing-member" \
		"50-good.json:3:13 error M1 missing-binary"
	row 'rm "$programs"/good; mkdir "$programs"/good' "50-good.json:4:13 error M1 not-executable"
	row 'chmod a-x "$programs"/good' "50-good.json:4:13 error M1 not-executable"
	row 'chmod o+w "$programs"/good' "50-good.json:4:13 error M1 untrusted"
	row 'chmod u+s "$programs"/good' "50-good.json:4:13 error M1 untrusted"
	row 'sed -i "1s/.*/#!\/nowhere\/sh/" "$programs"/good' "50-good.json:4:13 error P4 exec-failed"
	text "/nowhere/sh"
}

@test "P1, P3: what programs do instead of answering" {
	row 'backend_of good "exit 3"' "50-good.json:4:13 error P1 exit-status"
	row 'backend_of good "echo \"good: unrecognized option --print-capabilities\" >&2; exit 2"' \
		"50-good.json:4:13 error P1 exit-status"
	text "does not know --print-capabilities"
	row 'backend_of good "kill -9 \$\$"' "50-good.json:4:13 error P1 signal"
	row 'backend_of good true' "50-good.json:4:13 error P1 no-output"
	row 'backend_of good "echo \"{\\\"type\\\": \\\"fs\\\"}\" >&2"' "50-good.json:4:13 error P1 json-on-stderr"
	row 'backend_of good "echo \"{\\\"type\\\": \\\"fs\\\"}\" | tee /dev/stderr"' "50-good.json:4:13 warning P1 json-twice"
	row 'says good "{\"type\": \"fs\"} done"' "50-good.json:4:13 error P1 bad-json"
	row 'backend_of good "head -c 70000 /dev/zero"' "50-good.json:4:13 error P1 output-limit"
	row 'backend_of good "[ -n \"\$HOME\" ] || exit 4" "echo \"{\\\"type\\\": \\\"fs\\\"}\""' \
		"50-good.json:4:13 warning P1 home"
	text "without HOME"
	row 'backend_of good "sleep 1.2" "echo \"{\\\"type\\\": \\\"fs\\\"}\""' "50-good.json:4:13 warning P1 slow"
	row 'backend_of good "echo \"{\\\"type\\\": \\\"fs\\\", \\\"features\\\": [\\\"f\$(date +%N)\\\"]}\""' \
		"50-good.json:4:13 warning P1 unstable"
	words=(--timeout 0.5)
	row 'backend_of good "sleep 9"' "50-good.json:4:13 error P1 timeout"
	row 'backend_of good "exec sleep 9"' "50-good.json:4:13 error P1 timeout"
	row 'backend_of good "trap \"exit 0\" TERM" "while :; do sleep .1; done"' "50-good.json:4:13 error P1 timeout"
	row 'backend_of good "trap \"\" TERM" "sleep 9" "sleep 9"' "50-good.json:4:13 error P1 timeout" \
		"50-good.json:4:13 warning P3 sigterm"
}

@test "C1: what programs say" {
	row 'says good "{\"features\": []}"' "50-good.json:4:13 error C1 bad-capabilities"
	row 'says good "{\"type\": \"net\"}"' "50-good.json:4:13 error C1 type-mismatch"
	row 'edit s/fs/gpu/; says good "{\"type\": \"gpu\"}"' "50-good.json:4:13 error C1 no-features"
	text "libvirt skips it"
	row 'edit s/fs/input/; says good "{\"type\": \"input\"}"' "50-good.json:4:13 error C1 no-features"
	row 'edit s/fs/gpu/; says good "{\"type\": \"gpu\", \"features\": [\"virgl\", \"vulkan\"]}"' \
		"50-good.json:4:13 warning C1 unknown-feature"
	row 'edit s/fs/block/; says good "{\"type\": \"block\", \"features\": [\"virgl\"]}"' \
		"50-good.json:4:13 warning C1 unknown-feature"
	row 'says good "{\"type\": \"fs\", \"features\": [\"a\", \"a\"]}"' "50-good.json:4:13 warning C1 duplicate-feature"
	row 'says good "{\"type\": \"fs\", \"version\": \"1\"}"' "50-good.json:4:13 note C1 unknown-capability"
	row 'edit "2i \  \"features\": [\"migrate-precopy\"],"' "50-good.json:2:3 note M1 manifest-features"
	row 'edit "2i \  \"features\": [\"other\"],"' "50-good.json:2:3 note M1 manifest-features" \
		"50-good.json:2:3 warning C1 features-drift"
}

@test "P6: the options that every backend must know" {
	row 'sed -i "s/--socket-path/--socket/" "$programs"/good' "50-good.json:4:13 warning P6 no-socket-path"
	row 'sed -i "s/--fd/--fds/" "$programs"/good' "50-good.json:4:13 warning P6 no-fd"
	row 'sed -i /help/d "$programs"/good' "50-good.json:4:13 warning P6 no-socket-path" "50-good.json:4:13 warning P6 no-fd"
	row 'sed -i "/help/s/)/) kill -9 \$\$;/" "$programs"/good' "50-good.json:4:13 warning P6 no-socket-path" \
		"50-good.json:4:13 warning P6 no-fd"
	text "--help did not exit by itself, and did not name --socket-path"
}

@test "P6: nothing is said of the help of a program that fails in one way whatever it is asked" {
	row 'program good "exit 7"' "50-good.json:4:13 error P1 exit-status"
	row 'program good "echo no display >&2; exit 1"' "50-good.json:4:13 error P1 exit-status"
	row 'program good "kill -9 \$\$"' "50-good.json:4:13 error P1 signal"
	row 'program good true' "50-good.json:4:13 error P1 no-output"
	# These have another reason.
	row 'program good "[ \$1 = --help ] && exit 3" "exit 7"' "50-good.json:4:13 error P1 exit-status" \
		"50-good.json:4:13 warning P6 no-socket-path" "50-good.json:4:13 warning P6 no-fd"
	row 'program good "echo bad \$1 >&2; exit 2"' "50-good.json:4:13 error P1 exit-status" \
		"50-good.json:4:13 warning P6 no-socket-path" "50-good.json:4:13 warning P6 no-fd"
}

@test "D2: what can never be chosen" {
	row 'announce 60-other.json fs other; says other "{\"type\": \"fs\"}"' "60-other.json:0:0 warning D2 never-chosen"
	text "is chosen only by a request with --exclude: "
	row 'announce 60-same.json fs good' "60-same.json:0:0 warning D2 never-chosen"
	text "is never chosen: "
	row 'announce 60-other.json fs other; says other "{\"type\": \"fs\", \"features\": [\"more\"]}"'
	row 'announce 60-other.json net other; says other "{\"type\": \"net\"}"'
}

@test "P4: a layer that makes a difference is named; none is left out that the level needs" {
	need_partial
	# Without a root of its own a program cannot list the host's.
	sees_root() {
		backend_of good "ls / > /dev/null 2>&1 && root='\"root\"'" \
			"echo \"{\\\"type\\\": \\\"fs\\\", \\\"features\\\": [\$root]}\""
	}
	row sees_root
	words=(--sandbox partial)
	row sees_root "50-good.json:4:13 warning P4 layer"
	probe check "$tree" --sandbox partial
	ended 0
	matches "$output" "*50-good.json:4:13: warning: * without the layer mount of the sandbox: fs, no features; instead of: fs, features root \[P4\]*"
	probe check "$tree" --sandbox partial --strict
	ended 1
}

@test "P4: only --sandbox none runs a program without the sandbox, and once more in it" {
	clean
	backend_of good 'test -e '"$BATS_TEST_TMPDIR"'/there && there='"'"'"outside"'"'" \
		'echo "{\"type\": \"fs\", \"features\": [$there]}"'
	touch "$BATS_TEST_TMPDIR/there"
	probe check "$tree" --strict
	answered_clean 1
	probe check "$tree" --sandbox none
	ended 0
	matches "$output" "*: warning: * in the sandbox: fs, no features; instead of: fs, features outside; but not without the layer mount \[P4\]"
}

@test "P2: stdin is at its end, and not closed" {
	row 'backend_of good "cat && echo \"{\\\"type\\\": \\\"fs\\\"}\""'
}

@test "text: one line per finding, as compilers print them; the summary is on stderr" {
	clean
	edit 's/"fs"/"\\u001b[31m"/; 2d'
	: > "$tree"/README
	announce 60-gone.json fs gone
	probe check "$tree"
	ended 1
	harmless "$output$stderr"
	matches "$output" "$tree/50-good.json:1:1: error: \"description\" is missing \[M1\]
$tree/50-good.json:2:11: error: *\\\\x1b\[31m*\[T1\]
$tree/50-good.json:3:13: error: $programs/good: announced as *\[C1\]
$tree/60-gone.json:4:13: error: $programs/gone does not exist \[M1\]
$tree/README: note: *\[D5\]"
	equal "$stderr" "vhost-probe: 3 files and 1 program checked: 4 errors, 0 warnings, 1 note"
	probe check "$tree" -q
	equal "$stderr" ""
	probe check "$tree" --color always
	matches "$output" "*"$'\e[31merror:\e[0m'"*"
}

@test "manifests by name, in any place, without an order among them" {
	clean
	announce 60-same.json fs good
	probe check "$tree/50-good.json" "$tree/60-same.json" --strict
	ended 0
	equal "$output" ""
	cp "$tree/50-good.json" "$specific/fs.json.in"
	cd "$specific"
	probe check fs.json.in
	ended 0
	equal "$output" "$specific/fs.json.in: note: under this name it would be skipped: not a manifest's name: does not end in .json; call it 50-fs.json [D5]"
}

@test "a name that would be skipped: one finding, with a name under which nothing is found" {
	local name proposed

	clean
	cd "$specific"
	for name in "fs 50-fs.json" "fs.txt 50-fs.json" "50-fs.txt 50-fs.json" "10-fs 10-fs.json" \
		"50-fs.json.dpkg-new 50-fs.json" ".50-fs.json 50-fs.json" ".fs 50-fs.json" "50-fs.JSON 50-fs.json" \
		"virtiofsd-1.13.in 50-virtiofsd-1.13.json"; do
		proposed=${name#* }
		name=${name% *}
		cp "$tree/50-good.json" "$name"
		probe check "$name"
		ended 0
		matches "$output" "$specific/$name: note: * it would be skipped: *; call it $proposed \[D5\]"
		mv "$name" "$proposed"
		probe check "$proposed" --strict
		answered_clean 1
		rm "$proposed"
	done
}

@test "--binary: its path is said once, whatever is wrong" {
	clean
	: > "$programs/empty"
	printf '#!/bin/sh\nexit 7\n' > "$programs/exit7"
	printf 'text\n' > "$programs/closed"
	mkdir "$programs/dir"
	chmod 755 "$programs/empty" "$programs/exit7"
	while IFS='|' read -r name text; do
		probe check --binary "$programs/$name"
		ended 1
		matches "$output" "$programs/$name: error: $text \[*\]"
		matches "$stderr" "*vhost-probe: @(1 program checked|0 of 1 program run): 1 error, 0 warnings, 0 notes"
		probe check --binary "$programs/$name" --json
		equal "$(json .checked.files)" 0
	done <<-END
		empty|it is empty
		exit7|exit status 7
		closed|has no execute permission; if it is a program: chmod a+rx $programs/closed
		dir|is a directory, not a regular file
		none|does not exist
	END
	sed -i 's/--socket-path/--socket/' "$programs/good"
	probe check --binary "$programs/good"
	equal "$output" "$programs/good: warning: --help does not name --socket-path, which VM managers use [P6]"
}

@test "exit status: notes never count, warnings with --strict" {
	clean
	cp "$tree"/50-good.json "$tree"/50-good.json.bak
	probe check "$tree" --strict
	ended 0
	mv "$tree"/50-good.json "$tree"/good.json
	probe check "$tree"
	ended 0
	probe check "$tree" --strict
	ended 1
}

@test "--suggest: a manifest in which nothing is found, and its name" {
	local name

	clean
	probe check --binary "$programs/good" --suggest
	ended 0
	name=${stderr##*name the file }
	equal "$name" 50-good.json
	rm "$tree"/*
	printf '%s\n' "$output" > "$tree/$name"
	probe check "$tree" --strict
	answered_clean 1
	cd "$programs"
	probe check --binary ./good --suggest --quiet
	ended 0
	equal "$(json .binary)" "$programs/good"
	equal "$stderr" ""
}

@test "--suggest: no manifest for a program that does not say what it is, or is of no known type" {
	clean
	for answer in '{"type": "can"}' '{"type": "gpu"}' '{}' ''; do
		says good "$answer"
		probe check --binary "$programs/good" --suggest
		ended 1
		equal "$output" ""
		matches "$stderr" "*$programs/good: error: *no manifest for this program would pass*"
	done
}

@test "missing files: a word that names no file is an error of its own, a missing --dir is not" {
	misused check "$tree/none.json"
	matches "$stderr" "*none.json*"
	probe check --dir "$tree/none"
	ended 0
	equal "$stderr" "$(lines "vhost-probe: $tree/none does not exist" "vhost-probe: no manifest was found" \
		"vhost-probe: 0 files and 0 programs checked: 0 errors, 0 warnings, 0 notes")"
	clean
	is_root || {
		chmod 000 "$specific"
		probe check "$specific"
		ended 2
		matches "$stderr" "*cannot read $specific*"
	}
}

@test "--strict: where there is no manifest at all, a gate does not pass, and says why" {
	local -a nothing=("--dir $specific/none" "--dir $specific" "$specific" "--dir $specific --dir $specific/none"
		"$specific/only-others")

	clean
	mkdir "$specific/only-others"
	cp "$tree/50-good.json" "$specific/only-others/fs.txt"
	mv "$specific/only-others" "$programs"
	nothing[4]=$programs/only-others
	for words in "${nothing[@]}"; do
		# shellcheck disable=SC2086 # words
		probe check --strict --quiet $words
		ended 2
		equal "$words: $stderr" "$words: vhost-probe: check --strict: there is no manifest to check"
		# shellcheck disable=SC2086 # words
		probe check $words
		ended 0
	done
	probe check --strict --quiet --dir "$specific" --dir "$tree"
	answered ""
	# Its purpose is to hide another one; here it is hidden itself.
	: > "$specific/50-good.json"
	probe check --strict --quiet --dir "$tree" --dir "$specific"
	ended 0
}

@test "where the sandbox is not available nothing is run: exit 2, and the other findings are reported" {
	clean
	edit /description/d
	run --separate-stderr unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"' - \
		"$VHOST_PROBE" check "$tree"
	[ -n "$output" ] || skip_or_fail "no user namespace can be made here: $stderr"
	ended 2
	matches "$output" "*50-good.json:1:1: error: *description*"
	matches "$stderr" "*sandbox level full is not available on this host*
vhost-probe: 1 file checked, 0 of 1 program run: 1 error, * notes"
	announce 60-other.json net other
	says other '{"type": "net"}'
	run --separate-stderr unshare -Ur sh -c 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"' - \
		"$VHOST_PROBE" check "$tree" --json
	equal "$(json '"\(.level) \(.checked.files) \(.checked.programs)"')" "null 2 0"
	matches "$stderr" "*: 2 files checked, 0 of 2 programs run: *"
}

@test "malformed command lines: exit 2, one line" {
	clean
	local -a bad=(
		"--type gpu" "--need virgl" "--exclude virgl" "--all" "-0" "--null" "--cache off" "--cache-dir /tmp"
		"--verbose" "-v" "--suggest" "--suggest $tree" "--suggest --dir $tree" "--strict=yes" "--suggest=yes"
		"--binary" "--binary=" "--binary $programs/good $tree" "--binary $programs/good --dir $tree"
		"--binary $programs/good --user" "--binary $programs/good --suggest --json" "--dir" "--dir="
		"--dir $tree $tree" "--dir $tree --user" "--user --no-user" "$tree/none" "none" "$tree $tree/none"
		"--timeout 0" "--timeout x" "--timeout" "--jobs 0" "--jobs 65" "--sandbox some" "--sandbox"
		"--without nothing" "--without" "--expose /" "--expose $tree/none" "--color sometimes" "--strickt"
		"--sugest" "--json=1" "-t gpu" "-n x" "-x x" "-a" "-Z" "--output $tree/x" "gpu" "fs" "-"
	)

	for line in "${bad[@]}"; do
		# shellcheck disable=SC2086 # words
		misused check $line
	done
	misused check ""
	misused check $'\e[31m'
	misused check "$programs/good"
	matches "$stderr" "*did you mean --binary $programs/good?*"
	misused check --binary $'two\nlines' x
}
