#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154 # the helper sets programs and stderr
#
# Where manifests are looked for, in which order they count, and which of them take effect: the
# rules D1 to D5 and what was decided where the specification is silent.

load helper

setup() {
	prepare
	need_sandbox
	general=$BATS_TEST_TMPDIR/general
	specific=$BATS_TEST_TMPDIR/specific
	home=$BATS_TEST_TMPDIR/home
	mkdir "$general" "$specific" "$home"
	backend general sample
	backend specific sample
}

# searched [VARIABLE=VALUE...] WORD...: the directories that list goes through.
searched() {
	probe "$@" list --type sample --json
	ended 0
	output=$(json '.search[].dir')
}

# with_user_dir DIR...: these, the last of them only for ordinary users.
with_user_dir() {
	if is_root; then
		lines "${@:1:$#-1}"
	else
		lines "$@"
	fi
}

# make_unreadable FILE: root can read whatever has a name, but no directory as a manifest.
make_unreadable() {
	if is_root; then
		mkdir "$1"
	else
		manifest "$1" sample general
		chmod 000 "$1"
	fi
}

# ---- D1: directories ----

@test "D1: /usr/share, /usr/local/share, /etc, then the user's directory, which root does not have" {
	searched HOME="$home"
	equal "$output" "$(with_user_dir /usr/share/qemu/vhost-user \
		/usr/local/share/qemu/vhost-user /etc/qemu/vhost-user \
		"$home/.config/qemu/vhost-user")"
}

@test "D1: --user searches the user's directory as uid 0 too, --no-user as nobody" {
	searched HOME="$home" --user
	equal "$(tail -n 1 <<< "$output")" "$home/.config/qemu/vhost-user"
	searched HOME="$home" --no-user
	equal "$output" "$(lines /usr/share/qemu/vhost-user /usr/local/share/qemu/vhost-user \
		/etc/qemu/vhost-user)"
}

@test "D1: XDG_CONFIG_HOME stands for ~/.config" {
	searched HOME="$home" XDG_CONFIG_HOME="$specific" --user
	equal "$output" "$(lines /usr/share/qemu/vhost-user /usr/local/share/qemu/vhost-user \
		/etc/qemu/vhost-user "$specific/qemu/vhost-user")"
	searched HOME="$home" XDG_CONFIG_HOME="$specific//" --user
	equal "$(tail -n 1 <<< "$output")" "$specific/qemu/vhost-user"
}

@test "D1: an empty or relative XDG_CONFIG_HOME counts as unset" {
	for value in "" . relative ../up ./.config; do
		searched HOME="$home" XDG_CONFIG_HOME="$value" --user
		equal "$(tail -n 1 <<< "$output")" "$home/.config/qemu/vhost-user"
	done
}

@test "D1: without HOME the user's directory is that of the user database, if there is one" {
	local entry config=

	entry=$(getent passwd "$(id -u)" | cut -d : -f 6)
	[ -z "$entry" ] || config=$entry/.config/qemu/vhost-user
	for unset in "-u HOME" HOME= HOME=relative; do
		# shellcheck disable=SC2086 # words
		run --separate-stderr env $unset "$VHOST_PROBE" list --type sample --json --user
		ended 0
		equal "$(json '.search[].dir' | tail -n +4)" "$config"
	done
}

@test "D1: the first entry of XDG_DATA_DIRS is the most specific one; all are more general than /etc" {
	searched XDG_DATA_DIRS="/first:/second:/third" --no-user
	equal "$output" "$(lines /usr/share/qemu/vhost-user /third/qemu/vhost-user \
		/second/qemu/vhost-user /first/qemu/vhost-user /etc/qemu/vhost-user)"
}

@test "D1: relative and empty entries of XDG_DATA_DIRS, trailing slashes and repetitions do no harm" {
	searched XDG_DATA_DIRS=":relative::/first//:../up:/second:/first/:./here:" --no-user
	equal "$output" "$(lines /usr/share/qemu/vhost-user /second/qemu/vhost-user \
		/first/qemu/vhost-user /etc/qemu/vhost-user)"
}

@test "D1: an empty XDG_DATA_DIRS counts as unset" {
	searched XDG_DATA_DIRS= --no-user
	equal "$output" "$(lines /usr/share/qemu/vhost-user /usr/local/share/qemu/vhost-user \
		/etc/qemu/vhost-user)"
}

