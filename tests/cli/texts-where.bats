#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2030,SC2031,SC2154 # tests are subshells; the helper sets what it says
#
# What the texts say about where something is: which file a reason is about and what to do with
# it, what a mask hides, where was searched and what was seen there, and the table of list at any
# width. One test per case: the set-up, and what the text must hold.

load helper

setup() {
	prepare
	need_sandbox
	general=$BATS_TEST_TMPDIR/general
	specific=$BATS_TEST_TMPDIR/specific
	mkdir "$general" "$specific"
	backend good sample
}

# reason NAME PATTERN: of this candidate in $manifests.
reason() {
	probe_here list --json --cache off
	matches "$(of "$1" .reason)" "$2"
}

# ---- links, owners and modes ----

# links TARGET PATTERN: the reason, about a manifest and a program that are links to TARGET.
links() {
	ln -sfn "$1" "$manifests/50-link.json"
	reason 50-link.json "is a link to $2"
	rm "$manifests/50-link.json"
	ln -sfn "$1" "$programs/a-link"
	manifest 50-program.json sample a-link
	reason 50-program.json "$programs/a-link is a link to $2"
}

@test "a dangling link names its target, and what is wrong with that" {
	touch "$BATS_TEST_TMPDIR/file"
	ln -s nowhere "$BATS_TEST_TMPDIR/dangling"
	links nowhere "*/nowhere, which does not exist"
	links ../gone/x "*/../gone/x, which cannot be reached: */../gone does not exist"
	links "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/none, which does not exist"
	links "$BATS_TEST_TMPDIR/dangling" \
		"$BATS_TEST_TMPDIR/dangling, which is a link to $BATS_TEST_TMPDIR/nowhere, which does not exist"
	links "$BATS_TEST_TMPDIR/file/x" \
		"$BATS_TEST_TMPDIR/file/x, which cannot be reached: $BATS_TEST_TMPDIR/file is not a directory"
	links "$BATS_TEST_TMPDIR/a b" "$BATS_TEST_TMPDIR/a b, which does not exist"
}

@test "links in a circle, and more of them than anybody follows, are named as such" {
	local i

	ln -s 50-circle.json "$manifests/50-circle.json"
	reason 50-circle.json "is a link to $manifests/50-circle.json, in a loop of links"
	for ((i = 0; i < 30; i++)); do
		ln -s "$((i + 1))" "$BATS_TEST_TMPDIR/$i"
	done
	links "$BATS_TEST_TMPDIR/0" "$BATS_TEST_TMPDIR/0, which is a link to *, in a loop of links"
}

@test "a program that does not exist: the first part of its path that is missing" {
	manifest 50-one.json sample none
	reason 50-one.json "$programs/none does not exist"
	manifest 50-one.json sample none/deep/er
	reason 50-one.json "$programs/none/deep/er cannot be reached: $programs/none does not exist"
	manifest 50-one.json sample good/below
	reason 50-one.json "$programs/good/below cannot be reached: $programs/good is not a directory"
	ln -s nowhere "$programs/way"
	manifest 50-one.json sample way/x
	reason 50-one.json \
		"$programs/way/x cannot be reached: $programs/way is a link to $programs/nowhere, which does not exist"
}

@test "a file that may not be read, or lies where it cannot be reached: owner and mode" {
	local owner

	is_root && skip "root may read everything"
	owner="@(uid |* \()$(id -u)?(\))"
	manifest 50-one.json sample good
	chmod 240 "$manifests/50-one.json"
	reason 50-one.json "denies read permission (owned by $owner, group *, mode 0240)"
	rm -f "$manifests/50-one.json"
	mkdir -m 600 "$BATS_TEST_TMPDIR/closed"
	ln -s "$BATS_TEST_TMPDIR/closed/x" "$manifests/50-one.json"
	reason 50-one.json "is a link to */closed/x, which cannot be reached: */closed denies search permission (owned by $owner, group *, mode 0600)"
	manifest 60-two.json sample "$BATS_TEST_TMPDIR/closed/x"
	reason 60-two.json "*/closed/x cannot be reached: */closed denies search permission (owned by $owner, group *, mode 0600)"
	chmod 000 "$specific"
	probe list --dir "$specific"
	ended 2
	matches "$stderr" "vhost-probe: cannot read $specific: it denies read permission (owned by $owner, group *, mode 0000)"
}

