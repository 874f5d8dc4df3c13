#!/usr/bin/env bats
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
	ln -sfn "$1" "$programs/link"
	manifest 50-program.json sample link
	reason 50-program.json "$programs/link is a link to $2"
}

@test "a dangling link names its target, and what is wrong with that" {
	touch "$BATS_TEST_TMPDIR/file"
	ln -s nowhere "$BATS_TEST_TMPDIR/dangling"
	links nowhere "*/nowhere, which does not exist"
	links ../gone/x "*/../gone/x, which lies below */../gone, which does not exist"
	links "$BATS_TEST_TMPDIR/none" "$BATS_TEST_TMPDIR/none, which does not exist"
	links "$BATS_TEST_TMPDIR/dangling" \
		"$BATS_TEST_TMPDIR/dangling, which is a link to $BATS_TEST_TMPDIR/nowhere, which does not exist"
	links "$BATS_TEST_TMPDIR/file/x" \
		"$BATS_TEST_TMPDIR/file/x, which lies below $BATS_TEST_TMPDIR/file, which is not a directory"
	links "$BATS_TEST_TMPDIR/a b" "$BATS_TEST_TMPDIR/a b, which does not exist"
}

@test "links in a circle, and more of them than anybody follows, are named as such" {
	local i

	ln -s 50-circle.json "$manifests/50-circle.json"
	reason 50-circle.json "is a link to $manifests/50-circle.json, in a circle of links"
	for ((i = 0; i < 30; i++)); do
		ln -s "$((i + 1))" "$BATS_TEST_TMPDIR/$i"
	done
	links "$BATS_TEST_TMPDIR/0" "$BATS_TEST_TMPDIR/0, which is a link to *, in a circle of links"
}

@test "a program that does not exist: the first part of its path that is missing" {
	manifest 50-one.json sample none
	reason 50-one.json "$programs/none does not exist"
	manifest 50-one.json sample none/deep/er
	reason 50-one.json "$programs/none/deep/er lies below $programs/none, which does not exist"
	manifest 50-one.json sample good/below
	reason 50-one.json "$programs/good/below lies below $programs/good, which is not a directory"
	ln -s nowhere "$programs/way"
	manifest 50-one.json sample way/x
	reason 50-one.json \
		"$programs/way/x lies below $programs/way, which is a link to $programs/nowhere, which does not exist"
}

@test "a file that may not be read, or lies where it cannot be reached: owner and mode" {
	local owner

	is_root && skip "root may read everything"
	owner="@(uid |* \()$(id -u)?(\))"
	manifest 50-one.json sample good
	chmod 240 "$manifests/50-one.json"
	reason 50-one.json "is owned by $owner, mode 0240, and may not be read"
	rm -f "$manifests/50-one.json"
	mkdir -m 600 "$BATS_TEST_TMPDIR/closed"
	ln -s "$BATS_TEST_TMPDIR/closed/x" "$manifests/50-one.json"
	reason 50-one.json "is a link to */closed/x, which lies below */closed, which is owned by $owner, mode 0600, and may not be searched"
	manifest 60-two.json sample "$BATS_TEST_TMPDIR/closed/x"
	reason 60-two.json "*/closed/x lies below */closed, which is owned by $owner, mode 0600, and may not be searched"
	chmod 000 "$specific"
	probe list --dir "$specific"
	ended 2
	matches "$stderr" "vhost-probe: cannot read $specific: it is owned by $owner, mode 0000, and may not be read"
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
		"$programs/good belongs to daemon (1), neither to root nor to uid $TEST_UID; to trust it: chown root *"
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
	local there=${2+; $general/$2 is not hidden by it}

	: > "$specific/$1"
	[ $# = 1 ] || manifest "$general/$2" sample good
	says "*$specific/$1 *mask: is empty, and hides nothing: no less specific directory has a file of this name$there"$'\n'*
	rm -f "$specific"/* "$general"/*
}

@test "a mask that hides nothing says so, and names the file that was renamed" {
	dead 50-qemu-gpu.json
	dead 50-qemu-gpu.json 60-qemu-gpu.json
	dead 50-qemu-gpu.json qemu-gpu.json
	dead qemu-gpu.json 05-qemu-gpu.json
	dead 50_qemu-gpu.json 50-QEMU-gpu.json
	# What has another name is another file, however near.
	manifest "$general/50-qemu-fs.json" sample good
	dead 50-qemu-gpu.json
	# So is what stands above the mask, or is hidden or skipped itself.
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
	matches "$stderr" "*50-sample.json *mask: is empty, and hides nothing: *; $general/60-sample.json is not hidden by it"*
}