@test "D1: /usr/share is searched once, as the most general, wherever XDG_DATA_DIRS names it" {
	for value in /first /usr/share:/first /first:/usr/share /usr/share//:/first:/usr/share; do
		searched XDG_DATA_DIRS="$value" --no-user
		equal "$output" "$(lines /usr/share/qemu/vhost-user /first/qemu/vhost-user \
			/etc/qemu/vhost-user)"
	done
}

@test "D1: the environment has no say where the program is privileged" {
	# Root turns into a user who is privileged by root's real id.
	if has_others; then
		run --separate-stderr env HOME="$home" XDG_DATA_DIRS=/first XDG_CONFIG_HOME=/config \
			setpriv --euid "$TEST_UID" "$VHOST_PROBE" list --type sample --json
		# The status is not looked at: a leak sanitizer cannot work in such a process, and ends it with 1.
		equal "$(json '.search[].dir')" "$(lines /usr/share/qemu/vhost-user \
			/usr/local/share/qemu/vhost-user /etc/qemu/vhost-user)"
	else
		searched HOME="$home" XDG_DATA_DIRS=/first XDG_CONFIG_HOME=/config
		equal "$output" "$(with_user_dir /usr/share/qemu/vhost-user /first/qemu/vhost-user \
			/etc/qemu/vhost-user /config/qemu/vhost-user)"
	fi
}

@test "D1: backends are found in all of the directories, the more specific ones win" {
	manifest "$general/qemu/vhost-user/50-both.json" sample general
	manifest "$general/qemu/vhost-user/60-general.json" sample general
	manifest "$specific/qemu/vhost-user/50-both.json" sample specific
	probe XDG_DATA_DIRS="$general" XDG_CONFIG_HOME="$specific" --user --type sample --all
	answered "$(lines "$programs/specific" "$programs/general")"
	probe XDG_DATA_DIRS="$general" XDG_CONFIG_HOME="$specific" --no-user --type sample --all
	answered "$programs/general"
}

@test "D1: root does not run what another user has put into the user's directory, even with --user" {
	manifest "$specific/qemu/vhost-user/50-mine.json" sample specific
	! has_others || chown "$TEST_UID" "$specific/qemu/vhost-user/50-mine.json"
	probe XDG_CONFIG_HOME="$specific" --user --type sample --json
	if has_others; then
		ended 1
		equal "$(verdict_of 50-mine.json)" untrusted
		equal "$(of 50-mine.json .probe.source)" none
	else
		ended 0
		equal "$(verdict_of 50-mine.json)" selected
	fi
}

@test "a directory that does not exist is reported, and is not an error" {
	touch "$BATS_TEST_TMPDIR/file"
	ln -s nowhere "$BATS_TEST_TMPDIR/dangling"
	probe list --json --dir "$general" --dir "$BATS_TEST_TMPDIR/none" \
		--dir "$BATS_TEST_TMPDIR/file/below" --dir "$BATS_TEST_TMPDIR/dangling"
	ended 0
	equal "$(json -c '[.search[].found]')" "[true,false,false,false]"
	probe --type sample --dir "$BATS_TEST_TMPDIR/none"
	refused
}

@test "a default directory that cannot be read is reported, and keeps no backend from being chosen" {
	manifest "$general/qemu/vhost-user/50-good.json" sample general
	mkdir "$specific/qemu"
	if is_root; then
		touch "$specific/qemu/vhost-user"
	else
		mkdir -m 000 "$specific/qemu/vhost-user"
	fi
	probe XDG_DATA_DIRS="$general" XDG_CONFIG_HOME="$specific" --user --type sample --json
	ended 0
	is_root || chmod 700 "$specific/qemu/vhost-user"
	equal "$(json .selected)" "$programs/general"
	equal "$(json '.search[-1].found')" true
}

# ---- --dir ----

@test "--dir stands for all other directories; repeated, the last one is the most specific" {
	manifest "$general/50-both.json" sample general
	manifest "$specific/50-both.json" sample specific
	probe XDG_CONFIG_HOME="$home" --type sample --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json '.search[].dir')" "$(lines "$general" "$specific")"
	equal "$(json .selected)" "$programs/specific"
	probe --type sample --dir "$specific" --dir "$general"
	answered "$programs/general"
}

@test "--dir takes a relative path and trailing slashes" {
	manifest "$general/50-one.json" sample general
	cd "$BATS_TEST_TMPDIR"
	probe --type sample --dir general
	answered "$programs/general"
	probe --type sample --dir ./specific/../general//
	answered "$programs/general"
}