@test "what others can write: the path that chmod takes, which makes it trusted" {
	local mode

	for mode in 646 666 602; do
		manifest "50-a b.json" sample good
		chmod $mode "$manifests/50-a b.json"
		reason "50-a b.json" \
			"the manifest can be written by everyone (mode 0$mode); to trust it: chmod go-w '$manifests/50-a b.json'"
		eval "$(of "50-a b.json" '.reason | sub("^.*to trust it: "; "")')"
		reason "50-a b.json" works
	done
	# A program by a link: the file itself.
	chmod 777 "$programs/good"
	ln -s good "$programs/link"
	manifest "50-a b.json" sample link
	reason "50-a b.json" \
		"$programs/link can be written by everyone (mode 0777); to trust it: chmod go-w $programs/good"
	chmod 4755 "$programs/good"
	reason "50-a b.json" \
		"$programs/link is setuid (mode 4755); to trust it: chmod ug-s $programs/good"
}

@test "no command is shown that would be another one when it is copied" {
	local name

	for name in "50-'; touch gone; '.json" '50-\.json' $'50-\n.json' $'50-\xe2\x80\xae.json'; do
		manifest "$name" sample good
		chmod 666 "$manifests/$name"
		reason "$name" "the manifest can be written by everyone (mode 0666)"
		rm "$manifests/$name"
	done
	probe --type "rn'g" --dir "$general"
	lacks "$stderr" "see vhost-probe"
	probe --type rng --dir "$BATS_TEST_TMPDIR/'; touch gone; '"
	lacks "$stderr" "see vhost-probe"
}

@test "another user's file: the owner's name, and the path that chown takes, which makes it trusted" {
	has_others || skip "takes root and a user"
	manifest 50-one.json sample good
	chown 1 "$manifests/50-one.json"
	reason 50-one.json \
		"the manifest belongs to daemon (1), not to root; to trust it: chown root $manifests/50-one.json"
	chown "$TEST_UID:0" "$manifests/50-one.json"
	chmod 664 "$manifests/50-one.json"
	reason 50-one.json \
		"the manifest belongs to uid $TEST_UID, not to root; to trust it: chown root $manifests/50-one.json && chmod go-w $manifests/50-one.json"
	eval "$(of 50-one.json '.reason | sub("^.*to trust it: "; "")')"
	reason 50-one.json works
	chmod 664 "$manifests/50-one.json"
	reason 50-one.json "the manifest can be written by group root (0) (mode 0664); *"
	chmod 644 "$manifests/50-one.json"
	chown "$TEST_UID" "$programs/good"
	reason 50-one.json "$programs/good belongs to uid $TEST_UID, not to root; to trust it: chown root $programs/good"
	# Asked by somebody else.
	chown 1 "$programs/good"
	open_directories
	run --separate-stderr as_other "$VHOST_PROBE" list --dir "$manifests" --json --cache off
	matches "$(of 50-one.json .reason)" \
		"$programs/good belongs to daemon (1), neither to root nor to uid $TEST_UID; to trust it, as root: chown root *"
}

