#!/usr/bin/env bats
# SPDX-FileCopyrightText: Copyright (C) 2026 the vhost-probe authors
# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bats
# shellcheck disable=SC2154,SC2016,SC2034 # the helper sets ours; inner shells have variables of their
# own; words are chosen by their name
#
# Programs that the user as whom they run may not reach or execute. Root's programs run as nobody:
# those that root can look up are still found, and those that only root may execute are refused with
# mode, owner and remedies, each of which is tried here.

load helper

setup() {
	prepare
	need_sandbox
	# The test closes what is closed here.
	open_directories
	full=(--sandbox full)
	none=(--sandbox none)
}

need_root() {
	has_others || skip "takes root and a user"
}

# furnish DIRECTORY: a program and a script in it.
furnish() {
	mkdir -p "$1"
	cp "$FAKES/like-input" "$1/binary"
	lines '#!/bin/sh' "echo '{\"type\": \"sample\", \"features\": [\"a\"]}'" > "$1/script"
	chmod 755 "$1"/*
}

# asked FILE WORD...: of this one program, its verdict in $verdict and its $reason.
asked() {
	probe list --json --cache off "${@:2}" --binary "$1"
	ended 0
	verdict=$(json '.candidates[].verdict')
	reason=$(json '.candidates[].reason')
}

runs() {
	asked "$@" && equal "$verdict $reason" "match $reason"
}

# denied FILE TEXT WORD...: it could not be started, for this reason.
denied() {
	local text="$1: permission denied: $2"

	asked "$1" "${@:3}"
	equal "$verdict: $reason" "exec-failed: $text"
}

# named FILE ID OTHERWISE: "NAME (ID)" where this file has a name for it.
named() {
	awk -F : -v id="$2" -v other="$3" '$3 == id { other = $1 " (" id ")" } END { print other }' "$1"
}

user_named() {
	named /etc/passwd "$1" "uid $1"
}

group_named() {
	named /etc/group "$1" "$1"
}

@test "a closed directory above: programs run at full, and all except scripts at partial" {
	local dir=$programs/closed/own

	need_root
	need_partial
	furnish "$dir"
	for mode in 700 750 710; do
		chmod $mode "$programs/closed"
		runs "$dir/binary" "${full[@]}"
		runs "$dir/script" "${full[@]}"
		runs "$dir/binary" "${partial[@]}"
		denied "$dir/script" "it is a script, to be opened by its path, and is in $programs/closed, which is owned by root (0), group root (0), mode 0$mode, and root's programs run as nobody (65534); chmod o+x $programs/closed$([ $mode = 700 ] || echo ", or chgrp 65534 $programs/closed"), or --without uid, which lets it read what root may" \
			"${partial[@]}"
	done
	runs "$dir/script" --sandbox partial --without "$NAMESPACES,uid"
	chmod o+x "$programs/closed"
	runs "$dir/script" "${partial[@]}"
}

@test "somebody's home that is closed, above root's program" {
	local home=$BATS_TEST_TMPDIR/home

	need_root
	need_partial
	furnish "$home/build"
	chown "$TEST_UID" "$home"
	chmod 700 "$home"
	runs "$home/build/binary" "${full[@]}"
	runs "$home/build/script" "${full[@]}"
	runs "$home/build/binary" "${partial[@]}"
	# Nobody is advised to open it.
	for mode in 0700 0750; do
		chmod $mode "$home"
		denied "$home/build/script" "it is a script, to be opened by its path, and is in $home, which is owned by $(user_named "$TEST_UID"), group root (0), mode $mode, and root's programs run as nobody (65534); install the program elsewhere, or --without uid, which lets it read what root may" \
			"${partial[@]}"
	done
}

@test "closed directories in /home, and /root: nobody is advised to open them" {
	local home

	need_root
	need_partial
	furnish "$programs"
	for home in /root /home/alice; do
		run --separate-stderr timeout -k 5 60 unshare --mount sh -c '
			mount -t tmpfs -o mode=755 none "$1" && mkdir -p "$2/bin" && cp "$3/script" "$2/bin" &&
			chmod 700 "$2" && shift 3 && exec "$@"
		' sh "${home%/alice}" $home "$programs" "$VHOST_PROBE" list --json --cache off \
			"${partial[@]}" --binary $home/bin/script
		matches "$(json '.candidates[].reason')" "*is in $home, which is owned by root (0), group root (0), mode 0700, and root's programs run as nobody (65534); install the program elsewhere, or --without uid, *"
	done
}

@test "a user in more groups than usual: each counts" {
	need_root
	furnish "$programs"
	chown "0:64170" "$programs/binary"
	chmod 0705 "$programs/binary"
	run --separate-stderr timeout -k 5 60 setpriv --reuid "$TEST_UID" --regid "$TEST_UID" \
		--groups "$(seq -s , 64101 64170)" "$VHOST_PROBE" list --json --cache off \
		--binary "$programs/binary"
	equal "$(json '.candidates[].reason')" "$programs/binary: permission denied: it is owned by root (0), group 64170, mode 0705, and $(user_named "$TEST_UID") may not execute it; chmod g+rx $programs/binary"
}

@test "owners are named as in this system's files" {
	local name

	need_root
	furnish "$programs"
	name=$(group_named 2)
	chown 0:2 "$programs/binary"
	chmod 0700 "$programs/binary"
	asked "$programs/binary"
	matches "$reason" "*: it is owned by root (0), group $name, mode 0700, and *"
}

@test "its own directory is closed: it runs, and sees only itself there" {
	local dir=$programs/closed

	need_root
	need_partial
	furnish "$dir"
	echo secret > "$dir/sibling"
	program look 'printf "{\"type\": \"sample\", \"features\": [\"%s\"]}\n" "$(ls "${0%/*}" | tr "\n" " ")"'
	mv "$programs/look" "$dir"
	for mode in 700 750; do
		chmod $mode "$dir"
		runs "$dir/binary" "${full[@]}"
		runs "$dir/script" "${full[@]}"
		runs "$dir/binary" "${partial[@]}"
		asked "$dir/script" "${partial[@]}"
		matches "$reason" "*is in $dir, which is owned by root (0), group root (0), mode 0$mode*"
		asked "$dir/look" "${full[@]}"
		equal "$(json '.candidates[].capabilities.features[]')" "look "
	done
	chmod 755 "$dir"
	asked "$dir/look" "${full[@]}"
	matches "$(json '.candidates[].capabilities.features[]')" "*sibling*"
	# Its directory is root's, and so is it.
	chmod 700 "$dir"
	asked "$dir/look" --sandbox partial --without uid
	matches "$(json '.candidates[].capabilities.features[]')" "*sibling*"
}

@test "a program that the user nobody may not execute: the reason has mode, owner and remedies, and each works" {
	local file help

	need_root
	need_partial
	furnish "$programs"
	for file in "$programs/binary" "$programs/script"; do
		for level in full partial; do
			declare -n words=$level
			chown 0:0 "$file"
			chmod 700 "$file"
			help="or --without uid, which lets it read what root may"
			denied "$file" "it is owned by root (0), group root (0), mode 0700, and root's programs run as nobody (65534); chmod o+rx $file, $help" "${words[@]}"
			chmod 750 "$file"
			chgrp 64002 "$file"
			denied "$file" "it is owned by root (0), group 64002, mode 0750, and root's programs run as nobody (65534); chmod o+rx $file, $help" "${words[@]}"
			runs "$file" "${words[@]}" --without uid
			chgrp 0 "$file"
			denied "$file" "it is owned by root (0), group root (0), mode 0750, and root's programs run as nobody (65534); chmod o+rx $file, or chgrp 65534 $file, $help" "${words[@]}"
			chgrp 65534 "$file"
			runs "$file" "${words[@]}"
			chgrp 64002 "$file"
			chmod o+rx "$file"
			runs "$file" "${words[@]}"
		done
	done
}

@test "--without uid, the last remedy, works with no other option" {
	need_root
	furnish "$programs"
	chmod 700 "$programs/binary"
	runs "$programs/binary" --without uid
	# Another layer is lost with it: root may have any number of processes.
	equal "$(json -c '[.sandbox.layers | index("uid", "limits")]')" '[null,null]'
	equal "$(json '.sandbox.missing[] | select(.layer == "limits") | "\(.errno): \(.hint)"')" \
		"EPERM: it needs uid, which was left out"
}

@test "the limits of an ordinary user's programs hold whichever layers are left out" {
	is_root && skip "takes an ordinary user"
	furnish "$programs"
	runs "$programs/binary" --without uid
	equal "$(json '.sandbox.layers | index("limits") != null')" true
}

@test "the remedy has words that a shell takes" {
	need_root
	furnish "$programs/a b;c"
	chmod 700 "$programs/a b;c/binary"
	denied "$programs/a b;c/binary" "it is owned by root (0), group root (0), mode 0700, and root's programs run as nobody (65534); chmod o+rx '$programs/a b;c/binary', or --without uid, which lets it read what root may"
}

@test "a script's interpreter that may not be executed, or not be reached" {
	need_root
	need_partial
	furnish "$programs"
	mkdir "$programs/far"
	cp "$(type -P dash sh | head -n 1)" "$programs/far/sh"
	sed -i "1s|.*|#!$programs/far/sh|" "$programs/script"
	for level in full partial; do
		declare -n words=$level
		chmod 755 "$programs/far" "$programs/far/sh"
		runs "$programs/script" "${words[@]}"
		chmod 750 "$programs/far/sh"
		asked "$programs/script" "${words[@]}"
		matches "$reason" "*: permission denied: its interpreter $programs/far/sh is owned by root (0), group root (0), mode 0750, and root's programs*; chmod o+rx $programs/far/sh, *"
		chmod 644 "$programs/far/sh"
		asked "$programs/script" "${words[@]}"
		matches "$reason" "*: permission denied: its interpreter $programs/far/sh is owned by root (0), group root (0), mode 0644, *"
		chmod 755 "$programs/far/sh"
		chmod 700 "$programs/far"
		asked "$programs/script" "${words[@]}"
		matches "$reason" "*: permission denied: its interpreter $programs/far/sh would be in $programs/far, which is owned by root (0), group root (0), mode 0700, *; chmod o+x $programs/far, *"
	done
}

@test "an interpreter that is not there, or not seen, is named" {
	furnish "$programs/own"
	sed -i '1s|.*|#!/no/such/interpreter|' "$programs/own/script"
	asked "$programs/own/script"
	equal "$reason" "$programs/own/script: its interpreter /no/such/interpreter does not exist"
	mkdir "$programs/far"
	cp "$(type -P dash sh | head -n 1)" "$programs/far/sh"
	sed -i "1s|.*|#!$programs/far/sh|" "$programs/own/script"
	asked "$programs/own/script"
	equal "$reason" "$programs/own/script: its interpreter $programs/far/sh cannot be seen in the sandbox; --expose $programs/far/sh"
	runs "$programs/own/script" --expose "$programs/far/sh"
}

@test "a file system mounted noexec is distinguished from a mode" {
	local -a apart=(unshare --mount)

	has_others || apart=(unshare -Urm)
	furnish "$programs"
	run --separate-stderr timeout -k 5 60 "${apart[@]}" sh -c '
		mkdir "$1/noexec" && mount -t tmpfs -o noexec,mode=755 none "$1/noexec" &&
		cp "$1/binary" "$1/noexec" && shift && exec "$@"
	' sh "$programs" "$VHOST_PROBE" list --json --cache off --binary "$programs/noexec/binary"
	equal "$(json '.candidates[] | "\(.verdict): \(.reason)"')" \
		"exec-failed: $programs/noexec/binary: permission denied: it is on a file system that is mounted noexec, at $programs/noexec"
}

# ---- what it may not read ----

# unreadable TEXT FILE WORD...: the program runs, fails, and the reason ends with this; with the last
# remedy it works.
unreadable() {
	asked "$2" "${@:3}"
	equal "$verdict" exit-status
	matches "$reason" "exit status *\($1, or --without uid, which lets it read what root may\)"
	equal "$(json '.candidates[].remedies[] | "\(.option) \(.values[])"')" "--without uid"
	runs "$2" "${@:3}" --without uid
}

@test "a script that the user nobody may execute and not read" {
	need_root
	need_partial
	furnish "$programs"
	for level in full partial; do
		declare -n words=$level
		for mode in 0711 0751; do
			chmod $mode "$programs/script"
			unreadable "it is a script, to be read by its interpreter, and is owned by root \(0\), group root \(0\), mode $mode, and root's programs run as nobody \(65534\); chmod o+r $programs/script$([ $mode = 0711 ] || echo ", or chgrp 65534 $programs/script")" \
				"$programs/script" "${words[@]}"
		done
		chmod o+r "$programs/script"
		runs "$programs/script" "${words[@]}"
		# Nobody has to read this one.
		chmod 711 "$programs/binary"
		runs "$programs/binary" "${words[@]}"
	done
}

@test "a file beside the program, or in its prefix, that the user nobody may not read" {
	local file help

	need_root
	need_partial
	mkdir -p "$programs/p/bin" "$programs/p/lib/data" "$programs/p/libexec"
	for file in bin/file lib/data/file libexec/file; do
		echo '{"type": "sample"}' > "$programs/p/$file"
		program p/bin/cat "exec cat '$programs/p/$file'"
		for level in full partial; do
			declare -n words=$level
			chmod 600 "$programs/p/$file"
			help="$programs/p/$file is owned by root \(0\), group root \(0\), mode 0600, and root's programs run as nobody \(65534\); chmod o+r $programs/p/$file"
			unreadable "$help" "$programs/p/bin/cat" "${words[@]}"
			chmod 604 "$programs/p/$file"
			runs "$programs/p/bin/cat" "${words[@]}"
		done
	done
	# The last of them lies in a directory that is closed.
	for level in full partial; do
		declare -n words=$level
		chmod 750 "$programs/p/libexec"
		unreadable "$programs/p/libexec/file would be in $programs/p/libexec, which is owned by root \(0\), group root \(0\), mode 0750, and root's programs run as nobody \(65534\); chmod o+x $programs/p/libexec, or chgrp 65534 $programs/p/libexec" \
			"$programs/p/bin/cat" "${words[@]}"
		chmod o+x "$programs/p/libexec"
		runs "$programs/p/bin/cat" "${words[@]}"
	done
}

@test "a file in the program's closed directory" {
	need_root
	furnish "$programs/own"
	echo '{"type": "sample"}' > "$programs/own/file"
	program own/cat "exec cat '$programs/own/file'"
	chmod 700 "$programs/own"
	unreadable "$programs/own/file would be in $programs/own, which is owned by root \(0\), group root \(0\), mode 0700, and root's programs run as nobody \(65534\); chmod o+x $programs/own" \
		"$programs/own/cat"
	chmod o+x "$programs/own"
	runs "$programs/own/cat"
}

@test "an exposed file that the user nobody may not read" {
	need_root
	mkdir "$BATS_TEST_TMPDIR/data"
	echo '{"type": "sample"}' > "$BATS_TEST_TMPDIR/data/file"
	chmod 640 "$BATS_TEST_TMPDIR/data/file"
	program cat "exec cat '$BATS_TEST_TMPDIR/data/file'"
	unreadable "$BATS_TEST_TMPDIR/data/file is owned by root \(0\), group root \(0\), mode 0640, *; chmod o+r $BATS_TEST_TMPDIR/data/file, or chgrp 65534 $BATS_TEST_TMPDIR/data/file" \
		"$programs/cat" --expose "$BATS_TEST_TMPDIR/data"
}

@test "a library of its prefix that the user nobody may not read: the loader says no more than its name" {
	need_root
	need_partial
	need cc
	mkdir -p "$programs/p/bin" "$programs/p/lib"
	lines 'int answer(void) { return 0; }' > "$BATS_TEST_TMPDIR/library.c"
	lines '#include <stdio.h>' 'int answer(void);' \
		'int main(void) { puts("{\"type\": \"sample\"}"); return answer(); }' > "$BATS_TEST_TMPDIR/program.c"
	cc -shared -fPIC -o "$programs/p/lib/libown.so" "$BATS_TEST_TMPDIR/library.c"
	# shellcheck disable=SC2016 # the loader's
	cc -o "$programs/p/bin/program" "$BATS_TEST_TMPDIR/program.c" -L"$programs/p/lib" -lown '-Wl,-rpath,$ORIGIN/../lib'
	for level in full partial; do
		declare -n words=$level
		chmod 750 "$programs/p/lib"
		unreadable "$programs/p/lib/libown.so would be in $programs/p/lib, which is owned by root \(0\), *; chmod o+x $programs/p/lib, or chgrp 65534 $programs/p/lib" \
			"$programs/p/bin/program" "${words[@]}"
		chmod 755 "$programs/p/lib"
		runs "$programs/p/bin/program" "${words[@]}"
		chmod 640 "$programs/p/lib/libown.so"
		unreadable "$programs/p/lib/libown.so is owned by root \(0\), *; chmod o+r $programs/p/lib/libown.so, or chgrp 65534 $programs/p/lib/libown.so" \
			"$programs/p/bin/program" "${words[@]}"
		chmod 644 "$programs/p/lib/libown.so"
	done
}

@test "nobody is advised to open what is not shown, or what lies in /etc, for the sake of a program that names it" {
	local file

	need_root
	mkdir "$BATS_TEST_TMPDIR/secrets"
	echo secret | tee "$BATS_TEST_TMPDIR/secrets/key" > "$BATS_TEST_TMPDIR/key"
	chmod 600 "$BATS_TEST_TMPDIR/key" "$BATS_TEST_TMPDIR/secrets/key"
	for file in "$BATS_TEST_TMPDIR/key" "$BATS_TEST_TMPDIR/secrets/key" /etc/shadow; do
		program names "echo 'cannot open $file: Permission denied' >&2; exit 1"
		asked "$programs/names"
		lacks "$reason" chmod
		lacks "$reason" "--without uid"
	done
	# An ordinary user's program has this user's rights: what it may not read, it may not by hand.
	program names "exec cat '$programs/own'"
	echo x > "$programs/own"
	chown "$TEST_UID" "$programs"/*
	chmod 0 "$programs/own"
	run --separate-stderr as_other timeout -k 5 60 "$VHOST_PROBE" list --json --cache off --binary "$programs/names"
	lacks "$(json '.candidates[].reason')" chmod
}

# keeps FILE PROGRAM WORD...: the reason is the same whether FILE exists or not; it is in $reason.
keeps() {
	local with

	: > "$1"
	asked "${@:2}"
	with=$reason
	rm "$1"
	asked "${@:2}"
	equal "$reason" "$with"
}

@test "what a closed directory holds cannot be seen from the reason, whatever a program names" {
	local dir name level

	need_root
	need_partial
	mkdir -p "$programs"/p/{bin,lib,libexec/closed} "$programs/closed" "$BATS_TEST_TMPDIR/data/closed"
	furnish "$programs/closed/own"
	ln -s "$BATS_TEST_TMPDIR/data/closed" "$programs/p/bin/link"
	chmod 750 "$programs/p/libexec/closed"
	chmod 700 "$programs/p/lib" "$programs/closed" "$BATS_TEST_TMPDIR/data/closed"
	for level in full partial; do
		declare -n words=$level
		for dir in "$programs/p/lib" "$programs/p/libexec/closed" "$programs/closed" "$BATS_TEST_TMPDIR/data/closed"; do
			for name in "$dir/x" "$dir/./x" "$dir/../${dir##*/}/x"; do
				program p/bin/names "echo 'cannot open $name: Permission denied' >&2; exit 1"
				keeps "$dir/x" "$programs/p/bin/names" "${words[@]}" --expose "$BATS_TEST_TMPDIR/data"
				[[ $dir != */p/* ]] || matches "$reason" "*\($name would be in $dir, which is owned by root (0), *"
			done
		done
		program p/bin/names "echo 'cannot open $programs/p/bin/link/x: Permission denied' >&2; exit 1"
		keeps "$BATS_TEST_TMPDIR/data/closed/x" "$programs/p/bin/names" "${words[@]}" --expose "$BATS_TEST_TMPDIR/data"
		matches "$reason" "*$programs/p/bin/link/x would be in $BATS_TEST_TMPDIR/data/closed, which is *"
		program p/bin/names "echo 'libx.so: cannot open shared object file: No such file' >&2; exit 1"
		keeps "$programs/p/lib/libx.so" "$programs/p/bin/names" "${words[@]}"
		matches "$reason" "*$programs/p/lib/libx.so would be in $programs/p/lib, which is owned by root (0), *"
	done
	# Of its own directory, and of those above, which are the sandbox's own.
	lines '#!/bin/sh' "echo 'cannot open $programs/closed/x' >&2; exit 1" > "$programs/closed/own/script"
	keeps "$programs/closed/x" "$programs/closed/own/script" "${full[@]}"
	lacks "$reason" "which is owned by"
	chmod 700 "$programs/closed/own"
	lines '#!/bin/sh' "echo 'cannot open $programs/closed/own/x' >&2; exit 1" > "$programs/closed/own/script"
	keeps "$programs/closed/own/x" "$programs/closed/own/script" "${full[@]}"
	matches "$reason" "*$programs/closed/own/x would be in $programs/closed/own, which is owned by root (0), *"
}

@test "what lies beside a path that is shown below a closed directory cannot be seen either" {
	local below=$BATS_TEST_TMPDIR/closed/x name

	need_root
	need_partial
	mkdir -p "$below"/{bin,public}
	chmod 755 "$below" "$below"/{bin,public}
	chmod 700 "${below%/x}"
	mkdir -m 755 "$BATS_TEST_TMPDIR/named-by-a-link"
	program names
	for level in full partial; do
		declare -n words=$level
		for name in public/key bin/../public/key; do
			program names "echo 'cannot open $below/$name: No such file or directory' >&2; exit 1"
			keeps "$below/public/key" "$programs/names" "${words[@]}" --expose "$below/bin"
		done
		ln -s "$BATS_TEST_TMPDIR/named-by-a-link/key" "$below/public/link"
		program names "echo 'cannot open $below/public/link: No such file or directory' >&2; exit 1"
		keeps "$BATS_TEST_TMPDIR/named-by-a-link/key" "$programs/names" "${words[@]}" --expose "$below/bin"
		lacks "$reason" named-by-a-link
		rm "$below/public/link"
	done
}

@test "what a closed directory holds cannot be seen from the reason: by what is taken for a home" {
	local name

	need_root
	mkdir -m 700 "$BATS_TEST_TMPDIR/secrets"
	program names "echo 'cannot open $BATS_TEST_TMPDIR/secrets: Permission denied' >&2; exit 1"
	for name in .ssh .gnupg .profile .bashrc .bash_history; do
		keeps "$BATS_TEST_TMPDIR/secrets/$name" "$programs/names"
		lacks "$reason" "exists"
	done
}

@test "what a closed directory holds cannot be seen from the reason: a script's interpreter" {
	local dir level name

	need_root
	need_partial
	mkdir -m 700 "$BATS_TEST_TMPDIR/secrets" "$programs/closed"
	ln -s "$BATS_TEST_TMPDIR/secrets" "$programs/link"
	for level in full partial; do
		declare -n words=$level
		for dir in "$BATS_TEST_TMPDIR/secrets" "$programs/closed" "$programs/link"; do
			program script 'echo "{}"'
			sed -i "1s|.*|#!$dir/x|" "$programs/script"
			keeps "$dir/x" "$programs/script" "${words[@]}"
			equal "$verdict" exec-failed
			case $level$dir in
			full*/closed | partial*) matches "$reason" "*its interpreter $dir/x would be in *, which is owned by root (0), *" ;;
			*) matches "$reason" "*: its interpreter $dir/x cannot be seen in the sandbox" ;;
			esac
		done
		# What is in it, and who could execute it.
		lines "#!/secret/word" > "$BATS_TEST_TMPDIR/secrets/x"
		chmod 755 "$BATS_TEST_TMPDIR/secrets/x"
		asked "$programs/script" "${words[@]}"
		lacks "$reason" /secret/word
		lacks "$reason" 0755
		rm "$BATS_TEST_TMPDIR/secrets/x"
	done
}