@test "--dir means what the kernel means by it, also with .. after a linked directory" {
	mkdir -p "$BATS_TEST_TMPDIR/far/away"
	manifest "$BATS_TEST_TMPDIR/far/wanted/50-one.json" sample general
	manifest "$BATS_TEST_TMPDIR/wanted/50-one.json" sample specific
	ln -s far/away "$BATS_TEST_TMPDIR/link"
	probe --type sample --dir "$BATS_TEST_TMPDIR/link/../wanted"
	answered "$programs/general"
	cd "$BATS_TEST_TMPDIR/link"
	probe --type sample --dir ../wanted
	answered "$programs/general"
}

@test "--dir twice on one directory, by two names: no file masks itself" {
	manifest "$general/50-one.json" sample general
	ln -s general "$BATS_TEST_TMPDIR/link"
	probe list --json --dir "$general" --dir "$BATS_TEST_TMPDIR/link" --dir "$general/"
	ended 0
	equal "$(verdicts)" "50-one.json match"
}

@test "--dir that exists and cannot be read: exit 2, and the reason" {
	manifest "$specific/50-one.json" sample specific
	touch "$BATS_TEST_TMPDIR/file"
	probe --type sample --dir "$BATS_TEST_TMPDIR/file" --dir "$specific"
	ended 2
	equal "$output" ""
	matches "$stderr" "vhost-probe: *$BATS_TEST_TMPDIR/file*"
	# Root can read every directory.
	is_root || chmod 000 "$general"
	probe list --dir "$general" --dir "$specific"
	if is_root; then ended 0; else ended 2; fi
	chmod 755 "$general"
}

@test "--dir that cannot be read, with --json: the document says so" {
	touch "$BATS_TEST_TMPDIR/file"
	probe list --json --dir "$general" --dir "$BATS_TEST_TMPDIR/file"
	ended 2
	equal "$(json -c '[.search[] | [.dir, .found]]')" \
		"[[\"$general\",true],[\"$BATS_TEST_TMPDIR/file\",true]]"
	equal "$(json .selected)" null
}

# ---- D2: order ----

@test "D2: all directories are merged and sorted by file name; the first match is chosen" {
	manifest "$general/10-first.json" sample general
	manifest "$general/30-third.json" sample general
	manifest "$specific/20-second.json" sample specific
	manifest "$specific/40-fourth.json" sample specific
	probe list --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json '.candidates[].manifest')" "$(lines "$general/10-first.json" \
		"$specific/20-second.json" "$general/30-third.json" "$specific/40-fourth.json")"
	probe --type sample --dir "$general" --dir "$specific"
	answered "$programs/general"
}

@test "D2: names are compared bytewise, in any locale" {
	local -a sorted=(10-b.json 10-b.json.json 10_b.json 9-b.json A.json Z.json _.json
		a.json b.json "é.json" "ｚ.json" "😀.json")

	for name in "${sorted[@]}"; do
		manifest "$general/$name" other general
	done
	for locale in C C.UTF-8 en_US.UTF-8 de_DE.UTF-8; do
		probe LC_ALL=$locale LANG=$locale list --type sample --json --dir "$general"
		ended 0
		equal "$(json '.candidates[].name')" "$(lines "${sorted[@]}")"
	done
}

@test "D2: within a name the most specific file comes first" {
	manifest "$general/50-one.json" sample general
	manifest "$specific/50-one.json" sample specific
	manifest "$home/50-one.json" sample specific
	probe list --json --dir "$general" --dir "$specific" --dir "$home"
	ended 0
	equal "$(json '.candidates[] | "\(.manifest) \(.verdict)"')" "$(lines \
		"$home/50-one.json match" "$specific/50-one.json masked" \
		"$general/50-one.json masked")"
}

# ---- D3: replacement ----

@test "D3: a file replaces those of its name in less specific directories" {
	manifest "$general/50-one.json" sample general
	manifest "$specific/50-one.json" sample specific
	probe --type sample --all --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json '.candidates[] | select(.verdict == "selected") | .binary')" "$programs/specific"
	equal "$(json '.candidates[] | select(.verdict == "masked") | .masked_by')" \
		"$specific/50-one.json"
	equal "$(json '.candidates[] | select(.verdict == "selected") | .masked_by')" null
}