@test "names come from the files of this system, not from a service that may hang" {
	has_others || skip "takes root and a user"
	manifest 50-one.json sample good
	chown "$TEST_UID" "$manifests/50-one.json"
	# shellcheck disable=SC2016 # sh's own
	run --separate-stderr unshare --mount sh -c '
		printf "%s\n" "x:x:0:0::/:/bin/sh" "broken" "ba:ck:" "keeper:x:$TEST_UID:1::/:/bin/sh" > "$1"
		mount --bind "$1" /etc/passwd && exec "$2" list --dir "$3" --json --cache off' \
		sh "$BATS_TEST_TMPDIR/passwd" "$VHOST_PROBE" "$manifests"
	ended 0
	matches "$(of 50-one.json .reason)" "the manifest belongs to keeper ($TEST_UID), not to root; *"
	# shellcheck disable=SC2016 # sh's own
	BOUND=20 run --separate-stderr unshare --mount sh -c '
		mkfifo "$1" && mount --bind "$1" /etc/passwd && exec "$2" list --dir "$3" --json --cache off' \
		sh "$BATS_TEST_TMPDIR/fifo" "$VHOST_PROBE" "$manifests"
	ended 0
	matches "$(of 50-one.json .reason)" "the manifest belongs to uid $TEST_UID, not to root; *"
}

# ---- paths and masks ----

# says PATTERN WORD...: explain --type sample on both directories, about what lies in them.
says() {
	probe explain --type sample --cache off --dir "$general" --dir "$specific" "${@:2}"
	matches "$output" "$1"
}

@test "reasons give the path of a manifest: three directories have the same names" {
	manifest "$general/50-one.json" sample good
	manifest "$specific/50-one.json" sample good
	manifest "$general/60-two.json" sample good
	says "*$specific/50-one.json *selected: *"
	matches "$output" "*$general/50-one.json *masked: $specific/50-one.json takes its place*"
	matches "$output" "*$general/60-two.json *not-needed: $specific/50-one.json comes first*"
}

@test "a mask says what it hides, and what is hidden by which file" {
	local file=$specific/50-one.json third=$BATS_TEST_TMPDIR/third

	manifest "$general/50-one.json" sample good
	: > "$file"
	says "*$file *mask: is empty, and hides $general/50-one.json"$'\n'*
	matches "$output" "*$general/50-one.json *masked: $file, which is empty, hides it"$'\n'*
	ln -sf /dev/null "$file"
	says "*$file *mask: is /dev/null, and hides $general/50-one.json"$'\n'*
	mkdir "$third"
	ln -s /dev/null "$third/50-one.json"
	says "*$third/50-one.json *mask: is /dev/null, and hides $file, $general/50-one.json"$'\n'* --dir "$third"
	matches "$output" "*$file *masked: $third/50-one.json, which is /dev/null, hides it"$'\n'*
}