@test "an interpreter that only root may read: what it is interpreted by is not reported" {
	need_root
	program script 'echo "{}"'
	lines "#!/secret/word" > "$programs/interpreter"
	chmod 711 "$programs/interpreter"
	sed -i "1s|.*|#!$programs/interpreter|" "$programs/script"
	asked "$programs/script"
	equal "$verdict" exec-failed
	lacks "$reason" /secret/word
	chmod 755 "$programs/interpreter"
	asked "$programs/script"
	matches "$reason" "*/secret/word does not exist"
}

@test "what a program names is asked of descriptors, and of no path that may lead elsewhere by then" {
	local file=$programs/p/lib/file

	need_root
	need strace
	mkdir -p "$programs"/p/{bin,lib}
	echo x > "$file"
	ln -s "$file" "$programs/p/lib/link"
	chmod 600 "$file"
	program p/bin/names "echo 'cannot open $programs/p/lib/link: Permission denied' >&2; exit 1"
	run --separate-stderr strace -f -qq -o "$BATS_TEST_TMPDIR/trace" "$VHOST_PROBE" list --json --cache off \
		--binary "$programs/p/bin/names"
	matches "$(json '.candidates[].reason')" "*$programs/p/lib/link is owned by root (0), *; chmod o+r $file, *"
	equal "$(grep -E "\"($file|$programs/p/lib/link)" "$BATS_TEST_TMPDIR/trace")" ""
}