@test "D3: a masked file keeps the name of the file that takes effect, not of one between" {
	for dir in "$general" "$specific" "$home"; do
		manifest "$dir/50-one.json" sample general
	done
	probe list --json --dir "$general" --dir "$specific" --dir "$home"
	equal "$(json '.candidates[].masked_by')" "$(lines null "$home/50-one.json" \
		"$home/50-one.json")"
}

@test "D3: a more specific file of another type replaces as well" {
	manifest "$general/50-one.json" sample general
	manifest "$specific/50-one.json" other specific
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 1
	equal "$(json '.candidates[].verdict')" "$(lines other-type masked)"
}

@test "D3: a malformed, dangling or unreadable more specific file still replaces, and says so" {
	for name in bad dangling unreadable; do
		manifest "$general/50-$name.json" sample general
	done
	echo '{' > "$specific/50-bad.json"
	ln -s nowhere "$specific/50-dangling.json"
	make_unreadable "$specific/50-unreadable.json"
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 1
	equal "$(verdicts)" "$(lines "50-bad.json bad-manifest" "50-bad.json masked" \
		"50-dangling.json unreadable" "50-dangling.json masked" \
		"50-unreadable.json unreadable" "50-unreadable.json masked")"
}

@test "D3: a masked file is never looked into" {
	echo '{' > "$general/50-bad.json"
	mkfifo "$general/50-fifo.json"
	manifest "$specific/50-bad.json" sample specific
	manifest "$specific/50-fifo.json" sample specific
	BOUND=20 probe list --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(verdicts)" "$(lines "50-bad.json match" "50-bad.json masked" \
		"50-fifo.json match" "50-fifo.json masked")"
}

# ---- D4: masks ----

@test "D4: an empty more specific file hides the less specific one" {
	manifest "$general/50-one.json" sample general
	manifest "$general/60-two.json" sample specific
	: > "$specific/50-one.json"
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json .selected)" "$programs/specific"
	equal "$(json '.candidates[] | "\(.name) \(.verdict) \(.masked_by)"')" "$(lines \
		"50-one.json mask null" "50-one.json masked $specific/50-one.json" \
		"60-two.json selected null")"
}

@test "D4: so does a link to /dev/null, or to a link to it" {
	manifest "$general/50-one.json" sample general
	manifest "$general/60-two.json" sample general
	ln -s /dev/null "$specific/50-one.json"
	ln -s 50-one.json "$specific/60-two.json"
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 1
	equal "$(verdicts)" "$(lines "50-one.json mask" "50-one.json masked" \
		"60-two.json mask" "60-two.json masked")"
}

@test "D4: a link to an empty file is a mask too" {
	manifest "$general/50-one.json" sample general
	: > "$BATS_TEST_TMPDIR/empty"
	ln -s "$BATS_TEST_TMPDIR/empty" "$specific/50-one.json"
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 1
	equal "$(json '.candidates[].verdict')" "$(lines mask masked)"
}

@test "D4: a mask in a less specific directory hides nothing above it" {
	: > "$general/50-one.json"
	manifest "$specific/50-one.json" sample specific
	probe --type sample --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json '.candidates[].verdict')" "$(lines selected masked)"
}

@test "D4: a mask hides everything below it, also across a directory; with nothing to hide it is harmless" {
	manifest "$general/50-one.json" sample general
	manifest "$specific/50-one.json" sample specific
	: > "$home/50-one.json"
	: > "$home/60-nothing.json"
	probe list --json --dir "$general" --dir "$specific" --dir "$home"
	ended 0
	equal "$(json '.candidates[] | "\(.manifest) \(.verdict)"')" "$(lines \
		"$home/50-one.json mask" "$specific/50-one.json masked" \
		"$general/50-one.json masked" "$home/60-nothing.json mask")"
}

@test "D4: a file of blanks is not empty: it is a bad manifest" {
	printf ' \n' > "$general/50-one.json"
	probe list --json --dir "$general"
	equal "$(verdict_of 50-one.json)" bad-manifest
}

# ---- D5: names ----

@test "D5: a prefix of two digits is a habit, not a rule" {
	manifest "$general/noprefix.json" sample general
	probe --type sample --dir "$general"
	answered "$programs/general"
}