# dead NAME [LIVING]: a mask of this name hides nothing, and says so; LIVING, in the other
# directory, is the file that it may have been meant for.
dead() {
	local there=${2+; $general/$2 has another name, and is not hidden}

	: > "$specific/$1"
	[ $# = 1 ] || manifest "$general/$2" sample good
	says "*$specific/$1 *mask: is empty, and hides nothing: no more general directory has a file of this name$there"$'\n'*
	rm -f "$specific"/* "$general"/*
}

@test "a mask that hides nothing says so, and names the file that was renamed" {
	dead 50-qemu-gpu.json
	dead 50-qemu-gpu.json 60-qemu-gpu.json
	dead 50-qemu-gpu.json qemu-gpu.json
	dead qemu-gpu.json 05-qemu-gpu.json
	dead 50_qemu-gpu.json 50-QEMU-gpu.json
	# A file with another name is another file, however similar.
	manifest "$general/50-qemu-fs.json" sample good
	dead 50-qemu-gpu.json
	# So is a file of a more specific directory, or one that is hidden or skipped itself.
	manifest "$specific/60-qemu-gpu.json" sample good
	dead 50-qemu-gpu.json
	: > "$general/60-qemu-gpu.json"
	dead 50-qemu-gpu.json
	manifest "$general/60-qemu-gpu.json.rpmsave" sample good
	dead 50-qemu-gpu.json
}

@test "a mask that hides nothing shows where nothing was found" {
	: > "$specific/50-sample.json"
	manifest "$general/60-sample.json" other good
	probe --type sample --dir "$general" --dir "$specific"
	refused
	matches "$stderr" "*50-sample.json *mask: is empty, and hides nothing: *; $general/60-sample.json has another name, and is not hidden"*
}

@test "a refusal names files, and by their paths those whose names are in more than one directory" {
	backend other sample
	manifest "$general/50-one.json" sample other
	manifest "$specific/50-one.json" sample other
	manifest "$general/60-two.json" sample other
	probe --type sample --need x --dir "$general" --dir "$specific"
	refused
	matches "$stderr" "*"$'\n'"  $specific/50-one.json *missing-features: x"$'\n'"  60-two.json *missing-features: x"$'\n'*
	lacks "$stderr" "$general/"
}

@test "a command that is suggested is whole on a terminal of any width" {
	local columns command words mode

	cp -p "$programs/good" "$programs/a  b, c; d"
	manifest "$general/50-one.json" sample "$programs/a  b, c; d"
	for mode in 777 4755; do
		chmod $mode "$programs/a  b, c; d"
		probe list --dir "$general" --json
		command=$(of 50-one.json '.reason | sub("^.*to trust it: "; "")')
		matches "$command" "chmod *"
		for columns in 20 40 60 80 120 200; do
			for words in "explain --type sample" "--type sample" "list"; do
				# shellcheck disable=SC2086 # words
				COLUMNS=$columns TERMINAL=dumb on_terminal $words --cache off --dir "$general"
				matches "$words $columns ${output//$'\r'/}"$'\n' "*$command"$'\n'*
			done
		done
		eval "$command"
		probe --type sample --dir "$general" --cache off
		ended 0
	done
}

# ---- nothing found ----

@test "nothing found: where was searched, what is announced instead, what was skipped, and what to ask next" {
	local i

	manifest "$general/50-gpu.json" gpu good
	manifest "$general/60-gpu.json" gpu good
	manifest "$general/50-other.json" input good
	manifest "$specific/50-other.json" input good
	touch "$specific/50-sample.json.rpmsave" "$specific/50-sample.json.dpkg-new" "$general/50-sample.JSON"
	probe --type sample --dir "$general" --dir "$BATS_TEST_TMPDIR/none" --dir "$specific" --dir "$programs/none"
	refused
	equal "$(tr -s ' ' <<< "$stderr")" "$(lines \
		"vhost-probe: no manifest announces the type sample" \
		"searched, general to specific:" \
		" $general found, 4 files" \
		" $BATS_TEST_TMPDIR/none does not exist" \
		" $specific found, 3 files" \
		" $programs/none does not exist" \
		"announced instead:" \
		" gpu 50-gpu.json, 60-gpu.json" \
		" input 50-other.json" \
		"another file took the place of: $general/50-other.json" \
		"skipped, since manifests are named *.json: 50-sample.JSON, 50-sample.json.dpkg-new, 50-sample.json.rpmsave" \
		"hint: unknown type sample")"
	# A known type has no such hint, but a next step.
	probe --type rng --dir "$general" --dir "$specific"
	refused
	equal "$(tail -n 1 <<< "$stderr")" "see vhost-probe explain --type rng --dir $general --dir $specific"
	for ((i = 0; i < 30; i++)); do
		manifest "$general/7$i-gpu.json" gpu good
	done
	probe --type rng --dir "$general" --dir "$specific"
	matches "$stderr" "*  gpu     50-gpu.json, 60-gpu.json, 70-gpu.json, *-gpu.json and 22 more"$'\n'*
	probe --type rng --dir "$general" --quiet
	equal "$stderr" ""
}

@test "nothing found: a file that could not be looked into may be what is wanted" {
	ln -s nowhere "$general/50-fs.json"
	manifest "$general/60-gpu.json" gpu good
	probe --type fs --dir "$general"
	refused
	matches "$stderr" "vhost-probe: no manifest is known to announce the type fs"$'\n'"  50-fs.json *unreadable: is a link to $general/nowhere, which does not exist"$'\n'"searched*"
}

@test "nothing found: a directory that cannot be read says why" {
	local place=$BATS_TEST_TMPDIR/data/qemu/vhost-user

	mkdir -p "${place%/*}"
	# Root reads every directory, but no file as one.
	if is_root; then touch "$place"; else mkdir -m 000 "$place"; fi
	probe XDG_DATA_DIRS="$BATS_TEST_TMPDIR/data" --no-user --type no-such
	refused
	if is_root; then
		matches "$stderr" "*  $place *Not a directory"$'\n'*
	else
		matches "$stderr" "*  $place *it denies read permission (owned by *, group *, mode 0000)"$'\n'*
		chmod 755 "$place"
	fi
}

@test "nothing found, for fs: virtiofsd is often packaged separately" {
	for words in "" list "refresh --cache-dir $BATS_TEST_TMPDIR/cache"; do
		# shellcheck disable=SC2086 # words
		probe $words --type fs --dir "$general"
		matches "$stderr" "*note: virtiofsd, * is often packaged separately"$'\n'"see vhost-probe explain --type fs --dir $general"
		# shellcheck disable=SC2086 # words
		probe $words --type rng --dir "$general"
		lacks "$stderr" note
	done
}

@test "list with nothing to list says so, and where it looked" {
	local verb

	for verb in list "refresh --cache-dir $BATS_TEST_TMPDIR/cache"; do
		# shellcheck disable=SC2086 # words
		probe $verb --dir "$general" --dir "$specific/none"
		ended 0
		equal "$(tr -s ' ' <<< "$stderr")" "$(lines \
			"vhost-probe: no manifest was found" \
			"searched, general to specific:" " $general found, empty" " $specific/none does not exist")"
	done
	probe list --dir "$general" --quiet
	equal "$output$stderr" ""
	probe list --dir "$general" --json
	equal "$stderr" ""
	# What is of another type is no answer to the question, but worth naming.
	manifest "$general/50-gpu.json" gpu good
	probe list --dir "$general" --type rng
	equal "$output" ""
	matches "$stderr" "vhost-probe: no manifest announces the type rng"$'\n'*"  gpu   50-gpu.json"$'\n'*
	touch "$general/50-gpu.JSON"
	probe list --dir "$general"
	equal "$stderr" ""
}

@test "explain shows what programs print, and what fs programs leave open" {
	backend rust fs migrate-precopy separate-options
	printing c '{"type": "fs"}'
	backend gpu gpu virgl
	manifest "$general/50-rust.json" fs rust
	manifest "$general/60-c.json" fs c
	probe explain --type fs --cache off --dir "$general"
	ended 0
	matches "$output" "*50-rust.json *selected: works; prints migrate-precopy, separate-options"$'\n'*
	matches "$output" "*60-c.json *not-needed: * comes first; prints no features"$'\n'*
	matches "$output" "*chosen: $programs/rust"$'\n'"note: an fs backend does not report whether it can share files *"
	# A caller who wants the answer has it.
	probe --type fs --cache off --dir "$general" -v
	ended 0
	lacks "$stderr" "note: "
	manifest "$general/70-gpu.json" gpu gpu
	probe explain --type gpu --cache off --dir "$general"
	lacks "$output" note
}

# ---- the table of list ----

# shown COLUMNS WORD...: list on a terminal of that many columns, without colours, in $output.
shown() {
	COLUMNS=$1 LC_ALL=${LOCALE:-C.UTF-8} TERMINAL=dumb on_terminal list --cache off --dir "$manifests" "${@:2}"
	ended 0
	output=${output//$'\r'/}
}

# cells TEXT: how many the widest line takes, by another's count.
cells() {
	need python3
	python3 -c '
import sys, unicodedata
print(max(sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
	for c in line) for line in sys.argv[1].splitlines()))' "$1"
}

# fits COLUMNS: the last output has no line that is wider, and every word of it is whole. A command
# that is to be copied is one line, whatever it takes.
fits() {
	below "$(cells "$(grep -v -e ' --sandbox none.\?$' -e ' --print-capabilities.\?$' <<< "$output")")" $(($1 + 1))
}

@test "list on a terminal has headers, program and description where there is room" {
	manifest 50-one.json sample good
	shown 160
	equal "$(head -n 1 <<< "$output" | tr -s ' ')" "NAME TYPE VERDICT SOURCE PROGRAM DETAILS DESCRIPTION"
	matches "$(tail -n 1 <<< "$output" | tr -s ' ')" "50-one.json sample match run *good - a sample backend for tests"
	shown 80
	equal "$(head -n 1 <<< "$output" | tr -s ' ')" "NAME TYPE VERDICT PROGRAM DETAILS DESCRIPTION"
	fits 80
}

@test "list fits any width, and breaks no word" {
	local width word words="alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omikron pi"

	program failing "echo '$words' >&2" "exit 1"
	manifest 50-one.json sample failing
	manifest 60-two.json sample good
	ln -s nowhere "$manifests/70-three.json"
	for width in 30 40 50 60 72 80 100 132 200; do
		shown "$width"
		for word in $words; do
			[[ " ${output//$'\n'/ } " = *" $word "* ]] || { echo "$width: no whole $word"; false; }
		done
		# A path in a reason is given to commands, and is never cut.
		matches "$output" "*$manifests/nowhere,*"
		output=$(grep -v "$manifests/nowhere" <<< "$output")
		fits "$width"
	done
}

@test "of a command that is wrapped no line begins with a path, which a shell would run" {
	local width

	manifest 50-one.json sample good
	chmod 666 "$manifests/50-one.json"
	for width in 30 40 50 60 80 100 132; do
		shown "$width"
		matches "$output" "*go-w $manifests/50-one.json*"
	done
}

@test "letters that take two cells and marks that take none are counted as what they are" {
	local name

	for name in "50-日本語の名前.json" $'60-e\xcc\x81e\xcc\x81e\xcc\x81.json' "70-한국어.json" 80-plain.json; do
		manifest "$name" sample good
	done
	for width in 45 60 80 120; do
		shown "$width" --columns name,verdict,type
		fits "$width"
		# The second column begins at the same cell in each line.
		equal "$(while IFS= read -r name; do cells "${name%%match*}x"; done <<< "${output#*$'\n'}" | uniq | wc -l)" 1
	done
}

@test "paths are shortened in the middle, with dots where the locale has no ellipsis" {
	manifest 50-one.json sample good
	shown 50 --columns program,verdict,details
	matches "$output" "*"$'\n'"/*/…/good *match*"
	fits 50
	LOCALE=C shown 50 --columns program,verdict,details
	matches "$output" "*"$'\n'"/*/.../good *match*"
	lacks "$output" …
	fits 50
	# A last component that does not fit by itself.
	mkdir "$programs/deep"
	cp "$programs/good" "$programs/deep/good-$(printf 'x%.0s' {1..60})-end"
	rm "$manifests/50-one.json"
	manifest 50-one.json sample "$programs/deep/good-$(printf 'x%.0s' {1..60})-end"
	shown 50 --columns program,verdict,details
	matches "$output" "*"$'\n'*"…*x-end *match*"
	fits 50
}

@test "a narrow terminal gets paragraphs" {
	manifest 50-one-that-has-a-rather-long-name-for-a-file.json sample good
	shown 40
	matches "$output" "50-one-that-has-*…*-file.json"$'\n'"  sample  match"$'\n'"  /*…*/good"$'\n'"  a sample backend for tests"
	fits 40
}

@test "COLUMNS is believed where it is a width, and only on a terminal" {
	local wide

	manifest 50-one.json sample good
	shown 200
	wide=$output
	for value in 0 -1 x 99999999999 "80 " ""; do
		shown "$value"
		fits 80
		[ "$output" != "$wide" ]
	done
	probe COLUMNS=40 list --dir "$manifests" --cache off
	answered $'50-one.json\tsample\tmatch\trun\t-'
}

@test "for programs: one line per file, tabs between columns that stay, nothing shortened or escaped twice" {
	local name=$'50 \ta\n\\b.json'

	manifest "$name" sample good
	program failing "printf 'a\\tb\\n' >&2" "exit 3"
	manifest "60-$(printf 'x%.0s' {1..200}).json" sample failing
	touch "$manifests/70-skipped"
	probe_here list --cache off
	ended 0
	equal "$(awk -F '\t' '{ print NF, $3 }' <<< "$output")" "$(lines "5 match" "5 exit-status" "5 skipped-name")"
	equal "$(cut -f 1,2 <<< "$output")" \
		"$(lines '50 \ta\n\\b.json'$'\tsample' "60-$(printf 'x%.0s' {1..200}).json"$'\tsample' $'70-skipped\t-')"
	equal "$(cut -f 5 <<< "$output" | sed -n 2p)" 'exit status 3: a\tb'
	probe_here list --cache off --color always
	equal "$(awk -F '\t' '{ print NF }' <<< "$output" | sort -u)" 5
}

@test "list: a feature in the details is one that is there, unless they say that it is lacking" {
	program some "echo '{\"type\": \"sample\", \"features\": [\"a\", \"b\"]}'"
	manifest 50-one.json sample some
	probe_here list --cache off --columns verdict,details
	equal "$output" $'match\ta b'
	probe_here list --cache off --columns verdict,details --need a,c,d
	equal "$output" $'missing-features\tlacks c, d'
	probe_here list --cache off --columns verdict,details --exclude b,c
	equal "$output" $'excluded-features\thas b'
	shown 80 --columns verdict,details --need c
	matches "$output" "*missing-features   lacks c"$'\n'"*"
}

# ---- --columns ----

@test "--columns: which columns, in which order, on a terminal and off it" {
	backend able sample b a
	manifest 50-one.json sample able
	probe_here list --cache off --columns verdict,name
	answered $'match\t50-one.json'
	probe_here list --cache off --columns verdict --columns " name , verdict"
	answered $'match\t50-one.json'
	probe_here list --cache off --columns name,manifest,type,verdict,source,program,features,reason,details,description,tags
	answered "50-one.json	$manifests/50-one.json	sample	match	run	$programs/able	b a	works	b a	a sample backend for tests	-"
	shown 80 --columns description,verdict
	equal "$output" "$(lines "DESCRIPTION                  VERDICT" "a sample backend for tests   match")"
}

@test "--columns: a name that is none is refused, with the nearest or all of them" {
	misused list --columns verdcit
	equal "$stderr" 'vhost-probe: --columns: unknown column "verdcit"; did you mean verdict?'
	misused list --columns name,frobnicate
	matches "$stderr" 'vhost-probe: --columns: unknown column "frobnicate"; the columns are: name, manifest, *'
	misused list --columns Name
	matches "$stderr" "*did you mean name?"
	misused list --columns ""
	misused list --columns name,,type
	misused list --columns name --json
	for verb in "" explain refresh "cache list"; do
		# shellcheck disable=SC2086 # words
		misused $verb --columns name
		matches "$stderr" "*--columns is for list, not for *"
	done
}

# ---- terminals ----

@test "NO_COLOR and a dumb terminal: no escape sequence, in list, explain, a refusal or a long run" {
	program slow 'sleep 1' "echo '{\"type\": \"sample\"}'"
	manifest 50-slow.json sample slow
	for words in "list" "explain --type sample" "--type sample --need x"; do
		# shellcheck disable=SC2086 # words
		TERMINAL=dumb on_terminal $words --dir "$manifests" --cache off
		lacks "$output" $'\e'
		# shellcheck disable=SC2086 # words
		NO_COLOR=1 on_terminal $words --dir "$manifests" --cache off --quiet
		lacks "$output" $'\e'
	done
}