# set_list FILE NOBODY OTHERS: gives it an access control list with these rights of user 65534, and of
# its group and others.
set_list() {
	need python3
	# Version 2; then tag, rights and id of: owner, user 65534, group, mask, others.
	python3 -c 'import os, struct, sys
nobody, others = int(sys.argv[2]), int(sys.argv[3])
os.setxattr(sys.argv[1], "system.posix_acl_access", struct.pack("<I" + 5 * "HHI", 2, 1, 7, 2**32 - 1,
	2, nobody, 65534, 4, others, 2**32 - 1, 16, 5, 2**32 - 1, 32, others, 2**32 - 1))' "$@" ||
		skip "no access control lists here"
}

@test "where no mode forbids it, no mode is blamed" {
	need_root
	furnish "$programs"
	set_list "$programs/binary" 0 5
	equal "$(stat -c %a "$programs/binary")" 755
	asked "$programs/binary"
	matches "$verdict $reason" "exec-failed *: permission denied: the modes allow it; an access control list*"
	run --separate-stderr timeout -k 5 60 unshare --mount sh -c '
		mount -t tmpfs none /sys/kernel/security && echo capability,selinux,bpf,landlock > /sys/kernel/security/lsm &&
		exec "$@"
	' sh "$VHOST_PROBE" list --json --cache off --binary "$programs/binary"
	matches "$(json '.candidates[].reason')" "*a security module (this kernel has selinux, landlock) may forbid it"
}