@test "D5: files whose names are not a manifest's are skipped and reported, whatever they hold" {
	local -a skipped=(.50-hidden.json .json 50-one.JSON 50-one.json.dpkg-dist
		50-one.json.rpmsave 50-one.json~ 50-onejson README)

	for name in "${skipped[@]}"; do
		manifest "$specific/$name" sample specific
	done
	manifest "$general/50-one.json" sample general
	probe --type sample --all --json --dir "$general" --dir "$specific"
	ended 0
	equal "$(json '.candidates[] | select(.verdict == "skipped-name") | .name')" \
		"$(lines "${skipped[@]}")"
	equal "$(json '[.candidates[] | select(.verdict == "skipped-name") | .type] | unique | .[]')" null
	equal "$(json .selected)" "$programs/general"
	equal "$(json '.candidates | length')" $((${#skipped[@]} + 1))
}

@test "D5: a name that is not UTF-8 is skipped, and leaves the JSON valid" {
	manifest "$general/"$'\xff.json' sample general
	manifest "$general/50-one.json" sample general
	probe list --json --dir "$general"
	ended 0
	equal "$(json '.candidates[].verdict')" "$(lines match skipped-name)"
	equal "$(iconv -f UTF-8 -t UTF-8 <<< "$output")" "$output"
}

@test "D5: directories below are not searched" {
	manifest "$general/more/50-one.json" sample general
	probe list --json --dir "$general"
	ended 0
	equal "$(verdicts)" "more skipped-name"
}

@test "D5: a name may have blanks, quotes and line feeds" {
	local name=$'50 "a"\n\\b.json'

	manifest "$general/$name" sample general
	probe --type sample --json --dir "$general"
	ended 0
	equal "$(json '.candidates[].name')" "$name"
	probe list --dir "$general"
	ended 0
	equal "$output" '50 "a"\n\\b.json'$'\tsample\tmatch\trun\t-'
}

# ---- odd files ----

@test "a linked manifest is followed; the link's own name counts" {
	manifest "$BATS_TEST_TMPDIR/elsewhere/90-real.json" sample specific
	ln -s ../elsewhere/90-real.json "$general/10-link.json"
	manifest "$general/50-one.json" sample general
	probe --type sample --json --dir "$general"
	ended 0
	equal "$(json .selected)" "$programs/specific"
	equal "$(verdicts)" "$(lines "10-link.json selected" "50-one.json not-needed")"
}

@test "a manifest that is a directory, a FIFO or a dangling link is unreadable, and nobody waits for it" {
	mkdir "$general/10-directory.json"
	mkfifo "$general/20-fifo.json"
	ln -s nowhere "$general/30-dangling.json"
	ln -s 40-loop.json "$general/40-loop.json"
	manifest "$general/50-one.json" sample general
	BOUND=20 probe --type sample --json --dir "$general"
	ended 0
	equal "$(verdicts)" "$(lines "10-directory.json unreadable" "20-fifo.json unreadable" \
		"30-dangling.json unreadable" "40-loop.json unreadable" "50-one.json selected")"
}

@test "a link to a device other than /dev/null is unreadable, and is not read" {
	ln -s /dev/zero "$general/10-zero.json"
	ln -s /dev/tty "$general/20-tty.json"
	BOUND=20 probe list --json --dir "$general"
	ended 0
	equal "$(verdicts)" "$(lines "10-zero.json unreadable" "20-tty.json unreadable")"
}

@test "one malformed, one dangling and one unreadable file beside 50 good ones: 53 verdicts" {
	for i in {10..59}; do
		manifest "$general/$i-good.json" sample general
	done
	echo '{"description": ' > "$general/05-bad.json"
	ln -s nowhere "$general/30-dangling.json"
	make_unreadable "$general/70-unreadable.json"
	probe list --json --dir "$general"
	ended 0
	equal "$(json '[.candidates[] | select(.verdict == "match")] | length')" 50
	equal "$(json '.candidates[] | select(.verdict != "match") | "\(.name) \(.verdict)"')" "$(lines \
		"05-bad.json bad-manifest" "30-dangling.json unreadable" "70-unreadable.json unreadable")"
	equal "$(json '[.candidates[] | select(.reason == "" or .reason == null)] | length')" 0
	probe --type sample --dir "$general"
	answered_past "$programs/general" 05-bad.json
}

@test "a directory without any file: nothing is seen, nothing matches" {
	probe list --json --dir "$general"
	ended 0
	equal "$(json -c .candidates)" "[]"
	probe --type sample --dir "$general"
	refused
}