@test "a closed directory within the system's own" {
	need_root
	need_partial
	furnish "$programs"
	for level in full partial; do
		declare -n words=$level
		run --separate-stderr timeout -k 5 60 unshare --mount sh -c '
			mount -t tmpfs -o mode=755 none /usr/local && mkdir -m 700 /usr/local/closed &&
			cp "$1" /usr/local/closed && shift && exec "$@"
		' sh "$programs/binary" "$VHOST_PROBE" list --json --cache off "${words[@]}" \
			--binary /usr/local/closed/binary
		if [ $level = partial ]; then
			equal "$(json '.candidates[].verdict')" match
		else
			matches "$(json '.candidates[].reason')" "*: permission denied: it is in /usr/local/closed, which is owned by root (0), group root (0), mode 0700, and root's programs run as nobody (65534); chmod o+x /usr/local/closed, *"
		fi
	done
}

@test "a denial is not kept, since opening a directory does not change the program" {
	local closed=$programs/closed

	need_root
	need_partial
	furnish "$closed/own"
	chmod 700 "$closed"
	manifest 50-one.json sample "$closed/own/script"
	probe refresh "${partial[@]}" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	matches "$output" "*exec-failed*0 written*"
	chmod 755 "$closed"
	probe --type sample "${partial[@]}" --dir "$manifests" --cache-dir "$BATS_TEST_TMPDIR/cache"
	answered "$closed/own/script"
}

@test "a user's own program that this user may not execute" {
	local self group

	is_root && skip "takes an ordinary user"
	furnish "$programs"
	self=$(user_named "$(id -u)")
	group=$(group_named "$(stat -c %g "$programs/binary")")
	for level in full partial none; do
		declare -n words=$level
		for mode in 0455 0611 0010 0001; do
			chmod $mode "$programs/binary"
			denied "$programs/binary" "it is owned by $self, group $group, mode $mode, and $self may not execute it; chmod u+rx $programs/binary" \
				"${words[@]}"
		done
		chmod u+rx "$programs/binary"
		runs "$programs/binary" "${words[@]}"
	done
}

@test "root of a user namespace with one id runs its programs as itself: a closed directory is its own" {
	need unshare
	program look 'printf "{\"type\": \"sample\", \"features\": [\"%s\"]}\n" "$(cat "${0%/*}/sibling")"'
	echo sibling > "$programs/sibling"
	chmod 700 "$programs"
	run --separate-stderr timeout -k 5 60 unshare -Ur "$VHOST_PROBE" list --json --cache off \
		--binary "$programs/look"
	equal "$(json '.candidates[].capabilities.features[]')" sibling
}

@test "a directory that is closed by its mode, and opened to nobody by a list: programs find what lies beside them" {
	local level

	need_root
	need_partial
	mkdir "$programs/listed"
	echo sibling > "$programs/listed/sibling"
	program listed/look 'printf "{\"type\": \"sample\", \"features\": [\"%s\"]}\n" "$(cat "${0%/*}/sibling")"'
	set_list "$programs/listed" 5 0
	for level in full partial; do
		declare -n words=$level
		probe list --json --cache off --binary "$programs/listed/look" "${words[@]}"
		equal "$(json '.candidates[].capabilities.features[]')" sibling
	done
	# What a list closes is closed, whatever the mode says: the program itself is shown.
	set_list "$programs/listed" 0 5
	runs "$programs/listed/look"
}
